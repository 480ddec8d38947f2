"""Two pictures of the same moment by two makers whose names are hidden: which one looks more real?"""

from __future__ import annotations

import hashlib
import itertools
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from unmasked.arguments import checked_pictures
from unmasked.course import record
from unmasked.widgets.kit import Bench, Button, Frame, Panel

LARGE = 288  # CSS pixels of each picture
KIND = "pair"
QUESTION = "Which of the two looks more real to you?"


def blind_pairs(
    makers: Mapping[str, np.ndarray],
    topic: str,
    *,
    faces: int = 2,
    source: np.ndarray | None = None,
    seed: int | None = None,
) -> BlindPairs:
    """A bench that shows pairs of pictures without saying who made which; choices go to the learner's record.

    makers   {name: uint8 (N, S, S, 3)}: the same N moments by two makers or more. Each pair of makers meets over
             `faces` of the moments, sides and order at random (`seed` makes them repeatable).
    topic    whose record keeps the choices: `wins(topic, makers)` reads them. Pairs that were chosen from don't
             come again.
    source   who acts, uint8 (N, S, S, 3), shown small beside the pair where given.
    Raises TypeError or ValueError for anything else.
    """
    return BlindPairs(makers, topic, faces, source, seed)


def wins(topic: str, makers: Mapping[str, np.ndarray]) -> dict[str, tuple[int, int]]:
    """How often each maker's picture was preferred, and out of how many of its pairs: {name: (won, shown)}."""
    won, shown = Counter(), Counter()
    for line in _lines(topic, _name(makers)):
        won[line["chosen"]] += 1
        shown.update((line["left"], line["right"]))
    return {name: (won[name], shown[name]) for name in makers}


def _name(makers: Mapping[str, np.ndarray]) -> str:
    """The pictures' fingerprint: choices between other pictures don't count."""
    digest = hashlib.sha256()
    for name in sorted(makers):
        digest.update(name.encode() + np.ascontiguousarray(makers[name]).tobytes())
    return digest.hexdigest()[:16]


def _lines(topic: str, name: str) -> list[dict]:
    lines = [line for line in record.read(topic) if line["kind"] == KIND and line.get("pictures") == name]
    # The first choice of a pair counts: a second kernel must not change it.
    first: dict[tuple, dict] = {}
    for line in lines:
        first.setdefault((*sorted((line["left"], line["right"])), line["face"]), line)
    return list(first.values())


class BlindPairs(Bench):
    """See `blind_pairs`. `choose("left" or "right")` is what the buttons do."""

    def __init__(self, makers, topic: str, faces: int, source, seed):
        self.makers = {
            name: checked_pictures(np.asarray(some), name, ("N", "H", "W", 3)) for name, some in makers.items()
        }
        if len(self.makers) < 2 or len({some.shape for some in self.makers.values()}) > 1:
            raise ValueError("makers: wanted two or more, with pictures of one shape (N, S, S, 3)")
        count = len(next(iter(self.makers.values())))
        if not 1 <= faces <= count:
            raise ValueError(f"faces: wanted 1 to {count}, as many as there are pictures, got {faces}")
        self.source = None if source is None else checked_pictures(np.asarray(source), "source", ("N", "H", "W", 3))
        if self.source is not None and len(self.source) != count:
            raise ValueError(f"source: wanted {count} pictures, got {len(self.source)}")
        self.topic, self.name = topic, _name(self.makers)
        done = {(*sorted((line["left"], line["right"])), line["face"]) for line in _lines(topic, self.name)}
        self.pairs = self._pairs(count, faces, np.random.default_rng(seed))
        self.total = len(self.pairs)
        self.pairs = [pair for pair in self.pairs if (*sorted(pair[:2]), pair[2]) not in done]
        super().__init__(lambda settings: self._frame(), title=QUESTION, buttons=self._buttons(), wide=True)

    def _pairs(self, count: int, faces: int, numbers: np.random.Generator) -> list[tuple[str, str, int]]:
        """Every two makers over some faces: (left, right, face), shuffled."""
        pairs = []
        for two in itertools.combinations(self.makers, 2):
            # Which faces doesn't depend on chance: a pair that was answered must be known again.
            first = sum(map(ord, "".join(two))) % count
            for face in range(first, first + faces):
                left, right = two if numbers.random() < 0.5 else two[::-1]
                pairs.append((left, right, face % count))
        return [pairs[i] for i in numbers.permutation(len(pairs))]

    def choose(self, side: str) -> None:
        """Takes "left" or "right" for the pair that is shown, records it and shows the next one."""
        if side not in ("left", "right"):
            raise ValueError(f'side: wanted "left" or "right", got {side!r}')
        if not self.pairs:
            return
        left, right, face = self.pairs[0]
        chosen = left if side == "left" else right
        record.append(self.topic, KIND, left=left, right=right, face=face, chosen=chosen, pictures=self.name)
        self.pairs = self.pairs[1:]
        self.present(self._frame())
        self.buttons = [button.describe() for button in self._buttons()]

    def on_press(self, name: str) -> None:
        """The buttons."""
        self.choose(name)

    def _buttons(self) -> Sequence[Button]:
        over = not self.pairs
        return [Button("left", "The left one", disabled=over), Button("right", "The right one", disabled=over)]

    def _frame(self) -> Frame:
        done = self.total - len(self.pairs)
        if not self.pairs:
            words = (
                f"All {self.total} pairs are chosen and kept in your record. Run on to see whose pictures they were."
            )
            first = next(iter(self.makers.values()))
            panels = [Panel(first[0], "", "One of the pictures", LARGE / first.shape[2], smooth=True)]
            return Frame(panels, words, words)
        left, right, face = self.pairs[0]
        scale = LARGE / self.makers[left].shape[2]
        title = f"Pair {done + 1} of {self.total}"
        panels = [
            Panel(self.makers[left][face], f"{title}: left", "The left picture", scale, smooth=True),
            Panel(self.makers[right][face], "right", "The right picture", scale, smooth=True),
        ]
        if self.source is not None:
            small = self.source[face]
            panels.append(Panel(small, "who acts", "Who acts", LARGE / 2 / small.shape[1], smooth=True))
        alt = f"{title}: the same moment, drawn by two networks. Which one looks more real?"
        return Frame(
            panels, alt, "Neither is a photograph, and neither is the truth. Take the one that you'd sooner believe."
        )
