"""Makers and examiners from a file or a module, and the program that runs one of them: a process of its own.

MODULE is a Python file or the dotted name of a module that can be imported. It holds makers (see `unmasked.makers`) as

    MAKER = MyForger()                       one maker, or
    MAKERS = [MyForger(), ...]               several, or
    def make(clip, rng): ...                 one maker, named like the module,

and examiners, with a name and `examine(frames, landmarks)`, as EXAMINER, EXAMINERS or a function `examine`. An examiner
gets frames uint8 (T, H, W, 3) and landmarks float (T, 68, 2), and gives one number, the greater the more the clip looks
forged; NaN where it has no answer.

The program (`python -m unmasked.forensics.contestant FOLDER`) is `arena`'s other half. FOLDER holds `task.json` and
what is to be forged or examined as .npy files; a line of JSON for each answer goes to `answers.jsonl`, and what was
forged to .npy files.
"""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import json
import math
import os
import sys
import traceback
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from types import ModuleType

import numpy as np

from unmasked import toons
from unmasked.forensics.isolation import take_limits
from unmasked.makers import Clip, MakerError, forge
from unmasked.makers.clip import in_words

TASK, ANSWERS = "task.json", "answers.jsonl"
LONGEST = 60  # characters of a name
# What a module may hold: kind → the names of one, of several, and of the function.
HELD = {"maker": ("MAKER", "MAKERS", "make"), "examiner": ("EXAMINER", "EXAMINERS", "examine")}
ARRAYS = ("frames", "landmarks", "masks", "performances")  # of a clip


class ContestantError(MakerError):
    """A module can't be imported or holds no contestant, or one of them fails; the message says so in words."""


@dataclass(frozen=True)
class Contestant:
    """A maker or an examiner (`kind`) by its `name`; `player` is the object with `make` or `examine`."""

    kind: str
    name: str
    player: object


class _Function:
    """A function as a contestant: named like its module."""

    def __init__(self, kind: str, name: str, function: Callable):
        self.name = name
        setattr(self, HELD[kind][2], function)


def load(module: str) -> list[Contestant]:
    """The makers and examiners of a module. Raises ContestantError, in words, where there are none or one is none."""
    imported = _imported(module)
    stem = Path(module).stem if module.endswith(".py") else module.rpartition(".")[2]
    found: list[Contestant] = []
    for kind, (one, several, function) in HELD.items():
        held = getattr(imported, several, None)
        if held is None and hasattr(imported, one):
            held = [getattr(imported, one)]
        if held is None and callable(getattr(imported, function, None)):
            held = [_Function(kind, stem, getattr(imported, function))]
        if held is not None and not isinstance(held, list | tuple):
            held = [held]
        if held is not None and not held:
            raise ContestantError(f"{module}: its {several} are empty")
        for each in held or ():
            found.append(_contestant(kind, each, module))
            if [(one.kind, one.name) for one in found].count((kind, found[-1].name)) > 1:
                raise ContestantError(f"{module}: two of its {kind}s are called {found[-1].name!r}")
    if not found:
        raise ContestantError(
            f"{module}: it holds no maker and no examiner; wanted MAKER, MAKERS or a function make(clip, rng), "
            "or EXAMINER, EXAMINERS or a function examine(frames, landmarks)"
        )
    return found


def _contestant(kind: str, each: object, module: str) -> Contestant:
    function = HELD[kind][2]
    if isinstance(each, type):  # a class instead of its object is an easy slip, and easily mended
        try:
            each = each()
        except BaseException as error:
            raise ContestantError(
                f"{module}: {each.__name__}() could not be made. {in_words(error)}; wanted an object, such as "
                f"{HELD[kind][0]} = {each.__name__}(...)"
            ) from error
    name = getattr(each, "name", None)
    if kind == "examiner" and callable(each) and not hasattr(each, function):
        each = _Function(kind, name, each)  # such as a `detector.Detector`
    if not isinstance(name, str) or not name.strip() or not callable(getattr(each, function, None)):
        inside = "make(clip, rng)" if kind == "maker" else "examine(frames, landmarks)"
        raise ContestantError(f"{module}: {type(each).__name__} is no {kind}; wanted a name and {inside}")
    if len(name) > LONGEST or not name.isprintable():
        raise ContestantError(
            f"{module}: the name {name[:LONGEST]!r} won't do; wanted up to {LONGEST} characters that can be printed"
        )
    return Contestant(kind, name.strip(), each)


def fingerprint(module: str) -> str:
    """12 digits that are a file's own, whichever system's line ends it has; of a module's name, where it's no file.

    The models beside the file (`*.safetensors`) that its text names are part of what it is.
    """
    path = Path(module)
    if path.suffix != ".py" or not path.is_file():
        return hashlib.sha256(module.encode()).hexdigest()[:12]
    text = path.read_bytes().replace(b"\r\n", b"\n")
    content = hashlib.sha256(text)
    for model in sorted(path.parent.glob("*.safetensors")):
        if model.name.encode() in text:
            content.update(model.read_bytes())
    return content.hexdigest()[:12]


