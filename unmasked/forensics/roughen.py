"""What happens to a picture on its way: changes that make a fake no less a fake, to be trained against."""

import cv2
import numpy as np

from unmasked.toons import camera


def mirrored(pictures: np.ndarray, masks: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Each picture uint8 (N, H, W, 3), with its mask (N, H, W), mirrored left to right by the toss of a coin."""
    tossed = rng.random(len(pictures)) < 0.5
    return (
        np.where(tossed[:, None, None, None], pictures[:, :, ::-1], pictures),
        np.where(tossed[:, None, None], masks[:, :, ::-1], masks),
    )


def recoloured(pictures: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Each picture uint8 (N, H, W, 3) with its three channels in random order: a toon's colours tell nothing."""
    order = rng.permuted(np.tile(np.arange(3), (len(pictures), 1)), axis=1)
    return np.take_along_axis(pictures, order[:, None, None, :], axis=3)


def roughened(pictures: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Each picture uint8 (N, H, W, 3) blurred, made grainy and sent through JPEG, each with one chance in two.

    Real and fake alike, or a detector would learn the roughness. Source: the blur and JPEG of Wang and others,
    "CNN-generated images are surprisingly easy to spot… for now", 2020; grain added.
    """
    return np.stack([_roughened(picture, rng) for picture in pictures]) if len(pictures) else pictures.copy()


def _roughened(picture: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    blurs, grains, saves = rng.random(3) < 0.5
    if blurs:
        picture = cv2.GaussianBlur(picture, (0, 0), float(rng.uniform(0.2, 1.2)))
    if grains:
        noise = float(rng.uniform(0, 5)) * rng.standard_normal(picture.shape, np.float32)
        picture = np.clip(np.rint(picture + noise), 0, 255).astype(np.uint8)
    return camera.jpeg(picture, int(rng.integers(30, 95))) if saves else np.ascontiguousarray(picture)
