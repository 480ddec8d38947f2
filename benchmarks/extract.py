"""How well faces are found in frames: `python benchmarks/extract.py`.

Draws crowds of strangers that no net has seen, looks for their faces with the shipped nets, on one thread, and holds
what it finds against the truth. The swap's row is read from the kept table (data/tables/extraction.json); `--swap N`
films, trains and measures anew with N seeds instead, some minutes each. The last line is JSON:

  recall_large, recall_small  of faces of 32 pixels and more, and of 20 to 32: the share found, at an overlap of 0.5.
  false_per_frame             finds that are no face, a frame.
  landmarks_median, _p95      of whole faces: the points' mean distance over that of the outer corners of the eyes.
  mask_free, mask_hand        intersection over union with the true mask, of whole faces, and of those behind a hand.
  frames_per_s                256 × 256 pixels, the whole chain, in seconds of one core.
  swap_true, swap_found       explained swap, mean of both ways and all seeds: trained on crops by true landmarks, and
                              on found crops with found landmarks, sorted (strangers, small and blurred ones left out).
"""

import argparse
import json
import statistics
import time
from collections.abc import Sequence
from itertools import chain

import numpy as np

from unmasked import tensors
from unmasked.experiments import extraction
from unmasked.experiments.extraction import Judged, judge
from unmasked.experiments.tables import load_table
from unmasked.extract.chain import extract_faces, shipped_nets
from unmasked.toons.crowds import sample_crowd

SHAPES = ((256, 256), (360, 480))
SMALL = 32  # pixels


def look(seeds: int, frames: int, first: int) -> tuple[list[list[Judged]], list[list[int]], list[list[float]]]:
    """For each seed: all faces of its frames, the false finds of each frame, and the seconds of each small frame."""
    nets = shipped_nets()
    rows, false, seconds = [], [], []
    for seed in range(first, first + seeds):
        rows.append([]), false.append([]), seconds.append([])
        for number in range(frames):
            shape = SHAPES[number % len(SHAPES)]
            crowd = sample_crowd(np.random.default_rng([seed, number, 0xE57]), shape)
            begun = time.process_time()
            found = extract_faces(crowd.picture, nets=nets)
            if shape == SHAPES[0]:
                seconds[-1].append(time.process_time() - begun)
            judged, in_vain = judge(crowd, found)
            rows[-1] += judged
            false[-1].append(in_vain)
        print(f"seed {seed}: {frames} frames with {len(rows[-1])} faces", flush=True)
    return rows, false, seconds


def measures(rows: Sequence[Judged], false: Sequence[int], seconds: Sequence[float]) -> dict[str, float]:
    """What the JSON line says of some frames; NaN where there is no such face."""
    large, small = ([row.found for row in rows if (row.side >= SMALL) == big] for big in (True, False))
    points = [row.landmarks for row in rows if row.found and row.whole and not row.hand]
    free = [row.mask for row in rows if row.found and row.whole and not row.hand]
    hand = [row.mask for row in rows if row.found and row.hand]
    return {
        "recall_large": _mean(large),
        "recall_small": _mean(small),
        "false_per_frame": _mean(false),
        "landmarks_median": float(np.median(points)) if points else float("nan"),
        "landmarks_p95": float(np.percentile(points, 95)) if points else float("nan"),
        "mask_free": _mean(free),
        "mask_hand": _mean(hand),
        "frames_per_s": 1 / _mean(seconds),
    }


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(values)) if len(values) else float("nan")


