"""Colour transfer as a track: what to do to each frame's colours, so that it can be steadied before it is done."""

import numpy as np

from unmasked.arguments import checked_numbers, checked_pictures
from unmasked.blend.colour import from_lab, lab_statistics, to_lab


def transfers(drawn: np.ndarray, seen: np.ndarray, masks: np.ndarray) -> np.ndarray:
    """What would give each drawn face the mean and spread of the one in the frame: float64 (T, 2, 3).

    drawn, seen  uint8 (T, S, S, 3), the new faces and the crops of the frames; `masks` (T, S, S), where to compare.
    Of each frame the factors of L, a and b, then what is added: `blend.reinhard` in two steps. Raises TypeError or
    ValueError that names the argument.
    """
    checked_pictures(drawn, "drawn")
    checked_pictures(seen, "seen", drawn.shape)
    if not isinstance(masks, np.ndarray) or masks.shape != drawn.shape[:3]:
        raise ValueError(f"masks: wanted shape {drawn.shape[:3]}, got {getattr(masks, 'shape', type(masks).__name__)}")
    found = np.empty((len(drawn), 2, 3))
    for t, (new, old, mask) in enumerate(zip(drawn, seen, masks, strict=True)):
        (mean, spread), (aim, aim_spread) = lab_statistics(new, mask), lab_statistics(old, mask)
        # A channel that is the same everywhere has no spread to stretch.
        found[t, 0] = np.where(spread > 1e-3, aim_spread / np.maximum(spread, 1e-3), 1.0)
        found[t, 1] = aim - found[t, 0] * mean
    return found


def recoloured(drawn: np.ndarray, track: np.ndarray) -> np.ndarray:
    """The faces uint8 (T, S, S, 3) with their colours changed as a track (T, 2, 3) of `transfers` says: the same shape.

    Raises TypeError or ValueError that names the argument.
    """
    checked_pictures(drawn, "drawn")
    track = checked_numbers(track, "track", (len(drawn), 2, 3))
    return np.stack([from_lab(to_lab(face) * by + plus) for face, (by, plus) in zip(drawn, track, strict=True)])
