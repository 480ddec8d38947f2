"""Wires drawn as pixels: how the parts of a network hang together."""

from __future__ import annotations

import cv2
import numpy as np

from unmasked.widgets.kit.paper import SHARP


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
