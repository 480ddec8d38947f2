"""Hints: three an exercise, from a nudge to nearly the answer."""

from collections.abc import Callable

from unmasked.course import lesson, messages, record
from unmasked.course.messages import Message, show

# What makes a button of an exercise's id and the words that stand for it elsewhere: `unmasked.widgets` puts it here.
make_button: Callable[[str, str], object] | None = None


def button(id: str, words: str) -> object | None:
    """A button for an exercise's hints, to be displayed; None where no notebook shows it or there are no hints.

    `words`: how to ask for a hint without it.
    """
    if make_button is None or not messages.in_notebook() or not taken(id)[1]:
        return None
    return make_button(id, words)


def taken(id: str) -> tuple[int, tuple[str, ...]]:
    """How many of an exercise's hints were shown before, and all its hints; (0, ()) for an id that has none."""
    topic = lesson.topic_of(id)
    exercise = lesson.load(topic).exercises.get(id) if topic in lesson.topics() else None
    if exercise is None:
        return 0, ()
    before = record.last(topic, "hint", exercise=id)
    return min(before["level"] if before else 0, len(exercise.hints)), exercise.hints


def note(id: str, level: int) -> None:
    """Records that this hint was shown. OSError where the record can't be written."""
    record.append(lesson.topic_of(id), "hint", exercise=id, level=level)


def hint(id: str, level: int | None = None) -> None:
    """Show the next of an exercise's three hints; with `level` (1, 2 or 3) that one.

    The record keeps which was shown, so the next call goes on from there, in a new session too; after the third the
    third is shown again. ValueError for an id that has no hints or a level outside 1 to 3.
    """
    topic = lesson.topic_of(id)
    exercises = lesson.load(topic).exercises
    if id not in exercises:
        raise ValueError(f"id: {id!r} has no hints; this lesson has them for: {', '.join(exercises) or 'none'}")
    hints = exercises[id].hints
    if level is not None and (isinstance(level, bool) or level not in range(1, len(hints) + 1)):
        raise ValueError(f"level: 1, 2 or 3 is wanted; got {level!r}")
    shown = level or min(taken(id)[0] + 1, len(hints))
    lines = [hints[shown - 1]]
    if shown < len(hints):
        lines.append(f'For the next one: `hint("{id}")` once more.')
    try:
        note(id, shown)
    except OSError as error:
        lines.append(f"(Your record could not be written: {error}. Ask for a certain hint with a number.)")
    show(Message("hint", f"Hint {shown} of {len(hints)}", tuple(lines)))
