"""A leaderboard as a file: what one contest says of whom, and how a class's files become one.

Nobody's name need stand in it: an entry is known by the name that its author gave the maker or examiner, and by the
fingerprint that its file had when it ran. A board forgets nothing: `add` keeps earlier runs beside the new ones. Only
what was measured against the course's own makers and examiners goes in, so that an entry says the same wherever it was
made.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from unmasked import paths
from unmasked.arguments import checked_number, checked_whole
from unmasked.forensics import standings
from unmasked.forensics.arena import Outcome
from unmasked.forensics.splits import FINAL_FROM

FORMAT = "unmasked leaderboard 2"
_NUMBERS = {"score": (0, 1), "low": (0, 1), "high": (0, 1), "coverage": (0, 1)}
_LARGEST = 16 << 20  # bytes
NEAR = 0.03  # scores so near are the same: another machine rounds a network otherwise


def entries(
    outcome: Outcome, seed: int, characters: int, levels: Sequence[str], plans: Mapping[str, str] | None = None
) -> list[dict]:
    """An entry for each maker and examiner from outside that was scored.

    {"kind", "name", "file": the fingerprint that its file had when it ran, "plan": its plan's or "", "when": the
    contest began, "runs": 1, "contest": {"seed", "characters", "levels", "against": names of the course's makers or
    examiners}, "score", "low", "high", "coverage", "unranked": "" or why, "detail": in words}. A maker's score is the
    AUC by which it's found, so less is better; an examiner's is the AUC by which it finds. `plans`: see `planned`.
    """
    tables = {"maker": standings.makers(outcome, levels), "examiner": standings.examiners(outcome, levels)}
    made = []
    for one in outcome.outside:
        row = tables[one.kind].get(one.name)
        if row is None or (one.kind == "examiner" and not outcome.sealed["makers"]):
            continue
        against = outcome.sealed["examiners" if one.kind == "maker" else "makers"]
        contest = {"seed": seed, "characters": characters, "levels": list(levels), "against": sorted(against)}
        entry = {"kind": one.kind, "name": one.name, "file": one.file, "contest": contest}
        entry |= {"plan": (plans or {}).get(one.name, ""), "unranked": row.get("unranked", "")}
        entry |= {"when": outcome.when, "runs": 1}
        entry["score"] = row["found"] if one.kind == "maker" else row["auc"]
        entry |= {key: row[key] for key in ("low", "high", "coverage")}
        quality = f"; quality {row['quality']['mean']:.2f}" if row.get("quality") else ""
        told = f"found by {row['by']}{quality}" if one.kind == "maker" else f"weakest on {row['weakest']['maker']}"
        made.append(entry | {"detail": told})
    return made


def plan_fingerprint(plan: Mapping) -> str:
    """12 digits that are a plan's own: another word in it, other digits."""
    return hashlib.sha256(json.dumps(plan, sort_keys=True).encode()).hexdigest()[:12]


def seed_of(plan: Mapping) -> int:
    """The final seed of somebody who has no instructor, drawn from the plan: another word in it, another seed.

    It isn't secret: whoever has the plan can compute it.
    """
    return FINAL_FROM + int(plan_fingerprint(plan), 16) % (9000 - FINAL_FROM)


def planned(outcome: Outcome, plans: Mapping[Path, Mapping]) -> dict[str, str]:
    """For each entrant that has a plan, the plan's fingerprint, by the entrant's name.

    `plans`: by the file in which each stands. A plan is for the entrants of its "entry" (maker or examiner) whose file
    stands in the same folder.
    """
    whose = {(path.resolve().parent, plan.get("entry")): plan_fingerprint(plan) for path, plan in plans.items()}
    homes = {one.name: (Path(one.module).resolve().parent, one.kind) for one in outcome.outside}
    return {name: whose[home] for name, home in homes.items() if home in whose}


