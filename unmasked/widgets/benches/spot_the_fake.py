"""Spot the fake: the game. Answers go to the learner's record, so a game can be left and taken up again."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import traitlets

from unmasked import toons
from unmasked.course import record
from unmasked.makers.stills import Item, fingerprint
from unmasked.widgets.benches.describe import describe
from unmasked.widgets.kit import (
    ACCENT,
    FAINT,
    INK,
    LINE,
    SHARP,
    AnswerWidget,
    Axes,
    Frame,
    Panel,
    blank,
    bundle,
    compose,
    pack_frame,
    source,
    still_bundle,
    write,
)

WIDTH, THUMBNAIL = 576, 140  # at which a picture is shown, whatever its own, and once more in the end
PAIR = 5 / 9  # of a picture's columns, where two stand side by side: as large as before, both fit a laptop's page
TOPIC = "spot-the-fake"
KIND = "spot"


def spot_the_fake(items: Sequence[Item], game: str = "first", *, feedback: bool = False, topic: str = TOPIC) -> Game:
    """The game: every picture once, from surely real to surely fake. What was answered stays answered.

    items     from `unmasked.makers.stills.items`.
    game      a name for the record. The same name with the same items takes the game up where it was left.
    feedback  says after each picture whether the answer was right, with the true picture beside a fake, and waits
              until you go on; in the end all pictures are seen once more. The first game does without: it is your
              baseline. A finished game is unsealed by asking for it again with feedback.
    topic     whose record keeps it. `results(game)` reads it again.
    """
    return Game(list(items), game, feedback, topic)


def results(game: str = "first", topic: str = TOPIC) -> list[dict]:
    """The answers of a game as recorded, one for each picture, in order: item, said, fake, sure (1…3 or None), right,
    and rating: 1 surely real, 2 rather real, 3 rather fake, 4 surely fake.

    Where a game was played with several sets of items, those of the latest set.
    """
    lines = [line for line in record.read(topic) if line["kind"] == KIND and line.get("game") == game]
    if not lines:
        return []
    return [{**line, "rating": rating(line["said"], line["sure"])} for line in _answers(lines, lines[-1]["items"])]


def rating(said: str, sure: int | None) -> int:
    """An answer on the scale from 1, surely real, to 4, surely fake; `sure`: 3 is surely, less or None is rather."""
    certain = sure == 3
    return 3 + certain if said == "fake" else 2 - certain


def _answers(lines: Sequence[dict], items: str) -> list[dict]:
    # The first answer to a picture counts: a second kernel with the same game must not change it.
    first: dict[int, dict] = {}
    for line in lines:
        if line.get("items") == items:
            first.setdefault(line["item"], line)
    return [first[number] for number in sorted(first)]


class Game(AnswerWidget):
    """See `spot_the_fake`."""

    _esm = source("kit/kit.js", "benches/spot_the_fake.js")
    _css = source("kit/kit.css")

    frame = traitlets.Dict().tag(sync=True)
    at = traitlets.Int().tag(sync=True)
    count = traitlets.Int().tag(sync=True)
    over = traitlets.Bool(False).tag(sync=True)
    feedback = traitlets.Bool(False).tag(sync=True)
    verdict = traitlets.Unicode("").tag(sync=True)  # on the picture just answered, while it is still shown

    def __init__(self, items: list[Item], game: str, feedback: bool, topic: str):
        if not items or not all(isinstance(item, Item) for item in items):
            raise TypeError("items: wanted the list that unmasked.makers.stills.items returns")
        self.items, self.game, self.topic, self.unsealed = items, game, topic, feedback
        self.name = fingerprint(items)
        lines = [line for line in record.read(topic) if line["kind"] == KIND and line.get("game") == game]
        self.answers = [line for line in _answers(lines, self.name) if line["item"] < len(items)]
        self.shown = self._question()
        super().__init__(
            frame=pack_frame(self.shown),
            at=len(self.answers),
            count=len(items),
            over=self._over(),
            feedback=feedback,
        )

    def _over(self) -> bool:
        return len(self.answers) >= len(self.items)

    def answer(self, said: str, sure: int | None = None, item: int | None = None) -> None:
        """Takes "real" or "fake" for the picture that is shown, records it and shows the next, or the feedback.

        `sure`: 3 surely, 2 rather (the buttons' two), 1 guessing, or None. `item`: which picture was meant; an answer
        to another one is refused.
        """
        if said not in ("real", "fake"):
            raise ValueError(f'said: wanted "real" or "fake", got {said!r}')
        if sure not in (None, 1, 2, 3):
            raise ValueError(f"sure: wanted 1, 2, 3 or None, got {sure!r}")
        number = len(self.answers)
        if self._over() or (item is not None and item != number):
            raise ValueError(f"item: picture {item} is not the one that waits for an answer ({number})")
        if self.verdict:
            raise ValueError(f"item: picture {number} is not shown yet; `go_on()` shows it")
        fake = self.items[number].fake
        right = (said == "fake") == fake
        fields = {"game": self.game, "items": self.name, "item": number, "said": said, "fake": fake, "right": right}
        self.answers.append(record.append(self.topic, KIND, sure=sure, **fields))
        if self.feedback:
            self._show(self._told(number), self._judged(number))
        else:
            self._show(self._question())

    def go_on(self) -> None:
        """From the feedback to the next picture, or to the score; nothing where no feedback is shown."""
        if self.verdict:
            self._show(self._question())

    def receive(self, content: dict) -> None:
        """Takes an answer, or the wish to go on, that the browser sends."""
        if content.get("next") == len(self.answers):  # another view may have gone on already
            self.go_on()
        if "said" in content:
            self.keep(lambda: self.answer(content["said"], content.get("sure"), content.get("item")))

    def _show(self, frame: Frame, verdict: str = "") -> None:
        self.shown = frame
        self.at, self.over, self.verdict = len(self.answers), self._over(), verdict
        self.frame = pack_frame(frame)  # last: the browser draws when it comes

    def _question(self) -> Frame:
        """The picture that waits for an answer; after the last the score."""
        number = len(self.answers)
        if number < len(self.items):
            alt = f"{self._title(number)}: {self._who(number)}. Real or fake?"
            picture = self.items[number].picture
            panel = Panel(picture, self._title(number), alt, WIDTH / picture.shape[1], smooth=True)
            return Frame([panel], alt, "Real or fake?")
        summary = self.summary()
        panels = [Panel(self._card(), "", summary, 1 / SHARP, smooth=True, drawing=True)]
        return Frame(panels + (self._all() if self.unsealed else []), summary, summary)

    def _all(self) -> list[Panel]:
        """Every picture of the game, small, with what it is and what was said."""
        panels = []
        for number, (item, line) in enumerate(zip(self.items, self.answers, strict=True)):
            kind = "fake" if item.fake else "real"
            title = f"{number + 1} {'✓' if line['right'] else '✗'} {kind}"
            alt = f"Picture {number + 1}, {self._who(number)}: {kind}; you said {line['said']}"
            panels.append(Panel(item.picture, title, alt, THUMBNAIL / item.picture.shape[1], smooth=True))
        return panels

    def _told(self, number: int) -> Frame:
        """An answered picture and what it is, a fake beside the true picture."""
        item, title, who = self.items[number], self._title(number), self._who(number)
        scale = WIDTH / item.picture.shape[1]
        if not item.fake:
            alt = f"{title}: {who}. It is real: recorded as it is, nothing was swapped."
            words = "The camera recorded it as it is; nothing was swapped."
            return Frame([Panel(item.picture, f"{title}: real", alt, scale, smooth=True)], alt, words)
        place = pair_columns(item)
        panels = [
            Panel(item.picture[:, place], f"{title}: fake", f"{who}, the face swapped in.", scale, smooth=True),
            Panel(item.truth[:, place], "The true picture", f"{who}, as recorded without a swap.", scale, smooth=True),
        ]
        alt = f"{title}: {who}. It is fake. Beside it the true picture: the same moment, recorded without a swap."
        off = f"{item.off:.1f} grey levels"
        words = f"Beside it is the same moment without a swap. The fake face is off by {off} on average."
        return Frame(panels, alt, words)

    def _judged(self, number: int) -> str:
        line = self.answers[number]
        kind = "fake" if line["fake"] else "real"
        if line["right"]:
            return f"✓ Right: picture {number + 1} is {kind}."
        return f"✗ No: you said {line['said']}, and picture {number + 1} is {kind}."

    def _title(self, number: int) -> str:
        return f"Picture {number + 1} of {len(self.items)}"

    def _who(self, number: int) -> str:
        item = self.items[number]
        character = toons.character(item.character).name if item.character in toons.CAST else item.character
        return f"{character}, {describe(item.performance)}"

    def summary(self) -> str:
        """How many were right, with the 95 % interval."""
        right, count = sum(line["right"] for line in self.answers), len(self.answers)
        if not count:
            return f"No picture answered yet, of {len(self.items)}."
        low, high = _interval(right, count)
        guessing = "Guessing gives 50%, which this range includes" if low <= 0.5 <= high else "Guessing gives 50%"
        words = (
            f"You were right on {right} of {count} pictures: {right / count:.0%}. With so few pictures your true score "
            f"could be anything from {low:.0%} to {high:.0%} (95% interval). {guessing}. It is kept in your record."
        )
        return words.replace("%", " %")

    def _card(self) -> np.ndarray:
        """The score on a line from 0 to 100 %, with its interval; uint8 (H, W, 3)."""
        paper, scale = blank(576, 150), Axes(20, 78, 556, 106)
        right, count = sum(line["right"] for line in self.answers), max(1, len(self.answers))
        low, high = _interval(right, count)
        write(paper, f"{right} of {count} right", 20 * SHARP, 14 * SHARP, 24 * SHARP, INK, bold=True)
        left, y = scale.pixel(0, 0.5)
        lowest, highest, guessed, scored = (scale.pixel(share, 0)[0] for share in (low, high, 0.5, right / count))
        rows = [slice(y - half * SHARP, y + half * SHARP) for half in (1, 7, 14)]
        paper[rows[0], scale.inside[1]] = LINE
        paper[rows[1], lowest:highest] = (190, 212, 240)
        paper[rows[2], guessed - SHARP // 2 : guessed + SHARP // 2 + 1] = FAINT
        paper[rows[2], max(left, scored - 2 * SHARP) : scored + 2 * SHARP] = ACCENT
        for share, words, anchor in ((0, "0 %", "la"), (0.5, "guessing, 50 %", "ma"), (1, "100 %", "ra")):
            scale.below(paper, share, words, size=12, gap=6, anchor=anchor)
        return paper

    def still(self) -> np.ndarray:
        """The game as a still picture: the first picture, or the score when it is over; uint8 (H, W, 3)."""
        if self.verdict:
            words = f"{self.verdict} {self.shown.words}"
        elif self._over():
            words = self.shown.words
        else:
            words = f"{len(self.items)} pictures: real or fake? Play it in JupyterLab."
        return compose(self.shown.panels, words)

    def _repr_mimebundle_(self, **_) -> tuple[dict, dict]:
        return still_bundle(self, *bundle(self.still(), self.shown.alt, small=True))


def _interval(right: int, count: int) -> tuple[float, float]:
    from unmasked.metrics import wilson_interval  # torch comes along, and only a score needs it

    return wilson_interval(right, count)


def pair_columns(item: Item) -> slice:
    """Which columns of a fake, `PAIR` of all, stand beside the truth: what was changed lies in their middle."""
    changed = np.abs(item.picture.astype(float) - item.truth).sum((0, 2))
    wide = item.picture.shape[1]
    middle = (changed * np.arange(wide)).sum() / max(changed.sum(), 1e-9)
    shown = round(PAIR * wide)
    left = int(np.clip(round(middle - shown / 2), 0, wide - shown))
    return slice(left, left + shown)
