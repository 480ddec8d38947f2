"""Curves drawn as pixels: quick enough for a bench, sharp enough for the page."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise

import cv2
import numpy as np

from unmasked.widgets.kit.axes import Axes
from unmasked.widgets.kit.lettering import FAINT, text_width, write
from unmasked.widgets.kit.paper import SHARP, blank

ACCENT = (28, 99, 183)
# Told apart by brightness and dash as well as by hue.
STYLES = (((28, 99, 183), 0), ((209, 108, 12), 5), ((40, 40, 40), 2))
LINE, EDGE = (208, 215, 222), (140, 148, 157)
LETTERS = 11.5  # CSS pixels


def smoothed(values: Sequence[float], points: int) -> tuple[np.ndarray, np.ndarray]:
    """Steps and values, NaNs left out, thinned to about `points` by averaging neighbours."""
    array = np.asarray(values, np.float64)
    steps = np.flatnonzero(np.isfinite(array))
    array = array[steps]
    width = max(1, len(array) // points)
    whole = len(array) // width * width
    if width == 1 or whole == 0:
        return steps.astype(np.float64), array
    return steps[:whole].reshape(-1, width).mean(1), array[:whole].reshape(-1, width).mean(1)


def loss_curves(losses: Mapping[str, Sequence[float]], steps: int, width: int = 640, height: int = 170) -> np.ndarray:
    """The losses over `steps` steps on a logarithmic axis, uint8 (2·height, 2·width, 3) on white.

    `losses`: name → one value a step. The first three are drawn, each with its name at the end of its line.
    """
    paper = blank(width, height)
    series = {name: smoothed(values, width // 2) for name, values in list(losses.items())[: len(STYLES)]}
    series = {name: (x, y) for name, (x, y) in series.items() if len(y) and (y > 0).any()}
    longest = max([text_width(name, LETTERS * SHARP) for name in series] or [0])
    values = np.concatenate([y[y > 0] for _, y in series.values()]) if series else np.array([0.1, 1.0])
    low, high = math.log10(values.min()), math.log10(values.max())
    if high - low < 0.3:
        low, high = (low + high) / 2 - 0.15, (low + high) / 2 + 0.15
    axes = Axes(48, 10, width - 10 - longest / SHARP, height - 24, x=(0, max(1, steps)), y=(low, high))

    for tick in _log_ticks(low, high):
        axes.rule(paper, math.log10(tick), LINE, 1)
        axes.beside(paper, math.log10(tick), f"{tick:g}")
    for tick in _ticks(steps):
        axes.tick(paper, tick, LINE)
        axes.below(paper, tick, f"{tick:,}".replace(",", " "), gap=6)
    axes.rule(paper, low, EDGE)
    ends = []
    for (name, (x, y)), (colour, dash) in zip(series.items(), STYLES, strict=False):
        points = np.stack([axes.across(x), axes.down(np.log10(np.maximum(y, 1e-12)))], 1)
        polyline(paper, points, colour, dash * SHARP)
        ends.append([float(points[-1, 1]), float(points[-1, 0]), name, colour])
    _write_names(paper, ends, axes)
    if not series:
        middle = (axes.top + axes.bottom) / 2 * SHARP
        write(paper, "The loss appears here.", (axes.left + 10) * SHARP, middle, 13 * SHARP, FAINT, anchor="lm")
    return paper


def _write_names(paper: np.ndarray, ends: list[list], axes: Axes) -> None:
    """Each curve's name at its end, [y, x, name, colour] in paper pixels, moved down where two would overlap."""
    size = LETTERS * SHARP
    ends.sort()
    for before, after in pairwise(ends):
        after[0] = max(after[0], before[0] + size * 1.2)
    for y, x, name, colour in ends:
        write(paper, name, x + 5 * SHARP, min(y, axes.bottom * SHARP - size / 2), size, colour, anchor="lm")


def polyline(paper: np.ndarray, points: np.ndarray, colour: tuple[int, int, int], dash: float) -> None:
    """Draws a line of 1.5 CSS pixels through points (N, 2), in paper pixels.

    `dash`: 0 for a solid line, else the length of its dashes, in paper pixels.
    """
    shift = 4
    whole = np.rint(points * 2**shift).astype(np.int32)
    if not dash:
        cv2.polylines(paper, [whole.reshape(-1, 1, 2)], False, colour, SHARP + 1, cv2.LINE_AA, shift)
        return
    lengths = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])
    for start in np.arange(0, lengths[-1], 2 * dash):
        along = np.linspace(start, min(start + dash, lengths[-1]), 4)
        piece = np.stack([np.interp(along, lengths, points[:, k]) for k in (0, 1)], 1)
        piece = np.rint(piece * 2**shift).astype(np.int32)
        cv2.polylines(paper, [piece.reshape(-1, 1, 2)], False, colour, SHARP + 1, cv2.LINE_AA, shift)


def _log_ticks(low: float, high: float) -> list[float]:
    ticks = [digit * 10.0**power for power in range(math.floor(low), math.ceil(high) + 1) for digit in (1, 2, 5)]
    inside = [tick for tick in ticks if low - 1e-9 <= math.log10(tick) <= high + 1e-9]
    return inside[:: max(1, math.ceil(len(inside) / 5))]


def _ticks(steps: int) -> list[int]:
    rough = max(1, steps) / 4
    unit = 10 ** math.floor(math.log10(rough)) if rough >= 1 else 1
    unit = max(1, int(next(unit * factor for factor in (1, 2, 5, 10) if unit * factor >= rough)))
    return list(range(0, steps + 1, unit))
