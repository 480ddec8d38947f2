"""Crowds: several toons in a frame, and the truth about each."""

import numpy as np
import pytest

from unmasked import toons
from unmasked.toons import crowds


def rng(seed=0):
    return np.random.default_rng(seed)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: crowds.sample_crowd(5), TypeError, "generator"),
        (lambda: crowds.sample_crowd(rng(), (30, 90)), ValueError, "shape: wanted 64…2048 pixels, got 30 × 90"),
        (lambda: crowds.sample_crowd(rng(), count=-1), ValueError, "count"),
        (lambda: crowds.sample_crowd(rng(), camera=3), TypeError, "camera"),
        (lambda: crowds.sample_crowd(rng(), hand="yes"), TypeError, "hand"),
        (lambda: crowds.sample_crowd(rng(), count=1, identities=[]), ValueError, "identities: wanted one or more"),
        (lambda: crowds.sample_crowd(rng(), count=1, identities=["ada"]), TypeError, "identities"),
        (lambda: crowds.sample_crowd(rng(), sides=(90, 40)), ValueError, "sides"),
        (lambda: crowds.sample_crowd(rng(), tilt=100), ValueError, "tilt"),
        (lambda: crowds.face_box(np.zeros((68, 3))), ValueError, "landmarks"),
        (lambda: crowds.face_box(np.full((68, 2), np.nan)), ValueError, "landmarks"),
    ],
)
def test_mistakes_are_answered_in_words(call, error, words):
    with pytest.raises(error, match=words):
        call()


@pytest.mark.parametrize("shape", [(256, 256), (150, 220)])
def test_every_face_is_where_the_truth_says(shape):
    for seed in range(6):
        crowd = crowds.sample_crowd(rng(seed), shape, count=3, camera=None)
        assert crowd.picture.shape == (*shape, 3) and crowd.picture.dtype == np.uint8
        assert len(crowd.faces) == 3 and crowd.boxes.shape == (3, 4)
        for face in crowd.faces:
            assert face.mask.shape == shape and face.landmarks.shape == (68, 2) and 0 <= face.shown <= 1
            assert 20 - 0.1 <= face.side <= min(160, 0.7 * min(shape)) + 0.1 and abs(face.tilt) <= 45
            np.testing.assert_allclose(face.box, crowds.face_box(face.landmarks))
            rows, columns = np.nonzero(face.mask > 127)
            x0, y0, x1, y1 = face.box
            inside = (columns > x0) & (columns < x1) & (rows > y0) & (rows < y1)
            assert inside.mean() > 0.7 if len(inside) else not face.whole, "the mask is not in its box"
            eyes = face.landmarks[42:48].mean(0) - face.landmarks[36:42].mean(0)
            if abs(face.performance.yaw) < 10 and abs(face.performance.pitch) < 8:
                assert abs(np.degrees(np.arctan2(eyes[1], eyes[0])) - face.tilt) < 15


def test_the_tilt_is_that_of_the_eyes_on_average():
    gaps = []
    for seed in range(10):
        for face in crowds.sample_crowd(rng(seed), count=3, camera=None).faces:
            x, y = face.landmarks[42:48].mean(0) - face.landmarks[36:42].mean(0)
            gaps.append(np.degrees(np.arctan2(y, x)) - face.tilt)
    assert np.abs(np.median(gaps)) < 3


def test_same_generator_same_crowd_and_another_another():
    first, again, other = (crowds.sample_crowd(rng(seed), (100, 140), count=2) for seed in (4, 4, 5))
    np.testing.assert_array_equal(first.picture, again.picture)
    assert first.faces[0].identity == again.faces[0].identity and not np.array_equal(first.picture, other.picture)


def test_nobody_in_the_frame():
    crowd = crowds.sample_crowd(rng(1), (90, 120), count=0)
    assert crowd.faces == [] and crowd.boxes.shape == (0, 4) and crowd.picture.std() > 0


def test_who_stands_in_front_takes_mask_away_and_no_pixel_belongs_to_two():
    hidden = 0
    for seed in range(12):
        crowd = crowds.sample_crowd(rng(seed), (128, 128), count=4, camera=None)
        counted = np.sum([face.mask > 200 for face in crowd.faces], 0)
        assert counted.max() <= 1
        hidden += sum(face.shown < 0.95 for face in crowd.faces)
    assert hidden > 2, "nobody is ever hidden or cut"


def test_a_hand_hides_part_of_the_face_it_is_in_front_of():
    for seed in range(5):
        free, held = (crowds.sample_crowd(rng(seed), count=1, camera=None, hand=hand) for hand in (False, True))
        np.testing.assert_array_equal(free.faces[0].landmarks, held.faces[0].landmarks)
        assert held.faces[0].hand and not free.faces[0].hand
        assert held.faces[0].shown < free.faces[0].shown
        lost = free.faces[0].mask.astype(int) - held.faces[0].mask > 200
        changed = (free.picture != held.picture).any(-1)
        assert changed[lost].mean() > 0.95, "mask is lost where nothing is drawn"


def test_only_those_who_were_asked_for_come():
    two = [toons.CAST["ada"], toons.CAST["bo"]]
    crowd = crowds.sample_crowd(rng(2), (120, 200), count=2, identities=two)
    assert sorted(face.identity.name for face in crowd.faces) == sorted(one.name for one in two)
    assert len(crowds.sample_crowd(rng(2), (120, 200), count=4, identities=two).faces) == 4


def test_sides_and_tilt_can_be_narrowed():
    for seed in range(4):
        for face in crowds.sample_crowd(rng(seed), count=2, sides=(20, 32), tilt=0).faces:
            assert 19.9 <= face.side <= 32.1 and face.tilt == 0
