"""A knob of many cells: a small table of whole numbers, painted with a brush or typed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np

from unmasked.widgets.kit import SCRIPTS, Bench, source


@dataclass(frozen=True)
class Cells:
    """A table of `rows` × `columns` whole numbers in `low`…`high`.

    `start`: the numbers, row by row. `brushes`: what the hand can paint with; `brush` is the one it holds at first.
    Raises ValueError when something does not fit.
    """

    name: str
    label: str
    start: Sequence[int]
    rows: int = 3
    columns: int = 3
    low: int = -9
    high: int = 9
    brushes: Sequence[int] = (-2, -1, 0, 1, 2)
    brush: int = 1
    group: str = ""

    def __post_init__(self):
        if self.rows < 1 or self.columns < 1:
            raise ValueError(f"cells {self.name!r}: wanted a row and a column or more, got {self.rows}×{self.columns}")
        if not self.low < self.high:
            raise ValueError(f"cells {self.name!r}: wanted low < high, got {self.low} and {self.high}")
        if not all(self.low <= brush <= self.high for brush in self.brushes) or self.brush not in self.brushes:
            raise ValueError(
                f"cells {self.name!r}: wanted brushes in {self.low}…{self.high}, {self.brush} one of them, "
                f"got {list(self.brushes)}"
            )
        object.__setattr__(self, "start", tuple(self.accept(self.start)))

    def describe(self) -> dict:
        """The table as it travels to the browser."""
        return asdict(self) | {"kind": "cells", "start": list(self.start), "brushes": list(self.brushes)}

    def accept(self, value: object) -> list[int]:
        """`value`, a table or a flat list, as a flat list; numbers beyond an end stop there. TypeError, ValueError."""
        try:
            array = np.asarray(value, np.float64)
        except (TypeError, ValueError):
            raise TypeError(f"{self.name}: wanted whole numbers, got {type(value).__name__}") from None
        count = self.rows * self.columns
        if array.shape not in ((count,), (self.rows, self.columns)):
            raise ValueError(f"{self.name}: wanted {self.rows}×{self.columns} numbers, got shape {array.shape}")
        if not np.isfinite(array).all() or (array != np.rint(array)).any():
            raise ValueError(f"{self.name}: wanted whole numbers, got {array.ravel().tolist()}")
        return [int(number) for number in array.ravel().clip(self.low, self.high)]


class CellBench(Bench):
    """A bench whose knobs may be Cells."""

    _esm = source(*SCRIPTS, "benches/cells.js")
    _css = source("kit/kit.css", "benches/cells.css")
