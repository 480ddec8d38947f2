"""Scores makers and examiners from anywhere: `python -m unmasked.forensics.score MODULE --seed N`.

MODULE is a Python file or the dotted name of a module that can be imported, and holds makers and examiners as
`unmasked.forensics.contestant` says. "built-in" as MODULE stands for the five makers of this course, "newer" for those
of lesson 15; examiners from outside always meet the five.

Each maker and each examiner from outside runs in a process of its own, with limits on time and memory, so that one
which crashes costs only itself. That guards against accidents and not against malice: it runs with all rights of
whoever starts it, so try only what you would run anyway. The seed decides who is filmed and all chance of the makers.

`--board FILE` keeps what was measured against the course's own makers and examiners on a leaderboard, behind what
stands there; `--plan FILE` puts a plan's fingerprint to the entries of its folder; `--merge` makes one leaderboard of
several. Wherever files are named, `*` stands for anything, whatever the shell.

The last line of the output is JSON. The exit status is 0 where everybody was scored and 1 where one was not.
"""

from __future__ import annotations

import argparse
import glob
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from unmasked.arguments import checked_whole
from unmasked.forensics import arena, contest, examiners, leaderboard, standings
from unmasked.forensics.arena import Outcome
from unmasked.forensics.compression import LEVELS
from unmasked.forensics.isolation import Limits


def compete(
    modules: Sequence[str],
    seed: int,
    characters: int = 16,
    levels: Sequence[str] = tuple(LEVELS),
    limits: Limits | None = None,
    progress=None,
) -> Outcome:
    """A contest of the modules, of "built-in" and "newer" makers, on strangers that nothing was fitted on.

    Raises ValueError for fewer than two characters, an unknown level or a seed outside 0…8999; whatever the modules do
    becomes words in the outcome.
    """
    seed, characters = checked_whole(seed, "seed", 0, 8999), checked_whole(characters, "characters", 2, 1000)
    strangers = [level for level in levels if level not in LEVELS]
    if strangers or not levels:
        raise ValueError(f"levels: wanted some of {', '.join(LEVELS)}, got {strangers or 'none'}")
    clips = contest.film(characters, seed + 1000)
    return arena.hold(modules, clips, examiners.shipped(), seed, levels, limits, progress or (lambda words: None))


def score(
    modules: Sequence[str],
    seed: int,
    characters: int = 16,
    levels: Sequence[str] = tuple(LEVELS),
    limits: Limits | None = None,
    progress=None,
) -> dict:
    """Every clue and detector on every maker of the modules, at every level, and who stands where.

    Returns {"seed", "characters", "levels", "makers": {maker: {number: {level: {"auc", "low", "high"}}}}, "standings":
    {"makers", "examiners", "compared"} (see `standings`), "errors": {maker, examiner or module: words}, "remarks":
    {name: words, where some answers are missing}}. AUC: the chance that a fake scores higher than a recording; low and
    high: its 95 % interval, from a bootstrap over characters. Raises as `compete`.
    """
    return told(compete(modules, seed, characters, levels, limits, progress), seed, characters, levels)


def told(outcome: Outcome, seed: int, characters: int, levels: Sequence[str]) -> dict:
    """An outcome as `score` returns it."""
    entered = [name for name in outcome.coverage if name not in outcome.names]
    return {
        "seed": seed,
        "characters": characters,
        "levels": list(levels),
        "makers": {
            maker: {name: {level: outcome.area(name, maker, level) for level in levels} for name in outcome.names}
            for maker in entered
        },
        "standings": {
            "makers": standings.makers(outcome, levels),
            "examiners": standings.examiners(outcome, levels),
            "compared": standings.compared(outcome, levels),
        },
        "errors": outcome.errors,
        "remarks": {name: words for name, words in outcome.remarks.items() if name not in outcome.errors},
    }


def table(scores: Mapping[str, Mapping[str, Mapping[str, float]]], levels: Sequence[str]) -> str:
    """One maker's scores in lines: a number a line, a level a column, AUC with its interval."""
    wide = max(18, *(len(name) + 2 for name in scores))
    lines = [" " * wide + "".join(f"{level:>20}" for level in levels)]
    for name, row in scores.items():
        cells = [_with_interval(one, "auc") for one in map(row.get, levels)]
        lines.append(f"{name:<{wide}}" + "".join(f"{cell:>20}" for cell in cells))
    return "\n".join(lines)


def _with_interval(one: Mapping[str, float], key: str) -> str:
    return f"{one[key]:.2f} [{one['low']:.2f}, {one['high']:.2f}]"


