"""From a picture with a face to an aligned crop, and back: position, size and tilt are taken out.

Pixel coordinates are x, y with whole numbers at pixel CENTRES, as OpenCV has them. Template coordinates are fractions
0…1 of the crop's side, from edge to edge, so that crops of all sizes show the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np

from unmasked import toons

# Where the stable landmarks lie in the crop, as fractions of its side: about the mean of the cast, seen from the
# front. So placed, raised brows, both cheeks and the chin of an open mouth stay in the crop in (nearly) every pose.
TEMPLATE = np.array(
    [[0.10, 0.39], [0.90, 0.39], [0.24, 0.36], [0.43, 0.36], [0.57, 0.36], [0.76, 0.36], [0.50, 0.35], [0.50, 0.49]]
)
# A portrait shows hair and shoulders too. Drawn this much larger than the crop, the face in it has about its scale.
DRAWN = 1.25


@cache
def stable() -> np.ndarray:
    """Indices of the landmarks to align by, int64 (8,): jaw ends at the ears, eye corners, top and tip of the nose.

    They sit on the skull. Brows, lips, lids and chin are left out on purpose: they move with the expression, and a crop
    that follows a smile or an open jaw hides from the network part of what it has to learn, and trembles when someone
    talks. The jaw's ends keep the size steady: the eyes alone draw together when a head turns, and a crop by them would
    grow. With the ends it stays within a tenth over all poses (tested).
    """
    jaw, right, left, nose = (toons.LANDMARKS[name].start for name in ("jaw", "right_eye", "left_eye", "nose"))
    return np.array([jaw, jaw + 16, right, right + 3, left, left + 3, nose, nose + 3])


def similarity(source: np.ndarray, target: np.ndarray) -> np.ndarray:
    """The similarity (rotation, one scale, shift) that brings `source` nearest to `target` in the least-squares sense.

    Both: float (P, 2) or stacks (N, P, 2) of P ≥ 2 points. Returns float64 (2, 3) or (N, 2, 3), [scale·rotation |
    shift].
    Raises ValueError for other shapes, values that are not finite, or source points that all coincide.
    Source: Umeyama, "Least-squares estimation of transformation parameters between two point patterns", 1991.
    """
    source, target = _points(source, "source"), _points(target, "target")
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


def align_matrix(landmarks: np.ndarray, size: int = 64) -> np.ndarray:
    """The 2×3 matrix from picture pixels to the pixels of an aligned crop of `size` × `size`.

    `landmarks`: float (68, 2) or (N, 68, 2), x and y in pixels. Returns float64 (2, 3) or (N, 2, 3).
    Raises ValueError for another shape, values that are not finite, a size below 8, or landmarks that coincide.
    """
    landmarks = np.asarray(landmarks, np.float64)
    if landmarks.ndim not in (2, 3) or landmarks.shape[-2:] != (68, 2):
        raise ValueError(f"landmarks: wanted shape (68, 2) or (N, 68, 2), got {landmarks.shape}")
    size = _size(size)
    return similarity(landmarks[..., stable(), :], TEMPLATE * size - 0.5)


def align(picture: np.ndarray, landmarks: np.ndarray, size: int = 64) -> np.ndarray:
    """The aligned crop, uint8 (size, size, 3) or (size, size), of a picture uint8 (H, W, 3) or mask uint8 (H, W).

    `landmarks`: float (68, 2), x and y in pixels. Beyond the picture's edge its border is repeated.
    Raises ValueError or TypeError as `align_matrix` and `warp` do.
    """
    if np.shape(landmarks) != (68, 2):
        raise ValueError(f"landmarks: wanted those of one picture, shape (68, 2), got {np.shape(landmarks)}")
    return warp(picture, align_matrix(landmarks, size), size)


def warp(picture: np.ndarray, matrix: np.ndarray, size: int | tuple[int, int]) -> np.ndarray:
    """Move a picture uint8 (H, W, 3) or (H, W) by a 2×3 matrix (old pixels to new) into a new one of `size` or (H, W).

    Where the matrix shrinks by more than a factor of 1.5 the picture is blurred first, so that fine lines do not
    flicker. Beyond the picture's edge its border is repeated. Raises TypeError for another kind of array, ValueError
    for another shape.
    """
    if not isinstance(picture, np.ndarray) or picture.dtype != np.uint8:
        raise TypeError(
            f"picture: wanted a NumPy array of uint8, got {getattr(picture, 'dtype', type(picture).__name__)}"
        )
    if picture.ndim not in (2, 3) or 0 in picture.shape:
        raise ValueError(f"picture: wanted shape (H, W, 3) or (H, W), got {picture.shape}")
    matrix = _matrix(matrix)
    height, width = (size, size) if isinstance(size, int | np.integer) else size
    scale = float(np.sqrt(abs(np.linalg.det(matrix[:, :2]))))
    if scale < 1 / 1.5:
        picture = cv2.GaussianBlur(picture, (0, 0), 0.35 / scale)
    return cv2.warpAffine(picture, matrix, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


def invert(matrix: np.ndarray) -> np.ndarray:
    """The matrix of the way back: float64 (2, 3) or (N, 2, 3). Raises ValueError where there is no way back."""
    matrix = np.asarray(matrix, np.float64)
    if matrix.ndim not in (2, 3) or matrix.shape[-2:] != (2, 3):
        raise ValueError(f"matrix: wanted shape (2, 3) or (N, 2, 3), got {matrix.shape}")
    try:
        back = np.linalg.inv(matrix[..., :2])
    except np.linalg.LinAlgError:
        raise ValueError("matrix: it flattens the picture to a line or a point, so there is no way back") from None
    return np.concatenate([back, -back @ matrix[..., 2:]], -1)


def move(points: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    """Points float (P, 2) or (N, P, 2), moved by a matrix (2, 3) or matrices (N, 2, 3): float32 of the same shape."""
    matrix = np.asarray(matrix, np.float64)
    moved = np.asarray(points, np.float64) @ np.swapaxes(matrix[..., :2], -1, -2) + matrix[..., None, :, 2]
    return moved.astype(np.float32)


@dataclass
class Faces:
    """Aligned faces: what the networks see, and everything that is known about each.

    `pictures` uint8 (N, S, S, 3); `masks` uint8 (N, S, S), 0…255; `parts` uint8 (N, S, S), labels as in `toons.PARTS`;
    `landmarks` float32 (N, 68, 2), pixels of the crop; `performances` float32 (N, 11); `matrices` float64 (N, 2, 3),
    from the pixels of the portrait as drawn (`drawn` × `drawn`) to those of the crop.
    """

    pictures: np.ndarray
    masks: np.ndarray
    parts: np.ndarray
    landmarks: np.ndarray
    performances: np.ndarray
    matrices: np.ndarray
    drawn: int

    def __len__(self) -> int:
        return len(self.pictures)

    def __getitem__(self, which: slice | np.ndarray | Sequence[int] | int) -> "Faces":
        """Some of them, again as Faces: by slice, list of indices or boolean array; an index gives a set of one."""
        if isinstance(which, int | np.integer):
            which = [which]
        return Faces(
            self.pictures[which],
            self.masks[which],
            self.parts[which],
            self.landmarks[which],
            self.performances[which],
            self.matrices[which],
            self.drawn,
        )


def aligned(
    identity: "toons.Identity | Sequence[toons.Identity]", performances: np.ndarray, size: int = 64, workers: int = 1
) -> Faces:
    """Draw a character in many performances and align every face: the pictures that the networks train on.

    `identity`: one, or one for each performance; `performances`: float (N, 11). The portraits are drawn larger than
    `size`, so that the alignment hardly changes the scale and the crop stays sharp. Raises what `toons.draw_many`
    raises.
    """
    size = _size(size)
    drawn = max(16, round(size * DRAWN))
    portraits = toons.draw_many(identity, performances, size=drawn, workers=workers)
    matrices = align_matrix(portraits.landmarks, size)
    count = len(matrices)
    pictures = np.empty((count, size, size, 3), np.uint8)
    masks = np.empty((count, size, size), np.uint8)
    parts = np.empty((count, size, size), np.uint8)
    for i, matrix in enumerate(matrices):
        pictures[i] = cv2.warpAffine(
            portraits.pictures[i], matrix, (size, size), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        )
        masks[i] = cv2.warpAffine(portraits.masks[i], matrix, (size, size), flags=cv2.INTER_LINEAR)
        parts[i] = cv2.warpAffine(portraits.parts[i], matrix, (size, size), flags=cv2.INTER_NEAREST)
    landmarks = move(portraits.landmarks, matrices)
    return Faces(pictures, masks, parts, landmarks, np.asarray(portraits.performances, np.float32), matrices, drawn)


def _size(size: int) -> int:
    if isinstance(size, bool) or not isinstance(size, int | np.integer) or size < 8:
        raise ValueError(f"size: wanted a whole number of pixels, 8 or more, got {size!r}")
    return int(size)


def _points(points: np.ndarray, name: str) -> np.ndarray:
    points = np.asarray(points, np.float64)
    if points.ndim not in (2, 3) or points.shape[-1] != 2 or points.shape[-2] < 2:
        raise ValueError(f"{name}: wanted at least two points, shape (P, 2) or (N, P, 2), got {points.shape}")
    if not np.isfinite(points).all():
        raise ValueError(f"{name}: wanted finite coordinates, got NaN or infinity among them")
    return points


def _matrix(matrix: np.ndarray) -> np.ndarray:
    matrix = np.asarray(matrix, np.float64)
    if matrix.shape != (2, 3):
        raise ValueError(f"matrix: wanted shape (2, 3), got {matrix.shape}")
    return matrix
