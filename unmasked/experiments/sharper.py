"""What the loss is worth: `python -m unmasked.experiments.sharper` makes the table of lesson 07.

The same slim swap, on the same pictures, from the same first weights and for the same steps, by one loss after another;
and against an adversary, beside a training without one that has the same time. Measured on held-out faces whose true
swap is drawn. `sharper_row` makes any one row again, anywhere.
"""

import argparse
import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch import nn

from unmasked import losses, metrics, tensors
from unmasked.arguments import checked_choice
from unmasked.experiments import swap
from unmasked.experiments.adversary import Adversary
from unmasked.experiments.command import add_keeping, add_seeds, command_of, module_parser, settings_of
from unmasked.experiments.pairs import NAMES, Truth, draw_all, true_faces
from unmasked.experiments.tables import keep_rows, load_strips, save_strips
from unmasked.faces import Faces, unpaired_faces
from unmasked.models import weights
from unmasked.models.swap import SwapNet
from unmasked.training import Run

TABLE = "sharper"
STEPS, WIDTH, PICTURES, HELD_OUT = 400, 40, 1500, 150
SHOWN = 6  # swaps of each loss, first → second, that are kept as pictures
Row = dict[str, str | int | float]
Loss = Callable[..., torch.Tensor]
Drawn = tuple[dict[str, Faces], dict[str, Truth]]


def learned_features() -> Callable[[torch.Tensor], list[torch.Tensor]]:
    """What the course's own reader of performances sees in pictures (N, 3, S, S): two maps, for `perceptual`.

    It reads 64 pixels a side; larger pictures are averaged down to that.
    """
    reader = weights.load("regressor").requires_grad_(False)

    def maps(pictures: torch.Tensor) -> list[torch.Tensor]:
        return reader.maps(nn.functional.adaptive_avg_pool2d(pictures, 64))

    return maps


def scaled(loss: Loss, faces: Faces) -> Loss:
    """The loss times a constant, such that it says of these faces' average what the course's own loss says of it.

    A loss that speaks in smaller numbers would be outvoted by what else the training asks for (the guide, the match),
    and its units would be compared, not what it looks at.
    """
    pictures = tensors.to_tensor(faces.pictures[:200])
    still = pictures.mean(0).expand_as(pictures)
    with torch.no_grad():
        factor = float(losses.l1_l2(still, pictures) / loss(still, pictures))

    def same_size(rebuilt: torch.Tensor, target: torch.Tensor, **settings) -> torch.Tensor:
        return factor * loss(rebuilt, target, **settings)

    return same_size


def both(*parts: Loss) -> Loss:
    """The mean of several losses."""

    def mean(rebuilt: torch.Tensor, target: torch.Tensor, **settings) -> torch.Tensor:
        return sum(part(rebuilt, target, **settings) for part in parts) / len(parts)

    return mean


def _with_edges(faces: Faces) -> Loss:
    return both(scaled(losses.mae, faces), scaled(losses.edge_loss, faces))


def _with_features(faces: Faces) -> Loss:
    seen = partial(losses.perceptual, features=learned_features())
    return both(scaled(losses.mae, faces), scaled(seen, faces))


class Objective(NamedTuple):
    """What a training asks for: its picture loss (made of one character's training faces), and what goes beside it.

    title, words  its name in a table, and what it is; `features`: further weight of a pixel in eyes or mouth.
    adversary  whether a discriminator learns along; `longer`: times as many steps as the others.
    """

    title: str
    words: str
    picture_loss: Callable[[Faces], Loss]
    features: float = 0.0
    adversary: bool = False
    longer: float = 1.0


def _own(faces: Faces) -> Loss:
    return losses.l1_l2


LOSSES: dict[str, Objective] = {
    "mae": Objective("MAE", "mean absolute error", partial(scaled, losses.mae)),
    "mse": Objective("MSE", "mean squared error", partial(scaled, losses.mse)),
    "l1_l2": Objective("the course's own", "the course's own: absolute error and 12 times squared error", _own),
    "dssim": Objective("DSSIM", "structural dissimilarity", partial(scaled, losses.dssim)),
    "dssim_mse": Objective(
        "DSSIM + MSE", "10 · DSSIM + 10 · MSE, as DeepFaceLab weighs them", partial(scaled, losses.dssim_mse)
    ),
    "mae_edge": Objective("MAE + edges", "absolute error and edges", _with_edges),
    "mae_perceptual": Objective("MAE + features", "absolute error and features of the course's reader", _with_features),
    "eyes_mouth": Objective(
        "eyes and mouth weighted", "the course's own, eyes and mouth weighing 11 times as much", _own, features=10.0
    ),
    "adversary": Objective("with an adversary", "the course's own and a patch discriminator", _own, adversary=True),
    "same_seconds": Objective(
        "own, for longer", "the course's own, for as long as the adversary took", _own, longer=1.7
    ),
}