def in_lines(found: Mapping) -> list[str]:
    """The standings of `score`'s result in lines of text."""
    ranks = found["standings"]
    lines = ["", "Makers, the best hidden first: the AUC of the examiner that finds it best, mean over the levels"]
    for name, row in ranks["makers"].items():
        near = f"; quality {_with_interval(row['quality'], 'mean')}" if row["quality"] else ""
        near += f"; not ranked: {row['unranked']}" if row["unranked"] else ""
        lines.append(f"  {_with_interval(row, 'found')}  {name}: by {row['by']}; forged {row['coverage']:.0%}{near}")
    lines += ["", "Examiners, the best first: mean AUC, a missing answer counting as wrong"]
    for name, row in ranks["examiners"].items():
        weak = f"weakest on {row['weakest']['maker']} ({row['weakest']['auc']:.2f})"
        lines.append(f"  {_with_interval(row, 'auc')}  {name}: answered {row['coverage']:.0%}; {weak}")
    for pair in ranks["compared"]:
        gap = f"{pair['difference']:+.3f} [{pair['low']:+.3f}, {pair['high']:+.3f}]"
        lines.append(f"  {pair['one']} minus {pair['other']}, on the same characters: {gap}")
    return lines


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m unmasked.forensics.score", description="Scores makers and examiners from anywhere."
    )
    parser.add_argument("modules", nargs="*", metavar="MODULE", help="a .py file, a module's name, built-in or newer")
    parser.add_argument("--seed", type=int, default=0, help="who is filmed, and the makers' chance (0…8999)")
    parser.add_argument("--characters", type=int, default=16, help="strangers to film, one clip each (2 or more)")
    parser.add_argument("--levels", nargs="+", default=list(LEVELS), choices=list(LEVELS), metavar="LEVEL")
    parser.add_argument("--seconds", type=float, default=Limits.seconds, help="for one answer of a contestant")
    parser.add_argument("--memory", type=int, default=Limits.memory, help="MB for a contestant's process")
    parser.add_argument("--plan", nargs="+", default=[], metavar="FILE", help="plans, each beside its entry's file")
    parser.add_argument("--board", type=Path, metavar="FILE", help="keep it on this leaderboard")
    parser.add_argument("--merge", nargs="+", metavar="FILE", help="make one leaderboard of several")
    asked = parser.parse_args(arguments)
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="replace")  # a console that lacks a character still gets all the rest
    if bool(asked.modules) == bool(asked.merge):
        parser.error("wanted modules to score or --merge with leaderboards, one of the two")
    return _merged(parser, asked) if asked.merge else _scored(parser, asked)


def _merged(parser: argparse.ArgumentParser, asked: argparse.Namespace) -> int:
    try:
        files = [Path(one) for one in _matching(asked.merge)]
        found, words = leaderboard.merge(files)
    except ValueError as error:
        parser.error(str(error))
    if asked.board:
        leaderboard.write(asked.board, found)
    print("\n".join([*leaderboard.lines(found), "", *words]))
    print()
    print(json.dumps({"entries": len(found), "files": len(files)}))
    return 0


def _matching(names: Sequence[str]) -> list[str]:
    """The names, one with * replaced by the files that it stands for. Raises ValueError where there are none."""
    found = []
    for name in names:
        files = sorted(glob.glob(name)) if "*" in name else [name]
        if not files:
            raise ValueError(f"{name}: there is no such file")
        found += files
    return found


def _scored(parser: argparse.ArgumentParser, asked: argparse.Namespace) -> int:
    try:
        limits = Limits(seconds=asked.seconds, memory=asked.memory)
        plans = {Path(one): leaderboard.read_plan(Path(one)) for one in _matching(asked.plan)}
        if asked.board and asked.board.exists():
            leaderboard.read(asked.board)  # all the work would be lost on a file that can't be added to
        modules, tell = _matching(asked.modules), lambda who: print(f"… {who}", flush=True)
        outcome = compete(modules, asked.seed, asked.characters, asked.levels, limits, tell)
    except ValueError as error:
        parser.error(str(error))
    found = told(outcome, asked.seed, asked.characters, asked.levels)
    for maker, rows in found["makers"].items():
        print(f"\n{maker}: AUC, and its 95 % interval\n{table(rows, asked.levels)}")
    print("\n".join(in_lines(found)))
    for name, words in found["remarks"].items():
        print(f"\nNOT ALL ANSWERED  {name}\n  {words}")
    for name, words in found["errors"].items():
        print(f"\nNOT SCORED  {name}\n  {words}")
    if asked.board:
        planned = leaderboard.planned(outcome, plans)
        entries = leaderboard.entries(outcome, asked.seed, asked.characters, asked.levels, planned)
        leaderboard.add(asked.board, entries)
        for name in [one["name"] for one in entries if not one["plan"]]:
            print(f"\nWITHOUT A PLAN  {name}")
        print(f"\nThe leaderboard is in {asked.board}.")
    print()
    print(json.dumps(found))
    return 1 if found["errors"] else 0


if __name__ == "__main__":
    sys.exit(main())
