"""The n slider: a mouth as the median of the n nearest ones; few of them flicker, and many blur."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from itertools import pairwise

import cv2
import numpy as np

from unmasked.arguments import checked_number, checked_numbers, checked_pictures, checked_whole
from unmasked.widgets.kit import (
    ACCENT,
    FAINT,
    INK,
    LINE,
    SCRIPTS,
    SHARP,
    Axes,
    Bench,
    Frame,
    Meter,
    Panel,
    Slider,
    blank,
    source,
    stroke,
    write,
)

SHOWN, GAP, WIDE, HIGH = 236, 12, 484, 124  # CSS pixels: a face's side, what lies between, and the curves
ACROSS, DOWN = 6, 2  # thumbnails of candidates in a row, and rows of them
QUESTION = "How many of the nearest mouths should one picture be made of?"
SCORES = {"flicker": (209, 108, 12), "sharpness": ACCENT, "error": INK}
MORE = (
    "Each pixel is the weighted median of the n nearest mouths at that place. Flicker is how much the error changes "
    "from frame to frame, in ΔE; error is the mean ΔE to the truth; a sharpness of 1 is the truth's own."
)


def n_slider(
    films: Mapping[int, np.ndarray],
    truth: np.ndarray,
    scores: Mapping[int, Mapping[str, float]],
    mouths: np.ndarray,
    nearest: np.ndarray,
    *,
    fps: float = 25,
    title: str = "",
):
    """A bench with a slider for n: the film made of the n nearest mouths, the truth, those mouths, and what n costs.

    films    {n: uint8 (T, H, W, 3)}, two or more n, each film of the shape of `truth`, uint8 (T, H, W, 3).
    scores   {the same n: {"flicker", "sharpness", "error"}}, numbers of 0 or more; a sharpness of 1 is the truth's.
    mouths   uint8 (M, h, w, 3): what there is to choose from; nearest: whole numbers (T, N), the places in `mouths` of
             the N nearest ones of every frame, the nearest first.
    Raises TypeError or ValueError that names the argument.
    """
    scene = NearestMouths(films, truth, scores, mouths, nearest, fps)
    count = len(scene.truth)
    knobs = [
        Slider("n", "Mouths, n", scene.counts[0], scene.counts[-1], scene.counts[0], 1, stops=scene.counts),
        Slider("frame", "Frame", 1, count, scene.start, 1),
    ]
    track = [{"frame": number} for number in range(1, count + 1)]
    return NSlider(scene.draw, knobs, title=title or QUESTION, track=track, beside=True)


class NSlider(Bench):
    """See `n_slider`."""

    _esm = source(*SCRIPTS, "benches/n_slider.js")
    _css = source("kit/kit.css", "benches/n_slider.css")


class NearestMouths:
    """The bench's plain function and what it needs."""

    def __init__(self, films, truth, scores, mouths, nearest, fps):
        self.truth = checked_pictures(truth, "truth", ("T", "H", "W", 3), least=2)
        self.counts = tuple(sorted(checked_whole(n, "films", 1) for n in films))
        if len(self.counts) < 2:
            raise ValueError(f"films: wanted two n or more, got {list(self.counts)}")
        if set(scores) != set(self.counts):
            raise ValueError(f"scores: wanted those of n = {list(self.counts)}, got {sorted(scores)}")
        self.films = {n: checked_pictures(films[n], f"films[{n}]", self.truth.shape) for n in self.counts}
        self.scores = {
            n: {name: checked_number(scores[n].get(name), f"scores[{n}][{name!r}]", 0) for name in SCORES}
            for n in self.counts
        }
        self.mouths = checked_pictures(mouths, "mouths", ("M", "H", "W", 3))
        nearest = checked_numbers(nearest, "nearest", (len(self.truth), "N"))
        if not nearest.size or nearest.min() < 0 or nearest.max() >= len(self.mouths):
            raise ValueError(f"nearest: wanted places in {len(self.mouths)} mouths, got others or none")
        self.nearest = nearest.astype(int)
        self.fps = checked_number(fps, "fps", 0.1, 240)
        change = np.abs(np.diff(self.films[self.counts[0]].astype(np.int16), axis=0)).mean((1, 2, 3))
        self.start = int(change.argmax()) + 2  # the frame after the largest jump, counted from 1
        self.curves = lru_cache(maxsize=None)(self._curves)

    def draw(self, settings: Mapping) -> Frame:
        """`settings`: n, frame (from 1). Returns the made face, the true one, the mouths it is made of, the curves."""
        n = min(self.counts, key=lambda one: abs(one - settings["n"]))
        at = round(settings["frame"]) - 1
        score = self.scores[n]
        told = (
            f"n = {n}: flicker {score['flicker']:.2f}, sharpness {score['sharpness']:.2f}, error {score['error']:.2f}"
        )
        place = f"Frame {at + 1} of {len(self.truth)}, at {at / self.fps:.2f} s"
        made, true = (_large(clip[at]) for clip in (self.films[n], self.truth))
        shown = min(n, ACROSS * DOWN, self.nearest.shape[1])
        named = f"The nearest {shown} of {n}" if shown < n else f"All {n} it is made of" if n > 1 else "The nearest one"
        panels = [
            Panel(made, f"The median of {n}" if n > 1 else "One mouth", f"The made face. {place}", 1 / SHARP, True),
            Panel(true, "The truth", f"The true face. {place}", 1 / SHARP, True),
            Panel(self._thumbnails(at, shown), named, f"{named}: mouths of the target's clip", 1 / SHARP, True),
            Panel(self.curves(n), "What n costs, each against its largest", told, 1 / SHARP, True, True),
        ]
        most = {name: max(1e-9, *(one[name] for one in self.scores.values())) for name in SCORES}
        meters = [
            Meter("Flicker, ΔE", f"{score['flicker']:.2f}", score["flicker"] / most["flicker"], best=0, main=True),
            Meter("Sharpness", f"{score['sharpness']:.2f}", min(1.0, score["sharpness"] / 1.5), 1 / 1.5, main=True),
            Meter("Error, ΔE", f"{score['error']:.2f}", score["error"] / most["error"], best=0),
        ]
        alt = f"A face with a mouth made of the {n} nearest, the truth, those mouths, and curves over n. {told}."
        return Frame(
            panels, alt, f"{place}. Over all {len(self.truth) / self.fps:g} seconds, {told}.", meters=meters, more=MORE
        )

    def _thumbnails(self, at: int, shown: int) -> np.ndarray:
        """The nearest mouths in fixed places, the nearest first: uint8 (H, W, 4), transparent where there is none."""
        wide = (WIDE - GAP // 2 * (ACROSS - 1)) // ACROSS
        high = round(wide * self.mouths.shape[1] / self.mouths.shape[2])
        paper = np.zeros((SHARP * (DOWN * high + GAP // 2), SHARP * WIDE, 4), np.uint8)
        for place, which in enumerate(self.nearest[at, :shown]):
            row, column = divmod(place, ACROSS)
            x, y = SHARP * column * (wide + GAP // 2), SHARP * row * (high + GAP // 2)
            size = (SHARP * wide, SHARP * high)
            seen = paper[y : y + size[1], x : x + size[0]]
            seen[..., :3] = cv2.resize(self.mouths[which], size, interpolation=cv2.INTER_CUBIC)
            seen[..., 3] = 255
        return paper

    def _curves(self, n: int) -> np.ndarray:
        """Flicker, sharpness and error over n, each by its own largest value, and which n is chosen."""
        paper, places = blank(WIDE, HIGH), np.arange(len(self.counts))
        lines = {name: np.array([self.scores[one][name] for one in self.counts]) for name in SCORES}
        lines = {name: values / max(values.max(), 1e-9) for name, values in lines.items()}
        low = 0.25 * np.floor(min(0.99, *(values.min() for values in lines.values())) / 0.25)
        axes = Axes(52, 12, WIDE - 92, HIGH - 24, (0, len(self.counts) - 1), (low, 1.03))
        for level in np.arange(low, 1.01, 0.25):
            axes.rule(paper, level, LINE)
            axes.beside(paper, level, f"{level:.0%}".replace("%", " %"), size=13)
        for place, one in zip(places, self.counts, strict=True):
            axes.tick(paper, place, LINE)
            axes.below(
                paper, place, f"n = {one}" if not place else str(one), size=13, anchor="la" if not place else "ma"
            )
        chosen = self.counts.index(n)
        cv2.line(paper, axes.pixel(chosen, low), axes.pixel(chosen, 1.03), FAINT, SHARP)
        ends = []
        for name, colour in SCORES.items():
            points = np.stack([axes.across(places), axes.down(lines[name])], 1)
            stroke(paper, points, colour, 2)
            x, y = np.rint(16 * points[chosen]).astype(int).tolist()
            cv2.circle(paper, (x, y), 16 * 5 * SHARP, colour, -1, cv2.LINE_AA, 4)
            ends.append([float(points[-1, 1]), name, colour])
        ends.sort()
        for before, after in pairwise(ends):
            after[0] = max(after[0], before[0] + 16 * SHARP)
        over = max(0.0, ends[-1][0] - (HIGH - 24) * SHARP)
        for y, name, colour in ends:
            write(paper, name, (axes.right + 8) * SHARP, y - over, 13 * SHARP, colour, anchor="lm")
        return paper


def _large(picture: np.ndarray) -> np.ndarray:
    """A face at the size that the page shows: uint8, its longer side `SHARP` · `SHOWN`."""
    scale = SHARP * SHOWN / max(picture.shape[:2])
    return cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
