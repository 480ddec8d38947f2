"""Where the new face goes: boxes, hulls, growing and shrinking, and the soft edge.

A mask is float32 (H, W) in 0…1: how much of the new face to take at each pixel. From 0.5 a pixel counts as inside.
"""

import cv2
import numpy as np

from unmasked import extract
from unmasked.arguments import checked_floats, checked_mask, checked_number, checked_size, checked_whole

_SHIFT = 4  # polygons lie on a grid of 1/16 of a pixel


def box_mask(shape: tuple[int, int], matrix: np.ndarray, share: float = 1.0, size: int = 64) -> np.ndarray:
    """The square of the aligned crop, as it lies in the frame: float32 (H, W), 0 or 1 (between, on its edge).

    `shape`: (H, W) of the frame. `matrix`: float (2, 3), frame pixels → crop pixels, as `extract.align_matrix` gives
    it. `share`: side of the box as a fraction of the crop's side, 0.1…1. `size`: side of the crop in pixels.
    Raises ValueError for a share out of range or a matrix with no way back.
    """
    share = checked_number(share, "share", 0.1, 1.0)
    size = checked_whole(size, "size", 1, unit="pixels")
    middle, half = (size - 1) / 2, share * size / 2
    corners = middle + half * np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]])
    return _polygon(extract.move(corners, extract.invert(matrix)), shape)


def face_mask(landmarks: np.ndarray, shape: tuple[int, int], forehead: float = 0.0) -> np.ndarray:
    """The convex hull of jaw and brows: float32 (H, W), 0 or 1 (between, on its edge).

    `landmarks`: float (68, 2), x and y in pixels of a picture of `shape` (H, W). `forehead`: how far the brows' points
    are lifted, as a fraction of the distance from chin to brows, for landmarks end at the brows; 0…0.6.
    Raises ValueError for another shape, values that are not finite, or a hull that misses the picture.
    Source: the landmark masks of faceswap and DeepFaceLab ("components", "extended", "full face").
    """
    mask = extract.hull_mask(landmarks, shape, forehead).astype(np.float32) / 255
    if not (mask >= 0.5).any():
        raise ValueError(f"landmarks: the face they outline lies outside a picture of {shape[0]} × {shape[1]} pixels")
    return mask


def grow(mask: np.ndarray, pixels: float) -> np.ndarray:
    """The mask, dilated by `pixels` where they are above 0, eroded where below: float32 (H, W), 0 or 1.

    Every edge moves by the same distance, corners become round. `mask`: uint8 0…255 or float32 0…1.
    Raises TypeError or ValueError for another mask or a number that is not finite.
    """
    inside = checked_mask(mask) >= 0.5
    pixels = checked_number(pixels, "pixels", -np.inf)
    # Beyond the picture's edge the face goes on as it is there: eroding must not eat it from that side.
    if pixels == 0 or inside.all() or not inside.any():
        return inside.astype(np.float32)
    seeds = inside if pixels < 0 else ~inside
    distance = cv2.distanceTransform(seeds.astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    return (distance > -pixels).astype(np.float32) if pixels < 0 else (distance <= pixels).astype(np.float32)


def feather(mask: np.ndarray, width: float) -> np.ndarray:
    """How much of the new face to take at each pixel, float32 (H, W): 0 at the mask's boundary, rising to 1 inside.

    `width`: how many pixels the rise takes; 0 gives the mask itself, hard. `mask`: uint8 0…255 or floats 0…1, from the
    middle on inside. It never reaches past the mask, and the picture's own edge is a boundary too, so that nothing
    ends in a straight cut.
    Raises TypeError or ValueError for another mask or a width below 0.
    """
    if isinstance(mask, np.ndarray) and mask.dtype == np.uint8:
        checked_mask(mask)
        inside = (mask >= 128).astype(np.uint8)
    else:
        inside = (checked_mask(mask) >= 0.5).astype(np.uint8)
    width = checked_number(width, "width", 0, unit=" pixels")
    if width == 0:
        return inside.astype(np.float32)
    depth = cv2.distanceTransform(np.pad(inside, 1), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)[1:-1, 1:-1]
    # The first pixel inside lies half a pixel from the boundary, which runs between pixels.
    return np.clip((depth - 0.5) / width, 0, 1).astype(np.float32)


def within_seam(mask: np.ndarray) -> np.ndarray:
    """Where a mask takes at least half of its most, bool (H, W): its edge is the seam, also of a face laid on faintly.

    `mask`: floats (H, W) in 0…1. Raises TypeError or ValueError for another kind or shape.
    """
    checked_floats(mask, "mask", ("H", "W"))
    return (mask >= mask.max() / 2) & (mask > 0)


def _polygon(points: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    paper = np.zeros(checked_size(shape, "shape"), np.uint8)
    cv2.fillPoly(paper, [np.rint(points * (1 << _SHIFT)).astype(np.int32)], 255, cv2.LINE_AA, _SHIFT)
    return paper.astype(np.float32) / 255
