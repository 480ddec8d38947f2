"""Make it vanish: the knobs of the blending bench as a game, by eye first. Best scores go to the learner's record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from unmasked.blend import Shot
from unmasked.course import record
from unmasked.widgets.benches.blending import SIDE, Blending, idle_knobs, in_words
from unmasked.widgets.kit import Bench, Button, Frame, Panel, two_digits

TOPIC, KIND = "blending", "vanish"


def make_it_vanish(shots: Sequence[Shot]) -> Vanish:
    """The game: the forged frame alone, no number until you ask. Best scores are kept in the learner's record."""
    return Vanish(shots)


class Vanish(Bench):
    """See `make_it_vanish`. `measure()`, `reveal()` and `leave()` are what the buttons do."""

    def __init__(self, shots: Sequence[Shot]):
        self.scene = Blending(shots)
        self.number = 0
        self.told: tuple | None = None
        self.revealed = False
        self.best = self._recorded()
        super().__init__(
            self._draw,
            [knob for knob in self.scene.knobs() if knob.name != "frame"],
            title="Make it vanish",
            buttons=self._buttons(),
        )

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
        scale = SIDE * 1.5 / shot.frame.shape[1]
        panels = [Panel(made.picture, f"Frame {self.number + 1}", "The forged frame", scale, smooth=True)]
        if self.revealed:
            panels.append(Panel(shot.truth, "The true composite", "The same frame, drawn", scale, smooth=True))
        kept = self.best.get(self.number)
        # A number holds for the settings it was measured at, and no longer.
        told = self.told[1] if self.told and self.told[0] == (self.number, dict(settings)) else ""
        words = told or "Turn the knobs until you can see no seam. Then measure."
        words += f" Your best on this frame: {two_digits(kept)}." if kept is not None else ""
        return Frame(panels, f"A forged frame, to be judged by eye. {words}", words, idle_knobs(settings))

    def measure(self) -> float:
        """Measures what the knobs make, keeps the score where it is the best on this frame, and returns it."""
        shot, made = self.scene.made({**self.settings, "frame": str(self.number)})
        found = shot.measure(made)
        score = round(found["score"], 4)
        before = self.best.get(self.number)
        if before is None or score > before:
            self.best[self.number] = score
            record.append(TOPIC, KIND, shots=len(self.scene.shots), frame=self.number, score=score)
        news = " Your best so far!" if before is None or score > before else ""
        self.told = ((self.number, dict(self.settings)), in_words(found) + news)
        self.ask(dict(self.settings), self.asked)
        return score

    def reveal(self) -> None:
        """Puts the truth beside the forged frame, for this frame."""
        self.revealed = True
        self.ask(dict(self.settings), self.asked)

    def leave(self) -> None:
        """On to the next frame, with the knobs as they stand."""
        self.number = (self.number + 1) % len(self.scene.shots)
        self.revealed = False
        self.ask(dict(self.settings), self.asked)

    def on_press(self, name: str) -> None:
        """The buttons."""
        {"measure": self.measure, "reveal": self.reveal, "next": self.leave}[name]()
