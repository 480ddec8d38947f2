"""The newer makers, on characters that they have never met: `python benchmarks/makers.py`.

Reads the kept table (data/tables/new-makers.json); the shipped one-shot swap and the repainting net are measured anew
in any case, on fewer pairs and faces of other numbers. `--anew` makes the table's rows again, into a folder of its own,
which takes a quarter of an hour. The last line is JSON:

  one_shot, pair_net  {"rank1", "expression", "explained"}: one picture of each, between 50 pairs of strangers; and nets
                      trained for one pair alone, with the one-shot swap on the same pairs ("one_shot_there").
                      expression: the lower of the two R², of smile and jaw.
  diffusion           {"explained_repaint", "steps": {n: Fréchet distance}}.
  auc                 {examiner: {"one_shot", "diffusion"}} at the lightest compression.
"""

import argparse
import json
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from unmasked import tensors
from unmasked.experiments import new_makers, one_shot, repaint
from unmasked.experiments.tables import load_table
from unmasked.models import weights

STEPS = 16  # from noise to face: what "explained_repaint" is measured at
MAKERS = {"one_shot": "one-shot swap", "diffusion": "diffusion repaint"}


def in_short(row: Mapping) -> dict[str, float]:
    """Rank 1, the lower R² of smile and jaw, and the explained swap of a row of the exam."""
    return {
        "rank1": row["rank1"],
        "expression": min(row[name] for name in one_shot.READ),
        "explained": row["explained"],
    }


def result_of(rows: Sequence[Mapping]) -> dict:
    """The last line, from the rows of the table."""
    by_key = {tuple(row[column] for column in new_makers.COLUMNS): row for row in rows}
    swaps = {key[1:3]: row for key, row in by_key.items() if key[0] == new_makers.ONE_SHOT}
    few = next(of for name, of in swaps if name == new_makers.OWN)
    painted = {key[1]: row for key, row in by_key.items() if key[0] == new_makers.DIFFUSION}
    auc: dict[str, dict[str, float]] = {}
    for (exam, name, of, level), row in by_key.items():
        for short, maker in MAKERS.items():
            if (exam, of, level) == (new_makers.EXAMINERS, maker, new_makers.LEVELS[0]):
                auc.setdefault(name, {})[short] = row["auc"]
    return {
        "one_shot": in_short(swaps["one shot", "all"]),
        "pair_net": in_short(swaps[new_makers.OWN, few]),
        "one_shot_there": in_short(swaps["one shot", few]),
        "lesson_04": in_short(swaps["lesson 04", "all"]),
        "diffusion": {
            "explained_repaint": painted[str(STEPS)]["one"],
            "steps": {steps: row["distance"] for steps, row in painted.items()},
        },
        "auc": auc,
    }


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--anew", action="store_true", help="make all rows again instead of reading the kept table")
    parser.add_argument("--pairs", type=int, default=20, help="of strangers, for measuring the one-shot swap anew")
    parser.add_argument("--hidden", type=int, default=20, help="strangers, for measuring the repainting net anew")
    asked = parser.parse_args(arguments)
    tensors.Machine("cpu", 1, "float32").apply()

    if asked.anew:
        with tempfile.TemporaryDirectory() as folder:
            new_makers.main(["--folder", folder])
            table = load_table(new_makers.TABLE, folder=Path(folder))
    else:
        table = load_table(new_makers.TABLE)
        print(f"kept table of {table['command']}")
    result = result_of(table["rows"])
    for name in ("one_shot", "one_shot_there", "pair_net", "lesson_04"):
        print(f"{name:16}" + "".join(f"{key:>12} {value:.3f}" for key, value in result[name].items()))

    others = one_shot.exam(asked.pairs, seed=99, first=one_shot.NEVER_SEEN + 4_000)
    found = in_short(one_shot.measured(one_shot.swapped(weights.load(one_shot.WEIGHTS), others), others))
    print(f"{asked.pairs} other pairs, anew: " + ", ".join(f"{name} {value:.3f}" for name, value in found.items()))
    crowd = repaint.draw(asked.hidden, 2, 99, repaint.NEVER_SEEN + 4_000)
    anew = repaint.quality(weights.load("repaint"), crowd, [STEPS], several=1)[0]
    print(f"{asked.hidden} other faces painted in {STEPS} steps, anew: explained {anew['one']:.3f}")
    print(json.dumps(result))


if __name__ == "__main__":
    main()
