"""The atlas explorer: every experiment on data, its pictures beside its scores over the seeds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

import cv2
import numpy as np

from unmasked.widgets.benches.tiles import TileBench, Tiles, grid
from unmasked.widgets.kit import (
    ACCENT,
    FAINT,
    INK,
    SHARP,
    Axes,
    Choice,
    Frame,
    Meter,
    Panel,
    enlarge,
    two_digits,
    write,
)

ROW, NAMES, SCORES = 29, 178, 122  # CSS pixels: a line of the chart, its name, its scores
FOOT = 24
FACE, GAP, MARGIN, FACES = (
    88,
    4,
    50,
    3,
)  # CSS pixels of a face, between two, and of what stands before a row of them; how many
TITLES = {
    "five": "Five experiments",
    "shut eyes": "Shut eyes",
    "looks": "Who acts for Bo",
    "amount and quality": "Amount and quality",
}
LOW = -0.2  # where the axis of scores begins; what lies below stands at its edge


def atlas_explorer(rows: Sequence[Mapping], examples: Mapping[str, np.ndarray]) -> TileBench:
    """A bench with all experiments of the atlas: click one, and see what went in, what came out and what was right.

    rows      those of the kept table `data-decides`; every experiment of `data_decides.EXPERIMENTS` is among them.
    examples  what `data_decides.load_examples` returns.
    Raises ValueError where an experiment has no rows or no pictures.
    """
    scene = Atlas(rows, examples)
    first = next(iter(scene.atlas.GROUPS))
    knobs = [
        Choice("group", "Experiments", [(name, TITLES[name]) for name in scene.atlas.GROUPS], first),
        Choice("way", "Swap", [("ab", "to the second, Bo"), ("ba", "back to the first")], "ab"),
        Tiles("which", "Experiment"),
    ]
    return TileBench(scene, knobs, title="What did the pictures decide?", wide=True)


class Atlas:
    """The bench's plain function and what it needs."""

    def __init__(self, rows: Sequence[Mapping], examples: Mapping[str, np.ndarray]):
        from unmasked.experiments import data_decides  # it imports torch, which most benches do without

        self.atlas = data_decides
        names = data_decides.EXPERIMENTS
        self.scores = {
            (name, way): [row[f"explained_{way}"] for row in rows if row["experiment"] == name]
            for name in names
            for way in ("ab", "ba")
        }
        for name in names:
            if not self.scores[name, "ab"]:
                raise ValueError(f"rows: wanted some of every experiment, got none of {name!r}")
            if name not in examples:
                raise ValueError(f"examples: wanted pictures of every experiment, got none of {name!r}")
        self.examples = examples
        self.lines = max(map(len, data_decides.GROUPS.values()))
        self.pictures = lru_cache(maxsize=None)(self._pictures)

    def _names(self, settings: Mapping) -> list[str]:
        return list(self.atlas.GROUPS[settings["group"]])

    def _which(self, settings: Mapping) -> int:
        # The number stays when the group changes, and not every group has as many experiments.
        return min(int(settings["which"]), len(self._names(settings)) - 1)

    def grids(self, settings: Mapping) -> list[dict]:
        """Every line of the chart can be clicked."""
        values = range(len(self._names(settings)))
        return [grid("which", 0, self.lines, 1, values, at=self._which(settings), words="Experiments")]

    def marks(self, settings: Mapping) -> list[dict]:
        """No marks."""
        return []

    def draw(self, settings: Mapping) -> Frame:
        """`settings`: group, which, way ("ab" or "ba"). Returns the group's scores, and the pictures of one of it."""
        names, way = self._names(settings), settings["way"]
        name = names[self._which(settings)]
        scores = self.scores[name, way]
        mean, spread = float(np.mean(scores)), float(np.std(scores, ddof=1)) if len(scores) > 1 else 0.0
        actor, other = (who.title() for who in self._who(name, way))
        told = f"{name}: {actor} acts, {other} appears; explained swap {two_digits(mean)} ± {two_digits(spread)}"
        chart = "; ".join(f"{each} {two_digits(float(np.mean(self.scores[each, way])))}" for each in names)
        alt = f"Three rows of three faces: {actor} going in, the swap, and the true {other}."
        return Frame(
            [
                Panel(self._chart(names, way), "Explained swap, a dot a seed", chart, 1 / SHARP, drawing=True),
                Panel(self.pictures(name, way), f"{name}: {actor} → {other}", alt, smooth=True),
            ],
            alt=f"The scores of {len(names)} experiments ({chart}). {alt} {told}.",
            words=f"{told} over {len(scores)} seeds. The pictures are those of seed 0.",
            meters=[Meter(f"Explained, {actor} → {other}", two_digits(mean), max(0.0, mean), best=1, main=True)],
        )

    def _who(self, name: str, way: str) -> tuple[str, str]:
        names = self.atlas.EXPERIMENTS[name].names
        return names if way == "ab" else names[::-1]

    def _pictures(self, name: str, way: str) -> np.ndarray:
        """What went in, the kept swaps and the truth, a row each: uint8 (H, W, 4)."""
        actor, _ = self._who(name, way)
        first = 0 if way == "ab" else self.atlas.SHOWN
        seen, truth = self.atlas.swapped_faces(self.atlas.EXPERIMENTS[name], 0, FACES, actor)
        swaps = self.examples[name][first : first + FACES]
        step = FACE + GAP
        sheet = np.zeros((3 * step - GAP, MARGIN + FACES * step - GAP, 4), np.uint8)
        for number, (title, faces) in enumerate((("in", seen), ("swap", swaps), ("truth", truth.pictures))):
            write(sheet, title, MARGIN - 8, number * step + FACE / 2, 13, (118, 118, 118), anchor="rm")
            for place, face in enumerate(faces):
                left = MARGIN + place * step
                sheet[number * step : number * step + FACE, left : left + FACE, :3] = enlarge(
                    face, FACE / 64, smooth=True
                )
                sheet[number * step : number * step + FACE, left : left + FACE, 3] = 255
        return sheet

    def _chart(self, names: Sequence[str], way: str) -> np.ndarray:
        """A line an experiment: its name, a dot a seed, and a stroke at their mean; transparent, uint8 (H, W, 4)."""
        height = self.lines * ROW + FOOT
        paper = np.zeros((height * SHARP, (NAMES + SCORES + 16) * SHARP, 4), np.uint8)
        bottom = len(names) * ROW
        axes = Axes(NAMES, 0, NAMES + SCORES, bottom, (LOW, 1.0), (len(names), 0))
        for tick in (0.0, 0.5, 1.0):
            cv2.line(paper, axes.pixel(tick, 0), axes.pixel(tick, len(names)), (*FAINT, 90), SHARP)
            x, y = axes.pixel(tick, len(names))
            write(paper, f"{tick:g}", x, y + 4 * SHARP, 13 * SHARP, FAINT, anchor="ma")
        for number, name in enumerate(names):
            y = (number + 0.5) * ROW * SHARP
            write(paper, name, (NAMES - 12) * SHARP, y, 13 * SHARP, INK, anchor="rm")
            scores = np.clip(self.scores[name, way], LOW, 1)
            for score in scores:
                cv2.circle(paper, axes.pixel(score, number + 0.5), 4 * SHARP, (*ACCENT, 255), -1, cv2.LINE_AA)
            x = int(axes.across(float(scores.mean())))
            cv2.line(paper, (x, int(y) - 10 * SHARP), (x, int(y) + 10 * SHARP), (*INK, 255), 2 * SHARP)
        return paper
