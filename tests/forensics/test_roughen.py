"""What happens to a picture on its way."""

import numpy as np

from unmasked.forensics import roughen


def noise(*shape, seed=0):
    return np.random.default_rng(seed).integers(0, 256, shape).astype(np.uint8)


def test_mirrors_take_the_mask_along():
    pictures, masks = noise(40, 5, 7, 3), noise(40, 5, 7, seed=1)
    mirrored, along = roughen.mirrored(pictures, masks, np.random.default_rng(0))
    turned = np.array([not np.array_equal(a, b) for a, b in zip(mirrored, pictures, strict=True)])
    assert 8 < turned.sum() < 32
    np.testing.assert_array_equal(mirrored[turned], pictures[turned][:, :, ::-1])
    np.testing.assert_array_equal(along[turned], masks[turned][:, :, ::-1])
    np.testing.assert_array_equal(along[~turned], masks[~turned])


def test_colours_change_places_and_nothing_else():
    pictures = noise(60, 4, 6, 3)
    pictures[:, 0, 0] = (3, 80, 200)  # three unlike numbers, to be found again
    shuffled = roughen.recoloured(pictures, np.random.default_rng(0))
    np.testing.assert_array_equal(np.sort(shuffled, -1), np.sort(pictures, -1))
    assert len({tuple(one[0, 0]) for one in shuffled}) == 6


def test_roughening_changes_some_and_keeps_the_rest():
    pictures = noise(40, 16, 24, 3)
    rough = roughen.roughened(pictures, np.random.default_rng(0))
    same = np.array([np.array_equal(a, b) for a, b in zip(rough, pictures, strict=True)])
    assert rough.shape == pictures.shape and rough.dtype == np.uint8
    assert 0 < same.sum() < 20  # one in eight is left alone
    assert roughen.roughened(pictures[:0], np.random.default_rng(0)).shape == (0, 16, 24, 3)
