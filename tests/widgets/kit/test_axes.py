"""Axes: numbers to places and their order, what is drawn and where, what is refused."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unmasked.widgets.kit import SHARP, Axes, blank

number = st.floats(-1e3, 1e3)
AXES = Axes(50, 10, 150, 60, x=(-1, 3), y=(0.5, 1))


def drawn(draw):
    """Rows and columns of the ink that `draw` leaves on a paper: first row, last row, first column, last column."""
    paper = blank(200, 100)
    draw(paper)
    rows, columns = np.nonzero((paper < 250).any(2))
    return rows.min(), rows.max(), columns.min(), columns.max()


def test_the_ends_of_the_axes_are_the_edges_of_the_rectangle():
    assert AXES.pixel(-1, 0.5) == (50 * SHARP, 60 * SHARP)
    assert AXES.pixel(3, 1) == (150 * SHARP, 10 * SHARP)
    assert AXES.pixel(1, 0.75) == (100 * SHARP, 35 * SHARP)
    assert AXES.pixel(5, 0.25) == (200 * SHARP, 85 * SHARP), "numbers beyond the ends lie beyond the edges"


@given(number, number, number, number)
@settings(max_examples=50, deadline=None)
def test_places_keep_the_order_of_the_numbers(low, high, first, second):
    if abs(high - low) < 1e-3 or abs(first - second) < 1e-3:
        return
    axes = Axes(50, 10, 150, 60, x=(low, high), y=(low, high))
    rises = (second > first) == (high > low)
    assert (axes.across(second) > axes.across(first)) == rises
    assert (axes.down(second) < axes.down(first)) == rises
    both = axes.across(np.array([first, second]))
    assert both.tolist() == pytest.approx([axes.across(first), axes.across(second)])


def test_what_is_drawn_inside_goes_no_further():
    paper = blank(200, 100)
    paper[AXES.inside] = 0
    rows, columns = np.nonzero(paper[..., 0] == 0)
    assert (rows.min(), rows.max()) == (10 * SHARP, 60 * SHARP - 1)
    assert (columns.min(), columns.max()) == (50 * SHARP, 150 * SHARP - 1)


def test_frame_rule_and_ticks_lie_on_the_edges():
    ink = (0, 0, 0)
    assert drawn(lambda paper: AXES.frame(paper, ink, 1)) == (20, 120, 100, 300)
    assert drawn(lambda paper: AXES.rule(paper, 0.75, ink, 1)) == (70, 70, 100, 300)
    top, bottom, left, right = drawn(lambda paper: AXES.tick(paper, 1, ink, length=4))
    assert top >= 119 and bottom in (128, 129) and left <= 200 <= right and right - left <= 2


def test_numbers_stand_below_and_beside():
    top, bottom, left, right = drawn(lambda paper: AXES.below(paper, 1, "0.5"))
    assert 60 * SHARP < top < bottom < 85 * SHARP and abs((left + right) / 2 - 200) < 3
    top, bottom, left, right = drawn(lambda paper: AXES.beside(paper, 0.75, "0.5"))
    assert right < 50 * SHARP - 6 and left > 10 * SHARP and abs((top + bottom) / 2 - 70) < 5


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"right": 50}, "left < right"),
        ({"bottom": 5}, "top < bottom"),
        ({"x": (2, 2)}, "x: wanted two different numbers"),
        ({"y": (0, 0)}, "y: wanted two different numbers"),
    ],
)
def test_axes_without_extent_are_refused(settings, words):
    with pytest.raises(ValueError, match=words):
        Axes(**({"left": 50, "top": 10, "right": 150, "bottom": 60} | settings))
