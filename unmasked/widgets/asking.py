"""Questions to the learner: the quiz, predictions before an experiment, and what became of them."""

from __future__ import annotations

import html
import math
from collections.abc import Mapping, Sequence

import traitlets

from unmasked.course import lesson, record
from unmasked.course.lesson import Question, topic_of
from unmasked.course.messages import Message, show
from unmasked.widgets.kit import AnswerWidget, source, still_bundle


class Questions(AnswerWidget):
    """Questions with choices, or with a number to enter. Subclasses say what becomes of an answer."""

    _esm = source("kit/kit.js", "asking.js")
    _css = source("kit/kit.css")

    title = traitlets.Unicode().tag(sync=True)
    eyebrow = traitlets.Unicode("").tag(sync=True)
    verb = traitlets.Unicode("Note it").tag(sync=True)  # on the button beside a number; a choice has none
    questions = traitlets.List().tag(sync=True)
    answered = traitlets.Dict().tag(sync=True)
    words = traitlets.Unicode("").tag(sync=True)

    def receive(self, content: dict) -> None:
        """Takes an answer that the browser sends."""
        if "answer" in content:
            self.keep(lambda: self.answer(content["answer"]["question"], content["answer"]["value"]))

    def answer(self, question: int, value) -> None:
        """Takes an answer. `question`: its index; `value`: the index of the choice, or a number."""
        raise NotImplementedError

    def _checked(self, question: int, value) -> None:
        if isinstance(question, bool) or not isinstance(question, int) or not 0 <= question < len(self.questions):
            raise ValueError(f"question: wanted an index in 0…{len(self.questions) - 1}, got {question!r}")
        choices = self.questions[question]["choices"]
        if isinstance(value, bool) or not isinstance(value, int if choices else int | float):
            raise TypeError(f"value: wanted {'the index of a choice' if choices else 'a number'}, got {value!r}")
        if choices and not 0 <= value < len(choices):
            raise ValueError(f"value: wanted an index in 0…{len(choices) - 1}, got {value}")
        if not math.isfinite(value):
            raise ValueError(f"value: wanted a finite number, got {value}")

    def still_html(self) -> str:
        """The questions on a page without a kernel."""
        raise NotImplementedError

    def _repr_mimebundle_(self, **_) -> tuple[dict, dict]:
        plain = "\n".join(
            [self.title]
            + [f"{n}. {q['question']}  ({' / '.join(q['choices'])})" for n, q in enumerate(self.questions, 1)]
        )
        return still_bundle(self, {"text/plain": plain, "text/html": self.still_html()}, {})


class Quiz(Questions):
    """The quiz of a lesson: see `quiz`."""

    def __init__(self, topic: str, items: Sequence[Question]):
        self.topic = topic
        self._items = list(items)
        if not self._items:
            raise ValueError(f"items: the lesson {topic!r} has no quiz questions")
        self._tries: dict[int, list[int]] = {}
        questions = [{"question": item.question, "choices": list(item.choices)} for item in self._items]
        super().__init__(title="Quiz", questions=questions)

    def answer(self, question: int, value: int) -> None:
        """Records the choice and says why it is right or not."""
        self._checked(question, value)
        item = self._items[question]
        right = value == item.answer
        tries = self._tries.setdefault(question, [])
        record.append(self.topic, "quiz", question=question, choice=value, right=right, attempt=len(tries) + 1)
        tries.append(value)
        marks = {tried: "right" if tried == item.answer else "wrong" for tried in tries}
        state = {
            "value": value,
            "words": f"{'✓ Right.' if right else '✗ Not this one.'} {item.why[value]}",
            "marks": marks,
        }
        self.answered = {**self.answered, question: state}
        self.words = self._score()

    def _score(self) -> str:
        first = sum(tries[0] == self._items[number].answer for number, tries in self._tries.items())
        count, total = len(self._tries), len(self._items)
        if count < total:
            return f"{count} of {total} answered, {first} right at the first try."
        return f"All answered: {first} of {total} right at the first try. It is kept in your record."

    def still_html(self) -> str:
        """The questions, each with its answer folded away."""
        parts = []
        for number, item in enumerate(self._items, 1):
            choices = "".join(f"<li>{html.escape(choice)}</li>" for choice in item.choices)
            right = item.answer
            answer = f"<b>{html.escape(item.choices[right])}</b>: {html.escape(item.why[right])}"
            parts.append(
                f"<p><b>{number}. {html.escape(item.question)}</b></p><ul>{choices}</ul>"
                f"<details><summary>Answer</summary><p>{answer}</p></details>"
            )
        return "\n".join(parts)


def quiz(topic: str) -> Quiz:
    """The questions of a lesson, with a word on every choice. Answers go to the learner's record.

    `topic`: as in "two-decoders". Raises what `unmasked.course.lesson.questions` raises for an unknown topic.
    """
    return Quiz(topic, lesson.questions(topic))


