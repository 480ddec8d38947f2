"""Pictures of noise, the same at every call."""

import numpy as np


def noise(*shape: int) -> np.ndarray:
    """uint8 of this shape, every value as likely."""
    return np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)
