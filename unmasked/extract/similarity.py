"""The similarity between two sets of points (rotation, one scale, shift), its inverse, and points moved by it.

Pixel coordinates are x, y with whole numbers at pixel CENTRES, as OpenCV has them.
"""

import numpy as np

from unmasked.arguments import checked_numbers


def similarity(source: np.ndarray, target: np.ndarray) -> np.ndarray:
    """The similarity (rotation, one scale, shift) that brings `source` nearest to `target` in the least-squares sense.

    Both: float (P, 2) or stacks (N, P, 2) of P ≥ 2 points. Returns float64 (2, 3) or (N, 2, 3), [scale·rotation |
    shift].
    Raises ValueError for other shapes, values that are not finite, or source points that all coincide.
    Source: Umeyama, "Least-squares estimation of transformation parameters between two point patterns", 1991.
    """
    source = checked_numbers(source, "source", ("P", 2), ("N", "P", 2))
    target = checked_numbers(target, "target", ("P", 2), ("N", "P", 2))
    if source.shape[-2] < 2:
        raise ValueError(f"source: wanted two points or more, got {source.shape[-2]}")
    if source.shape[-2] != target.shape[-2]:
        counts = f"{source.shape[-2]}, got {target.shape[-2]}"
        raise ValueError(f"target: wanted as many points as source has, {counts}")
    source_mean, target_mean = source.mean(-2, keepdims=True), target.mean(-2, keepdims=True)
    source_rest, target_rest = source - source_mean, target - target_mean
    variance = np.square(source_rest).sum((-2, -1))
    if (variance < 1e-12).any():
        raise ValueError("source: all its points coincide, so no rotation or scale can be found")
    u, strength, vt = np.linalg.svd(np.swapaxes(target_rest, -1, -2) @ source_rest)
    # Without the sign the best fit could be a mirror image, which no camera makes.
    mirrored = np.linalg.det(u) * np.linalg.det(vt) < 0
    sign = np.stack([np.ones(mirrored.shape), np.where(mirrored, -1.0, 1.0)], -1)
    rotation = (u * sign[..., None, :]) @ vt
    scaled = rotation * ((strength * sign).sum(-1) / variance)[..., None, None]
    shift = target_mean - source_mean @ np.swapaxes(scaled, -1, -2)
    return np.concatenate([scaled, np.swapaxes(shift, -1, -2)], -1)


def invert(matrix: np.ndarray) -> np.ndarray:
    """The matrix of the way back: float64 (2, 3) or (N, 2, 3). Raises ValueError where there is no way back."""
    matrix = checked_numbers(matrix, "matrix", (2, 3), ("N", 2, 3))
    try:
        back = np.linalg.inv(matrix[..., :2])
    except np.linalg.LinAlgError:
        raise ValueError("matrix: it flattens the picture to a line or a point, so there is no way back") from None
    return np.concatenate([back, -back @ matrix[..., 2:]], -1)


def move(points: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    """Points float (P, 2) or (N, P, 2), moved by a matrix (2, 3) or matrices (N, 2, 3): float32 of the same shape.

    Raises TypeError or ValueError for other shapes or values that are not finite.
    """
    matrix = checked_numbers(matrix, "matrix", (2, 3), ("N", 2, 3))
    points = checked_numbers(points, "points", ("P", 2), ("N", "P", 2))
    moved = points @ np.swapaxes(matrix[..., :2], -1, -2) + matrix[..., None, :, 2]
    return moved.astype(np.float32)
