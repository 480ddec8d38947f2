"""The 68 points of a face, to be dragged: the crop is aligned again under the hand."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from unmasked import extract, toons
from unmasked.arguments import checked_numbers, checked_picture
from unmasked.widgets.kit import SCRIPTS, Bench, Button, Choice, Frame, Meter, Panel, Points, minus, source

SIDE, BESIDE = 392, 186  # CSS pixels of the picture with the points, and of a crop
CROP = 64  # pixels: what a network gets to see
ROOM = 1.5  # sides of the face's own square that the picture shows
STEADY, ALL = "steady", "all"
QUESTION = "Which of the 68 points hold the crop, and what happens when one of them is wrong?"
NAMES = {
    "jaw": "jaw", "right_brow": "right brow", "left_brow": "left brow", "nose": "nose", "right_eye": "right eye",
    "left_eye": "left eye", "pupils": "pupil", "lips": "lips",
}  # fmt: skip
CLOSED = {"right_eye": [0, 1, 2, 3, 4, 5, 0], "left_eye": [0, 1, 2, 3, 4, 5, 0], "pupils": None}


def landmark_dragger(picture: np.ndarray, landmarks: np.ndarray, *, title: str = "") -> Bench:
    """A bench with a face and its 68 points to drag; beside it the crop that these points align, and the one before.

    picture    uint8 (H, W, 3), with the face somewhere in it.
    landmarks  float (68, 2), x and y in its pixels: where the points stand at first.
    Raises TypeError or ValueError for anything else.
    """
    return Dragger(picture, landmarks, title or QUESTION)


def outlines() -> list[tuple[int, ...]]:
    """The lines through the points, as lists of indices; eyes are closed, pupils are single points."""
    lines = []
    for name, part in toons.LANDMARKS.items():
        inside = CLOSED.get(name, range(part.stop - part.start))
        if inside is not None:
            lines.append(tuple(part.start + at for at in inside))
    return lines


def names() -> list[str]:
    """What each of the 68 points is called."""
    return [f"{NAMES[name]} {at + 1}" for name, part in toons.LANDMARKS.items() for at in range(part.stop - part.start)]


class Dragger(Bench):
    """See `landmark_dragger`."""

    _esm = source(*SCRIPTS, "benches/landmark_dragger.js")
    _css = source("kit/kit.css", "benches/landmark_dragger.css")

    def __init__(self, picture: np.ndarray, landmarks: np.ndarray, title: str):
        checked_picture(picture)
        landmarks = checked_numbers(landmarks, "landmarks", (68, 2))
        middle = (landmarks.min(0) + landmarks.max(0)) / 2
        side = ROOM * float(np.ptp(landmarks, axis=0).max())
        scale = 2 * SIDE / side
        # A window about the face alone, enlarged once: dragging on a face of 40 pixels would be guessing.
        self.zoom = np.array([[scale, 0, SIDE - scale * middle[0]], [0, scale, SIDE - scale * middle[1]]])
        self.picture = picture
        self.window = Panel(
            extract.warp(picture, self.zoom, 2 * SIDE),
            "Drag the points",
            "A face with 68 points",
            0.5,
            True,
            False,
            True,
        )
        start = ((extract.move(landmarks, self.zoom) + 0.5) / (2 * SIDE)).clip(0, 1)
        self.start = start.astype(np.float64)
        points = Points("points", "The 68 points", self.start, names(), 0, outlines(), 0.005)
        by = Choice("by", "Aligned by", [(STEADY, "the eight steady points"), (ALL, "all 68 points")], STEADY)
        self._numbers = np.random.default_rng(0)
        super().__init__(
            self.draw_crops,
            [points, by],
            title=title,
            buttons=[
                Button("jaw", "Open the mouth wide", main=True),
                Button("tremble", "Let all points tremble"),
                Button("eye", "Mistake the right eye"),
                Button("back", "Put the points back"),
            ],
            beside=True,
            hero=True,
        )

    def on_press(self, name: str) -> None:
        """Moves many points at once: the chin and the lower lip, all of them a little, or one eye."""
        points = self.start.copy()
        # The face's own way down, from the top of the nose to the chin: heads are tilted.
        down = points[toons.LANDMARKS["jaw"].start + 8] - points[toons.LANDMARKS["nose"].start]
        if name == "jaw":
            chin = slice(toons.LANDMARKS["jaw"].start + 4, toons.LANDMARKS["jaw"].start + 13)
            points[chin] += 0.2 * np.sin(np.linspace(0.25, np.pi - 0.25, 9))[:, None] * down
            lips = points[toons.LANDMARKS["lips"]]
            lips[(lips - lips.mean(0)) @ down > 0] += 0.15 * down
        elif name == "tremble":
            points += self._numbers.normal(0, 0.012, points.shape)
        elif name == "eye":
            points[toons.LANDMARKS["right_eye"]] -= 0.15 * down
        self.set(points=points)

    def on_picture(self, points: np.ndarray) -> np.ndarray:
        """Points on the bench's window, fractions of it, in pixels of the picture."""
        return extract.move(np.asarray(points) * 2 * SIDE - 0.5, extract.invert(self.zoom)).astype(np.float64)

    def aligned(self, points: np.ndarray, by: str) -> np.ndarray:
        """The matrix (2, 3) from the picture to the crop: by the steady points, or by all of them."""
        landmarks = self.on_picture(points)
        if by == STEADY:
            return extract.align_matrix(landmarks, CROP)
        # All points have no template of their own; where the first ones land in their crop serves as one.
        first = self.on_picture(self.start)
        return extract.similarity(landmarks, extract.move(first, extract.align_matrix(first, CROP)))

    def draw_crops(self, settings: Mapping) -> Frame:
        """`settings`: points (68, 2), by. Returns the window, the crop by these points, and the one before."""
        matrix, first = self.aligned(settings["points"], settings["by"]), self.aligned(self.start, settings["by"])
        way = difference(first, matrix)
        moved = int((np.abs(settings["points"] - self.start).max(1) > 1e-6).sum())
        how = "the eight steady points" if settings["by"] == STEADY else "all 68 points"
        panels = [
            self.window,
            Panel(
                extract.warp(self.picture, matrix, CROP),
                "The crop, 64 × 64",
                "The crop that these points align",
                BESIDE / CROP,
                smooth=True,
            ),
            Panel(
                extract.warp(self.picture, first, CROP),
                "As it was",
                "The crop before a point was moved",
                BESIDE / CROP,
                smooth=True,
            ),
        ]
        turn = minus(f"{way['turn'] + 0.0:.1f}").replace("−0.0", "0.0")
        told = (
            f"{moved} of 68 points moved. In its crop the face has gone {way['shift']:.1f} pixels, turned by {turn}° "
            f"and changed its size to {way['scale']:.0%}."
        )
        meters = (Meter("Crop moved by", f"{way['off']:.1f} px", way["off"] / 12, None, 0, main=True),)
        return Frame(panels, f"A face with 68 points, aligned by {how}. {told}", told, meters=meters)


def difference(first: np.ndarray, now: np.ndarray) -> dict[str, float]:
    """How another matrix shows the same face: `off`, the mean distance in pixels of the crop over its middle half;
    `shift` of its middle in pixels; `turn` in degrees, clockwise; `scale`."""
    back = extract.invert(first)
    steps = np.linspace(0.25, 0.75, 9) * CROP - 0.5
    grid = np.stack(np.meshgrid(steps, steps), -1).reshape(-1, 2)
    went = extract.move(extract.move(grid, back).astype(np.float64), now)
    linear = now[:, :2] @ back[:, :2]
    return {
        "off": float(np.linalg.norm(went - grid, axis=1).mean()),
        "shift": float(np.linalg.norm(went.mean(0) - grid.mean(0))),
        "turn": float(np.degrees(np.arctan2(linear[1, 0], linear[0, 0]))),
        "scale": float(np.sqrt(np.linalg.det(linear))),
    }
