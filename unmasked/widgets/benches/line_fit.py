"""Fit a line by hand: two sliders, the loss that follows them, and, on demand, the map of all losses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import cv2
import numpy as np

from unmasked.widgets.kit.bench import Bench
from unmasked.widgets.kit.frames import Frame, Panel, two_digits
from unmasked.widgets.kit.knobs import Slider, Toggle
from unmasked.widgets.kit.lettering import FAINT, INK, write
from unmasked.widgets.kit.paper import PAPER, SHARP
from unmasked.widgets.kit.plots import ACCENT, LINE

WIDTH, HEIGHT = 640, 300
CLOUD = (46, 12, 358, 218)  # left, top, right, bottom of the points, CSS pixels
MAP = (424, 12, 628, 218)
GAUGE = (46, 262, 358, 276)
MARK = (209, 108, 12)


def line_fit(
    x: Sequence[float],
    y: Sequence[float],
    slopes: tuple[float, float],
    biases: tuple[float, float],
    start: tuple[float, float],
    across: str = "x",
    upward: str = "y",
) -> Bench:
    """A bench with a cloud of points and a line: y = slope · x + bias, and the mean squared error as loss.

    x, y      the points, two or more.
    slopes    least and greatest slope of its slider; `biases` likewise. `start`: slope and bias at first.
    across    what x is, for the axis; `upward`: what y is.
    Raises ValueError for points that are too few, not finite, or not as many x as y.
    """
    scene = LineFit(x, y, slopes, biases, across, upward)
    knobs = [
        Slider("slope", "Slope", *slopes, start[0], 0.01),
        Slider("bias", "Bias", *biases, start[1], 0.01),
        Toggle("map", "Show the map of the loss"),
    ]
    return Bench(scene.draw, knobs, title="Fit a line by hand")


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
        self.cloud = self._cloud(across, upward)
        self.valley = self._valley()

    def loss(self, slope: float, bias: float) -> float:
        """The mean squared error of the line."""
        return float(np.square(slope * self.x + bias - self.y).mean())

    def draw(self, settings: Mapping) -> Frame:
        """`settings`: slope, bias, map (whether the map of the loss is shown)."""
        slope, bias, mapped = settings["slope"], settings["bias"], settings["map"]
        loss = self.loss(slope, bias)
        paper = (self.valley if mapped else self.cloud).copy()
        self._line(paper, slope, bias)
        self._gauge(paper, loss)
        if mapped:
            place = _pixel(self._on_map(slope, bias))
            cv2.circle(paper, place, 7 * SHARP, PAPER, -1, cv2.LINE_AA)
            cv2.circle(paper, place, 5 * SHARP, MARK, -1, cv2.LINE_AA)
        compared = "below" if loss < self.baseline else "not below"
        line = f"slope {two_digits(slope)}, bias {two_digits(bias)}"
        words = f"Line: {line}. Loss {loss:.4f}, {compared} the baseline, {self.baseline:.4f} (always to say the mean)."
        alt = f"{len(self.x)} points and a line: {line}. Loss {loss:.4f}."
        if mapped:
            alt += " Beside it a map of the loss: a long, narrow valley, and where this line lies in it."
        return Frame(Panel(paper, "", alt, 1 / SHARP, smooth=True, drawing=True), alt, words)

    # ---- places on the paper, in CSS pixels

    def _place(self, x: float, y: float) -> tuple[float, float]:
        left, top, right, bottom = CLOUD
        return left + (right - left) * x / self.right, bottom - (bottom - top) * (y + 0.1) / 1.2

    @property
    def right(self) -> float:
        """The greatest x on the axis."""
        return float(self.x.max() * 1.05)

    def _on_map(self, slope: float, bias: float) -> tuple[float, float]:
        left, top, right, bottom = MAP
        across = (slope - self.slopes[0]) / (self.slopes[1] - self.slopes[0])
        up = (bias - self.biases[0]) / (self.biases[1] - self.biases[0])
        return left + (right - left) * across, bottom - (bottom - top) * up

    # ---- what does not change

    def _cloud(self, across: str, upward: str) -> np.ndarray:
        paper = np.full((HEIGHT * SHARP, WIDTH * SHARP, 3), PAPER, np.uint8)
        left, top, right, bottom = CLOUD
        for y in (0, 0.5, 1):
            height = self._place(0, y)[1]
            _stroke(paper, (left, height), (right, height), LINE, 1)
            write(paper, f"{y:g}", (left - 8) * SHARP, height * SHARP, 11.5 * SHARP, FAINT, anchor="rm")
        for x in np.arange(0, self.right, 0.5):
            place = self._place(x, 0)[0]
            write(paper, f"{x:g}", place * SHARP, (bottom + 5) * SHARP, 11.5 * SHARP, FAINT, anchor="ma")
        _stroke(paper, (left, bottom), (right, bottom), (140, 148, 157), 2)
        write(paper, across, right * SHARP, (bottom + 20) * SHARP, 11.5 * SHARP, FAINT, anchor="ra")
        write(paper, upward, (left + 6) * SHARP, (top + 2) * SHARP, 11.5 * SHARP, FAINT)
        for x, y in zip(self.x, self.y, strict=True):
            cv2.circle(paper, _pixel(self._place(x, y)), 3 * SHARP, INK, -1, cv2.LINE_AA)
        left, top, right, bottom = GAUGE
        write(paper, "√ loss", (left - 6) * SHARP, (top + 7) * SHARP, 11.5 * SHARP, FAINT, anchor="rm")
        tick = self._along(self.baseline)
        _stroke(paper, (tick, top - 4), (tick, bottom + 4), INK, 2)
        write(paper, "baseline", tick * SHARP, (bottom + 6) * SHARP, 11.5 * SHARP, FAINT, anchor="ma")
        return paper

    def _valley(self) -> np.ndarray:
        paper = self.cloud.copy()
        left, top, right, bottom = (v * SHARP for v in MAP)
        paper[top:bottom, left:right] = self._shades(right - left, bottom - top)
        # Words rather than "dark is low": in a dark theme the drawing is turned light.
        slope, bias = np.polyfit(self.x, self.y, 1)
        if self.slopes[0] < slope < self.slopes[1] and self.biases[0] < bias < self.biases[1]:
            across, down = self._on_map(slope, bias)
            write(paper, "low", across * SHARP, down * SHARP, 11.5 * SHARP, PAPER, anchor="mm")
        write(paper, "high", right - 6 * SHARP, top + 4 * SHARP, 11.5 * SHARP, FAINT, anchor="ra")
        size = 11.5 * SHARP
        below = [
            (left, f"{self.slopes[0]:g}", "la"),
            ((left + right) / 2, "slope", "ma"),
            (right, f"{self.slopes[1]:g}", "ra"),
        ]
        for x, words, anchor in below:
            write(paper, words.replace("-", "−"), x, bottom + 5 * SHARP, size, FAINT, anchor=anchor)
        beside = [
            (top, f"{self.biases[1]:g}", "ra"),
            ((top + bottom) / 2, "bias", "rm"),
            (bottom, f"{self.biases[0]:g}", "rs"),
        ]
        for y, words, anchor in beside:
            write(paper, words.replace("-", "−"), left - 6 * SHARP, y, size, FAINT, anchor=anchor)
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

    def _line(self, paper: np.ndarray, slope: float, bias: float) -> None:
        left, top, right, bottom = (v * SHARP for v in CLOUD)
        inside = paper[top:bottom, left:right]  # a view: nothing goes beyond the frame

        def at(x, y):
            across, down = self._place(x, y)
            return round((across * SHARP - left) * 16), round((down * SHARP - top) * 16)

        for x, y in zip(self.x, self.y, strict=True):
            cv2.line(inside, at(x, y), at(x, slope * x + bias), (214, 160, 104), 2, cv2.LINE_AA, 4)
        ends = (at(x, slope * x + bias) for x in (0, self.right))
        cv2.line(inside, *ends, ACCENT, 2 * SHARP + 1, cv2.LINE_AA, 4)

    def _along(self, loss: float) -> float:
        left, _, right, _ = GAUGE
        return left + (right - left) * min(1.0, np.sqrt(loss / self.worst))

    def _gauge(self, paper: np.ndarray, loss: float) -> None:
        left, top, _, bottom = GAUGE
        corner, far = _pixel((left, top)), _pixel((max(left + 1, self._along(loss)), bottom))
        cv2.rectangle(paper, corner, far, ACCENT if loss < self.baseline else MARK, -1)
        tick = self._along(self.baseline)
        _stroke(paper, (tick, top - 4), (tick, bottom + 4), INK, 2)


def _pixel(place: tuple[float, float]) -> tuple[int, int]:
    return round(place[0] * SHARP), round(place[1] * SHARP)


def _stroke(paper: np.ndarray, start, end, colour, width: int) -> None:
    cv2.line(paper, _pixel(start), _pixel(end), colour, width, cv2.LINE_AA)
