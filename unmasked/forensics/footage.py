"""What a detector is trained and tried on: many clips, each recorded, forged and compressed, as crops."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from unmasked import extract
from unmasked.forensics.compression import compressed
from unmasked.forensics.crops import crop_matrices, face_crops
from unmasked.makers import Clip, Maker, forge

REAL = "real"
SIDE = 64


@dataclass
class Footage:
    """Crops by maker and level.

    `crops[maker, level]`: uint8 (C, T, 64, 64, 3), C clips of T frames; the maker "real" stands for the recordings.
    `masks[maker]`: uint8 (C, T, 64, 64), how much of each pixel was forged, 0…255. `characters`: int64 (C,), whose clip
    it is: splits go by it.
    """

    characters: np.ndarray
    crops: dict[tuple[str, str], np.ndarray] = field(default_factory=dict)
    masks: dict[str, np.ndarray] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.characters)

    @property
    def makers(self) -> list[str]:
        """All but the recordings."""
        return [name for name in self.masks if name != REAL]


def gather(
    clips: Sequence[Clip],
    makers: Mapping[str, Maker],
    levels: Mapping[str, Sequence[str]] | Sequence[str],
    seed: int,
    progress: Callable[[str], None] = lambda words: None,
) -> Footage:
    """Every clip forged by every maker, sent through compressions, and cut.

    `levels`: for all, or by maker ("real" among them). Chance comes from `seed`. Raises ValueError for no clips or
    clips of unlike length, and whatever the makers raise.
    """
    if not clips or len({len(clip) for clip in clips}) != 1:
        raise ValueError(f"clips: wanted one or more of the same length, got lengths {[len(clip) for clip in clips]}")
    footage = Footage(np.array([clip.identity.marks for clip in clips]))
    for name in (REAL, *makers):
        progress(name)
        forged = [None if name == REAL else forge(makers[name], clip, seed) for clip in clips]
        films = [clip.frames if fake is None else fake.frames for clip, fake in zip(clips, forged, strict=True)]
        for level in levels[name] if isinstance(levels, Mapping) else levels:
            sent = (compressed(film, level) for film in films)
            cut = [face_crops(film, clip.landmarks, SIDE) for film, clip in zip(sent, clips, strict=True)]
            footage.crops[name, level] = np.stack(cut)
        footage.masks[name] = np.stack([cut_masks(fake, clip) for fake, clip in zip(forged, clips, strict=True)])
    return footage


def cut_masks(fake, clip: Clip) -> np.ndarray:
    """The mask of a fake (None for a recording) in the crops of its clip: uint8 (T, 64, 64)."""
    if fake is None:
        return np.zeros((len(clip), SIDE, SIDE), np.uint8)
    whole = np.rint(255 * fake.masks).astype(np.uint8)
    return np.stack(
        [extract.warp(m, at, SIDE) for m, at in zip(whole, crop_matrices(clip.landmarks, SIDE), strict=True)]
    )
