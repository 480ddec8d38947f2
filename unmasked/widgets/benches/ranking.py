"""The ranking: what a contest of few characters says of the examiners, and what one of many says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

import cv2
import numpy as np

from unmasked.widgets.kit import (
    ACCENT,
    FAINT,
    INK,
    LINE,
    SHARP,
    Axes,
    Bench,
    Frame,
    Meter,
    Panel,
    Slider,
    blank,
    write,
)

STOPS = (4, 8, 16, 24, 32, 48, 64, 96)
CONTESTS = 12
WIDE, ROW, TOP, LEFT = 640, 34, 14, 190  # CSS pixels
QUESTION = "How many characters must a contest film before its ranking means something?"
MORE = (
    "A dot is an examiner's AUC in this contest, mean over the makers and levels; its bar is the 95 % interval, from a "
    "bootstrap over the characters of this contest alone."
)


def ranking(rows: Sequence[Mapping], *, title: str = "") -> Bench:
    """A bench with two sliders, how many characters are filmed and which: the examiners' ranks with intervals.

    rows  of the kept table of `experiments.capstone`. Raises ValueError where these are others.
    """
    scene = Ranking(rows)
    knobs = [
        Slider("characters", "Characters", scene.stops[0], scene.stops[-1], scene.stops[0], 1, stops=scene.stops),
        Slider("contest", "Contest", 1, CONTESTS, 1, 1),
    ]
    return Bench(scene.draw, knobs, title=title or QUESTION)


class Ranking:
    """The bench's plain function and what it needs."""

    def __init__(self, rows: Sequence[Mapping]):
        if not rows or any(not isinstance(row, Mapping) or "scores" not in row for row in rows):
            raise ValueError("rows: wanted those of the kept table of experiments.capstone, got others or none")
        from unmasked.experiments import capstone  # torch comes along, and only this bench needs it

        self.small_contest = capstone.small_contest
        self.wins = capstone.mean_wins(rows)
        self.count = len(next(iter(rows[0]["scores"].values())))
        self.stops = (*(stop for stop in STOPS if stop < self.count), self.count)
        if len(self.stops) < 2:
            raise ValueError(f"rows: wanted more than {STOPS[0]} characters, got {self.count}")
        self.whole = self.small_contest(self.wins, np.arange(self.count))
        # One axis for all contests: else the same AUC would move while the slider does.
        ends = [
            row["low"]
            for few in self.stops[:2]
            for contest in range(1, CONTESTS + 1)
            for row in self.held(few, contest).values()
        ]
        self.least = float(np.floor(10 * min(0.5, *ends)) / 10)

    def chosen(self, characters: int, contest: int) -> np.ndarray:
        """Which characters a contest films; those of a small one are among those of the next larger."""
        return np.random.default_rng(contest).permutation(self.count)[:characters]

    def held(self, characters: int, contest: int) -> dict[str, dict[str, float]]:
        """The contest: see `capstone.small_contest`."""
        return self.small_contest(self.wins, self.chosen(characters, contest))

    def draw(self, settings: Mapping) -> Frame:
        """`settings`: characters, contest (from 1). Returns the ranks with intervals, and how many pairs agree."""
        characters = min(self.stops, key=lambda one: abs(one - settings["characters"]))
        contest = round(settings["contest"])
        held = self.held(characters, contest)
        names, final = list(held), list(self.whole)
        pairs = list(combinations(names, 2))
        right = sum(final.index(one) < final.index(other) for one, other in pairs)
        wide = float(np.mean([row["high"] - row["low"] for row in held.values()]))
        told = (
            f"Contest {contest} with {characters} characters: {names[0]} is first with an AUC of "
            f"{held[names[0]]['auc']:.2f}; {right} of {len(pairs)} pairs stand as they do with all {self.count}"
        )
        ranks = ", ".join(f"{place} {name} {held[name]['auc']:.2f}" for place, name in enumerate(names, 1))
        words = f"{told}. In order: {ranks}."
        title = f"Examiners, the best of this contest first. | and ({len(names)}): AUC and place with all {self.count}"
        panel = Panel(self._chart(held), title, words, 1 / SHARP, True, True)
        meters = [
            Meter("Pairs in the final order", f"{right} of {len(pairs)}", right / len(pairs), best=1, main=True),
            Meter("Width of an interval, mean", f"{wide:.2f}", min(1.0, wide / 0.5), best=0, main=True),
        ]
        alt = f"Bars of {len(names)} examiners along the AUC. {words}"
        return Frame([panel], alt, f"{told}.", meters=meters, more=MORE)

    def _chart(self, held: Mapping[str, Mapping[str, float]]) -> np.ndarray:
        """A row for each examiner: dot, interval, and the tick of the whole table; uint8 (H, W, 3) on white."""
        high = TOP + ROW * len(held)
        paper = blank(WIDE, high + 28)
        low = self.least
        axes = Axes(LEFT, TOP, WIDE - 60, high, (low, 1.0), (len(held), 0))
        for tick in np.arange(low, 1.001, 0.1):
            cv2.line(paper, axes.pixel(tick, 0), axes.pixel(tick, len(held)), LINE, 1)
            axes.below(paper, tick, f"{tick:.1f}", size=13)
        final = list(self.whole)
        for place, (name, row) in enumerate(held.items()):
            y = place + 0.5
            write(paper, f"{name} ({final.index(name) + 1})", (LEFT - 12) * SHARP, axes.down(y), 13 * SHARP, INK, "rm")
            cv2.line(paper, axes.pixel(row["low"], y), axes.pixel(row["high"], y), ACCENT, 3 * SHARP, cv2.LINE_AA)
            cv2.circle(paper, axes.pixel(row["auc"], y), 6 * SHARP, ACCENT, -1, cv2.LINE_AA)
            column, middle = axes.pixel(self.whole[name]["auc"], y)
            cv2.line(paper, (column, middle - 11 * SHARP), (column, middle + 11 * SHARP), INK, 2 * SHARP)
            write(paper, f"{row['auc']:.2f}", (WIDE - 50) * SHARP, axes.down(y), 13 * SHARP, FAINT, "lm")
        return paper
