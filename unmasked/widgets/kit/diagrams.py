"""Boxes and wires drawn as pixels: how the parts of a network hang together."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from unmasked.widgets.kit.lettering import FAINT, INK, write
from unmasked.widgets.kit.paper import SHARP
from unmasked.widgets.kit.plots import ACCENT, LINE, polyline


def box(paper: np.ndarray, x: float, y: float, width: float, height: float, words: Sequence[str], active: bool) -> None:
    """Draws a labelled box with its upper left corner at x, y (CSS pixels); an active one has a strong border."""
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


def curve(start: tuple[float, float], end: tuple[float, float]) -> np.ndarray:
    """The way of a wire between two places in CSS pixels, level at both: float (40, 2) in paper pixels."""
    along = np.linspace(0, 1, 40)
    (x0, y0), (x1, y1) = start, end
    ease = along * along * (3 - 2 * along)
    return np.stack([x0 + (x1 - x0) * along, y0 + (y1 - y0) * ease], 1) * SHARP


def stroke(paper: np.ndarray, points: np.ndarray, colour: tuple[int, int, int], width: float) -> None:
    """Draws a line through points (N, 2), in paper pixels; `width` in CSS pixels."""
    whole = np.rint(points * 16).astype(np.int32).reshape(-1, 1, 2)
    cv2.polylines(paper, [whole], False, colour, width * SHARP, cv2.LINE_AA, 4)


def wire(paper: np.ndarray, start: tuple[float, float], end: tuple[float, float], active: bool) -> None:
    """Draws a wire from one box to the next (CSS pixels), as a smooth curve; an idle one is thin and dashed."""
    points = curve(start, end)
    if not active:
        polyline(paper, points, (190, 197, 205), 4 * SHARP)
        return
    stroke(paper, points, ACCENT, 3)
    for end_point in (points[0], points[-1]):
        cv2.circle(paper, tuple(int(v) for v in np.rint(end_point)), 5 * SHARP, ACCENT, -1, cv2.LINE_AA)
