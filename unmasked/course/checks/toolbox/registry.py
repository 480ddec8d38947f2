"""The exercises there are: id → reference answer and check."""

import importlib
import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from unmasked.course.lesson import topic_of

_MISSING = object()
_EXERCISES: dict[str, "Exercise"] = {}


@dataclass(frozen=True)
class Exercise:
    """An exercise: `judge(trial)` refuses an attempt or comes to its end; `answer(trial)` gives the reference.

    `shared`: the reference is one object for everybody (a function, a class), not built anew each time.
    """

    id: str
    judge: Callable
    answer: Callable
    shared: bool


def exercise(id: str, *, reference: Any = _MISSING, make: Callable | None = None) -> Callable:
    """Decorator over a check: names its exercise and the reference answer.

    Either `reference`, the answer itself, or `make`, a function of the trial that builds it. TypeError when both or
    neither are given, or the reference is a yes/no or None: a second run of the check could not know those again.
    """
    if (reference is _MISSING) == (make is None):
        raise TypeError(f"{id}: give reference= or make=, one of them")
    if reference is None or reference is ... or isinstance(reference, bool):
        raise TypeError(f"{id}: a reference can't be {reference!r}; ask a yes/no in the quiz")
    topic_of(id)

    def register(judge: Callable) -> Callable:
        answer = make if make is not None else lambda trial: reference
        shared = make is None and (callable(reference) or isinstance(reference, type))
        _EXERCISES[id] = Exercise(id, judge, answer, shared)
        return judge

    return register


def find(id: str) -> Exercise:
    """The exercise of an id, its topic's module loaded first. ValueError lists the ids there are."""
    if id not in _EXERCISES:
        topic = topic_of(id)
        name = f"unmasked.course.checks.{topic.replace('-', '_')}"
        if topic.replace("-", "_").isidentifier() and importlib.util.find_spec(name) is not None:
            importlib.import_module(name)
    if id not in _EXERCISES:
        topic = topic_of(id)
        known = ", ".join(sorted(known for known in _EXERCISES if topic_of(known) == topic))
        raise ValueError(f"id: no exercise is called {id!r}; in this topic there are: {known or 'none'}")
    return _EXERCISES[id]
