"""What First Order Motion finds, drawn over faces: keypoints with their ellipses, a flow as arrows, maps in grey."""

from __future__ import annotations

import cv2
import numpy as np

from unmasked.widgets.kit import SHARP, write

SIDE, TILE = 64, 208  # pixels of the network's pictures, and CSS pixels of a picture in a bench
RADIUS = 0.13  # of a keypoint's circle, in the −1…1 of a picture: what the jacobian bends to an ellipse
DARK, LIGHT = (31, 35, 40), (255, 255, 255)
CHOSEN = (209, 108, 12)
_AROUND = np.linspace(0, 2 * np.pi, 33)
_CIRCLE = RADIUS * np.stack([np.cos(_AROUND), np.sin(_AROUND)])  # (2, 33)


def enlarged(picture: np.ndarray, side: int = TILE) -> np.ndarray:
    """A picture uint8 (S, S, 3), smooth, at `side` CSS pixels: uint8 (SHARP · side, SHARP · side, 3)."""
    return cv2.resize(picture, (SHARP * side, SHARP * side), interpolation=cv2.INTER_CUBIC)


def on_paper(points: np.ndarray, side: int) -> np.ndarray:
    """Points (…, 2) in −1…1 as sixteenths of a pixel of a picture `side` pixels wide, int32."""
    return np.rint(16 * ((np.asarray(points) + 1) / 2 * side - 0.5)).astype(np.int32)


def marked(
    paper: np.ndarray, value: np.ndarray, jacobian: np.ndarray, chosen: int | None = None, numbers: bool = False
) -> np.ndarray:
    """The keypoints `value` (K, 2) in −1…1 on a picture, each with the ellipse of its `jacobian` (K, 2, 2).

    `chosen`: the one that stands out. `numbers`: each with its number, from 1. Draws on `paper` and returns it.
    """
    side = paper.shape[1]
    for k in np.argsort([k == chosen for k in range(len(value))], kind="stable"):  # the chosen one on top
        ring = on_paper(value[k] + (jacobian[k] @ _CIRCLE).T, side)
        colour = CHOSEN if k == chosen else LIGHT
        middle = tuple(map(int, on_paper(value[k], side)))
        cv2.polylines(paper, [ring[:, None]], True, DARK, 2 * SHARP, cv2.LINE_AA, 4)
        cv2.polylines(paper, [ring[:, None]], True, colour, SHARP, cv2.LINE_AA, 4)
        if numbers:
            cv2.circle(paper, middle, 16 * 8 * SHARP, DARK, -1, cv2.LINE_AA, 4)
            cv2.circle(paper, middle, 16 * 7 * SHARP, colour, -1, cv2.LINE_AA, 4)
            write(paper, str(k + 1), middle[0] / 16, middle[1] / 16, 11 * SHARP, DARK, anchor="mm", bold=True)
        else:
            cv2.circle(paper, middle, 16 * 3 * SHARP, DARK, -1, cv2.LINE_AA, 4)
            cv2.circle(paper, middle, 16 * 2 * SHARP, colour, -1, cv2.LINE_AA, 4)
    return paper


def arrows(picture: np.ndarray, flow: np.ndarray, side: int = TILE, every: int = 3, least: float = 0.03) -> np.ndarray:
    """A flow (H, W, 2) as arrows over the paled still: each from where a place is fetched to where it is put.

    `every`: how many places from one arrow to the next. Arrows shorter than `least` of −1…1 are left out.
    Returns uint8 (SHARP · side, SHARP · side, 3).
    """
    paper = np.rint(255 - 0.45 * (255 - enlarged(picture, side).astype(np.float32))).astype(np.uint8)
    height, width = flow.shape[:2]
    for row in range(every // 2, height, every):
        for column in range(every // 2, width, every):
            put = np.array([(column + 0.5) * 2 / width - 1, (row + 0.5) * 2 / height - 1])
            fetched = flow[row, column]
            if np.hypot(*(put - fetched)) < least:
                continue
            start, end = (tuple(map(int, place)) for place in on_paper(np.stack([fetched, put]), paper.shape[1]))
            cv2.line(paper, start, end, DARK, SHARP, cv2.LINE_AA, 4)
            cv2.circle(paper, end, 16 * 2 * SHARP, CHOSEN, -1, cv2.LINE_AA, 4)
    return paper


def grey_map(values: np.ndarray) -> np.ndarray:
    """A map (H, W) in 0…1 as a grey picture, black to white: uint8 (H, W)."""
    return np.rint(255 * np.clip(values, 0, 1)).astype(np.uint8)


def heated(picture: np.ndarray, heat: np.ndarray, side: int) -> np.ndarray:
    """A heat map (h, w) over the paled, grey picture uint8 (S, S, 3): the hotter, the more orange.

    Returns uint8 (SHARP · side, SHARP · side, 3).
    """
    grey = cv2.cvtColor(enlarged(picture, side), cv2.COLOR_RGB2GRAY).astype(np.float32)
    pale = (255 - 0.6 * (255 - grey))[..., None]
    share = cv2.resize(heat / max(float(heat.max()), 1e-9), pale.shape[1::-1], interpolation=cv2.INTER_CUBIC)
    share = np.sqrt(np.clip(share, 0, 1))[..., None]  # a faint second place is what one looks for
    return np.rint(pale * (1 - share) + share * np.float32(CHOSEN)).astype(np.uint8)
