"""The learner's record: attempts, predictions and scores, one file a topic in the learner's own folder.

Lines of JSON that are only ever appended, so that a crash can cost the last line at most and never the ones before.
"""

import json
import os
import re
import warnings
from datetime import UTC, datetime
from pathlib import Path

from unmasked import paths

TOPIC = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_RESERVED = ("time", "kind")


def file(topic: str) -> Path:
    """The file of a topic's record: `<user folder>/record/<topic>.jsonl`, whether or not it exists yet.

    ValueError when `topic` is no topic (lower-case letters, digits and hyphens).
    """
    if not isinstance(topic, str) or not TOPIC.fullmatch(topic):
        raise ValueError(
            f"topic: lower-case letters, digits and hyphens are wanted, such as 'two-decoders'; got {topic!r}"
        )
    return paths.user_folder() / "record" / f"{topic}.jsonl"


def append(topic: str, kind: str, **fields) -> dict:
    """Append one entry to a topic's record and return it as stored, with its UTC `time`.

    `kind`: "check", "hint", "prediction", "quiz", …; `fields`: whatever JSON can hold (NumPy's single numbers are taken
    as plain ones). ValueError for a topic that is none or a field named `time` or `kind`, TypeError for a field that
    JSON can't hold, OSError when the folder can't be written.
    """
    if not isinstance(kind, str) or not kind:
        raise TypeError(f"kind: a word is wanted, such as 'check'; got {kind!r}")
    for name in _RESERVED:
        if name in fields:
            raise ValueError(f"{name}: the record sets this field itself; choose another name")
    path = file(topic)
    entry = {"time": datetime.now(UTC).isoformat(timespec="milliseconds"), "kind": kind, **fields}
    try:
        line = json.dumps(entry, ensure_ascii=False, allow_nan=True, default=_plain)
    except (ValueError, RecursionError) as error:
        raise TypeError(
            f"The record holds numbers, words, lists and dicts, none of them inside itself: {error}"
        ) from error
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "ab+") as stream:
        # A line torn by a crash must not swallow this one.
        torn = stream.seek(0, os.SEEK_END) > 0 and not _ends_in_newline(stream)
        # What UTF-8 has no bytes for (half a surrogate pair) is written as JSON's own escape.
        # One write: two kernels that append at the same time then don't cut into each other's lines.
        stream.write(("\n" if torn else "").encode() + line.encode("utf-8", "backslashreplace") + b"\n")
        stream.flush()
        os.fsync(stream.fileno())
    return json.loads(line)


def read(topic: str) -> list[dict]:
    """All entries of a topic's record, oldest first; an empty list when there is none.

    A line that can't be read (torn by a crash, edited by hand) is left out with a warning that names file and line.
    """
    path = file(topic)
    if not path.exists():
        return []
    entries = []
    for number, line in enumerate(path.read_bytes().split(b"\n"), start=1):
        if not line.strip():
            continue
        try:
            entry = json.loads(line.decode("utf-8"))
            if not (isinstance(entry, dict) and all(name in entry for name in _RESERVED)):
                raise ValueError("not an entry")
        except ValueError:
            warnings.warn(
                f"{path}, line {number}, can't be read and is left out; the other lines are kept.", stacklevel=2
            )
            continue
        entries.append(entry)
    return entries


def last(topic: str, kind: str, **fields) -> dict | None:
    """The newest entry of a kind whose fields have these values, such as `last(t, "hint", exercise=id)`; else None."""
    for entry in reversed(read(topic)):
        if entry["kind"] == kind and all(entry.get(name) == value for name, value in fields.items()):
            return entry
    return None


def _ends_in_newline(stream) -> bool:
    stream.seek(-1, os.SEEK_END)
    return stream.read(1) == b"\n"


def _plain(value):
    if hasattr(value, "item") and getattr(value, "ndim", None) == 0:
        return value.item()
    if hasattr(value, "tolist"):
        return value.tolist()
    raise TypeError(f"The record holds numbers, words, lists and dicts; got {type(value).__name__}: {value!r:.80}")
