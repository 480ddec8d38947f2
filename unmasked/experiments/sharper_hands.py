"""What passes in front of a face: `python -m unmasked.experiments.sharper_hands` makes lesson 07's table of hands.

Three nets of one size, trained on the same faces for the same steps: one that never saw a hand, one that sees hands and
has to redraw them, and one whose decoders draw a mask beside the colour. Measured on held-out faces behind a hand: the
true swap is drawn, with the hand in front and without it. With `--ship` it trains the last one alone and writes the
weights that come with the course.
"""

import argparse
import json
from collections.abc import Callable, Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch import nn

from unmasked import losses, metrics, tensors
from unmasked.arguments import checked_choice
from unmasked.experiments import swap
from unmasked.experiments.command import add_seeds, command_of, module_parser, settings_of
from unmasked.experiments.pairs import NAMES, Truth
from unmasked.experiments.sharper import HELD_OUT, PICTURES, STEPS, WIDTH, Drawn, drawn_for
from unmasked.experiments.tables import keep_rows
from unmasked.faces import Faces
from unmasked.models import weights
from unmasked.models.alpha import AlphaSwapNet, composite
from unmasked.models.swap import SwapNet
from unmasked.toons.hand import put_a_hand

TABLE, WEIGHTS = "sharper-hands", "swap-ada-bo-hands"
UNSEEN = 10**6  # seeds of hands from here on are for measuring
OFTEN = 0.6  # the share of training pictures with a hand in front
MASK = 0.3  # weight of the mask's own error, a binary cross-entropy
VARIANTS = {
    "clean": "a swap that never saw a hand",
    "hands": "the same swap, trained with hands in front, which it has to redraw",
    "mask": "trained with hands; its decoders draw the face alone, and a mask of where it belongs",
}
TITLES = {"clean": "never saw hands", "hands": "redraws hands", "mask": "with α"}
Row = dict[str, str | int | float]


class Hands(NamedTuple):
    """Hands without their faces: how much of each pixel they are, (N, 1, 64, 64) in 0…1, and their share of its colour,
    (N, 3, 64, 64)."""

    share: torch.Tensor
    colour: torch.Tensor

    def before(self, pictures: torch.Tensor, which: torch.Tensor | slice = slice(None)) -> torch.Tensor:
        """The pictures (N, 3, 64, 64) with hands in front, those of the indices `which`."""
        return pictures * (1 - self.share[which]) + self.colour[which]


def draw_hands(landmarks: np.ndarray, seed: int) -> Hands:
    """A hand for each face, in front of where its `landmarks` (N, 68, 2) are: brow, nose, mouth or chin."""
    generator = np.random.default_rng([seed, 0x4A2D])
    black = np.zeros((64, 64, 3), np.uint8)
    drawn = [put_a_hand(black, points, generator) for points in landmarks]
    colour = tensors.to_tensor(np.stack([picture for picture, _ in drawn]))
    return Hands(torch.from_numpy(np.stack([share for _, share in drawn])[:, None]), colour)


