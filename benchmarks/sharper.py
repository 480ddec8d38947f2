"""What each loss is worth, for one seed: `python benchmarks/sharper.py`.

Trains the slim swap of 64 pixels by every loss of lesson 07 (`unmasked.experiments.sharper`), from the same first
weights, on the same pictures, for the same steps, on one thread, and the three nets behind hands
(`unmasked.experiments.sharper_hands`); measures the shipped swap of 128 pixels beside them. Prints the tables. The last
lines are JSON, one a loss, one a net behind hands, one the shipped swap:

  explained_ab, _ba   how much of the average face's squared error inside the true face the swap avoids, each way.
  expression_ab, _ba  the same in eyes and mouth, against the calm face.
  dssim_ab, _ba       structural dissimilarity to the truth inside the face.
  sharpness_ab, _ba   the energy of fine detail as a share of the truth's.
  hand_ab, _ba        on the hand, mean absolute error in grey levels; face_, behind_: explained beside and behind it.
  seconds             of one processor, for the training.
"""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence

from unmasked import tensors
from unmasked.experiments import sharper, sharper_hands
from unmasked.experiments.pairs import NAMES, true_faces
from unmasked.experiments.tables import rounded
from unmasked.models import weights

SHIPPED = "swap-ada-bo-128"


def table_of(rows: Sequence[Mapping]) -> str:
    """Rows of one kind as a table of the ways' means, their first column the name."""
    name, *_ = rows[0]
    measures = [key.removesuffix("_ab") for key in rows[0] if key.endswith("_ab")]
    lines = [f"{name:16}" + "".join(f"{key:>12}" for key in measures)]
    for row in rows:
        means = ((row[f"{key}_ab"] + row[f"{key}_ba"]) / 2 for key in measures)
        lines.append(f"{row[name]:16}" + "".join(f"{mean:>12.3f}" for mean in means))
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", nargs="+", choices=sharper.LOSSES, default=list(sharper.LOSSES), metavar="LOSS")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--steps", type=int, default=sharper.STEPS)
    parser.add_argument("--width", type=int, default=sharper.WIDTH)
    parser.add_argument("--batch", type=int, default=16, help="pictures of each character a step")
    parser.add_argument("--pictures", type=int, default=sharper.PICTURES, help="training pictures of each character")
    parser.add_argument("--held-out", type=int, default=sharper.HELD_OUT, help="faces of each character to measure on")
    parser.add_argument("--precision", choices=tensors.PRECISIONS, default="bfloat16")
    parser.add_argument("--workers", type=int, default=1, help="processes that draw")
    asked = parser.parse_args(arguments)

    machine = tensors.probe(1, asked.precision).apply()
    print(machine, flush=True)
    drawn = sharper.drawn_for(asked.seed, asked.pictures, asked.held_out, asked.workers)
    settings = {"drawn": drawn, "width": asked.width, "batch": asked.batch, "machine": machine}
    by_loss, by_net = [], []
    for loss in asked.only:
        by_loss.append(sharper.sharper_row(loss, asked.seed, asked.steps, **settings))
        print(f"{loss}: {by_loss[-1]['seconds']:.0f} s", file=sys.stderr, flush=True)
    for variant in sharper_hands.VARIANTS:
        by_net.append(sharper_hands.hands_row(variant, asked.seed, asked.steps, **settings))
        print(f"{variant}: done", file=sys.stderr, flush=True)
    shipped = weights.load(SHIPPED)
    truth = true_faces(NAMES, asked.held_out, shipped.side, asked.seed)
    shipped_row = {"shipped": SHIPPED, **sharper.measured(shipped, truth)}
    print("\n\n".join(table_of(rows) for rows in (by_loss, by_net, [shipped_row])))
    print("\nMeans of both ways. explained, expression: 1 is the truth; sharpness: 1 is as sharp as the truth.")
    for row in (*by_loss, *by_net, shipped_row):
        print(json.dumps(rounded(row)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
