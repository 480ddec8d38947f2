"""The mask of a face: by its landmarks, and by a net."""

import numpy as np
import pytest
import torch
from skimage.draw import polygon2mask
from skimage.morphology import convex_hull_image
from torch import nn

from unmasked import blend, extract, toons

FACE = toons.draw(toons.character("bo"), toons.Performance(yaw=12, roll=9), size=(80, 110))


class Bright(nn.Module):
    """A net that takes what is bright for the face."""

    def forward(self, pictures):
        return 40 * (pictures.mean(1, keepdim=True) - 0.5)


def test_the_hull_is_the_convex_hull_of_jaw_and_brows():
    mask = extract.hull_mask(FACE.landmarks, (80, 110))
    assert mask.dtype == np.uint8 and mask.shape == (80, 110)
    outline = FACE.landmarks[:27][:, ::-1]  # skimage counts rows first
    corners = polygon2mask((80, 110), outline)
    hull = convex_hull_image(corners)
    assert ((mask >= 128) ^ hull).sum() < 0.05 * hull.sum()


def test_a_forehead_adds_above_and_takes_nothing():
    low, high = (extract.hull_mask(FACE.landmarks, (80, 110), forehead) for forehead in (0.0, 0.3))
    assert (high[low == 255] == 255).all() and (high > low).sum() > 100
    np.testing.assert_array_equal(low / np.float32(255), blend.face_mask(FACE.landmarks, (80, 110)))


def test_a_hull_outside_the_picture_is_empty():
    assert not extract.hull_mask(FACE.landmarks - 500, (80, 110)).any()


def test_a_learned_mask_follows_the_net_at_every_size():
    crop = np.zeros((64, 64, 3), np.uint8)
    crop[20:50, 10:40] = 255
    mask = extract.learned_mask(crop, Bright())
    assert mask.dtype == np.uint8
    np.testing.assert_array_equal(mask >= 128, crop[..., 0] == 255)
    for size in (32, 96, 160):
        grid = np.linspace(0, 63, size).round().astype(int)
        large = extract.learned_mask(crop[grid[:, None], grid[None]], Bright())
        assert large.shape == (size, size)
        assert abs((large >= 128).mean() - (mask >= 128).mean()) < 0.03


def test_many_crops_are_masked_at_once():
    crops = np.random.default_rng(1).integers(0, 256, (3, 48, 48, 3), dtype=np.uint8)
    masks = extract.learned_mask(crops, Bright())
    assert masks.shape == (3, 48, 48)
    np.testing.assert_array_equal(masks[1], extract.learned_mask(crops[1], Bright()))
    assert extract.learned_mask(crops[:0], Bright()).shape == (0, 48, 48)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: extract.hull_mask(np.zeros((5, 2)), 64), ValueError, r"landmarks.*\(68, 2\).*\(5, 2\)"),
        (lambda: extract.hull_mask(np.full((68, 2), np.nan), 64), ValueError, "landmarks: wanted finite"),
        (lambda: extract.hull_mask(FACE.landmarks, 64, forehead=2), ValueError, "forehead: wanted 0…0.6, got 2"),
        (lambda: extract.learned_mask(np.zeros((64, 64), np.uint8)), ValueError, r"crop.*\(64, 64\)"),
        (lambda: extract.learned_mask(np.zeros((64, 64, 4), np.uint8)), ValueError, r"crop.*\(64, 64, 4\)"),
        (lambda: extract.learned_mask(np.zeros((60, 64, 3), np.uint8)), ValueError, "crop: wanted a square"),
        (lambda: extract.learned_mask(np.full((64, 64, 3), np.nan)), TypeError, "crop: wanted a NumPy array of uint8"),
        (lambda: extract.learned_mask(torch.zeros(64, 64, 3)), TypeError, "crop"),
    ],
)
def test_wrong_arguments_are_told(call, error, words):
    with pytest.raises(error, match=words):
        call()
