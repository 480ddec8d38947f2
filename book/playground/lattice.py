"""The performances that the page knows: every meeting of a few turns, smiles, jaws and eyes, drawn beforehand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from unmasked import toons
from unmasked.faces import Faces, draw_faces

CAST = ("ada", "bo")
# The landmarks that a hand takes hold of: a corner of the mouth, the chin, a pupil.
HOLDS = {"smile": toons.LANDMARKS["lips"].start + 4, "jaw": 8, "eyes": toons.LANDMARKS["pupils"].start + 1}
AHEAD = 1  # the eyes that the others are told from


@dataclass(frozen=True)
class Lattice:
    """Degrees of `yaw`, values of `smile` and `jaw`, `eyes`: name, gaze_x and lids; a picture's `side` in pixels."""

    yaw: Sequence[float] = (-30, -25, -20, -15, -10, -5, 0, 5, 10, 15, 20, 25, 30)
    smile: Sequence[float] = (-1, -0.5, 0, 0.5, 1)
    jaw: Sequence[float] = (0, 0.25, 0.5, 0.75, 1)
    eyes: Sequence[tuple[str, float, float]] = (
        ("left", -1, 0.75),
        ("ahead", 0, 0.75),
        ("right", 1, 0.75),
        ("shut", 0, 0),
    )
    side: int = 64

    def performances(self, yaw: float) -> np.ndarray:
        """All performances with this turn, float32 (smiles · jaws · eyes, 11): the eyes change fastest."""
        acted = [
            toons.Performance(yaw=yaw, smile=smile, jaw=jaw, gaze_x=gaze, lids=lids).to_array()
            for smile in self.smile
            for jaw in self.jaw
            for _, gaze, lids in self.eyes
        ]
        return np.stack(acted)

    def draw(self, name: str, yaw: float) -> Faces:
        """A character in these performances, as the network sees it."""
        return draw_faces(toons.character(name), self.performances(yaw), self.side)

    def strip(self, pictures: np.ndarray) -> np.ndarray:
        """Pictures (N, S, S, 3) in the order of `performances` → one picture (…, S, 3): differences, one below another.

        First the mouths, eyes ahead: each less the one with a smaller jaw, at the smallest less the one with a smaller
        smile. Then the other eyes, at the middle smile, less the eyes ahead. Then, for every mouth and every other pair
        of eyes, what the sum of the two lacks: hardly anything. All are taken modulo 256, so nothing is lost.
        """
        faces = pictures.reshape(len(self.smile), len(self.jaw), len(self.eyes), *pictures.shape[1:]).astype(np.int16)
        ahead = faces[:, :, AHEAD]
        mouths = ahead.copy()
        mouths[:, 1:] -= ahead[:, :-1]
        mouths[1:, 0] -= ahead[:-1, 0]
        others = np.delete(faces, AHEAD, axis=2) - ahead[:, :, None]
        eyes = others[len(self.smile) // 2, 0]
        rest = others - eyes
        parts = (mouths, eyes, rest)
        stacked = np.concatenate([part.reshape(-1, *pictures.shape[2:]) for part in parts])
        return (stacked % 256).astype(np.uint8)

    def masks(self, masks: np.ndarray) -> np.ndarray:
        """Masks (N, S, S) in the same order → one picture (…, S): a mouth below the other, for eyes change no mask.

        Raises ValueError where they do.
        """
        found = masks.reshape(-1, len(self.eyes), *masks.shape[1:])
        if (found != found[:, :1]).any():
            raise ValueError("masks: wanted the same for all eyes of a mouth, and some differ")
        return np.ascontiguousarray(found[:, 0].reshape(-1, masks.shape[2]))

    def axes(self) -> dict[str, list]:
        """The values along each axis, for the page."""
        eyes = [{"name": name, "gaze_x": gaze, "lids": lids} for name, gaze, lids in self.eyes]
        return {"yaw": list(self.yaw), "smile": list(self.smile), "jaw": list(self.jaw), "eyes": eyes}


FINE = Lattice()
# At 128 pixels a face takes three times the room, so there are fewer; all of them are among those at 64.
LARGE = Lattice(yaw=(-30, -20, -10, 0, 10, 20, 30), jaw=(0, 0.5, 1), side=128)


def holds(faces: Faces) -> np.ndarray:
    """Where the page's grips lie on each face, in 256ths of its side: uint8 (N, grips, 2), x and y."""
    points = faces.landmarks[:, list(HOLDS.values())] + 0.5
    return np.rint(256 / faces.pictures.shape[1] * points).clip(0, 255).astype(np.uint8)
