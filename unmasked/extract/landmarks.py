"""Sixty-eight landmarks of a face whose box is known, found by nets that look more than once.

The first look is at the square about the box, in which a face may lean by 45 degrees. The second is at a crop aligned
by what the first found: there every face stands upright and is of one size, and that is easier to read exactly. The
third sees the same in a mirror: it errs otherwise, so the mean of both errs less.
"""

from functools import cache

import numpy as np
import torch

from unmasked.arguments import checked_numbers, checked_picture, checked_whole
from unmasked.extract.boxes import rough_matrix
from unmasked.extract.crops import TEMPLATE, stable, warp
from unmasked.extract.similarity import invert, move, similarity
from unmasked.models import weights
from unmasked.models.landmarker import SIDE, Landmarker
from unmasked.tensors import to_tensor

WEIGHTS, CLOSE = "landmarker", "landmarker-close"
# The aligned crop, shrunk about the middle of the face: an open mouth's chin is outside the one and inside this.
SHRUNK = 0.8
_MIDDLE = np.array([0.50, 0.60])
# Which landmark each is in a mirror: the right eye is the left one there.
MIRRORED = np.concatenate(
    [
        np.arange(17)[::-1],
        np.arange(17, 27)[::-1],
        [27, 28, 29, 30, 35, 34, 33, 32, 31],
        [45, 44, 43, 42, 47, 46, 39, 38, 37, 36, 41, 40, 49, 48],
        [54, 53, 52, 51, 50, 59, 58, 57, 56, 55, 64, 63, 62, 61, 60, 67, 66, 65],
    ]
)
SECOND_LOOK = ((TEMPLATE - _MIDDLE) * SHRUNK + 0.5) * SIDE - 0.5


@cache
def shipped_landmarker(close: bool = False) -> Landmarker:
    """The landmarker that comes with the course, loaded once; `close`: the one that only looks a second time.

    Raises weights.WeightsError where it is missing.
    """
    return weights.load(CLOSE if close else WEIGHTS).to(memory_format=torch.channels_last)


def find_landmarks(
    picture: np.ndarray,
    box: np.ndarray,
    net: Landmarker | None = None,
    looks: int = 3,
    close: Landmarker | None = None,
) -> np.ndarray:
    """The landmarks of the face in a box, float32 (68, 2), x and y in the picture's pixels.

    picture  uint8 (H, W, 3).
    box      float (4,) x0, y0, x1, y1, as `find` gives it; boxes (N, 4) give (N, 68, 2).
    net      the shipped landmarker where None.
    close    the net that looks from the second time on: `net` itself where None, and the shipped one where both are.
    looks    1: at the square about the box only; 2: once more, at the crop aligned by the first; 3: and again, in a
             mirror, the mean of the last two; and so on.
    Points that are hidden or outside the picture are given where the rest of the face puts them. Raises TypeError or
    ValueError that names the argument.
    """
    checked_picture(picture)
    box = checked_box(box)
    looks = checked_whole(looks, "looks", 1)
    boxes = np.atleast_2d(box)
    if not len(boxes):
        return np.empty((0, 68, 2), np.float32)
    if close is None:
        close = shipped_landmarker(close=True) if net is None else net
    net = shipped_landmarker() if net is None else net
    landmarks = look(picture, rough_matrix(boxes, SIDE), net)
    seen = []
    for number in range(2, looks + 1):
        aligned = second_look(landmarks)
        if number % 2:
            seen.append(look(picture, mirrored(aligned, SIDE), close)[:, MIRRORED])
        else:
            seen.append(look(picture, aligned, close))
        landmarks = np.mean(seen, 0)
    return landmarks if box.ndim == 2 else landmarks[0]


def second_look(landmarks: np.ndarray) -> np.ndarray:
    """The 2×3 matrix from picture pixels to a crop of 64 × 64 in which these landmarks stand upright.

    `landmarks`: float (68, 2) or (N, 68, 2). Returns float64 (2, 3) or (N, 2, 3). Wider than the crop that the swap
    sees: all 68 points are inside. Raises ValueError for another shape or values that are not finite.
    """
    landmarks = checked_numbers(landmarks, "landmarks", (68, 2), ("N", 68, 2))
    return similarity(landmarks[..., stable(), :], SECOND_LOOK)


def mirrored(matrices: np.ndarray, size: int) -> np.ndarray:
    """The matrices float (N, 2, 3) into crops of `size` × `size` whose crops are mirrored, left for right."""
    turned = matrices.copy()
    turned[:, 0] *= -1
    turned[:, 0, 2] += size - 1
    return turned


def look(picture: np.ndarray, matrices: np.ndarray, net: Landmarker) -> np.ndarray:
    """What the net reads in the crops that these matrices (N, 2, 3) cut out: (N, 68, 2) in the PICTURE's pixels."""
    crops = np.stack([warp(picture, matrix, SIDE) for matrix in matrices])
    with torch.inference_mode():
        found = net(to_tensor(crops)).numpy()
    return move(found, invert(matrices))


def checked_box(box: np.ndarray) -> np.ndarray:
    """`box` as float64 (4,) or (N, 4), each with x0 < x1 and y0 < y1. Raises TypeError or ValueError."""
    box = checked_numbers(box, "box", (4,), ("N", 4))
    if not (box[..., :2] < box[..., 2:]).all():
        raise ValueError(f"box: wanted x0 < x1 and y0 < y1, got {np.atleast_2d(box)[0].round(1).tolist()}")
    return box
