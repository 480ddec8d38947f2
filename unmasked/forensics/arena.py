"""The arena: makers and examiners from anywhere, each from outside in a process of its own, before the same clips."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

import numpy as np

from unmasked import makers as course
from unmasked.arguments import checked_whole
from unmasked.forensics import contestant, isolation, quality
from unmasked.forensics.compression import LEVELS, compressed
from unmasked.forensics.contest import REAL, Contest
from unmasked.forensics.examiners import Examiner, examine
from unmasked.forensics.isolation import Limits
from unmasked.forensics.quality import Quality
from unmasked.makers import Clip, Fake, MakerError, checked_fake, forge
from unmasked.makers.clip import in_words

BUILT_IN, NEWER = "built-in", "newer"
PROGRAM = "unmasked.forensics.contestant"
_KEYS = ("character", "clip", "hand", "maker", "level")  # of a row: no examiner may be called so
_LARGEST = 64 << 20  # bytes of a forged file

Say = Callable[[str], None]


@dataclass(frozen=True)
class Entrant:
    """A contestant of a module: `kind` ("maker" or "examiner"), the `number` it has in its module, its `name` in this
    contest, and the fingerprint of its `file` when it ran (see `contestant.fingerprint`)."""

    module: str
    number: int
    kind: str
    name: str
    file: str = ""


@dataclass
class Outcome(Contest):
    """What came out of a contest in the arena, as a `Contest`, and beside it:

    `sealed`: the makers and the examiners of the course that took part, {"makers": names, "examiners": names};
    `outside`: those of the modules, as entrants; `coverage`: the share of clips that a maker forged or an examiner
    answered for, by name; `quality`: for each maker that says what it shows, by clip {(character, clip): `Quality`};
    `silent`: makers that never say what they show; `remarks`: by name, why some answers are missing; `when`: the
    moment at which it began, ISO 8601 in UTC. `errors` names those that were not scored.
    """

    sealed: dict[str, list[str]] = field(default_factory=lambda: {"makers": [], "examiners": []})
    outside: list[Entrant] = field(default_factory=list)
    coverage: dict[str, float] = field(default_factory=dict)
    quality: dict[str, dict[tuple[int, int], Quality]] = field(default_factory=dict)
    silent: set[str] = field(default_factory=set)
    remarks: dict[str, str] = field(default_factory=dict)
    when: str = ""


def sealed_makers(words: Sequence[str]) -> dict[str, course.Maker]:
    """The course's own makers that "built-in" and "newer" among `words` ask for, by name."""
    asked = {BUILT_IN: course.built_in, NEWER: getattr(course, "newer", dict)}
    return {name: maker for word in asked if word in words for name, maker in asked[word]().items()}


def hold(
    modules: Sequence[str],
    clips: Sequence[Clip],
    examiners: Sequence[Examiner],
    seed: int,
    levels: Sequence[str] = tuple(LEVELS),
    limits: Limits | None = None,
    progress: Say = lambda words: None,
) -> Outcome:
    """Every maker of the modules forges every clip; recordings and fakes go before every examiner.

    `modules`: Python files, dotted names, "built-in" and "newer". `examiners`: those of the course, which run here, as
    the course's makers do; what a module holds runs in a process of its own, within `limits`. Where a module holds an
    examiner, it's tried on the five built-in makers too. Whatever happens in a module costs its own contestants and
    nobody else. A missing fake counts as found out by everybody, and a missing answer of an examiner as wrong.
    """
    seed, limits = checked_whole(seed, "seed"), limits or Limits()
    outcome = Outcome(when=datetime.now(UTC).isoformat(timespec="seconds"))
    fakes: dict[str, list[Fake | None]] = {}
    waiting: list[Entrant] = []  # examiners: their turn comes when there's something to examine
    ours = sealed_makers(modules)
    # What an examiner's numbers are called, one clip says.
    named = [(one, list(examine(clips[0].frames, clips[0].landmarks, [one]))) for one in examiners]
    outcome.names = [name for _, names in named for name in names]
    outcome.sealed["examiners"] = list(outcome.names)
    taken = {REAL, *_KEYS, *sealed_makers([BUILT_IN]), *ours, *outcome.names}
    with tempfile.TemporaryDirectory(prefix="unmasked-arena-", ignore_cleanup_errors=True) as folder:
        for place, module in enumerate(dict.fromkeys(m for m in modules if m not in (BUILT_IN, NEWER))):
            progress(module)
            room = Path(folder) / f"module-{place}"
            for entrant, made in _makers_of(module, clips, seed, limits, room, taken, outcome):
                outcome.outside.append(entrant)
                if entrant.kind == "examiner":
                    waiting.append(entrant)
                elif made:
                    fakes[entrant.name] = made
        if waiting:
            ours = {**sealed_makers([BUILT_IN]), **ours}
        for name, maker in ours.items():
            progress(name)
            made = _forged_here(name, maker, clips, seed, outcome)
            if any(made):
                fakes[name] = made
            else:
                outcome.errors[name] = outcome.remarks.pop(name)
        _measure(fakes, clips, outcome)
        outcome.sealed["makers"] = [name for name in ours if name in fakes]
        if fakes:
            _examined(fakes, clips, named, waiting, seed, levels, limits, Path(folder), outcome, progress)
    return outcome


