"""Threshold and base rate: the same scores, cut elsewhere and met in another crowd of whole people."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import lru_cache

import cv2
import numpy as np
import traitlets

from unmasked import toons
from unmasked.forensics.calibration import Confusion, confusion, ppv
from unmasked.forensics.roc import auc
from unmasked.widgets.kit import (
    FAINT,
    INK,
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
    compose,
    meter_panel,
    minus,
    source,
    write,
)

CROWD = 1000
# A hand can set 1 as well as 500: on an even scale a pixel of the slider would be four fakes.
STOPS = (1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50, 60, 80, 100, 120, 150, 200, 250, 300, 400, 500)
FORGED, WRONG, GREY, TEAL = (209, 108, 12), (209, 50, 40), (120, 128, 137), (15, 133, 119)

# CSS pixels. The scores stand below the crowd, the names of their rows left of them, and a portrait beside.
COLUMNS, TILE = 50, 14
WIDE, HIGH, PORTRAIT = 556, 108, 128
SCORES = Axes(106, 20, WIDE - 10, 82)
LETTERS = 15  # a page of middle width shows the scores a little smaller

NIGHT, DIM = (30, 33, 40), 0.5  # the ground of the crowd, and how much light falls on whoever is not flagged
LIT = (250, 160, 50)  # the forged's orange, as bright as the dark ground wants it
HEAD = 0.84  # of a portrait's side: what the crowd shows of it
KINDS = ("caught", "missed", "wrongly accused", "let pass")
MARKS = ("▣", "◣", "■", "·")  # the same in words
NAMES = (
    "Abe", "Bea", "Cal", "Dee", "Edo", "Flo", "Gil", "Ida", "Jon", "Kay", "Lou", "Mia", "Ned", "Ole", "Pia", "Quin",
    "Rex", "Sue", "Tom", "Uma", "Vic", "Wes", "Xia", "Yan", "Zoe", "Amy", "Ben", "Cat", "Dan", "Eva", "Fred",
)  # fmt: skip


def threshold_dial(
    real: Sequence[float], fakes: Mapping[str, Sequence[float]], *, prevalence: int = 10, title: str = ""
) -> Bench:
    """A bench with a line to be dragged through the scores, and a crowd of a thousand clips, some of them fakes.

    `real`: scores of recordings; `fakes`: scores of fakes by maker; both greater for what looks forged. `prevalence`:
    fakes in a thousand at first. Raises ValueError for scores that are empty or not finite.
    """
    return DialBench(Dial(real, fakes), prevalence, title or "Of those whom you flag, how many are fakes?")


class DialBench(Bench):
    """See `threshold_dial`. The page lays the line over the scores; the still picture draws it there."""

    _esm = source(*SCRIPTS, "benches/threshold_dial.js")
    _css = source("kit/kit.css", "benches/ends.css", "benches/threshold_dial.css")

    places = traitlets.Dict().tag(sync=True)

    def __init__(self, dial: Dial, prevalence: int, title: str):
        self.dial = dial
        names = [(name, name) for name in dial.fakes]
        stops = sorted({*STOPS, prevalence})
        knobs = [
            Choice("maker", "Fakes by", names, names[0][0]),
            Slider("threshold", "Threshold", dial.low, dial.high, dial.middle, dial.step),
            Slider("prevalence", "Fakes in 1,000", STOPS[0], STOPS[-1], prevalence, 1, stops=stops),
        ]
        super().__init__(dial.draw, knobs, title=title, beside=True)
        axes = dial.scores
        edges = [axes.left / WIDE, axes.top / HIGH, axes.right / WIDE, axes.bottom / HIGH]
        self.places = {"edges": edges, "x": list(axes.x)}

    def still(self) -> np.ndarray:
        """The bench as a still picture, with the line through the scores."""
        people, scores, accused = self.shown.panels
        paper, axes = scores.picture.copy(), self.dial.scores
        threshold = min(self.dial.high, max(self.dial.low, self.settings["threshold"]))
        (left, bottom), (right, top) = axes.pixel(threshold, axes.y[0]), axes.pixel(axes.x[1], axes.y[1])
        flagged = paper[top:bottom, left:right].astype(np.float32)
        paper[top:bottom, left:right] = np.rint(0.86 * flagged + 0.14 * np.float32(FORGED))
        cv2.line(paper, (left, bottom), (left, top), INK, 2 * SHARP)
        for colour, radius in ((TEAL, 8), ((255, 255, 255), 4)):
            cv2.circle(paper, (left, top), radius * SHARP, colour, -1, cv2.LINE_AA)
        cut = Panel(paper, scores.title, scores.alt, scores.scale, smooth=True)
        wide = COLUMNS * TILE
        return compose([people, cut, accused, meter_panel(self.shown.meters, wide)], self.shown.words, width=wide)


class Dial:
    """The bench's plain function and what it needs."""

    def __init__(self, real: Sequence[float], fakes: Mapping[str, Sequence[float]]):
        if not fakes:
            raise ValueError("fakes: wanted the scores of one maker or more, got none")
        self.real = np.asarray(real, np.float64)
        self.fakes = {name: np.asarray(scores, np.float64) for name, scores in fakes.items()}
        self.areas = {name: auc(self.real, scores) for name, scores in self.fakes.items()}
        everything = np.concatenate([self.real, *self.fakes.values()])
        # A round step, so that the number beside the line is the threshold itself and not a rounding of it.
        self.step = round_step((np.ptp(everything) or 1.0) / 200)
        steps = everything / self.step
        low, middle, high = math.floor(steps.min()) - 4, round(float(np.median(steps))), math.ceil(steps.max()) + 4
        self.low, self.middle, self.high = (float(f"{number * self.step:.9g}") for number in (low, middle, high))
        # The tallest bars end two pixels before the edges.
        reach = (SCORES.bottom - SCORES.top) / (SCORES.bottom - SCORES.top - 4)
        edges = SCORES.left, SCORES.top, SCORES.right, SCORES.bottom
        self.scores = Axes(*edges, (self.low, self.high), (-reach, reach))
        self.histograms = {name: self._histogram(name) for name in self.fakes}
        self.seats = np.random.default_rng(0).permutation(CROWD)  # who sits where; the first of them are the fakes
        self.crowd_of = lru_cache(maxsize=128)(self._crowd_of)

    def _histogram(self, name: str) -> Panel:
        """Fakes upwards from the middle, recordings downwards, so that neither hides the other."""
        paper, axes, fake = blank(WIDE, HIGH), self.scores, self.fakes[name]
        low, high = axes.x
        edges = np.linspace(low, high, 61)
        counts = [np.histogram(scores, edges)[0] / len(scores) for scores in (fake, self.real)]
        most = max(float(count.max()) for count in counts)
        for up, count, colour in ((1, counts[0], FORGED), (-1, counts[1], INK)):
            for left, right, share in zip(edges[:-1], edges[1:], count, strict=True):
                (x0, y0), (x1, y1) = axes.pixel(left, 0), axes.pixel(right, up * share / most)
                if share:
                    cv2.rectangle(paper, (x0 + 1, min(y0, y1)), (x1 - 1, max(y0, y1)), colour, -1)
        for y in (0, axes.y[0]):
            axes.rule(paper, y, GREY)
        for words, y, colour in (("fakes", axes.y[1] / 2, FORGED), ("recordings", axes.y[0] / 2, INK)):
            write(paper, words, (axes.left - 8) * SHARP, axes.down(y), LETTERS * SHARP, colour, anchor="rm", bold=True)
        unit = round_step((high - low) / 10)
        for number in range(math.ceil(low / unit), math.floor(high / unit) + 1):
            axes.tick(paper, number * unit, GREY)
            axes.below(paper, number * unit, minus(f"{number * unit:g}"), size=LETTERS, gap=6)
        write(paper, "score", (axes.left - 8) * SHARP, (axes.bottom + 6) * SHARP, LETTERS * SHARP, FAINT, anchor="ra")
        title = f"Their scores, AUC {self.areas[name]:.2f}: right of the line is flagged"
        alt = f"Two histograms of scores, fakes by {name} above and recordings below, greater for what looks forged"
        return Panel(paper, title, alt, 1 / SHARP, smooth=True, drawing=True, lasting=True)

    def _crowd_of(self, maker: str, many: int) -> np.ndarray:
        """The score of every seat in a crowd with `many` fakes, float64 (1000,): the measured ones, evenly spread."""
        scores = np.empty(CROWD)
        scores[self.seats[:many]] = spread(self.fakes[maker], many)
        scores[self.seats[many:]] = spread(self.real, CROWD - many)
        return scores

    def kinds(self, maker: str, threshold: float, many: int) -> np.ndarray:
        """What becomes of every seat of the crowd, as an index of `KINDS`: int (1000,)."""
        flagged = self.crowd_of(maker, many) >= threshold
        fake = np.zeros(CROWD, bool)
        fake[self.seats[:many]] = True
        return np.where(fake, np.where(flagged, 0, 1), np.where(flagged, 2, 3))

    def draw(self, settings: Mapping) -> Frame:
        """`settings`: maker, threshold, prevalence (fakes in 1,000). Returns crowd, scores and the newest accused."""
        maker, threshold, many = settings["maker"], settings["threshold"], round(settings["prevalence"])
        counts = confusion(self.real, self.fakes[maker], threshold)
        kinds = self.kinds(maker, threshold, many)
        caught, _, accused, _ = (int(count) for count in np.bincount(kinds, minlength=4))
        newest = None
        if accused:
            scores = self.crowd_of(maker, many)
            newest = int(min(np.flatnonzero(kinds == 2), key=lambda seat: (scores[seat], seat)))
        fakes = "1 of them a fake" if many == 1 else f"{many} of them fakes"
        people = Panel(
            crowd(kinds),
            f"1,000 clips, {fakes}: {MARKS[0]} caught, {MARKS[1]} missed. {MARKS[2]} An innocent is accused.",
            f"A crowd of 1,000 faces, {fakes}: {in_words(kinds)}",
        )
        words, bars = said(counts), meters(caught, accused, many, counts)
        hits, alarms = 100 * counts.hit_rate, 100 * counts.alarm_rate
        alt = (
            f"A crowd of 1,000 clips with {'1 fake' if many == 1 else f'{many} fakes'} by {maker}, and the scores with "
            f"a threshold at {minus(f'{threshold:.6g}')}: {hits:.0f} % hits, {alarms:.0f} % false alarms, AUC "
            f"{self.areas[maker]:.2f}. {in_words(kinds)}. {bars[0].name}: {bars[0].value}, {bars[0].note}. {words}"
        )
        return Frame([people, self.histograms[maker], accused_panel(newest)], alt, words, (), bars)


