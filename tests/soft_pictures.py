"""Made-up pictures and masks for tests that want no toon: soft colours, a disc."""

import cv2
import numpy as np

SHAPE = (90, 120)


def blobs(seed=0, shape=SHAPE):
    """A picture with soft colours all over, nothing clipped."""
    rng = np.random.default_rng(seed)
    coarse = rng.integers(40, 216, (6, 8, 3), dtype=np.uint8)
    return cv2.resize(coarse, shape[::-1], interpolation=cv2.INTER_CUBIC)


def disc(shape=SHAPE, radius=30, middle=None):
    y, x = np.mgrid[: shape[0], : shape[1]]
    row, column = middle or (shape[0] / 2, shape[1] / 2)
    return (np.hypot(y - row, x - column) <= radius).astype(np.float32)
