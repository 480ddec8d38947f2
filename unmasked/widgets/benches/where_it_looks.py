"""Where a detector looks: a heat map, and a smear to drag over the picture that tells whether the map is right."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import cv2
import numpy as np

from unmasked.forensics.calibration import sigmoid
from unmasked.widgets.kit import (
    ACCENT,
    INK,
    PAPER,
    SCRIPTS,
    Bench,
    Button,
    Choice,
    Frame,
    Meter,
    Panel,
    Points,
    Slider,
    enlarge,
    source,
    two_digits,
)

if TYPE_CHECKING:  # widgets load without torch
    from unmasked.models.meso import Meso4

SHOWN = 300  # CSS pixels
LARGER = 6  # a crop is drawn so many times as large, for the ring is finer than its pixels
LARGEST = 40
PLACES = 12  # random places, to compare with
CELLS = 12  # a trail keeps one place in each of CELLS × CELLS
MOST = 16.0  # the change of a score that fills the gauge
NEEDED = 3  # tried places of either kind, for a word on the map
BRIGHT = 0.5  # of a map's own peak
BETTER = 1.5  # times as much as elsewhere: the lesson's own test
FORGED = (209, 108, 12)
QUESTION = "Where does it look? Hide a place, and see whether the map was right"


def where_it_looks(detectors: Mapping[str, Meso4], crops: Mapping[str, np.ndarray]) -> Bench:
    """A bench with a smear to drag over a picture, and the heat map of a detector beside it.

    The gauge says how much the score changes; what was tried stays as a trail, and becomes a word on the map.
    `detectors`: name → trained Meso4 in eval mode; `crops`: name → one crop uint8 (64, 64, 3). All maps of a detector
    share one scale. Raises TypeError or ValueError for a crop or net of another kind.
    """
    if not detectors or not crops:
        raise ValueError("detectors, crops: wanted at least one of each")
    return LookBench(Heat(detectors, crops))


@dataclass(frozen=True)
class Tried:
    """A place that was hidden, in pixels of the crop, and by how much that changed the score."""

    x: float
    y: float
    change: float


class LookBench(Bench):
    """See `where_it_looks`. Its state beside the knobs is the trails: one a picture, net and size of the smear."""

    _esm = source(*SCRIPTS, "benches/where_it_looks.js")
    _css = source("kit/kit.css", "benches/ends.css", "benches/where_it_looks.css")

    def __init__(self, heat: Heat):
        self.heat = heat
        self.trails: dict[tuple, dict[tuple[int, int], Tried]] = {}
        knobs = [
            Choice("picture", "Picture", [(name, name) for name in heat.crops], next(iter(heat.crops))),
            Choice("detector", "Trained on", [(name, name) for name in heat.detectors], next(iter(heat.detectors))),
            Points("place", "Where the smear lies", [[0.5, 0.55]], names=["smear"], step=0.05),
            Slider("size", "Smear size", 0, LARGEST, 16, 2, " px"),
        ]
        super().__init__(self.drawn, knobs, title=QUESTION, buttons=[Button("wipe", "Wipe the trail")], beside=True)

    def drawn(self, settings: Mapping) -> Frame:
        """The frame at these settings, which go into the trail."""
        tried = self.heat.hidden(settings)
        trail = self.trails.setdefault(_kind(settings), {})
        if settings["size"] > 0:
            # One place a cell, the newest: a hand that rests must not cover the picture.
            trail[int(tried.x * CELLS / self.heat.side), int(tried.y * CELLS / self.heat.side)] = tried
        return self.heat.draw(settings, trail.values(), tried)

    def on_press(self, name: str) -> None:
        """Forgets the trail on this picture."""
        self.trails.pop(_kind(self.settings), None)
        self.set()


def _kind(settings: Mapping) -> tuple:
    return settings["picture"], settings["detector"], settings["size"]


class Heat:
    """The bench's plain function and what it needs."""

    def __init__(self, detectors: Mapping[str, Meso4], crops: Mapping[str, np.ndarray]):
        from unmasked.forensics import detector

        self.detectors, self.crops, self.side = dict(detectors), dict(crops), detector.SIDE
        self.look = lru_cache(maxsize=None)(self._look)
        self.smeared = lru_cache(maxsize=64)(lambda picture, size: detector.smeared(self.crops[picture], size))
        self.usual = lru_cache(maxsize=None)(self._usual)
        self.warm = lru_cache(maxsize=None)(self._warm)
        # One scale for all pictures: stretched to its own brightest place, a recording's map would glow like a fake's.
        self.brightest = {
            detector: max(float(self.look(detector, picture)[1].max()) for picture in self.crops)
            for detector in self.detectors
        }

    def _look(self, detector: str, picture: str) -> tuple[float, np.ndarray]:
        from unmasked.forensics.detector import heat_map, logits_of

        model, crop = self.detectors[detector], self.crops[picture]
        return float(logits_of(model, crop[None])[0]), heat_map(model, crop)

    def _usual(self, detector: str, picture: str, size: float) -> float:
        """By how much hiding a random place of this size changes the score, on average."""
        from unmasked.forensics.detector import logits_of

        numbers = np.random.default_rng(0)
        places = numbers.uniform(size / 2, self.side - size / 2, (PLACES, 2))
        after = logits_of(self.detectors[detector], np.stack([self.cover(picture, *place, size) for place in places]))
        return float(np.abs(after - self.look(detector, picture)[0]).mean())

    def _warm(self, detector: str, picture: str) -> np.ndarray:
        heat = self.look(detector, picture)[1]
        return enlarge(warmed(self.crops[picture], heat, self.brightest[detector]), LARGER, smooth=True)

    def cover(self, picture: str, x: float, y: float, size: float) -> np.ndarray:
        """The crop with the smear on it."""
        from unmasked.forensics.detector import hide

        return hide(self.crops[picture], x, y, size, self.smeared(picture, size))

    def hidden(self, settings: Mapping) -> Tried:
        """Where the smear lies, and what it does to the score."""
        from unmasked.forensics.detector import logits_of

        picture, detector = settings["picture"], settings["detector"]
        x, y = (float(part) * self.side for part in np.asarray(settings["place"])[0])
        covered = self.cover(picture, x, y, settings["size"])
        after = float(logits_of(self.detectors[detector], covered[None])[0])
        return Tried(x, y, after - self.look(detector, picture)[0])

    def draw(self, settings: Mapping, trail: Iterable[Tried] = (), now: Tried | None = None) -> Frame:
        """`settings`: picture, detector, place (1, 2) in 0…1, size in pixels. `trail`: what was tried, at the
        same settings but for the place; `now`: what `hidden` says of these. Returns the smeared picture and the map, on
        both the trail and a ring."""
        picture, detector, size = settings["picture"], settings["detector"], settings["size"]
        before, heat = self.look(detector, picture)
        now, trail, usual = now or self.hidden(settings), list(trail), self.usual(detector, picture, size)
        after = before + now.change
        was, becomes = (two_digits(float(sigmoid(value))) for value in (before, after))
        # The score itself, for a probability of 1.00 has no room to show a change.
        score = (
            f"Score {two_digits(before)} (probability of a fake {was}); with the smear {two_digits(after)} ({becomes})."
        )
        words = f"{score}\n{self.verdict(heat, trail, usual)}"
        most = self.brightest[detector]
        share = float(heat.max()) / most if most > 0 else 0.0
        alt = (
            f"{picture}, with a smear {size:.0f} pixels wide, and the heat map of the net trained on {detector}. "
            f"{score} A random place of this size changes the score by {two_digits(usual)}. "
            f"The map's brightest place reaches {100 * share:.0f} % of the brightest that this net has. "
            f"{self.verdict(heat, trail, usual)}"
        )
        scale, pictures = SHOWN / (self.side * LARGER), []
        covered = enlarge(self.cover(picture, now.x, now.y, size), LARGER, smooth=True)
        for ground in (covered, self.warm(detector, picture)):
            pictures.append(ringed(traced(ground, trail, usual), now.x, now.y, size))
        panels = [
            Panel(
                pictures[0],
                f"Picture: {picture}, {self.side} × {self.side}",
                f"{picture} with a smear",
                scale,
                smooth=True,
            ),
            Panel(
                pictures[1],
                f"Heat map, trained on {detector}",
                "bright where the net finds what it calls forged",
                scale,
                smooth=True,
            ),
        ]
        return Frame(panels, alt, words, meters=(gauge(now.change, usual), key(share)))

    def verdict(self, heat: np.ndarray, trail: Iterable[Tried], usual: float) -> str:
        """What the trail says of the map, in a line: does hiding what is bright cost more of the score than hiding what
        is dark, and more than chance (`usual`)?"""
        kinds = {True: [], False: []}
        level = BRIGHT * float(heat.max())
        for tried in trail:
            x, y = (min(self.side - 1, int(part)) for part in (tried.x, tried.y))
            kinds[bool(heat[y, x] >= level > 0)].append(tried.change)
        bright, others = kinds[True], kinds[False]
        if min(len(bright), len(others)) < NEEDED:
            counted = f"Places tried: {len(bright)} bright, {len(others)} dark."
            return f"{counted} With {NEEDED} of each the map gets its verdict."
        inside, outside = float(np.mean(bright)), float(np.mean(others))
        better = -inside > max(usual, BETTER * -outside)
        means = f"Mean of {len(bright)} bright places {signed(inside)}, of {len(others)} dark {signed(outside)}."
        return f"{means} {'✓ It points at what counts.' if better else '✗ It could be decoration.'}"


