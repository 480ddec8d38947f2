"""Where the face is: as the hull of its landmarks, and as a net has learned to see it.

A hull knows nothing of what passes in front; the net leaves a hand, a lock of hair or another head out.
"""

from functools import cache

import cv2
import numpy as np
import torch

from unmasked.arguments import checked_number, checked_numbers, checked_pictures, checked_size
from unmasked.models import weights
from unmasked.models.segmenter import SIDE, Segmenter
from unmasked.tensors import to_tensor
from unmasked.toons.landmarks import LANDMARKS

WEIGHTS = "face-segmenter"
_SHIFT = 4  # polygons lie on a grid of 1/16 of a pixel


@cache
def shipped_segmenter() -> Segmenter:
    """The segmenter that comes with the course, loaded once. Raises weights.WeightsError where it is missing."""
    return weights.load(WEIGHTS).to(memory_format=torch.channels_last)


def hull_mask(landmarks: np.ndarray, shape: int | tuple[int, int], forehead: float = 0.0) -> np.ndarray:
    """The convex hull of jaw and brows: uint8 (H, W), 0 or 255 (between, on its edge).

    landmarks  float (68, 2), x and y in pixels of a picture of `shape` (H, W).
    forehead   how far the brows' points are lifted, as a fraction of the distance from chin to brows, for landmarks end
               at the brows; 0…0.6.
    Empty where the hull lies outside. Raises TypeError or ValueError for other shapes or values that are not finite.
    Source: the landmark masks of faceswap and DeepFaceLab ("components", "extended", "full face").
    """
    landmarks = checked_numbers(landmarks, "landmarks", (68, 2))
    forehead = checked_number(forehead, "forehead", 0.0, 0.6)
    jaw = landmarks[LANDMARKS["jaw"]]
    brows = np.concatenate([landmarks[LANDMARKS[name]] for name in ("right_brow", "left_brow")])
    up = brows.mean(0) - jaw[8]  # from the chin, jaw point 8, to the brows
    hull = cv2.convexHull(np.concatenate([jaw, brows, brows + forehead * up]).astype(np.float32))[:, 0]
    mask = np.zeros(checked_size(shape, "shape"), np.uint8)
    cv2.fillPoly(mask, [np.rint(hull * (1 << _SHIFT)).astype(np.int32)], 255, cv2.LINE_AA, _SHIFT)
    return mask


def learned_mask(crop: np.ndarray, net: Segmenter | None = None) -> np.ndarray:
    """What of an aligned crop is the face, as a net sees it: uint8, 0 (surely not) … 255 (surely).

    crop  uint8 (S, S, 3), as `align` cuts it, gives (S, S); crops (N, S, S, 3) give (N, S, S). The net works at 64
          pixels: a crop of another size is scaled there, its mask back.
    net   the shipped segmenter where None.
    Raises TypeError or ValueError for another kind or shape.
    """
    checked_pictures(crop, "crop", ("N", "H", "W", 3), ("H", "W", 3), least=0)
    crops = crop[None] if crop.ndim == 3 else crop
    height, width = crops.shape[1:3]
    if height != width:
        raise ValueError(f"crop: wanted a square, got {height} × {width} pixels")
    if not len(crops):
        return np.empty((0, height, width), np.uint8)
    net = shipped_segmenter() if net is None else net
    with torch.inference_mode():
        shares = net(to_tensor(np.stack([_resized(one, SIDE) for one in crops]))).sigmoid()[:, 0].numpy()
    masks = np.stack([_resized(np.rint(255 * share).astype(np.uint8), height) for share in shares])
    return masks if crop.ndim == 4 else masks[0]


def _resized(picture: np.ndarray, side: int) -> np.ndarray:
    if len(picture) == side:
        return picture
    return cv2.resize(picture, (side, side), interpolation=cv2.INTER_AREA if side < len(picture) else cv2.INTER_LINEAR)