def spread(scores: np.ndarray, many: int) -> np.ndarray:
    """`many` scores that are spread as the measured ones are, in an order by chance, the same every time."""
    at = np.floor((np.arange(many) + 0.5) / many * len(scores)).astype(int)
    return np.random.default_rng(many).permutation(np.sort(scores)[at])


def said(counts: Confusion) -> str:
    """What was measured, in a line; what 40 clips cannot tell is said where they seem to tell it."""
    recordings = counts.alarms + counts.passes
    measured = (
        f"Measured: {counts.hits} of {counts.hits + counts.misses} fakes caught, {counts.alarms} of {recordings} "
        "recordings accused"
    )
    if not counts.alarms:
        measured += f" (too few to rule out {not_ruled_out(recordings)} in 100)"
    return f"{measured}."


def not_ruled_out(recordings: int) -> float:
    """So many accused in 100 would still give none of these recordings one time in twenty: 1 − 0.05^(1/n), or 3/n."""
    most = 100 * (1 - 0.05 ** (1 / recordings))
    return round(most) if most >= 1 else round(most, 1)


def meters(caught: int, accused: int, many: int, counts: Confusion) -> tuple[Meter, ...]:
    """The share of fakes among the flagged of this crowd, with what it comes to in the long run, and the two counts."""
    hits, alarms, share = counts.hit_rate, counts.alarm_rate, many / CROWD
    recordings = counts.alarms + counts.passes
    if not counts.hits and not counts.alarms:
        note = "nothing is flagged"
    elif counts.alarms:
        note = f"{caught} of {caught + accused} flagged; in the long run {percent(ppv(hits, alarms, share))}"
    else:
        most = not_ruled_out(recordings)
        note = f"{caught} of {caught} flagged; if {most} in 100 were accused, {percent(ppv(hits, most / 100, share))}"
    flagged = caught + accused
    value = "–" if not flagged else whole_percent(caught / flagged)
    return (
        Meter("Of the flagged are fakes", value, caught / max(flagged, 1), note=note, main=True),
        Meter(f"{MARKS[0]} Fakes caught", f"{caught} of {many}", caught / many),
        Meter(f"{MARKS[2]} Innocents accused", f"{accused} of {CROWD - many}", accused / (CROWD - many)),
    )


