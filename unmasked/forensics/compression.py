"""The ways in which a clip reaches an examiner. Real and fake take the same."""

from functools import partial

import numpy as np

from unmasked import film
from unmasked.arguments import checked_choice

LEVELS = {
    "JPEG 95": partial(film.through_jpeg, quality=95),
    "JPEG 60": partial(film.through_jpeg, quality=60),
    "H.264 23": partial(film.through_h264, crf=23),
    "H.264 40": partial(film.through_h264, crf=40),
}


def compressed(frames: np.ndarray, level: str) -> np.ndarray:
    """The frames uint8 (T, H, W, 3) once through one of `LEVELS`. Raises ValueError for an unknown level."""
    return LEVELS[checked_choice(level, LEVELS, "level")](frames)
