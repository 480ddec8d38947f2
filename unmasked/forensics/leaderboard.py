"""A leaderboard as a file: what one contest says of whom, and how a class's files become one.

Nobody's name need stand in it: an entry is known by the name that its author gave the maker or examiner, and by the
fingerprint of its file. Only what was measured against the course's own makers and examiners goes in, so that an entry
says the same wherever it was made.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from unmasked import paths
from unmasked.arguments import checked_number
from unmasked.forensics import standings
from unmasked.forensics.arena import Outcome

FORMAT = "unmasked leaderboard 1"
_NUMBERS = {"score": (0, 1), "low": (0, 1), "high": (0, 1), "coverage": (0, 1)}
_LARGEST = 16 << 20  # bytes
NEAR = 0.03  # scores so near are the same: another machine rounds a network otherwise


def entries(
    outcome: Outcome, seed: int, characters: int, levels: Sequence[str], plan: Mapping | None = None
) -> list[dict]:
    """An entry for each maker and examiner from outside that was scored.

    {"kind", "name", "file": its fingerprint, the first 12 digits of a SHA-256 (of the module's name, where it's no
    file), "plan": the plan's or "", "contest": {"seed", "characters", "levels", "against": names of the course's makers
    or examiners}, "score", "low", "high", "coverage", "unranked": "" or why, "detail": in words}. A maker's score is
    the AUC by which it's found, so less is better; an examiner's is the AUC by which it finds.
    """
    tables = {"maker": standings.makers(outcome, levels), "examiner": standings.examiners(outcome, levels)}
    made = []
    for one in outcome.outside:
        row = tables[one.kind].get(one.name)
        if row is None or (one.kind == "examiner" and not outcome.sealed["makers"]):
            continue
        against = outcome.sealed["examiners" if one.kind == "maker" else "makers"]
        contest = {"seed": seed, "characters": characters, "levels": list(levels), "against": sorted(against)}
        entry = {"kind": one.kind, "name": one.name, "file": fingerprint(one.module), "contest": contest}
        entry |= {"plan": plan_fingerprint(plan) if plan else "", "unranked": row.get("unranked", "")}
        entry["score"] = row["found"] if one.kind == "maker" else row["auc"]
        entry |= {key: row[key] for key in ("low", "high", "coverage")}
        quality = f"; quality {row['quality']['mean']:.2f}" if row.get("quality") else ""
        told = f"found by {row['by']}{quality}" if one.kind == "maker" else f"weakest on {row['weakest']['maker']}"
        made.append(entry | {"detail": told})
    return made


def fingerprint(module: str) -> str:
    """12 digits that are a file's own, whichever system's line ends it has; of a module's name, where it's no file."""
    path = Path(module)
    is_file = path.suffix == ".py" and path.is_file()
    data = path.read_bytes().replace(b"\r\n", b"\n") if is_file else module.encode()
    return hashlib.sha256(data).hexdigest()[:12]


def plan_fingerprint(plan: Mapping) -> str:
    """12 digits that are a plan's own: another word in it, other digits."""
    return hashlib.sha256(json.dumps(plan, sort_keys=True).encode()).hexdigest()[:12]


def file_name(found: Sequence[Mapping]) -> str:
    """A name for a leaderboard file that no classmate's has: `board-` and 8 digits of its entries' fingerprints."""
    together = json.dumps(sorted([one["kind"], one["name"], one["file"]] for one in found))
    return f"board-{hashlib.sha256(together.encode()).hexdigest()[:8]}.json"


def write(path: Path, found: Sequence[Mapping]) -> None:
    """Writes a leaderboard file."""
    text = json.dumps({"format": FORMAT, "entries": list(found)}, indent=1, ensure_ascii=False)
    paths.write_aside(Path(path), (text + "\n").encode())


def read(path: Path) -> list[dict]:
    """The entries of a leaderboard file. Raises ValueError, in words, for a file that is none."""
    path = Path(path)
    try:
        if path.stat().st_size > _LARGEST:
            raise ValueError("it is far too large")
        told = json.loads(path.read_bytes())
        if not isinstance(told, dict) or told.get("format") != FORMAT or not isinstance(told.get("entries"), list):
            raise ValueError(f"wanted {FORMAT!r} with a list of entries")
        return [_checked(entry) for entry in told["entries"]]
    except OSError as error:
        raise ValueError(f"{path}: it can't be read ({error.strerror or error})") from error
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise ValueError(f"{path}: it is no leaderboard: {error}") from error


