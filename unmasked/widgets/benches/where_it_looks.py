"""Where a detector looks: a heat map, and a smear to drag over the picture that tells whether the map is right."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

import cv2
import numpy as np

from unmasked.forensics.calibration import sigmoid
from unmasked.widgets.kit import INK, PAPER, Bench, Choice, Frame, Panel, Points, Slider, enlarge, two_digits

if TYPE_CHECKING:  # widgets load without torch
    from unmasked.models.meso import Meso4

SHOWN = 288  # CSS pixels
LARGER = 6  # a crop is drawn so many times as large, for the ring is finer than its pixels
LARGEST = 40
PLACES = 12  # random places, to compare with


def where_it_looks(detectors: Mapping[str, Meso4], crops: Mapping[str, np.ndarray]) -> Bench:
    """A bench with a smear to drag over a picture, and the heat map of a detector beside it.

    `detectors`: name → trained Meso4 in eval mode; `crops`: name → one crop uint8 (64, 64, 3). All maps of a detector
    share one scale. Raises TypeError or ValueError for a crop or net of another kind.
    """
    if not detectors or not crops:
        raise ValueError("detectors, crops: wanted at least one of each")
    view = Heat(detectors, crops)
    knobs = [
        Choice("picture", "Picture", [(name, name) for name in crops], next(iter(crops))),
        Choice("detector", "Trained on", [(name, name) for name in detectors], next(iter(detectors))),
        Points("place", "Where the smear lies", [[0.5, 0.55]], names=["smear"], step=0.05),
        Slider("size", "Smear size", 0, LARGEST, 16, 2, " px"),
    ]
    return Bench(view.draw, knobs, title="Where does it look? Hide a place and see")


class Heat:
    """The bench's plain function and what it needs."""

    def __init__(self, detectors: Mapping[str, Meso4], crops: Mapping[str, np.ndarray]):
        self.detectors, self.crops = dict(detectors), dict(crops)
        self.looked = lru_cache(maxsize=None)(self._looked)
        self.usual = lru_cache(maxsize=None)(self._usual)
        self.warm = lru_cache(maxsize=None)(self._warm)
        # One scale for all pictures: stretched to its own brightest place, a recording's map would glow like a fake's.
        self.brightest = {
            detector: max(float(self.looked(detector, picture)[1].max()) for picture in self.crops)
            for detector in self.detectors
        }

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

    def _warm(self, detector: str, picture: str) -> np.ndarray:
        heat = self.looked(detector, picture)[1]
        return enlarge(warmed(self.crops[picture], heat, self.brightest[detector]), LARGER, smooth=True)

    def draw(self, settings: dict) -> Frame:
        """`settings`: picture, detector, place (1, 2) in 0…1, size in pixels. Returns the smeared picture and
        the map, on both a ring around the smear."""
        from unmasked.forensics.detector import SIDE, hide, logits_of

        picture, detector, size = settings["picture"], settings["detector"], settings["size"]
        crop, (before, heat) = self.crops[picture], self.looked(detector, picture)
        x, y = (float(part) * SIDE for part in np.asarray(settings["place"])[0])
        smeared = hide(crop, x, y, size)
        after = float(logits_of(self.detectors[detector], smeared[None])[0])
        was, now = (float(sigmoid(value)) for value in (before, after))
        # The score itself, for a probability of 1.00 has no room to show a change.
        usual = f"A random place of this size changes the score by {two_digits(self.usual(detector, picture, size))}."
        most, peak = self.brightest[detector], float(heat.max())
        share = round(100 * peak / most) if most > 0 else 0
        words = (
            f"Score {two_digits(before)} (probability of a fake {two_digits(was)}); with the smear {two_digits(after)} "
            f"({two_digits(now)}). {usual}\nBright speaks for “fake”. All maps of this net share one scale; here the "
            f"brightest place reaches {share} % of it."
        )
        alt = (
            f"{picture}, with a smear {size:.0f} pixels wide, and the heat map of the net trained on {detector}. "
            f"{words}"
        ).replace("\n", " ")
        scale = SHOWN / (SIDE * LARGER)
        panels = [
            Panel(
                ringed(enlarge(smeared, LARGER, smooth=True), x, y, size),
                f"Picture: {picture}",
                f"{picture} with a smear",
                scale,
                smooth=True,
            ),
            Panel(
                ringed(self.warm(detector, picture), x, y, size),
                f"Heat map of the net trained on {detector}",
                "bright where the net finds what it calls forged",
                scale,
                smooth=True,
            ),
        ]
        return Frame(panels, alt, words)


def ringed(picture: np.ndarray, x: float, y: float, size: float) -> np.ndarray:
    """A copy of a picture enlarged by `LARGER`, with a thin ring of `size` around x, y (pixels of the crop): dark
    between two light lines, so that it is seen on any ground. `size` 0: without a ring."""
    picture = picture.copy()
    # x counts from the left edge of the first pixel, OpenCV from its middle; 4 bits after the point.
    centre = tuple(round((LARGER * part - 0.5) * 16) for part in (x, y))
    for colour, thick in ((PAPER, 4), (INK, 2)) if size > 0 else ():
        cv2.circle(picture, centre, round(LARGER * size / 2 * 16), colour, thick, cv2.LINE_AA, 4)
    return picture


def warmed(crop: np.ndarray, heat: np.ndarray, most: float) -> np.ndarray:
    """The crop in pale grey with the heat map over it, dark at 0 to bright at `most`: uint8 (H, W, 3)."""
    share = np.clip(heat / most, 0, 1) if most > 0 else np.zeros_like(heat)
    colours = cv2.applyColorMap(np.rint(255 * share).astype(np.uint8), cv2.COLORMAP_INFERNO)[..., ::-1]
    grey = np.repeat(crop.mean(-1, keepdims=True), 3, -1)
    opacity = 0.35 + 0.5 * share[..., None]
    return np.rint((1 - opacity) * grey + opacity * colours).astype(np.uint8)
