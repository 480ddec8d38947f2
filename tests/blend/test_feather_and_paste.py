"""Feathering and pasting."""

import cv2
import numpy as np
import pytest

from unmasked import blend, extract


def disc(size=64, radius=20):
    mask = np.zeros((size, size), np.uint8)
    return cv2.circle(mask, (size // 2, size // 2), radius, 255, -1)


def test_feather_rises_from_the_boundary_and_stays_inside():
    mask = disc()
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
    np.testing.assert_array_equal(blend.feather(disc(), 0), disc() / 255)
    assert (blend.feather(np.zeros((9, 12), np.uint8), 4) == 0).all()


def similarity(angle=15.0, scale=0.7, shift=(-20.0, -8.0)):
    matrix = cv2.getRotationMatrix2D((40, 30), angle, scale)
    matrix[:, 2] += shift
    return matrix


def test_a_crop_pasted_back_leaves_the_frame_as_it_was():
    rng = np.random.default_rng(0)
    frame = cv2.resize(rng.integers(0, 256, (6, 8, 3), dtype=np.uint8), (160, 120), interpolation=cv2.INTER_CUBIC)
    kept = frame.copy()
    matrix = similarity(scale=0.9)
    crop = extract.warp(frame, matrix, 64)
    result = blend.paste(frame, crop, disc(radius=28), matrix, width=6)
    assert result.shape == frame.shape
    assert result.dtype == np.uint8
    assert np.abs(result.astype(int) - frame).max() <= 6, "cut out and put back, a face must look as before"
    np.testing.assert_array_equal(frame, kept, err_msg="the frame given must be left alone")


@pytest.mark.parametrize("scale", [0.4, 1.0, 2.5])
def test_colour_arrives_where_the_mask_lies_and_nowhere_else(scale):
    frame = np.full((110, 150, 3), 40, np.uint8)
    crop = np.empty((64, 48, 3), np.uint8)
    crop[:] = (200, 30, 90)
    mask = np.zeros((64, 48), np.uint8)
    mask[20:44, 12:36] = 255
    matrix = np.array([[scale, 0, 24 - 75 * scale], [0, scale, 32 - 55 * scale]])  # (75, 55) → (24, 32)
    result = blend.paste(frame, crop, mask, matrix, width=2)
    assert tuple(result[55, 75]) == (200, 30, 90), "the middle of the mask shows the crop"
    changed = (result != frame).any(-1)
    y, x = np.nonzero(changed)
    half = 12 / scale
    assert max(np.abs(x - 75).max(), np.abs(y - 55).max()) <= half + 1 + 1 / scale
    assert changed.sum() > 0.6 * (2 * half) ** 2
    assert (result[~changed] == 40).all()


def test_an_empty_mask_changes_nothing():
    frame = np.random.default_rng(0).integers(0, 256, (30, 50, 3), dtype=np.uint8)
    crop = np.zeros((16, 16, 3), np.uint8)
    np.testing.assert_array_equal(blend.paste(frame, crop, np.zeros((16, 16), np.uint8), np.eye(2, 3)), frame)


PICTURE, MASK = np.zeros((16, 16, 3), np.uint8), np.zeros((16, 16), np.uint8)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: blend.feather(MASK.astype(float), 3), TypeError, "mask.*float64"),
        (lambda: blend.feather(PICTURE, 3), ValueError, "mask.*wanted shape"),
        (lambda: blend.feather(MASK, -1), ValueError, "width.*-1"),
        (lambda: blend.feather(MASK, np.nan), ValueError, "width.*nan"),
        (lambda: blend.paste(MASK, PICTURE, MASK, np.eye(2, 3)), ValueError, "frame.*wanted shape"),
        (lambda: blend.paste(PICTURE, PICTURE / 255, MASK, np.eye(2, 3)), TypeError, "crop.*float64"),
        (
            lambda: blend.paste(PICTURE, PICTURE, MASK[:8], np.eye(2, 3)),
            ValueError,
            r"crop_mask.*\(16, 16\).*\(8, 16\)",
        ),
        (lambda: blend.paste(PICTURE, PICTURE, MASK, np.zeros((2, 3))), ValueError, "no way back"),
        (lambda: blend.paste(PICTURE, PICTURE, MASK, np.zeros((3, 3))), ValueError, "matrix"),
    ],
)
def test_wrong_input_is_worded(call, error, words):
    with pytest.raises(error, match=words):
        call()