def by_size_and_tilt(rows: Sequence[Judged]) -> str:
    """Recall and landmark error of faces of a size, and of a tilt."""
    lines = [f"\n{'faces':22}{'number':>8}{'found':>9}{'landmarks':>12}{'mask':>8}"]
    sizes = [(f"{low}–{high} px", lambda r, a=low, b=high: a <= r.side < b) for low, high in SIZES]
    tilts = [(f"tilted {low}–{high}°", lambda r, a=low, b=high: a <= abs(r.tilt) < b) for low, high in TILTS]
    kinds = [
        ("whole", lambda r: r.whole and not r.hand),
        ("cut or behind others", lambda r: not r.whole and not r.hand),
    ]
    for name, which in [*sizes, *tilts, *kinds, ("behind a hand", lambda r: r.hand)]:
        some = [row for row in rows if which(row)]
        found = [row for row in some if row.found]
        if not found:
            continue
        points, masks = (np.median([getattr(row, key) for row in found]) for key in ("landmarks", "mask"))
        lines.append(f"{name:22}{len(some):8}{_mean([r.found for r in some]):9.3f}{points:12.4f}{masks:8.3f}")
    return "\n".join(lines)


SIZES = ((20, 32), (32, 48), (48, 80), (80, 161))
TILTS = ((0, 15), (15, 30), (30, 46))


def swap_rows(seeds: int, steps: int) -> list[dict]:
    """Rows of the table of lesson 05: the kept ones, or, with seeds, new ones."""
    if not seeds:
        table = load_table(extraction.TABLE)
        print(f"\nkept table of {table['command']}")
        return table["rows"]
    print(tensors.probe(precision="float32").apply())
    rows = []
    for seed in range(seeds):
        footage = extraction.film(400, 80, seed)
        rows += [extraction.extraction_row(name, seed, steps, footage=footage) for name in extraction.VARIANTS]
    return rows


def swaps(rows: Sequence[dict]) -> dict[str, list[float]]:
    """Variant → explained swap of each seed, the mean of both ways."""
    named: dict[str, list[float]] = {}
    for row in rows:
        named.setdefault(row["variant"], []).append((row["explained_ab"] + row["explained_ba"]) / 2)
    return named


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seeds", type=int, default=3, help="of scenes (default: 3)")
    parser.add_argument("--frames", type=int, default=200, help="of each seed, half of 256 × 256, half of 480 × 360")
    parser.add_argument("--first-seed", type=int, default=5000, help="scenes of this seed and the following")
    parser.add_argument("--swap", type=int, default=0, help="train the swaps anew on so many seeds (0: the kept table)")
    parser.add_argument("--steps", type=int, default=300, help="of each such training")
    asked = parser.parse_args(arguments)
    if asked.seeds < 1 or asked.frames < 2:
        parser.error(f"--seeds must be 1 or more and --frames 2 or more, got {asked.seeds} and {asked.frames}")
    tensors.Machine("cpu", 1, "float32").apply()
    rows, false, seconds = look(asked.seeds, asked.frames, asked.first_seed)
    each = [measures(*of_seed) for of_seed in zip(rows, false, seconds, strict=True)]
    rows, false, seconds = (list(chain.from_iterable(parts)) for parts in (rows, false, seconds))
    everything = measures(rows, false, seconds)
    print(by_size_and_tilt(rows))
    print(f"\n{'measure':22}{'all':>9}   mean ± standard deviation over {asked.seeds} seeds of scenes")
    for name, value in everything.items():
        of_seeds = [one[name] for one in each]
        spread = statistics.stdev(of_seeds) if len(of_seeds) > 1 else 0.0
        print(f"{name:22}{value:9.4f}   {statistics.mean(of_seeds):.4f} ± {spread:.4f}")
    named = swaps(swap_rows(asked.swap, asked.steps))
    for name, values in named.items():
        spread = statistics.stdev(values) if len(values) > 1 else 0.0
        print(f"explained swap, {name:12}{statistics.mean(values):.3f} ± {spread:.3f}")
    result = everything | {
        "swap_true": statistics.mean(named["true"]),
        "swap_found": statistics.mean(named["filtered"]),
    }
    print(json.dumps({name: round(value, 4) for name, value in result.items()}))


if __name__ == "__main__":
    main()
