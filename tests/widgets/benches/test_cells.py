"""The knob of many cells: what it takes and what it refuses."""

import numpy as np
import pytest

from unmasked.widgets.benches.cells import Cells


@pytest.mark.parametrize(
    ("value", "error"), [("abc", TypeError), ([1] * 8, ValueError), ([0.5] * 9, ValueError), ([np.nan] * 9, ValueError)]
)
def test_cells_take_whole_numbers_only(value, error):
    with pytest.raises(error, match="kernel: wanted"):
        Cells("kernel", "Kernel", [0] * 9).accept(value)


def test_cells_travel_as_a_list_and_stop_at_their_ends():
    cells = Cells("kernel", "Kernel", np.arange(6).reshape(2, 3), rows=2, low=-3, high=4)
    assert cells.describe()["start"] == [0, 1, 2, 3, 4, 4] and cells.describe()["kind"] == "cells"
    assert cells.accept([[9, -9, 0], [0, 0, 1]]) == [4, -3, 0, 0, 0, 1]
    for wrong in ({"rows": 0}, {"low": 3, "high": 3}, {"brush": 7}, {"brushes": (1, 99)}):
        with pytest.raises(ValueError, match="cells 'kernel'"):
            Cells("kernel", "Kernel", [0] * 9, **wrong)
