"""Drawn training sets: unpaired ones to learn from, paired ones to measure on."""

import numpy as np
import pytest

from unmasked import toons
from unmasked.faces import Faces, paired_faces, unpaired_faces


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