def gauge(change: float, usual: float) -> Meter:
    """The change of the score as a bar to either side of its middle: on the scale of its root, for most are small."""

    def share(value: float) -> float:
        return 0.5 + float(np.sign(value)) * 0.5 * float(np.sqrt(min(abs(value) / MOST, 1)))

    note = f"shaded: a random place, ±{two_digits(usual)}"
    band = share(usual) - 0.5
    return Meter("The score changes by", signed(change), share(change), 0.5, None, note, True, 0, 0.5, band)


def key(share: float) -> Meter:
    """The map's colours from dark to bright, with a line at this map's peak."""
    levels = np.linspace(0, 1, 9, dtype=np.float32)[None]
    colours = warmed(np.full((1, 9, 3), 128, np.uint8), levels, 1.0)[0]
    ramp = [tuple(map(int, colour)) for colour in colours]
    note = "dark: silent · bright: says “fake”"
    return Meter("Brightest place of this map", f"{100 * share:.0f} %", share, share, None, note, under=1, ramp=ramp)


def signed(change: float) -> str:
    """A change as +0.12, −0.12 or 0.00."""
    said = two_digits(change)
    return said if said.startswith("−") or said == "0.00" else f"+{said}"


def at(x: float, y: float) -> tuple[float, float]:
    """A place in the crop, in pixels of its enlargement: x counts from the left edge of the first pixel, OpenCV from
    its middle."""
    return LARGER * x - 0.5, LARGER * y - 0.5


