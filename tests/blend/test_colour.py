"""Colour: Lab, transfer, histograms, brightness and sharpness."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from skimage import color
from soft_pictures import SHAPE, blobs, disc

from unmasked import blend


def test_lab_is_the_one_of_the_books():
    picture = blobs()
    np.testing.assert_allclose(blend.to_lab(picture), color.rgb2lab(picture), atol=0.5)
    assert np.abs(blend.from_lab(blend.to_lab(picture)).astype(int) - picture).max() <= 1


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 1000))
def test_reinhard_gives_the_frames_mean_and_spread(seed):
    face, frame, mask = blobs(seed), blobs(seed + 1), disc()
    # Soft colours both: nothing may run into the limits of what a screen shows, for clipping changes the statistics.
    face, frame = (cv2.addWeighted(picture, 0.3, np.full_like(picture, 128), 0.7, 0) for picture in (face, frame))
    done = blend.reinhard(face, frame, mask)
    for got, wanted in zip(blend.lab_statistics(done, mask), blend.lab_statistics(frame, mask), strict=True):
        np.testing.assert_allclose(got, wanted, atol=0.6)


def test_reinhard_of_a_picture_to_itself_changes_nothing_and_kept_statistics_are_used():
    face, mask = blobs(), disc()
    assert np.abs(blend.reinhard(face, face, mask).astype(int) - face).max() <= 1
    kept = blend.lab_statistics(blobs(3), mask)
    np.testing.assert_array_equal(
        blend.reinhard(face, blobs(5), mask, kept), blend.reinhard(face, blobs(3), mask), "kept statistics must win"
    )


def test_a_plain_face_gets_the_mean_without_a_division_by_zero():
    face, frame = np.full((*SHAPE, 3), 90, np.uint8), blobs()
    done = blend.reinhard(face, frame, disc())
    assert np.ptp(done.reshape(-1, 3), axis=0).max() == 0
    np.testing.assert_allclose(blend.to_lab(done)[0, 0], blend.lab_statistics(frame, disc())[0], atol=0.6)


def test_histograms_agree_inside_and_nothing_changes_outside():
    face, frame, inside = blobs(1), blobs(2), disc() > 0
    done = blend.match_histogram(face, frame, disc())
    np.testing.assert_array_equal(done[~inside], face[~inside])
    for channel in range(3):
        got, wanted = (np.sort(picture[..., channel][inside]).astype(int) for picture in (done, frame))
        assert np.abs(got - wanted).mean() < 3


def test_brightness_contrast_and_sharpness():
    picture = blobs()
    np.testing.assert_array_equal(blend.brightness_contrast(picture), picture)
    np.testing.assert_array_equal(blend.brightness_contrast(np.full_like(picture, 128), 10, 3), 138)
    np.testing.assert_array_equal(blend.brightness_contrast(picture, 255), np.full_like(picture, 255) * (picture > -1))
    np.testing.assert_array_equal(blend.sharpen(picture, 0), picture)
    edge = np.full((20, 30, 3), 60, np.uint8)
    edge[:, 15:] = 180
    spread = {amount: int(np.ptp(blend.sharpen(edge, amount))) for amount in (-1, 0, 1)}
    slope = {amount: np.abs(np.diff(blend.sharpen(edge, amount).astype(int), axis=1)).max() for amount in (-1, 0, 1)}
    assert slope[-1] < slope[0] < slope[1] and spread[1] > spread[0]


PICTURE, MASK = blobs(), disc()


NOWHERE = np.zeros(SHAPE, np.float32)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: blend.reinhard(PICTURE, PICTURE, NOWHERE), ValueError, "mask.*no face"),
        (lambda: blend.reinhard(PICTURE, PICTURE[:9], MASK), ValueError, "face.*9 × 120"),
        (lambda: blend.match_histogram(PICTURE, PICTURE, NOWHERE), ValueError, "mask.*no face"),
        (lambda: blend.brightness_contrast(PICTURE, np.inf), ValueError, "brightness.*inf"),
        (lambda: blend.brightness_contrast(PICTURE, 0, -1), ValueError, "contrast.*-1"),
        (lambda: blend.sharpen(PICTURE / 255, 1), TypeError, "picture.*float64"),
        (lambda: blend.to_lab(MASK), TypeError, "picture.*float32"),
        (lambda: blend.from_lab(np.full((3, 3, 3), np.nan)), ValueError, "lab.*NaN"),
    ],
)
def test_wrong_input_is_worded(call, error, words):
    with pytest.raises(error, match=words):
        call()
