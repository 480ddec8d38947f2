"""What an eye finds in a composite: the seam, ghosts of the old face, another tint. Scored in the game."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import cv2
import numpy as np

from unmasked.blend import PutBack, Recipe, Shot, boundary_step, to_lab, within_seam

REACH = 2  # pixels: an edge this near to one of the truth is that edge
LEAST = 4.0  # ΔE: less than that to mend would make the score a matter of luck
STRANGE = 0.06  # of the truth's edges: as many stand beside them where the new face is a fifth too large
ORANGE, BLUE = (255, 140, 30), (90, 190, 255)

# What the search tries of every knob, one after the other and then once more.
TRIED = {
    "mask": ("given", "hull", "new hull"),
    "grow": (-8, -4, -2, 0, 2),
    "feather": (0, 4, 8, 14, 20),
    "colour": ("none", "reinhard", "histogram"),
    "warp": (0, 0.5, 1),
    "brightness": (-20, -10, 0, 10, 20),
    "contrast": (0.85, 1, 1.15),
    "scale": (0.95, 1, 1.05),
    "opacity": (0.9, 1),
    "poisson": (False, True),
}
BEGIN = Recipe("given", feather=8, colour="reinhard")


@dataclass(frozen=True)
class Flaws:
    """`seam`: the step along the seam beyond the true picture's own, mean ΔE, never below 0. `ghosts`: how much of the
    old face still shines through, and how many edges stand beside those of the truth; 0…1, and 1 is the frame left
    alone. `tint`: ΔE between the face's mean colour and the truth's. `score`: 1 with none of the three, 0 where one is
    as bad as in the box pasted hard or in the frame left alone. `worst`: which of them costs most, in words."""

    seam: float
    ghosts: float
    tint: float
    score: float
    worst: str


class Examined:
    """A shot with its truth looked at once, and what can be reached on it."""

    def __init__(self, shot: Shot):
        self.shot = shot
        self.lab = to_lab(shot.truth)
        self.face = shot.true_mask >= 128
        around = np.maximum(shot.true_mask, shot.mask) >= 128
        self.around = cv2.dilate(around.astype(np.uint8), np.ones((9, 9), np.uint8)) > 0
        # Where the old face looks as the new one should, nobody sees that it is the old one.
        self.other = np.linalg.norm(to_lab(shot.frame) - self.lab, axis=-1) * self.face
        edges = edge_strength(self.lab)
        self.strength = float(edges[self.around].sum())
        self.known = cv2.dilate(edges, np.ones((2 * REACH + 1, 2 * REACH + 1), np.uint8))
        pasted = shot.put_back(Recipe())
        # As bad as it gets: seam and tint of the box pasted hard, and all of the old face.
        self.most = max(LEAST, self._seam(pasted)), 1.0, max(LEAST, self._tint(to_lab(pasted.picture)))

    def flaws(self, made: PutBack) -> Flaws:
        """What shows in this composite of the shot."""
        lab = to_lab(made.picture)
        seam, ghosts, tint = self._seam(made), self._ghosts(made, lab), self._tint(lab)
        lost = [min(1.0, value / limit) for value, limit in zip((seam, ghosts, tint), self.most, strict=True)]
        worst = ("the seam", "ghosts of the old face", "the tint of the face")[int(np.argmax(lost))]
        return Flaws(seam, ghosts, tint, float(np.prod([1 - share for share in lost])), worst)

    def _seam(self, made: PutBack) -> float:
        where = within_seam(made.mask)
        return max(0.0, boundary_step(made.picture, where) - boundary_step(self.shot.truth, where))

    def _strange(self, lab: np.ndarray) -> np.ndarray:
        return np.maximum(edge_strength(lab) - self.known, 0) * self.around

    def _ghosts(self, made: PutBack, lab: np.ndarray) -> float:
        left = float(((1 - made.mask) * self.other).sum()) / max(float(self.other.sum()), 1e-6)
        strange = float(self._strange(lab).sum()) / max(self.strength, 1e-6)
        return min(1.0, left + strange / STRANGE)

    def _tint(self, lab: np.ndarray) -> float:
        return float(np.linalg.norm(lab[self.face].mean(0) - self.lab[self.face].mean(0)))

    def shown(self, made: PutBack) -> np.ndarray:
        """Where the flaws lie: the picture dimmed, the seam orange where it adds a step, strange edges blue."""
        lab = to_lab(made.picture)
        inside = within_seam(made.mask).astype(np.uint8)
        band = cv2.morphologyEx(inside, cv2.MORPH_GRADIENT, np.ones((5, 5), np.uint8)) > 0
        step = np.maximum(edge_strength(lab) - edge_strength(self.lab), 0)
        grey = 40 + 0.35 * cv2.cvtColor(made.picture, cv2.COLOR_RGB2GRAY)[..., None].astype(np.float32)
        picture = np.repeat(grey, 3, 2)
        for amount, colour in ((self._strange(lab) * ~band, BLUE), (step * band, ORANGE)):
            share = np.clip(amount / 12, 0, 1)[..., None]
            picture = picture * (1 - share) + share * np.float32(colour)
        return np.rint(picture).astype(np.uint8)

    @cached_property
    def best(self) -> float:
        """The best score that a search over the knobs finds, one knob at a time: a hand may well find a better one."""
        return self.search()[0]

    def search(self) -> tuple[float, Recipe]:
        """That score and its recipe; about 70 composites."""
        recipe, best = BEGIN, self.flaws(self.shot.put_back(BEGIN)).score
        for _ in range(2):
            before = best
            for name, values in TRIED.items():
                for value in values:
                    if value == getattr(recipe, name):
                        continue
                    tried = replace(recipe, **{name: value})
                    try:
                        score = self.flaws(self.shot.put_back(tried)).score
                    except ValueError:  # a mask that was shrunk to nothing is no composite
                        continue
                    if score > best:
                        best, recipe = score, tried
            if best <= before:
                break
        return best, recipe


def edge_strength(lab: np.ndarray) -> np.ndarray:
    """ΔE from one neighbour to the other across each pixel, the greater of across and down: float32 (H, W)."""
    across = np.zeros(lab.shape[:2], np.float32)
    down = across.copy()
    across[:, 1:-1] = np.linalg.norm(lab[:, 2:] - lab[:, :-2], axis=-1)
    down[1:-1] = np.linalg.norm(lab[2:] - lab[:-2], axis=-1)
    return np.maximum(across, down)
