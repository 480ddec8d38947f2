"""`check`: tries an attempt, says in words how it went, and hands on an answer that the lesson can go on with."""

import contextlib
import inspect
import linecache
import random
import secrets
import sys
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType, TracebackType
from typing import Any

import numpy as np

from unmasked.course import grading, hints, lesson, record
from unmasked.course.checks.toolbox.registry import Exercise, find
from unmasked.course.checks.toolbox.trial import Open, Raised, Refused, Trial
from unmasked.course.checks.toolbox.words import text_of
from unmasked.course.guard import PACKAGE, Guard, Left, TimeUp, close_doors, seconds_allowed
from unmasked.course.handed import handed_out, is_own_reference
from unmasked.course.messages import Message, show
from unmasked.course.stubs import holds_stub


@dataclass(frozen=True)
class Outcome:
    """How a trial ended.

    `state`: "holds", "open", "refused" (with the check's words), "raised" (the attempt did), "stopped" (its time was
    up), "stumbled" (the check could not go on itself) or "reference" (the course's own answer came back).
    `words`: a sentence or more, for the learner.
    """

    state: str
    words: str = ""


def check(id: str, attempt: Any, **context: Any) -> Any:
    """Try an attempt at an exercise; returns it if it holds and else the reference, saying so.

    `context` is whatever more the check needs, by name. A stub's `...` counts as open, and the course's own answer
    never passes for the learner's. ValueError for an id that no exercise has. Under nbgrader an attempt that doesn't
    hold raises AssertionError, after the reference is put under the attempt's name.
    """
    exercise = find(id)
    caller = sys._getframe(1)
    trial = Trial(id, attempt, exercise.answer, context)
    known = exercise.answer(trial) if exercise.shared else None
    if is_own_reference(id, attempt, known):
        outcome = Outcome("reference", "A check counts your own code only. Run your own cell again, then this one.")
    else:
        outcome = judge(exercise, attempt, context)
    names = grading.assigned_names(caller, id)
    name = names[0] if names else trial.name
    if grading.under_nbgrader():
        return _graded(trial, outcome, names or [name], grading.user_namespace(caller))
    lines = _lines(outcome, id, callable(attempt))
    asked = _how_to_ask(id, "hint" in caller.f_globals) if outcome.state not in ("holds", "reference") else ""
    button = hints.button(id, asked) if asked else None
    if asked and button is None:
        lines.append(asked)
    try:
        record.append(lesson.topic_of(id), "check", exercise=id, outcome=outcome.state, words=outcome.words[:500])
    except OSError as error:
        lines.append(f"(Your record could not be written: {error})")
    show(Message(_SYMBOLS.get(outcome.state, "refused"), _TITLES[outcome.state].format(name=name), tuple(lines)))
    if button is not None:
        sys.modules["IPython"].display.display(button)
    return attempt if outcome.state in ("holds", "reference") else _handed(trial)


def judge(exercise: Exercise, attempt: Any, context: dict | None = None, seed: int | None = None) -> Outcome:
    """Try an attempt without showing or recording anything; `seed` fixes the random inputs.

    Chance outside (Python's, NumPy's, torch's) is left as it was. The attempt gets UNMASKED_CHECK_SECONDS (60), can't
    end the process, and whatever it raises becomes words; KeyboardInterrupt goes on if somebody pressed stop.
    """
    if attempt is ...:
        return Outcome("open")
    seed = secrets.randbelow(2**31) if seed is None else seed
    trial = Trial(exercise.id, attempt, exercise.answer, context, seed)
    if grading.under_nbgrader() and exercise.shared:
        trial.forbid(exercise.answer(trial))
    # nbgrader takes any line on stderr, a mere warning too, for a failure.
    quiet = contextlib.redirect_stderr(sys.stdout) if grading.under_nbgrader() else contextlib.nullcontext()
    guard = Guard(seconds_allowed())
    with _own_chance(seed), quiet:
        try:
            with guard:
                outcome = _tried(exercise, trial)
        except TimeUp as error:
            outcome = _raised(error, trial)
    if guard.interrupted:
        raise KeyboardInterrupt
    if outcome.state not in ("holds", "open") and holds_stub(attempt):
        return Outcome("open")
    return outcome


if grading.under_nbgrader():
    close_doors()


_SYMBOLS = {"holds": "holds", "open": "open", "reference": "reference"}
_TITLES = {
    "holds": "`{name}` holds.",
    "open": "`{name}` is still open.",
    "refused": "`{name}` does not hold yet.",
    "raised": "`{name}` stopped with an error.",
    "stopped": "`{name}` was stopped.",
    "stumbled": "`{name}` does not hold yet.",
    "reference": "`{name}` is the course's own answer at the moment.",
}


def _lines(outcome: Outcome, id: str, tried: bool) -> list[str]:
    if outcome.state == "holds":
        usual = (
            "On inputs of several sizes that it had never seen, it gives what the course's own answer gives."
            if tried
            else "It's the same as the course's own."
        )
        return [outcome.words or _words_for_holding(id) or usual]
    if outcome.state == "reference":
        return [outcome.words]
    if outcome.state == "open":
        return [
            "A `...` still stands where your code goes. That is fine: the lesson goes on with the course's own answer, "
            "and you can come back to it.",
        ]
    return [outcome.words, "For now the lesson goes on with the course's own answer."]


def _how_to_ask(id: str, has_hint: bool) -> str:
    # Most lessons import `check` alone: what is to be typed must run as it stands.
    brought = "" if has_hint else "from unmasked.course import hint; "
    return f'For a hint: `{brought}hint("{id}")`.'


