"""Performances: eleven numbers, their ranges, and an expression on another pose."""

import numpy as np
import pytest

from unmasked import toons
from unmasked.toons import PARAMETERS, RANGES, Performance


def some(count=4, seed=0, ranges=None):
    return toons.sample_performances(np.random.default_rng(seed), count, ranges)


def test_a_performance_survives_the_trip_to_an_array_and_back():
    one = Performance(yaw=12.5, smile=-0.25, lids=1.0)
    array = one.to_array()
    assert array.shape == (11,) and array.dtype == np.float32
    assert np.array_equal(Performance.from_array(array).to_array(), array)


@pytest.mark.parametrize("name", PARAMETERS)
def test_a_performance_refuses_values_out_of_range_by_name(name):
    low, high = RANGES[name]
    for bad in (low - 0.1, high + 0.1, float("nan")):
        with pytest.raises(ValueError, match=name):
            Performance(**{name: bad})
    with pytest.raises(TypeError, match=name):
        Performance(**{name: "wide"})


def test_neutral_expression_keeps_pose_and_light_only():
    before = some(7)
    after = toons.neutral_expression(before)
    neutral = Performance()
    for column, name in enumerate(PARAMETERS):
        kept = name in ("yaw", "pitch", "roll", "light_azimuth", "light_strength")
        wanted = before[:, column] if kept else np.float32(getattr(neutral, name))
        assert np.all(after[:, column] == wanted), f"{name} should {'stay' if kept else 'be neutral'}"
    assert not np.array_equal(before, after), "the array passed in must not be changed"
    assert toons.neutral_expression(before[0]).shape == (11,)


def test_an_expression_is_put_on_another_pose_and_light():
    first, second = some(7), some(7, seed=1)
    mixed = toons.with_expression(first, second)
    for column, name in enumerate(PARAMETERS):
        wanted = second if name in toons.EXPRESSION else first
        assert np.array_equal(mixed[:, column], wanted[:, column]), name
    assert np.array_equal(toons.with_expression(first, second[3])[3], mixed[3]), "one expression for all"
    assert mixed.dtype == np.float32 and not np.array_equal(first, mixed), "what is given must stay as it is"
    with pytest.raises(ValueError, match=r"others: wanted shape \(7, 11\) or \(11,\), got \(3, 11\)"):
        toons.with_expression(first, second[:3])
