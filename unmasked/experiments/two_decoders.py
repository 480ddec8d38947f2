"""What each part of the swap is worth: `python -m unmasked.experiments.two_decoders` makes the table of lesson 04.

One training is one throw of the dice. Here every variant is trained from several seeds, with few steps, and measured
on held-out faces whose true swap is drawn; `two_decoders_row` makes any one row again, anywhere.
"""

import argparse
from collections.abc import Callable, Mapping
from pathlib import Path

import torch
from torch import nn

from unmasked import metrics, tensors
from unmasked.arguments import checked_choice
from unmasked.experiments import swap
from unmasked.experiments.command import add_seeds, command_of, module_parser, settings_of
from unmasked.experiments.pairs import NAMES, Drawn, codes_of, draw, explained_table
from unmasked.experiments.probes import identity_accuracy
from unmasked.experiments.tables import in_words, rounded, save_table
from unmasked.faces import Faces
from unmasked.models.swap import SwapNet

TABLE = "two-decoders"
# What the net shares, and what the training adds, in the order in which lesson 04 finds them.
VARIANTS = {
    "separate": {"shared": False, "aligned": False, "match": 0.0, "guided": False},
    "shared": {"shared": True, "aligned": False, "match": 0.0, "guided": False},
    "standardised": {"shared": True, "aligned": True, "match": 0.0, "guided": False},
    "matched": {"shared": True, "aligned": True, "match": swap.MATCH, "guided": False},
    "guided": {"shared": True, "aligned": True, "match": swap.MATCH, "guided": True},
}
Row = dict[str, str | int | float]
PROBED = 600  # training faces of each character that the probe learns from


def two_decoders_row(variant: str, seed: int, steps: int = 600, **settings) -> Row:
    """Trains one variant from one seed, from nothing, and measures it: one row of the table.

    variant    one of VARIANTS; `settings`, and the row, are those of `trained_row`.
    Raises ValueError for an unknown variant. The random state of the caller stays as it was.
    """
    checked_choice(variant, VARIANTS, "variant")
    chosen = VARIANTS[variant]

    def build(faces: Mapping[str, Faces]) -> nn.Module:
        return SwapNet(NAMES, aligned=chosen["aligned"], shared=chosen["shared"])

    return trained_row(variant, build, seed, steps, match=chosen["match"], guided=chosen["guided"], **settings)


def trained_row(
    variant: str,
    build: Callable[[Mapping[str, Faces]], nn.Module],
    seed: int,
    steps: int,
    *,
    match: float,
    guided: bool,
    batch: int = 16,
    pictures: int = 2000,
    held_out: int = 400,
    drawn: Drawn | None = None,
) -> Row:
    """Trains any net with the face of a SwapNet and measures it: a row under the name `variant`.

    build      what to train on → the untrained net; `seed` decides the faces, the first weights and the batches.
    match      as `swap_run` takes it, and so is `guided`; `batch`: pictures of each character a step.
    pictures   training pictures of each character; `held_out`: matched ones to measure on, 2 or more.
    drawn      what `draw(seed, pictures, held_out)` returned, to draw it once for several variants.
    The row: variant, seed, steps; explained reconstruction (reconstruction_a, _b) and explained swap (explained_ab,
    explained_ba; shuffled_ab against the truth of other performances); probe_accuracy, how often a logistic regression
    tells by a held-out code whose it is (0.5 is guessing); seconds in the training steps.
    The random state of the caller stays as it was.
    """
    faces, truth = drawn or draw(seed, pictures, held_out)
    training = {"match": match, "guided": guided, "batch": batch}
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)  # the layers' first weights
        run = swap.swap_run(
            model := build(faces), faces, steps=steps, seed=seed, label=f"{variant}, seed {seed}", **training
        )
    run.advance(steps)
    model.eval()
    a, b = NAMES
    scores = explained_table(model, truth)
    return {
        "variant": variant,
        "seed": seed,
        "steps": run.history.steps,
        "reconstruction_a": scores[a, a],
        "reconstruction_b": scores[b, b],
        "explained_ab": scores[a, b],
        "explained_ba": scores[b, a],
        "shuffled_ab": _shuffled(model, truth, seed),
        "probe_accuracy": probe_accuracy(model, faces, truth),
        "seconds": run.history.seconds,
    }


@torch.no_grad()
def _shuffled(model: nn.Module, truth: Mapping[str, Faces], seed: int) -> float:
    a, b = NAMES
    codes = codes_of(model, truth[a], a)
    drawn = torch.cat([model.decode(part, b).clamp(0, 1) for part in codes.split(50)])
    wanted, mask = tensors.to_tensor(truth[b].pictures), tensors.masks_to_tensor(truth[b].masks)
    generator = torch.Generator().manual_seed(seed)
    return metrics.shuffled(metrics.explained_swap, drawn, wanted, wanted.mean(0), mask, generator=generator)


@torch.no_grad()
def probe_accuracy(model: nn.Module, faces: Mapping[str, Faces], truth: Mapping[str, Faces]) -> float:
    """How often a logistic regression tells whose a held-out code is, 0…1, having learned it on training codes.

    faces: what the model was trained on; truth: held-out faces of the same characters. Both hold every character
    equally often, so guessing scores 1 over their number.
    """
    known = {name: codes_of(model, some[:PROBED], name).numpy() for name, some in faces.items()}
    return identity_accuracy(known, {name: codes_of(model, some, name).numpy() for name, some in truth.items()})


def make_parser(module: str = __spec__.name, docstring: str = __doc__) -> argparse.ArgumentParser:
    """The options of this command, or of another module's that makes such rows."""
    parser = module_parser(module, docstring)
    add_seeds(parser, "variant")
    parser.add_argument("--steps", type=int, default=600)
    parser.add_argument("--one-seed", type=int, default=None, help="only print the rows of this seed; writes nothing")
    parser.add_argument("--batch", type=int, default=16, help="pictures of each character a step")
    parser.add_argument("--pictures", type=int, default=2000, help="training pictures of each character")
    parser.add_argument("--held-out", type=int, default=400, help="faces of each character to measure on")
    parser.add_argument("--workers", type=int, default=1, help="processes that draw")
    parser.add_argument("--folder", type=Path, default=None, help="where to write (default: data/tables)")
    return parser


def main(arguments: list[str] | None = None) -> None:
    keep(TABLE, VARIANTS, two_decoders_row, make_parser(), arguments)


def keep(
    name: str,
    variants: Mapping[str, object],
    make_row: Callable[..., Row],
    parser: argparse.ArgumentParser,
    arguments: list[str] | None,
) -> None:
    """Makes every row of a table, a seed at a time, and writes the table whole; `--one-seed` only prints.

    make_row   such as `two_decoders_row`; `variants`: name → what the table keeps of it.
    """
    asked = parser.parse_args(arguments)

    print(tensors.probe(precision="float32").apply())
    rows = []
    for seed in range(asked.seeds) if asked.one_seed is None else [asked.one_seed]:
        drawn = draw(seed, asked.pictures, asked.held_out, asked.workers)
        for variant in variants:
            rows.append(rounded(make_row(variant, seed, asked.steps, batch=asked.batch, drawn=drawn)))
            print(in_words(rows[-1]), flush=True)
    if asked.one_seed is not None:
        return
    table = {"command": command_of(parser, asked), "settings": settings_of(asked), "variants": variants, "rows": rows}
    print(f"written: {save_table(name, table, folder=asked.folder).name}")


if __name__ == "__main__":
    main()