# --- makers -----------------------------------------------------------------------------------------------------------


def _makers_of(
    module: str, clips: Sequence[Clip], seed: int, limits: Limits, room: Path, taken: set[str], outcome: Outcome
) -> Iterator[tuple[Entrant, list[Fake | None]]]:
    """The contestants of a module, each with what it forged. The first process says whom the module holds."""
    number, held, file = 0, None, contestant.fingerprint(module)
    while held is None or number < len(held):
        folder, lines, why = room / str(number), [], ""
        if held is None or held[number][0] == "maker":
            lines, why = _run(module, number, folder, _clips_as_arrays(clips), clips, limits, seed)
        if held is None:
            told = lines[0] if lines else {"error": f"{module}: {why}"}
            held = told.get("held")
            if not _are_members(held):
                outcome.errors[module] = str(told.get("error", f"{module}: it could not be read"))[:600]
                return
        kind, name = held[number]
        entrant = Entrant(module, number, kind, _free(name, module, taken), file)
        made = []
        if kind == "maker":
            made = _collected(entrant.name, lines[1:], why, clips, folder, outcome)
        shutil.rmtree(folder, ignore_errors=True)
        yield entrant, made
        number += 1


def _are_members(held: object) -> bool:
    """Whether this is a list of [kind, name], as a contestant's first line has it; anything may stand there."""
    if not isinstance(held, list) or not held:
        return False
    pairs = [one for one in held if isinstance(one, list) and len(one) == 2 and all(isinstance(x, str) for x in one)]
    return len(pairs) == len(held) and all(
        kind in contestant.HELD and 0 < len(name) <= contestant.LONGEST and name.isprintable() for kind, name in pairs
    )


def _free(name: str, module: str, taken: set[str]) -> str:
    """The name if nobody has it, and else with its module's."""
    options = [name, f"{name} ({module})", *(f"{name} ({module}, {k})" for k in range(2, 1000))]
    free = next(one for one in options if one not in taken)
    taken.add(free)
    return free


def _clips_as_arrays(clips: Sequence[Clip]) -> dict[str, list[np.ndarray]]:
    return {name: [getattr(clip, name) for clip in clips] for name in contestant.ARRAYS}


def _forged_here(
    name: str, maker: course.Maker, clips: Sequence[Clip], seed: int, outcome: Outcome
) -> list[Fake | None]:
    made: list[Fake | None] = []
    for clip in clips:
        try:
            made.append(forge(maker, clip, seed))
        except MakerError as error:
            made.append(None)
            outcome.remarks.setdefault(name, str(error))
    return made


def _collected(
    name: str, lines: list[dict], why: str, clips: Sequence[Clip], folder: Path, outcome: Outcome
) -> list[Fake | None]:
    """What a maker's process left, checked; empty where it's nothing at all, which `outcome.errors` then explains."""
    made: list[Fake | None] = []
    trouble: list[str] = []
    for number, clip in enumerate(clips):
        line = lines[number] if number < len(lines) else {"error": f"{name}: {why or 'it gave no answer'}"}
        fake = None
        if "error" in line:
            trouble.append(str(line["error"])[:600])
        else:
            try:
                fake = checked_fake(_read_fake(folder, number), clip, name)
            except MakerError as error:
                trouble.append(str(error))
            except Exception as error:  # whatever stands in a stranger's file
                trouble.append(f"{name}: its file can't be read. {in_words(error)}")
        made.append(fake)
    if not any(made):
        outcome.errors[name] = trouble[0]
        return []
    if trouble:
        outcome.remarks[name] = trouble[0]
    return made