def changed_since(path: Path, found: Sequence[Mapping]) -> list[str]:
    """The names in `found` that stand in the file at `path` for the same contest with another fingerprint.

    Their contest was run before, and then they were changed: on a sealed set that's a look too many. Empty where there
    is no such file. Raises ValueError as `read`.
    """
    if not Path(path).exists():
        return []
    before = [[one[key] for key in ("kind", "name", "contest", "file")] for one in read(path)]
    return sorted(
        {
            new["name"]
            for new in found
            for *same, file in before
            if same == [new["kind"], new["name"], new["contest"]] and file != new["file"]
        }
    )


def _checked(entry: object) -> dict:
    if not isinstance(entry, dict) or entry.get("kind") not in ("maker", "examiner"):
        raise ValueError("an entry is wanted to say its kind, maker or examiner")
    for name in ("name", "file", "plan", "unranked", "detail"):
        if not isinstance(entry.get(name), str) or not entry[name].isprintable():
            raise ValueError(f"an entry's {name} is wanted as text, got {entry.get(name)!r:.60}")
    for name, ends in _NUMBERS.items():
        checked_number(entry.get(name), f"{entry['name']}: {name}", *ends)
    contest = entry.get("contest")
    kinds = {"seed": int, "characters": int, "levels": list, "against": list}
    if not isinstance(contest, dict) or any(not isinstance(contest.get(key), kind) for key, kind in kinds.items()):
        raise ValueError(f"{entry['name']}: its contest is wanted with {', '.join(kinds)}")
    if not all(isinstance(word, str) for key in ("levels", "against") for word in contest[key]):
        raise ValueError(f"{entry['name']}: its contest's levels and opponents are wanted as text")
    return {key: entry[key] for key in ("kind", "name", "file", "plan", "contest", *_NUMBERS, "unranked", "detail")}


def merge(files: Sequence[Path]) -> tuple[list[dict], list[str]]:
    """The entries of several files in one list, contest by contest, makers before examiners, the best first; and, in
    words, what an instructor should look at.

    What was handed in twice (the same kind, name, file and contest) stands once. Where its two scores differ by more
    than other machines explain, both stand, and a sentence says so. Raises ValueError as `read`.
    """
    kept: dict[str, list[dict]] = {}
    words = []
    for path in files:
        for entry in read(path):
            key = json.dumps([entry[name] for name in ("kind", "name", "file", "contest")], sort_keys=True)
            same = kept.setdefault(key, [])
            if any(abs(one["score"] - entry["score"]) <= NEAR for one in same):
                continue
            if same:
                words.append(
                    f"{entry['name']} ({entry['file']}) has two scores for the same file and contest, "
                    f"{same[0]['score']:.3f} and {entry['score']:.3f} (in {path}): run it again to see which stands"
                )
            same.append(entry)
    return sorted((one for same in kept.values() for one in same), key=_place), words


def _place(entry: Mapping) -> tuple:
    order = entry["score"] if entry["kind"] == "maker" else -entry["score"]
    contest = json.dumps(entry["contest"], sort_keys=True)
    return contest, entry["kind"] != "maker", bool(entry["unranked"]), order, entry["name"]


def lines(found: Sequence[Mapping]) -> list[str]:
    """A leaderboard in lines of text, under a heading a contest and kind."""
    told, heading = [], None
    for entry in found:
        contest, maker = entry["contest"], entry["kind"] == "maker"
        kind = "makers, the best hidden first" if maker else "examiners, the best first"
        told_of = (
            f"seed {contest['seed']}, {contest['characters']} characters, {', '.join(contest['levels'])}; "
            f"against {', '.join(contest['against'])}"
        )
        if heading != (kind, told_of):
            heading = (kind, told_of)
            told += ["", f"{kind[0].upper()}{kind[1:]} ({told_of})"]
        number = f"{entry['score']:.2f} [{entry['low']:.2f}, {entry['high']:.2f}]"
        behind = f"; not ranked: {entry['unranked']}" if entry["unranked"] else ""
        done = f"{entry['coverage']:.0%} done; {entry['detail']}{behind}"
        told.append(f"  {number}  {entry['name']} ({entry['file']})  {done}")
    return told
