"""The lip scrubber: films with their sound, what a network hears, and what the lips do, on one line of time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

import cv2
import numpy as np
import traitlets

from unmasked.arguments import checked_floats, checked_number, checked_numbers, checked_pictures, checked_whole
from unmasked.widgets.kit import (
    EDGE,
    FAINT,
    INK,
    LINE,
    SHARP,
    Axes,
    Panel,
    blank,
    bundle,
    compose,
    source,
    still_bundle,
    stroke,
    write,
)
from unmasked.widgets.kit.frames import encode_jpeg, encode_png
from unmasked.widgets.kit.live import LiveWidget

SHOWN, WIDE = 256, 700  # CSS pixels: a film's width at most, and the strip's on paper
MOST = 3  # films side by side
ROWS = {"marks": 20, "sound": 46, "features": 84, "lips": 76}  # CSS pixels of each part of the strip
NAMES = 64  # CSS pixels of the strip's margin, where its parts have their names
SHIFT, STEP = 400, 20  # ms by which the sound can be moved at most, and at a time
QUESTION = "Do lips and voice go together? Move the sound, and find out where you begin to mind."
COLOURS = ((209, 108, 12), INK, (28, 99, 183))  # forged, true, and a third
DARK, MIDDLE, LIGHT = np.array([(28, 99, 183), (244, 244, 244), (209, 108, 12)], np.float64)


def lip_scrubber(
    films: Mapping[str, np.ndarray],
    sound: np.ndarray,
    lips: Mapping[str, Sequence[float]],
    *,
    features: np.ndarray | None = None,
    marks: Sequence[tuple[float, str]] = (),
    fps: float = 25,
    rate: int = 16_000,
    alt: str = "",
    title: str = "",
    unit: str = "",
) -> LipScrubber:
    """A bench that plays up to three films side by side with one sound, which can be moved, over a line of time.

    films     {what it is called: uint8 (T, H, W, 3)}, all of one shape.
    sound     float (S,) in −1…1, `rate` samples a second, about as long as the films.
    lips      {a name: T numbers}, what the lips do in every frame, such as how far they are open; three at most.
    features  float (F, K), spread evenly over the sound: what a network hears. Each of the K rows is standardised.
    marks     (second, a sign) for whatever begins then, such as a phoneme, in order; "_" is a pause.
    fps       frames a second. `alt`: what the films show, for those who don't see them. `unit`: what the curves of
              `lips` measure, and in what.
    Raises TypeError or ValueError that names the argument.
    """
    return LipScrubber(films, sound, lips, features, marks, fps, rate, alt, title or QUESTION, unit)


class LipScrubber(LiveWidget):
    """See `lip_scrubber`. All that moves and sounds does so in the page; the kernel only sends frames and samples."""

    _esm = source("kit/kit.js", "kit/strip.js", "benches/lip_scrubber.js")
    _css = source("kit/kit.css", "benches/ends.css", "benches/timeline.css", "benches/lip_scrubber.css")

    title = traitlets.Unicode("").tag(sync=True)
    alt = traitlets.Unicode("").tag(sync=True)
    names = traitlets.List().tag(sync=True)
    frames = traitlets.List().tag(sync=True)  # a list of JPEGs for each film
    samples = traitlets.Bytes(b"").tag(sync=True)  # 16 bits each, the lower byte first
    heard = traitlets.Bytes(b"").tag(sync=True)  # the features as a PNG
    lips = traitlets.List().tag(sync=True)  # [name, numbers, colour] for each curve
    marks = traitlets.List().tag(sync=True)
    plan = traitlets.Dict().tag(sync=True)

    def __init__(self, films, sound, lips, features, marks, fps, rate, alt, title, unit):
        if not 1 <= len(films) <= MOST:
            raise ValueError(f"films: wanted one to {MOST}, got {len(films)}")
        shape = None
        for name, clip in films.items():
            checked_pictures(clip, f"films[{name!r}]", shape or ("T", "H", "W", 3), least=2)
            shape = clip.shape
        self.films, count = dict(films), shape[0]
        if not 1 <= len(lips) <= len(COLOURS):
            raise ValueError(f"lips: wanted one to {len(COLOURS)} curves, got {len(lips)}")
        self.curves = {name: checked_numbers(curve, f"lips[{name!r}]", (count,)) for name, curve in lips.items()}
        self.sound = checked_floats(np.asarray(sound), "sound", ("S",))
        if not len(self.sound) or np.abs(self.sound).max() > 1:
            raise ValueError("sound: wanted one sample or more in −1…1, got none or louder ones")
        self.unit, self.fps = str(unit), checked_number(fps, "fps", 0.1, 240)
        self.rate = checked_whole(rate, "rate", 4000, 192_000)
        self.features = None if features is None else checked_numbers(features, "features", ("F", "K"), least=2)
        self.signs = [(checked_number(start, "marks"), str(sign)) for start, sign in marks]
        named = alt or f"{' and '.join(films)}, {count} frames with one sound."
        super().__init__(
            title=title,
            alt=named,
            names=list(films),
            frames=[[encode_jpeg(frame) for frame in clip] for clip in films.values()],
            samples=np.rint(32767 * self.sound).astype("<i2").tobytes(),
            heard=b"" if self.features is None else encode_png(heat(self.features)),
            lips=[[n, c.tolist(), colour] for (n, c), colour in zip(self.curves.items(), COLOURS, strict=False)],
            marks=[list(mark) for mark in self.signs],
            plan={
                "width": shape[2], "height": shape[1], "fps": self.fps, "rate": self.rate, "shown": SHOWN,
                "shift": SHIFT, "step": STEP, "names": NAMES, "rows": self.rows(), "unit": self.unit,
            },
        )  # fmt: skip

    @property
    def seconds(self) -> float:
        """How long the line of time is: the films'."""
        return len(next(iter(self.films.values()))) / self.fps

    def rows(self) -> dict[str, int]:
        """The parts of the strip that there is something to show in, with their heights in CSS pixels."""
        left_out = {"marks": not self.signs, "features": self.features is None}
        return {name: high for name, high in ROWS.items() if not left_out.get(name)}

    def widest(self) -> int:
        """The frame in which the first curve is highest."""
        return int(next(iter(self.curves.values())).argmax())

    def words(self, frame: int, shift: int = 0) -> str:
        """The line below: where we are, what is said there, and what the lips do; `shift` of the sound in ms."""
        at = frame / self.fps
        said = [sign for start, sign in self.signs if start <= at - shift / 1000 + 1e-9]
        told = f"Frame {frame + 1} of {round(self.seconds * self.fps)}, at {at:.2f} s"
        told += (", the voice pauses" if said[-1] == "_" else f", the voice says “{said[-1]}”") if said else ""
        numbers = ", ".join(f"{name} {curve[frame]:.2f}".replace("-", "−") for name, curve in self.curves.items())
        return f"{told}. {self.unit[:1].upper()}{self.unit[1:]}{': ' if self.unit else ''}{numbers}."

    def strip(self, frame: int) -> np.ndarray:
        """Sound, features and lips over time, and where we are; uint8 (H, W, 3) on white."""
        rows = self.rows()
        paper, top = blank(WIDE, sum(rows.values())), 0
        draw = {"marks": self._signs, "sound": self._wave, "features": self._heard, "lips": self._lips}
        for name, high in rows.items():
            place = Axes(NAMES, top + 3, WIDE, top + high - 3, (0.0, self.seconds), (0.0, 1.0))
            draw[name](paper, place)
            top += high
        x = round(float(place.across((frame + 0.5) / self.fps)))
        cv2.line(paper, (x, 0), (x, SHARP * top), (28, 99, 183), SHARP)
        return paper

    def _signs(self, paper: np.ndarray, place: Axes) -> None:
        free = 0.0  # signs that would lie on another one are left out
        for start, sign in self.signs:
            x = float(place.across(start))
            if 0 <= start < self.seconds and x >= free:
                write(paper, sign, x, SHARP * place.top, 13 * SHARP, INK)
                free = x + SHARP * (6 + 8 * len(sign))

    def _wave(self, paper: np.ndarray, place: Axes) -> None:
        _name(paper, place, "sound")
        ends = np.linspace(0, self.seconds * self.rate, SHARP * (WIDE - NAMES) + 1).astype(int)
        middle, room = SHARP * (place.top + place.bottom) / 2, SHARP * (place.bottom - place.top) / 2
        for x, (start, end) in enumerate(pairwise(ends), start=SHARP * NAMES):
            some = self.sound[start:end]
            if len(some):
                span = [(x, round(middle - room * float(level))) for level in (some.max(), some.min())]
                cv2.line(paper, *span, EDGE, 1)

    def _heard(self, paper: np.ndarray, place: Axes) -> None:
        _name(paper, place, "features")
        rows, columns = place.inside
        heard = min(1.0, len(self.sound) / self.rate / self.seconds)
        wide = max(1, round(heard * (columns.stop - columns.start)))
        shown = cv2.resize(heat(self.features), (wide, rows.stop - rows.start), interpolation=cv2.INTER_NEAREST)
        paper[rows, columns.start : columns.start + wide] = shown

    def _lips(self, paper: np.ndarray, place: Axes) -> None:
        low, high = self.reach()
        place = Axes(place.left, place.top + 14, place.right, place.bottom, place.x, (low, high))
        _name(paper, place, "lips")
        place.rule(paper, low, LINE)
        times, x = (np.arange(len(next(iter(self.curves.values())))) + 0.5) / self.fps, SHARP * NAMES
        if self.unit:
            write(paper, self.unit, x, SHARP * (place.top - 14), 13 * SHARP, FAINT)
            x += SHARP * (20 + 7 * len(self.unit))
        for (name, curve), colour in zip(self.curves.items(), COLOURS, strict=False):
            stroke(paper, np.stack([place.across(times), place.down(curve)], 1), colour, 2)
            write(paper, name, x, SHARP * (place.top - 14), 13 * SHARP, colour)
            x += SHARP * (30 + 8 * len(name))

    def reach(self) -> tuple[float, float]:
        """The least and the greatest number of all curves."""
        low, high = (float(end([end(curve) for curve in self.curves.values()])) for end in (np.min, np.max))
        return low, max(high, low + 1e-6)

    def still(self) -> np.ndarray:
        """The frame with the widest lips, and the strip below; uint8 (H, W, 3)."""
        frame = self.widest()
        panels = [
            Panel(clip[frame], name, self.alt, min(SHOWN, WIDE / len(self.films) - 12) / clip.shape[2], smooth=True)
            for name, clip in self.films.items()
        ]
        panels.append(Panel(self.strip(frame), "", "", 1 / SHARP, smooth=True))
        return compose(panels, self.words(frame))

    def _repr_mimebundle_(self, **_) -> tuple[dict, dict]:
        return still_bundle(self, *bundle(self.still(), self.alt, small=True))


def heat(features: np.ndarray) -> np.ndarray:
    """Features (F, K) as a picture, time to the right and the first feature on top: blue below its mean, orange above;
    uint8 (K, F, 3). White is the mean, full colour two standard deviations."""
    spread = np.maximum(features.std(0), 1e-9)
    level = np.clip((features - features.mean(0)) / (2 * spread), -1, 1).T[..., None]
    return np.rint(MIDDLE + np.abs(level) * (np.where(level < 0, DARK, LIGHT) - MIDDLE)).astype(np.uint8)


def _name(paper: np.ndarray, place: Axes, name: str) -> None:
    write(paper, name, 0, SHARP * (place.top + place.bottom) / 2, 13 * SHARP, FAINT, "lm")