def _read_fake(folder: Path, number: int) -> Fake:
    parts = {}
    for name in ("frames", "masks", "performances"):
        path = folder / f"forged-{number}-{name}.npy"
        if name == "performances" and not path.exists():
            continue
        # A pipe in its place would keep us waiting, and a link might lead anywhere.
        if path.is_symlink() or not path.is_file() or path.stat().st_size > _LARGEST:
            raise ValueError(f"{path.name} is missing, no plain file, or far too large")
        parts[name] = np.load(path, allow_pickle=False)
    return Fake(**parts)


def _measure(fakes: dict[str, list[Fake | None]], clips: Sequence[Clip], outcome: Outcome) -> None:
    """Coverage and quality of all makers. Who has filmed the truth itself drops out: that would be no fake."""
    for name, made in list(fakes.items()):
        near: dict[tuple[int, int], Quality] = {}
        for fake, clip in zip(made, clips, strict=True):
            try:
                value = None if fake is None else quality.measured(fake, clip)
            except ValueError as error:
                outcome.remarks.setdefault(name, f"{name}: its quality can't be measured: {error}")
                break
            if value is not None:
                near[clip.identity.marks, clip.seed] = value
        if near and np.median([one.explained for one in near.values()]) > quality.TRUE:
            del fakes[name]
            outcome.remarks.pop(name, None)
            outcome.errors[name] = f"{name}: its fakes are the truth, filmed again; that's out of bounds for a maker"
            continue
        outcome.coverage[name] = float(np.mean([fake is not None for fake in made]))
        if near:
            outcome.quality[name] = near
        if all(fake is None or fake.performances is None for fake in made):
            outcome.silent.add(name)


# --- examiners --------------------------------------------------------------------------------------------------------


def _examined(
    fakes: Mapping[str, list[Fake | None]],
    clips: Sequence[Clip],
    named: Sequence[tuple[Examiner, list[str]]],
    waiting: Sequence[Entrant],
    seed: int,
    levels: Sequence[str],
    limits: Limits,
    folder: Path,
    outcome: Outcome,
    progress: Say,
) -> None:
    """Fills the outcome's rows: one a clip, maker and level."""
    shown: list[np.ndarray] = []  # what outside examiners will get
    for maker, made in ((REAL, clips), *fakes.items()):
        progress(f"examining {maker}")
        for fake, clip in zip(made, clips, strict=True):
            for level in levels:
                row = {"character": clip.identity.marks, "clip": clip.seed, "hand": clip.hand}
                row |= {"maker": maker, "level": level}
                if fake is not None:
                    frames = compressed(fake.frames, level)
                    row |= _numbers(named, frames, clip, maker, outcome)
                    if waiting:
                        shown.append(frames)
                outcome.rows.append(row)
    seen = [row for row in outcome.rows if len(row) > len(_KEYS)]
    for place, entrant in enumerate(waiting):
        progress(entrant.name)
        values, words = _answers_of(entrant, shown, seen, clips, seed, limits, folder / f"examiner-{place}")
        answered = float(np.mean(~np.isnan(values)))
        if not answered:
            outcome.errors[entrant.name] = words or f"{entrant.name}: it gave no number for any clip"
            continue
        outcome.coverage[entrant.name] = answered
        if answered < 1:
            outcome.remarks[entrant.name] = words or f"{entrant.name}: it gave no number for some clips"
        outcome.names.append(entrant.name)
        for row, value in zip(seen, values, strict=True):
            row[entrant.name] = float(value)
    for row in outcome.rows:
        for name in outcome.names:
            # A fake that was never made can't hide from anybody.
            row.setdefault(name, np.inf)


