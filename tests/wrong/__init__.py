"""Wrong and unusual right answers on file: how they are written down (lessons/README.md says more), and read."""

import copy
import importlib.util
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import torch

FOLDER = Path(__file__).parent


@dataclass
class Answer:
    """One attempt on file; `attempt(context)` gives it."""

    name: str
    attempt: Callable[[dict], Any]


@dataclass
class Answers:
    """What is on file for one exercise."""

    wrong: list[Answer] = field(default_factory=list)
    right: list[Answer] = field(default_factory=list)
    context: Callable[[], dict] = dict


ON_FILE: dict[str, Answers] = {}


def wrong_answer(id: str, name: str, build: bool = False) -> Callable:
    """Over an attempt that the check of `id` must refuse; with `build` over a function of the context that makes it."""
    return _file(id, name, build, "wrong")


def right_answer(id: str, name: str, build: bool = False) -> Callable:
    """Over an unusual attempt that the check of `id` must accept; `build` as for `wrong_answer`."""
    return _file(id, name, build, "right")


def copy_of(generator: Any) -> Any:
    """A generator, torch's or NumPy's, that draws next what this one draws next."""
    if isinstance(generator, np.random.Generator):
        return copy.deepcopy(generator)
    return torch.Generator().set_state(generator.get_state())


def afresh(generator: Any) -> Any:
    """A new generator, torch's or NumPy's, of the same seed."""
    if isinstance(generator, np.random.Generator):
        return np.random.default_rng(generator.bit_generator.seed_seq)
    return torch.Generator().manual_seed(generator.initial_seed())


def context(id: str) -> Callable:
    """Over a function without arguments: what the lesson hands to this check by name."""

    def keep(function: Callable[[], dict]) -> Callable:
        ON_FILE.setdefault(id, Answers()).context = function
        return function

    return keep


def load(path: Path) -> None:
    """Read one file of answers into ON_FILE."""
    spec = importlib.util.spec_from_file_location(f"wrong_answers_{path.stem}", path)
    spec.loader.exec_module(importlib.util.module_from_spec(spec))


@cache  # more than one test file asks for it
def load_all() -> None:
    """Read every file of answers beside this one, once."""
    for path in sorted(FOLDER.glob("*.py")):
        if path.name != "__init__.py":
            load(path)


def _file(id: str, name: str, build: bool, kind: str) -> Callable:
    def keep(attempt: Any) -> Any:
        answers = getattr(ON_FILE.setdefault(id, Answers()), kind)
        if any(answer.name == name for answer in answers):
            raise ValueError(f"{id}: two {kind} answers are called {name!r}")
        answers.append(Answer(name, attempt if build else lambda context: attempt))
        return attempt

    return keep
