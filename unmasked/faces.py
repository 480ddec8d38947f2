"""Drawn, aligned training sets: what the networks see, and everything that is known about each picture."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from unmasked import toons
from unmasked.arguments import checked_names, checked_whole
from unmasked.extract.crops import SMALLEST, align_matrix
from unmasked.extract.similarity import move

# A portrait shows hair and shoulders too. Drawn this much larger than the crop, the face in it has about its scale.
DRAWN = 1.25


@dataclass
class Faces:
    """Aligned faces: what the networks see, and everything that is known about each.

    `pictures` uint8 (N, S, S, 3); `masks` uint8 (N, S, S), 0…255; `parts` uint8 (N, S, S), labels as in `toons.PARTS`;
    `landmarks` float32 (N, 68, 2), pixels of the crop; `performances` float32 (N, 11); `matrices` float64 (N, 2, 3),
    from the pixels of the portrait as drawn (`drawn` × `drawn`) to those of the crop.
    """

    pictures: np.ndarray
    masks: np.ndarray
    parts: np.ndarray
    landmarks: np.ndarray
    performances: np.ndarray
    matrices: np.ndarray
    drawn: int

    def __len__(self) -> int:
        return len(self.pictures)

    def __getitem__(self, which: slice | np.ndarray | Sequence[int] | int) -> "Faces":
        """Some of them, again as Faces: by slice, list of indices or boolean array; an index gives a set of one."""
        if isinstance(which, int | np.integer):
            which = [which]
        return Faces(
            self.pictures[which],
            self.masks[which],
            self.parts[which],
            self.landmarks[which],
            self.performances[which],
            self.matrices[which],
            self.drawn,
        )


def draw_faces(
    identity: "toons.Identity | Sequence[toons.Identity]", performances: np.ndarray, size: int = 64, workers: int = 1
) -> Faces:
    """Draw a character in many performances and align every face: the pictures that the networks train on.

    `identity`: one, or one for each performance; `performances`: float (N, 11). The portraits are drawn larger than
    `size`, so that the alignment hardly changes the scale and the crop stays sharp. Raises what `toons.draw_many`
    raises.
    """
    size = checked_whole(size, "size", SMALLEST, unit="pixels")
    drawn = max(16, round(size * DRAWN))
    portraits = toons.draw_many(identity, performances, size=drawn, workers=workers)
    matrices = align_matrix(portraits.landmarks, size)
    count = len(matrices)
    pictures = np.empty((count, size, size, 3), np.uint8)
    masks = np.empty((count, size, size), np.uint8)
    parts = np.empty((count, size, size), np.uint8)
    for i, matrix in enumerate(matrices):
        pictures[i] = cv2.warpAffine(
            portraits.pictures[i], matrix, (size, size), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        )
        masks[i] = cv2.warpAffine(portraits.masks[i], matrix, (size, size), flags=cv2.INTER_LINEAR)
        parts[i] = cv2.warpAffine(portraits.parts[i], matrix, (size, size), flags=cv2.INTER_NEAREST)
    landmarks = move(portraits.landmarks, matrices)
    return Faces(pictures, masks, parts, landmarks, np.asarray(portraits.performances, np.float32), matrices, drawn)


def unpaired_faces(
    names: tuple[str, ...], count: int, seed: int = 0, workers: int = 1, size: int = 64
) -> dict[str, Faces]:
    """`count` aligned faces of each character, `size` pixels a side, each in performances of its own: no pairs."""
    drawn = {}
    for number, name in enumerate(checked_names(names)):
        acted = toons.sample_performances(np.random.default_rng([seed, number]), count)
        drawn[name] = draw_faces(toons.character(name), acted, size, workers)
    return drawn


def paired_faces(names: tuple[str, ...], count: int, seed: int = 0, size: int = 64, ranges=None) -> dict[str, Faces]:
    """`count` aligned faces of each, all in the SAME performances: for measuring, never for training.

    `ranges` as in `toons.sample_performances`.
    """
    acted = toons.sample_performances(np.random.default_rng([seed, 99]), count, ranges)
    return {name: draw_faces(toons.character(name), acted, size) for name in names}
