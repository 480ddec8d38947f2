"""One face through a clip, against looking at every frame whole."""

import numpy as np
import pytest

from unmasked import film
from unmasked.extract.boxes import iou
from unmasked.film import tracking


def counted(monkeypatch):
    """The shapes of the pictures that the finder is shown."""
    shapes, find = [], tracking.find
    monkeypatch.setattr(
        tracking, "find", lambda picture, *given: shapes.append(picture.shape[:2]) or find(picture, *given)
    )
    return shapes


def test_a_tracked_face_is_the_face_that_is_found(kit, monkeypatch):
    shapes = counted(monkeypatch)
    near, whole = (film.track_faces(kit.pictures, every=every) for every in (25, 1))
    assert shapes == [(120, 168)] + 9 * [(128, 128)] + 10 * [(120, 168)]
    assert all(iou(a.box, b.box) > 0.8 for a, b in zip(near, whole, strict=True))
    eyes = np.linalg.norm(kit.landmarks[:, 45] - kit.landmarks[:, 36], axis=-1).mean()
    errors = [np.linalg.norm(film.face_track(some) - kit.landmarks, axis=-1).mean() / eyes for some in (near, whole)]
    assert errors[0] < 1.15 * errors[1] + 0.003 and errors[1] < 0.06


def test_the_whole_frame_is_searched_now_and_then(kit, monkeypatch):
    shapes = counted(monkeypatch)
    film.track_faces(kit.pictures[:7], every=3)
    assert [shape == (120, 168) for shape in shapes] == [True, False, False, True, False, False, True]


def test_a_face_that_leaves_and_comes_back_elsewhere_is_found_again(kit, wall):
    elsewhere = np.roll(kit.pictures[7:9], 40, axis=2)
    clip = np.stack([*kit.pictures[:2], wall, wall, *elsewhere])
    found = film.track_faces(clip)
    assert [one is None for one in found] == [False, False, True, True, False, False]
    track = film.face_track(found)
    assert track.shape == (6, 68, 2) and np.isnan(track[2:4]).all() and np.isfinite(track[[0, 1, 4, 5]]).all()
    np.testing.assert_allclose(track[4].mean(0) - [40, 0], kit.landmarks[7].mean(0), atol=3)


def test_somebody_else_in_the_frame_is_not_taken_for_the_face(kit):
    """Two of them: whoever was followed first is followed on, even if the other becomes the surer find."""
    pair = np.concatenate([kit.pictures[:3], kit.pictures[:3]], axis=2)
    alone = kit.pictures[:1]
    first = np.concatenate([alone, np.full_like(alone, 127)], axis=2)
    found = film.track_faces(np.concatenate([first, pair]), every=1)
    assert all(one.box[:2].mean() < 168 and one.box[2] < 175 for one in found)


def test_a_clip_without_a_face_and_one_without_a_frame(wall):
    assert film.track_faces(np.stack([wall, wall])) == [None, None]
    assert film.track_faces([]) == [] and tracking.track_landmarks([]).shape == (0, 68, 2)


def test_landmarks_alone_are_the_same(kit, wall):
    clip = np.stack([*kit.pictures[:3], wall, kit.pictures[3]])
    np.testing.assert_array_equal(tracking.track_landmarks(clip), film.face_track(film.track_faces(clip)))


def test_wrong_input_is_worded(kit):
    for call, words in (
        (lambda: film.track_faces(kit.pictures[:1], 4), "size"),
        (lambda: film.track_faces(kit.pictures[:1], every=0), "every"),
        (lambda: film.track_faces([kit.pictures[0, ..., 0]]), "frames: wanted shape"),
    ):
        with pytest.raises(ValueError, match=words):
            call()
