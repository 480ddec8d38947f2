"""Curves and boxes drawn as pixels: quick enough for a bench, sharp enough for the page."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise

import cv2
import numpy as np

from unmasked.widgets.kit.lettering import FAINT, INK, text_width, write
from unmasked.widgets.kit.paper import PAPER, SHARP

ACCENT = (28, 99, 183)
# Told apart by brightness and dash as well as by hue.
STYLES = (((28, 99, 183), 0), ((209, 108, 12), 5), ((40, 40, 40), 2))
LINE = (208, 215, 222)


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
    s = SHARP
    paper = np.full((height * s, width * s, 3), PAPER, np.uint8)
    size = 11.5 * s
    series = {name: smoothed(values, width // 2) for name, values in list(losses.items())[: len(STYLES)]}
    series = {name: (x, y) for name, (x, y) in series.items() if len(y) and (y > 0).any()}
    left, right = 48 * s, (width - 10) * s - max([text_width(name, size) for name in series] or [0])
    top, bottom = 10 * s, (height - 24) * s
    values = np.concatenate([y[y > 0] for _, y in series.values()]) if series else np.array([0.1, 1.0])
    low, high = math.log10(values.min()), math.log10(values.max())
    if high - low < 0.3:
        low, high = (low + high) / 2 - 0.15, (low + high) / 2 + 0.15

    def at(x, y):
        across = left + (right - left) * np.asarray(x, np.float64) / max(1, steps)
        down = bottom - (bottom - top) * (np.log10(np.maximum(y, 1e-12)) - low) / (high - low)
        return across, down

    for tick in _log_ticks(low, high):
        y = round(float(at(0, tick)[1]))
        cv2.line(paper, (left, y), (right, y), LINE, 1)
        write(paper, f"{tick:g}", left - 6 * s, y, size, FAINT, anchor="rm")
    for tick in _ticks(steps):
        x = round(float(at(tick, 1)[0]))
        cv2.line(paper, (x, bottom), (x, bottom + 4 * s), LINE, s)
        write(paper, f"{tick:,}".replace(",", " "), x, bottom + 6 * s, size, FAINT, anchor="ma")
    cv2.line(paper, (left, bottom), (right, bottom), (140, 148, 157), s)
    ends = []
    for (name, (x, y)), (colour, dash) in zip(series.items(), STYLES, strict=False):
        across, down = at(x, y)
        points = np.stack([across, down], 1)
        _polyline(paper, points, colour, dash * s)
        ends.append([float(down[-1]), float(across[-1]), name, colour])
    ends.sort()
    for before, after in pairwise(ends):
        after[0] = max(after[0], before[0] + size * 1.2)
    for y, x, name, colour in ends:
        write(paper, name, x + 5 * s, min(y, bottom - size / 2), size, colour, anchor="lm")
    if not series:
        write(paper, "The loss appears here.", left + 10 * s, (top + bottom) / 2, 13 * s, FAINT, anchor="lm")
    return paper


def _polyline(paper: np.ndarray, points: np.ndarray, colour, dash: float) -> None:
    """A line of 1.5 pixels; `dash` 0 for a solid one, else the length of its dashes."""
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


def box(paper: np.ndarray, x: float, y: float, width: float, height: float, words: Sequence[str], active: bool) -> None:
    """A labelled box with its upper left corner at x, y (CSS pixels); an active one has a strong border."""
    s = SHARP
    corner, far = (round(x * s), round(y * s)), (round((x + width) * s), round((y + height) * s))
    cv2.rectangle(paper, corner, far, (232, 240, 251) if active else (250, 250, 250), -1)
    cv2.rectangle(paper, corner, far, ACCENT if active else LINE, 2 * s if active else s, cv2.LINE_AA)
    line = 16 * s
    start = (corner[1] + far[1]) / 2 - line * (len(words) - 1) / 2
    for number, text in enumerate(words):
        middle = (corner[0] + far[0]) / 2
        colour = INK if active else FAINT
        write(paper, text, middle, start + number * line, 12.5 * s, colour, anchor="mm", bold=active and number == 0)


def wire(paper: np.ndarray, start: tuple[float, float], end: tuple[float, float], active: bool) -> None:
    """A wire from one box to the next (CSS pixels), as a smooth curve; an idle one is thin and dashed."""
    along = np.linspace(0, 1, 40)
    (x0, y0), (x1, y1) = start, end
    ease = along * along * (3 - 2 * along)
    points = np.stack([x0 + (x1 - x0) * along, y0 + (y1 - y0) * ease], 1) * SHARP
    if not active:
        _polyline(paper, points, (190, 197, 205), 4 * SHARP)
        return
    whole = np.rint(points * 16).astype(np.int32).reshape(-1, 1, 2)
    cv2.polylines(paper, [whole], False, ACCENT, 3 * SHARP, cv2.LINE_AA, 4)
    for end_point in (points[0], points[-1]):
        cv2.circle(paper, tuple(int(v) for v in np.rint(end_point)), 5 * SHARP, ACCENT, -1, cv2.LINE_AA)
