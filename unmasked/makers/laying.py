"""Laying a face over a recording, and giving it the recording's grain."""

import cv2
import numpy as np

from unmasked import extract


def lay(
    frame: np.ndarray, face: np.ndarray, share: np.ndarray, matrix: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A face in its place: the warped face float32 (H, W, 3), how much to take of it float32 (H, W), and the two mixed.

    `frame` uint8 (H, W, 3); `face` uint8 (S, S, 3) and `share` float (S, S) in 0…1 of the aligned crop; `matrix` (2, 3)
    frame → crop. The mixture is float32 (H, W, 3), not yet rounded.
    """
    back = extract.invert(matrix)
    size = frame.shape[:2]
    warped = extract.warp(face, back, size).astype(np.float32)
    # Beyond the crop there is nothing to take: zeros, not a repeated border.
    share = cv2.warpAffine(share.astype(np.float32), back, size[::-1], flags=cv2.INTER_LINEAR)
    return warped, share, frame + share[..., None] * (warped - frame)


def to_frame(picture: np.ndarray) -> np.ndarray:
    """Float (…, 3) in 0…255 to uint8."""
    return np.clip(np.rint(picture), 0, 255).astype(np.uint8)


def _fine(picture: np.ndarray) -> np.ndarray:
    """What a 3 × 3 mean leaves over."""
    picture = picture.astype(np.float32)
    return picture - cv2.blur(picture, (3, 3))


def noise_of(frames: np.ndarray, outside: np.ndarray) -> float:
    """The grain of a recording, as the standard deviation in grey levels of white noise that would look as strong.

    `frames` uint8 (T, H, W, 3); `outside` bool (T, H, W), where to look. Edges count little: the median of many small
    differences is taken, not their mean.
    """
    fine = np.stack([_fine(frame) for frame in frames])[outside]
    # Of white noise with standard deviation 1 a 3 × 3 mean leaves √(8/9); 0.6745 is the median of |N(0, 1)|.
    return float(np.median(np.abs(fine)) / (0.6745 * np.sqrt(8 / 9)))


def grain(shape: tuple[int, ...], strength: float, rng: np.random.Generator) -> np.ndarray:
    """White noise of that standard deviation in grey levels, float32."""
    return strength * rng.standard_normal(shape, dtype=np.float32)