class HandedBatches(swap.Batches):
    """Batches of one character, most of them with a hand in front that some other face of it had.

    A picture carries its truth along, in 7 channels: as it is seen, without the hand, and how much the hand hides.
    """

    def __init__(self, faces: Faces, generator: torch.Generator, features: float = 0.0):
        super().__init__(faces, generator, features)
        self.hands = draw_hands(faces.landmarks, len(faces))

    def draw(self, count: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Known pictures float (count, 7, 64, 64), weights (count, 1, 64, 64), targets (count, GUIDED)."""
        clean, pixel_weights, targets = super().draw(count)
        which = torch.randint(len(self.faces), (count,), generator=self.generator)
        there = (torch.rand(count, generator=self.generator) < OFTEN)[:, None, None, None]
        seen = torch.where(there, self.hands.before(clean, which), clean)
        return torch.cat([seen, clean, self.hands.share[which] * there], 1), pixel_weights, targets


class _SeesTheFirst(nn.Module):
    """A swap net that is given known pictures, and sees of them what is to be seen."""

    def __init__(self, model: nn.Module):
        super().__init__()
        self.model, self.config, self.decode = model, model.config, model.decode
        self.store_averages = model.store_averages

    def encode(self, known: torch.Tensor, name: str) -> torch.Tensor:
        return self.model.encode(known[:, :3], name)


def redrawn(rebuilt: torch.Tensor, known: torch.Tensor, *, weights: torch.Tensor) -> torch.Tensor:
    """The course's own loss against what was seen, hand and all."""
    return losses.l1_l2(rebuilt, known[:, :3], weights=weights)


def unveiled(drawn: tuple[torch.Tensor, torch.Tensor], known: torch.Tensor, *, weights: torch.Tensor) -> torch.Tensor:
    """The course's own loss of the colour against the face behind the hand, and of the mask against where no hand is.

    With photographs one pastes hands into the training pictures, and knows as much. DeepFaceLab, too, gives its mask a
    loss of its own.
    """
    colour, alpha = drawn
    clean, free = known[:, 3:6], 1 - known[:, 6:]
    off = nn.functional.binary_cross_entropy(alpha, free, weights)
    return losses.l1_l2(colour, clean, weights=weights) + MASK * off


def train(
    variant: str,
    seed: int,
    steps: int = STEPS,
    *,
    drawn: Drawn | None = None,
    width: int = WIDTH,
    batch: int = 16,
    machine: tensors.Machine | None = None,
    progress: bool = False,
) -> SwapNet:
    """A net of one of VARIANTS, trained from nothing, in evaluation mode: an AlphaSwapNet for "mask".

    The arguments are those of `sharper.train`. Raises ValueError for an unknown variant.
    """
    checked_choice(variant, VARIANTS, "variant")
    faces, _ = drawn or drawn_for(seed)
    asked: dict[str, Callable] = {}
    if variant != "clean":
        asked = {"batches": HandedBatches, "picture_loss": unveiled if variant == "mask" else redrawn}
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)  # the layers' first weights
        model = (AlphaSwapNet if variant == "mask" else SwapNet)(NAMES, width=width)
        seeing = model if variant == "clean" else _SeesTheFirst(model)
        if machine is not None and machine.precision != "float32":
            seeing = swap.Mixed(seeing, machine)
        label = f"{variant}, seed {seed}"
        run = swap.swap_run(seeing, faces, steps=steps, batch=batch, seed=seed, label=label, **asked)
    run.complete() if progress else run.advance(steps)
    return model.eval()


class Covered(NamedTuple):
    """Held-out faces behind hands: what is seen of the actor, the true swap with the hand in front, and the hands."""

    seen: torch.Tensor  # (N, 3, 64, 64)
    true: torch.Tensor  # (N, 3, 64, 64)
    hands: Hands


def covered(truth: Mapping[str, Truth], actor: str, other: str, seed: int = 0) -> Covered:
    """A hand in front of each held-out face of the actor, and the same one in front of the other's true face.

    Hands of the `seed` that no training has seen.
    """
    hands = draw_hands(truth[actor].landmarks, UNSEEN + seed)
    return Covered(hands.before(truth[actor].pictures), hands.before(truth[other].pictures), hands)


@torch.no_grad()
def swapped(model: SwapNet, seen: torch.Tensor, actor: str, other: str) -> tuple[torch.Tensor, torch.Tensor]:
    """What the net makes of the `actor`'s pictures, and the face alone that it drew: both (N, 3, 64, 64) in 0…1.

    A net without a mask draws one picture, which is both.
    """
    parts = []
    for some in seen.split(50):
        if isinstance(model, AlphaSwapNet):
            colour, alpha = model.decode(model.encode(some, actor), other)
            parts.append((composite(colour, alpha, some), colour))
        else:
            parts.append((model.decode(model.encode(some, actor), other),) * 2)
    whole, face = (torch.cat(pictures).clamp(0, 1) for pictures in zip(*parts, strict=True))
    return whole, face


