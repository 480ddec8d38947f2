"""A knob that lies on pictures: one of the tiles of a grid is chosen by a click, by hovering or by the arrow keys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

import traitlets

from unmasked.widgets.benches.cells import CellBench
from unmasked.widgets.kit import SCRIPTS, Frame, source


@dataclass(frozen=True)
class Tiles:
    """A whole number of `low` or more. Which grids choose it is said with every frame: see TileBench.

    `low`: the least value; one below 0 stands for "nothing chosen". Raises ValueError for a start below it.
    """

    name: str
    label: str
    start: int = 0
    low: int = 0
    group: str = ""

    def __post_init__(self):
        if self.start < self.low:
            raise ValueError(f"tiles {self.name!r}: wanted a start of {self.low} or more, got {self.start}")

    def describe(self) -> dict:
        """The knob as it travels to the browser."""
        return asdict(self) | {"kind": "tiles"}

    def accept(self, value: object) -> int:
        """`value` as a whole number, `low` at least. Raises TypeError with words."""
        if isinstance(value, bool) or not isinstance(value, int | float) or value != int(value):
            raise TypeError(f"{self.name}: wanted a whole number, got {value!r}")
        return max(self.low, int(value))


def grid(
    name: str,
    panel: int,
    rows: int,
    columns: int,
    values: Sequence[int] | None = None,
    *,
    at: int | None = None,
    also: Mapping | None = None,
    hover: bool = False,
    around: int = 0,
    words: str = "",
) -> dict:
    """Tiles over a panel that set the knob `name`, row by row, to `values`; fewer than rows · columns leave a rest.

    `values`: 0, 1, … where left out. `at`: the tile with the ring; where left out, the one of the knob's value.
    `also`: what else a choice sets. `hover`: the pointer chooses without a press. `around`: how many tiles the ring
    reaches beyond the chosen one. `words`: what the grid is called for those who hear it.
    """
    return {
        "name": name, "panel": panel, "rows": rows, "columns": columns, "at": at,
        "values": None if values is None else list(map(int, values)),
        "also": dict(also or {}), "hover": hover, "around": around, "words": words,
    }  # fmt: skip


def mark(panel: int, rows: int, columns: int, at: int) -> dict:
    """A ring around tile `at` of a panel, which nothing can choose."""
    return {"panel": panel, "rows": rows, "columns": columns, "at": int(at)}


class TileBench(CellBench):
    """A bench whose knobs may be Tiles. `scene.draw(settings)` gives its frame, `scene.grids(settings)` the grids of
    that frame and `scene.marks(settings)` its marks; their numbers must not change from frame to frame.
    """

    _esm = source(*SCRIPTS, "benches/cells.js", "benches/tiles.js")
    _css = source("kit/kit.css", "benches/cells.css", "benches/tiles.css")

    grids = traitlets.List().tag(sync=True)
    marks = traitlets.List().tag(sync=True)

    def __init__(self, scene, knobs: Sequence, **more):
        self.scene = scene
        super().__init__(scene.draw, knobs, **more)
        self._lay()

    def _lay(self) -> None:
        self.grids, self.marks = self.scene.grids(self.settings), self.scene.marks(self.settings)

    def present(self, frame: Frame, number: int | None = None) -> None:
        """Shows a frame and its grids."""
        if not self.closed:
            self._lay()
        super().present(frame, number)
