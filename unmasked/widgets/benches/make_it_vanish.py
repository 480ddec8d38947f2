"""Make it vanish: the knobs of the blending bench as a game, by eye first. Best scores go to the learner's record."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence

import numpy as np

from unmasked.blend import Shot
from unmasked.course import record
from unmasked.widgets.benches.blending import BESIDE, SIDE, Blending, idle_knobs
from unmasked.widgets.benches.flaws import Examined, Flaws
from unmasked.widgets.kit import Bench, Button, Frame, Meter, Panel, two_digits

TOPIC, KIND = "blending", "seam"
GAINED, LUCK = 0.05, 0.01  # a score below the first is no gain, and better by less than the second is none either
EMPTY = np.full((2, 2), 128, np.uint8)  # keeps the place of a picture that is still to come
ASK = "Turn the knobs until you can see no seam and no ghost of the old face. Then measure."


def make_it_vanish(shots: Sequence[Shot]) -> Vanish:
    """The game: the forged frame, no number until you ask. Every frame begins unsolved, and says how well it can be
    done: the best that a search over the knobs found. Best scores are kept in the learner's record."""
    return Vanish(shots)


class Vanish(Bench):
    """See `make_it_vanish`. `measure()`, `reveal()` and `leave()` are what the buttons do."""

    def __init__(self, shots: Sequence[Shot]):
        self.scene = Blending(shots)
        self.examined = [Examined(shot) for shot in self.scene.shots]
        self.number = 0
        self.told: tuple[tuple, Flaws, str, Panel] | None = None
        self.revealed = False
        self.best = self._recorded()
        self._search: threading.Thread | None = None
        super().__init__(
            self._draw,
            [knob for knob in self.scene.knobs() if knob.name != "frame"],
            title="Can you make the seam vanish?",
            buttons=self._buttons(),
            beside=True,
            hero=True,
        )
        self.begin = dict(self.settings)

    def _recorded(self) -> dict[int, float]:
        best: dict[int, float] = {}
        for line in record.read(TOPIC):
            if line["kind"] == KIND and line.get("shots") == len(self.scene.shots):
                best[line["frame"]] = max(line["score"], best.get(line["frame"], line["score"]))
        return best

    def _buttons(self) -> list[Button]:
        return [
            Button("measure", "Measure it", main=True),
            Button("reveal", "Show the truth"),
            Button("next", "Next frame", disabled=len(self.scene.shots) == 1),
        ]

    def _draw(self, settings: Mapping) -> Frame:
        shot, made = self.scene.made({**settings, "frame": str(self.number)})
        wide = shot.frame.shape[1]
        told = self._told_of(settings)
        title = f"Frame {self.number + 1} of {len(self.scene.shots)}"
        panels = [Panel(made.picture, title, "The forged frame", SIDE / wide, smooth=True)]
        panels.append(told[3] if told else _still_to_come("What still shows", "It is seen once you measure"))
        if self.revealed:
            panels.append(self.scene.truths[self.number])
        else:
            panels.append(_still_to_come("The truth", "It is seen once you ask for it"))
        words = told[2] if told else ASK
        heard = f"A forged frame, to be judged by eye. {words}"
        return Frame(panels, heard, words, idle_knobs(settings), self._meters(told[1] if told else None))

    def _told_of(self, settings: Mapping) -> tuple | None:
        # A number holds for the settings it was measured at, and no longer.
        return self.told if self.told and self.told[0] == (self.number, dict(settings)) else None

    def _meters(self, found: Flaws | None) -> tuple[Meter, ...]:
        kept = self.best.get(self.number)
        note = f"your best: {two_digits(kept)}" if kept is not None else "1: nothing shows"
        if found is None:
            names = ("Score", True, note), ("Added seam", False, ""), ("Ghosts", False, ""), ("Tint", False, "")
            return tuple(Meter(name, "?", 0, note=words, main=main) for name, main, words in names)
        most = self.examined[self.number].most
        reachable = max(self.examined[self.number].best, kept or 0)
        return (
            Meter("Score", two_digits(found.score), found.score, reachable, 1, note, main=True),
            Meter("Added seam", f"{found.seam:.1f} ΔE", found.seam / most[0], None, 0),
            Meter("Ghosts", f"{100 * found.ghosts:.0f} %", found.ghosts, None, 0),
            Meter("Tint", f"{found.tint:.1f} ΔE", found.tint / most[2], None, 0),
        )

    def measure(self) -> float:
        """Measures what the knobs make, keeps the score where it is the best on this frame, and returns it."""
        examined = self.examined[self.number]
        _, made = self.scene.made({**self.settings, "frame": str(self.number)})
        found = examined.flaws(made)
        score, before = round(found.score, 4), self.best.get(self.number, 0.0)
        if score > before:
            self.best[self.number] = score
            record.append(TOPIC, KIND, shots=len(self.scene.shots), frame=self.number, score=score)
        words = said(found, before, examined.best)
        wide = made.picture.shape[1]
        where = "Orange where the seam adds a step, blue where edges stand that the truth doesn't have"
        shown = Panel(examined.shown(made), "What still shows", where, BESIDE / wide, smooth=True)
        self.told = ((self.number, dict(self.settings)), found, words, shown)
        self.ask(dict(self.settings), self.asked)
        return score

    def reveal(self) -> None:
        """Puts the truth beside the forged frame, for this frame."""
        self.revealed = True
        self.ask(dict(self.settings), self.asked)

    def leave(self) -> None:
        """On to the next frame, which begins unsolved as the first did."""
        self.number = (self.number + 1) % len(self.scene.shots)
        self.revealed = False
        self.set(**self.begin)

    def on_press(self, name: str) -> None:
        """The buttons."""
        {"measure": self.measure, "reveal": self.reveal, "next": self.leave}[name]()

    def on_view(self, change: int) -> None:
        """Looks for what can be reached as soon as somebody looks at the game, so that no measuring waits for it."""
        if change > 0 and self._search is None:
            self._search = threading.Thread(target=self._look_ahead, name="unmasked-vanish", daemon=True)
            self._search.start()

    def _look_ahead(self) -> None:
        for examined in self.examined:
            if not self.closed:
                _ = examined.best


def _still_to_come(title: str, alt: str) -> Panel:
    return Panel(EMPTY, title, alt, BESIDE / EMPTY.shape[1], smooth=True)


def said(found: Flaws, before: float, best: float) -> str:
    """What was reached, what can be, and what still shows. `before`: the learner's best on this frame until now."""
    score = two_digits(found.score)
    if found.score < GAINED:
        return f"Nothing gained yet: look for {found.worst}. A search over the knobs got {two_digits(best)}."
    if found.score >= best:
        return f"{score}: better than the {two_digits(best)} that a search over the knobs got."
    news = "Your best so far: " if found.score > before + LUCK else ""
    return f"{news}{score} of the {two_digits(best)} that a search got. What costs most now: {found.worst}."
