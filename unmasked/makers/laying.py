"""The steps that makers share: a crop back in its place, one colour transfer for a clip, the camera's grain."""

import cv2
import numpy as np

from unmasked import blend, extract
from unmasked.makers.clip import Clip, Fake

SIZE = 64  # pixels: the side of a swap's crop


def placed(faces: np.ndarray, landmarks: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """Aligned crops uint8 (T, 64, 64, 3), each warped to where the landmarks (T, 68, 2) say: uint8 (T, H, W, 3)."""
    matrices = extract.invert(extract.align_matrix(landmarks, SIZE))
    return np.stack([extract.warp(face, matrix, shape) for face, matrix in zip(faces, matrices, strict=True)])


def boxes(landmarks: np.ndarray, shape: tuple[int, int], share: float) -> np.ndarray:
    """The squares of the aligned crops, `share` of their side: float32 (T, H, W)."""
    return np.stack([blend.box_mask(shape, matrix, share) for matrix in extract.align_matrix(landmarks, SIZE)])


def outlines(landmarks: np.ndarray, shape: tuple[int, int], shrink: float, forehead: float = 0.1) -> np.ndarray:
    """What landmarks alone say of where the face is, drawn in by `shrink` pixels: float32 (T, H, W), 0 or 1.

    Within the swap's crop, for beyond it there is nothing to take. Blind for whatever passes in front.
    """
    masks = np.stack([blend.grow(blend.face_mask(one, shape, forehead), -shrink) for one in landmarks])
    return masks * (boxes(landmarks, shape, 0.96) >= 0.5)


def coloured(faces: np.ndarray, clip: Clip, masks: np.ndarray) -> np.ndarray:
    """Reinhard's colour transfer, one for the whole clip, so that nothing flickers: uint8 (T, H, W, 3)."""
    if not (masks >= 0.5).any():
        return faces
    # Seen as one tall picture, the clip has one mean and one spread.
    tall = [part.reshape(-1, *part.shape[2:]) for part in (faces, clip.frames, masks.astype(np.float32))]
    return blend.reinhard(*tall).reshape(faces.shape)


def noise_of(clip: Clip) -> float:
    """The grain of a recording: standard deviation in grey levels of the white noise that would look as strong.

    Read off where no face is. Edges count little: the median of many small differences is taken, not their mean.
    """
    pictures = clip.frames.astype(np.float32)
    fine = np.stack([picture - cv2.blur(picture, (3, 3)) for picture in pictures])[clip.masks == 0]
    # Of white noise with standard deviation 1 a 3 × 3 mean leaves √(8/9); 0.6745 is the median of |N(0, 1)|.
    return float(np.median(np.abs(fine)) / (0.6745 * np.sqrt(8 / 9)))


def grained(faces: np.ndarray, strength: float, rng: np.random.Generator) -> np.ndarray:
    """The faces uint8 (…, 3) with white noise of that standard deviation in grey levels."""
    return np.clip(np.rint(faces + strength * rng.standard_normal(faces.shape, np.float32)), 0, 255).astype(np.uint8)


def composed(clip: Clip, faces: np.ndarray, shares: np.ndarray) -> Fake:
    """The faces uint8 (T, H, W, 3) over the recording, `shares` float32 (T, H, W) of each pixel."""
    frames = [blend.composite(*layers) for layers in zip(clip.frames, faces, shares, strict=True)]
    return Fake(np.stack(frames), shares.astype(np.float32))


def feathered(masks: np.ndarray, width: float) -> np.ndarray:
    """Each mask of (T, H, W) with a soft edge of `width` pixels."""
    return np.stack([blend.feather(mask, width) for mask in masks])
