"""Making the new face's colours agree with the frame's, and its edges as sharp."""

import cv2
import numpy as np
from skimage.exposure import match_histograms

from unmasked.arguments import checked_mask, checked_number, checked_numbers, checked_picture


def to_lab(picture: np.ndarray) -> np.ndarray:
    """A picture uint8 (H, W, 3) RGB in CIE Lab: float32 (H, W, 3), L 0…100, a (green to red) and b (blue to yellow).

    Lab was made so that equal distances look about equally different. Source: CIE 15; sRGB, white point D65.
    """
    return cv2.cvtColor(checked_picture(picture).astype(np.float32) / 255, cv2.COLOR_RGB2LAB)


def from_lab(lab: np.ndarray) -> np.ndarray:
    """The way back, uint8 (H, W, 3) RGB; colours that a screen cannot show end at its limits.

    Raises ValueError for another shape or values that are not finite.
    """
    lab = checked_numbers(lab, "lab", ("H", "W", 3)).astype(np.float32)
    lab = np.dstack([np.clip(lab[..., 0], 0, 100), lab[..., 1:]])
    return np.rint(np.clip(cv2.cvtColor(lab, cv2.COLOR_LAB2RGB), 0, 1) * 255).astype(np.uint8)


def lab_statistics(picture: np.ndarray, mask: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean and standard deviation of L, a and b over the pixels inside `mask`: two float32 arrays (3,).

    `picture`: uint8 (H, W, 3); `mask` of its shape. Raises ValueError also where no pixel is inside.
    """
    picture = checked_picture(picture)
    inside = checked_mask(mask, shape=picture.shape[:2], face=True) >= 0.5
    pixels = to_lab(picture)[inside]
    return pixels.mean(0), pixels.std(0)


def reinhard(
    face: np.ndarray, frame: np.ndarray, mask: np.ndarray, statistics: tuple[np.ndarray, np.ndarray] | None = None
) -> np.ndarray:
    """`face` with the mean and spread of `frame`'s colours inside the mask: uint8 (H, W, 3).

    Each channel of Lab is shifted and stretched by itself: (x − mean of face) / spread of face · spread of frame + mean
    of frame. `face`, `frame`: uint8 (H, W, 3); `mask`: (H, W), where the two are compared. `statistics`: what
    `lab_statistics` gave, to aim at a mean and spread kept from elsewhere instead of this frame's.
    Raises TypeError or ValueError for shapes that do not fit or a mask with no face.
    Source: Reinhard and others, "Color transfer between images", 2001 (they used another space, lαβ; DeepFaceLab's
    "rct" uses Lab).
    """
    frame = checked_picture(frame, "frame")
    checked_picture(face, "face", frame.shape[:2])
    mean, spread = lab_statistics(face, mask)
    aim_mean, aim_spread = lab_statistics(frame, mask) if statistics is None else statistics
    # A channel that is the same everywhere has no spread to stretch.
    stretch = np.where(spread > 1e-3, aim_spread / np.maximum(spread, 1e-3), 1.0)
    return from_lab((to_lab(face) - mean) * stretch + aim_mean)


def match_histogram(face: np.ndarray, frame: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """`face` with, inside the mask, just as many pixels of each red, green and blue as `frame` has there.

    Shapes and errors as in `reinhard`. Outside the mask `face` stays as it is. Source: scikit-image's
    `match_histograms`; "hist-match" in DeepFaceLab, "match-hist" in faceswap.
    """
    frame = checked_picture(frame, "frame")
    checked_picture(face, "face", frame.shape[:2])
    inside = checked_mask(mask, shape=frame.shape[:2], face=True) >= 0.5
    matched = face.copy()
    found = match_histograms(face[inside], frame[inside], channel_axis=-1)
    matched[inside] = np.clip(np.rint(found), 0, 255).astype(np.uint8)
    return matched


def brightness_contrast(picture: np.ndarray, brightness: float = 0.0, contrast: float = 1.0) -> np.ndarray:
    """`contrast` · (picture − 128) + 128 + `brightness`: uint8 (H, W, 3).

    `brightness`: grey levels to add, −255…255; `contrast`: 1 leaves it, 0…4. Raises TypeError or ValueError.
    """
    picture = checked_picture(picture)
    brightness = checked_number(brightness, "brightness", -255, 255)
    contrast = checked_number(contrast, "contrast", 0, 4)
    changed = contrast * (picture.astype(np.float32) - 128) + 128 + brightness
    return np.clip(np.rint(changed), 0, 255).astype(np.uint8)


def sharpen(picture: np.ndarray, amount: float, radius: float = 1.5) -> np.ndarray:
    """Unsharp masking: the picture plus `amount` times what a blur takes from it; uint8 (H, W, 3).

    `amount`: 0 leaves it, below 0 blurs (−1 is the blur itself), −1…5. `radius`: standard deviation of the blur in
    pixels. Raises TypeError or ValueError.
    """
    picture = checked_picture(picture)
    amount = checked_number(amount, "amount", -1, 5)
    radius = checked_number(radius, "radius", 0.1, 50)
    sharp = picture.astype(np.float32)
    sharp += amount * (sharp - cv2.GaussianBlur(sharp, (0, 0), radius))
    return np.clip(np.rint(sharp), 0, 255).astype(np.uint8)
