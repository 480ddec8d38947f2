"""Bending a face so that its landmarks fall on others."""

import cv2
import numpy as np

from unmasked.arguments import checked_number, checked_numbers, checked_picture

SMOOTHING = 1.0  # with points a pixel apart or more it moves them by far less than a pixel


def warp_to_landmarks(picture: np.ndarray, source: np.ndarray, target: np.ndarray, strength: float = 1.0) -> np.ndarray:
    """Bend a picture so that what lies at the points `source` comes to lie at the points `target`: uint8 (H, W, 3).

    `source`, `target`: float (P, 2), x and y in pixels. `strength`: 0 leaves the picture, 1 goes all the way. The
    picture's corners and the middles of its sides stay. Between the points it bends as a thin plate would, as little
    as it can. Raises ValueError for shapes that do not fit or values that are not finite.
    Source: Bookstein, "Principal warps", 1989, through SciPy.
    """
    picture = checked_picture(picture)
    source = checked_numbers(source, "source", ("P", 2))
    target = checked_numbers(target, "target", (len(source), 2))
    strength = checked_number(strength, "strength", 0, 1)
    if strength == 0:
        return picture.copy()
    height, width = picture.shape[:2]
    across, down = np.meshgrid(np.linspace(0, width - 1, 3), np.linspace(0, height - 1, 3))
    anchors = np.delete(np.stack([across.ravel(), down.ravel()], 1), 4, axis=0)  # all but the middle
    goal = source + strength * (target - source)
    ends, starts = np.concatenate([goal, anchors]), np.concatenate([source, anchors])
    # Here, because it brings 35 MB, and every film and bench brings this module.
    from scipy.interpolate import RBFInterpolator

    # Backwards: for each new pixel, how far away it comes from. A little smoothing, for the points of shut lips or lids
    # fall together, and no map that passes through all of them would be smooth.
    spline = RBFInterpolator(ends, starts - ends, kernel="thin_plate_spline", smoothing=SMOOTHING)
    x, y = np.meshgrid(np.arange(width), np.arange(height))
    moved = spline(np.stack([x.ravel(), y.ravel()], 1)).reshape(height, width, 2)
    grid = (moved + np.dstack([x, y])).astype(np.float32)
    return cv2.remap(picture, grid, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
