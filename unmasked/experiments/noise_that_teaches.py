"""Where augmentation helps: `python -m unmasked.experiments.noise_that_teaches` makes the table of lesson 03.

One small net, one encoder for two characters with a decoder each, is trained for equally many steps without and with
each augmentation, on few pictures and on many, from several seeds. It is measured on what it was trained on, on faces
it never saw, and on the swap, whose truth is drawn. `augmentation_row` makes any one row again, anywhere.
"""

import argparse
from collections.abc import Callable, Iterator
from itertools import groupby
from pathlib import Path

import torch

from unmasked import augment, losses, tensors
from unmasked.experiments import swap
from unmasked.experiments.command import add_seeds, command_of, module_parser, settings_of
from unmasked.experiments.pairs import NAMES, Drawn, draw, explained_table
from unmasked.experiments.tables import keep_rows
from unmasked.faces import Faces
from unmasked.models.swap import SwapNet
from unmasked.training import Run, cosine, set_rate

TABLE = "noise-that-teaches"
COUNTS = (100, 3000)  # training pictures of each character
MEASURED = 300  # training pictures, at most, and held-out pictures of each character that a row is measured on
Batch = tuple[torch.Tensor, torch.Tensor, torch.Tensor]


def alike(change: Callable) -> Callable:
    """The target and its pixel weights change as the input does: the net must draw what it sees."""

    def pair(pictures: torch.Tensor, weights: torch.Tensor, generator: torch.Generator) -> Batch:
        changed = change(torch.cat([pictures, weights], 1), generator)
        return changed[:, :3], changed[:, :3], changed[:, 3:]

    return pair


def input_only(change: Callable) -> Callable:
    """Only the input is changed: the net must undo it."""

    def pair(pictures: torch.Tensor, weights: torch.Tensor, generator: torch.Generator) -> Batch:
        return change(pictures, generator), pictures, weights

    return pair


def _none(pictures: torch.Tensor, weights: torch.Tensor, generator: torch.Generator) -> Batch:
    return pictures, pictures, weights


def _warp(pictures: torch.Tensor, weights: torch.Tensor, generator: torch.Generator) -> Batch:
    warped, target = augment.grid_warp(torch.cat([pictures, weights], 1), generator)
    return warped[:, :3], target[:, :3], target[:, 3:]


def _together(pictures: torch.Tensor, weights: torch.Tensor, generator: torch.Generator) -> Batch:
    # What face-swap programs do, in their order: move and mirror the picture, then bend the input, then its colours.
    pictures, _, weights = alike(augment.affine)(pictures, weights, generator)
    pictures, _, weights = alike(augment.flip)(pictures, weights, generator)
    warped, target, weights = _warp(pictures, weights, generator)
    return _colour(warped, generator), target, weights


