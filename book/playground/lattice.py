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


@dataclass(frozen=True)
class Lattice:
    """Degrees of `yaw`, values of `smile` and `jaw`, and `eyes`: a name → gaze_x and lids."""

    yaw: Sequence[float] = (-30, -25, -20, -15, -10, -5, 0, 5, 10, 15, 20, 25, 30)
    smile: Sequence[float] = (-1, -0.5, 0, 0.5, 1)
    jaw: Sequence[float] = (0, 0.25, 0.5, 0.75, 1)
    eyes: Sequence[tuple[str, float, float]] = (
        ("left", -1, 0.75),
        ("ahead", 0, 0.75),
        ("right", 1, 0.75),
        ("shut", 0, 0),
    )

    def performances(self, yaw: float) -> np.ndarray:
        """All performances with this turn, float32 (smiles · jaws · eyes, 11): the eyes change fastest."""
        acted = [
            toons.Performance(yaw=yaw, smile=smile, jaw=jaw, gaze_x=gaze, lids=lids).to_array()
            for smile in self.smile
            for jaw in self.jaw
            for _, gaze, lids in self.eyes
        ]
        return np.stack(acted)

    def draw(self, name: str, yaw: float, size: int = 64) -> Faces:
        """A character in these performances, as the network sees it."""
        return draw_faces(toons.character(name), self.performances(yaw), size)

    def sheet(self, pictures: np.ndarray) -> np.ndarray:
        """Pictures (N, S, S, …) in the order of `performances` → one picture, a row a smile: jaw and eyes across.

        Neighbours differ in their eyes alone, so that the compression without loss finds the rest said already.
        """
        rows, side = len(self.smile), pictures.shape[1]
        grid = pictures.reshape(rows, -1, *pictures.shape[1:])
        return np.ascontiguousarray(grid.swapaxes(1, 2)).reshape(rows * side, -1, *pictures.shape[3:])

    def axes(self) -> dict[str, list]:
        """The values along each axis, for the page."""
        eyes = [{"name": name, "gaze_x": gaze, "lids": lids} for name, gaze, lids in self.eyes]
        return {"yaw": list(self.yaw), "smile": list(self.smile), "jaw": list(self.jaw), "eyes": eyes}


def holds(faces: Faces) -> np.ndarray:
    """Where the page's grips lie on each face, in quarters of a pixel: uint8 (N, grips, 2), x and y."""
    points = faces.landmarks[:, list(HOLDS.values())] + 0.5
    return np.rint(4 * points).clip(0, 255).astype(np.uint8)
