"""What a lesson's .toml says: title, exercises with hints, predictions, quiz, figures. See lessons/README.md."""

import tomllib
from dataclasses import dataclass, field
from pathlib import Path

from unmasked import paths


@dataclass(frozen=True)
class Exercise:
    """An exercise's words: `hints` (three), `minutes`, `difficulty` (1 to 3; also its points in a class).

    `holds`: what the check says to an attempt that holds; empty for the usual sentence.
    """

    id: str
    hints: tuple[str, str, str]
    minutes: float
    difficulty: int
    holds: str = ""


@dataclass(frozen=True)
class Prediction:
    """A question asked before a cell runs, and what may be answered."""

    id: str
    question: str
    choices: tuple[str, ...]


@dataclass(frozen=True)
class Question:
    """A quiz question: `answer` is an index into `choices`, `why` has a sentence a choice."""

    question: str
    choices: tuple[str, ...]
    answer: int
    why: tuple[str, ...]


@dataclass(frozen=True)
class Lesson:
    """A lesson's words. `number` and `slug` come from the file's name: 04_two_decoders.toml.

    `figures`: figure id → its alt text, in which {name} stands for what the lesson fills in.
    """

    topic: str
    title: str
    minutes: float
    number: str
    slug: str
    exercises: dict[str, Exercise] = field(default_factory=dict)
    predictions: dict[str, Prediction] = field(default_factory=dict)
    quiz: tuple[Question, ...] = ()
    figures: dict[str, str] = field(default_factory=dict)


def topic_of(id: str) -> str:
    """The topic of an exercise or a prediction: "two-decoders" for "two-decoders.swap". ValueError without a dot."""
    topic, dot, name = id.partition(".") if isinstance(id, str) else ("", "", "")
    if not (topic and dot and name):
        raise ValueError(f"id: a topic, a dot and a name are wanted, such as 'two-decoders.swap'; got {id!r}")
    return topic


def topics() -> list[str]:
    """The topics of all lessons there are, in the lessons' order."""
    return [_topic_of_file(path) for path in sorted(paths.LESSONS.glob("[0-9][0-9]_*.toml"))]


def load(topic: str) -> Lesson:
    """A topic's lesson, read from lessons/NN_slug.toml.

    ValueError names the file and the entry that is missing or wrong; for an unknown topic it lists those there are.
    """
    for path in sorted(paths.LESSONS.glob("[0-9][0-9]_*.toml")):
        if _topic_of_file(path) == topic:
            return read(path)
    raise ValueError(f"topic: {topic!r} has no lesson in {paths.LESSONS}; there are: {', '.join(topics()) or 'none'}")


def questions(topic: str) -> list[Question]:
    """The quiz of a topic's lesson, in order."""
    return list(load(topic).quiz)


def read(path: Path) -> Lesson:
    """The lesson in one .toml file; ValueError names the file and the entry that is missing or wrong."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"{path.name}: not readable as TOML: {error}") from error
    need = _Reader(path.name)
    topic = need(table, "topic", str)
    if topic != _topic_of_file(path):
        raise ValueError(f"{path.name}: topic is {topic!r}, and the file's name says {_topic_of_file(path)!r}")
    for id in [*table.get("exercises", {}), *table.get("predictions", {}), *table.get("figures", {})]:
        if topic_of(id) != topic:
            raise ValueError(f"{path.name}: {id!r} does not begin with the topic, {topic!r}")
    number, _, slug = path.stem.partition("_")
    return Lesson(
        topic=topic,
        title=need(table, "title", str),
        minutes=need(table, "minutes", (int, float)),
        number=number,
        slug=slug,
        exercises={id: _exercise(need, id, entry) for id, entry in table.get("exercises", {}).items()},
        predictions={id: _prediction(need, id, entry) for id, entry in table.get("predictions", {}).items()},
        quiz=tuple(_question(need, number, entry) for number, entry in enumerate(table.get("quiz", []), start=1)),
        figures={id: need(table["figures"], id, str, "figures") for id in table.get("figures", {})},
    )


class _Reader:
    """Takes entries out of a table, with words that name the file and the place."""

    def __init__(self, name: str):
        self.name = name

    def __call__(self, table: dict, key: str, kind, where: str = ""):
        value = table.get(key)
        if not isinstance(value, kind) or isinstance(value, bool) or value == "":
            kinds = kind if isinstance(kind, tuple) else (kind,)
            wanted = " or ".join(k.__name__ for k in kinds)
            self.stop(where, f"{key} must be {wanted}; got {value!r}")
        return value

    def words(self, table: dict, key: str, where: str, count: int | None = None) -> tuple[str, ...]:
        values = self(table, key, list, where)
        if not all(isinstance(value, str) and value.strip() for value in values):
            self.stop(where, f"{key} must hold words only; got {values!r}")
        if count is not None and len(values) != count:
            self.stop(where, f"{key} must have {count} entries; got {len(values)}")
        return tuple(values)

    def stop(self, where: str, words: str):
        raise ValueError(f"{self.name}{', ' + where if where else ''}: {words}")


def _exercise(need: _Reader, id: str, entry: dict) -> Exercise:
    where = f'exercises."{id}"'
    difficulty = need(entry, "difficulty", int, where)
    if difficulty not in (1, 2, 3):
        need.stop(where, f"difficulty must be 1, 2 or 3; got {difficulty}")
    return Exercise(
        id=id,
        hints=need.words(entry, "hints", where, 3),
        minutes=need(entry, "minutes", (int, float), where),
        difficulty=difficulty,
        holds=need(entry, "holds", str, where) if "holds" in entry else "",
    )


def _prediction(need: _Reader, id: str, entry: dict) -> Prediction:
    where = f'predictions."{id}"'
    choices = need.words(entry, "choices", where)
    if len(choices) < 2:
        need.stop(where, f"choices must have at least two entries; got {len(choices)}")
    return Prediction(id, need(entry, "question", str, where), choices)


def _question(need: _Reader, number: int, entry: dict) -> Question:
    where = f"quiz, question {number}"
    choices = need.words(entry, "choices", where)
    answer = need(entry, "answer", int, where)
    if len(choices) < 2 or len(set(choices)) < len(choices):
        need.stop(where, "choices must be at least two, and different")
    if not 0 <= answer < len(choices):
        need.stop(where, f"answer must be an index into choices, 0 to {len(choices) - 1}; got {answer}")
    return Question(need(entry, "question", str, where), choices, answer, need.words(entry, "why", where, len(choices)))


def _topic_of_file(path: Path) -> str:
    return path.stem.partition("_")[2].replace("_", "-")
