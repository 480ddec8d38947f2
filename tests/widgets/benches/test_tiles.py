"""Tiles as a knob: what it takes, what it refuses, what travels."""

import pytest

from unmasked.widgets.benches.tiles import Tiles, grid, mark


def test_it_takes_whole_numbers_from_its_least_on():
    knob = Tiles("place", "Place", -1, -1)
    assert [knob.accept(value) for value in (-5, -1, 0, 3.0, 900)] == [-1, -1, 0, 3, 900]
    assert knob.describe()["kind"] == "tiles"


@pytest.mark.parametrize("value", [0.5, True, "3", None])
def test_it_refuses_anything_else(value):
    with pytest.raises(TypeError, match="place: wanted a whole number"):
        Tiles("place", "Place").accept(value)


def test_a_start_below_the_least_is_refused():
    with pytest.raises(ValueError, match="place"):
        Tiles("place", "Place", -2, -1)


def test_grids_and_marks_are_plain_data():
    laid = grid("place", 1, 2, 3, range(4), also={"other": 0})
    assert laid["values"] == [0, 1, 2, 3] and laid["at"] is None and laid["also"] == {"other": 0}
    assert mark(0, 2, 2, 3) == {"panel": 0, "rows": 2, "columns": 2, "at": 3}
