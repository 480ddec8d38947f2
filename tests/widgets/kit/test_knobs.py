"""Sliders, choices and points: what they take and what they refuse."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unmasked.widgets import Bench, Choice, Frame, Panel, Points, Slider
from unmasked.widgets.kit.paper import SHARP, compose


@pytest.mark.parametrize(
    "make",
    [
        lambda: Slider("a", "A", 1, 1, 1),
        lambda: Slider("a", "A", 0, 1, 2),
        lambda: Slider("a", "A", 0, 1, 0, step=-1),
        lambda: Slider("a", "A", 1, 100, 5, stops=[1, 10, 100]),
        lambda: Slider("a", "A", 1, 100, 10, stops=[1, 10, 50]),
        lambda: Slider("a", "A", 1, 100, 10, stops=[1, 50, 10, 100]),
        lambda: Choice("a", "A", [("x", "X")], "y"),
    ],
)
def test_impossible_knobs_are_refused(make):
    with pytest.raises(ValueError):
        make()


CORNERS = [(0.25, 0.25), (0.75, 0.25), (0.5, 1.0)]


def draw_points(settings):
    """A white picture, wider than high, with a black pixel where each point is."""
    assert isinstance(settings["corners"], np.ndarray) and settings["corners"].dtype == np.float64
    picture = np.full((40, 80), 255, np.uint8)
    for x, y in settings["corners"]:
        picture[min(39, int(40 * y)), min(79, int(80 * x))] = 0
    return Frame(Panel(picture, "Points", scale=2), "Black pixels where the points are.", "Points")


def test_points_reach_the_drawing_as_an_array_and_travel_as_numbers():
    bench = Bench(draw_points, [Points("corners", "Corners", CORNERS, lines=[(0, 1, 2)])])
    assert bench.settings == {"corners": [list(corner) for corner in CORNERS]}
    frame = bench.set(corners=np.array([(0.1, 0.5), (0.9, 0.25), (0.5, 0.99)]))
    assert (frame.panels[0].picture == 0).nonzero()[0].tolist() == [10, 20, 39]
    assert (frame.panels[0].picture == 0).nonzero()[1].tolist() == [72, 8, 40]
    bench.set_state({"settings": {"corners": [[0, 0], [1, 0], [0.5, 0.5]]}, "asked": 2})
    assert bench.frame["answered"] == 2 and bench.shown.panels[0].picture[0, 0] == 0
    json.dumps(bench.knobs)
    assert bench.knobs[0]["names"] == ("point 1", "point 2", "point 3")


@settings(deadline=None, max_examples=30)
@given(st.lists(st.tuples(st.floats(-2, 3), st.floats(-2, 3)), min_size=3, max_size=3))
def test_points_stay_on_the_picture(points):
    taken = np.array(Points("corners", "Corners", CORNERS).accept(points))
    assert taken.shape == (3, 2) and taken.min() >= 0 and taken.max() <= 1
    inside = (np.array(points) >= 0) & (np.array(points) <= 1)
    assert (taken[inside] == np.array(points)[inside]).all(), "a point that was on the picture has moved"


@pytest.mark.parametrize(
    ("value", "error", "words"),
    [
        ([[0, 0], [1, 1]], ValueError, r"corners: wanted shape \(3, 2\), got \(2, 2\)"),
        ([[0, 0], [1, 1], [np.nan, 0]], ValueError, "finite"),
        ("here", TypeError, "corners: wanted numbers"),
        ([[0, 0], [1, 1], [2]], TypeError, "corners: wanted numbers"),
    ],
)
def test_wrong_points_are_errors_with_words(value, error, words):
    bench = Bench(draw_points, [Points("corners", "Corners", CORNERS)])
    with pytest.raises(error, match=words):
        bench.set(corners=value)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"start": [0.5, 0.5]}, "shape"),
        ({"start": np.zeros((0, 2))}, "at least 1"),
        ({"start": [(0.5, 1.5)]}, "0…1"),
        ({"names": ["one", "two"]}, "a name for each of 3, got 2"),
        ({"panel": -1}, "panel of 0 or more"),
        ({"lines": [(0, 3)]}, "a line goes to point 3, there are 3"),
        ({"step": 0}, "step above 0"),
    ],
)
def test_impossible_points_are_refused(settings, words):
    with pytest.raises(ValueError, match=words):
        Points("corners", "Corners", **({"start": CORNERS} | settings))


def test_points_need_a_picture_to_lie_on():
    with pytest.raises(ValueError, match="corners: wanted a panel below 1, got 1"):
        Bench(draw_points, [Points("corners", "Corners", CORNERS, panel=1)])


def test_the_still_picture_shows_the_points_and_their_lines():
    bench = Bench(draw_points, [Points("corners", "Corners", [(0.25, 0.5), (0.75, 0.5)], lines=[(0, 1)])])
    still = bench.still()
    plain = compose(bench.shown.panels, bench.shown.words)
    assert still.shape == plain.shape
    changed = (still != plain).any(2)
    rows, columns = changed.nonzero()
    top = still.shape[0] - (plain.shape[0] - 22 * SHARP)  # below the title
    assert abs(rows.mean() - (top + 80)) < 3, "half-way down the picture"
    assert 60 < columns.min() < 80 < 240 < columns.max() < 260, "from one point to the other, and their rings"
    line = still[top + 80, 100:220]
    assert (line < 80).all(), "the line between them is dark"
