"""Forged and recorded stills for the page, with what the shipped detectors say of exactly these pixels."""

from __future__ import annotations

import numpy as np

from unmasked import extract
from unmasked.forensics.crops import face_crops
from unmasked.forensics.detector import logits_of, shipped_detectors
from unmasked.makers import stills

GAME, ITEMS = 2027, 20  # the seed of the page's own game: none of the games in the lessons
LINE, CROWD = 2028, 200  # the stills on which the detectors' lines are drawn beforehand, and how many

# The detectors by the names that the page gives them, in the order of `shipped_detectors`.
DETECTORS = ("learned one maker’s fakes", "learned from recordings alone")


def game() -> list[stills.Item]:
    """The page's twenty pictures."""
    return stills.items(GAME, ITEMS)


def crowd() -> list[stills.Item]:
    """Other pictures of the same kind, half of them fake."""
    return stills.items(LINE, CROWD)


def scores(items: list[stills.Item]) -> np.ndarray:
    """Logits of the shipped detectors, float64 (detectors, N); NaN where no face is found in a picture.

    Nobody tells a detector where the face is: the shipped finder and landmarker look for it, as an outsider must.
    """
    found = np.full((len(DETECTORS), len(items)), np.nan)
    for number, item in enumerate(items):
        faces = extract.extract_faces(item.picture, most=1)
        if faces:
            crop = face_crops(item.picture[None], faces[0].landmarks[None].astype(np.float64))
            found[:, number] = [logits_of(one.model, crop)[0] for one in shipped_detectors()]
    return found


def line(real: np.ndarray, fake: np.ndarray) -> float:
    """The threshold at which a detector errs about equally often both ways: the least gap of its two error rates."""
    cuts = np.unique(np.concatenate([real, fake]))
    gaps = [abs((real >= cut).mean() - (fake < cut).mean()) for cut in cuts]
    return float(cuts[int(np.argmin(gaps))])
