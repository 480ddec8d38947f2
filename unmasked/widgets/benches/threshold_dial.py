"""Threshold and base rate: the same scores, cut elsewhere and met in another crowd."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import cv2
import numpy as np

from unmasked.forensics.calibration import Confusion, confusion, ppv
from unmasked.forensics.roc import auc, roc
from unmasked.widgets.kit import (
    FAINT,
    INK,
    PAPER,
    SHARP,
    Axes,
    Bench,
    Choice,
    Frame,
    Panel,
    Slider,
    blank,
    minus,
    write,
)

CROWD = 1000
# A hand can set 1 as well as 500: on an even scale a pixel of the slider would be four fakes.
STOPS = (1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50, 60, 80, 100, 120, 150, 200, 250, 300, 400, 500)
BLUE, ORANGE, GREY, PALE = (28, 99, 183), (209, 108, 12), (120, 128, 137), (223, 228, 233)
FLAGGED = (255, 243, 204)  # the ground of all scores that are flagged

# CSS pixels. Two rows of equal width, which a notebook has room for on a small laptop too: scores and ROC, then the
# crowd. The names of the rows stand left of the scores, where no threshold can strike them through.
HEIGHT, TOP, BOTTOM = 226, 10, 38
SCORES, LEFT, RIGHT = 418, 78, 14
SIDE, ROC_LEFT = HEIGHT - TOP - BOTTOM, 42
ROC = ROC_LEFT + SIDE + 10
ROC_AXES = Axes(ROC_LEFT, TOP, ROC_LEFT + SIDE, TOP + SIDE)
COLUMNS, CELL = 50, 10
LEGEND, LINE = 148, 45
DOT = 6  # radius of the point on the ROC; whatever is written beside the axes keeps off it
KINDS = ("caught", "missed", "wrongly accused", "let pass")


def threshold_dial(
    real: Sequence[float], fakes: Mapping[str, Sequence[float]], *, prevalence: int = 10, title: str = ""
) -> Bench:
    """A bench with two dials: where the line is drawn, and how many of a thousand clips are fakes.

    `real`: scores of recordings; `fakes`: scores of fakes by maker; both greater for what looks forged. `prevalence`:
    fakes in a thousand at first. Raises ValueError for scores that are empty or not finite.
    """
    dial = Dial(real, fakes)
    names = [(name, name) for name in dial.fakes]
    stops = sorted({*STOPS, prevalence})
    knobs = [
        Choice("maker", "Fakes by", names, names[0][0]),
        Slider("threshold", "Threshold", dial.low, dial.high, dial.middle, dial.step),
        Slider("prevalence", "Fakes in 1,000", STOPS[0], STOPS[-1], prevalence, 1, stops=stops),
    ]
    return Bench(dial.draw, knobs, title=title or "Threshold and base rate: who is accused?")


class Dial:
    """The bench's plain function and what it needs."""

    def __init__(self, real: Sequence[float], fakes: Mapping[str, Sequence[float]]):
        if not fakes:
            raise ValueError("fakes: wanted the scores of one maker or more, got none")
        self.real = np.asarray(real, np.float64)
        self.fakes = {name: np.asarray(scores, np.float64) for name, scores in fakes.items()}
        self.curves = {name: roc(self.real, scores) for name, scores in self.fakes.items()}
        self.areas = {name: auc(self.real, scores) for name, scores in self.fakes.items()}
        everything = np.concatenate([self.real, *self.fakes.values()])
        # A round step, so that the number beside the slider is the threshold itself and not a rounding of it.
        self.step = round_step((np.ptp(everything) or 1.0) / 200)
        steps = everything / self.step
        low, middle, high = math.floor(steps.min()) - 4, round(float(np.median(steps))), math.ceil(steps.max()) + 4
        self.low, self.middle, self.high = (float(f"{number * self.step:.9g}") for number in (low, middle, high))
        # The tallest bars end two pixels before the edges.
        reach = SIDE / (SIDE - 4)
        self.scores = Axes(LEFT, TOP, SCORES - RIGHT, HEIGHT - BOTTOM, (self.low, self.high), (-reach, reach))
        self.histograms = {name: self._histogram(scores, PAPER) for name, scores in self.fakes.items()}
        self.flagged = {name: self._histogram(scores, FLAGGED) for name, scores in self.fakes.items()}
        self.rocs = {name: _roc_paper(*curve) for name, curve in self.curves.items()}

    def _histogram(self, fake: np.ndarray, ground: tuple[int, int, int]) -> np.ndarray:
        """Fakes upwards from the middle, recordings downwards, so that neither hides the other."""
        paper, axes = blank(SCORES, HEIGHT), self.scores
        low, high = axes.x
        cv2.rectangle(paper, axes.pixel(low, axes.y[1]), axes.pixel(high, axes.y[0]), ground, -1)
        edges = np.linspace(low, high, 41)
        counts = [np.histogram(scores, edges)[0] / len(scores) for scores in (fake, self.real)]
        most = max(float(count.max()) for count in counts)
        for up, count, colour in ((1, counts[0], ORANGE), (-1, counts[1], BLUE)):
            for left, right, share in zip(edges[:-1], edges[1:], count, strict=True):
                (x0, y0), (x1, y1) = axes.pixel(left, 0), axes.pixel(right, up * share / most)
                if share:
                    cv2.rectangle(paper, (x0 + 1, min(y0, y1)), (x1 - 1, max(y0, y1)), colour, -1)
        for y in (0, axes.y[0]):
            axes.rule(paper, y, GREY)
        for words, y, colour in (("fakes", axes.y[1] / 2, ORANGE), ("recordings", axes.y[0] / 2, BLUE)):
            place = (LEFT - 8) * SHARP, axes.down(y)
            write(paper, words, *place, 11 * SHARP, colour, anchor="rm", bold=True)
        unit = round_step((high - low) / 10)
        for number in range(math.ceil(low / unit), math.floor(high / unit) + 1):
            axes.tick(paper, number * unit, GREY)
            axes.below(paper, number * unit, minus(f"{number * unit:g}"), size=10.5, gap=6)
        words = "score: the greater, the more it looks forged"
        axes.below(paper, (low + high) / 2, words, size=11, gap=BOTTOM - 15)
        return paper

    def draw(self, settings: dict) -> Frame:
        """`settings`: maker, threshold, prevalence (fakes in 1,000). Returns scores, ROC and the crowd."""
        maker, threshold, many = settings["maker"], settings["threshold"], round(settings["prevalence"])
        counts = confusion(self.real, self.fakes[maker], threshold)
        hits, alarms = counts.hit_rate, counts.alarm_rate
        scores = self.histograms[maker].copy()
        bottom, top = (self.scores.pixel(min(self.high, max(self.low, threshold)), y) for y in self.scores.y)
        right = np.s_[top[1] : bottom[1], top[0] : (SCORES - RIGHT) * SHARP + 1]
        scores[right] = self.flagged[maker][right]
        cv2.line(scores, top, bottom, INK, 2 * SHARP)
        curve = self.rocs[maker].copy()
        for colour, radius in ((PAPER, DOT + 1.5), (INK, DOT)):
            cv2.circle(curve, ROC_AXES.pixel(alarms, hits), round(radius * SHARP), colour, -1, cv2.LINE_AA)
        words = said(counts, many)
        at = minus(f"{threshold:.6g}")
        fakes = "1 fake" if many == 1 else f"{many} fakes"
        alt = (
            f"Scores of recordings and of fakes by {maker} with a threshold at {at}, the ROC (AUC "
            f"{self.areas[maker]:.2f}) with a point at {100 * alarms:.0f} % false alarms and {100 * hits:.0f} % hits, "
            f"and a crowd of 1,000 with {fakes}. {words}"
        ).replace("\n", " ")
        area = f"ROC, AUC {self.areas[maker]:.2f}"
        people = with_legend(hits * many, alarms * (CROWD - many), many)
        panels = [  # smooth, for a page may have one pixel where the paper has two, and letters must not crumble
            Panel(
                scores,
                f"Scores: {maker}. Right of the line: flagged",
                "two histograms and the threshold",
                1 / SHARP,
                smooth=True,
            ),
            Panel(curve, area, "the ROC and where you stand on it", 1 / SHARP, smooth=True),
            Panel(
                people,
                f"A crowd of 1,000 clips with {fakes}",
                "a square for each clip of the crowd",
                1 / SHARP,
                smooth=True,
            ),
        ]
        return Frame(panels, alt, words)


