"""The final run of a contest as a file, so that what may happen only once needn't be repeated to look at it again."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from unmasked import paths
from unmasked.arguments import checked_whole
from unmasked.forensics import contestant, leaderboard
from unmasked.forensics.arena import Entrant, Outcome
from unmasked.forensics.quality import Quality
from unmasked.forensics.splits import FINAL_FROM

FORMAT = "unmasked final run 1"
_PLAIN = ("rows", "names", "errors", "sealed", "coverage", "remarks", "when")  # of an outcome: JSON as they stand


@dataclass(frozen=True)
class Final:
    """A final run: its `outcome`, the `seed`, the `plan` that it was run with, the `path` where it's kept, how many
    runs of this seed that folder holds (`runs`)."""

    outcome: Outcome
    seed: int
    plan: Mapping
    path: Path
    runs: int

    def words(self, plan: Mapping) -> list[str]:
        """What has to be said of it: when it was, how often, and what has changed since. `plan`: as it is now."""
        told = [f"The final run on seed {self.seed}, of {self.outcome.when}, kept in {self.path.name}."]
        if self.runs > 1:
            told.append(f"This seed has been run {self.runs} times here: say so in your report.")
        if leaderboard.plan_fingerprint(plan) != leaderboard.plan_fingerprint(self.plan):
            told.append("Your plan has changed since; what follows is judged by the plan of that run.")
        for one in self.outcome.outside:
            if one.file != contestant.fingerprint(one.module):
                told.append(f"{one.module} has changed since; what follows is of the file that ran ({one.file}).")
        return told


def final(hold: Callable[[], Outcome], seed: int, plan: Mapping, folder: Path = Path(), again: bool = False) -> Final:
    """The run of this seed that is kept in `folder`; where there's none yet, or `again`, `hold()` makes one, which is
    kept beside the earlier ones as final-SEED-1.json, final-SEED-2.json ….

    Raises ValueError for a practice seed, and for a kept file that can't be read.
    """
    seed = checked_whole(seed, "seed", FINAL_FROM, 8999)
    runs = 0
    while _path(folder, seed, runs + 1).exists():
        runs += 1
    seen = runs > 0 and not again
    if not seen:
        runs += 1
        _write(_path(folder, seed, runs), hold(), plan)
    path = _path(folder, seed, runs)
    outcome, plan = _read(path)
    return Final(outcome, seed, plan, path, runs)


def _path(folder: Path, seed: int, run: int) -> Path:
    return Path(folder) / f"final-{seed}-{run}.json"


def _write(path: Path, outcome: Outcome, plan: Mapping) -> None:
    told = {name: getattr(outcome, name) for name in _PLAIN}
    told |= {"outside": [asdict(one) for one in outcome.outside], "silent": sorted(outcome.silent)}
    told["quality"] = {
        maker: [[*key, near.explained, near.share, near.moved] for key, near in found.items()]
        for maker, found in outcome.quality.items()
    }
    text = json.dumps({"format": FORMAT, "plan": dict(plan), "outcome": told}, ensure_ascii=False)
    paths.write_aside(path, text.encode())


def _read(path: Path) -> tuple[Outcome, dict]:
    try:
        told = json.loads(path.read_bytes())
        if told["format"] != FORMAT:
            raise ValueError(f"wanted {FORMAT!r}")
        held = told["outcome"]
        outcome = Outcome(**{name: held[name] for name in _PLAIN}, silent=set(held["silent"]))
        outcome.outside = [Entrant(**one) for one in held["outside"]]
        outcome.quality = {
            maker: {(who, clip): Quality(*near) for who, clip, *near in rows} for maker, rows in held["quality"].items()
        }
        return outcome, told["plan"]
    except (ValueError, TypeError, KeyError) as error:
        raise ValueError(f"{path}: it is no kept final run: {type(error).__name__}: {error}") from error
