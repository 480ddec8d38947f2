"""The DCT hash: its bits by hand, its distances, and what it finds on a shelf."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some
from hypothesis.extra import numpy as arrays
from skimage.transform import downscale_local_mean

from unmasked.provenance import hashes
from unmasked.provenance.tampering import resized
from unmasked.toons.camera import jpeg

BITS = arrays.arrays(bool, 64, elements=some.booleans())


def test_the_bits_by_hand():
    picture = np.random.default_rng(1).integers(0, 256, (96, 160, 3), dtype=np.uint8)
    small = downscale_local_mean(picture.mean(-1), (3, 5))  # (32, 32)
    u, x = np.mgrid[:8, :32]
    waves = np.cos(np.pi * u * (2 * x + 1) / 64) * np.where(u, np.sqrt(2 / 32), np.sqrt(1 / 32))
    low = (waves @ small @ waves.T).ravel()
    assert (hashes.dct_hash(picture) == (low > np.median(low))).all()
    assert hashes.dct_hash(picture).sum() == 32


def test_a_copy_stays_near_and_another_picture_lies_far(portrait, other):
    mine = hashes.dct_hash(portrait)
    for copy in (jpeg(portrait, 30), resized(portrait, 2.0), np.clip(portrait * 0.9 + 9, 0, 255).astype(np.uint8)):
        assert hashes.distance(mine, hashes.dct_hash(copy)) <= 6
    assert hashes.distance(mine, hashes.dct_hash(other)) > 10


@given(BITS, BITS, BITS)
def test_a_distance_is_one(one, other, third):
    apart = hashes.distance(one, other)
    assert apart == hashes.distance(other, one) == sum(a != b for a, b in zip(one, other, strict=True))
    assert (apart == 0) == (one == other).all()
    assert hashes.distance(one, third) <= apart + hashes.distance(other, third)
    assert hashes.distance(one, ~one) == 64


def test_a_shelf_gives_the_nearest_first():
    wanted = np.zeros(64, bool)
    shelf = np.zeros((4, 64), bool)
    shelf[0, :12], shelf[1, :3], shelf[3, :3] = True, True, True
    assert hashes.find(wanted, shelf) == [(2, 0), (1, 3), (3, 3)]
    assert hashes.find(wanted, shelf, 2) == [(2, 0)]
    assert hashes.find(wanted, np.zeros((0, 64), bool)) == []


def test_bad_arguments_get_words(portrait):
    bits = hashes.dct_hash(portrait)
    with pytest.raises(TypeError, match="picture"):
        hashes.dct_hash(portrait / 255)
    with pytest.raises(TypeError, match="one: wanted a hash"):
        hashes.distance(bits * 1, bits)
    with pytest.raises(ValueError, match="other: wanted a hash of 64"):
        hashes.distance(bits, bits[:10])
    with pytest.raises(ValueError, match="shelf"):
        hashes.find(bits, bits)
    with pytest.raises(ValueError, match="most"):
        hashes.find(bits, bits[None], 65)
