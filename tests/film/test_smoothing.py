"""Smoothers of tracks: what they do to steady motion, to noise, to gaps, and against other ways to the same."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.ndimage import gaussian_filter1d
from scipy.signal import lfilter

from unmasked import film

SMOOTHERS = [
    lambda track: film.ema(track, 0.4),
    lambda track: film.kalman(track, 0.05),
    lambda track: film.forward_backward(track, 0.05),
]


def noise(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape)


@pytest.mark.parametrize("smooth", SMOOTHERS)
@pytest.mark.parametrize("shape", [(7,), (9, 3), (5, 68, 2), (1, 2)])
def test_shape_stays_and_what_stands_still_stays(smooth, shape):
    still = np.broadcast_to(noise(*shape[1:]), shape)
    np.testing.assert_allclose(smooth(still), still, atol=1e-9)
    assert smooth(noise(*shape)).shape == shape


@pytest.mark.parametrize("smooth", SMOOTHERS)
def test_values_do_not_mix_and_scale_carries_through(smooth):
    track = noise(12, 4, 2)
    whole = smooth(track)
    np.testing.assert_allclose(whole[:, 1, 0], smooth(track[:, 1, 0]), atol=1e-9)
    np.testing.assert_allclose(smooth(3 * track + 5), 3 * whole + 5, atol=1e-9)


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 30), st.floats(0.01, 1))
def test_ema_is_the_recursive_filter(count, share):
    track = noise(count, 3, seed=count)
    start = (1 - share) * track[:1]
    expected, _ = lfilter([share], [1, share - 1], track, axis=0, zi=start)
    np.testing.assert_allclose(film.ema(track, share), expected, atol=1e-9)


def test_the_filters_know_steady_motion_and_ema_comes_late():
    ramp = np.arange(400.0)[:, None] * [0.5, -2]
    np.testing.assert_allclose(film.kalman(ramp, 0.1)[-1], ramp[-1], atol=1e-3)
    np.testing.assert_allclose(film.forward_backward(ramp, 0.1)[20:-20], ramp[20:-20], atol=1e-2)
    late = (ramp[-1] - film.ema(ramp, 0.25)[-1]) / [0.5, -2]
    np.testing.assert_allclose(late, 3, atol=1e-6)


@settings(max_examples=15, deadline=None)
@given(st.integers(3, 14), st.floats(1e-3, 10), st.floats(1e-2, 10), st.integers(0, 99))
def test_forward_backward_is_the_likeliest_track(count, q, r, seed):
    """The same model, solved at once by least squares over all places and speeds."""
    measured = noise(count, seed=seed)
    measured[1:-1][noise(count - 2, seed=seed + 1) > 1] = np.nan
    rows, aims = [], []

    def row(entries, aim, weight):
        line = np.zeros(2 * count)
        for at, value in entries:
            line[at] = value
        rows.append(weight * line), aims.append(weight * aim)

    row([(1, 1)], 0.0, (10 * (q + r)) ** -0.5)
    for t in np.flatnonzero(~np.isnan(measured)):
        row([(2 * t, 1)], measured[t], r**-0.5)
    whiten = np.linalg.inv(np.linalg.cholesky(q * np.array([[1 / 3, 1 / 2], [1 / 2, 1]])))
    for t in range(count - 1):
        step = np.array([[-1, -1, 1, 0], [0, -1, 0, 1]])
        for line in whiten @ step:
            row(zip(range(2 * t, 2 * t + 4), line, strict=True), 0.0, 1.0)
    best = np.linalg.lstsq(np.array(rows), np.array(aims), rcond=None)[0][::2]
    np.testing.assert_allclose(film.forward_backward(measured, q, r), best, atol=1e-6)
    np.testing.assert_allclose(film.kalman(measured, q, r)[-1], best[-1], atol=1e-6)


def test_only_q_over_r_counts():
    track = noise(20, 2)
    for smooth in (film.kalman, film.forward_backward):
        np.testing.assert_allclose(smooth(track, 0.03, 0.1), smooth(track, 0.3), atol=1e-9)


def test_the_future_helps():
    truth = gaussian_filter1d(noise(300, 5), 12, axis=0) * 20
    seen = truth + noise(300, 5, seed=1)
    errors = [
        np.square(one - truth).mean()
        for one in (seen, film.ema(seen, 0.4), film.kalman(seen, 0.02), film.forward_backward(seen, 0.02))
    ]
    assert errors[3] < errors[2] < errors[0] and errors[3] < errors[1]


@pytest.mark.parametrize("smooth", SMOOTHERS)
def test_they_go_on_over_frames_that_were_not_measured(smooth):
    track = np.arange(12.0)[:, None] * [1, 2]
    track[[0, 1, 6, 7]] = np.nan
    smoothed = smooth(track)
    assert np.isnan(smoothed[:2]).all() and np.isfinite(smoothed[2:]).all()
    assert (track[[0, 1, 6, 7]] != track[[0, 1, 6, 7]]).all(), "the track itself stays as it was"


def test_missing_frames_hold_coast_or_lie_between():
    track = np.arange(60.0)
    track[50:53] = np.nan
    assert (film.ema(track, 1)[50:53] == 49).all()
    np.testing.assert_allclose(film.kalman(track, 1)[50:53], [50, 51, 52], atol=1e-2)
    np.testing.assert_allclose(film.forward_backward(track, 1)[50:53], [50, 51, 52], atol=1e-2)


def test_short_gaps_are_bridged_and_long_ones_are_not():
    track = np.array([[np.nan], [0], [np.nan], [2], [np.nan], [np.nan], [np.nan], [10], [np.nan]])
    np.testing.assert_array_equal(film.bridge(track, 2)[:, 0], [np.nan, 0, 1, 2, np.nan, np.nan, np.nan, 10, np.nan])
    np.testing.assert_allclose(film.bridge(track, 3)[1:8, 0], [0, 1, 2, 4, 6, 8, 10])
    np.testing.assert_array_equal(film.bridge(track, 0), track)


TRACK = noise(5, 2)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: film.ema(TRACK, 0), ValueError, "share"),
        (lambda: film.ema(TRACK, 1.1), ValueError, "share"),
        (lambda: film.ema(TRACK, "half"), TypeError, "share: wanted a number"),
        (lambda: film.kalman(TRACK, 0), ValueError, "q: wanted"),
        (lambda: film.kalman(TRACK, 1, -1), ValueError, "r: wanted"),
        (lambda: film.ema(np.full((3, 2), np.nan), 0.5), ValueError, "track: no frame of it was measured"),
        (lambda: film.ema(np.empty((0, 2)), 0.5), ValueError, r"track: .*one frame or more, got shape \(0, 2\)"),
        (lambda: film.forward_backward(3.0, 1), ValueError, "time first"),
        (lambda: film.kalman(TRACK * np.inf, 1), ValueError, "infinity"),
        (lambda: film.ema("track", 0.5), TypeError, "track: wanted numbers"),
        (lambda: film.bridge(TRACK, -1), ValueError, "longest"),
    ],
)
def test_wrong_input_is_worded(call, error, words):
    with pytest.raises(error, match=words):
        call()