def line_in(module: str, error: BaseException | None) -> str:
    """Where in the module's own file an exception arose, as " (line 7 of examiner.py)"; "" where that can't be said."""
    path = Path(module).resolve()
    try:
        for _ in range(3):  # a maker's error comes wrapped in one of ours
            steps = traceback.extract_tb(error.__traceback__) if error is not None else []
            lines = [step.lineno for step in steps if Path(step.filename).resolve() == path]
            if lines:
                return f" (line {lines[-1]} of {path.name})"
            error = getattr(error, "__cause__", None)
    except Exception:  # a stranger's exception may be anything, and its words matter more than its place
        return ""
    return ""


def _imported(module: str) -> ModuleType:
    try:
        path = Path(module)
        if path.suffix != ".py":
            return importlib.import_module(module)
        if not path.is_file():
            raise FileNotFoundError(f"there is no file {module}")
        spec = importlib.util.spec_from_file_location(f"contestant_{path.stem}", path)
        imported = importlib.util.module_from_spec(spec)
        sys.modules[spec.name] = imported  # dataclasses look their own module up
        spec.loader.exec_module(imported)
        return imported
    except BaseException as error:  # whatever a stranger's module does when it is imported
        told = f"{in_words(error)}{line_in(module, error)}"
        raise ContestantError(f"{module}: it could not be imported. {told}") from error


# --- the program ------------------------------------------------------------------------------------------------------


class _Answers:
    """Lines of JSON that are seen at once, whatever becomes of this process."""

    def __init__(self, path: Path):
        self._path = path

    def say(self, **fields) -> None:
        with open(self._path, "ab") as stream:
            stream.write(json.dumps(fields).encode() + b"\n")


def main(folder: str) -> None:
    """Runs the contestant that the folder's task names; its first answer says whom the module holds.

    A task: {"module", "number" (whose turn it is, None: nobody's), "seed", "memory", "clips": [{"identity", "seed",
    "hand"}]}. Where number is that of a maker, each of `frames.npy` … is a stack of clips; where it is that of an
    examiner, `frames.npy` and `landmarks.npy` are.
    """
    # Absolute: a module may change the folder when it's imported.
    place = Path(folder).resolve()
    task = json.loads((place / TASK).read_text("utf-8"))
    answers = _Answers(place / ANSWERS)
    take_limits(task["memory"])
    # At the end: what stands beside the learner's file can be imported, and can't stand in for anything else.
    sys.path += task["path"]
    try:
        held = load(task["module"])
    except BaseException as error:
        answers.say(error=str(error) if isinstance(error, ContestantError) else in_words(error))
        return
    answers.say(held=[[one.kind, one.name] for one in held])
    if task["number"] is None or task["number"] >= len(held):
        return
    one = held[task["number"]]
    if one.kind == "maker" and (place / "masks.npy").exists():
        _forge_all(one, place, task, answers)
    elif one.kind == "examiner" and not (place / "masks.npy").exists():
        _examine_all(one, place, task["module"], answers)


def _forge_all(one: Contestant, place: Path, task: dict, answers: _Answers) -> None:
    stacks = {name: np.load(place / f"{name}.npy", mmap_mode="r") for name in ARRAYS}
    for number, told in enumerate(task["clips"]):
        arrays = {name: np.array(stack[number]) for name, stack in stacks.items()}
        clip = Clip(**arrays, identity=identity_of(told["identity"]), seed=told["seed"], hand=told["hand"])
        try:
            fake = forge(one.player, clip, task["seed"])
            for name in ("frames", "masks", "performances"):
                if getattr(fake, name) is not None:
                    np.save(place / f"forged-{number}-{name}.npy", getattr(fake, name), allow_pickle=False)
        except MakerError as error:
            answers.say(error=f"{error}{line_in(task['module'], error)}")
        except BaseException as error:
            answers.say(error=f"{one.name}: it raised {in_words(error)}{line_in(task['module'], error)}")
        else:
            answers.say(made=number)


def _examine_all(one: Contestant, place: Path, module: str, answers: _Answers) -> None:
    frames, landmarks = (np.load(place / f"{name}.npy", mmap_mode="r") for name in ("frames", "landmarks"))
    for number in range(len(frames)):
        try:
            value = number_of(one.player.examine(np.array(frames[number]), np.array(landmarks[number])))
        except BaseException as error:
            answers.say(error=f"{one.name}: it raised {in_words(error)}{line_in(module, error)}")
        else:
            answers.say(value=value if math.isfinite(value) else None)


def number_of(answer: object) -> float:
    """An examiner's answer as one float: a number, an array of one, or a dict of one. Raises TypeError."""
    values = list(answer.values()) if isinstance(answer, dict) else [answer]
    array = np.asarray(values[0] if len(values) == 1 else values)
    if array.size != 1 or array.dtype.kind not in "fiub":
        raise TypeError(f"wanted one number for a clip, got {type(answer).__name__} of {array.size}")
    return float(array.reshape(-1)[0])


def told_of(identity: toons.Identity) -> dict:
    """An identity as JSON can hold it."""
    return asdict(identity)


def identity_of(told: dict) -> toons.Identity:
    """The identity that `told_of` wrote."""
    return toons.Identity(**{name: tuple(value) if isinstance(value, list) else value for name, value in told.items()})


if __name__ == "__main__":
    main(sys.argv[1])
    # No farewell: a thread that never ends, or a door that a contestant has hung on the exit, would hold everybody up.
    os._exit(0)
