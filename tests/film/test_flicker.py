"""What trembles, what comes late and what is lost: measures with known answers."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.ndimage import gaussian_filter1d
from skimage.color import rgb2lab

from unmasked import film, toons
from unmasked.toons import scenes


def clip(count=5, height=12, width=20, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (count, height, width, 3), dtype=np.uint8)


WHOLE = np.ones((12, 20), np.float32)


def test_flicker_is_the_change_of_what_is_off():
    pictures, truth = clip(), clip(seed=1)
    masks = np.random.default_rng(2).random((5, 12, 20)) > 0.4
    error = np.stack([rgb2lab(a) - rgb2lab(b) for a, b in zip(pictures, truth, strict=True)])
    both = masks[1:] & masks[:-1]
    lengths = np.linalg.norm(np.diff(error, axis=0), axis=-1)
    expected = [one[mask].mean() for one, mask in zip(lengths, both, strict=True)]
    np.testing.assert_allclose(film.changes(pictures, masks, truth), expected, rtol=5e-3)
    assert film.flicker(pictures, masks, truth) == pytest.approx(np.mean(expected), rel=5e-3)


def test_the_truths_own_motion_is_no_flicker():
    moving = clip()
    assert film.flicker(moving, WHOLE, moving) == 0 < film.flicker(moving, WHOLE)
    still = np.repeat(clip(1), 5, 0)
    assert film.flicker(still, WHOLE) == 0
    grey, other = np.full((3, 8, 8, 3), 100, np.uint8), np.full((3, 8, 8, 3), 160, np.uint8)
    assert film.flicker(grey, np.ones((8, 8), np.float32), other) == 0, "always off by as much"
    other[1] = 100
    changes = film.changes(grey, np.ones((8, 8), np.float32), other)
    assert changes[0] == pytest.approx(changes[1]) and changes[0] > 20


def test_a_clip_that_follows_the_face_stands_still():
    layout = scenes.Layout((90, 120), 60, 50, 80, 0, 1, 2, None)
    calm = np.tile(toons.Performance().to_array(), (4, 1))
    films = [scenes.film(toons.CAST["kit"], calm[:1], scenes.Layout((90, 120), 55 + 2 * t, 50, 80, 0, 1, 2, None))[0]
             for t in range(4)]  # fmt: skip
    pictures, masks = np.stack([one.picture for one in films]), np.stack([one.mask for one in films])
    landmarks = np.stack([one.landmarks for one in films])
    steady = film.steadied(pictures, landmarks, 48)
    inside = film.steadied(masks, landmarks, 48)
    assert steady.shape == (4, 48, 48, 3) and inside.shape == (4, 48, 48) and layout.shape == pictures.shape[1:3]
    assert film.flicker(steady, inside) < 0.2 * film.flicker(pictures, masks)


def landmarks(count=30, seed=0):
    track = toons.smooth_track(np.random.default_rng(seed), count)
    return scenes.film(toons.CAST["kit"], track, scenes.Layout((60, 80), 40, 30, 60, 0, 1, 2, None)).landmarks


def test_jitter_is_zero_for_steady_motion_and_the_noises_for_noise():
    face = landmarks(1)[0]
    steady = face + np.arange(8)[:, None, None] * [2.0, -1.0]
    assert film.landmark_jitter(steady) == pytest.approx(0, abs=1e-6)
    turning, noise = landmarks(), np.random.default_rng(0).normal(0, 0.3, (30, 68, 2))
    eyes = np.linalg.norm(turning[:, 45] - turning[:, 36], axis=-1).mean()
    expected = np.linalg.norm(np.diff(noise, 2, axis=0), axis=-1).mean() / eyes
    assert film.landmark_jitter(turning + noise, turning) == pytest.approx(expected, rel=0.02)
    assert film.landmark_jitter(turning + noise) > film.landmark_jitter(turning)
    gap = turning.copy().astype(float)
    gap[10] = np.nan
    assert film.landmark_jitter(gap, turning) == pytest.approx(0, abs=1e-6)


@settings(max_examples=20, deadline=None)
@given(st.integers(-8, 8), st.integers(0, 50))
def test_a_shift_is_found(shift, seed):
    smooth = gaussian_filter1d(np.random.default_rng(seed).normal(size=(120, 3)), 3, axis=0)
    assert film.lag(smooth[20 - shift : 100 - shift], smooth[20:100]) == pytest.approx(shift, abs=0.15)


def test_smoothers_come_as_late_as_they_should():
    truth = gaussian_filter1d(np.random.default_rng(0).normal(size=(600, 4)), 15, axis=0)
    assert film.lag(truth, truth) == pytest.approx(0, abs=0.02)
    assert film.lag(film.ema(truth, 0.4), truth) == pytest.approx(1.5, abs=0.2)
    assert film.lag(film.ema(truth, 0.25), truth) > film.lag(film.kalman(truth, 0.01), truth) > 0
    assert film.lag(film.forward_backward(truth, 0.01), truth) == pytest.approx(0, abs=0.1)
    gap = truth.copy()
    gap[50:60] = np.nan
    assert film.lag(gap, truth) == pytest.approx(0, abs=0.05)


def test_a_blink_is_seen_and_its_loss_too():
    opening = np.full(40, 0.4)
    opening[18:23] = [0.3, 0.1, 0.02, 0.1, 0.3]
    assert film.blink_kept(opening, opening) == pytest.approx(1)
    assert film.blink_kept(np.full(40, 0.4), opening) == pytest.approx(0)
    half = 0.4 - (0.4 - opening) / 2
    assert film.blink_kept(half, opening) == pytest.approx(0.5)
    assert film.blink_kept(np.roll(opening, 3), opening) == pytest.approx(1), "a late blink is no lost one"
    assert 0.1 < film.blink_kept(film.ema(opening, 0.2), opening) < 0.6
    assert np.isnan(film.blink_kept(opening, np.full(40, 0.4)))
    twice = np.tile(opening, 2)
    assert film.blink_kept(np.concatenate([opening, np.full(40, 0.4)]), twice) == pytest.approx(0.5)


def test_eyes_open_and_shut():
    track = np.stack([toons.Performance(lids=lids).to_array() for lids in (0.0, 0.3, 0.6, 0.9)])
    marks = scenes.film(toons.CAST["bo"], track, scenes.Layout((120, 120), 60, 60, 100, 20, 1, 2, None)).landmarks
    opening = film.eye_opening(marks)
    assert (np.diff(opening) > 0.02).all() and opening[0] < 0.3 * opening[-1]
    np.testing.assert_allclose(film.eye_opening(2.5 * marks + 7), opening, rtol=1e-4)
    missing = np.concatenate([marks, np.full((1, 68, 2), np.nan)])
    assert np.isnan(film.eye_opening(missing)[-1])


MARKS = landmarks(4)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: film.changes(clip(1), WHOLE), ValueError, "clip: wanted 2 or more"),
        (lambda: film.changes(clip() / 255, WHOLE), TypeError, "clip.*float64"),
        (lambda: film.changes(clip(), WHOLE[1:]), ValueError, "masks: wanted shape"),
        (lambda: film.changes(clip(), 0 * WHOLE), ValueError, "masks: no pixel is inside in frame 0"),
        (lambda: film.changes(clip(), WHOLE, clip(4)), ValueError, "truth: wanted shape"),
        (lambda: film.steadied(clip(), MARKS), ValueError, r"landmarks: wanted shape \(5, 68, 2\)"),
        (lambda: film.landmark_jitter(MARKS[:2]), ValueError, "landmarks: wanted 3 or more"),
        (lambda: film.landmark_jitter(MARKS[:, :5]), ValueError, "landmarks: wanted shape"),
        (lambda: film.lag(MARKS, MARKS[1:]), ValueError, "truth: wanted the track's shape"),
        (lambda: film.lag(MARKS, MARKS), ValueError, "most: wanted 1 or less for 4 frames"),
        (lambda: film.lag(np.ones((40, 2)), np.ones((40, 2))), ValueError, "truth: it stands still"),
        (lambda: film.blink_kept(np.ones(4), np.ones(5)), ValueError, "opening: wanted shape"),
        (lambda: film.eye_opening(MARKS[0]), ValueError, "landmarks: wanted shape"),
    ],
)
def test_wrong_input_is_worded(call, error, words):
    with pytest.raises(error, match=words):
        call()
