"""Compositing: alpha, Poisson, and the short way for a crop."""

import cv2
import numpy as np
import pytest
from soft_pictures import SHAPE, blobs, disc

from unmasked import blend, extract


def test_composite_mixes_by_mask_and_opacity():
    frame, face = blobs(1), blobs(2)
    np.testing.assert_array_equal(blend.composite(frame, face, disc(), 0), frame)
    whole = np.ones(SHAPE, np.float32)
    np.testing.assert_array_equal(blend.composite(frame, face, whole), face)
    half = blend.composite(frame, face, whole, 0.5).astype(float)
    np.testing.assert_allclose(half, (frame.astype(float) + face) / 2, atol=0.5)


def test_poisson_stays_in_place():
    frame = blobs(1)
    mask = disc(middle=(40, 47), radius=21)
    assert np.abs(blend.poisson(frame, frame, mask).astype(int) - frame).max() <= 3


def test_poisson_takes_the_frames_colour_and_the_faces_relief():
    frame = np.full((*SHAPE, 3), 120, np.uint8)
    face = cv2.add(blobs(2) // 2, (60, 10, 0, 0))
    mask = disc()
    done = blend.poisson(frame, face, mask)
    assert (done[mask == 0] == frame[mask == 0]).all()
    step = blend.boundary_step(done, mask)
    assert step < 0.3 * blend.boundary_step(blend.composite(frame, face, mask), mask)
    gradient = [np.diff(picture.astype(float), axis=1)[35:55, 50:70] for picture in (done, face)]
    assert np.corrcoef(gradient[0].ravel(), gradient[1].ravel())[0, 1] > 0.9


def test_poisson_of_a_mask_that_touches_the_edge_or_fills_the_frame():
    frame, face = blobs(1), blobs(2)
    for mask in (np.ones(SHAPE, np.float32), disc(middle=(0, 0)), disc(middle=(89, 119))):
        done = blend.poisson(frame, face, mask)
        assert done.shape == frame.shape
        np.testing.assert_array_equal(done[0], frame[0])


PICTURE, MASK = blobs(), disc()


NOWHERE = np.zeros(SHAPE, np.float32)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: blend.composite(PICTURE, PICTURE, MASK[:5]), ValueError, "mask.*shape"),
        (lambda: blend.composite(PICTURE, PICTURE, MASK, 1.2), ValueError, "opacity.*1.2"),
        (lambda: blend.poisson(PICTURE, PICTURE, NOWHERE), ValueError, "mask.*no face"),
        (lambda: blend.poisson(PICTURE, PICTURE, disc(radius=0.5)), ValueError, "mask.*3 × 3"),
    ],
)
def test_wrong_input_is_worded(call, error, words):
    with pytest.raises(error, match=words):
        call()


def round_mask(size=64, radius=20):
    mask = np.zeros((size, size), np.uint8)
    return cv2.circle(mask, (size // 2, size // 2), radius, 255, -1)


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
    result = blend.paste(frame, crop, round_mask(radius=28), matrix, width=6)
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


SMALL, SMALL_MASK = np.zeros((16, 16, 3), np.uint8), np.zeros((16, 16), np.uint8)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: blend.paste(SMALL_MASK, SMALL, SMALL_MASK, np.eye(2, 3)), ValueError, "frame.*wanted shape"),
        (lambda: blend.paste(SMALL, SMALL / 255, SMALL_MASK, np.eye(2, 3)), TypeError, "crop.*float64"),
        (
            lambda: blend.paste(SMALL, SMALL, SMALL_MASK[:8], np.eye(2, 3)),
            ValueError,
            r"crop_mask.*\(16, 16\).*\(8, 16\)",
        ),
        (lambda: blend.paste(SMALL, SMALL, SMALL_MASK, np.zeros((2, 3))), ValueError, "no way back"),
        (lambda: blend.paste(SMALL, SMALL, SMALL_MASK, np.zeros((3, 3))), ValueError, "matrix"),
    ],
)
def test_wrong_pastes_are_worded(call, error, words):
    with pytest.raises(error, match=words):
        call()
