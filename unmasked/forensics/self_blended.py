"""Fakes made of recordings alone: a face blended into its own picture.

Whoever trains a detector on a forger's fakes teaches it that forger. A self-blended image has what blending leaves and
nothing else: one copy of a picture is changed a little (colour, sharpness, grain, place) and laid over the other within
a random outline. No forger, no network and no second person is needed.
Source: Shiohara and Yamasaki, "Detecting deepfakes with self-blended images", 2022; changed for small toon clips.
"""

import cv2
import numpy as np

from unmasked import blend
from unmasked.makers import Clip, Fake


class SelfBlended:
    """A maker for training: every frame blended with a changed copy of itself. `copies` come from another `rng`."""

    name = "self-blended"

    def make(self, clip: Clip, rng: np.random.Generator) -> Fake:
        """See `unmasked.makers.Maker`. One forger works on the whole clip, so the change is drawn once a frame only
        where a hand would tremble."""
        made = [self_blend(frame, points, rng) for frame, points in zip(clip.frames, clip.landmarks, strict=True)]
        frames, masks = zip(*made, strict=True)
        return Fake(np.stack(frames), np.stack(masks))


def self_blend(picture: np.ndarray, landmarks: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """A picture blended with a changed copy of itself: uint8 (H, W, 3), and the mask float32 (H, W) in 0…1.

    `picture` uint8 (H, W, 3); `landmarks` float (68, 2), x and y in its pixels. Raises TypeError or ValueError for
    other arguments, or for a face that lies outside the picture.
    """
    mask = random_mask(landmarks, picture.shape[:2], rng)
    source, target = changed(picture, rng), picture
    if rng.random() < 0.2:  # the forged part may also be the untouched one
        source, target = target, source
    if rng.random() < 0.6:
        source, mask = moved(source, mask, rng)
    return blend.composite(target, source, mask), mask


def random_mask(landmarks: np.ndarray, shape: tuple[int, int], rng: np.random.Generator) -> np.ndarray:
    """An outline as some forger might draw it, bent at random, with an edge of random softness: float32 (H, W).

    Raises ValueError for landmarks that are none or outline nothing within `shape` (H, W).
    """
    mask = blend.face_mask(landmarks, shape, float(rng.uniform(0, 0.5)))
    size = max(shape) / 96  # the numbers below are pixels of a frame of 96
    bent = cv2.remap(mask, *bending(shape, rng, 2.0 * size), cv2.INTER_LINEAR)
    grown = blend.grow(bent, float(rng.uniform(-5, 3)) * size)
    if not grown.any():
        grown = bent
    soft = blend.feather(grown, float(rng.uniform(0.5, 8)) * size)
    return soft if soft.max() > 0 else mask


def changed(picture: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The picture with other colours, another light, another sharpness or other grain: uint8 (H, W, 3).

    Each change comes by a toss of its own. If all came together a detector would learn the easiest and no other.
    """
    colours, lights, softens, grains = rng.random(4) < (0.35, 0.25, 0.85, 0.5)
    values = picture.astype(np.float32)
    if colours:
        gain = (1 + rng.uniform(-0.1, 0.1, 3)) * (1 + rng.uniform(-0.1, 0.1))
        values = (values - 128) * gain.astype(np.float32) + 128 + rng.uniform(-12, 12, 3).astype(np.float32)
    if lights:
        values *= 1 + slope(picture.shape[:2], rng, 0.25)[..., None]
    if softens:
        values = cv2.GaussianBlur(values, (0, 0), float(rng.uniform(0.4, 1.1)))
    # Whoever softens takes the grain along, and a careful forger gives it back: softness must be seen without it.
    grain = rng.uniform(0.8, 2.4) * grain_of(picture) if softens else rng.uniform(0, 3)
    if softens or grains:
        values += float(grain) * rng.standard_normal(values.shape, np.float32)
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)


def grain_of(picture: np.ndarray) -> float:
    """About how strong the grain of a picture uint8 (H, W, 3) is: standard deviation in grey levels.

    From what a small blur takes away, its median over all pixels, for edges count little in a median.
    """
    fine = picture.astype(np.float32)
    fine -= cv2.GaussianBlur(fine, (0, 0), 1.0)
    # Of white noise with standard deviation 1 that blur takes 0.87; 0.6745 is the median of |N(0, 1)|.
    return float(np.median(np.abs(fine)) / (0.6745 * 0.87))


def slope(shape: tuple[int, int], rng: np.random.Generator, strength: float) -> np.ndarray:
    """Light that grows from one side of the picture to the other, by at most `strength`: float32 (H, W), mean 0."""
    height, width = shape
    angle, steep = rng.uniform(0, 2 * np.pi), rng.uniform(0, strength)
    y, x = np.mgrid[:height, :width]
    across = (x / max(1, width - 1) - 0.5) * np.cos(angle) + (y / max(1, height - 1) - 0.5) * np.sin(angle)
    return (2 * steep * across).astype(np.float32)


def moved(source: np.ndarray, mask: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Source and mask shifted, turned, zoomed and bent a little, as a face that does not quite fit."""
    height, width = mask.shape
    size = max(height, width) / 96
    y, x = (float(place.mean()) for place in np.nonzero(mask > 0))
    matrix = cv2.getRotationMatrix2D((x, y), float(rng.normal(0, 2.5)), float(1 + rng.uniform(-0.07, 0.07)))
    matrix[:, 2] += rng.normal(0, 1.5, 2) * size
    push = bending((height, width), rng, float(rng.uniform(0, 2)) * size)
    source = cv2.warpAffine(source, matrix, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    source = cv2.remap(source, *push, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    mask = cv2.warpAffine(mask, matrix, (width, height), flags=cv2.INTER_LINEAR)
    return source, np.clip(cv2.remap(mask, *push, cv2.INTER_LINEAR), 0, 1)


def bending(shape: tuple[int, int], rng: np.random.Generator, strength: float) -> tuple[np.ndarray, np.ndarray]:
    """A smooth random field: where each pixel is looked up, x and y, off by about `strength` pixels: float32 (H, W)."""
    height, width = shape
    push = rng.normal(0, strength, (2, 5, 5)).astype(np.float32)
    across, down = (cv2.resize(one, (width, height), interpolation=cv2.INTER_CUBIC) for one in push)
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    return x + across, y + down