def in_words(kinds: np.ndarray) -> str:
    """How many of the crowd are caught, missed, wrongly accused and let pass."""
    return ", ".join(f"{count} {name}" for count, name in zip(np.bincount(kinds, minlength=4), KINDS, strict=True))


def percent(share: float) -> str:
    """A share with one decimal, a whole without: "8.3 %", "100 %"."""
    return f"{100 * share:.1f} %".replace("100.0 %", "100 %")


def whole_percent(share: float) -> str:
    """A share of whole people: without decimals where they would say more than a crowd can, "15 %", "0.8 %"."""
    return percent(share) if 0 < share < 0.095 or 0.995 <= share < 1 else f"{100 * share:.0f} %"


def round_step(rough: float) -> float:
    """The smallest of 1, 2, 5 times a power of ten that is not below `rough`."""
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough * (1 - 1e-9))
    return float(f"{step:.3g}")


# ---- the people


def crowd(kinds: np.ndarray) -> np.ndarray:
    """A whole face for each of 1,000 clips, told apart by shape as well as by colour: the innocent who are accused on
    full squares, caught fakes in frames, missed ones with a corner, all others in the dark. uint8 (H, W, 3)."""
    rows = CROWD // COLUMNS
    tiles = _tiles()
    picture = tiles[kinds, _faces_of_seats()].reshape(rows, COLUMNS, TILE, TILE, 3).transpose(0, 2, 1, 3, 4)
    return picture.reshape(rows * TILE, COLUMNS * TILE, 3)


