"""Fit a line by hand: its ends and the dot on the map of all losses are dragged, and steps down that map are taken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

import cv2
import numpy as np
import traitlets

from unmasked.widgets.kit import (
    ACCENT,
    EDGE,
    FAINT,
    INK,
    LINE,
    PAPER,
    SCRIPTS,
    SHARP,
    Axes,
    Bench,
    Button,
    Frame,
    Panel,
    Slider,
    blank,
    compose,
    minus,
    source,
    two_digits,
    write,
)

CLOUD_SIZE, MAP_SIZE = (420, 344), (320, 344)  # CSS pixels
CLOUD = (46, 10, 412, 240)  # left, top, right, bottom of the points
MAP = (52, 10, 312, 270)
GAUGE = Axes(46, 308, 412, 320)
MARK, TEAL = (209, 108, 12), (15, 133, 119)
SQUARES, SQUARE_EDGES = (250, 226, 200), (236, 190, 140)


def line_fit(
    x: Sequence[float],
    y: Sequence[float],
    slopes: tuple[float, float],
    biases: tuple[float, float],
    start: tuple[float, float],
    across: str = "x",
    upward: str = "y",
    rates: Sequence[float] = (),
) -> Bench:
    """A cloud of points and a line to be dragged: y = slope · x + bias, its mean squared error, the map of all losses.

    x, y      the points, two or more.
    slopes    least and greatest slope of slider and map; `biases` likewise. `start`: slope and bias at first.
    across    what x is, for the axis; `upward`: what y is.
    rates     two or more rising rates of gradient descent: a slider chooses one, the map shows how far a step at this
              rate goes, and buttons take steps. Left out, there are no steps.
    Raises ValueError for points that are too few, not finite, or not as many x as y, and for rates that do not fit.
    """
    return LineFitBench(LineFit(x, y, slopes, biases, across, upward), start, tuple(rates))


class LineFitBench(Bench):
    """See `line_fit`. Its state beside the knobs is the walk: the places that steps have led through."""

    _esm = source(*SCRIPTS, "benches/line_fit.js")
    _css = source("kit/kit.css", "benches/ends.css", "benches/line_fit.css")

    places = traitlets.Dict().tag(sync=True)

    def __init__(self, scene: LineFit, start: tuple[float, float], rates: tuple[float, ...]):
        self.scene = scene
        self.walked: list[tuple[float, float]] = []
        knobs = [
            Slider("slope", "Slope", *scene.slopes, start[0], 0.01),
            Slider("bias", "Bias", *scene.biases, start[1], 0.01),
        ]
        buttons = []
        if rates:
            if len(rates) < 2 or rates[0] <= 0:
                raise ValueError(f"rates: wanted two or more above 0, got {list(rates)}")
            middle = rates[len(rates) // 2]
            knobs.append(Slider("rate", "Rate", rates[0], rates[-1], middle, 0.01, stops=rates))
            buttons = [Button("one", "One step", main=True), Button("ten", "Ten steps")]
        title = "Walk down the loss" if rates else "Fit a line by hand"
        super().__init__(self.drawn, knobs, title=title, buttons=buttons)
        self.places = scene.places()

    def drawn(self, settings: Mapping) -> Frame:
        """The scene's frame, with the walk as long as no hand has moved the line since."""
        here = (settings["slope"], settings["bias"])
        return self.scene.draw(settings, self.walked if self.walked and self.walked[-1] == here else ())

    def on_press(self, name: str) -> None:
        """Takes one or ten steps down the map; the walk ends where the map does."""
        here = (self.settings["slope"], self.settings["bias"])
        walked = self.walked if self.walked and self.walked[-1] == here else [here]
        for _ in range({"one": 1, "ten": 10}[name]):
            there = self.scene.step(*walked[-1], self.settings["rate"])
            if not self.scene.on_map(*there):
                break
            walked = [*walked, there]
        self.walked = walked
        slope, bias = walked[-1]
        self.set(slope=slope, bias=bias)

    def still(self) -> np.ndarray:
        """The bench as a still picture, with the rings that a hand can drag."""
        cloud, valley = self.shown.panels
        slope, bias = self.settings["slope"], self.settings["bias"]
        ends = [self.scene.cloud.pixel(x, slope * x + bias) for x in self.scene.cloud.x]
        ringed = [_ringed(cloud, ends), _ringed(valley, [self.scene.valley.pixel(slope, bias)])]
        return compose(ringed, self.shown.words, width=CLOUD_SIZE[0] + MAP_SIZE[0] + 12)