def _words_for_holding(id: str) -> str:
    topic = lesson.topic_of(id)
    words = lesson.load(topic).exercises.get(id) if topic in lesson.topics() else None
    return words.holds if words else ""


def _handed(trial: Trial) -> Any:
    # The same answer in every run, and the lesson's own chance untouched.
    with _own_chance(0):
        return handed_out(trial.id, trial.reference)


def _graded(trial: Trial, outcome: Outcome, names: list[str], namespace: dict) -> Any:
    if outcome.state == "holds":
        return trial.attempt
    grading.place(namespace, names, _handed(trial))
    words = outcome.words or "still open: a `...` stands where the code goes."
    raise AssertionError(f"{_TITLES[outcome.state].format(name=names[0])} {words}")


def _tried(exercise: Exercise, trial: Trial) -> Outcome:
    try:
        remark = exercise.judge(trial)
    except Open:
        return Outcome("open")
    except Refused as refusal:
        return Outcome("refused", str(refusal))
    except Raised as raised:
        return _raised(raised.error, trial)
    except BaseException as error:
        # The first two frames are this one and the check; whose file a learner's line is in says the rest.
        below = error.__traceback__.tb_next and error.__traceback__.tb_next.tb_next
        if isinstance(error, TimeUp) or _learners_line(below, trial.attempt) or _is_stub_error(error):
            return _raised(error, trial)
        return Outcome("stumbled", _stumbled(error))
    return Outcome("holds", remark if isinstance(remark, str) else "")


def _raised(error: BaseException, trial: Trial) -> Outcome:
    if _is_stub_error(error):
        return Outcome("open")
    line = _learners_line(error.__traceback__, trial.attempt)
    where = f", {line}" if line else ""
    if isinstance(error, TimeUp):
        return Outcome(
            "stopped",
            f"Your answer was still running after {seconds_allowed():g} seconds{where}. Is there a loop that never "
            "ends, or far more work than the task needs?",
        )
    if isinstance(error, Left):
        ended = "which would have ended Python itself. An answer returns its result."
        return Outcome("raised", f"It called `{error}`{where}, {ended}")
    return Outcome("raised", f"{_in_words(error)}{where}.")


def _is_stub_error(error: BaseException) -> bool:
    """nbgrader's own stub, or an operation on a `...` that is left somewhere in the answer."""
    if isinstance(error, NotImplementedError) and not error.args:
        return True
    return isinstance(error, (TypeError, AttributeError)) and "ellipsis" in text_of(error)


def _in_words(error: BaseException) -> str:
    message = " ".join(text_of(error).split())
    message = message if len(message) <= 300 else f"{message[:297]}…"
    return f"`{type(error).__name__}`" + (f": {message.rstrip('.')}" if message else "")


def _learners_line(trace: TracebackType | None, attempt: Any) -> str:
    """Where in the learner's own cell it happened: "in line 3 of your cell: `return model`"; else nothing."""
    files = _files(attempt)
    for frame, number in reversed(list(traceback.walk_tb(trace))):
        file = frame.f_code.co_filename
        if (frame.f_globals.get("__name__") == "__main__" or file in files) and not file.startswith(PACKAGE):
            line = linecache.getline(file, number).strip()
            return f"in line {number} of your cell" + (f": `{line}`" if line else "")
    return ""


def _files(attempt: Any) -> set[str]:
    kind = attempt if inspect.isroutine(attempt) or inspect.isclass(attempt) else type(attempt)
    parts = list(vars(kind).values()) if inspect.isclass(kind) else [inspect.unwrap(kind)]
    files = {part.__code__.co_filename for part in parts if hasattr(part, "__code__")}
    return {file for file in files if not file.startswith(PACKAGE)} if kind.__module__ != "builtins" else set()


def _stumbled(error: BaseException) -> str:
    last = traceback.extract_tb(error.__traceback__)[-1]
    ours = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.startswith(PACKAGE)]
    place = ours[-1] if ours else last
    return (
        f"The check could not go on with what your answer gave: {_in_words(error)} "
        f"(in the check itself, {Path(place.filename).name} line {place.lineno}). "
        "If your answer looks right to you, this is a mistake of the course: please report it."
    )


@contextlib.contextmanager
def _own_chance(seed: int) -> Iterator[None]:
    """Run with chance seeded by `seed` and the libraries' settings as they come, and put back what was.

    A check must not change what a lesson draws next, and a learner's own settings must not change what a check finds.
    """
    # Only if it is there already: a lesson without torch must not wait for its import.
    torch = sys.modules.get("torch")
    before = random.getstate(), np.random.get_state(), torch.get_rng_state() if torch else None
    try:
        random.seed(seed)
        np.random.seed(seed % 2**32)
        if torch:
            torch.default_generator.manual_seed(seed)
        with np.errstate(divide="warn", over="warn", under="ignore", invalid="warn"), _usual_settings(torch):
            yield
    finally:
        random.setstate(before[0])
        np.random.set_state(before[1])
        if torch:
            torch.set_rng_state(before[2])


@contextlib.contextmanager
def _usual_settings(torch: ModuleType | None) -> Iterator[None]:
    """Run with torch's own default type, device and gradients, whatever was set before or is set meanwhile."""
    if torch is None:
        yield
        return
    before = torch.get_default_dtype(), torch.get_default_device()
    try:
        torch.set_default_dtype(torch.float32)
        torch.set_default_device(None)
        with torch.inference_mode(False), torch.enable_grad():
            yield
    finally:
        torch.set_default_dtype(before[0])
        torch.set_default_device(None if before[1].type == "cpu" else before[1])