def traced(picture: np.ndarray, trail: Iterable[Tried], usual: float) -> np.ndarray:
    """A copy of a picture enlarged by `LARGER`, with the trail on it: a triangle down where the score fell, up where it
    rose, the larger the more; a dot where it changed no more than where chance hides."""
    picture = picture.copy()
    for tried in trail:
        x, y = at(tried.x, tried.y)
        if abs(tried.change) <= usual:
            for colour, radius in ((PAPER, 3.5), (INK, 2)):
                cv2.circle(picture, (round(x * 16), round(y * 16)), round(radius * 16), colour, -1, cv2.LINE_AA, 4)
            continue
        size = 6 + 8 * min(1.0, float(np.sqrt(abs(tried.change) / MOST)))
        way = -1 if tried.change > 0 else 1
        corners = np.array([(x - size, y - way * size * 0.8), (x + size, y - way * size * 0.8), (x, y + way * size)])
        whole = np.rint(corners * 16).astype(np.int32)
        cv2.fillConvexPoly(picture, whole, FORGED if tried.change > 0 else ACCENT, cv2.LINE_AA, 4)
        cv2.polylines(picture, [whole[:, None]], True, PAPER, 2, cv2.LINE_AA, 4)
    return picture


def ringed(picture: np.ndarray, x: float, y: float, size: float) -> np.ndarray:
    """A copy of a picture enlarged by `LARGER`, with a thin ring of `size` around x, y (pixels of the crop): dark
    between two light lines, so that it is seen on any ground. `size` 0: without a ring."""
    picture = picture.copy()
    centre = tuple(round(part * 16) for part in at(x, y))  # 4 bits after the point
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
