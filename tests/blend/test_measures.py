"""The measures: pictures whose score is known."""

import numpy as np
import pytest
from soft_pictures import blobs, disc

from unmasked import blend


def test_boundary_step_of_a_known_picture():
    mask = np.zeros((40, 60), np.float32)
    mask[10:30, 15:40] = 1
    picture = np.full((40, 60, 3), 100, np.uint8)
    assert blend.boundary_step(picture, mask) == 0
    picture[mask > 0] = 160
    step = blend.delta_e(picture[:1, :1], picture[20:21, 20:21])[0, 0]
    assert blend.boundary_step(picture, mask) == pytest.approx(step, abs=1e-3)
    assert blend.boundary_step(picture, mask, reach=1) == pytest.approx(step, abs=1e-3)


def test_a_feather_lowers_the_step():
    frame, face, mask = blobs(1), blobs(2), disc()
    steps = [blend.boundary_step(blend.composite(frame, face, blend.feather(mask, w)), mask) for w in (0, 4, 12)]
    assert steps[0] > steps[1] > steps[2]


def test_errors_against_the_truth():
    truth, frame = blobs(1), blobs(2)
    assert blend.composite_error(truth, truth) == 0
    assert blend.explained_composite(truth, truth, frame) == 1
    assert blend.explained_composite(frame, truth, frame) == 0
    assert blend.explained_composite(blobs(3), truth, blend.composite(truth, frame, disc(), 0.3)) < 0
    only = truth.copy()
    only[disc() > 0] = 255 - only[disc() > 0]
    assert blend.composite_error(only, truth, 1 - disc()) == 0 < blend.composite_error(only, truth, disc())
    assert blend.mask_error(disc(), disc()) == 0
    assert blend.mask_error(0 * disc(), disc()) == 1


def test_flicker_counts_jumps_of_colour():
    frame, mask = blobs(), disc()
    still = np.stack([frame] * 5)
    assert blend.flicker(still, mask) == 0
    jumping = still.copy()
    jumping[1::2] = blend.brightness_contrast(frame, 15)
    assert blend.flicker(jumping, mask) > 3
    assert blend.flicker(jumping, np.stack([mask] * 5)) == blend.flicker(jumping, mask)
    assert blend.flicker(jumping, mask, jumping) == 0, "what the truth does too is no flicker"
    assert blend.flicker(jumping, mask, still) == blend.flicker(jumping, mask)
    assert blend.flicker(np.concatenate([still, still[:, ::-1, ::-1]]), disc(radius=500)) == pytest.approx(0, abs=1e-3)


def test_sharpness_falls_with_blur():
    sharp = [blend.sharpness(blend.sharpen(blobs(), amount), disc()) for amount in (-1, 0, 1)]
    assert sharp[0] < sharp[1] < sharp[2]


CLIP = np.zeros((3, 20, 30, 3), np.uint8)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: blend.boundary_step(CLIP[0], np.zeros((20, 30), np.float32)), ValueError, "mask.*no face"),
        (lambda: blend.boundary_step(CLIP[0], np.ones((20, 30), np.float32)), ValueError, "mask.*no edge"),
        (lambda: blend.boundary_step(CLIP[0], np.ones((9, 9), np.float32)), ValueError, "mask.*shape"),
        (lambda: blend.composite_error(CLIP[0], CLIP[0, :9]), ValueError, "second"),
        (lambda: blend.explained_composite(CLIP[0], CLIP[0], CLIP[0]), ValueError, "frame.*nothing to explain"),
        (lambda: blend.mask_error(np.ones((9, 9), np.float32), np.zeros((9, 9), np.uint8)), ValueError, "true_mask"),
        (lambda: blend.flicker(CLIP[:0], np.ones((20, 30), np.float32)), ValueError, "clip: wanted 2 or more, got 0"),
        (lambda: blend.flicker(CLIP / 255, np.ones((20, 30), np.float32)), TypeError, "clip.*float64"),
        (lambda: blend.flicker(CLIP, np.zeros((20, 30), np.float32)), ValueError, "masks.*no face"),
        (lambda: blend.flicker(CLIP, np.ones((20, 30), np.float32), CLIP[:2]), ValueError, "truth.*shape"),
        (lambda: blend.sharpness(CLIP[0], np.zeros((20, 30), np.float32)), ValueError, "mask.*no face"),
        (lambda: blend.flicker(CLIP, np.ones((9, 9), np.float32)), ValueError, "masks.*shape"),
    ],
)
def test_wrong_measurements_are_worded(call, error, words):
    with pytest.raises(error, match=words):
        call()
