"""A line fitted by hand: every end of its knobs, its loss and the map of all losses."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unmasked.widgets import line_fit
from unmasked.widgets.benches.line_fit import LineFit

X, Y = np.array([0.1, 0.4, 0.9, 1.4]), np.array([0.1, 0.45, 0.5, 0.95])

RANGES = {"slopes": (-1, 1.5), "biases": (-0.6, 1.0), "start": (-0.4, 0.8)}


def test_the_line_is_drawn_at_every_end_with_and_without_its_map():
    bench = line_fit(X, Y, **RANGES)
    pictures, words = set(), set()
    for shown in (False, True):
        for slope in (-1, 0.3, 1.5):
            for bias in (-0.6, 0.1, 1.0):
                frame = bench.set(slope=slope, bias=bias, map=shown)
                pictures.add(frame.panels[0].picture.tobytes())
                words.add(frame.words)
    assert len(pictures) == 18 and len(words) == 9


@given(st.floats(-1, 1.5), st.floats(-0.6, 1))
@settings(max_examples=25, deadline=None)
def test_the_bench_says_the_mean_squared_error(slope, bias):
    scene = LineFit(X, Y, RANGES["slopes"], RANGES["biases"])
    loss = sum((slope * x + bias - y) ** 2 for x, y in zip(X, Y, strict=True)) / 4
    assert math.isclose(scene.loss(slope, bias), loss, rel_tol=1e-9)
    assert f"Loss {loss:.4f}" in scene.draw({"slope": slope, "bias": bias, "map": False}).words


def test_the_map_is_darkest_where_the_best_line_lies():
    scene = LineFit(X, Y, RANGES["slopes"], RANGES["biases"])
    slope, bias = np.polyfit(X, Y, 1)
    rows, columns = scene.valley.inside
    shades = scene._shades(columns.stop - columns.start, rows.stop - rows.start).mean(2)
    row, column = int(scene.valley.down(bias)) - rows.start, int(scene.valley.across(slope)) - columns.start
    assert shades[row, column] == shades.min()


@pytest.mark.parametrize(
    ("x", "y", "words"),
    [([1.0], [1.0], "two or more points"), ([1.0, 2.0], [1.0], "shapes"), ([1.0, np.nan], [1.0, 2.0], "finite")],
)
def test_the_line_refuses_points_that_are_none(x, y, words):
    with pytest.raises(ValueError, match=words):
        line_fit(x, y, **RANGES)