def _ringed(panel: Panel, places: Sequence[tuple[int, int]]) -> Panel:
    paper = panel.picture.copy()
    for place in places:
        cv2.circle(paper, place, 8 * SHARP, TEAL, -1, cv2.LINE_AA)
        cv2.circle(paper, place, 4 * SHARP, PAPER, -1, cv2.LINE_AA)
    return Panel(paper, panel.title, panel.alt, panel.scale, smooth=True, drawing=True)


class LineFit:
    """The bench's plain function and what it needs."""

    def __init__(self, x, y, slopes, biases, across="x", upward="y"):
        self.x, self.y = np.asarray(x, np.float64), np.asarray(y, np.float64)
        if self.x.ndim != 1 or self.x.shape != self.y.shape or len(self.x) < 2:
            raise ValueError(f"x and y: wanted two or more points each, got shapes {self.x.shape} and {self.y.shape}")
        if not (np.isfinite(self.x).all() and np.isfinite(self.y).all()):
            raise ValueError("x and y: wanted finite numbers, got NaN or infinity among them")
        self.slopes, self.biases = slopes, biases
        self.baseline = float(self.y.var())  # the loss of always saying the mean
        self.worst = max(self.loss(slope, bias) for slope in slopes for bias in biases)
        self.cloud = Axes(*CLOUD, x=(0, float(self.x.max() * 1.05)), y=(-0.1, 1.1))
        self.valley = Axes(*MAP, x=slopes, y=biases)
        self.cloud_paper = self._drawn_cloud(across, upward)
        self.valley_paper = self._drawn_valley()
        words = "A map of the loss over slope and bias: a long, narrow valley. The dot is this line"
        self.valley_panel = Panel(
            self.valley_paper, "The map of the loss", words, 1 / SHARP, smooth=True, drawing=True, lasting=True
        )

    def places(self) -> dict:
        """Where cloud and map lie on their papers, as shares of their sizes, and which numbers are at their edges."""
        found = {}
        for name, axes, (width, height) in (("cloud", self.cloud, CLOUD_SIZE), ("map", self.valley, MAP_SIZE)):
            edges = [axes.left / width, axes.top / height, axes.right / width, axes.bottom / height]
            found[name] = {"edges": edges, "x": list(map(float, axes.x)), "y": list(map(float, axes.y))}
        return found

    def step(self, slope: float, bias: float, rate: float) -> tuple[float, float]:
        """Slope and bias after one step of gradient descent."""
        error = slope * self.x + bias - self.y
        return slope - rate * float(2 * (error * self.x).mean()), bias - rate * float(2 * error.mean())

    def on_map(self, slope: float, bias: float) -> bool:
        """Whether the map reaches so far."""
        return self.slopes[0] <= slope <= self.slopes[1] and self.biases[0] <= bias <= self.biases[1]

    def loss(self, slope: float, bias: float) -> float:
        """The mean squared error of the line."""
        return float(np.square(slope * self.x + bias - self.y).mean())

    def draw(self, settings: Mapping, walked: Sequence[tuple[float, float]] = ()) -> Frame:
        """`settings`: slope, bias, and rate where steps are taken. `walked`: the places up to this one, if it was
        reached by steps. Returns the cloud with its line, and the map.
        """
        slope, bias = settings["slope"], settings["bias"]
        loss = self.loss(slope, bias)
        paper = self.cloud_paper.copy()
        self._draw_line(paper, slope, bias)
        self._draw_gauge(paper, loss)
        compared = "below" if loss < self.baseline else "not below"
        line = f"slope {two_digits(slope)}, bias {two_digits(bias)}"
        words = f"Line: {line}. Loss {loss:.4f}, {compared} the baseline, {self.baseline:.4f} (always to say the mean)."
        alt = f"{len(self.x)} points and a line: {line}. Loss {loss:.4f}. Beside it a map of the loss: a long, narrow "
        alt += "valley, and where this line lies in it."
        cloud_alt = f"{len(self.x)} points and a line: {line}"
        cloud = Panel(paper, "The line", cloud_alt, 1 / SHARP, smooth=True, drawing=True)
        if "rate" not in settings:
            return Frame([cloud, self.valley_panel], alt, words)
        there = self.step(slope, bias, settings["rate"])
        after = self.loss(*there)
        steps = f"{len(walked) - 1} steps so far. " if len(walked) > 1 else ""
        way = "down" if after < loss else "up"
        off = "" if self.on_map(*there) else ", beyond the edge of the map"
        words += f"\n{steps}The next step at rate {settings['rate']:g} leads {way}, to a loss of {after:.4f}{off}."
        valley = self.valley_paper.copy()
        self._draw_walk(valley, [*walked] or [(slope, bias)], there)
        seen = Panel(valley, "The map of the loss", self.valley_panel.alt, 1 / SHARP, smooth=True, drawing=True)
        return Frame([cloud, seen], f"{alt} {words.partition(chr(10))[2]}", words)

    # ---- what does not change

    def _drawn_cloud(self, across: str, upward: str) -> np.ndarray:
        paper, cloud = blank(*CLOUD_SIZE), self.cloud
        for y in (0, 0.5, 1):
            cloud.rule(paper, y, LINE, 1, cv2.LINE_AA)
            cloud.beside(paper, y, f"{y:g}", 13, gap=8)
        for x in np.arange(0, cloud.x[1], 0.5):
            cloud.below(paper, x, f"{x:g}", 13, gap=3)
        cloud.rule(paper, cloud.y[0], EDGE, 2, cv2.LINE_AA)
        cloud.below(paper, cloud.x[1], across, 13, gap=20, anchor="ra")
        write(paper, upward, (cloud.left + 6) * SHARP, (cloud.top + 2) * SHARP, 13 * SHARP, FAINT)
        for x, y in zip(self.x, self.y, strict=True):
            cv2.circle(paper, cloud.pixel(x, y), 3 * SHARP, INK, -1, cv2.LINE_AA)
        GAUGE.below(paper, self._share(self.baseline), "baseline", 13, gap=6)
        self._mark_baseline(paper)
        return paper

    def _drawn_valley(self) -> np.ndarray:
        paper, valley = blank(*MAP_SIZE), self.valley
        inside = paper[valley.inside]
        inside[:] = self._shades(*inside.shape[1::-1])
        # Words rather than "dark is low": in a dark theme the drawing is turned light.
        slope, bias = np.polyfit(self.x, self.y, 1)
        if self.slopes[0] < slope < self.slopes[1] and self.biases[0] < bias < self.biases[1]:
            write(paper, "low", valley.across(slope), valley.down(bias), 13 * SHARP, PAPER, anchor="mm")
        corner = (valley.right - 6) * SHARP, (valley.top + 4) * SHARP
        write(paper, "high", *corner, 13 * SHARP, FAINT, anchor="ra")
        (least, greatest), (lowest, highest) = valley.x, valley.y
        for x, words, anchor in (
            (least, f"{least:g}", "la"),
            ((least + greatest) / 2, "slope", "ma"),
            (greatest, f"{greatest:g}", "ra"),
        ):
            valley.below(paper, x, minus(words), 13, anchor=anchor)
        for y, words, anchor in (
            (highest, f"{highest:g}", "ra"),
            ((lowest + highest) / 2, "bias", "rm"),
            (lowest, f"{lowest:g}", "rs"),
        ):
            valley.beside(paper, y, minus(words), 13, anchor=anchor)
        return paper

    def _shades(self, width: int, height: int) -> np.ndarray:
        """The map alone: twelve shades of the logarithm of the loss, the lowest darkest, uint8 (height, width, 3)."""
        slopes = np.linspace(*self.slopes, width)
        b = np.linspace(*self.biases, height)[::-1, None]
        # The loss is a quadratic of slope and bias: its five means are enough for the whole map.
        xx, x, xy, y, yy = (v.mean() for v in (self.x**2, self.x, self.x * self.y, self.y, self.y**2))
        losses = slopes**2 * xx + 2 * slopes * b * x - 2 * slopes * xy + b**2 - 2 * b * y + yy
        level = np.log(np.maximum(losses, 1e-9))
        steps = np.floor(12 * (level - level.min()) / np.ptp(level)).clip(0, 11) / 11
        low, high = np.array((28, 64, 110)), np.array((243, 246, 250))
        return np.rint(low + (high - low) * steps[..., None]).astype(np.uint8)

    # ---- what does

    def _draw_line(self, paper: np.ndarray, slope: float, bias: float) -> None:
        inside = paper[self.cloud.inside]
        left, top = self.cloud.left * SHARP, self.cloud.top * SHARP

        def at(x, y):
            return round((self.cloud.across(x) - left) * 16), round((self.cloud.down(y) - top) * 16)

        # The loss is the mean area of these squares.
        covered = inside.copy()
        for x, y in zip(self.x, self.y, strict=True):
            (column, row), (_, other) = at(x, y), at(x, slope * x + bias)
            corner, far = (column // 16, row // 16), ((column + abs(other - row)) // 16, other // 16)
            cv2.rectangle(covered, corner, far, SQUARES, -1)
            cv2.rectangle(covered, corner, far, SQUARE_EDGES, 1)
        cv2.addWeighted(covered, 0.55, inside, 0.45, 0, dst=inside)
        for x, y in zip(self.x, self.y, strict=True):
            cv2.line(inside, at(x, y), at(x, slope * x + bias), (214, 160, 104), 2, cv2.LINE_AA, 4)
            cv2.circle(inside, tuple(part // 16 for part in at(x, y)), 3 * SHARP, INK, -1, cv2.LINE_AA)
        ends = (at(x, slope * x + bias) for x in self.cloud.x)
        cv2.line(inside, *ends, ACCENT, 2 * SHARP + 1, cv2.LINE_AA, 4)

    def _draw_walk(self, paper: np.ndarray, walked: Sequence[tuple[float, float]], there: tuple[float, float]) -> None:
        """The places walked through, and an arrow to where the next step leads."""
        rows, columns = self.valley.inside
        inside = paper[rows, columns]

        def at(place):
            column, row = self.valley.pixel(*(max(-1e3, min(1e3, part)) for part in place))
            return column - columns.start, row - rows.start

        for colour, thick in ((PAPER, 4), (MARK, 2)):
            for before, after in pairwise(walked):
                cv2.line(inside, at(before), at(after), colour, thick * SHARP, cv2.LINE_AA)
        for place in walked:
            cv2.circle(inside, at(place), 4 * SHARP, MARK, -1, cv2.LINE_AA)
        start, end = at(walked[-1]), at(there)
        length = float(np.hypot(end[0] - start[0], end[1] - start[1]))
        if length >= 1:
            tip = min(0.5, 12 * SHARP / length)
            cv2.arrowedLine(inside, start, end, PAPER, 5 * SHARP, cv2.LINE_AA, tipLength=tip)
            cv2.arrowedLine(inside, start, end, INK, 2 * SHARP, cv2.LINE_AA, tipLength=tip)

    def _share(self, loss: float) -> float:
        """How far along the gauge a loss lies, 0…1: its root, as a share of the worst."""
        return min(1.0, np.sqrt(loss / self.worst))

    def _draw_gauge(self, paper: np.ndarray, loss: float) -> None:
        least = 1 / (GAUGE.right - GAUGE.left)  # a CSS pixel is left to see at loss 0
        corner, far = GAUGE.pixel(0, 1), GAUGE.pixel(max(least, self._share(loss)), 0)
        cv2.rectangle(paper, corner, far, ACCENT if loss < self.baseline else MARK, -1)
        self._mark_baseline(paper)
        line = paper[270 * SHARP : 304 * SHARP, : 230 * SHARP]
        write(line, f"Loss {loss:.4f}", 46 * SHARP, 28 * SHARP, 26 * SHARP, INK, anchor="ls", bold=True)

    def _mark_baseline(self, paper: np.ndarray) -> None:
        column, top = GAUGE.pixel(self._share(self.baseline), 1)
        bottom = GAUGE.bottom * SHARP
        cv2.line(paper, (column, top - 4 * SHARP), (column, bottom + 4 * SHARP), INK, 2, cv2.LINE_AA)
