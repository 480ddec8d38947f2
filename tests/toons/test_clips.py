"""Samplers: independent performances that fill their ranges, and smooth tracks."""

import numpy as np
import pytest

from unmasked import toons
from unmasked.toons import PARAMETERS, RANGES


def some(count=4, seed=0, ranges=None):
    return toons.sample_performances(np.random.default_rng(seed), count, ranges)


def test_samples_fill_their_ranges_and_follow_the_generator():
    drawn = some(2000)
    assert drawn.shape == (2000, 11) and drawn.dtype == np.float32
    for column, (name, (low, high)) in enumerate(RANGES.items()):
        values = (drawn[:, column] - low) / (high - low)
        assert values.min() >= 0 and values.max() <= 1, f"{name} leaves its range"
        assert abs(values.mean() - 0.5) < 0.03, f"{name} is not uniform"
    assert np.array_equal(some(5, seed=3), some(5, seed=3)) and not np.array_equal(some(5, seed=3), some(5, seed=4))
    narrow = some(50, ranges={"yaw": (5, 6)})[:, 0]
    assert narrow.min() >= 5 and narrow.max() <= 6


@pytest.mark.parametrize("ranges", [{"jaws": (0, 1)}, {"yaw": (-90, 0)}, {"jaw": (1, 0)}, {"lids": 0.5}])
def test_bad_ranges_are_named(ranges):
    with pytest.raises(ValueError, match=f"ranges.*{next(iter(ranges))}"):
        some(1, ranges=ranges)


def test_a_track_is_smooth_and_blinks():
    track = toons.smooth_track(np.random.default_rng(0), 250)
    assert track.shape == (250, 11) and track.dtype == np.float32
    for column, (name, (low, high)) in enumerate(RANGES.items()):
        assert low <= track[:, column].min() and track[:, column].max() <= high, f"{name} leaves its range"
    yaw = track[:, PARAMETERS.index("yaw")]
    assert np.abs(np.diff(yaw)).max() < 8, "the head jumps between two frames"
    assert np.ptp(yaw) > 10, "the head hardly moves in ten seconds"
    assert track[:, PARAMETERS.index("lids")].min() < 0.1, "nobody blinks in ten seconds"
    assert toons.smooth_track(np.random.default_rng(0), 0).shape == (0, 11)
    with pytest.raises(ValueError, match="fps"):
        toons.smooth_track(np.random.default_rng(0), 10, fps=0)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: toons.sample_performances(7, 3), TypeError, "generator"),
        (lambda: toons.sample_performances(np.random.default_rng(0), -1), ValueError, "count"),
    ],
)
def test_mistakes_are_answered_in_words(call, error, words):
    with pytest.raises(error, match=words):
        call()
