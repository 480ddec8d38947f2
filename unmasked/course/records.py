"""Other people's records: finds them in a folder, and reads what they hold without trusting it.

A class hands in `record` folders, plain or zipped, or a hub keeps everybody's home in one place. Whatever is odd in
them becomes a sentence, never an error.
"""

import itertools
import json
import os
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from unmasked.course import lesson
from unmasked.course.record import TOPIC

OUTCOMES = ("holds", "open", "refused", "raised", "stopped", "stumbled", "reference")
PAUSE = 20.0  # minutes: a longer gap between two entries is taken for a pause
LARGEST = 20_000_000  # bytes of one topic's file; a lesson worked through leaves some ten thousand
DEEP = 6  # folders below the one that is given
# Folders in which nobody's record lies, and in which looking takes long.
_PASSED_OVER = {
    ".venv",
    "venv",
    "node_modules",
    ".git",
    "site-packages",
    "__pycache__",
    ".ipynb_checkpoints",
    "__MACOSX",
}
# What stands between a learner's own folder and the files.
_BETWEEN = {"record", ".unmasked", "unmasked"}
_EMPTY = "there is no record in it"


@dataclass
class Learner:
    """What one learner's files hold: `entries` by topic, oldest first; `problems`: what could not be read, in words."""

    name: str
    entries: dict[str, list[dict]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def collect(folder: Path, say=print) -> list[Learner]:
    """The learners whose records lie under a folder, by name; see this module's first lines.

    A learner goes by the folder in which the files lie, without `record` and `.unmasked`, or by the name of a zip
    file. Folders that can't be opened are said through `say`. ValueError when `folder` is no folder.
    """
    if not folder.is_dir():
        raise ValueError(f"folder: a folder with records is wanted; {str(folder)!r} is none")
    known, found = set(lesson.topics()), {}

    def take(name: str, file: str, data: bytes | None, problem: str = "") -> None:
        topic = file.rpartition("/")[2].removesuffix(".jsonl")
        learner = found.setdefault(name, Learner(name))
        if problem or data is None:
            learner.problems.append(f"{file}: {problem}")
        elif topic not in known:
            learner.problems.append(f"{file}: this course has no lesson {topic!r}, so the file is left out")
        else:
            entries, problems = read(data, file)
            # The same lesson may come twice, as a folder and zipped: what is in both counts once.
            seen = {json.dumps(one, sort_keys=True) for one in learner.entries.get(topic, [])}
            fresh = [one for one in entries if json.dumps(one, sort_keys=True) not in seen]
            learner.entries[topic] = sorted([*learner.entries.get(topic, []), *fresh], key=_order)
            learner.problems += problems

    for path in _files(folder, say):
        parts = [part for part in path.relative_to(folder).parts[:-1] if part not in _BETWEEN]
        if path.suffix == ".jsonl":
            if not (path.parent.name == "record" or path.stem in known) or not TOPIC.fullmatch(path.stem):
                continue
            name = "/".join(parts) or _own_name(folder)
            take(name, path.name, *_bytes_of(path))
        else:
            inside, problem = _zipped(path)
            stem = path.stem.removeprefix("record").lstrip("-_ ")
            name = "/".join([*parts, *([stem] if stem else [])]) or _own_name(folder)
            if problem and (parts == [] or path.name.startswith("record") or problem != _EMPTY):
                take(name, path.name, None, problem)
            people = {_folder_of(member) for member, _, _ in inside}
            for member, data, trouble in inside:
                one = f"{name}/{_folder_of(member)}" if len(people) > 1 else name
                take(one.rstrip("/"), f"{path.name}/{member}", data, trouble)
    return sorted(found.values(), key=lambda learner: learner.name.casefold())


def read(data: bytes, name: str) -> tuple[list[dict], list[str]]:
    """The entries of one topic's file, oldest first as written, and what could not be read, in words that begin with
    `name`."""
    entries, torn, timeless = [], [], 0
    for number, line in enumerate(data.split(b"\n"), start=1):
        if not line.strip():
            continue
        try:
            entry = json.loads(line.decode("utf-8"))
        except (ValueError, RecursionError):
            entry = None
        if not isinstance(entry, dict) or not isinstance(entry.get("kind"), str):
            torn.append(number)
            continue
        timeless += moment(entry) is None
        entries.append(entry)
    problems = []
    if torn:
        where = ", ".join(map(str, torn[:5])) + (" …" if len(torn) > 5 else "")
        one = len(torn) == 1
        problems.append(
            f"{name}: {len(torn)} line{'' if one else 's'} can't be read and {'is' if one else 'are'} left out "
            f"(line {where})"
        )
    if timeless:
        problems.append(f"{name}: {timeless} of {len(entries)} entries have no time, so the minutes are too few")
    return entries, problems


def read_file(path: Path) -> tuple[list[dict], list[str]]:
    """The same of a file; what keeps it from being opened is a problem, too."""
    data, problem = _bytes_of(path)
    return ([], [f"{path.name}: {problem}"]) if data is None else read(data, path.name)


def moment(entry: dict) -> datetime | None:
    """When an entry was made, in UTC; None where it doesn't say so in a way that can be read."""
    said = entry.get("time")
    if not isinstance(said, str):
        return None
    try:
        when = datetime.fromisoformat(said)
        return when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def active_minutes(entries: Iterable[dict]) -> float:
    """Minutes between the entries of one lesson, gaps of more than `PAUSE` left out.

    At least that long somebody worked: reading before the first entry and after the last one leaves no trace.
    """
    times = sorted(when for when in map(moment, entries) if when is not None)
    gaps = [(after - before).total_seconds() / 60 for before, after in itertools.pairwise(times)]
    return sum(gap for gap in gaps if gap <= PAUSE)


def exercises(entries: Iterable[dict]) -> dict[str, list[dict]]:
    """Exercise id → its checks that can be read, oldest first."""
    tried: dict[str, list[dict]] = {}
    for entry in entries:
        if entry["kind"] == "check" and isinstance(entry.get("exercise"), str) and entry.get("outcome") in OUTCOMES:
            tried.setdefault(entry["exercise"], []).append(entry)
    return tried


def held(checks: Iterable[dict]) -> bool:
    """Whether one of these checks held: what was once right stays so, whatever is tried later."""
    return any(check["outcome"] == "holds" for check in checks)


def _order(entry: dict) -> datetime:
    return moment(entry) or datetime.min.replace(tzinfo=UTC)


def _files(folder: Path, say):
    def trouble(error: OSError) -> None:
        say(f"{error.filename} can't be opened ({error.strerror}) and is left out.")

    for place, folders, names in os.walk(folder, onerror=trouble):
        here = Path(place)
        folders[:] = sorted(name for name in folders if name not in _PASSED_OVER)
        if len(here.relative_to(folder).parts) >= DEEP:
            folders.clear()
        yield from (here / name for name in sorted(names) if name.endswith((".jsonl", ".zip")))


def _bytes_of(path: Path) -> tuple[bytes | None, str]:
    try:
        if not path.is_file():
            return None, "it's no plain file"
        if path.stat().st_size > LARGEST:
            return None, f"it's larger than {LARGEST // 1_000_000} MB, which no record is"
        return path.read_bytes(), ""
    except OSError as error:
        return None, f"it can't be opened ({error.strerror})"


def _zipped(path: Path) -> tuple[list[tuple[str, bytes | None, str]], str]:
    """The records in a zip file as (name, bytes, problem), and what is wrong with the file itself."""
    inside = []
    if not path.is_file():
        return inside, "it's no plain file"
    try:
        with zipfile.ZipFile(path) as packed:
            for member in packed.infolist():
                name = member.filename.replace("\\", "/")
                last = name.rpartition("/")[2]
                if "__MACOSX" in name or not last.endswith(".jsonl") or not TOPIC.fullmatch(last[: -len(".jsonl")]):
                    continue
                if member.file_size > LARGEST:
                    inside.append((name, None, f"it's larger than {LARGEST // 1_000_000} MB, which no record is"))
                    continue
                with packed.open(member) as stream:
                    inside.append((name, stream.read(LARGEST), ""))
    except (zipfile.BadZipFile, zlib.error, OSError, RuntimeError, EOFError, ValueError) as error:
        # RuntimeError: a password, or a kind of packing that Python doesn't know.
        return inside, f"the zip file can't be read ({' '.join(str(error).split())[:120]})"
    return inside, "" if inside else _EMPTY


def _folder_of(member: str) -> str:
    return "/".join(part for part in member.split("/")[:-1] if part not in _BETWEEN and part not in ("", ".", ".."))


def _own_name(folder: Path) -> str:
    parts = [part for part in folder.resolve().parts[1:] if part not in _BETWEEN]
    return parts[-1] if parts else "learner"
