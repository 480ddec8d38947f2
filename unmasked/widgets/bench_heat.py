"""Where a detector looks: a heat map, and a smear to drag over the picture that tells whether the map is right."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

import cv2
import numpy as np

from unmasked.forensics.calibration import sigmoid
from unmasked.widgets.frames import Frame, Panel, two_digits
from unmasked.widgets.kit import Bench
from unmasked.widgets.knobs import Choice, Points, Slider

if TYPE_CHECKING:  # widgets load without torch
    from unmasked.models.meso import Meso4

SCALE = 3.6
LARGEST = 40
PLACES = 12  # random places, to compare with


def where_it_looks(detectors: Mapping[str, Meso4], crops: Mapping[str, np.ndarray]) -> Bench:
    """A bench with a smear to drag over a picture, and the heat map of a detector beside it.

    `detectors`: name → trained Meso4 in eval mode; `crops`: name → one crop uint8 (64, 64, 3). Raises TypeError or
    ValueError for a crop or net of another kind.
    """
    if not detectors or not crops:
        raise ValueError("detectors, crops: wanted at least one of each")
    view = Heat(detectors, crops)
    knobs = [
        Choice("picture", "Picture", [(name, name) for name in crops], next(iter(crops))),
        Choice("detector", "Detector trained on", [(name, name) for name in detectors], next(iter(detectors))),
        Points("place", "Where the smear lies", [[0.5, 0.55]], names=["smear"], step=0.05),
        Slider("size", "Size of the smear", 0, LARGEST, 16, 2, " px"),
    ]
    return Bench(view.draw, knobs, title="Where does it look? Hide a place and see")


class Heat:
    """The bench's plain function and what it needs."""

    def __init__(self, detectors: Mapping[str, Meso4], crops: Mapping[str, np.ndarray]):
        self.detectors, self.crops = dict(detectors), dict(crops)
        self.looked = lru_cache(maxsize=None)(self._looked)
        self.usual = lru_cache(maxsize=None)(self._usual)
        for detector in self.detectors:
            for picture in self.crops:
                self.looked(detector, picture)

    def _looked(self, detector: str, picture: str) -> tuple[float, np.ndarray]:
        from unmasked.forensics.detector import heat_map, logits_of

        model, crop = self.detectors[detector], self.crops[picture]
        return float(logits_of(model, crop[None])[0]), heat_map(model, crop)

    def _usual(self, detector: str, picture: str, size: float) -> float:
        """By how much hiding a random place of this size changes the score, on average."""
        from unmasked.forensics.detector import SIDE, hide, logits_of

        model, crop = self.detectors[detector], self.crops[picture]
        numbers = np.random.default_rng(0)
        places = numbers.uniform(size / 2, SIDE - size / 2, (PLACES, 2))
        after = logits_of(model, np.stack([hide(crop, *place, size) for place in places]))
        return float(np.abs(after - self.looked(detector, picture)[0]).mean())

    def draw(self, settings: dict) -> Frame:
        """`settings`: picture, detector, place (1, 2) in 0…1, size in pixels. Returns the smeared picture and
        the map."""
        from unmasked.forensics.detector import SIDE, hide, logits_of

        picture, detector, size = settings["picture"], settings["detector"], settings["size"]
        crop, (before, heat) = self.crops[picture], self.looked(detector, picture)
        x, y = (float(part) * SIDE for part in np.asarray(settings["place"])[0])
        smeared = hide(crop, x, y, size)
        after = float(logits_of(self.detectors[detector], smeared[None])[0])
        was, now = (float(sigmoid(value)) for value in (before, after))
        # The score itself, for a probability of 1.00 has no room to show a change.
        usual = f"A random place of this size changes the score by {two_digits(self.usual(detector, picture, size))}."
        words = (
            f"Score {two_digits(before)} (probability of a fake {two_digits(was)}); with the smear {two_digits(after)} "
            f"({two_digits(now)}). {usual}"
        )
        alt = (
            f"{picture}, with a smear {size:.0f} pixels wide, and the heat map of the detector trained on {detector}. "
            f"{words}"
        )
        panels = [
            Panel(smeared, picture, f"{picture} with a smear", SCALE, smooth=True),
            Panel(
                warmed(crop, heat),
                f"Speaks for “fake”: {detector}",
                "bright where the detector finds what it calls forged",
                SCALE,
                smooth=True,
            ),
        ]
        return Frame(panels, alt, words)


def warmed(crop: np.ndarray, heat: np.ndarray) -> np.ndarray:
    """The crop in pale grey with the heat map over it, dark to bright: uint8 (H, W, 3)."""
    top = float(heat.max())
    share = np.clip(heat / top, 0, 1) if top > 0 else np.zeros_like(heat)
    colours = cv2.applyColorMap(np.rint(255 * share).astype(np.uint8), cv2.COLORMAP_INFERNO)[..., ::-1]
    grey = np.repeat(crop.mean(-1, keepdims=True), 3, -1)
    opacity = 0.35 + 0.5 * share[..., None]
    return np.rint((1 - opacity) * grey + opacity * colours).astype(np.uint8)
