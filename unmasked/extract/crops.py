"""The aligned crop: where a face lies in it, and how it is cut out of a picture.

Template coordinates are fractions 0…1 of the crop's side, from edge to edge, so that crops of all sizes show the same.
"""

from functools import cache

import cv2
import numpy as np

from unmasked import toons
from unmasked.arguments import checked_numbers, checked_picture, checked_size, checked_whole
from unmasked.extract.similarity import similarity

SMALLEST = 8  # pixels: the side of the smallest crop
WIDEST = 64.0  # pixels, the widest blur: a wider one takes minutes, for a picture shrunk to hardly a pixel
# Where the stable landmarks lie in the crop, as fractions of its side: about the mean of the cast, seen from the
# front. So placed, raised brows, both cheeks and the chin of an open mouth stay in the crop in (nearly) every pose.
TEMPLATE = np.array(
    [[0.10, 0.39], [0.90, 0.39], [0.24, 0.36], [0.43, 0.36], [0.57, 0.36], [0.76, 0.36], [0.50, 0.35], [0.50, 0.49]]
)


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


def align_matrix(landmarks: np.ndarray, size: int = 64) -> np.ndarray:
    """The 2×3 matrix from picture pixels to the pixels of an aligned crop of `size` × `size`.

    `landmarks`: float (68, 2) or (N, 68, 2), x and y in pixels. Returns float64 (2, 3) or (N, 2, 3).
    Raises ValueError for another shape, values that are not finite, a size below 8, or landmarks that coincide.
    """
    landmarks = checked_numbers(landmarks, "landmarks", (68, 2), ("N", 68, 2))
    size = checked_whole(size, "size", SMALLEST, unit="pixels")
    return similarity(landmarks[..., stable(), :], TEMPLATE * size - 0.5)


def align(picture: np.ndarray, landmarks: np.ndarray, size: int = 64) -> np.ndarray:
    """The aligned crop, uint8 (size, size, 3) or (size, size), of a picture uint8 (H, W, 3) or mask uint8 (H, W).

    `landmarks`: float (68, 2), x and y in pixels. Beyond the picture's edge its border is repeated.
    Raises ValueError or TypeError as `align_matrix` and `warp` do.
    """
    landmarks = checked_numbers(landmarks, "landmarks", (68, 2))
    return warp(picture, align_matrix(landmarks, size), size)


def warp(picture: np.ndarray, matrix: np.ndarray, size: int | tuple[int, int]) -> np.ndarray:
    """Move a picture uint8 (H, W, 3) or (H, W) by a 2×3 matrix (old pixels to new) into a new one of `size` or (H, W).

    Where the matrix shrinks by more than a factor of 1.5 the picture is blurred first, so that fine lines do not
    flicker. Beyond the picture's edge its border is repeated. Raises TypeError for another kind of array, ValueError
    for another shape, a size below 1, or a matrix that is not finite or has no way back.
    """
    checked_picture(picture, channels=(1, 3))
    matrix = checked_numbers(matrix, "matrix", (2, 3))
    height, width = checked_size(size)
    scale = float(np.sqrt(abs(np.linalg.det(matrix[:, :2]))))
    if scale == 0:
        raise ValueError("matrix: it flattens the picture to a line or a point, so there is no way back")
    if scale < 1 / 1.5:
        picture = cv2.GaussianBlur(picture, (0, 0), min(0.35 / scale, WIDEST))
    return cv2.warpAffine(picture, matrix, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
