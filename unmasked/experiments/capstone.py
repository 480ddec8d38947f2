"""The sealed makers before the sealed examiners, on many strangers: `python -m unmasked.experiments.capstone`.

The table of lesson 16 keeps every single number, so that one can ask what a smaller contest would have said.
"""

import argparse
from collections.abc import Mapping, Sequence

import numpy as np

from unmasked.arguments import checked_whole
from unmasked.experiments.command import add_keeping, command_of, module_parser, settings_of
from unmasked.experiments.tables import save_table

TABLE = "capstone"
CHARACTERS, SEED = 96, 8999
LEVELS = ("JPEG 95", "H.264 40")
REAL = "real"  # as `contest` calls the recordings
Rows = Sequence[Mapping]


def sealed_rows(characters: int, seed: int, modules: Sequence[str], progress=lambda words: None) -> list[dict]:
    """One row for each maker ("real" stands for the recordings) and level: {"maker", "level", "scores": {examiner:
    [numbers, a character each]}, "quality": [a character each] or None}."""
    from unmasked.forensics import arena, contest, examiners  # scikit-learn comes along, and a table does without

    clips = contest.film(characters, seed + 1000)
    held = arena.hold(modules, clips, examiners.shipped(), seed, LEVELS, progress=progress)
    if held.errors or held.remarks:
        raise RuntimeError(f"not everybody took part: {held.errors | held.remarks}")
    rows = []
    for maker in (REAL, *held.sealed["makers"]):
        near = held.quality.get(maker)
        order = [(clip.identity.marks, clip.seed) for clip in clips]
        quality = None if near is None else [round(near[key].explained, 4) for key in order if key in near]
        for level in LEVELS:
            scores = {name: [round(float(v), 4) for v in held.column(name, maker, level)] for name in held.names}
            rows.append({"maker": maker, "level": level, "scores": scores, "quality": quality})
    return rows


def scores_of(rows: Rows, examiner: str, maker: str, level: str) -> np.ndarray:
    """An examiner's numbers for a maker's clips at a level, a character each: float64 (N,). Raises ValueError."""
    found = [row["scores"] for row in rows if row["maker"] == maker and row["level"] == level]
    if not found or examiner not in found[0]:
        raise ValueError(f"rows: nothing of {examiner!r} on {maker!r} at {level!r}")
    return np.array(found[0][examiner])


def makers_in(rows: Rows) -> list[str]:
    """The makers of the rows, without the recordings."""
    return [name for name in dict.fromkeys(row["maker"] for row in rows) if name != REAL]


def plan_gaps(plan: Mapping, rows: Rows) -> list[str]:
    """What a plan lacks, in words: what its form wants, and an opponent of its own side; empty where it's complete."""
    from unmasked.provenance import cards

    rivals = {"examiner": list(rows[0]["scores"]), "maker": makers_in(rows)}.get(plan.get("entry"), [])
    found = cards.validate(plan, cards.PLAN)
    if rivals and plan.get("compared_with") not in rivals:
        found.append(f"compared_with: wanted one of {', '.join(rivals)}, got {plan.get('compared_with')!r}")
    return found


def found_best(rows: Rows, maker: str, level: str) -> tuple[str, float]:
    """The examiner that finds a maker best at a level, and its AUC: what the arena calls "found by"."""
    from unmasked.forensics import roc

    areas = {name: roc.auc(*(scores_of(rows, name, who, level) for who in (REAL, maker))) for name in rows[0]["scores"]}
    best = max(areas, key=areas.get)
    return best, float(areas[best])


def mean_wins(rows: Rows) -> dict[str, np.ndarray]:
    """For each examiner, how often character j's fake scores above character i's recording, a tie counting half: the
    mean over makers and levels, float64 (N, N). The mean of such a table is the examiner's mean AUC."""
    makers, levels = makers_in(rows), list(dict.fromkeys(row["level"] for row in rows))
    table = {}
    for name in rows[0]["scores"]:
        wins = []
        for level in levels:
            real = scores_of(rows, name, REAL, level)[:, None]
            for maker in makers:
                fake = scores_of(rows, name, maker, level)
                wins.append((fake > real) + 0.5 * (fake == real))
        table[name] = np.mean(wins, axis=0)
    return table


def small_contest(
    wins: Mapping[str, np.ndarray], characters: np.ndarray, draws: int = 200
) -> dict[str, dict[str, float]]:
    """What a contest of these characters alone would have said of each examiner, the best first.

    `wins`: of `mean_wins`; `characters`: whole numbers (K,), which of the table's. Returns {examiner: {"auc": mean over
    makers and levels, "low", "high": its 95 % interval from a bootstrap over those characters}}. Raises ValueError for
    fewer than two.
    """
    chosen = np.asarray(characters, int)
    count = checked_whole(len(chosen), "characters", 2)
    weights = np.random.default_rng(0).multinomial(count, np.full(count, 1 / count), draws) / count
    table = {}
    for name, whole in wins.items():
        part = whole[np.ix_(chosen, chosen)]
        low, high = np.quantile(((weights @ part) * weights).sum(1), [0.025, 0.975])
        table[name] = {"auc": float(part.mean()), "low": float(low), "high": float(high)}
    return dict(sorted(table.items(), key=lambda item: -item[1]["auc"]))


def make_parser() -> argparse.ArgumentParser:
    """The options of this command."""
    parser = module_parser("unmasked.experiments.capstone", __doc__)
    parser.add_argument("--characters", type=int, default=CHARACTERS, help="strangers to film, one clip each")
    parser.add_argument("--seed", type=int, default=SEED, help="who is filmed (0…8999)")
    parser.add_argument("--newer", action="store_true", help="the makers of lesson 15, too")
    add_keeping(parser)
    return parser


def main(arguments: list[str] | None = None) -> None:
    parser = make_parser()
    asked = parser.parse_args(arguments)
    modules = ["built-in", *(["newer"] if asked.newer else [])]
    rows = sealed_rows(asked.characters, asked.seed, modules, lambda words: print(f"… {words}", flush=True))
    told = {"command": command_of(parser, asked), "settings": settings_of(asked)}
    path = save_table(TABLE, told | {"rows": rows}, folder=asked.folder)
    print(path)


if __name__ == "__main__":
    main()
