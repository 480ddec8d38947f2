"""A forgery with no network at all: the character's own face, cut from another recording."""

import numpy as np

from unmasked import blend, toons
from unmasked.makers.actors import acted, directed
from unmasked.makers.clip import Clip, Fake


class Splice:
    """The face of the same character from another day: a pose that nearly fits, another light, another camera.

    It carries its own camera's blur, noise and JPEG, so nothing in it is too smooth.
    """

    name = "paste without network"

    def make(self, clip: Clip, rng: np.random.Generator) -> Fake:
        """See `Maker`."""
        from unmasked.makers.swaps import _composed, crop_masks, match_colour

        other_day = directed(clip, rng)
        for name, spread in (
            ("yaw", 4.0),
            ("pitch", 3.0),
            ("roll", 2.0),
            ("light_azimuth", 40.0),
            ("light_strength", 0.25),
        ):
            column = toons.PARAMETERS.index(name)
            low, high = toons.RANGES[name]
            other_day[:, column] = np.clip(other_day[:, column] + rng.normal(0, spread), low, high)
        faces = acted(clip.identity, other_day, rng)
        masks = crop_masks(clip, clip.landmarks, outline=True, erode=1)
        faces = match_colour(faces, clip, clip.landmarks, masks)
        shares = [blend.feather(mask, 4.0) for mask in masks]
        return _composed(clip, faces, clip.landmarks, shares, 0.0, rng)
