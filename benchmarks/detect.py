"""How well the detectors do, and on what: `python benchmarks/detect.py`.

Prints the AUC of single frames, mean ± standard deviation over the seeds, for every variant against every maker, from
the kept table (data/tables/detector.json); `--seeds N` draws and trains anew instead, N seeds, some minutes each. The
last line is JSON:

  known                one net, one maker (box paste): judged by strangers' recordings and this maker's fakes.
  unseen_maker         the same net on four makers that it never met (two of them blend its own network otherwise).
  unseen_compression   the same net on its own maker, at a compression that it never met.
  self_blended_unseen  the same kind of net, taught by recordings and self-blended recordings only, on those four.
  leaky, clean         one set of frames, split by frames dealt out at random, and by characters.
"""

import argparse
import json

from unmasked import tensors
from unmasked.experiments import detector
from unmasked.experiments.tables import load_table


def anew(seeds: int, steps: int, learned: int, judged: int) -> list[dict]:
    """The table's rows, drawn and trained now."""
    print(tensors.probe(precision="float32").apply())
    rows = []
    for seed in range(seeds):
        drawn = detector.draw_for(seed, learned, judged, progress=lambda who: print(f"… {who}", flush=True))
        rows += detector.split_rows(drawn[0], seed, steps)
        for name in detector.VARIANTS:
            rows += detector.maker_rows(name, seed, steps, drawn=drawn)
    return rows


def print_table(rows: list[dict]) -> None:
    """Mean ± standard deviation over the seeds, a variant a line."""
    makers = (*detector.BLENDED, detector.WHOLE)
    for level in (detector.TRAINED, detector.HARD):
        print(f"\n{level:24}" + "".join(f"{maker:>17}" for maker in makers))
        for name in detector.VARIANTS:
            cells = [detector.mean_and_spread(rows, variant=name, maker=maker, level=level) for maker in makers]
            print(f"{name:24}" + "".join(f"{mean:10.2f} ± {spread:.2f}" for mean, spread in cells))
    print("\nOn the four makers that 'one maker' never met, and how much of its fall self-blended images undo:")
    unseen = (*detector.SAME_NETWORK, *detector.OTHERS)
    for kind in ("", "X-ray, "):
        named = {"variant": f"{kind}one maker", "level": detector.TRAINED}
        home, _ = detector.mean_and_spread(rows, maker=detector.KNOWN, **named)
        taught, _ = detector.mean_and_spread(rows, maker=unseen, **named)
        own, _ = detector.mean_and_spread(rows, maker=unseen, **named | {"variant": f"{kind}self-blended"})
        share = (own - taught) / (home - taught)
        print(f"{kind or 'Meso4, '}home {home:.2f}, unseen {taught:.2f}, self-blended {own:.2f}: {share:+.0%}")
    print()
    for name in ("leaky", "clean"):
        mean, spread = detector.mean_and_spread(rows, experiment="split", variant=name)
        print(f"{name + ' split':24}{mean:10.2f} ± {spread:.2f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seeds", type=int, default=0, help="train anew on so many seeds (0: read the kept table)")
    parser.add_argument("--steps", type=int, default=detector.STEPS)
    parser.add_argument("--learned", type=int, default=detector.LEARNED, help="characters to learn from")
    parser.add_argument("--judged", type=int, default=detector.JUDGED, help="characters to be judged by")
    asked = parser.parse_args()
    if asked.seeds:
        rows = anew(asked.seeds, asked.steps, asked.learned, asked.judged)
    else:
        table = load_table(detector.TABLE)
        print(f"kept table of {table['command']}, {table['settings']}")
        rows = table["rows"]
    print_table(rows)
    print(json.dumps(detector.summary(rows)))


if __name__ == "__main__":
    main()