def accused_panel(seat: int | None) -> Panel:
    """The face of whoever was accused last, large and with a name."""
    if seat is None:
        return _nobody()
    return _somebody(int(_faces_of_seats()[seat]))


@lru_cache(maxsize=128)
def _somebody(number: int) -> Panel:
    names, faces = _people()
    words = f"✗ You have accused {names[number]}."
    return Panel(
        np.ascontiguousarray(faces[number]), words, f"The face of {names[number]}, who is innocent", lasting=True
    )


@lru_cache(maxsize=1)
def _nobody() -> Panel:
    empty = np.full((PORTRAIT, PORTRAIT, 3), NIGHT, np.uint8)
    return Panel(empty, "✓ Nobody is accused.", "An empty frame: nobody innocent is accused", lasting=True)


@lru_cache(maxsize=1)
def _people() -> tuple[list[str], np.ndarray]:
    """The names and faces of those in the crowd, uint8 (P, S, S, 3): the cast, and strangers with names."""
    cast = list(toons.CAST.values())
    who = cast + [toons.sample_identity(9000 + number) for number in range(len(NAMES))]
    acted = toons.sample_performances(np.random.default_rng(5), len(who))
    side = round(PORTRAIT / HEAD)
    drawn = toons.draw_many(who, acted, side)
    cut_out = np.where((drawn.parts > 0)[..., None], drawn.pictures, np.uint8(NIGHT))
    people = []
    for picture, landmarks in zip(cut_out, drawn.landmarks, strict=True):
        x, y = landmarks.mean(0) - (0, 0.1 * side)  # hair and horns stand above the landmarks
        left, top = (round(min(max(0.0, part - PORTRAIT / 2), side - PORTRAIT)) for part in (x, y))
        people.append(picture[top : top + PORTRAIT, left : left + PORTRAIT])
    return [*(one.name for one in cast), *NAMES], np.stack(people)


@lru_cache(maxsize=1)
def _faces_of_seats() -> np.ndarray:
    """Whose face sits where: int (1000,), everybody about equally often."""
    return np.random.default_rng(1).permutation(np.arange(CROWD) % len(_people()[0]))


@lru_cache(maxsize=1)
def _tiles() -> np.ndarray:
    """The face of everybody, small, for each of `KINDS`: uint8 (4, P, TILE, TILE, 3)."""
    faces = _people()[1]
    tiles = np.empty((len(KINDS), len(faces), TILE, TILE, 3), np.uint8)
    for number, face in enumerate(faces):
        small = cv2.resize(face, (TILE, TILE), interpolation=cv2.INTER_AREA).astype(np.float32)
        behind = (face == NIGHT).all(-1).astype(np.float32)
        behind = cv2.resize(behind, (TILE, TILE), interpolation=cv2.INTER_AREA)[..., None]
        dark = DIM * small.mean(-1, keepdims=True) + (1 - DIM) * np.float32(NIGHT)
        accused = small + behind * (np.float32(WRONG) - np.float32(NIGHT))
        for kind, lit in enumerate((small, dark, accused, dark)):
            tiles[kind, number] = np.rint(lit.clip(0, 255))
    edge = np.zeros((TILE, TILE), bool)
    edge[:2] = edge[-2:] = edge[:, :2] = edge[:, -2:] = True
    tiles[0][:, edge] = LIT
    edge[1:-1, 1:-1] = False
    tiles[2][:, edge] = WRONG
    corner = np.tril(np.ones((TILE, TILE), bool), -TILE + 5)
    tiles[1][:, corner] = LIT
    return tiles
