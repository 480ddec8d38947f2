"""Many roads to the same face, on one exam: `python benchmarks/roads.py`.

Reads the kept table (data/tables/roads.json); `--anew` walks all roads again, from one seed, which takes some ten
minutes. The shipped shared encoder is measured anew in any case, on the performances of benchmarks/swap.py, and so is
First Order Motion on strangers that it has never seen. The last line is JSON:

  road  {"explained", "expression", "read", "identity", "sharpness"}, means over the table's seeds.
  first_order_motion  {"relative", "absolute"}: how much of an unmoved still's error it avoids, between strangers.
"""

import argparse
import json
from collections.abc import Sequence

import numpy as np

from unmasked import tensors
from unmasked.experiments import first_order_motion, roads
from unmasked.experiments.tables import load_table
from unmasked.models import weights

COLUMNS = (*roads.MEASURES, "one_light", "seconds")


def means(rows: Sequence[roads.Row]) -> dict[str, dict[str, float]]:
    """Each road's measures, averaged over its rows."""
    by_road: dict[str, list[roads.Row]] = {}
    for row in rows:
        by_road.setdefault(str(row["road"]), []).append(row)
    return {
        road: {column: float(np.mean([row[column] for row in some])) for column in COLUMNS}
        for road, some in by_road.items()
    }


def table_of(found: dict[str, dict[str, float]]) -> str:
    """The means as a table."""
    lines = [f"{'':30}" + "".join(f"{column:>12}" for column in COLUMNS)]
    for road, row in found.items():
        lines.append(f"{roads.ROADS[road].words:30}" + "".join(f"{row[column]:>12.3f}" for column in COLUMNS))
    return "\n".join(lines)


def never_seen(pairs: int, frames: int) -> dict[str, float]:
    """First Order Motion between strangers, both ways of taking the driver's keypoints."""
    model = weights.load(first_order_motion.WEIGHTS)
    some = first_order_motion.reenactments(pairs, frames)
    ways = {"relative": True, "absolute": False}
    return {name: float(np.mean(first_order_motion.explained(model, some, way))) for name, way in ways.items()}


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--anew", action="store_true", help="walk all roads again instead of reading the kept table")
    parser.add_argument("--held-out", type=int, default=roads.HELD_OUT, help="performances to measure on")
    parser.add_argument("--steps", type=int, default=None, help="of each training, with --anew")
    parser.add_argument("--pairs", type=int, default=20, help="strangers who drive strangers")
    parser.add_argument("--frames", type=int, default=20, help="of each pair's clip")
    asked = parser.parse_args(arguments)
    tensors.Machine("cpu", 1, "float32").apply()

    exams = roads.exams_of(0, asked.held_out, min(asked.held_out, roads.STEADY))
    if asked.anew:
        rows = [roads.roads_row(road, exams=exams, steps=asked.steps) for road in roads.ROADS]
    else:
        table = load_table(roads.TABLE)
        rows = table["rows"]
        print(f"kept table of {table['command']}")
    found = means(rows)
    print(table_of(found))
    shared = roads.roads_row("shared", exams=exams)
    same = next(row for row in rows if (row["road"], row["seed"]) == ("shared", 0))  # on the same performances
    off = abs(shared["explained"] - same["explained"])
    print(f"\nshared encoder, measured anew: explained {shared['explained']:.4f}, {off:.4f} from seed 0's row")
    between = never_seen(asked.pairs, asked.frames)
    print("First Order Motion, strangers: " + ", ".join(f"{name} {value:.3f}" for name, value in between.items()))
    result = {road: {key: round(row[key], 4) for key in roads.MEASURES} for road, row in found.items()}
    result["first_order_motion"] = {name: round(value, 4) for name, value in between.items()}
    print(json.dumps(result))


if __name__ == "__main__":
    main()