def said(counts: Confusion, many: int) -> str:
    """What was measured, what it comes to in a crowd of 1,000 with `many` fakes, and what a flag is worth there: three
    lines, always, so that nothing jumps under the hand."""
    hits, alarms, recordings = counts.hit_rate, counts.alarm_rate, counts.alarms + counts.passes
    caught, accused = hits * many, alarms * (CROWD - many)
    digits = decimals(caught, accused)
    measured = (
        f"Measured: {counts.hits} of {counts.hits + counts.misses} fakes caught, {counts.alarms} of {recordings} "
        "recordings accused"
    )
    flagged = f"{percent(worth(caught, accused))} of what is flagged is fake"
    if not counts.hits and not counts.alarms:
        flagged = "Nothing is flagged, so no share can be given"
    elif not counts.alarms:
        # None of n: a rate of 1 − 0.05^(1/n), about 3/n, would still give that one time in twenty.
        most = 100 * (1 - 0.05 ** (1 / recordings))
        most = round(most) if most >= 1 else round(most, 1)
        measured += f" (too few to rule out {most} in 100)"
        flagged += f"; with {most} in 100 accused it would be {percent(ppv(hits, most / 100, many / CROWD))}"
    return (
        f"{measured}.\nIn a crowd of 1,000 with {many} {'fake' if many == 1 else 'fakes'}: {counted(caught, digits)} "
        f"caught, {counted(accused, digits)} accused wrongly.\n{flagged}."
    )


