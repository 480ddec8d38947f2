"""The smoothing dial: landmarks as found, smoothed and true; steadiness is bought with lag, one point on a plane."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from itertools import pairwise

import cv2
import numpy as np

from unmasked import film
from unmasked.arguments import checked_numbers, checked_pictures
from unmasked.widgets.kit import (
    ACCENT,
    FAINT,
    INK,
    LINE,
    SCRIPTS,
    SHARP,
    Axes,
    Bench,
    Choice,
    Frame,
    Meter,
    Panel,
    Slider,
    blank,
    minus,
    source,
    stroke,
    write,
)

SHARES = (0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
SHOWN, PLANE, WIDE, HIGH = 220, 330, 562, 132  # CSS pixels: the picture's side, the plane's width, the trace
FOUND, SMOOTH, TRUE = (209, 108, 12), ACCENT, INK
QUESTION = "How calm can a track get before it comes too late?"
REACH = 5  # frames to either side in which a lag is sought
TRACES = {"blink": "eyes' opening", "nose": "nose, sideways", "chin": "chin, up and down"}


def smoothing_dial(frames: np.ndarray, found: np.ndarray, truth: np.ndarray, *, fps: float = 25, title: str = ""):
    """A bench with a dial, the share of the new frame in an exponential moving average of landmarks.

    frames        uint8 (T, H, W, 3), T ≥ 15: what the landmarks were found in.
    found, truth  float (T, 68, 2), in its pixels.
    Raises TypeError or ValueError that names the argument.
    """
    scene = Dial(frames, found, truth, fps)
    count = len(scene.frames)
    knobs = [
        Slider("share", "Share", SHARES[0], SHARES[-1], 1.0, 0.05, stops=SHARES),
        Slider("frame", "Frame", 1, count, scene.start, 1),
        Choice("trace", "Trace", list(TRACES.items()), "blink"),
    ]
    track = [{"frame": number} for number in range(1, count + 1)]
    return DialBench(scene.draw, knobs, title=title or QUESTION, track=track, beside=True)


class DialBench(Bench):
    """See `smoothing_dial`."""

    _esm = source(*SCRIPTS, "benches/smoothing_dial.js")
    _css = source("kit/kit.css", "benches/smoothing_dial.css")


class Dial:
    """The bench's plain function and what it needs."""

    def __init__(self, frames: np.ndarray, found: np.ndarray, truth: np.ndarray, fps: float = 25):
        self.frames = checked_pictures(frames, "frames", ("T", "H", "W", 3), least=3 * REACH)
        shape = (len(frames), 68, 2)
        self.found, self.truth = checked_numbers(found, "found", shape), checked_numbers(truth, "truth", shape)
        self.fps = fps
        self.smooth = {share: film.ema(self.found, share) for share in SHARES}
        self.jitter = {share: 100 * film.landmark_jitter(track, self.truth) for share, track in self.smooth.items()}
        self.lag = {share: film.lag(track, self.truth, REACH) for share, track in self.smooth.items()}
        opening = film.eye_opening(self.truth)
        self.kept = {s: film.blink_kept(film.eye_opening(track), opening) for s, track in self.smooth.items()}
        self.start = int(opening.argmin()) + 1
        # Drawn once for each share: a film plays over them.
        self.plane, self.trace = lru_cache(maxsize=None)(self._plane), lru_cache(maxsize=None)(self._trace)

    def values(self, landmarks: np.ndarray, trace: str) -> np.ndarray:
        """What the trace shows of landmarks (T, 68, 2): float (T,)."""
        if trace == "blink":
            return film.eye_opening(landmarks)
        return landmarks[:, 30, 0] if trace == "nose" else -landmarks[:, 8, 1]

    def draw(self, settings: Mapping) -> Frame:
        """`settings`: share, frame (from 1), trace. Returns the frame with landmarks, the trace, and the plane."""
        share, at, trace = round(settings["share"], 2), round(settings["frame"]) - 1, settings["trace"]
        share = min(SHARES, key=lambda one: abs(one - share))
        jitter, lag = self.jitter[share], self.lag[share]
        kept = self.kept[share]
        late = minus(f"{lag:.1f}").replace("−0.0", "0.0")
        told = f"Share {share:.2f}: jitter {jitter:.2f} hundredths of the eyes' distance, lag {late} frames"
        lost = "" if np.isnan(kept) else f", {max(0.0, kept):.0%} of the blink left".replace("%", " %")
        panels = [
            Panel(self._face(share, at), "Smoothed, and true (dark)", self._alt(share, at), 1 / SHARP, True),
            Panel(self.plane(share), "Jitter against lag, each dot a share", told, 1 / SHARP, True, True),
            Panel(self._now(share, at, trace), f"Over time: {TRACES[trace]}", told, 1 / SHARP, True, True),
        ]
        meters = [
            Meter("Jitter", f"{jitter:.2f}", jitter / max(self.jitter.values()), best=0, main=True),
            Meter("Lag, frames", late, max(0.0, lag) / REACH, best=0, main=True),
        ]
        if lost:
            meters.append(Meter("Of the blink left", f"{max(0.0, kept):.0%}".replace("%", " %"), kept, best=1))
        alt = f"A face with landmarks, a plane of jitter against lag, and a trace of the {TRACES[trace]}. {told}{lost}."
        return Frame(panels, alt, f"{told}{lost}.", meters=meters)

    def _alt(self, share: float, at: int) -> str:
        return f"Frame {at + 1} of {len(self.frames)} with its landmarks, smoothed with a share of {share:.2f}."

    def _face(self, share: float, at: int) -> np.ndarray:
        """The face in its frame, large, with smoothed landmarks over true ones: uint8 (H, W, 3)."""
        side = 1.25 * float(np.ptp(self.truth.reshape(-1, 2), axis=0).max())
        middle = self.truth.reshape(-1, 2).min(0) + np.ptp(self.truth.reshape(-1, 2), axis=0) / 2
        scale = SHARP * SHOWN / side
        shift = SHARP * SHOWN / 2 - scale * middle
        matrix = np.array([[scale, 0, shift[0]], [0, scale, shift[1]]])
        size = (SHARP * SHOWN, SHARP * SHOWN)
        drawn = cv2.warpAffine(self.frames[at], matrix, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
        for points, colour, radius in ((self.truth[at], INK, 3), (self.smooth[share][at], (255, 255, 255), 4)):
            for x, y in np.rint(16 * (scale * points + shift)).astype(int).tolist():
                cv2.circle(drawn, (x, y), 16 * radius, colour, -1, cv2.LINE_AA, 4)
                if colour != INK:
                    cv2.circle(drawn, (x, y), 16 * (radius - 1), SMOOTH, -1, cv2.LINE_AA, 4)
        return drawn

    def _now(self, share: float, at: int, trace: str) -> np.ndarray:
        """The trace, and where in it the frame is: uint8 (H, W, 3) on white."""
        paper, axes = self.trace(share, trace)
        paper = paper.copy()
        cv2.line(paper, axes.pixel(at, axes.y[0]), axes.pixel(at, axes.y[1]), FAINT, SHARP)
        return paper

    def _trace(self, share: float, trace: str) -> tuple[np.ndarray, Axes]:
        """Found, smoothed and true over time, uint8 (H, W, 3) on white, and the axes of that."""
        paper = blank(WIDE, HIGH)
        lines = {
            "found": (self.values(self.found, trace), FOUND, 1),
            "true": (self.values(self.truth, trace), TRUE, 1),
            "smoothed": (self.values(self.smooth[share], trace), SMOOTH, 2),
        }
        low = min(values.min() for values, _, _ in lines.values())
        high = max(values.max() for values, _, _ in lines.values())
        axes = Axes(10, 8, WIDE - 76, HIGH - 24, (0, len(self.frames) - 1), (low, max(high, low + 1e-6)))
        ends = []
        for name, (values, colour, width) in lines.items():
            stroke(paper, np.stack([axes.across(np.arange(len(values))), axes.down(values)], 1), colour, width)
            ends.append([float(axes.down(values[-1])), name, colour])
        ends.sort()
        for before, after in pairwise(ends):
            after[0] = max(after[0], before[0] + 17 * SHARP)
        over = max(0.0, ends[-1][0] - (HIGH - 24) * SHARP)
        for y, name, colour in ends:
            write(paper, name, (axes.right + 8) * SHARP, y - over, 13 * SHARP, colour, anchor="lm")
        for second in range(int((len(self.frames) - 1) / self.fps) + 1):
            axes.below(paper, second * self.fps, f"{second} s", size=13)
        return paper, axes

    def _plane(self, share: float) -> np.ndarray:
        """Jitter against lag for every share, the chosen one large: uint8 (H, W, 3) on white."""
        paper = blank(PLANE, SHOWN)
        lags, jitters = np.array(list(self.lag.values())), np.array(list(self.jitter.values()))
        axes = Axes(
            40, 12, PLANE - 26, SHOWN - 44, (min(0.0, lags.min()), max(1.0, lags.max())), (0, 1.08 * jitters.max())
        )
        for tick in range(int(axes.x[1]) + 1):
            axes.tick(paper, tick, LINE)
            axes.below(paper, tick, str(tick), size=13, gap=6)
        axes.rule(paper, 0, LINE)
        axes.beside(paper, axes.y[1], f"{axes.y[1]:.1f}", size=13, anchor="rt")
        axes.beside(paper, 0, "0", size=13)
        axes.below(paper, axes.x[1], "lag, frames →", size=13, gap=24, anchor="ra")
        write(paper, "↑ jitter", (axes.left + 46) * SHARP, 10 * SHARP, 13 * SHARP, FAINT)
        points = np.stack([axes.across(lags), axes.down(jitters)], 1)
        stroke(paper, points, LINE, 1)
        for point, one in zip(points, SHARES, strict=True):
            chosen, (x, y) = one == share, point
            size, colour = (9, SMOOTH) if chosen else (4, FAINT)
            cv2.circle(paper, (round(16 * x), round(16 * y)), 8 * size * SHARP, colour, -1, cv2.LINE_AA, 4)
            if one in (0.1, 0.3, 1.0) or chosen:
                write(paper, f"{one:g}", x + 8 * SHARP, y - 5 * SHARP, 13 * SHARP, INK, "ls", chosen)
        return paper
