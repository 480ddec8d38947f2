"""What a scorer is: a name, and a function from a clip to one number."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from unmasked.makers.clip import checked_clip


@dataclass(frozen=True)
class Scorer:
    """A clue or a detector. `score(frames, landmarks)`: frames uint8 (T, H, W, 3), landmarks float (T, 68, 2) → a
    number, the greater the more it looks forged. `kind` is "clue" or "detector"."""

    name: str
    kind: str
    function: Callable[[np.ndarray, np.ndarray], float]

    def score(self, frames: np.ndarray, landmarks: np.ndarray) -> float:
        """The number for a clip. Raises TypeError or ValueError for frames or landmarks that are none, and where the
        number is not finite."""
        checked_clip(frames, landmarks)
        value = float(self.function(frames, landmarks))
        if not np.isfinite(value):
            raise ValueError(f"{self.name}: its score of this clip is {value}; wanted a finite number")
        return value
