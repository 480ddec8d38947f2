"""Putting a swapped face back into its frame."""

import cv2
import numpy as np

from unmasked import extract


def feather(mask: np.ndarray, width: float) -> np.ndarray:
    """How much of the new face to take at each pixel, float32 (H, W): 0 at the mask's boundary, rising to 1 inside.

    `width`: how many pixels the rise takes; 0 gives the mask itself, hard. `mask`: uint8 (H, W), 0…255, from 128
    inside. It never reaches past the mask, and the picture's own edge is a boundary too, so that nothing ends in a
    straight cut.
    Raises TypeError or ValueError for another mask or a width below 0.
    """
    if not isinstance(mask, np.ndarray) or mask.dtype != np.uint8:
        raise TypeError(f"mask: wanted a NumPy array of uint8, got {getattr(mask, 'dtype', type(mask).__name__)}")
    if mask.ndim != 2 or 0 in mask.shape:
        raise ValueError(f"mask: wanted shape (H, W), got {mask.shape}")
    if not (np.isfinite(width) and width >= 0):
        raise ValueError(f"width: wanted 0 pixels or more, got {width!r}")
    inside = (mask >= 128).astype(np.uint8)
    if width == 0:
        return inside.astype(np.float32)
    depth = cv2.distanceTransform(np.pad(inside, 1), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)[1:-1, 1:-1]
    # The first pixel inside lies half a pixel from the boundary, which runs between pixels.
    return np.clip((depth - 0.5) / width, 0, 1).astype(np.float32)


def paste(
    frame: np.ndarray, crop: np.ndarray, crop_mask: np.ndarray, matrix: np.ndarray, width: float = 4.0
) -> np.ndarray:
    """The frame with an aligned crop laid back over its face: a new picture uint8 (H, W, 3), `frame` is left alone.

    `frame`: uint8 (H, W, 3); `crop`: uint8 (h, w, 3) and `crop_mask`: uint8 (h, w), where to take it; `matrix`: float
    (2, 3), frame pixels → crop pixels, as `extract.align_matrix` gives it; `width`: of the feather, in pixels of the
    crop.
    Raises TypeError or ValueError for arrays of another kind, shapes that do not fit, or a matrix with no way back.
    """
    for name, picture in (("frame", frame), ("crop", crop)):
        if not isinstance(picture, np.ndarray) or picture.dtype != np.uint8:
            kind = getattr(picture, "dtype", type(picture).__name__)
            raise TypeError(f"{name}: wanted a NumPy array of uint8, got {kind}")
        if picture.ndim != 3 or picture.shape[2] != 3:
            raise ValueError(f"{name}: wanted shape (H, W, 3), got {picture.shape}")
    share = feather(crop_mask, width)
    if share.shape != crop.shape[:2]:
        raise ValueError(f"crop_mask: wanted the crop's shape {crop.shape[:2]}, got {share.shape}")
    back = extract.invert(matrix)
    size = frame.shape[:2]
    face = extract.warp(crop, back, size)
    # Beyond the crop there is nothing to take: zeros, not a repeated border.
    share = cv2.warpAffine(share, back, size[::-1], flags=cv2.INTER_LINEAR)[..., None]
    return np.round(frame + share * (face.astype(np.float32) - frame)).astype(np.uint8)