def drawn_for(seed: int, pictures: int = PICTURES, held_out: int = HELD_OUT, workers: int = 1) -> Drawn:
    """What the rows of a seed train on, unpaired, and are measured on, matched: to be drawn once for all losses."""
    return unpaired_faces(NAMES, pictures, seed, workers), true_faces(NAMES, held_out, seed=seed)


def train(
    loss: str,
    seed: int,
    steps: int = STEPS,
    *,
    drawn: Drawn | None = None,
    width: int = WIDTH,
    batch: int = 16,
    machine: tensors.Machine | None = None,
    progress: bool = False,
) -> tuple[SwapNet, float]:
    """A slim swap trained by one of LOSSES from nothing, in evaluation mode, and the processor seconds that it took.

    seed      decides the faces, the first weights and the batches.
    drawn     what `drawn_for(seed)` returned; drawn anew where None.
    batch     pictures of each character a step; `width`: the net's.
    machine   its precision; float32 where None. `progress`: shows a bar, as a lesson wants it.
    Raises ValueError for an unknown loss. The random state of the caller stays as it was.
    """
    asked = LOSSES[checked_choice(loss, LOSSES, "loss")]
    faces, _ = drawn or drawn_for(seed)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)  # the layers' first weights: the same for every loss
        model = SwapNet(NAMES, width=width)
        adversary = Adversary() if asked.adversary else None
        run = swap.swap_run(
            model if machine is None or machine.precision == "float32" else swap.Mixed(model, machine),
            faces,
            steps=round(asked.longer * steps),
            batch=batch,
            picture_loss=asked.picture_loss(faces[NAMES[0]]),
            features=asked.features,
            adversary=adversary,
            seed=seed,
            label=f"{loss}, seed {seed}",
        )
    begun = time.process_time()  # of this process alone: the clock would count the neighbours' work too
    run.complete() if progress else run.advance(run.steps)
    return model.eval(), time.process_time() - begun


class StillEncoder(nn.Module):
    """A swap net of which only the layout and the decoders learn: its codes stay what and where they were."""

    def __init__(self, model: SwapNet):
        super().__init__()
        self.model, self.config, self.decode = model, model.config, model.decode

    def train(self, mode: bool = True) -> "StillEncoder":
        """The statistics of the codes stay still too."""
        super().train(mode)
        self.model.characters.eval()
        return self

    @torch.no_grad()
    def encode(self, pictures: torch.Tensor, name: str) -> torch.Tensor:
        return self.model.encode(pictures, name)


def refining(
    model: SwapNet, faces: Mapping[str, Faces], loss: str, *, machine: tensors.Machine, rate: float = 0.004, **settings
) -> Run:
    """Further steps of a trained swap by one of LOSSES, in which its encoder stays as it is.

    No code can drift: layout and decoders learn to draw the same ones sharper. `rate` is Muon's at the top, a tenth of
    the first training's, for at more the swaps explain less; `settings` go to `swap_run`.
    Raises ValueError for an unknown loss.
    """
    asked = LOSSES[checked_choice(loss, LOSSES, "loss")]
    seeing = StillEncoder(model)
    return swap.swap_run(
        seeing if machine.precision == "float32" else swap.Mixed(seeing, machine),
        faces,
        rate=rate,
        match=0.0,
        guided=False,
        picture_loss=asked.picture_loss(faces[model.names[0]]),
        features=asked.features,
        adversary=Adversary() if asked.adversary else None,
        **settings,
    )


