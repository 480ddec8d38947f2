"""What a hand can turn: sliders, choices, switches, points on a picture and buttons, as plain descriptions."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise

import numpy as np


@dataclass(frozen=True)
class Slider:
    """A number in `low`…`high`. `step`: what an arrow key does (a fortieth of the range by default). `unit` follows the
    number as it is ("°", " px"). Sliders of one `group` stand together under its name. `stops`: where the slider can
    rest, equally far apart whatever their values (1, 2, 5, 10, … for a range of many sizes); `low` is the first,
    `high` the last. Raises ValueError for a range that is none, a start outside it, or stops that do not fit it.
    """

    name: str
    label: str
    low: float
    high: float
    start: float
    step: float = 0.0
    unit: str = ""
    group: str = ""
    hint: str = ""
    stops: Sequence[float] = ()

    def __post_init__(self):
        if not self.low < self.high:
            raise ValueError(f"slider {self.name!r}: wanted low < high, got {self.low} and {self.high}")
        if not self.low <= self.start <= self.high:
            raise ValueError(f"slider {self.name!r}: wanted a start in {self.low}…{self.high}, got {self.start}")
        object.__setattr__(self, "step", self.step or (self.high - self.low) / 40)
        if not 0 < self.step <= self.high - self.low:
            raise ValueError(f"slider {self.name!r}: wanted a step above 0 and within the range, got {self.step}")
        object.__setattr__(self, "stops", tuple(self.stops))
        if self.stops:
            rising = all(before < after for before, after in pairwise(self.stops))
            if not rising or (self.stops[0], self.stops[-1]) != (self.low, self.high) or self.start not in self.stops:
                raise ValueError(
                    f"slider {self.name!r}: wanted rising stops from {self.low} to {self.high}, {self.start} among "
                    f"them, got {list(self.stops)}"
                )

    def describe(self) -> dict:
        """The slider as it travels to the browser."""
        decimals = max(0, -math.floor(math.log10(self.step) + 1e-9)) if self.step < 1 else 0
        return asdict(self) | {"kind": "slider", "decimals": decimals, "stops": list(self.stops)}

    def accept(self, value: object) -> float:
        """`value` as a number within the range. Raises TypeError or ValueError with words."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise TypeError(f"{self.name}: wanted a number, got {type(value).__name__}")
        if not math.isfinite(value):
            raise ValueError(f"{self.name}: wanted a number in {self.low}…{self.high}, got {value}")
        return min(self.high, max(self.low, float(value)))


@dataclass(frozen=True)
class Choice:
    """One of `options`, each (value, label). Raises ValueError when `start` is not among them."""

    name: str
    label: str
    options: Sequence[tuple[str, str]]
    start: str
    group: str = ""

    def __post_init__(self):
        if self.start not in dict(self.options):
            raise ValueError(
                f"choice {self.name!r}: {self.start!r} is not one of {[value for value, _ in self.options]}"
            )

    def describe(self) -> dict:
        """The choice as it travels to the browser."""
        return asdict(self) | {"kind": "choice", "options": [list(option) for option in self.options]}

    def accept(self, value: object) -> str:
        """`value` if it is an option. Raises ValueError with words."""
        if value not in dict(self.options):
            raise ValueError(f"{self.name}: wanted one of {[option for option, _ in self.options]}, got {value!r}")
        return value


@dataclass(frozen=True)
class Toggle:
    """Yes or no."""

    name: str
    label: str
    start: bool = False
    group: str = ""

    def describe(self) -> dict:
        """The switch as it travels to the browser."""
        return asdict(self) | {"kind": "toggle"}

    def accept(self, value: object) -> bool:
        """`value` if it is True or False. Raises TypeError with words."""
        if not isinstance(value, bool):
            raise TypeError(f"{self.name}: wanted True or False, got {value!r}")
        return value


@dataclass(frozen=True)
class Button:
    """Something to press. `main`: the one that a hand looks for first."""

    name: str
    label: str
    disabled: bool = False
    main: bool = False

    def describe(self) -> dict:
        """The button as it travels to the browser."""
        return asdict(self)


@dataclass(frozen=True)
class Points:
    """One or many points on a picture, to be dragged; `draw` gets them as a float64 array (P, 2): x right, y down, each
    0…1 from edge to edge of the picture.

    `start`: where they stand at first, (P, 2). `names`: what each point is called for those who hear the bench ("point
    1" … where left out). `panel`: on which picture they lie, counted from 0. `lines`: lists of indices, each a line
    through those points. `step`: what an arrow key does; with Shift it is five times as much. A single point comes to
    wherever the picture is pressed; of many, the nearest is taken. Raises ValueError when something does not fit.
    """

    name: str
    label: str
    start: Sequence[Sequence[float]]
    names: Sequence[str] = ()
    panel: int = 0
    lines: Sequence[Sequence[int]] = ()
    step: float = 0.02

    def __post_init__(self):
        start = np.array(self.start, np.float64)
        if start.ndim != 2 or start.shape[1] != 2 or not len(start):
            raise ValueError(f"points {self.name!r}: wanted a start of shape (P, 2), P at least 1, got {start.shape}")
        if not ((start >= 0) & (start <= 1)).all():
            raise ValueError(f"points {self.name!r}: wanted a start in 0…1, got {start.min():g}…{start.max():g}")
        names = tuple(self.names) or tuple(f"point {number + 1}" for number in range(len(start)))
        if len(names) != len(start):
            raise ValueError(f"points {self.name!r}: wanted a name for each of {len(start)}, got {len(names)}")
        if isinstance(self.panel, bool) or not isinstance(self.panel, int) or self.panel < 0:
            raise ValueError(f"points {self.name!r}: wanted a panel of 0 or more, got {self.panel!r}")
        lines = tuple(tuple(int(index) for index in line) for line in self.lines)
        strangers = [index for line in lines for index in line if not 0 <= index < len(start)]
        if strangers:
            raise ValueError(f"points {self.name!r}: a line goes to point {strangers[0]}, there are {len(start)}")
        if not 0 < self.step <= 1:
            raise ValueError(f"points {self.name!r}: wanted a step above 0, at most 1, got {self.step}")
        kept = {"start": tuple(map(tuple, start.tolist())), "names": names, "lines": lines}
        for name, value in kept.items():
            object.__setattr__(self, name, value)

    def describe(self) -> dict:
        """The points as they travel to the browser."""
        return asdict(self) | {"kind": "points", "start": self.accept(self.start)}

    def accept(self, value: object) -> list[list[float]]:
        """`value`, an array or lists (P, 2), as lists of numbers in 0…1. Raises TypeError or ValueError with words."""
        try:
            points = np.array(value, np.float64)
        except (TypeError, ValueError):
            raise TypeError(f"{self.name}: wanted numbers of shape (P, 2), got {type(value).__name__}") from None
        if points.shape != (len(self.start), 2):
            raise ValueError(f"{self.name}: wanted shape {(len(self.start), 2)}, got {points.shape}")
        if not np.isfinite(points).all():
            raise ValueError(f"{self.name}: wanted finite numbers in 0…1, got NaN or infinity among them")
        return points.clip(0, 1).tolist()


Knob = Slider | Choice | Toggle | Points