def measured(model: SwapNet, truth: Mapping[str, Truth], seed: int = 0) -> dict[str, float]:
    """How well a net does behind hands of the `seed`, inside the true face, each way (_ab and _ba).

    hand     mean absolute error where the hand is, in grey levels 0…255: does it stay as it was?
    face     how much of the average face's squared error is avoided where no hand is.
    behind   the same behind the hand, for the face alone that the net draws, against the truth without a hand.
    """
    a, b = truth
    found = {}
    for way, (actor, other) in {"ab": (a, b), "ba": (b, a)}.items():
        true, these = truth[other], covered(truth, actor, other, seed)
        whole, face = swapped(model, these.seen, actor, other)
        hidden, free = true.masks * these.hands.share, true.masks * (1 - these.hands.share)
        off = ((whole - these.true).abs() * hidden).sum() / (3 * hidden.sum())
        still = true.pictures.mean(0)
        found[f"hand_{way}"] = 255 * float(off)
        found[f"face_{way}"] = metrics.explained_swap(whole, these.true, still, free)
        found[f"behind_{way}"] = metrics.explained_swap(face, true.pictures, still, hidden)
    return found


def hands_row(variant: str, seed: int, steps: int = STEPS, *, drawn: Drawn | None = None, **settings) -> Row:
    """Trains one variant from one seed, from nothing, and measures it: one row of the table.

    The arguments, `settings` among them, are those of `train`. The row: variant, seed, and what `measured` measures.
    Raises ValueError for an unknown variant.
    """
    checked_choice(variant, VARIANTS, "variant")
    drawn = drawn or drawn_for(seed)
    return {"variant": variant, "seed": seed} | measured(
        train(variant, seed, steps, drawn=drawn, **settings), drawn[1], seed
    )


def make_parser() -> argparse.ArgumentParser:
    """The options of this command."""
    parser = module_parser(__spec__.name, __doc__)
    add_seeds(parser, "variant")
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--batch", type=int, default=16, help="pictures of each character a step")
    parser.add_argument("--pictures", type=int, default=PICTURES, help="training pictures of each character")
    parser.add_argument("--held-out", type=int, default=HELD_OUT, help="faces of each character to measure on")
    parser.add_argument("--precision", choices=tensors.PRECISIONS, default="bfloat16")
    parser.add_argument("--workers", type=int, default=1, help="processes that draw")
    parser.add_argument("--fresh", action="store_true", help="make all rows anew; without it those of a table stay")
    parser.add_argument("--ship", action="store_true", help=f"write the weights {WEIGHTS}, from seed 0, and no table")
    parser.add_argument(
        "--folder", type=Path, default=None, help="where to write (default: data/tables or data/weights)"
    )
    return parser


def main(arguments: list[str] | None = None) -> None:
    parser = make_parser()
    asked = parser.parse_args(arguments)
    machine = tensors.probe(1, asked.precision).apply()
    print(machine)
    if asked.ship:
        drawn = drawn_for(0, asked.pictures, asked.held_out, asked.workers)
        model = train("mask", 0, asked.steps, drawn=drawn, batch=asked.batch, machine=machine)
        description = "AlphaSwapNet of ada, bo: a swap that draws a mask too, trained with hands in front, 64×64."
        weights.save(model, WEIGHTS, description, command_of(parser, asked), folder=asked.folder)
        scores = measured(weights.load(WEIGHTS, folder=asked.folder), drawn[1])
        print(json.dumps({name: round(value, 4) for name, value in scores.items()}))
        return
    table = {"command": command_of(parser, asked), "settings": settings_of(asked), "variants": VARIANTS}
    wanted = [(variant, seed) for seed in range(asked.seeds) for variant in VARIANTS]

    def make(missing: list[tuple[str, int]]) -> Iterator[Row]:
        for seed, some in groupby(missing, key=lambda key: key[1]):
            drawn = drawn_for(seed, asked.pictures, asked.held_out, asked.workers)
            for variant, _ in some:
                yield hands_row(variant, seed, asked.steps, drawn=drawn, batch=asked.batch, machine=machine)

    keep_rows(TABLE, table, ("variant", "seed"), wanted, make, fresh=asked.fresh, folder=asked.folder)


if __name__ == "__main__":
    main()
