"""Fit a line by hand: two sliders, the loss that follows them, and, on demand, the map of all losses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import cv2
import numpy as np

from unmasked.widgets.kit import (
    ACCENT,
    EDGE,
    FAINT,
    INK,
    LINE,
    PAPER,
    SHARP,
    Axes,
    Bench,
    Frame,
    Panel,
    Slider,
    Toggle,
    blank,
    minus,
    two_digits,
    write,
)

WIDTH, HEIGHT = 640, 300
CLOUD = (46, 12, 358, 218)  # left, top, right, bottom of the points, CSS pixels
MAP = (424, 12, 628, 218)
GAUGE = Axes(46, 262, 358, 276)
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
        self.cloud = Axes(*CLOUD, x=(0, float(self.x.max() * 1.05)), y=(-0.1, 1.1))
        self.valley = Axes(*MAP, x=slopes, y=biases)
        self.cloud_paper = self._drawn_cloud(across, upward)
        self.valley_paper = self._drawn_valley()

    def loss(self, slope: float, bias: float) -> float:
        """The mean squared error of the line."""
        return float(np.square(slope * self.x + bias - self.y).mean())

    def draw(self, settings: Mapping) -> Frame:
        """`settings`: slope, bias, map (whether the map of the loss is shown)."""
        slope, bias, mapped = settings["slope"], settings["bias"], settings["map"]
        loss = self.loss(slope, bias)
        paper = (self.valley_paper if mapped else self.cloud_paper).copy()
        self._draw_line(paper, slope, bias)
        self._draw_gauge(paper, loss)
        if mapped:
            place = self.valley.pixel(slope, bias)
            cv2.circle(paper, place, 7 * SHARP, PAPER, -1, cv2.LINE_AA)
            cv2.circle(paper, place, 5 * SHARP, MARK, -1, cv2.LINE_AA)
        compared = "below" if loss < self.baseline else "not below"
        line = f"slope {two_digits(slope)}, bias {two_digits(bias)}"
        words = f"Line: {line}. Loss {loss:.4f}, {compared} the baseline, {self.baseline:.4f} (always to say the mean)."
        alt = f"{len(self.x)} points and a line: {line}. Loss {loss:.4f}."
        if mapped:
            alt += " Beside it a map of the loss: a long, narrow valley, and where this line lies in it."
        return Frame(Panel(paper, "", alt, 1 / SHARP, smooth=True, drawing=True), alt, words)

    # ---- what does not change

    def _drawn_cloud(self, across: str, upward: str) -> np.ndarray:
        paper, cloud = blank(WIDTH, HEIGHT), self.cloud
        for y in (0, 0.5, 1):
            cloud.rule(paper, y, LINE, 1, cv2.LINE_AA)
            cloud.beside(paper, y, f"{y:g}", gap=8)
        for x in np.arange(0, cloud.x[1], 0.5):
            cloud.below(paper, x, f"{x:g}")
        cloud.rule(paper, cloud.y[0], EDGE, 2, cv2.LINE_AA)
        cloud.below(paper, cloud.x[1], across, gap=20, anchor="ra")
        write(paper, upward, (cloud.left + 6) * SHARP, (cloud.top + 2) * SHARP, 11.5 * SHARP, FAINT)
        for x, y in zip(self.x, self.y, strict=True):
            cv2.circle(paper, cloud.pixel(x, y), 3 * SHARP, INK, -1, cv2.LINE_AA)
        GAUGE.beside(paper, 0.5, "√ loss")
        GAUGE.below(paper, self._share(self.baseline), "baseline", gap=6)
        self._mark_baseline(paper)
        return paper

    def _drawn_valley(self) -> np.ndarray:
        paper, valley = self.cloud_paper.copy(), self.valley
        inside = paper[valley.inside]
        inside[:] = self._shades(*inside.shape[1::-1])
        # Words rather than "dark is low": in a dark theme the drawing is turned light.
        slope, bias = np.polyfit(self.x, self.y, 1)
        if self.slopes[0] < slope < self.slopes[1] and self.biases[0] < bias < self.biases[1]:
            write(paper, "low", valley.across(slope), valley.down(bias), 11.5 * SHARP, PAPER, anchor="mm")
        corner = (valley.right - 6) * SHARP, (valley.top + 4) * SHARP
        write(paper, "high", *corner, 11.5 * SHARP, FAINT, anchor="ra")
        (least, greatest), (lowest, highest) = valley.x, valley.y
        for x, words, anchor in (
            (least, f"{least:g}", "la"),
            ((least + greatest) / 2, "slope", "ma"),
            (greatest, f"{greatest:g}", "ra"),
        ):
            valley.below(paper, x, minus(words), anchor=anchor)
        for y, words, anchor in (
            (highest, f"{highest:g}", "ra"),
            ((lowest + highest) / 2, "bias", "rm"),
            (lowest, f"{lowest:g}", "rs"),
        ):
            valley.beside(paper, y, minus(words), anchor=anchor)
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

        for x, y in zip(self.x, self.y, strict=True):
            cv2.line(inside, at(x, y), at(x, slope * x + bias), (214, 160, 104), 2, cv2.LINE_AA, 4)
        ends = (at(x, slope * x + bias) for x in self.cloud.x)
        cv2.line(inside, *ends, ACCENT, 2 * SHARP + 1, cv2.LINE_AA, 4)

    def _share(self, loss: float) -> float:
        """How far along the gauge a loss lies, 0…1: its root, as a share of the worst."""
        return min(1.0, np.sqrt(loss / self.worst))

    def _draw_gauge(self, paper: np.ndarray, loss: float) -> None:
        least = 1 / (GAUGE.right - GAUGE.left)  # a CSS pixel is left to see at loss 0
        corner, far = GAUGE.pixel(0, 1), GAUGE.pixel(max(least, self._share(loss)), 0)
        cv2.rectangle(paper, corner, far, ACCENT if loss < self.baseline else MARK, -1)
        self._mark_baseline(paper)

    def _mark_baseline(self, paper: np.ndarray) -> None:
        column, top = GAUGE.pixel(self._share(self.baseline), 1)
        bottom = GAUGE.bottom * SHARP
        cv2.line(paper, (column, top - 4 * SHARP), (column, bottom + 4 * SHARP), INK, 2, cv2.LINE_AA)