def read_plan(path: Path) -> dict:
    """A plan from its file. Raises ValueError, in words, for a file that holds none."""
    try:
        plan = json.loads(Path(path).read_bytes())
    except OSError as error:
        raise ValueError(f"{path}: it can't be read ({error.strerror or error})") from error
    except ValueError as error:
        raise ValueError(f"{path}: it is no plan: {error}") from error
    if not isinstance(plan, dict) or plan.get("entry") not in ("maker", "examiner"):
        raise ValueError(f"{path}: it is no plan: wanted one whose entry is maker or examiner")
    return plan


def add(path: Path, found: Sequence[Mapping]) -> None:
    """Puts entries onto the leaderboard at `path`, behind those that stand there; a run that's there already stands
    once. Raises ValueError as `read`."""
    before = read(path) if Path(path).exists() else []
    there = [_run_of(one) for one in before]
    write(path, [*before, *(one for one in found if _run_of(one) not in there)])


def _run_of(entry: Mapping) -> list:
    return [entry[key] for key in ("kind", "name", "file", "contest", "when")]


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


def _checked(entry: object) -> dict:
    if not isinstance(entry, dict) or entry.get("kind") not in ("maker", "examiner"):
        raise ValueError("an entry is wanted to say its kind, maker or examiner")
    for name in ("name", "file", "plan", "when", "unranked", "detail"):
        if not isinstance(entry.get(name), str) or not entry[name].isprintable():
            raise ValueError(f"an entry's {name} is wanted as text, got {entry.get(name)!r:.60}")
    for name, ends in _NUMBERS.items():
        checked_number(entry.get(name), f"{entry['name']}: {name}", *ends)
    checked_whole(entry.get("runs"), f"{entry['name']}: runs", 1)
    contest = entry.get("contest")
    kinds = {"seed": int, "characters": int, "levels": list, "against": list}
    if not isinstance(contest, dict) or any(not isinstance(contest.get(key), kind) for key, kind in kinds.items()):
        raise ValueError(f"{entry['name']}: its contest is wanted with {', '.join(kinds)}")
    if not all(isinstance(word, str) for key in ("levels", "against") for word in contest[key]):
        raise ValueError(f"{entry['name']}: its contest's levels and opponents are wanted as text")
    kept = ("kind", "name", "file", "plan", "when", "runs", "contest", *_NUMBERS, "unranked", "detail")
    return {key: entry[key] for key in kept}


def merge(files: Sequence[Path]) -> tuple[list[dict], list[str]]:
    """The entries of several files in one list, contest by contest (those of final seeds first), makers before
    examiners, the best first; and, in words, what an instructor should look at.

    What was run or handed in twice (the same kind, name, file and contest) stands once, with the most "runs" that one
    of the files holds. Where its two scores differ by more than other machines explain, both stand, and a sentence says
    so; others name an entry whose final seed was run more than once, with other files, or with other plans. Raises
    ValueError as `read`.
    """
    kept: dict[str, list[dict]] = {}
    words = []
    for path in files:
        moments: dict[str, set[str]] = {}
        for entry in read(path):
            key = json.dumps([entry[name] for name in ("kind", "name", "file", "contest")], sort_keys=True)
            moments.setdefault(key, set()).add(entry["when"])
            same = kept.setdefault(key, [])
            near = next((one for one in same if abs(one["score"] - entry["score"]) <= NEAR), None)
            if near is None:
                if same:
                    words.append(
                        f"{entry['name']} ({entry['file']}) has two scores for the same file and contest, "
                        f"{same[0]['score']:.3f} and {entry['score']:.3f} (in {path}): run it again to see which stands"
                    )
                near = dict(entry)
                same.append(near)
            else:
                final = entry["contest"]["seed"] >= FINAL_FROM  # before it, a plan grows
                if final and near["plan"] and entry["plan"] not in ("", near["plan"]):
                    both = f"{near['plan']} and {entry['plan']}"
                    words.append(f"{entry['name']} ({entry['file']}) comes with two plans, {both}")
                near["plan"] = near["plan"] or entry["plan"]
            near["runs"] = max(near["runs"], entry["runs"], len(moments[key]))
    found = sorted((one for same in kept.values() for one in same), key=_place)
    return found, words + _looks(found)


