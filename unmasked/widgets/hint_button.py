"""The button below a check's words that gives an exercise's hints, one at a time."""

from __future__ import annotations

import traitlets

from unmasked.course import hints
from unmasked.course.messages import marked
from unmasked.widgets.kit import AnswerWidget, source, still_bundle


class HintButton(AnswerWidget):
    """A button: each press gives one more of the three hints of an exercise, and the record keeps which.

    `id`: of the exercise; `words`: how to ask for a hint where the button can't be pressed. Hints that were taken
    before come along with the next one, so nobody has to ask for them again.
    """

    _esm = source("kit/kit.js", "hint_button.js")
    _css = source("kit/kit.css", "hint_button.css")

    given = traitlets.List().tag(sync=True)
    count = traitlets.Int().tag(sync=True)
    label = traitlets.Unicode().tag(sync=True)

    def __init__(self, id: str, words: str):
        self.id, self.plain = id, words
        before, self._hints = hints.taken(id)
        super().__init__(count=len(self._hints), label=self._label(before))

    def receive(self, content: dict) -> None:
        """Takes a press that the browser sends."""
        if "hint" in content:
            self.keep(self.give)

    def give(self) -> None:
        """Shows the next hint, and those before it."""
        # What was given here counts, too: a record that can't be written stops no hint.
        level = min(max(hints.taken(self.id)[0], len(self.given)) + 1, len(self._hints))
        self.given = list(self._hints[:level])
        self.label = self._label(level)
        hints.note(self.id, level)

    def _label(self, level: int) -> str:
        if not level:
            return "Show a hint"
        if level == len(self._hints):
            return "That was the last hint" if self.given else "Show the hints again"
        return f"Show hint {level + 1} of {len(self._hints)}"

    def _repr_mimebundle_(self, **_) -> tuple[dict, dict]:
        page = f'<div style="padding:0 .8em;max-width:48em">{marked(self.plain)}</div>'
        return still_bundle(self, {"text/plain": self.plain, "text/html": page}, {})
