"""A maker that paints the inner face anew out of noise: nobody acts, and no other face is laid over."""

from functools import lru_cache

import cv2
import numpy as np
import torch

from unmasked import blend, extract, toons
from unmasked.arguments import checked_number, checked_numbers, checked_size, checked_whole
from unmasked.makers import laying
from unmasked.makers.clip import Clip, Fake
from unmasked.models import weights
from unmasked.models.repaint import STEPS, RepaintNet, repaint
from unmasked.tensors import masks_to_tensor, to_pictures, to_tensor

WEIGHTS = "repaint"
GROW = 4.0  # pixels of the crop by which the hole is wider than the features: skin to join on to
_SHIFT = 4  # polygons lie on a grid of 1/16 of a pixel


@lru_cache(maxsize=1)
def shipped() -> RepaintNet:
    """The net that comes with the course, loaded once. Raises weights.WeightsError where it is missing."""
    return weights.load(WEIGHTS).to(memory_format=torch.channels_last)


def inner_face(landmarks: np.ndarray, shape: int | tuple[int, int] = laying.SIZE, grow: float = GROW) -> np.ndarray:
    """Brows, eyes, nose and mouth, and `grow` pixels around them: uint8 (H, W), 0 or 255.

    landmarks  float (68, 2), x and y in pixels of a picture of `shape` (H, W) or of a square of that side.
    Raises ValueError where they lie outside the picture, TypeError or ValueError for others.
    """
    landmarks, shape = checked_numbers(landmarks, "landmarks", (68, 2)), checked_size(shape, "shape")
    grow = checked_number(grow, "grow", -64, 64, unit=" pixels")
    hull = cv2.convexHull(landmarks[toons.LANDMARKS["jaw"].stop :].astype(np.float32))[:, 0]
    mask = np.zeros(shape, np.uint8)
    cv2.fillPoly(mask, [np.rint(hull * (1 << _SHIFT)).astype(np.int32)], 255, shift=_SHIFT)
    mask = (255 * blend.grow(mask, grow)).astype(np.uint8)
    if not mask.any():
        raise ValueError(f"landmarks: nothing of the face lies in a picture of {shape[0]} × {shape[1]} pixels")
    return mask


class RepaintForger:
    """Eyes, nose and mouth of every frame painted anew, in the light and the skin around them; matched grain.

    steps  from noise to face, in each frame. `model`: the shipped net where None.
    All frames begin with the same noise: each with its own, the face would be another one 25 times a second. Nobody
    chose the expression that comes out, and the net doesn't know it: so its fakes say nothing of what they show, and no
    truth can be filmed to hold them against.
    """

    name = "diffusion repaint"

    def __init__(self, steps: int = STEPS, model: RepaintNet | None = None):
        self.steps, self.model = checked_whole(steps, "steps", 1), model

    def make(self, clip: Clip, rng: np.random.Generator) -> Fake:
        """See `Maker`. Raises ValueError where the landmarks outline no face in the picture."""
        shape = clip.masks.shape[1:]
        holes = np.stack([inner_face(one, shape, GROW - 1) for one in clip.landmarks]).astype(np.float32) / 255
        faces = laying.placed(self.painted(clip, rng), clip.landmarks, shape)
        faces = laying.grained(faces, laying.matched_grain(clip), rng)
        # What passes in front stays in front.
        return laying.composed(clip, faces, laying.feathered(holes * (clip.masks > 127), 3.0))

    def painted(self, clip: Clip, rng: np.random.Generator) -> np.ndarray:
        """The aligned crops with their inner faces painted anew: uint8 (T, 64, 64, 3)."""
        matrices = extract.align_matrix(clip.landmarks, laying.SIZE)
        crops = np.stack([extract.warp(f, m, laying.SIZE) for f, m in zip(clip.frames, matrices, strict=True)])
        holes = np.stack([inner_face(one) for one in extract.move(clip.landmarks, matrices)])
        noise = torch.from_numpy(rng.standard_normal((1, 3, laying.SIZE, laying.SIZE), np.float32))
        noise = noise.expand(len(crops), -1, -1, -1)
        model = shipped() if self.model is None else self.model
        return to_pictures(repaint(model, to_tensor(crops), masks_to_tensor(holes), noise, self.steps))
