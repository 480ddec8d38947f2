"""Drawn training sets: unpaired ones to learn from, paired ones to measure on."""

import numpy as np
import pytest

from unmasked import extract, toons
from unmasked.faces import Faces, draw_faces, paired_faces, unpaired_faces


@pytest.fixture(scope="module")
def faces() -> dict[str, Faces]:
    return unpaired_faces(("ada", "bo"), 120, seed=3)


@pytest.fixture(scope="module")
def truth() -> dict[str, Faces]:
    return paired_faces(("ada", "bo"), 30, seed=3)


def test_training_faces_are_unpaired(faces):
    ada, bo = faces["ada"].performances, faces["bo"].performances
    assert ada.shape == bo.shape == (120, len(toons.PARAMETERS))
    nearest = np.abs(ada[:, None] - bo[None]).max(-1).min()
    assert nearest > 0, "a performance of Ada's is also one of Bo's: then training pairs would exist"


def test_faces_are_the_same_for_the_same_seed_only(faces):
    again, other = (unpaired_faces(("ada", "bo"), 10, seed=seed) for seed in (3, 4))
    first = unpaired_faces(("ada", "bo"), 10, seed=3)
    assert all(np.array_equal(again[name].pictures, first[name].pictures) for name in faces)
    assert not np.array_equal(other["ada"].performances, first["ada"].performances)


def test_matched_faces_share_performances_and_none_is_trained_on(faces, truth):
    assert np.array_equal(truth["ada"].performances, truth["bo"].performances)
    assert not np.array_equal(truth["ada"].pictures, truth["bo"].pictures), "the two characters look the same"
    for name, some in faces.items():
        nearest = np.abs(some.performances[:, None] - truth[name].performances[None]).max(-1).min()
        assert nearest > 0, f"{name}: a face to measure on is one that was trained on"


ADA = toons.character("ada")


@pytest.fixture(scope="module")
def performances():
    return toons.sample_performances(np.random.default_rng(5), 12)


@pytest.fixture(scope="module")
def aligned(performances):
    return draw_faces(ADA, performances)


def test_aligned_gives_all_that_is_known(aligned, performances):
    assert aligned.pictures.shape == (12, 64, 64, 3)
    assert aligned.masks.shape == aligned.parts.shape == (12, 64, 64)
    assert aligned.pictures.dtype == aligned.masks.dtype == aligned.parts.dtype == np.uint8
    assert aligned.landmarks.shape == (12, 68, 2)
    assert aligned.matrices.shape == (12, 2, 3)
    np.testing.assert_array_equal(aligned.performances, performances)
    assert aligned.parts.max() < len(toons.PARTS)
    assert aligned.masks.max() == 255


def test_aligned_is_draw_then_align(aligned, performances):
    drawn = toons.draw_many(ADA, performances, size=aligned.drawn)
    for i in range(3):
        np.testing.assert_allclose(aligned.matrices[i], extract.align_matrix(drawn.landmarks[i]))
        np.testing.assert_array_equal(aligned.pictures[i], extract.align(drawn.pictures[i], drawn.landmarks[i]))
        np.testing.assert_allclose(aligned.landmarks[i], extract.move(drawn.landmarks[i], aligned.matrices[i]))


def test_parts_lie_where_landmarks_say(aligned):
    labels = {name: i for i, name in enumerate(toons.PARTS)}
    for parts, landmarks in zip(aligned.parts, aligned.landmarks, strict=True):
        x, y = landmarks[toons.LANDMARKS["lips"]].mean(0).round().astype(int)
        near = parts[y - 2 : y + 3, x - 2 : x + 3]
        assert np.isin(near, [labels["mouth"], labels["teeth"]]).any(), "no mouth where the lips' landmarks are"


@pytest.mark.parametrize("name", toons.CAST)
def test_every_face_of_the_cast_fills_its_crop(name):
    acting = [
        {"jaw": 1, "brows": 1},
        {"jaw": 1, "pitch": 20},
        {"jaw": 1, "pitch": -20},
        {"yaw": 35, "jaw": 1},
        {"yaw": -35, "brows": 1},
        {},
    ]
    rows = np.stack([toons.Performance(**one).to_array() for one in acting])
    crops = draw_faces(toons.CAST[name], rows)
    brows = crops.landmarks[:, 17:27]
    chin = crops.landmarks[:, toons.LANDMARKS["jaw"]][:, 8]
    assert brows.min() > 0, f"{name}: a brow is cut off"
    assert brows[..., 0].max() < 63, f"{name}: a brow is cut off"
    assert chin[:, 1].max() < 64.5, f"{name}: the chin is cut off"
    front = crops.masks[-1] >= 128
    assert 0.25 < front.mean() < 0.75, f"{name}: the face takes {front.mean():.0%} of its crop"


def test_faces_can_be_picked(aligned):
    some = aligned[2:5]
    assert len(aligned) == 12
    assert len(some) == 3
    np.testing.assert_array_equal(some.pictures[0], aligned.pictures[2])
    np.testing.assert_array_equal(aligned[[7, 1]].performances, aligned.performances[[7, 1]])
    np.testing.assert_array_equal(
        aligned[aligned.performances[:, 0] > 0].masks, aligned.masks[aligned.performances[:, 0] > 0]
    )
    assert aligned[-1].pictures.shape == (1, 64, 64, 3)


def test_none_and_one_face(performances):
    assert draw_faces(ADA, performances[:1], size=32).pictures.shape == (1, 32, 32, 3)
