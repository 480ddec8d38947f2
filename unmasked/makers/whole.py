"""A forgery in which nothing is blended: one frame of the recording, bent whole."""

import numpy as np

from unmasked import blend, extract
from unmasked.makers import laying
from unmasked.makers.clip import Clip, Fake


class BentStill:
    """One frame, bent until its landmarks lie where they should: the whole picture moves, so there is no seam.

    The skull follows the clip, the expression is that of another moment. A thin plate bends the picture; what bending
    takes from the grain is given back. Source of the kind: first-order motion and its kin, which bend a still.
    """

    name = "bent still"

    def make(self, clip: Clip, rng: np.random.Generator) -> Fake:
        """See `Maker`."""
        still = int(rng.integers(len(clip)))
        wanted = _played_backwards(clip.landmarks)
        frames = [blend.warp_to_landmarks(clip.frames[still], clip.landmarks[still], one) for one in wanted]
        # Between two pixels the grain is an average of both: about two thirds of it stay.
        frames = laying.grained(np.stack(frames), 0.7 * laying.noise_of(clip), rng)
        return Fake(frames, np.ones(clip.masks.shape, np.float32))


def _played_backwards(landmarks: np.ndarray) -> np.ndarray:
    """The landmarks (T, 68, 2) of the clip played backwards, each laid on the skull of the frame it stands in for."""
    stable, laid = extract.stable(), []
    for here, other in zip(landmarks, landmarks[::-1], strict=True):
        laid.append(extract.move(other, extract.similarity(other[stable], here[stable])))
    return np.stack(laid).astype(np.float32)
