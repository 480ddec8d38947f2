"""Patches: strangers in pictures a little larger than their faces, and how crops are cut from them."""

import numpy as np
import pytest
import torch

from unmasked import extract, toons
from unmasked.experiments import patches
from unmasked.experiments.patches import Patches, draw_patches


@pytest.fixture(scope="module")
def drawn() -> Patches:
    return draw_patches(6, 4, 1, progress=False)


def test_the_same_seed_draws_the_same_and_another_draws_others(drawn):
    again, other = draw_patches(2, 4, 1, progress=False), draw_patches(2, 4, 2, progress=False)
    for i in range(3):
        np.testing.assert_array_equal(again.pictures[i], draw_patches(2, 4, 1, progress=False).pictures[i])
    assert not any(np.array_equal(one, two) for one in again.landmarks for two in other.landmarks)
    assert len(drawn) == len(drawn.pictures) == len(drawn.masks) == len(drawn.landmarks) == len(drawn.hands) <= 24


def test_the_truth_fits_the_picture(drawn):
    sizes = set()
    for picture, mask, landmarks in zip(drawn.pictures, drawn.masks, drawn.landmarks, strict=True):
        assert picture.shape[:2] == mask.shape and picture.dtype == mask.dtype == np.uint8
        hull = extract.hull_mask(landmarks, mask.shape, forehead=0.5) >= 128
        seen = mask >= 128
        assert (seen & hull).sum() > 0.75 * seen.sum(), "what is seen of a face lies about its landmarks"
        sizes.add(max(mask.shape))
    assert max(sizes) > 1.5 * min(sizes), "large faces and small ones"


def test_hands_and_heads_hide_and_frames_cut(monkeypatch):
    whole = {}
    for name in ("HAND", "HEAD", "CUT"):
        monkeypatch.setattr(patches, name, 0.0)
    whole = draw_patches(2, 6, 3, progress=False)
    monkeypatch.setattr(patches, "HAND", 1.0)
    hidden = draw_patches(2, 6, 3, progress=False)
    assert hidden.hands.all() and not whole.hands.any()
    assert np.mean([m.mean() for m in hidden.masks]) < 0.95 * np.mean([m.mean() for m in whole.masks])
    monkeypatch.setattr(patches, "HAND", 0.0)
    monkeypatch.setattr(patches, "CUT", 1.0)
    cut = draw_patches(2, 6, 3, progress=False)
    assert all(mask.shape[0] != mask.shape[1] for mask in cut.masks)


def test_jitter_stays_near_and_is_none_where_none_is_asked_for(drawn):
    matrices = extract.align_matrix(drawn.landmarks, 64)
    generator = np.random.default_rng(1)
    np.testing.assert_allclose(patches.jittered(matrices, 64, generator, 0, 0, 0), matrices)
    moved = patches.jittered(matrices, 64, generator, 0.02, 0.05, 4)
    scale = np.sqrt(np.linalg.det(moved[:, :, :2]) / np.linalg.det(matrices[:, :, :2]))
    assert scale.std() > 0.01 and (np.abs(np.log(scale)) <= 0.1001).all()
    back = extract.move(np.array([[31.5, 31.5]]), extract.invert(matrices))
    assert np.abs(extract.move(back, moved) - 31.5).max() <= 0.04 * 64 + 1e-3


def test_crops_are_cut_by_their_matrices(drawn):
    chosen = np.array([3, 0, 3])
    matrices = extract.align_matrix(drawn.landmarks[chosen], 64)
    pictures, masks = patches.cut(drawn, chosen, matrices, 64)
    assert pictures.shape == (3, 64, 64, 3) and masks.shape == (3, 64, 64)
    np.testing.assert_array_equal(pictures[1], extract.align(drawn.pictures[0], drawn.landmarks[0]))


def test_tints_differ_from_picture_to_picture():
    grey = torch.full((8, 3, 4, 4), 0.5)
    tinted = patches.tinted(grey, torch.Generator().manual_seed(1))
    assert tinted.amin() >= 0 and tinted.amax() <= 1 and tinted[:, :, 0, 0].std(0).min() > 0.005


def test_strangers_only():
    assert not {toons.character(name).marks for name in toons.CAST} & {
        int(n) for n in np.random.default_rng([1, 0xFACE]).integers(2**31, size=2000)
    }
