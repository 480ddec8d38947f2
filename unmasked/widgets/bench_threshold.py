"""Threshold and base rate: the same scores, cut elsewhere and met in another crowd."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import cv2
import numpy as np

from unmasked.forensics.calibration import confusion, ppv
from unmasked.forensics.roc import auc, roc
from unmasked.widgets.frames import Frame, Panel
from unmasked.widgets.kit import Bench
from unmasked.widgets.knobs import Choice, Slider
from unmasked.widgets.lettering import FAINT, INK, write
from unmasked.widgets.paper import PAPER, SHARP

CROWD = 1000
COLUMNS = 40
CELL = 10  # CSS pixels a square of the crowd
BLUE, ORANGE, GREY, PALE = (28, 99, 183), (209, 108, 12), (120, 128, 137), (223, 228, 233)
WIDTH, HEIGHT = 300, 200  # CSS pixels of a plot
LEFT, RIGHT, TOP, BOTTOM = 34, 8, 8, 26


def threshold_dial(
    real: Sequence[float], fakes: Mapping[str, Sequence[float]], *, prevalence: int = 10, title: str = ""
) -> Bench:
    """A bench with two dials: where the line is drawn, and how many of a thousand clips are fakes.

    `real`: scores of recordings; `fakes`: scores of fakes by maker; both greater for what looks forged. `prevalence`:
    fakes in a thousand at first. Raises ValueError for scores that are empty or not finite.
    """
    dial = Dial(real, fakes)
    names = [(name, name) for name in dial.fakes]
    knobs = [
        Choice("maker", "Fakes by", names, names[0][0]),
        Slider("threshold", "Threshold", dial.low, dial.high, dial.middle, (dial.high - dial.low) / 200),
        Slider("prevalence", "Fakes in 1,000", 1, 500, prevalence, 1),
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
        room = 0.04 * (np.ptp(everything) or 1.0)
        self.low, self.high = float(everything.min() - room), float(everything.max() + room)
        self.middle = float(np.median(everything))
        self.histograms = {name: self._histogram(scores) for name, scores in self.fakes.items()}
        self.rocs = {name: _roc_paper(*curve) for name, curve in self.curves.items()}

    def _histogram(self, fake: np.ndarray) -> np.ndarray:
        """Recordings below the line, fakes above it, so that neither hides the other."""
        paper = _paper()
        edges = np.linspace(self.low, self.high, 41)
        counts = [np.histogram(scores, edges)[0] / len(scores) for scores in (fake, self.real)]
        most = max(float(count.max()) for count in counts)
        middle = (TOP + HEIGHT - BOTTOM) / 2
        for up, count, colour in ((1, counts[0], ORANGE), (-1, counts[1], BLUE)):
            for number, share in enumerate(count):
                x0, x1 = (round(self._across(edges[number + k]) * SHARP) for k in (0, 1))
                y = middle - up * share / most * (middle - TOP - 2)
                y0, y1 = sorted((round(middle * SHARP), round(y * SHARP)))
                if share:
                    cv2.rectangle(paper, (x0 + 1, y0), (x1 - 1, y1), colour, -1)
        cv2.line(paper, _at(LEFT, middle), _at(WIDTH - RIGHT, middle), GREY, SHARP)
        write(paper, "fakes", LEFT * SHARP, TOP * SHARP, 11 * SHARP, ORANGE, bold=True)
        low = (HEIGHT - BOTTOM - 14) * SHARP  # to the right: recordings score low, and their bars stand on the left
        write(paper, "recordings", (WIDTH - RIGHT) * SHARP, low, 11 * SHARP, BLUE, anchor="ra", bold=True)
        write(paper, "score", (WIDTH - RIGHT) * SHARP, (HEIGHT - 18) * SHARP, 11 * SHARP, FAINT, anchor="ra")
        return paper

    def _across(self, score: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * (score - self.low) / (self.high - self.low)

    def draw(self, settings: dict) -> Frame:
        """`settings`: maker, threshold, prevalence (fakes in 1,000). Returns scores, ROC and the crowd."""
        maker, threshold, many = settings["maker"], settings["threshold"], round(settings["prevalence"])
        counts = confusion(self.real, self.fakes[maker], threshold)
        hits, alarms = counts.hit_rate, counts.alarm_rate
        scores = self.histograms[maker].copy()
        x = self._across(threshold)
        cv2.line(scores, _at(x, TOP), _at(x, HEIGHT - BOTTOM), INK, 2 * SHARP)
        curve = self.rocs[maker].copy()
        for colour, radius in (((255, 255, 255), 7), (INK, 5)):
            cv2.circle(curve, _roc_at(alarms, hits), radius * SHARP, colour, -1, cv2.LINE_AA)
        caught, accused = round(hits * many), round(alarms * (CROWD - many))
        worth = ppv(hits, alarms, many / CROWD)
        of = f"{100 * worth:.1f} % of what is flagged is fake" if worth == worth else "nothing is flagged"
        words = (
            f"Measured: {counts.hits} of {counts.hits + counts.misses} fakes caught, {counts.alarms} of "
            f"{counts.alarms + counts.passes} recordings accused. In a crowd of 1,000 with {many} "
            f"{'fake' if many == 1 else 'fakes'}: {caught} caught, {accused} accused wrongly; {of}."
        )
        alt = (
            f"Scores of recordings and of fakes by {maker} with a threshold, the ROC (AUC "
            f"{self.areas[maker]:.2f}) with a point at {100 * alarms:.0f} % false alarms and {100 * hits:.0f} % hits, "
            f"and a crowd of 1,000. {words}"
        )
        panels = [
            Panel(scores, f"Scores: {maker}", "two histograms and the threshold", 1 / SHARP),
            Panel(curve, f"ROC, AUC {self.areas[maker]:.2f}", "the ROC and where you stand on it", 1 / SHARP),
            Panel(
                crowd(many, caught, accused),
                "1,000 clips: ■ caught  ▣ missed  ▤ wrongly accused",
                "a square for each clip of the crowd",
                1 / SHARP,
            ),
        ]
        return Frame(panels, alt, words)


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


def _paper() -> np.ndarray:
    return np.full((HEIGHT * SHARP, WIDTH * SHARP, 3), PAPER, np.uint8)


def _at(x: float, y: float) -> tuple[int, int]:
    return round(x * SHARP), round(y * SHARP)


def _roc_at(alarms: float, hits: float) -> tuple[int, int]:
    side = HEIGHT - TOP - BOTTOM
    return _at(LEFT + alarms * side, HEIGHT - BOTTOM - hits * side)


def _roc_paper(alarms: np.ndarray, hits: np.ndarray) -> np.ndarray:
    side = HEIGHT - TOP - BOTTOM
    paper = np.full((HEIGHT * SHARP, (LEFT + side + 12) * SHARP, 3), PAPER, np.uint8)
    cv2.rectangle(paper, _roc_at(0, 0), _roc_at(1, 1), PALE, SHARP)
    cv2.line(paper, _roc_at(0, 0), _roc_at(1, 1), PALE, SHARP, cv2.LINE_AA)
    points = np.array([_roc_at(*point) for point in zip(alarms, hits, strict=True)], np.int32)
    cv2.polylines(paper, [points[:, None]], False, ORANGE, 2 * SHARP, cv2.LINE_AA)
    for value in (0, 1):
        x, y = _roc_at(value, value)
        write(paper, str(value), x, _roc_at(0, 0)[1] + 3 * SHARP, 10 * SHARP, FAINT, anchor="ma")
        write(paper, str(value), _roc_at(0, 0)[0] - 4 * SHARP, y, 10 * SHARP, FAINT, anchor="rm")
    middle = _roc_at(0.5, 0.5)
    write(paper, "false alarms", middle[0], (HEIGHT - 16) * SHARP, 11 * SHARP, FAINT, anchor="ma")
    write(paper, "hits", _roc_at(0, 0.9)[0] - 4 * SHARP, _roc_at(0, 0.5)[1], 11 * SHARP, FAINT, anchor="rm")
    return paper
