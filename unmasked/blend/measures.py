"""How well a face was put back: against the true composite, and by what an examiner without it could see."""

import cv2
import numpy as np

from unmasked.arguments import checked_mask, checked_picture, checked_pictures, checked_whole
from unmasked.blend.colour import to_lab


def delta_e(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """ΔE, the distance in Lab, at each pixel of two pictures uint8 (H, W, 3): float32 (H, W).

    About 2 can just be seen between large patches side by side. Source: CIE 1976.
    """
    first = checked_picture(first, "first")
    second = checked_picture(second, "second", first.shape[:2])
    return np.linalg.norm(to_lab(first) - to_lab(second), axis=-1)


def boundary_step(picture: np.ndarray, mask: np.ndarray, reach: int = 2) -> float:
    """Mean ΔE between pixels `reach` apart, in rows and in columns, of which one is inside the mask and one outside.

    `picture`: uint8 (H, W, 3); `mask`: (H, W), from 0.5 on inside. Honest pictures have a step too, where skin meets
    hair: compare. Raises TypeError or ValueError, also where the mask has no edge within the picture.
    """
    picture = checked_picture(picture)
    inside = checked_mask(mask, shape=picture.shape[:2], face=True) >= 0.5
    reach = checked_whole(reach, "reach", 1, min(inside.shape) - 1)
    lab = to_lab(picture)
    across = np.linalg.norm(lab[:, reach:] - lab[:, :-reach], axis=-1)[inside[:, reach:] != inside[:, :-reach]]
    down = np.linalg.norm(lab[reach:] - lab[:-reach], axis=-1)[inside[reach:] != inside[:-reach]]
    if across.size + down.size == 0:
        raise ValueError("mask: it has no edge within the picture, so there is no step to measure")
    return float(np.concatenate([across, down]).mean())


def composite_error(picture: np.ndarray, truth: np.ndarray, mask: np.ndarray | None = None) -> float:
    """Mean ΔE between a picture and the true composite, both uint8 (H, W, 3), over `mask` (H, W) or everywhere."""
    error = delta_e(picture, truth)
    if mask is None:
        return float(error.mean())
    weight = checked_mask(mask, shape=error.shape, face=True)
    return float((weight * error).sum() / weight.sum())


def explained_composite(picture: np.ndarray, truth: np.ndarray, frame: np.ndarray) -> float:
    """1 − squared error of `picture` / squared error of the untouched `frame`, against `truth`, over all pixels.

    All uint8 (H, W, 3). 1: the true composite. 0: no nearer to it than the frame as it was filmed. Below 0: further.
    Raises ValueError also where frame and truth are the same, so that there is nothing to explain.
    """
    truth = checked_picture(truth, "truth")
    picture = checked_picture(picture, "picture", truth.shape[:2]).astype(np.float64)
    frame = checked_picture(frame, "frame", truth.shape[:2])
    untouched = np.square(frame.astype(np.float64) - truth).sum()
    if untouched == 0:
        raise ValueError("frame: it is the same picture as the truth, so there is nothing to explain")
    return float(1 - np.square(picture - truth).sum() / untouched)


def mask_error(mask: np.ndarray, true_mask: np.ndarray) -> float:
    """Σ |mask − true mask| / Σ true mask, both (H, W): 0 where they agree, 1 where the mask is empty.

    Raises TypeError or ValueError, also where the true mask has no face.
    """
    true_mask = checked_mask(true_mask, name="true_mask", face=True)
    mask = checked_mask(mask, shape=true_mask.shape)
    return float(np.abs(mask - true_mask).sum() / true_mask.sum())


def sharpness(picture: np.ndarray, mask: np.ndarray) -> float:
    """How much fine detail a region has: the variance of the Laplacian of its lightness L inside `mask`.

    `picture`: uint8 (H, W, 3); `mask`: (H, W). Only a comparison of like with like says something. Raises TypeError or
    ValueError. Source: Pech-Pacheco and others, "Diatom autofocusing in brightfield microscopy", 2000.
    """
    picture = checked_picture(picture)
    inside = checked_mask(mask, shape=picture.shape[:2], face=True) >= 0.5
    return float(cv2.Laplacian(to_lab(picture)[..., 0], cv2.CV_32F)[inside].var())


def flicker(clip: np.ndarray, masks: np.ndarray, truth: np.ndarray | None = None) -> float:
    """How much the colour of a region jumps from frame to frame: mean ΔE between its mean colours.

    `clip`: uint8 (N, H, W, 3), N ≥ 2; `masks`: (N, H, W), or (H, W) for all frames: where to look, such as the skin.
    `truth`: a clip of the same shape, whose own changes (of light, of what comes into view) are taken out first. Raises
    TypeError or ValueError that names the argument.
    """
    means = _mean_colours(clip, masks, "clip")
    if truth is not None:
        checked_pictures(truth, "truth", clip.shape)
        means = means - _mean_colours(truth, masks, "truth")
    return float(np.linalg.norm(np.diff(means, axis=0), axis=-1).mean())


def _mean_colours(clip: np.ndarray, masks: np.ndarray, name: str) -> np.ndarray:
    """Mean L, a and b inside the mask of each frame: float32 (N, 3)."""
    checked_pictures(clip, name, least=2)
    if not isinstance(masks, np.ndarray) or masks.shape not in (clip.shape[:3], clip.shape[1:3]):
        shape = getattr(masks, "shape", type(masks).__name__)
        raise ValueError(f"masks: wanted shape {clip.shape[:3]} or {clip.shape[1:3]}, got {shape}")
    inside = [checked_mask(mask, name="masks", face=True) >= 0.5 for mask in np.broadcast_to(masks, clip.shape[:3])]
    return np.stack([to_lab(frame)[where].mean(0) for frame, where in zip(clip, inside, strict=True)])
