"""A forgery with no network at all: the character's own face, cut from another recording."""

import numpy as np

from unmasked import toons
from unmasked.makers import laying
from unmasked.makers.actors import acted, directed
from unmasked.makers.clip import Clip, Fake

# How far another day's pose and light are off, in the units of `toons.RANGES`: no archive holds just the right frames.
MISSED = {"yaw": 4.0, "pitch": 3.0, "roll": 2.0, "light_azimuth": 40.0, "light_strength": 0.25}


class Splice:
    """The face of the same character from another day: a pose that nearly fits, another light, another camera.

    It carries its own camera's blur, noise and JPEG, so nothing in it is too smooth.
    """

    name = "splice"

    def make(self, clip: Clip, rng: np.random.Generator) -> Fake:
        """See `Maker`."""
        shape = clip.masks.shape[1:]
        shown = directed(clip, rng)
        other_day = shown.copy()
        for name, spread in MISSED.items():
            column = toons.PARAMETERS.index(name)
            other_day[:, column] = np.clip(other_day[:, column] + rng.normal(0, spread), *toons.RANGES[name])
        faces = laying.placed(acted(clip.identity, other_day, rng), clip.landmarks, shape)
        masks = laying.outlines(clip.landmarks, shape, 1.0)
        return laying.composed(clip, laying.coloured(faces, clip, masks), laying.feathered(masks, 4.0), shown)
