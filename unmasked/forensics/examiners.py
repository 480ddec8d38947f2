"""Everybody who looks at a clip and gives numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from unmasked.forensics.clues import clue_values
from unmasked.forensics.combine import with_all_clues

# frames uint8 (T, H, W, 3) and landmarks float (T, 68, 2) → numbers by name, greater the more the clip looks forged
Examiner = Callable[[np.ndarray, np.ndarray], dict[str, float]]


def shipped() -> list[Examiner]:
    """Every examiner of this course: the seven clues, all of them together as the shipped weights combine them, and the
    two shipped detectors."""
    from unmasked.forensics.detector import shipped_detectors  # torch comes with it, and clues do without

    return [lambda frames, landmarks: with_all_clues(clue_values(frames, landmarks)), *shipped_detectors()]


def examine(frames: np.ndarray, landmarks: np.ndarray, examiners: Sequence[Examiner]) -> dict[str, float]:
    """What all the examiners say of a clip, in one dict.

    Raises TypeError or ValueError for frames or landmarks that are none, and for a number that is not finite.
    """
    values: dict[str, float] = {}
    for examiner in examiners:
        values |= examiner(frames, landmarks)
    strange = [name for name, value in values.items() if not np.isfinite(value)]
    if strange:
        raise ValueError(f"{strange[0]}: its number for this clip is {values[strange[0]]}; wanted a finite one")
    return values
