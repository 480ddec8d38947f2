"""A maker that needs nothing of its victim but one frame: somebody acts, a net draws the clip's character doing it.

The makers of swaps.py must have seen a character before: their nets are told an average face, made of many pictures.
This one is laid over exactly as the feathered swap is, so that between the two only the net differs.
"""

import numpy as np
import torch

from unmasked import extract
from unmasked.makers import laying
from unmasked.makers.actors import acted, cast_actor, directed
from unmasked.makers.clip import Clip, Fake
from unmasked.makers.swaps import network
from unmasked.tensors import to_pictures, to_tensor

WEIGHTS = "one-shot"


def still_of(clip: Clip) -> np.ndarray:
    """The frame of a recording that shows most of the face, aligned: uint8 (64, 64, 3)."""
    seen = int(clip.masks.reshape(len(clip), -1).sum(1, dtype=np.int64).argmax())  # a hand may pass in front
    return extract.warp(clip.frames[seen], extract.align_matrix(clip.landmarks[seen], laying.SIZE), laying.SIZE)


class OneShotForger:
    """The one-shot swap inside the landmarks' outline: a wide soft edge, matched colours and grain, a steady hand.

    Who shall appear is read from one frame of the clip itself.
    """

    name = "one-shot swap"

    def make(self, clip: Clip, rng: np.random.Generator) -> Fake:
        """See `Maker`."""
        actor = cast_actor(rng)
        shown = directed(clip, rng)
        seen = acted(actor, shown, rng)
        with torch.inference_mode():
            drawn = to_pictures(network(WEIGHTS).swap(to_tensor(seen), to_tensor(still_of(clip))))
        return laying.softly_laid(drawn, shown, clip, rng)
