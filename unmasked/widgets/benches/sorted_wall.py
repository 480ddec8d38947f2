"""The sorted wall: crops in the order of a number, and a cut that drops the rest."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import cv2
import numpy as np

from unmasked.arguments import checked_pictures
from unmasked.widgets.benches.tiles import TileBench, grid
from unmasked.widgets.kit import (
    INK,
    Choice,
    Frame,
    Meter,
    Panel,
    Slider,
    Toggle,
    enlarge,
    minus,
    source,
    text_width,
    write,
)

COLUMNS, MOST = 7, 28
CELL, GAP = 74, 2  # pixels of a crop with its gap: a crop has no more than 64, and so the wall travels as it is
SHOWN = 96  # CSS pixels of it
FADED, GROUND = 0.3, 150  # how much of a dropped crop is left, and on which grey: it shows on light pages and dark ones
QUESTION = "Which number finds the bad crops, and where would you cut?"
WRONG = (179, 38, 30)


def sorted_wall(
    crops: np.ndarray,
    measures: Mapping[str, Sequence[float]],
    faults: Sequence[str] = (),
    *,
    least_first: Sequence[str] = (),
    title: str = "",
) -> TileBench:
    """A bench with crops on a wall, sorted by a number of the learner's choice, the best first, and cut where they say.

    crops        uint8 (N, S, S, 3), at most 28 of them.
    measures     {what it is called: N numbers}; greater is better, and for those named in `least_first` less is.
    faults       for each crop what is wrong with it in a word or two, "" where nothing is; without it nothing is known.
    Raises TypeError or ValueError for anything else.
    """
    scene = Wall(crops, measures, faults, least_first)
    count = len(scene.crops)
    names = list(scene.measures)
    knobs = [
        Choice("by", "Sort by", [(name, name) for name in names], names[0]),
        Slider("keep", "Keep", 0, count, count, 1, f" of {count}"),
    ]
    if scene.known:
        knobs.append(Toggle("truth", "Show what is wrong"))
    return WallBench(scene, knobs, title=title or QUESTION, beside=True)


class WallBench(TileBench):
    """See `sorted_wall`."""

    _css = source("kit/kit.css", "benches/cells.css", "benches/tiles.css", "benches/sorted_wall.css")


class Wall:
    """The bench's plain function and what it needs."""

    def __init__(self, crops: np.ndarray, measures: Mapping, faults: Sequence[str], least_first: Sequence[str]):
        self.crops = checked_pictures(np.asarray(crops), "crops", ("N", "H", "W", 3))
        count = len(self.crops)
        if count > MOST:
            raise ValueError(f"crops: wanted {MOST} at most, got {count}")
        if not measures:
            raise ValueError("measures: wanted the numbers of one measure or more, got none")
        self.measures = {name: np.asarray(values, np.float64) for name, values in measures.items()}
        for name, values in self.measures.items():
            if values.shape != (count,) or not np.isfinite(values).all():
                raise ValueError(f"measures: wanted {count} finite numbers for {name!r}, got shape {values.shape}")
        strangers = [name for name in least_first if name not in self.measures]
        if strangers:
            raise ValueError(f"least_first: wanted names of measures, got {strangers[0]!r}")
        self.faults = [str(fault or "") for fault in faults]
        if self.faults and len(self.faults) != count:
            raise ValueError(f"faults: wanted {count} of them, or none at all, got {len(self.faults)}")
        self.known = bool(self.faults)
        self.faults = self.faults or [""] * count
        sign = {name: 1 if name in least_first else -1 for name in self.measures}
        self.orders = {name: np.argsort(sign[name] * values, kind="stable") for name, values in self.measures.items()}
        self.rows = math.ceil(count / COLUMNS)
        large = [enlarge(crop, (CELL - GAP) / crop.shape[1], smooth=True) for crop in self.crops]
        # Every tile in each of its states, once: a cut moves under the hand.
        self.tiles = {
            (kept, told): [
                _tile(crop, kept, fault if told else "") for crop, fault in zip(large, self.faults, strict=True)
            ]
            for kept in (True, False)
            for told in (True, False)
        }

    def grids(self, settings: Mapping) -> list[dict]:
        """The wall can be clicked: the crop under the pointer is the last that stays."""
        count, keep = len(self.crops), round(settings["keep"])
        return [grid("keep", 0, self.rows, COLUMNS, range(1, count + 1), at=keep - 1, words="The last crop that stays")]

    def marks(self, settings: Mapping) -> list[dict]:
        """No marks: what is dropped is faded."""
        return []

    def draw(self, settings: Mapping) -> Frame:
        """`settings`: by, keep, and truth where it is known. Returns the wall, with what the cut leaves of it."""
        order, keep = self.orders[settings["by"]], round(settings["keep"])
        kept, dropped = order[:keep], order[keep:]
        seen = bool(settings.get("truth"))
        wall = np.full((self.rows * CELL, COLUMNS * CELL, 3), GROUND, np.uint8)
        for place, index in enumerate(order):
            top, left = (at * CELL for at in divmod(place, COLUMNS))
            tile = self.tiles[place < keep, seen][index]
            wall[top : top + tile.shape[0], left : left + tile.shape[1]] = tile
        told = self._told(settings["by"], kept, dropped)
        panel = Panel(
            wall, f"By {settings['by']}, the best first. Click the last one that stays", told, SHOWN / CELL, smooth=True
        )
        return Frame(
            panel, f"A wall of {len(order)} crops, by {settings['by']}. {told}", told, meters=self._meters(kept)
        )

    def _bad(self, some: np.ndarray) -> int:
        return sum(bool(self.faults[index]) for index in some)

    def _told(self, by: str, kept: np.ndarray, dropped: np.ndarray) -> str:
        """What the cut does, in a line."""
        values = self.measures[by]
        if len(kept) and len(dropped):
            cut = f"The cut lies between {_number(values[kept[-1]])} and {_number(values[dropped[0]])}."
        else:
            cut = "Nothing is cut." if len(kept) else "Everything is cut."
        if not self.known:
            return f"{len(kept)} kept, {len(dropped)} dropped. {cut}"
        return (
            f"{len(kept)} kept, {self._bad(kept)} of them bad; {len(dropped)} dropped, "
            f"{len(dropped) - self._bad(dropped)} of them good. {cut}"
        )

    def _meters(self, kept: np.ndarray) -> tuple[Meter, ...]:
        if not self.known:
            return ()
        bad, good = self._bad(np.arange(len(self.crops))), len(self.crops) - self._bad(np.arange(len(self.crops)))
        left, stayed = self._bad(kept), len(kept) - self._bad(kept)
        return (
            Meter("Bad ones kept", f"{left} of {bad}", left / max(1, bad), None, 0, main=True),
            Meter("Good ones kept", f"{stayed} of {good}", stayed / max(1, good), None, 1, main=True),
        )


def _tile(crop: np.ndarray, kept: bool, fault: str) -> np.ndarray:
    """A crop on the wall, uint8 (H, W, 3): faded and struck through where it is dropped, its fault along the edge."""
    high, wide = crop.shape[:2]
    tile = crop.copy()
    if not kept:  # faded alone would be told by colour only
        tile = np.rint(FADED * tile + (1 - FADED) * GROUND).astype(np.uint8)
        cv2.line(tile, (0, high - 1), (wide - 1, 0), INK, 1, cv2.LINE_AA)
    if fault:
        cv2.rectangle(tile, (1, 1), (wide - 2, high - 2), WRONG, 3)
        size = 11.5
        while text_width(fault, size, bold=True) > wide - 2 and size > 8:
            size -= 0.5
        tile[high - 16 :] = WRONG
        write(tile, fault, wide / 2, high - 4, size, (255, 255, 255), anchor="ms", bold=True)
    return tile


def _number(value: float) -> str:
    return minus(f"{value:,.0f}" if abs(value) >= 100 else f"{value:.2g}")