def _numbers(
    named: Sequence[tuple[Examiner, list[str]]], frames: np.ndarray, clip: Clip, maker: str, outcome: Outcome
) -> dict[str, float]:
    """What the course's examiners say of a clip. A fake at which one of them breaks down is found by it: nobody shall
    win by that."""
    values: dict[str, float] = {}
    for examiner, names in named:
        try:
            values |= {name: float(value) for name, value in examine(frames, clip.landmarks, [examiner]).items()}
        except Exception as error:
            if maker == REAL:
                raise
            values |= dict.fromkeys(names, np.inf)
            outcome.remarks.setdefault(maker, f"{maker}: {names[0]} broke down at one of its fakes. {in_words(error)}")
    return values


def _answers_of(
    entrant: Entrant,
    shown: Sequence[np.ndarray],
    rows: Sequence[dict],
    clips: Sequence[Clip],
    seed: int,
    limits: Limits,
    folder: Path,
) -> tuple[np.ndarray, str]:
    """An outside examiner's numbers, NaN where one is missing, and in words the first trouble there was."""
    where = {(clip.identity.marks, clip.seed): clip.landmarks for clip in clips}
    landmarks = [where[row["character"], row["clip"]] for row in rows]
    # In an order that tells nothing: an examiner could count.
    order = np.random.default_rng([seed, 0xA7E4A]).permutation(len(shown))
    arrays = {"frames": [shown[i] for i in order], "landmarks": [landmarks[i] for i in order]}
    lines, why = _run(entrant.module, entrant.number, folder, arrays, (), limits, None)
    shutil.rmtree(folder, ignore_errors=True)
    values, words = np.full(len(order), np.nan), f"{entrant.name}: {why}" if why else ""
    for i, line in zip(order, lines[1:], strict=False):
        values[i] = _finite(line.get("value"))
        if np.isnan(values[i]) and "error" in line:
            words = words or str(line["error"])[:600]
    return values, words


def _finite(value: object) -> float:
    """An answer as a float; NaN where it's no number or no finite one."""
    try:
        number = float(value) if isinstance(value, int | float) else np.nan
    except OverflowError:
        number = np.nan
    return number if np.isfinite(number) else np.nan


# --- a process --------------------------------------------------------------------------------------------------------


def _run(
    module: str,
    number: int,
    folder: Path,
    arrays: Mapping[str, Sequence[np.ndarray]],
    clips: Sequence[Clip],
    limits: Limits,
    seed: int | None,
) -> tuple[list[dict], str]:
    """One contestant's process over stacks of `arrays`: its lines (the first says whom the module holds), and why the
    last ones are missing, in words, or ""."""
    folder.mkdir(parents=True)
    for name, parts in arrays.items():
        shape = (len(parts), *parts[0].shape)
        stack = np.lib.format.open_memmap(folder / f"{name}.npy", "w+", parts[0].dtype, shape)
        for i, part in enumerate(parts):
            stack[i] = part
        del stack
    told = [{"identity": contestant.told_of(clip.identity), "seed": clip.seed, "hand": clip.hand} for clip in clips]
    beside = [str(Path(module).resolve().parent)] if module.endswith(".py") else []
    task = {"module": module, "number": number, "seed": seed, "memory": limits.memory, "clips": told}
    (folder / contestant.TASK).write_text(json.dumps(task | {"path": [*beside, os.getcwd()]}), "utf-8")
    answers, count = folder / contestant.ANSWERS, len(arrays["frames"])

    @lru_cache(maxsize=1)
    def turn() -> int:
        """How many lines there will be, from the first one: its own, and one an answer, where it's this one's turn."""
        held = _read_lines(answers)[0].get("held")
        mine = _are_members(held) and number < len(held) and held[number][0] == ("maker" if clips else "examiner")
        return 1 + count * mine

    ended = isolation.run(PROGRAM, folder, answers, lambda lines: turn(), limits)
    return _read_lines(answers), ended.why


def _read_lines(path: Path) -> list[dict]:
    """A contestant's answers as far as they can be read: anything may stand there."""
    if not path.exists():
        return []
    lines: list[dict] = []
    for line in path.read_bytes().split(b"\n")[:-1]:
        try:
            told = json.loads(line)
        except (ValueError, RecursionError):
            told = None
        lines.append(told if isinstance(told, dict) else {"error": "it wrote an answer that can't be read"})
    return lines
