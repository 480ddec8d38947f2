"""Sixty-eight named points, taken from the very curves that are drawn.

The order follows the common 68-point annotation (iBUG 300-W), except that the lips have 18 points and the pupils two.
As there, right and left are the character's own: the right eye is on the left of the picture. Hidden points are given
where they project.
"""

import numpy as np

LANDMARKS: dict[str, slice] = {
    "jaw": slice(0, 17),
    "right_brow": slice(17, 22),
    "left_brow": slice(22, 27),
    "nose": slice(27, 36),
    "right_eye": slice(36, 42),
    "left_eye": slice(42, 48),
    "pupils": slice(48, 50),
    "lips": slice(50, 68),
}


def gather(curves: dict[str, np.ndarray]) -> np.ndarray:
    """The curves (N, P, 2) of all names, in the order of `LANDMARKS`: (N, 68, 2)."""
    return np.concatenate([curves[name] for name in LANDMARKS], axis=1)
