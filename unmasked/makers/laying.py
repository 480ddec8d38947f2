"""The steps that makers share: a crop back in its place, one colour transfer for a clip, the camera's grain."""

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
    """The grain of a recording: standard deviation, in grey levels, of the noise that it has at middle grey.

    Read off where no face is, from frame to frame, for a wall stands still and grain does not. Whatever else moves
    there counts little: the median of many small differences is taken, not their mean.
    """
    wall = clip.masks[1:] == 0
    change = np.diff(clip.frames.astype(np.float32), axis=0)[wall]
    # A difference of two frames has √2 times the noise of one; 0.6745 is the median of |N(0, 1)|. The differences are
    # whole numbers, so their median comes from counts a little finer than the steps between them.
    strength = np.median(np.abs(change + np.linspace(-0.5, 0.5, change.size).reshape(change.shape))) / (0.6745 * 2**0.5)
    return float(strength / _photons(clip.frames[1:][wall]).mean())


def matched_grain(clip: Clip) -> float:
    """The strength of the grain that a careful forger adds: a little more than measured, for it has its JPEG ahead.

    The recording's own grain has been through JPEG already, and what survived that survives the next one better.
    """
    return 1.4 * noise_of(clip)


def grained(faces: np.ndarray, strength: float, rng: np.random.Generator) -> np.ndarray:
    """The faces uint8 (…, 3) with noise of that standard deviation at middle grey; brighter pixels get more."""
    noise = strength * _photons(faces) * rng.standard_normal(faces.shape, np.float32)
    return np.clip(np.rint(faces + noise), 0, 255).astype(np.uint8)


def _photons(pictures: np.ndarray) -> np.ndarray:
    """How much noisier a pixel is than middle grey: light comes in portions, so its noise grows with its root."""
    return np.sqrt(0.25 + 0.75 * pictures.astype(np.float32) / 128)


def composed(clip: Clip, faces: np.ndarray, shares: np.ndarray, shown: np.ndarray | None = None) -> Fake:
    """The faces uint8 (T, H, W, 3) over the recording, `shares` float32 (T, H, W) of each pixel; `shown` (T, 11): what
    they are shown doing, where that is known."""
    frames = [blend.composite(*layers) for layers in zip(clip.frames, faces, shares, strict=True)]
    return Fake(np.stack(frames), shares.astype(np.float32), shown)


def softly_laid(crops: np.ndarray, shown: np.ndarray, clip: Clip, rng: np.random.Generator) -> Fake:
    """Aligned crops uint8 (T, 64, 64, 3), which show `shown` (T, 11), laid over a recording as a careful forger does:
    inside the landmarks' outline, in the clip's colours and grain, with an edge of 6 pixels."""
    shape = clip.masks.shape[1:]
    faces, masks = placed(crops, clip.landmarks, shape), outlines(clip.landmarks, shape, 1.0)
    faces = grained(coloured(faces, clip, masks), matched_grain(clip), rng)
    return composed(clip, faces, feathered(masks, 6.0), shown)


def feathered(masks: np.ndarray, width: float) -> np.ndarray:
    """Each mask of (T, H, W) with a soft edge of `width` pixels."""
    return np.stack([blend.feather(mask, width) for mask in masks])
