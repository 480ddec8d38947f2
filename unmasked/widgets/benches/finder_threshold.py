"""A face finder's heat map and its threshold: what counts as found, what is missed, and what is found in vain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import cv2
import numpy as np

from unmasked.arguments import checked_numbers
from unmasked.widgets.kit import (
    EDGE,
    FAINT,
    INK,
    SHARP,
    Axes,
    Bench,
    Choice,
    Frame,
    Meter,
    Panel,
    Slider,
    Toggle,
    blank,
    enlarge,
    write,
)

SIDE, BESIDE, HIGH = 392, 186, 150  # CSS pixels: the frame, the heat map beside it, the height of the scores below that
SEEN = 0.5  # the share of a face that has to be seen: a face behind another's hair needn't be found
RIGHT, WRONG, MISSED, PAPER = (26, 127, 55), (179, 38, 30), (255, 196, 46), (255, 255, 255)
QUESTION = "How sure should the finder be before it calls something a face?"


def finder_threshold(
    crowds: Sequence,
    finds: Sequence[Sequence],
    heats: Sequence[np.ndarray],
    *,
    heaps: Sequence[Sequence] | None = None,
    threshold: float = 0.5,
    title: str = "",
) -> Bench:
    """A bench with a finder's threshold: boxes and counts follow it on every frame.

    crowds     frames of `toons.crowds.sample_crowd`: their faces are the truth.
    finds      for each frame what was found at a threshold near 0, each with `box` (4,) and `score` in 0…1.
    heats      for each frame the heat map, float (h, w) in 0…1.
    heaps      the same as `finds` without non-maximum suppression; a switch then shows what it does.
    Raises ValueError where the three don't fit each other.
    """
    scene = Finder(crowds, finds, heats, heaps)
    frames = [(str(number), str(number + 1)) for number in range(len(scene.crowds))]
    knobs = [Slider("threshold", "Threshold", 0, 1, threshold, 0.01), Choice("frame", "Frame", frames, "0")]
    if heaps is not None:
        knobs.append(Toggle("suppress", "Non-maximum suppression", True))
    words = "Drag to move the threshold; the arrow keys do it, too."
    hands = {"panel": 2, "across": "threshold", "down": None, "words": words}
    return Bench(scene.draw, knobs, title=title or QUESTION, hands=hands, beside=True, hero=True)


class Finder:
    """The bench's plain function and what it needs."""

    def __init__(self, crowds: Sequence, finds: Sequence, heats: Sequence, heaps: Sequence | None = None):
        self.crowds = list(crowds)
        for name, some in {"finds": finds, "heats": heats, "heaps": heaps}.items():
            if some is not None and len(some) != len(self.crowds):
                raise ValueError(f"{name}: wanted one for each of {len(self.crowds)} frames, got {len(some)}")
        if not self.crowds:
            raise ValueError("crowds: wanted one frame or more, got none")
        self.heats = [checked_numbers(heat, "heats", ("H", "W")) for heat in heats]
        self.found = {True: [self._judged(*pair) for pair in zip(self.crowds, finds, strict=True)]}
        if heaps is not None:
            self.found[False] = [self._judged(*pair) for pair in zip(self.crowds, heaps, strict=True)]
        self.wanted = [[face.shown >= SEEN for face in crowd.faces] for crowd in self.crowds]
        self.papers = {suppressed: self._scores(rows) for suppressed, rows in self.found.items()}

    @staticmethod
    def _judged(crowd, finds: Sequence) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Boxes (N, 4) and scores (N,), the best first, and the face that each one finds, −1 for none."""
        from unmasked.extract.finding import matched

        best = sorted(finds, key=lambda one: -one.score)
        boxes = np.array([one.box for one in best], np.float64).reshape(-1, 4)
        faces = np.full(len(best), -1)
        for face, find in enumerate(matched(best, crowd.boxes)):
            if find >= 0:
                faces[find] = face
        return boxes, np.array([one.score for one in best], np.float64), faces

    def counted(self, frame: int, threshold: float, suppressed: bool = True) -> tuple[int, int, int]:
        """Of a frame: the faces found, the faces that should be found, and the boxes on no face."""
        _, scores, faces = self.found[suppressed][frame]
        above, wanted = faces[scores >= threshold], self.wanted[frame]
        return sum(wanted[face] for face in above if face >= 0), sum(wanted), int((above < 0).sum())

    def draw(self, settings: Mapping) -> Frame:
        """`settings`: threshold, frame, and suppress where it can be switched. Returns frame, heat map and scores."""
        number, threshold = int(settings["frame"]), float(settings["threshold"])
        suppressed = bool(settings.get("suppress", True))
        found, wanted, false = self.counted(number, threshold, suppressed)
        every = [self.counted(frame, threshold, suppressed) for frame in range(len(self.crowds))]
        all_found, all_wanted, all_false = (sum(column) for column in zip(*every, strict=True))
        told = f"Frame {number + 1}: {found} of {wanted} faces found, {_count(false, 'false find')}."
        panels = [
            self._boxed(number, threshold, suppressed),
            self._heat(number, threshold),
            self._scored(threshold, suppressed),
        ]
        mean = all_false / len(self.crowds)
        alt = (
            f"A frame with boxes at a threshold of {threshold:.2f}, its heat map, and the scores of all frames. {told} "
            f"In all {len(self.crowds)} frames {all_found} of {all_wanted} faces are found, with {mean:.2f} false "
            f"finds a frame."
        )
        meters = (
            Meter("Faces found", f"{all_found} of {all_wanted}", all_found / max(1, all_wanted), None, 1, main=True),
            Meter("False finds a frame", f"{mean:.2f}", mean / 2, None, 0, main=True),
        )
        return Frame(panels, alt, told, meters=meters)

    def _boxed(self, number: int, threshold: float, suppressed: bool) -> Panel:
        crowd, (boxes, scores, faces) = self.crowds[number], self.found[suppressed][number]
        scale = SIDE / crowd.picture.shape[1]
        picture = enlarge(crowd.picture, scale, smooth=True).copy()
        above = scores >= threshold
        got = set(faces[above].tolist())
        for index, face in enumerate(crowd.faces):
            if self.wanted[number][index] and index not in got:
                _dashed(picture, face.box * scale)
        for box, score, face in list(zip(boxes, scores, faces, strict=True))[::-1]:
            if score >= threshold:
                _solid(picture, box * scale, face >= 0)
        words = "The frame: right finds in green, false ones in red with a cross, missed faces dashed"
        return Panel(picture, "✓ found   ✗ found in vain   ┄ missed", words, smooth=True)

    def _heat(self, number: int, threshold: float) -> Panel:
        heat = self.heats[number]
        level = np.clip(heat * 255, 0, 255).astype(np.uint8)
        wide = 2 * BESIDE
        size = wide, round(wide * heat.shape[0] / heat.shape[1])
        large = cv2.resize(level, size, interpolation=cv2.INTER_LINEAR)
        shown = cv2.applyColorMap(large, cv2.COLORMAP_INFERNO)[..., ::-1].copy()
        above = (cv2.resize(heat, size, interpolation=cv2.INTER_LINEAR) >= threshold).astype(np.uint8)
        outline, _ = cv2.findContours(above, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
        cv2.drawContours(shown, outline, -1, (150, 215, 255), 2, cv2.LINE_AA)
        return Panel(
            shown, "Heat: a face's middle?", "The heat map; a line round what exceeds the threshold", 0.5, True
        )

    @property
    def axes(self) -> Axes:
        """Scores from edge to edge, so that a drag of the line follows the hand."""
        return Axes(0, 6, BESIDE, HIGH - 30, (0.0, 1.0), (-1.0, 1.0))

    def _scores(self, rows: Sequence) -> np.ndarray:
        """Every find of all frames as a dot by its score: right ones above, false ones below."""
        paper, axes = blank(BESIDE, HIGH), self.axes
        spread = np.random.default_rng(0)
        for _, scores, faces in rows:
            for score, face in zip(scores, faces, strict=True):
                up = spread.uniform(0.15, 0.85)
                column, row = axes.pixel(float(score), up if face >= 0 else -up)
                if face >= 0:
                    cv2.circle(paper, (column, row), round(2.5 * SHARP), RIGHT, -1, cv2.LINE_AA)
                else:
                    for slant in (-1, 1):
                        ends = [(column + s * 4, row + slant * s * 4) for s in (-1, 1)]
                        cv2.line(paper, *ends, WRONG, SHARP, cv2.LINE_AA)
        axes.rule(paper, 0, EDGE)
        axes.rule(paper, -1, EDGE)
        for words, at, anchor in (("0", 0.0, "la"), ("score", 0.5, "ma"), ("1", 1.0, "ra")):
            axes.below(paper, at, words, anchor=anchor)
        write(paper, "faces", 4 * SHARP, 7 * SHARP, 11.5 * SHARP, FAINT)
        write(paper, "no faces", 4 * SHARP, (HIGH - 46) * SHARP, 11.5 * SHARP, FAINT)
        return paper

    def _scored(self, threshold: float, suppressed: bool) -> Panel:
        paper = self.papers[suppressed].copy()
        bottom, top = (self.axes.pixel(threshold, y) for y in self.axes.y)
        cv2.line(paper, top, bottom, INK, 2 * SHARP)
        return Panel(
            paper, "All finds; drag the line", "The scores of all finds and the threshold", 1 / SHARP, True, True
        )


def _count(many: int, name: str) -> str:
    return f"{'no' if many == 0 else many} {name}{'' if many == 1 else 's'}"


def _corners(box: np.ndarray, picture: np.ndarray) -> tuple[tuple[int, int], tuple[int, int]]:
    """A box's corners, pulled in to where they can be seen."""
    limit = np.array(picture.shape[1::-1])
    x0, y0, x1, y1 = np.rint(np.concatenate([box[:2].clip(1, limit - 2), box[2:].clip(1, limit - 2)])).astype(int)
    return (int(x0), int(y0)), (int(x1), int(y1))


