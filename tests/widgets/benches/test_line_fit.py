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


def test_the_line_is_drawn_at_every_end_beside_its_map():
    bench = line_fit(X, Y, **RANGES)
    pictures, words = set(), set()
    for slope in (-1, 0.3, 1.5):
        for bias in (-0.6, 0.1, 1.0):
            frame = bench.set(slope=slope, bias=bias)
            pictures.add(frame.panels[0].picture.tobytes())
            words.add(frame.words)
            assert "map of the loss" in frame.alt and bench.still().ndim == 3
    assert len(pictures) == len(words) == 9 and "rate" not in bench.settings


def test_steps_are_those_of_gradient_descent_and_the_walk_ends_where_a_hand_moves_the_line():
    bench = line_fit(X, Y, **RANGES, rates=(0.05, 0.4, 3.0))
    slope, bias = RANGES["start"]
    bench.on_press("one")
    error = slope * X + bias - Y
    expected = (slope - 0.4 * np.mean(2 * error * X), bias - 0.4 * np.mean(2 * error))
    assert (bench.settings["slope"], bench.settings["bias"]) == pytest.approx(expected)
    assert "1 steps so far" in bench.shown.words
    bench.on_press("ten")
    assert "11 steps so far" in bench.shown.words and "leads down" in bench.shown.words
    walked = bench.shown.panels[1].picture
    bench.set(slope=0.1)
    assert "so far" not in bench.shown.words and (bench.shown.panels[1].picture != walked).any()


def test_a_rate_too_large_leads_up_and_never_beyond_the_map():
    bench = line_fit(X, Y, **RANGES, rates=(0.05, 0.4, 3.0))
    bench.set(rate=3.0)
    assert "leads up" in bench.shown.words
    for _ in range(3):
        bench.on_press("ten")
    assert bench.scene.on_map(bench.settings["slope"], bench.settings["bias"])
    assert "beyond the edge of the map" in bench.shown.words


def test_the_map_shows_the_numbers_that_the_page_drags():
    bench = line_fit(X, Y, **RANGES)
    edges, scene = bench.places["map"]["edges"], bench.scene
    height, width = scene.valley_paper.shape[:2]
    assert (edges[0] * width, edges[3] * height) == pytest.approx(scene.valley.pixel(-1, -0.6), abs=1)
    assert (edges[2] * width, edges[1] * height) == pytest.approx(scene.valley.pixel(1.5, 1.0), abs=1)


@pytest.mark.parametrize("rates", [(0.4,), (0.0, 1.0), (0.4, 0.1)])
def test_rates_that_do_not_fit_are_refused(rates):
    with pytest.raises(ValueError, match="rate"):
        line_fit(X, Y, **RANGES, rates=rates)


@given(st.floats(-1, 1.5), st.floats(-0.6, 1))
@settings(max_examples=25, deadline=None)
def test_the_bench_says_the_mean_squared_error(slope, bias):
    scene = LineFit(X, Y, RANGES["slopes"], RANGES["biases"])
    loss = sum((slope * x + bias - y) ** 2 for x, y in zip(X, Y, strict=True)) / 4
    assert math.isclose(scene.loss(slope, bias), loss, rel_tol=1e-9)
    assert f"Loss {loss:.4f}" in scene.draw({"slope": slope, "bias": bias}).words


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
