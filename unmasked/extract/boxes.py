"""Boxes of faces: how far two overlap, which of many say the same, and the rough crop that one gives.

A box is x0, y0, x1, y1 in the frame's pixels, and may reach beyond the frame.
"""

import numpy as np

from unmasked.arguments import checked_number, checked_numbers, checked_whole
from unmasked.toons.crowds import face_box

__all__ = ["ROOM", "face_box", "iou", "non_maximum_suppression", "overlaps", "rough_matrix"]
ROOM = 1.3  # side of the rough crop beside the longer side of its box: a box that is a little off still has the face


def iou(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Intersection over union, 0…1, of boxes float (4,) or (N, 4): one to one, or one of them against many.

    Returns float64 of the shape without the last axis. A box without area overlaps nothing. Raises TypeError or
    ValueError for another shape, corners in the wrong order, or values that are not finite.
    """
    a, b = _checked_boxes(a, "a"), _checked_boxes(b, "b")
    if a.ndim == b.ndim == 2 and len(a) != len(b) and 1 not in (len(a), len(b)):
        raise ValueError(f"b: wanted one box or as many as a has, {len(a)}, got {len(b)}")
    sides = np.minimum(a[..., 2:], b[..., 2:]) - np.maximum(a[..., :2], b[..., :2])
    shared = np.maximum(sides, 0).prod(-1)
    union = (a[..., 2:] - a[..., :2]).prod(-1) + (b[..., 2:] - b[..., :2]).prod(-1) - shared
    return np.divide(shared, union, out=np.zeros(np.shape(shared)), where=union > 0)


def overlaps(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Intersection over union of each of the boxes `a` (N, 4) with each of `b` (M, 4): float64 (N, M). Raises as
    `iou`."""
    a, b = checked_numbers(a, "a", ("N", 4)), checked_numbers(b, "b", ("M", 4))
    return iou(np.repeat(a, len(b), 0), np.tile(b, (len(a), 1))).reshape(len(a), len(b))


def non_maximum_suppression(boxes: np.ndarray, scores: np.ndarray, overlap: float = 0.4) -> np.ndarray:
    """Of boxes that overlap by more than `overlap` (0…1) only the one with the best score: their indices, best first.

    `boxes` float (N, 4), `scores` float (N,). Returns int64 (K,). Raises TypeError or ValueError as `iou`.
    """
    boxes = _checked_boxes(boxes, "boxes")
    scores = checked_numbers(scores, "scores", ("N",))
    if boxes.ndim != 2 or len(boxes) != len(scores):
        raise ValueError(f"scores: wanted one for each of {len(np.atleast_2d(boxes))} boxes, got {len(scores)}")
    overlap = checked_number(overlap, "overlap", 0, 1)
    left = np.argsort(-scores, kind="stable")
    kept = []
    while len(left):
        kept.append(left[0])
        left = left[1:][iou(boxes[left[0]], boxes[left[1:]]) <= overlap]
    return np.array(kept, np.int64)


def rough_matrix(box: np.ndarray, size: int = 64) -> np.ndarray:
    """The 2×3 matrix from the frame's pixels to those of an upright crop of `size` × `size` round a box.

    The crop is a square about the box's middle, `ROOM` times its longer side: float64 (2, 3) for a box (4,), (N, 2, 3)
    for (N, 4). Raises TypeError or ValueError, also for a box without any length.
    """
    box, size = _checked_boxes(box, "box"), checked_whole(size, "size", 1, unit="pixels")
    side = (box[..., 2:] - box[..., :2]).max(-1)
    if not (side > 0).all():
        raise ValueError("box: it has no length, so nothing can be cut out")
    scale = size / (ROOM * side)
    shift = (size - 1) / 2 - scale[..., None] * (box[..., :2] + box[..., 2:]) / 2
    turn = scale[..., None, None] * np.eye(2)
    return np.concatenate([turn, shift[..., None]], -1)


def _checked_boxes(boxes: np.ndarray, name: str) -> np.ndarray:
    boxes = checked_numbers(boxes, name, (4,), ("N", 4))
    if (boxes[..., 2:] < boxes[..., :2]).any():
        raise ValueError(f"{name}: wanted x0 ≤ x1 and y0 ≤ y1 (corners x0, y0, x1, y1), got them the other way round")
    return boxes
