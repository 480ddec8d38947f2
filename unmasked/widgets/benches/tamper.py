"""The tamper bench: a picture that is signed, marked and on file, buttons that do things to it, and three lamps."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import NamedTuple

import cv2
import numpy as np

from unmasked.arguments import checked_picture
from unmasked.provenance import credentials, hashes, marks, tampering
from unmasked.provenance.certificate import new_signer
from unmasked.provenance.containers import to_picture, to_png
from unmasked.toons.camera import jpeg
from unmasked.widgets.kit import (
    FAINT,
    INK,
    LINE,
    SCRIPTS,
    SHARP,
    Bench,
    Button,
    Frame,
    Panel,
    blank,
    source,
    wrap,
    write,
)

QUESTION = "Three lamps: which of them can you put out, and which on their own?"
SIDE, WIDE, HIGH = 272, 348, 90  # CSS pixels of the picture, and of a lamp with its words
NET, LEAST = 64, 36  # pixels: the autoencoder's side, and the least side that a crop may leave
RATE, NEAR, STRENGTH = 1e-3, 10, 4.0  # false alarms of the mark, bits between hashes, grey levels of the mark
LIT, CAREFUL, WRONG, OUT = (26, 127, 55), (154, 103, 0), (207, 34, 46), (140, 149, 159)
ENOUGH = 5  # different patterns of lamps that earn a word of praise
SIGNED = {
    "valid": ("✓", LIT, "Signed by somebody on your list, unchanged since"),
    "untrusted": ("?", CAREFUL, "Unchanged since it was signed, by somebody who isn't on your list"),
    "tampered": ("✗", WRONG, "Changed after it was signed"),
    "damaged": ("✗", WRONG, "The credentials can't be read"),
    "none": ("○", OUT, "No credentials in this file"),
}
MORE = (
    "The hash is compared with that of the signed picture, and ten bits of 64 may differ. The mark counts as found "
    "from a score on that one wrong key in a thousand reaches. A picture that is changed and saved again loses its "
    "credentials, because the program that saves it knows nothing of them."
)


class Lamp(NamedTuple):
    """What one of the three ties says of a file: a symbol, its colour, its name, and a sentence."""

    symbol: str
    colour: tuple[int, int, int]
    name: str
    words: str


def tamper(picture: np.ndarray, model=None, *, key: int = 2026, title: str = "") -> Tampering:
    """A bench with one picture and buttons that do things to it; lamps say what signature, hash and mark still tell.

    picture   uint8 (H, W, 3), 64 pixels or more on each side; it is marked, signed and put on file first.
    model     an autoencoder of lesson 02 that can draw it anew; without one there is no such button.
    Raises TypeError or ValueError that names the argument.
    """
    if min(checked_picture(picture).shape[:2]) < NET:
        raise ValueError(f"picture: wanted {NET} pixels or more on each side, got {picture.shape[:2]}")
    return Tampering(picture, model, key, title)


class Tampering(Bench):
    """See `tamper`. `press(name)` does what a button does; `data` is the file as it is now, `done` what was done."""

    _esm = source(*SCRIPTS, "benches/tamper.js")
    _css = source("kit/kit.css", "benches/tamper.css")

    def __init__(self, picture: np.ndarray, model=None, key: int = 2026, title: str = ""):
        self._model, self._key = model, key
        self._first = credentials.sign(
            to_png(marks.embed(picture, key, STRENGTH)), "a program drew it", "drawn for the course"
        )
        self._hash = hashes.dct_hash(to_picture(self._first))
        self.data, self.done = self._first, []
        self._seen: set[tuple[str, ...]] = set()
        super().__init__(self._draw, title=title or QUESTION, buttons=self._buttons(), wide=True)

    def lamps(self) -> list[Lamp]:
        """What the three ties say of the file as it is now."""
        verdict = credentials.verify(self.data)
        symbol, colour, words = SIGNED[verdict.state]
        told = (
            f". It says: {verdict.said[0].partition(': ')[2]}"
            if verdict.said and verdict.state in ("valid", "untrusted")
            else ""
        )
        picture = to_picture(self.data)
        apart, score = hashes.distance(self._hash, hashes.dct_hash(picture)), marks.detect(picture, self._key)
        near, found = apart <= NEAR, score >= marks.threshold(RATE)
        shelf = f"{apart} of 64 bits differ from the picture on file"
        heard = f"score {score:.1f}, and {marks.threshold(RATE):.1f} is enough".replace("-", "−")
        return [
            Lamp(symbol, colour, "Signature", f"{words}{told}"),
            Lamp("✓" if near else "○", LIT if near else OUT, "Hash", f"{'Found' if near else 'Not found'}: {shelf}"),
            Lamp("✓" if found else "○", LIT if found else OUT, "Mark", f"{'Found' if found else 'Not found'}: {heard}"),
        ]

    def press(self, name: str) -> None:
        """Does one of the things of `acts`, or starts again."""
        if name == "again":
            self.data, self.done = self._first, []
        else:
            label, act = self.acts()[name]
            self.data = act(self.data)
            self.done = [*self.done, label]
        self.buttons = [button.describe() for button in self._buttons()]
        self.present(self.draw(self.settings))

    on_press = press

    def acts(self) -> dict[str, tuple[str, Callable[[bytes], bytes]]]:
        """What can be done: name → (its label, what becomes of a file)."""

        def change(of: tampering.Change) -> Callable[[bytes], bytes]:
            return lambda data: tampering.saved(data, of)

        acts = {
            "pixel": ("Change one pixel", tampering.one_pixel),
            "strip": ("Strip the credentials", tampering.stripped),
            "swap": ("Put in another picture's credentials", lambda data: tampering.swapped(data, _anothers())),
            "jpeg": ("Through JPEG 60", change(lambda picture: jpeg(picture, 60))),
            "coarse": ("Through JPEG 10", change(lambda picture: jpeg(picture, 10))),
            "half": ("To three quarters of its size", change(lambda picture: tampering.resized(picture, 0.75))),
            "crop": ("Crop 5 % at each edge", change(lambda picture: tampering.cropped(picture, 0.05))),
            "sign": ("Sign it as a stranger", _by_a_stranger),
        }
        if self._model is not None:
            acts["redraw"] = ("Draw it anew (autoencoder)", change(self._redrawn))
        return acts

    def _redrawn(self, picture: np.ndarray) -> np.ndarray:
        shrinks = min(picture.shape[:2]) > NET
        fitting = cv2.resize(picture, (NET, NET), interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR)
        return tampering.regenerated(fitting, self._model)

    def _buttons(self) -> list[Button]:
        small = 0.75 * min(to_picture(self.data).shape[:2]) < LEAST
        acts = [
            Button(name, label, disabled=small and name in ("half", "crop")) for name, (label, _) in self.acts().items()
        ]
        return [*acts, Button("again", "Start again", main=True)]

    def _draw(self, settings: dict) -> Frame:
        picture, lamps = to_picture(self.data), self.lamps()
        self._seen.add(tuple(lamp.symbol for lamp in lamps))
        height, width = picture.shape[:2]
        told = "; ".join(f"{lamp.name}: {lamp.words}" for lamp in lamps)
        done = ", then ".join(label[0].lower() + label[1:] for label in self.done) or "nothing yet"
        seen = f"{len(self._seen)} different pattern{'s' * (len(self._seen) > 1)} of lamps so far"
        praise = ". So no lamp tells you what the others say" if len(self._seen) >= ENOUGH else ""
        panels = [
            Panel(picture, f"The picture now, {width} × {height}", f"The picture after: {done}", SIDE / width, True),
            Panel(_drawn(lamps), "What can be known of it", told, 1 / SHARP, True, True),
        ]
        return Frame(panels, f"A picture and three lamps. {told}.", f"Done: {done}.\n{seen}{praise}.", more=MORE)


def _drawn(lamps: list[Lamp]) -> np.ndarray:
    """The lamps below each other: uint8 (H, W, 3) on white."""
    s, paper = SHARP, blank(WIDE, len(lamps) * HIGH)
    for number, lamp in enumerate(lamps):
        top = number * HIGH * s
        if number:
            paper[top : top + s] = LINE
        cv2.circle(paper, (28 * s, top + 42 * s), 20 * s, lamp.colour, -1, cv2.LINE_AA)
        write(paper, lamp.symbol, 28 * s, top + 42 * s, 24 * s, (255, 255, 255), "mm", True)
        write(paper, lamp.name, 64 * s, top + 5 * s, 18 * s, INK, bold=True)
        for row, line in enumerate(wrap(lamp.words, (WIDE - 70) * s, 14 * s)[:3]):
            write(paper, line, 64 * s, top + (30 + 18 * row) * s, 14 * s, FAINT if lamp.symbol == "○" else INK)
    return paper


def _by_a_stranger(data: bytes) -> bytes:
    return credentials.sign(data, "a camera took it", "as it was", signer=_stranger())


@cache
def _stranger():
    return new_signer("A stranger", "Nobody in particular")


@cache
def _anothers() -> bytes:
    from unmasked import toons

    other = toons.draw(toons.CAST["gus"], toons.Performance(), NET).picture
    return credentials.sign(to_png(other), "a camera took it", "Gus, in his garden")
