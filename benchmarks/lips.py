"""How well a voice moves a mouth: `python benchmarks/lips.py` prints lesson 11's table; the last line is JSON.

It is read from the kept table (data/tables/lip-sync.json); `--seeds N` makes so many seeds anew instead, some minutes
each. Numbers are means over the seeds.

  error                of the lip points at the best delay, in percent of the resting mouth's width; `error_mean_mouth`
                       and `error_energy_only`, the same of an average mouth and of a network that hears the energy
                       alone. Floor: error is half of the mean mouth's or less.
  best_delay_ms        the delay with the least error.
  sync_ms              by how much the mouth opens later than the true one there. Floor: within ±40.
  median_n             for each number of candidates [n, flicker, sharpness, error]: ΔE, a share of the truth's, ΔE.
  voice_explained      how much of the difference between Bo's average and Bo a swapped voice explains.
  eer_before, eer_after  a verifier's equal error rate for strangers who pretend to be Bo, and for Ada with her voice
                       swapped.
"""

import argparse
import json
from collections.abc import Sequence

import numpy as np

from unmasked import tensors
from unmasked.experiments import lip_sync
from unmasked.experiments.tables import load_table


def measures(rows: Sequence[lip_sync.Row]) -> dict:
    """What the JSON line says of the rows."""

    def mean(part: str, setting: str, column: str) -> float:
        return round(float(np.mean(lip_sync.values(rows, part, setting, column))), 4)

    best = min(lip_sync.SETTINGS["delay"], key=lambda delay: mean("delay", delay, "error"))
    medians = [
        [int(count), *(mean("median", count, column) for column in ("flicker", "sharpness", "error"))]
        for count in lip_sync.SETTINGS["median"]
    ]
    return {
        "error": mean("delay", best, "error"),
        "error_mean_mouth": mean("baseline", "mean mouth", "error"),
        "error_energy_only": mean("baseline", "energy alone", "error"),
        "best_delay_ms": int(best),
        "sync_ms": mean("delay", best, "sync_ms"),
        "median_n": medians,
        "voice_explained": mean("voice", "swapped", "explained"),
        "eer_before": mean("voice", "verifier", "eer_before"),
        "eer_after": mean("voice", "verifier", "eer_after"),
    }


def table_of(rows: Sequence[lip_sync.Row]) -> str:
    """All settings, mean ± standard deviation over the seeds."""
    lines = []
    for part, settings in lip_sync.SETTINGS.items():
        lines.append(f"\n{part}")
        for setting in settings:
            some = [row for row in rows if (row["part"], row["setting"]) == (part, setting)]
            if not some:
                continue
            columns = [name for name in some[0] if name not in ("seed", "part", "setting")]
            cells = []
            for name in columns:
                numbers = [row[name] for row in some]
                spread = f" ± {np.std(numbers, ddof=1):.3f}" if len(numbers) > 1 else ""
                cells.append(f"{name} {np.mean(numbers):.3f}{spread}")
            lines.append(f"  {setting:20}" + "".join(f"{cell:26}" for cell in cells).rstrip())
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seeds", type=int, default=0, help="make so many seeds anew (0: the kept table)")
    asked = parser.parse_args(arguments)
    if asked.seeds < 0:
        parser.error(f"--seeds must be 0 or more, got {asked.seeds}")
    if asked.seeds:
        print(tensors.Machine("cpu", 1, "float32").apply())
        wanted = [(part, setting) for part, settings in lip_sync.SETTINGS.items() for setting in settings]
        rows = [row for seed in range(asked.seeds) for row in lip_sync.rows_of(seed, wanted)]
    else:
        table = load_table(lip_sync.TABLE)
        rows = table["rows"]
        print(f"kept table of {table['command']}")
    print(table_of(rows))
    print(json.dumps(measures(rows)))


if __name__ == "__main__":
    main()