def worth(caught: float, accused: float) -> float:
    """Of the flagged, the share that is fake; NaN where nothing is flagged."""
    return caught / (caught + accused) if caught + accused else math.nan


def decimals(caught: float, accused: float) -> int:
    """With how many decimals two expected counts are shown: as few as lead whoever divides them to the percentage that
    is shown, and call nothing 0 that is more."""
    share = percent(worth(caught, accused))
    for digits in (1, 2, 3):
        rounded = [round(value, digits) for value in (caught, accused)]
        honest = all((one > 0) == (value > 0) for one, value in zip(rounded, (caught, accused), strict=True))
        if honest and percent(worth(*rounded)) == share:
            break
    return digits


def counted(value: float, digits: int) -> str:
    """A count with at most this many decimals: "49.5", "10"."""
    return f"{value:.{digits}f}".rstrip("0").rstrip(".")


def percent(share: float) -> str:
    """A share with one decimal, a whole without: "8.3 %", "100 %"."""
    return f"{100 * share:.1f} %".replace("100.0 %", "100 %")


def round_step(rough: float) -> float:
    """The smallest of 1, 2, 5 times a power of ten that is not below `rough`."""
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough * (1 - 1e-9))
    return float(f"{step:.3g}")


def with_legend(caught: float, accused: float, fakes: int) -> np.ndarray:
    """The crowd, and right of it what its squares mean and how many clips are expected of each: uint8 (H, W, 3)."""
    squares = [math.floor(value + 0.5) for value in (caught, accused)]
    digits = decimals(caught, accused)
    legend = _LEGEND.copy()
    for number, value in enumerate((caught, fakes - caught, accused, CROWD - fakes - accused)):  # as KINDS has them
        words = counted(value, digits)
        write(legend, words, 32 * SHARP, (number * LINE + 17) * SHARP, 14 * SHARP, INK, bold=True)
    if squares != [caught, accused]:
        write(legend, "squares are rounded", 16 * SHARP, (4 * LINE + 5) * SHARP, 10.5 * SHARP, FAINT)
    return np.hstack([crowd(fakes, *squares), legend])


def crowd(fakes: int, caught: int, accused: int) -> np.ndarray:
    """A square for each of 1,000 clips: fakes, caught (full) and missed (hollow); then recordings, wrongly accused
    (striped) and let pass (pale). Told apart by shape as well as by colour. uint8 (H, W, 3) on white."""
    rows, side = CROWD // COLUMNS, CELL * SHARP
    kinds = np.full(CROWD, 3)
    kinds[:caught] = 0
    kinds[caught:fakes] = 1
    kinds[fakes : fakes + accused] = 2
    picture = _TILES[kinds].reshape(rows, COLUMNS, side, side, 3).transpose(0, 2, 1, 3, 4)
    return picture.reshape(rows * side, COLUMNS * side, 3)


def _tiles() -> np.ndarray:
    side, gap = CELL * SHARP, SHARP
    tiles = np.full((4, side, side, 3), PAPER, np.uint8)
    inner = slice(gap, side - gap)
    tiles[0, inner, inner] = ORANGE
    tiles[1, inner, inner] = ORANGE
    tiles[1, 3 * gap : side - 3 * gap, 3 * gap : side - 3 * gap] = PAPER
    tiles[2, inner, inner] = PAPER
    tiles[2, inner, inner][::4] = BLUE
    tiles[2, inner, inner][1::4] = BLUE
    tiles[3, inner, inner] = PALE
    return tiles


_TILES = _tiles()


def _legend() -> np.ndarray:
    """The very squares of the crowd, each with its name; room for a number below."""
    paper = blank(LEGEND + 12, CROWD // COLUMNS * CELL)
    side = CELL * SHARP
    for number, (tile, name) in enumerate(zip(_TILES, KINDS, strict=True)):
        y = (number * LINE + 3) * SHARP
        paper[y : y + side, 16 * SHARP : 16 * SHARP + side] = tile
        write(paper, name, 32 * SHARP, y + side / 2, 12 * SHARP, INK, anchor="lm")
    return paper


_LEGEND = _legend()


def _roc_paper(alarms: np.ndarray, hits: np.ndarray) -> np.ndarray:
    paper, axes = blank(ROC, HEIGHT), ROC_AXES
    axes.frame(paper, PALE)
    cv2.line(paper, axes.pixel(0, 0), axes.pixel(1, 1), PALE, SHARP, cv2.LINE_AA)
    points = np.array([axes.pixel(*point) for point in zip(alarms, hits, strict=True)], np.int32)
    cv2.polylines(paper, [points[:, None]], False, ORANGE, 2 * SHARP, cv2.LINE_AA)
    gap = DOT + 5
    for value in (0, 1):
        axes.below(paper, value, str(value), size=10.5, gap=gap)
        axes.beside(paper, value, str(value), size=10.5, gap=gap)
    axes.below(paper, 0.5, "false alarms", size=11, gap=gap)
    axes.beside(paper, 0.5, "hits", size=11, gap=gap)
    return paper
