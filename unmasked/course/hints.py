"""Hints: three an exercise, from a nudge to nearly the answer."""

from unmasked.course import lesson, record
from unmasked.course.messages import Message, show


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
    before = record.last(topic, "hint", exercise=id)
    shown = level or min((before["level"] if before else 0) + 1, len(hints))
    lines = [hints[shown - 1]]
    if shown < len(hints):
        lines.append(f'For the next one: `hint("{id}")` once more.')
    try:
        record.append(topic, "hint", exercise=id, level=shown)
    except OSError as error:
        lines.append(f"(Your record could not be written: {error}. Ask for a certain hint with a number.)")
    show(Message("hint", f"Hint {shown} of {len(hints)}", tuple(lines)))
