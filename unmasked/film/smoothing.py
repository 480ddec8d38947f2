"""Steadier tracks: by the past alone, as it must be live, and with the future too, as a file allows.

A track is an array with time first: landmarks (T, 68, 2), colours (T, 3), codes (T, 128). A frame that was not measured
is NaN: the smoothers go on without it. Frames before the first one that was measured stay NaN.
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from unmasked.arguments import checked_number, checked_whole


def ema(track: np.ndarray, share: float) -> np.ndarray:
    """The exponential moving average: share · new + (1 − share) · what came out one frame before; float64, same shape.

    share  of the new frame, above 0…1; 1 leaves the track as it is. A track that moves steadily comes out late, by
           (1 − share) / share frames. A missing frame repeats the one before.
    Raises TypeError or ValueError that names the argument.
    """
    track, seen = checked_track(track)
    share = checked_number(share, "share", 1e-6, 1)
    smooth = np.full_like(track, np.nan)
    last = None
    for t in range(len(track)):
        if seen[t]:
            last = track[t] if last is None else share * track[t] + (1 - share) * last
        if last is not None:
            smooth[t] = last
    return smooth


def kalman(track: np.ndarray, q: float, r: float = 1.0) -> np.ndarray:
    """The Kalman filter for things that keep their speed: where each value is, by all frames so far; float64, same
    shape.

    q  variance of what changes the speed from frame to frame, r of what the measurement is off; only q / r counts, and
       the lower, the smoother. A missing frame goes on at the speed so far.
    Raises TypeError or ValueError that names the argument.
    Source: Kalman, "A new approach to linear filtering and prediction problems", 1960.
    """
    return _filtered(track, q, r)[0][:, 0].reshape(np.shape(track))


def forward_backward(track: np.ndarray, q: float, r: float = 1.0) -> np.ndarray:
    """The Kalman filter forward, then corrected backward by what came later: no lag, and nothing live could do it.

    Arguments, shapes and errors as in `kalman`. It is the likeliest track given all frames, so the limit for that
    model. A missing frame lies between those round it.
    Source: Rauch, Tung and Striebel, "Maximum likelihood estimates of linear dynamic systems", 1965.
    """
    states, spreads, noise = _filtered(track, q, r)
    for t in range(len(states) - 2, -1, -1):
        if np.isnan(states[t]).any():
            break
        ahead = _STEP @ spreads[t] @ _STEP.T + noise
        gain = spreads[t] @ _STEP.T @ np.linalg.inv(ahead)
        states[t] += gain @ (states[t + 1] - _STEP @ states[t])
    return states[:, 0].reshape(np.shape(track))


_STEP = np.array([[1.0, 1.0], [0.0, 1.0]])  # one frame on: the place moves by the speed, the speed stays


def kalman_step(state: np.ndarray, spread: np.ndarray, measured: np.ndarray | None, noise: np.ndarray, r: float):
    """One frame on: place and speed (2, C), and how unsure they are (2, 2), predicted and then corrected.

    measured  places (C,), off by a variance of `r`; None where the frame was not measured. `noise`: (2, 2), what a
              frame's change of speed adds to how unsure they are.
    """
    state, spread = _STEP @ state, _STEP @ spread @ _STEP.T + noise
    if measured is not None:
        gain = spread[:, :1] / (spread[0, 0] + r)  # near 1: believe what was measured
        state, spread = state + gain * (measured - state[0]), spread - gain * spread[:1]
    return state, spread


def _filtered(track: np.ndarray, q: float, r: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Place and speed of every value (T, 2, C), how sure they are (T, 2, 2), and what each step adds to that (2, 2)."""
    track, seen = checked_track(track)
    q, r = checked_number(q, "q", 1e-12), checked_number(r, "r", 1e-12)
    values = track.reshape(len(track), -1)
    states, spreads = np.full((len(values), 2, values.shape[1]), np.nan), np.zeros((len(values), 2, 2))
    # The speed changes evenly during a frame, so the place is a little less sure as well.
    noise = q * np.array([[1 / 3, 1 / 2], [1 / 2, 1.0]])
    state, spread = None, np.diag([r, 10 * (q + r)])
    for t in range(len(values)):
        if state is None:
            if not seen[t]:
                continue
            state = np.stack([values[t], np.zeros_like(values[t])])
        else:
            state, spread = kalman_step(state, spread, values[t] if seen[t] else None, noise, r)
        states[t], spreads[t] = state, spread
    return states, spreads, noise


def bridge(track: np.ndarray, longest: int) -> np.ndarray:
    """The track with gaps of at most `longest` frames filled in a straight line from one side to the other; float64.

    Longer gaps, and those at the ends, stay NaN. Raises TypeError or ValueError that names the argument.
    """
    track, seen = checked_track(track)
    longest = checked_whole(longest, "longest")
    filled, there = track.copy(), np.flatnonzero(seen)
    for before, after in pairwise(there):
        if 1 < after - before <= longest + 1:
            share = (np.arange(before + 1, after) - before) / (after - before)
            share = share.reshape(-1, *[1] * (track.ndim - 1))
            filled[before + 1 : after] = (1 - share) * track[before] + share * track[after]
    return filled


def checked_track(track: np.ndarray | Sequence, name: str = "track") -> tuple[np.ndarray, np.ndarray]:
    """A track as float64 with time first, and bool (T,): where it was measured. A frame with any NaN was not.

    Raises TypeError or ValueError, also where no frame was measured.
    """
    try:
        track = np.array(track, np.float64)
    except (TypeError, ValueError):
        raise TypeError(f"{name}: wanted numbers with time first, got {type(track).__name__}") from None
    if track.ndim == 0 or not track.size:
        raise ValueError(f"{name}: wanted time first and one frame or more, got shape {track.shape}")
    if np.isinf(track).any():
        raise ValueError(f"{name}: wanted finite numbers, or NaN for a frame that was not measured, got infinity")
    seen = ~np.isnan(track.reshape(len(track), -1)).any(1)
    if not seen.any():
        raise ValueError(f"{name}: no frame of it was measured, so there is nothing to follow")
    track[~seen] = np.nan
    return track, seen
