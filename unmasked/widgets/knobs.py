"""What a hand can turn: sliders, choices, switches and buttons, as plain descriptions."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Slider:
    """A number in `low`…`high`. `step`: what an arrow key does (a fortieth of the range by default). `unit` follows the
    number as it is ("°", " px"). Sliders of one `group` stand together under its name. Raises ValueError for a range
    that is none or a start outside it.
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

    def __post_init__(self):
        if not self.low < self.high:
            raise ValueError(f"slider {self.name!r}: wanted low < high, got {self.low} and {self.high}")
        if not self.low <= self.start <= self.high:
            raise ValueError(f"slider {self.name!r}: wanted a start in {self.low}…{self.high}, got {self.start}")
        object.__setattr__(self, "step", self.step or (self.high - self.low) / 40)
        if not 0 < self.step <= self.high - self.low:
            raise ValueError(f"slider {self.name!r}: wanted a step above 0 and within the range, got {self.step}")

    def describe(self) -> dict:
        """The slider as it travels to the browser."""
        decimals = max(0, -math.floor(math.log10(self.step) + 1e-9)) if self.step < 1 else 0
        return asdict(self) | {"kind": "slider", "decimals": decimals}

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


Knob = Slider | Choice | Toggle
