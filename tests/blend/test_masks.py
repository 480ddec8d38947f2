"""Masks: boxes, hulls, growing, and the soft edge."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from soft_pictures import SHAPE, blobs, disc

from unmasked import blend, extract, toons


@pytest.fixture(scope="module")
def portrait():
    return toons.draw(toons.CAST["bo"], toons.Performance(yaw=10, jaw=0.3), (110, 130))


def test_a_box_is_the_crops_square_in_the_frame(portrait):
    matrix = extract.align_matrix(portrait.landmarks)
    mask = blend.box_mask((110, 130), matrix)
    assert mask.dtype == np.float32 and mask.shape == (110, 130)
    inside = cv2.warpAffine(np.ones((64, 64), np.float32), extract.invert(matrix), (130, 110))
    assert np.abs(mask - inside).mean() < 0.03
    half = blend.box_mask((110, 130), matrix, share=0.5)
    assert half.sum() < mask.sum()
    assert ((half > 0) <= (mask > 0)).all()


def test_a_hull_covers_the_face_and_a_forehead_lifts_it(portrait):
    low, high = (blend.face_mask(portrait.landmarks, (110, 130), forehead) for forehead in (0.0, 0.3))
    face = portrait.mask >= 128
    assert face[low >= 0.5].mean() > 0.9
    assert ((low > 0) <= (high > 0)).all() and high.sum() > 1.1 * low.sum()
    assert blend.mask_error(high, portrait.mask) < blend.mask_error(low, portrait.mask)


@settings(max_examples=20, deadline=None)
@given(st.integers(-12, 12))
def test_growing_a_disc_moves_its_edge(pixels):
    grown = blend.grow(disc(), pixels)
    radius = np.sqrt(grown.sum() / np.pi)
    assert abs(radius - (30 + pixels)) < 1.0
    assert set(np.unique(grown)) <= {0, 1}


def test_shrinking_all_away_and_growing_nothing():
    assert blend.grow(disc(radius=5), -20).sum() == 0
    assert blend.grow(np.zeros(SHAPE, np.float32), 5).sum() == 0
    assert (blend.grow(np.ones(SHAPE, np.float32), -5) == 1).all(), "the picture's edge is no boundary of the face"


def test_feather_takes_masks_of_both_kinds():
    soft = disc()
    # OpenCV's distances differ in the last bit by where an array lies in memory.
    np.testing.assert_allclose(blend.feather(soft, 6), blend.feather((255 * soft).astype(np.uint8), 6), atol=1e-6)


PICTURE, MASK = blobs(), disc()


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: blend.grow(MASK, np.nan), ValueError, "pixels.*nan"),
        (lambda: blend.grow(np.full(SHAPE, np.nan, np.float32), 1), ValueError, "mask.*nan"),
        (lambda: blend.grow(MASK * 3, 1), ValueError, "mask.*0…3"),
        (lambda: blend.box_mask(SHAPE, np.zeros((2, 3))), ValueError, "no way back"),
        (lambda: blend.box_mask(SHAPE, np.eye(2, 3), 0), ValueError, "share.*0"),
        (lambda: blend.box_mask(SHAPE, np.full((2, 3), np.nan)), ValueError, "matrix.*NaN"),
        (lambda: blend.box_mask((0, 9), np.eye(2, 3)), ValueError, "shape: wanted 1 or more pixels"),
        (lambda: blend.box_mask(SHAPE, np.eye(2, 3), size=0), ValueError, "size.*got 0"),
        (lambda: blend.face_mask(np.full((68, 2), np.nan), SHAPE), ValueError, "landmarks.*finite"),
        (lambda: blend.face_mask(np.zeros((5, 2)), SHAPE), ValueError, r"landmarks.*\(68, 2\).*\(5, 2\)"),
        (lambda: blend.face_mask(np.random.rand(68, 2) - 900, SHAPE), ValueError, "landmarks.*outside"),
    ],
)
def test_wrong_input_is_worded(call, error, words):
    with pytest.raises(error, match=words):
        call()


def round_mask(size=64, radius=20):
    mask = np.zeros((size, size), np.uint8)
    return cv2.circle(mask, (size // 2, size // 2), radius, 255, -1)


def test_feather_rises_from_the_boundary_and_stays_inside():
    mask = round_mask()
    share = blend.feather(mask, 8)
    assert share.dtype == np.float32
    assert (share[mask < 128] == 0).all(), "a feather must not reach past its mask"
    assert share[32, 32] == 1
    assert (np.diff(share[32, 12:33]) >= 0).all(), "from the disc's left edge to its middle it must rise"
    square = np.zeros((40, 50), np.uint8)
    square[5:35, 10:40] = 255
    np.testing.assert_allclose(blend.feather(square, 8)[20, 10:18], (np.arange(8) + 0.5) / 8, atol=1e-6)


def test_the_pictures_edge_is_a_boundary_too():
    share = blend.feather(np.full((20, 31), 255, np.uint8), 5)
    for edge in (share[0], share[-1], share[:, 0], share[:, -1]):
        assert edge.max() == pytest.approx(0.1)
    assert share[10, 15] == 1


def test_no_width_gives_the_mask_and_no_mask_gives_nothing():
    np.testing.assert_array_equal(blend.feather(round_mask(), 0), round_mask() / 255)
    assert (blend.feather(np.zeros((9, 12), np.uint8), 4) == 0).all()


SMALL, SMALL_MASK = np.zeros((16, 16, 3), np.uint8), np.zeros((16, 16), np.uint8)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: blend.feather(SMALL_MASK.astype(int), 3), TypeError, "mask.*int64"),
        (lambda: blend.feather(SMALL, 3), ValueError, "mask.*wanted shape"),
        (lambda: blend.feather(SMALL_MASK, -1), ValueError, "width.*-1"),
        (lambda: blend.feather(SMALL_MASK, np.nan), ValueError, "width.*nan"),
    ],
)
def test_wrong_feathers_are_worded(call, error, words):
    with pytest.raises(error, match=words):
        call()
