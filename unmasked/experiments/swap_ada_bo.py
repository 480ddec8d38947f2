"""Makes the shipped weights of the slim swap: `python -m unmasked.experiments.swap_ada_bo`.

Draws both characters, trains a SwapNet on them as `unmasked.experiments.swap` does, matches the codes, trains the
decoders further where `--then` asks for it, writes the weights, and prints how much of the true swap they explain.
"""

import argparse
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from unmasked import paths, tensors
from unmasked.arguments import checked_number
from unmasked.experiments import sharper
from unmasked.experiments import swap as swap_training
from unmasked.experiments.command import command_of, module_parser, settings_of
from unmasked.experiments.pairs import NAMES, explained_table
from unmasked.faces import Faces, paired_faces, unpaired_faces
from unmasked.models import swap as swap_model
from unmasked.models import weights
from unmasked.models.alignment import match_codes
from unmasked.models.swap import SwapNet
from unmasked.toons import camera
from unmasked.training import fingerprint

REFINED = 3000  # pictures of each character, at most, that `--then` learns from
THEN = ("then", "then_steps")


def make_parser() -> argparse.ArgumentParser:
    """The options of this command."""
    parser = module_parser(__spec__.name, __doc__)
    parser.add_argument("--names", nargs="+", default=list(NAMES), help="names of the cast (default: ada bo)")
    parser.add_argument("--pictures", type=int, default=16000, help="training pictures of each character")
    parser.add_argument(
        "--recorded",
        type=float,
        default=0.0,
        help="share of the training pictures that a camera records, for a net that is to hold on film",
    )
    parser.add_argument("--steps", type=int, default=20000)
    parser.add_argument(
        "--stop",
        type=int,
        default=None,
        help="after so many steps, the rate still falling as for --steps: by Muon, long runs lose again at their end "
        "(a code's stored mean trails behind the codes, and what that was worth goes as the rate falls)",
    )
    parser.add_argument(
        "--no-match",
        action="store_true",
        help="leave the codes as trained: where they have run far from 0, turning them costs more than it brings",
    )
    parser.add_argument("--batch", type=int, default=16, help="pictures of each character a step")
    parser.add_argument("--side", type=int, default=64, choices=[64, 128], help="of a picture, in pixels")
    parser.add_argument("--width", type=int, default=40)
    parser.add_argument("--code-size", type=int, default=128)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--optimiser", choices=list(swap_training.RATES), default="muon")
    parser.add_argument("--guide-weight", type=float, default=swap_training.GUIDE, help="in the loss")
    parser.add_argument(
        "--then",
        choices=sharper.LOSSES,
        default=None,
        help="a loss of lesson 07, by which the decoders alone are trained on, so that they draw sharper",
    )
    parser.add_argument("--then-steps", type=int, default=2000, help="of that")
    parser.add_argument("--precision", choices=tensors.PRECISIONS, help="default: the quicker one on this machine")
    parser.add_argument("--workers", type=int, default=1, help="processes that draw")
    parser.add_argument("--name", default="swap-ada-bo", help="the weights' name")
    parser.add_argument("--folder", type=Path, default=None, help="where to write (default: data/weights)")
    return parser


def record_some(faces: Faces, share: float, seed: int) -> None:
    """Lets a camera record a `share` 0…1 of the pictures, in place and each by a camera of its own."""
    checked_number(share, "share", 0, 1)
    generator = np.random.default_rng(seed)
    for i in generator.permutation(len(faces))[: round(share * len(faces))]:
        faces.pictures[i] = camera.record(faces.pictures[i], generator)


def refine(model: SwapNet, clean: dict[str, Faces], asked: argparse.Namespace, machine: tensors.Machine) -> None:
    """Trains the decoders on by the loss `--then`, on pictures that no camera has recorded: they draw the character."""
    pictures = [some.pictures for some in clean.values()]
    torch.manual_seed(asked.seed)  # a discriminator's first weights
    run = sharper.refining(
        model,
        clean,
        asked.then,
        machine=machine,
        steps=asked.then_steps,
        batch=asked.batch,
        seed=asked.seed,
        label=f"{asked.name}, then {asked.then}",
        checkpoint=paths.user_folder() / "runs" / f"{asked.name}-then.safetensors",
        fingerprint=fingerprint(sharper, swap_training, swap_model, settings_of(asked), *pictures),
    )
    run.complete()
    run.save()


def main(arguments: list[str] | None = None) -> None:
    parser = make_parser()
    asked = parser.parse_args(arguments)

    machine = tensors.probe(precision=asked.precision).apply()
    print(machine)
    names = tuple(asked.names)
    faces = unpaired_faces(names, asked.pictures, asked.seed, asked.workers, asked.side)
    # Only what `--then` will learn from is kept a second time: as drawn, before a camera comes.
    kept = slice(0, REFINED if asked.then else 0)
    clean = {name: replace(some[kept], pictures=some.pictures[kept].copy()) for name, some in faces.items()}
    for some in faces.values():
        record_some(some, asked.recorded, asked.seed)
    torch.manual_seed(asked.seed)  # the layers' first weights
    model = SwapNet(names, asked.code_size, asked.width, side=asked.side)
    pictures = [some.pictures for some in faces.values()]
    run = swap_training.swap_run(
        model if machine.precision == "float32" else swap_training.Mixed(model, machine),
        faces,
        steps=asked.steps,
        batch=asked.batch,
        optimiser=asked.optimiser,
        guide_weight=asked.guide_weight,
        seed=asked.seed,
        label=asked.name,
        checkpoint=paths.user_folder() / "runs" / f"{asked.name}.safetensors",
        fingerprint=fingerprint(swap_training, swap_model, settings_of(asked, THEN), *pictures),
    )
    truth = paired_faces(names, 400, asked.seed + 1, asked.side)
    last = asked.steps if asked.stop is None else min(asked.stop, asked.steps)
    while run.history.steps < last:
        run.advance(min(1000, last - run.history.steps))
        print(run.history, {f"{a}→{b}": round(v, 3) for (a, b), v in explained_table(model, truth).items()}, flush=True)
    run.save()
    if not asked.no_match:
        match_codes(model, {name: tensors.to_tensor(some.pictures[:3000]) for name, some in faces.items()})
    if asked.then:
        refine(model, clean, asked, machine)
    pixels = f"{asked.side}×{asked.side}"
    description = f"SwapNet of {', '.join(names)}: shared encoder and layout, a decoder each, {pixels}."
    weights.save(model.eval(), asked.name, description, command_of(parser, asked), folder=asked.folder)
    model = weights.load(asked.name, folder=asked.folder)
    print(json.dumps({f"{a}_{b}": round(v, 4) for (a, b), v in explained_table(model, truth).items()}))


if __name__ == "__main__":
    main()
