"""The axes of a plot that a bench draws: from numbers to places on its paper, and what is written along the sides."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from unmasked.widgets.kit.lettering import FAINT, write
from unmasked.widgets.kit.paper import SHARP


@dataclass(frozen=True)
class Axes:
    """A rectangle on a paper, in CSS pixels, and the numbers at its edges.

    x: the numbers at the left and at the right edge; y: those at the bottom and at the top. What the methods return and
    draw is in paper pixels, `SHARP` a CSS pixel. Raises ValueError for a rectangle without area or equal numbers.
    """

    left: float
    top: float
    right: float
    bottom: float
    x: tuple[float, float] = (0.0, 1.0)
    y: tuple[float, float] = (0.0, 1.0)

    def __post_init__(self):
        if not (self.left < self.right and self.top < self.bottom):
            edges = (self.left, self.top, self.right, self.bottom)
            raise ValueError(f"left, top, right, bottom: wanted left < right and top < bottom, got {edges}")
        for name, (first, last) in (("x", self.x), ("y", self.y)):
            if first == last:
                raise ValueError(f"{name}: wanted two different numbers at its ends, got {first} twice")

    def across(self, x: float | np.ndarray) -> float | np.ndarray:
        """Where `x` lies, from the paper's left edge; numbers beyond the edges lie outside the rectangle."""
        low, high = self.x
        return SHARP * (self.left + (self.right - self.left) * (x - low) / (high - low))

    def down(self, y: float | np.ndarray) -> float | np.ndarray:
        """Where `y` lies, from the paper's upper edge."""
        low, high = self.y
        return SHARP * (self.bottom - (self.bottom - self.top) * (y - low) / (high - low))

    def pixel(self, x: float, y: float) -> tuple[int, int]:
        """The nearest whole pixel (from the left, from above), as OpenCV's drawing wants it."""
        return round(float(self.across(x))), round(float(self.down(y)))

    @property
    def inside(self) -> tuple[slice, slice]:
        """Rows and columns of the rectangle: paper[axes.inside] is a view, and what is drawn there goes no further."""
        left, top, right, bottom = (round(SHARP * edge) for edge in (self.left, self.top, self.right, self.bottom))
        return slice(top, bottom), slice(left, right)

    def frame(self, paper: np.ndarray, colour: tuple[int, int, int], width: int = SHARP) -> None:
        """Draws the four edges."""
        cv2.rectangle(paper, self.pixel(self.x[0], self.y[0]), self.pixel(self.x[1], self.y[1]), colour, width)

    def rule(
        self, paper: np.ndarray, y: float, colour: tuple[int, int, int], width: int = SHARP, kind: int = cv2.LINE_8
    ) -> None:
        """Draws a level line from edge to edge at `y`; `kind` as OpenCV has it."""
        cv2.line(paper, self.pixel(self.x[0], y), self.pixel(self.x[1], y), colour, width, kind)

    def tick(self, paper: np.ndarray, x: float, colour: tuple[int, int, int], length: int = 4) -> None:
        """Draws a short line downwards from the bottom edge at `x`."""
        column, row = self.pixel(x, self.y[0])
        cv2.line(paper, (column, row), (column, row + length * SHARP), colour, SHARP)

    def below(
        self, paper: np.ndarray, x: float, words: str, size: float = 11.5, gap: float = 5, anchor: str = "ma"
    ) -> None:
        """Writes a number or a name below the bottom edge at `x`; `size` and `gap` in CSS pixels."""
        write(paper, words, float(self.across(x)), (self.bottom + gap) * SHARP, size * SHARP, FAINT, anchor)

    def beside(
        self, paper: np.ndarray, y: float, words: str, size: float = 11.5, gap: float = 6, anchor: str = "rm"
    ) -> None:
        """Writes a number or a name left of the left edge at `y`."""
        write(paper, words, (self.left - gap) * SHARP, float(self.down(y)), size * SHARP, FAINT, anchor)