def _looks(found: Sequence[Mapping]) -> list[str]:
    """In words, which entries were run on a final seed more than once, or under one name with several files."""
    words, files = [], {}
    for entry in found:
        if entry["contest"]["seed"] < FINAL_FROM:
            continue
        seed = entry["contest"]["seed"]
        if entry["runs"] > 1:
            words.append(f"{entry['name']} ({entry['file']}) was run {entry['runs']} times on the final seed {seed}")
        files.setdefault((entry["kind"], entry["name"], seed), {})[entry["file"]] = None
    for (_, name, seed), several in files.items():
        if len(several) > 1:
            words.append(
                f"{name}: {len(several)} files of that name were run on the final seed {seed} ({', '.join(several)}); "
                "either one was changed after a look, or two authors chose one name"
            )
    return words


def _place(entry: Mapping) -> tuple:
    order = entry["score"] if entry["kind"] == "maker" else -entry["score"]
    contest = json.dumps(entry["contest"], sort_keys=True)
    practice = entry["contest"]["seed"] < FINAL_FROM
    return practice, contest, entry["kind"] != "maker", bool(entry["unranked"]), order, entry["name"]


def tables(found: Sequence[Mapping]) -> dict[str, dict[str, dict]]:
    """A leaderboard as tables: heading of a contest and kind → entry, with the fingerprint of its file → its cells."""
    return {
        heading: {
            f"{one['name']} ({one['file']})": {"AUC": one["score"], "low": one["low"], "high": one["high"]}
            | {"done": f"{one['coverage']:.0%}", "runs": str(one["runs"]), "plan": one["plan"] or "none"}
            | {"detail": _detail(one)}
            for one in entries
        }
        for heading, entries in _headed(found)
    }


def _headed(found: Sequence[Mapping]) -> Iterator[tuple[str, list[Mapping]]]:
    grouped: dict[str, list[Mapping]] = {}
    for entry in found:
        contest, maker = entry["contest"], entry["kind"] == "maker"
        run = "Practice" if contest["seed"] < FINAL_FROM else "Final run"
        kind = "makers, the best hidden first" if maker else "examiners, the best first"
        against = f"{len(contest['against'])} {'examiners' if maker else 'makers'} of the course"
        told = f"{contest['characters']} characters, {', '.join(contest['levels'])}, against {against}"
        grouped.setdefault(f"{run}, seed {contest['seed']}: {kind} ({told})", []).append(entry)
    yield from grouped.items()


def _detail(entry: Mapping) -> str:
    return entry["detail"] + (f"; not ranked: {entry['unranked']}" if entry["unranked"] else "")


def lines(found: Sequence[Mapping]) -> list[str]:
    """A leaderboard in lines of text, under a heading a contest and kind, and at the end who the course's were."""
    told = []
    for heading, entries in _headed(found):
        told += ["", heading]
        for entry in entries:
            number = f"{entry['score']:.2f} [{entry['low']:.2f}, {entry['high']:.2f}]"
            often = f"; {entry['runs']} runs" if entry["runs"] > 1 else ""
            plan = f"plan {entry['plan']}" if entry["plan"] else "no plan"
            done = f"{entry['coverage']:.0%} done; {_detail(entry)}; {plan}{often}"
            told.append(f"  {number}  {entry['name']} ({entry['file']})  {done}")
    for kind, who in (("maker", "examiners"), ("examiner", "makers")):
        met = dict.fromkeys(" · ".join(one["contest"]["against"]) for one in found if one["kind"] == kind)
        told += ["", *(f"The course's {who}: {names}" for names in met)]
    return told