def _colour(pictures: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    return augment.colour_jitter(pictures, generator, strength=0.2)


def _noise(pictures: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    return augment.add_noise(pictures, generator, sigma=0.1)


# Name → (pictures, pixel weights, generator) → (input, target, the target's pixel weights).
AUGMENTATIONS: dict[str, Callable[[torch.Tensor, torch.Tensor, torch.Generator], Batch]] = {
    "none": _none,
    "noise": input_only(_noise),
    "occlusion": input_only(augment.occlude),
    "warp": _warp,
    "affine": alike(augment.affine),
    "flip": alike(augment.flip),
    "colour": input_only(_colour),
    "together": _together,
}


def augmentation_row(
    augmentation: str, pictures: int, seed: int, steps: int = 300, **settings
) -> dict[str, str | int | float]:
    """Trains one net from nothing with one augmentation and measures it: one row of the table.

    The arguments, `settings` among them, are those of `trained`.
    The row: augmentation, pictures, seed; how much of the average face's squared error is avoided, each as Ada's and
    Bo's number: train_a, train_b (rebuilding clean training pictures), held_out_a, held_out_b (rebuilding faces never
    seen), swap_ab, swap_ba (against the true swap).
    Raises ValueError for an unknown augmentation. The random state of the caller stays as it was.
    """
    model, faces, truth = trained(augmentation, pictures, seed, steps, **settings)
    return {"augmentation": augmentation, "pictures": pictures, "seed": seed, **measured(model, faces, truth)}


def trained(
    augmentation: str,
    pictures: int,
    seed: int,
    steps: int = 300,
    *,
    batch: int = 16,
    width: int = 32,
    held_out: int = MEASURED,
    drawn: Drawn | None = None,
    progress: bool = False,
) -> tuple[SwapNet, dict[str, Faces], dict[str, Faces]]:
    """The net of a row, the faces that it was trained on, and those that it is measured on.

    augmentation  one of AUGMENTATIONS; `pictures`: training pictures of each character, 2 or more.
    seed          decides the faces, the first weights, the batches and the corruptions.
    batch         pictures of each character a step; `width`: the net's, see SwapNet.
    held_out      faces of each character, in the same performances, to measure on; 2 or more.
    drawn         what `draw(seed, pictures, held_out)` returned, to draw it once for several rows.
    progress      shows a bar, as a lesson wants it; Ctrl+C then ends the training and not the call.
    Raises ValueError for an unknown augmentation. The random state of the caller stays as it was.
    """
    if augmentation not in AUGMENTATIONS:
        raise ValueError(f"augmentation: wanted one of {', '.join(AUGMENTATIONS)}, got {augmentation!r}")
    faces, truth = drawn or draw(seed, pictures, held_out)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)  # the layers' first weights
        model = SwapNet(NAMES, width=width, aligned=False)
    run = training(model, faces, augmentation, steps=steps, batch=batch, seed=seed)
    run.complete() if progress else run.advance(steps)
    return model.eval(), faces, truth


def measured(model: SwapNet, faces: dict[str, Faces], truth: dict[str, Faces]) -> dict[str, float]:
    """The scores of a row: what is explained of training faces, of held-out ones, and of the true swap both ways."""
    a, b = NAMES
    known = explained_table(model, {name: some[:MEASURED] for name, some in faces.items()})
    unseen = explained_table(model, truth)
    return {
        "train_a": known[a, a],
        "train_b": known[b, b],
        "held_out_a": unseen[a, a],
        "held_out_b": unseen[b, b],
        "swap_ab": unseen[a, b],
        "swap_ba": unseen[b, a],
    }


def training(
    model: SwapNet, faces: dict[str, Faces], augmentation: str, *, steps: int, batch: int = 16, seed: int = 0
) -> Run:
    """The training of a row: nothing but rebuilding, each character from its own corrupted pictures.

    No guide, no matching of codes: what a change does to the swap must come from the augmentation.
    """
    corrupt = AUGMENTATIONS[augmentation]
    for name, some in faces.items():
        model.store_averages({name: tensors.to_tensor(some.pictures[:1000])})
    model.to(memory_format=torch.channels_last).train()
    generator = torch.Generator().manual_seed(seed)
    # The corruptions have a generator of their own: then every augmentation sees the same batches in the same order.
    corruption = torch.Generator().manual_seed(seed + 1)
    drawers = {name: swap.Batches(some, generator) for name, some in faces.items()}
    optimiser = torch.optim.Adam(model.parameters(), lr=swap.RATES["adam"], betas=swap.BETAS, fused=True)

    def step(i: int) -> dict[str, torch.Tensor]:
        set_rate(optimiser, cosine(i, steps, swap.RATES["adam"], warmup=min(20, steps // 10)))
        parts = {}
        for name, drawer in drawers.items():
            pictures, weights, _ = drawer.draw(batch)
            given, wanted, weights = corrupt(pictures, weights, corruption)
            parts[name] = losses.l1_l2(model(given, name), wanted, weights=weights)
        optimiser.zero_grad()
        sum(parts.values()).backward()
        optimiser.step()
        return parts

    return Run(
        step,
        steps=steps,
        state={"model": model, "optimiser": optimiser},
        generator={"batches": generator, "corruption": corruption},
        label=f"{augmentation}, {len(next(iter(faces.values()))):,} pictures, seed {seed}",
    )


def make_parser() -> argparse.ArgumentParser:
    """The options of this command."""
    parser = module_parser(__spec__.name, __doc__)
    add_seeds(parser)
    parser.add_argument("--steps", type=int, default=300)
    parser.add_argument("--batch", type=int, default=16, help="pictures of each character a step")
    parser.add_argument(
        "--counts", type=int, nargs="+", default=list(COUNTS), help="training pictures of each character"
    )
    parser.add_argument("--held-out", type=int, default=MEASURED, help="faces of each character to measure on")
    parser.add_argument("--workers", type=int, default=1, help="processes that draw")
    parser.add_argument("--fresh", action="store_true", help="begin anew even where rows with these settings are kept")
    parser.add_argument("--folder", type=Path, default=None, help="where to write (default: data/tables)")
    return parser


def main(arguments: list[str] | None = None) -> None:
    parser = make_parser()
    asked = parser.parse_args(arguments)

    print(tensors.probe(precision="float32").apply())
    table = {"command": command_of(parser, asked), "settings": settings_of(asked)}
    table["augmentations"] = list(AUGMENTATIONS)
    wanted = [(name, n, seed) for seed in range(asked.seeds) for n in asked.counts for name in AUGMENTATIONS]

    def make(missing: list[tuple[str, int, int]]) -> Iterator[dict]:
        settings = {"batch": asked.batch, "held_out": asked.held_out}
        for (count, seed), some in groupby(missing, key=lambda key: key[1:]):
            drawn = draw(seed, count, asked.held_out, asked.workers)
            for name, _, _ in some:
                yield augmentation_row(name, count, seed, asked.steps, drawn=drawn, **settings)

    columns = ("augmentation", "pictures", "seed")
    keep_rows(TABLE, table, columns, wanted, make, fresh=asked.fresh, folder=asked.folder)


if __name__ == "__main__":
    main()