class Prediction(Questions):
    """A question before an experiment: see `predict`."""

    def __init__(self, id: str, question: str, choices: Sequence[str] = (), unit: str = ""):
        self.id = id
        item = {"question": question, "choices": list(choices), "unit": unit}
        super().__init__(title="Your prediction", eyebrow="Your prediction", questions=[item])
        how = "One click is enough. " if choices else ""
        self.words = f"{how}Nobody marks this, and you can also go on without."

    def answer(self, question: int, value) -> None:
        """Records the prediction; a later one counts instead of an earlier one."""
        self._checked(question, value)
        item = self.questions[0]
        said = item["choices"][value] if item["choices"] else value
        shown = said if item["choices"] else f"{value:g}{item['unit']}"
        # The words go in too: a choice that moves in the lesson must not change what somebody said.
        record.append(topic_of(self.id), "prediction", id=self.id, question=item["question"], answer=said, shown=shown)
        words = f"Noted: {shown}. Now run on and see what comes out."
        self.answered = {0: {"value": value, "words": words, "marks": {value: "noted"}}}
        change = "Another click changes it" if item["choices"] else "Another number changes it"
        self.words = f"{change}. You'll see it again at the end of the lesson, beside what came out."

    def still_html(self) -> str:
        """The question and its choices."""
        item = self.questions[0]
        choices = "".join(f"<li>{html.escape(choice)}</li>" for choice in item["choices"])
        return f"<p><b>Your prediction. {html.escape(item['question'])}</b></p>" + (
            f"<ul>{choices}</ul>" if choices else ""
        )


def predict(
    id: str, question: str | None = None, choices: Sequence[str] | None = None, *, unit: str = ""
) -> Prediction:
    """Asks for a prediction before the experiment and records it. The notebook goes on without an answer.

    `id`: as in "two-decoders.cross". Without `question` its words come from the lesson's .toml; with a question and no
    `choices` a number is asked for, in `unit`. Raises ValueError for another form of id or a single choice, and what
    `unmasked.course.lesson` raises for an unknown id.
    """
    topic = topic_of(id)
    if question is None:
        planned = lesson.load(topic).predictions.get(id)
        if planned is None:
            raise ValueError(f"id: the lesson {topic!r} plans no prediction {id!r}; give `question` and `choices`")
        question, choices = planned.question, planned.choices
    choices = list(choices or ())
    if len(choices) == 1:
        raise ValueError("choices: wanted two or more, or none for a number, got one")
    return Prediction(id, question, choices, unit)


class Table:
    """A table for the page: `_repr_html_` and text."""

    def __init__(self, head: Sequence[str], rows: Sequence[Sequence[str]], words: str = ""):
        self.head, self.rows, self.words = list(head), [list(row) for row in rows], words

    def _repr_html_(self) -> str:
        cell = '<{0} style="text-align: left; vertical-align: top; white-space: normal">{1}</{0}>'
        head = "".join(cell.format("th", html.escape(name)) for name in self.head)
        rows = "".join("<tr>" + "".join(cell.format("td", html.escape(c)) for c in row) + "</tr>" for row in self.rows)
        table = f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>" if self.rows else ""
        return table + (f"<p>{html.escape(self.words)}</p>" if self.words else "")

    def __repr__(self) -> str:
        lines = [" | ".join(row) for row in [self.head, *self.rows]] if self.rows else []
        return "\n".join([*lines, self.words] if self.words else lines)


def predictions(topic: str, outcome: Mapping[str, object] | None = None) -> Table:
    """What the learner predicted in a lesson, beside what came out.

    `outcome`: prediction id → what came out, in words or as a number, computed in the lesson. Raises ValueError for an
    outcome of another lesson.
    """
    outcome = dict(outcome or {})
    for id in outcome:
        if topic_of(id) != topic:
            raise ValueError(f"outcome: {id!r} is not a prediction of the lesson {topic!r}")
    said = _said(topic)
    rows = []
    planned = list(lesson.load(topic).predictions) if topic in lesson.topics() else []
    for id in dict.fromkeys([*(each for each in planned if each in said or each in outcome), *said, *outcome]):
        line = said.get(id)
        question = line["question"] if line else _question_of(topic, id)
        came = outcome.get(id, "")
        came = f"{came:.3g}" if isinstance(came, float) else str(came)
        rows.append([question, line["shown"] if line else "(no prediction)", came])
    if not said:
        return Table(["Question", "You predicted", "What came out"], rows, "You recorded no prediction in this lesson.")
    return Table(["Question", "You predicted", "What came out"], rows)


def guessed(id: str) -> None:
    """Shows what the learner predicted, at the place where the result is seen; nothing without a prediction.

    `id`: as in "two-decoders.cross". Raises ValueError for an id that the lesson doesn't plan.
    """
    topic = topic_of(id)
    if id not in lesson.load(topic).predictions:
        raise ValueError(f"id: the lesson {topic!r} plans no prediction {id!r}")
    line = _said(topic).get(id)
    if line:
        show(Message("guess", f"You predicted: {line['shown']}"))


def _said(topic: str) -> dict[str, Mapping]:
    """The predictions of a lesson by their ids; a later one counts instead of an earlier one."""
    return {line["id"]: line for line in record.read(topic) if line.get("kind") == "prediction"}


def _question_of(topic: str, id: str) -> str:
    planned = lesson.load(topic).predictions.get(id) if topic in lesson.topics() else None
    return planned.question if planned else id
