"""Two pictures into one: alpha compositing, Poisson blending, and the short way for an aligned crop."""

import cv2
import numpy as np

from unmasked import extract
from unmasked.arguments import checked_mask, checked_number, checked_picture
from unmasked.blend.masks import feather


def composite(frame: np.ndarray, face: np.ndarray, mask: np.ndarray, opacity: float = 1.0) -> np.ndarray:
    """α · face + (1 − α) · frame with α = opacity · mask: a new picture uint8 (H, W, 3).

    `frame`, `face`: uint8 (H, W, 3); `mask`: float32 (H, W) in 0…1; `opacity`: 0…1.
    Raises TypeError or ValueError for shapes that do not fit or values out of range.
    Source: Porter and Duff, "Compositing digital images", 1984.
    """
    frame = checked_picture(frame, "frame")
    face = checked_picture(face, "face", frame.shape[:2])
    alpha = checked_number(opacity, "opacity", 0, 1) * checked_mask(mask, shape=frame.shape[:2])[..., None]
    return np.rint(alpha * face + (1 - alpha) * frame).astype(np.uint8)


def poisson(frame: np.ndarray, face: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """The face's gradients, the frame's colours on the mask's edge, smoothly carried inwards: uint8 (H, W, 3).

    `frame`, `face`: uint8 (H, W, 3); `mask`: (H, W), hard: from 0.5 on inside. Pixels on the frame's own edge stay.
    Raises TypeError or ValueError for shapes that do not fit or a mask with no face.
    Source: Pérez, Gangnet and Blake, "Poisson image editing", 2003, through `cv2.seamlessClone`; DeepFaceLab's
    "seamless".
    """
    frame = checked_picture(frame, "frame")
    face = checked_picture(face, "face", frame.shape[:2])
    inside = (checked_mask(mask, shape=frame.shape[:2], face=True) >= 0.5).astype(np.uint8)
    # The equation needs a known colour all round, so the outermost pixels can't belong to the face.
    inside[[0, -1]] = 0
    inside[:, [0, -1]] = 0
    rows, columns = np.flatnonzero(inside.any(1)), np.flatnonzero(inside.any(0))
    if len(rows) < 3 or len(columns) < 3:
        raise ValueError("mask: fewer than 3 × 3 pixels of it lie within the frame, too few to blend")
    # OpenCV centres the mask's bounding box on the point given: given its own centre, nothing moves.
    x, width = int(columns[0]), int(columns[-1] - columns[0] + 1)
    y, height = int(rows[0]), int(rows[-1] - rows[0] + 1)
    centre = (x + width // 2, y + height // 2)
    cloned = cv2.seamlessClone(face, frame, 255 * inside, centre, cv2.NORMAL_CLONE)
    # OpenCV works in the mask's bounding box and may touch a pixel beyond the mask.
    return np.where(inside[..., None] > 0, cloned, frame)


def paste(
    frame: np.ndarray, crop: np.ndarray, crop_mask: np.ndarray, matrix: np.ndarray, width: float = 4.0
) -> np.ndarray:
    """The frame with an aligned crop laid back over its face: a new picture uint8 (H, W, 3), `frame` is left alone.

    The short way; `put_back` has all the knobs. `frame`: uint8 (H, W, 3); `crop`: uint8 (h, w, 3) and `crop_mask`:
    (h, w), where to take it; `matrix`: float (2, 3), frame pixels → crop pixels, as `extract.align_matrix` gives it;
    `width`: of the feather, in pixels of the crop.
    Raises TypeError or ValueError for arrays of another kind, shapes that do not fit, or a matrix with no way back.
    """
    frame, crop = checked_picture(frame, "frame"), checked_picture(crop, "crop")
    share = feather(crop_mask, width)
    if share.shape != crop.shape[:2]:
        raise ValueError(f"crop_mask: wanted the crop's shape {crop.shape[:2]}, got {share.shape}")
    back = extract.invert(matrix)
    size = frame.shape[:2]
    face = extract.warp(crop, back, size)
    # Beyond the crop there is nothing to take: zeros, not a repeated border.
    share = cv2.warpAffine(share, back, size[::-1], flags=cv2.INTER_LINEAR)[..., None]
    return np.round(frame + share * (face.astype(np.float32) - frame)).astype(np.uint8)
