"""The keypoint inspector: a clip with the keypoints that nobody labelled, their trails, and the heat map of any one."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

import cv2
import numpy as np
import traitlets

from unmasked.arguments import checked_kind, checked_pictures
from unmasked.models import swapping
from unmasked.widgets.benches.keypoints import CHOSEN, DARK, LIGHT, SIDE, enlarged, heated, marked, on_paper
from unmasked.widgets.kit import (
    FAINT,
    INK,
    LINE,
    SCRIPTS,
    SHARP,
    Axes,
    Bench,
    Frame,
    Panel,
    Slider,
    blank,
    minus,
    source,
    stroke,
    write,
)

HERO, BESIDE, WIDE, HIGH = 288, 208, 508, 104  # CSS pixels: the clip, the heat map, the trace
TRAIL = 12  # frames that a trail reaches back
MORE = (
    "A keypoint is the middle of its heat map, so it can lie between two of the map's 32 × 32 cells. Its ellipse is "
    "what has become of a circle around it since the clip's first frame: that's what its jacobians say. The trace "
    "below is how far the keypoint lies from its own mean place over the clip, across and up."
)


def keypoint_inspector(model, frames: np.ndarray, *, fps: float = 25, title: str = "") -> Bench:
    """A bench with a clip to scrub: keypoints with their trails, and the heat map of the one that is clicked.

    model   FirstOrderMotion. frames: uint8 (T, 64, 64, 3), T ≥ 2. `fps`: frames a second, for the words.
    Raises TypeError or ValueError that names the argument.
    """
    return Inspector(
        Clip(model, frames, fps), title or "Ten keypoints that nobody labelled: what does each one follow?"
    )


class Inspector(Bench):
    """See `keypoint_inspector`. Its state beside the knobs is where the keypoints lie in the frame."""

    _esm = source(*SCRIPTS, "benches/keypoint_inspector.js")
    _css = source("kit/kit.css", "benches/keypoint_inspector.css")

    places = traitlets.List().tag(sync=True)  # of every keypoint in the frame that is shown, 0…1 from edge to edge

    def __init__(self, clip: Clip, title: str):
        self.clip = clip
        count, points = clip.value.shape[:2]
        knobs = [
            Slider("frame", "Frame", 1, count, 1, 1),
            Slider("which", "Keypoint", 1, points, clip.liveliest() + 1, 1),
        ]
        there = [{"frame": number} for number in range(1, count + 1)]
        super().__init__(clip.draw, knobs, title=title, track=there + there[-2:0:-1], beside=True)
        self.places = clip.places(self.settings["frame"])

    def present(self, frame: Frame, number: int | None = None) -> None:
        """Shows a frame, and where in it a click finds which keypoint."""
        if not self.closed:
            self.places = self.clip.places(self.settings["frame"])
        super().present(frame, number)


class Clip:
    """The bench's plain function and what it needs."""

    def __init__(self, model, frames: np.ndarray, fps: float = 25):
        import torch

        from unmasked.models.first_order_motion import FirstOrderMotion
        from unmasked.models.motion import invert
        from unmasked.tensors import to_tensor

        checked_kind(model, FirstOrderMotion, "model", "a FirstOrderMotion")
        self.frames = checked_pictures(frames, "frames", ("T", SIDE, SIDE, 3), least=2)
        self.fps = fps
        training = model.training
        model.eval()
        try:
            with torch.inference_mode(), swapping.one_thread():
                found, heat = model.detector.detect(to_tensor(self.frames))
                turned = found.jacobian @ invert(found.jacobian[:1])
        finally:
            model.train(training)
        self.value, self.jacobian = found.value.numpy(), turned.numpy()  # (T, K, 2), (T, K, 2, 2)
        self.heat = heat.numpy()  # (T, K, 32, 32)

    def liveliest(self) -> int:
        """The keypoint that moves most over the clip."""
        return int(self.value.std(0).sum(-1).argmax())

    def places(self, frame: float) -> list[list[float]]:
        """The keypoints of a frame (from 1), each 0…1 from edge to edge."""
        return ((self.value[round(frame) - 1] + 1) / 2).clip(0, 1).round(4).tolist()

    def draw(self, settings: Mapping) -> Frame:
        """`settings`: frame and which, both from 1. Returns the frame with keypoints, the heat map, and the trace."""
        at, k = round(settings["frame"]) - 1, round(settings["which"]) - 1
        count, points = self.value.shape[:2]
        x, y = (self.value[at, k] + 1) / 2 * SIDE
        heat = self.heat[at, k]
        busy = int((np.cumsum(np.sort(heat, axis=None)[::-1]) < 0.5).sum()) + 1
        panels = [
            Panel(
                self._face(at, k),
                "Click a keypoint",
                f"Frame {at + 1} with {points} numbered keypoints, number {k + 1} in orange",
                1 / SHARP,
                True,
            ),
            Panel(
                self._heat(at, k),
                f"Heat map of keypoint {k + 1}",
                f"A heat map with its middle {x:.0f} pixels from the left and {y:.0f} from the top",
                1 / SHARP,
                True,
            ),
            Panel(self._trace(at, k), f"Where keypoint {k + 1} goes", "A trace over the clip", 1 / SHARP, True, True),
        ]
        still, wide = self.value[:, k].std(0) * SIDE / 2
        words = (
            f"Frame {at + 1} of {count}, at {at / self.fps:.2f} s. Keypoint {k + 1}: x {x:.1f}, y {y:.1f} pixels; half "
            f"of its heat lies on {busy} of {heat.size} cells. Over the clip it moves by {still:.1f} pixels across and "
            f"{wide:.1f} down (standard deviations)."
        )
        alt = f"A face with {points} keypoints and short trails; number {k + 1} is chosen, and its heat map is beside. "
        return Frame(panels, alt + words, words, more=MORE)

    def _face(self, at: int, chosen: int) -> np.ndarray:
        paper = enlarged(self.frames[at], HERO)
        first = max(0, at - TRAIL)
        trail = on_paper(self.value[first : at + 1], paper.shape[1])  # (t, K, 2)
        for k in range(trail.shape[1]):
            for colour, thick in ((DARK, 3), (CHOSEN if k == chosen else LIGHT, 2)):
                cv2.polylines(paper, [trail[:, k, None]], False, colour, thick * SHARP, cv2.LINE_AA, 4)
        return marked(paper, self.value[at], self.jacobian[at], chosen, numbers=True)

    def _heat(self, at: int, k: int) -> np.ndarray:
        paper = heated(self.frames[at], self.heat[at, k], BESIDE)
        middle = tuple(map(int, on_paper(self.value[at, k], paper.shape[1])))
        for colour, radius in ((LIGHT, 5), (DARK, 4), (LIGHT, 2)):
            cv2.circle(paper, middle, 16 * radius * SHARP, colour, -1, cv2.LINE_AA, 4)
        return paper

    def _trace(self, at: int, k: int) -> np.ndarray:
        """How far the keypoint lies from its mean place, in pixels over frames: uint8 (H, W, 3) on white."""
        paper = blank(WIDE, HIGH)
        away = (self.value[:, k] - self.value[:, k].mean(0)) * SIDE / 2  # (T, 2)
        most = max(2.0, float(np.abs(away).max()))
        axes = Axes(44, 8, WIDE - 60, HIGH - 16, (0, max(1, len(away) - 1)), (-most, most))
        axes.rule(paper, 0, LINE)
        for tick in (-most, most):
            axes.beside(paper, tick, minus(f"{tick:.0f} px"))
        ends = []
        for values, colour, name in ((away[:, 0], INK, "across"), (-away[:, 1], CHOSEN, "up")):
            line = np.stack([axes.across(np.arange(len(values))), axes.down(values)], 1)
            stroke(paper, line, colour, 2)
            ends.append([float(line[-1, 1]), colour, name])
        ends.sort(key=lambda end: end[0])
        for before, after in pairwise(ends):
            after[0] = max(after[0], before[0] + 14 * SHARP)
        for y, colour, name in ends:
            write(paper, name, (WIDE - 54) * SHARP, min(y, (HIGH - 8) * SHARP), 12 * SHARP, colour, anchor="lm")
        cv2.line(paper, axes.pixel(at, -most), axes.pixel(at, most), FAINT, SHARP)
        return paper