def _solid(picture: np.ndarray, box: np.ndarray, right: bool) -> None:
    """A found box: on white, so that it shows on any ground, with a tick or a cross at its corner."""
    corner, far = _corners(box, picture)
    for colour, width in ((PAPER, 4), (RIGHT if right else WRONG, 2)):
        cv2.rectangle(picture, corner, far, colour, width, cv2.LINE_AA)
    cv2.circle(picture, (corner[0] + 8, corner[1] + 8), 8, RIGHT if right else WRONG, -1, cv2.LINE_AA)
    ticks = [[(4, 8), (7, 11), (12, 5)]] if right else [[(5, 5), (11, 11)], [(5, 11), (11, 5)]]
    for tick in ticks:
        cv2.polylines(picture, [np.add(tick, corner)], False, PAPER, 2, cv2.LINE_AA)


def _dashed(picture: np.ndarray, box: np.ndarray) -> None:
    """A face that was missed."""
    (x0, y0), (x1, y1) = _corners(box, picture)
    edges = (((x0, y0), (x1, y0)), ((x1, y0), (x1, y1)), ((x1, y1), (x0, y1)), ((x0, y1), (x0, y0)))
    for start, end in edges:
        start, end = np.array(start, float), np.array(end, float)
        length = max(1.0, float(np.linalg.norm(end - start)))
        for along in np.arange(0, length, 10):
            ends = [
                tuple(np.rint(start + (end - start) * min(1, at / length)).astype(int).tolist())
                for at in (along, along + 6)
            ]
            cv2.line(picture, *ends, INK, 4, cv2.LINE_AA)
            cv2.line(picture, *ends, MISSED, 2, cv2.LINE_AA)