def measured(model: nn.Module, truth: Mapping[str, Truth]) -> dict[str, float]:
    """How good and how sharp a net's swaps of the held-out faces are, each way (_ab and _ba).

    explained   how much of the average face's squared error inside the true face the swap avoids.
    expression  the same in eyes and mouth, against the calm face in the same pose and light.
    dssim       structural dissimilarity to the truth inside the face, 0 where they are the same.
    sharpness   fine detail inside the face, as a share of the truth's.
    """
    drawn, found = draw_all(model, truth), {}
    a, b = truth
    for way, (actor, other) in {"ab": (a, b), "ba": (b, a)}.items():
        swapped, true = drawn[actor, other], truth[other]
        found[f"explained_{way}"] = metrics.explained_swap(swapped, true.pictures, true.pictures.mean(0), true.masks)
        found[f"expression_{way}"] = metrics.explained_expression(swapped, true.pictures, true.neutral, true.features)
        found[f"dssim_{way}"] = (1 - metrics.ssim(swapped, true.pictures, true.masks)) / 2
        found[f"sharpness_{way}"] = metrics.sharpness(swapped, true.pictures, true.masks)
    return found


def sharper_row(loss: str, seed: int, steps: int = STEPS, *, drawn: Drawn | None = None, **settings) -> Row:
    """Trains by one loss from one seed, from nothing, and measures it: one row of the table.

    The arguments, `settings` among them, are those of `train`.
    The row: loss, seed, what `measured` measures, and the processor seconds of its training.
    Raises ValueError for an unknown loss.
    """
    drawn = drawn or drawn_for(seed)
    model, seconds = train(loss, seed, steps, drawn=drawn, **settings)
    return {"loss": loss, "seed": seed, **measured(model, drawn[1]), "seconds": seconds}


@torch.no_grad()
def examples(model: nn.Module, truth: Mapping[str, Truth]) -> np.ndarray:
    """The first SHOWN held-out faces of the first character as the second: uint8 (SHOWN, 64, 64, 3)."""
    a, b = NAMES
    return tensors.to_pictures(model.decode(model.encode(truth[a].pictures[:SHOWN], a), b))


def load_examples(folder: Path | None = None) -> dict[str, np.ndarray]:
    """The kept `examples` of seed 0 by loss, and beside them "seen", the first character, and "truth", the true swap.

    Raises ValueError, with the command that makes them, where they are missing or damaged.
    """
    return load_strips(TABLE, ["seen", "truth", *LOSSES], SHOWN, folder=folder)


def make_parser() -> argparse.ArgumentParser:
    """The options of this command."""
    parser = module_parser(__spec__.name, __doc__)
    add_seeds(parser, "loss")
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--batch", type=int, default=16, help="pictures of each character a step")
    parser.add_argument("--pictures", type=int, default=PICTURES, help="training pictures of each character")
    parser.add_argument("--held-out", type=int, default=HELD_OUT, help="faces of each character to measure on")
    parser.add_argument("--precision", choices=tensors.PRECISIONS, default="bfloat16")
    parser.add_argument("--workers", type=int, default=1, help="processes that draw")
    add_keeping(parser)
    return parser


def main(arguments: list[str] | None = None) -> None:
    parser = make_parser()
    asked = parser.parse_args(arguments)
    machine = tensors.probe(1, asked.precision).apply()
    print(machine)
    table = {"command": command_of(parser, asked), "settings": settings_of(asked)}
    table["losses"] = {name: asked.words for name, asked in LOSSES.items()}
    wanted = [(loss, seed) for seed in range(asked.seeds) for loss in LOSSES]

    def make(missing: list[tuple[str, int]]) -> Iterator[Row]:
        shown = load_examples(asked.folder) if len(missing) < len(wanted) else {}
        for seed, some in groupby(missing, key=lambda key: key[1]):
            faces, truth = drawn_for(seed, asked.pictures, asked.held_out, asked.workers)
            if seed == 0 and not shown:
                seen, true = (tensors.to_pictures(truth[name].pictures[:SHOWN]) for name in NAMES)
                shown = {"seen": seen, "truth": true} | dict.fromkeys(LOSSES, np.zeros_like(seen))
            for loss, _ in some:
                settings = {"drawn": (faces, truth), "batch": asked.batch, "machine": machine}
                model, seconds = train(loss, seed, asked.steps, **settings)
                if seed == 0:
                    shown[loss] = examples(model, truth)
                    save_strips(TABLE, shown, folder=asked.folder)
                yield {"loss": loss, "seed": seed, **measured(model, truth), "seconds": seconds}

    keep_rows(TABLE, table, ("loss", "seed"), wanted, make, fresh=asked.fresh, folder=asked.folder)


if __name__ == "__main__":
    main()
