"""Makes Bo's own network, after Korshunova: `python -m unmasked.experiments.korshunova_bo`.

Others' pictures go in, and four losses say what should come out. The content: what our reader of performances sees in
them, it should see in the drawing. The style: each patch of the drawing should be like some patch, at the same place,
of a picture of the target, chosen from those whose landmarks are nearest. The light: what our reader says of the light
stays. And neighbouring pixels should agree. No loss ever sees the target doing what the actor does.

In the paper content and style come from a network that names things in photographs (VGG), and the light from a small
siamese network; here all three come from the course's reader, which learned from drawings whose performance is known.
"""

import argparse
import json
import sys
from pathlib import Path

import torch

from unmasked import metrics, paths, tensors
from unmasked.arguments import checked_kind
from unmasked.experiments.command import command_of, module_parser, refuse_shortened, settings_of
from unmasked.experiments.pairs import Truth, true_faces
from unmasked.faces import Faces, unpaired_faces
from unmasked.models import korshunova, weights
from unmasked.models.korshunova import Korshunova, style_loss, total_variation
from unmasked.models.regressor import PerformanceRegressor
from unmasked.tensors import Machine, probe
from unmasked.toons.performance import PARAMETERS
from unmasked.training import Muon, Run, cosine, fingerprint, set_rate

WEIGHTS, ACTOR, TARGET = "korshunova-bo", "ada", "bo"
WIDTH, RATE, STYLES = 8, 0.02, 16
LOSSES = {"content": 1.0, "style": 1.0, "light": 0.3, "variation": 1.0}  # and what each weighs
LIGHT = [PARAMETERS.index("light_azimuth"), PARAMETERS.index("light_strength")]


class FourLosses:
    """What a drawing of the target is held against: `losses(drawn, seen, motion)`.

    target  the target's faces, from which every patch may choose.
    styles  so many of them are compared with each drawing: those whose landmarks are nearest to the actor's.
    reader  the net whose layers are looked at; the course's own where None.
    """

    def __init__(self, target: Faces, styles: int = STYLES, reader: PerformanceRegressor | None = None):
        checked_kind(target, Faces, "target", "a faces.Faces of one character")
        self.reader = weights.load("regressor") if reader is None else reader
        self.reader.requires_grad_(False)
        self.styles = min(styles, len(target))
        self.motions = motion_of(target)
        pictures = tensors.to_tensor(target.pictures).split(100)
        self.bank = torch.cat([self.reader.maps(some)[0] for some in pictures])  # (M, C, 16, 16)

    def nearest(self, motions: torch.Tensor) -> torch.Tensor:
        """The style pictures for landmarks' motions (N, 136): int64 (N, styles), the nearest first."""
        return torch.cdist(motions, self.motions).topk(self.styles, largest=False).indices

    def seen(self, pictures: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """The reader's first map (N, C, 16, 16), the numbers it reads from (N, D), and the light that it reads."""
        maps = self.reader.maps(pictures)
        deep = self.reader.layers[9:-1](maps[1])
        return maps[0], deep, self.reader.layers[-1](deep)[:, LIGHT]

    def __call__(self, drawn: torch.Tensor, actor: torch.Tensor, motions: torch.Tensor) -> dict[str, torch.Tensor]:
        """The four by name, each weighted: `drawn`, `actor` (N, 3, 64, 64), the actor's landmarks' motions (N, 136)."""
        with torch.no_grad():
            _, content, light = self.seen(actor)
        patches, mine, my_light = self.seen(drawn)
        parts = {
            "content": (mine - content).square().mean() / content.square().mean(),
            "style": style_loss(patches, self.bank[self.nearest(motions)]),
            "light": (my_light - light).square().mean(),
            "variation": total_variation(drawn),
        }
        return {name: LOSSES[name] * part for name, part in parts.items()}


def motion_of(faces: Faces) -> torch.Tensor:
    """The landmarks (N, 136), less the character's own mean: where they have MOVED, whatever the face's shape is."""
    landmarks = torch.from_numpy(faces.landmarks).float().flatten(1)
    return landmarks - landmarks.mean(0)


def run_of(
    model: Korshunova,
    actor: Faces,
    target: Faces,
    steps: int,
    batch: int = 4,
    seed: int = 0,
    machine: Machine | None = None,
    **options,
) -> Run:
    """A training of the target's network on an actor's pictures; `options` go to `training.Run`."""
    machine = Machine("cpu", torch.get_num_threads(), "float32") if machine is None else machine
    losses, motions = FourLosses(target), motion_of(actor)
    model.to(memory_format=torch.channels_last).train()
    with torch.no_grad():  # begin at the target's mean colour, not at black
        model.colours.bias.copy_(tensors.to_tensor(target.pictures[:100]).mean((0, 2, 3)))
    generator = torch.Generator().manual_seed(seed)
    optimiser = Muon(model.parameters(), RATE)

    def step(i: int) -> dict[str, torch.Tensor]:
        set_rate(optimiser, cosine(i, steps, RATE, warmup=min(20, steps // 10)))
        chosen = torch.randint(len(actor), (batch,), generator=generator)
        seen = tensors.to_tensor(actor.pictures[chosen.numpy()])
        with machine.autocast():
            drawn = model(seen.contiguous(memory_format=torch.channels_last)).float()
        parts = losses(drawn, seen, motions[chosen])
        optimiser.zero_grad()
        sum(parts.values()).backward()
        optimiser.step()
        return parts

    return Run(step, steps=steps, state={"model": model, "optimiser": optimiser}, generator=generator, **options)


@torch.no_grad()
def drawn_by(model: Korshunova, pictures: torch.Tensor) -> torch.Tensor:
    """What the network makes of pictures (N, 3, 64, 64), within 0…1."""
    model.eval()
    return torch.cat([model(some) for some in pictures.split(16)]).clamp(0, 1)


def explained(model: Korshunova, truth: dict[str, Truth]) -> float:
    """How much of the true swap the network's drawings of the actor explain."""
    true = truth[TARGET]
    drawn = drawn_by(model, truth[ACTOR].pictures)
    return metrics.explained_swap(drawn, true.pictures, true.pictures.mean(0), true.masks)


def make_parser() -> argparse.ArgumentParser:
    """The options of this command."""
    parser = module_parser(__spec__.name, __doc__)
    parser.add_argument("--pictures", type=int, default=800, help="of the actor, and of the target")
    parser.add_argument("--steps", type=int, default=1500)
    parser.add_argument("--batch", type=int, default=4)
    parser.add_argument("--width", type=int, default=WIDTH)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--precision", choices=tensors.PRECISIONS, default="float32")
    parser.add_argument("--folder", type=Path, default=None, help="where to write (default: data/weights)")
    return parser


def main(arguments: list[str] | None = None) -> None:
    parser = make_parser()
    asked = parser.parse_args(arguments)

    machine = probe(1, asked.precision).apply()
    print(machine)
    faces = unpaired_faces((ACTOR, TARGET), asked.pictures, asked.seed)
    truth = true_faces((ACTOR, TARGET), 100, seed=asked.seed + 1)
    torch.manual_seed(asked.seed)  # the layers' first weights
    model = Korshunova(asked.width)
    run = run_of(
        model,
        faces[ACTOR],
        faces[TARGET],
        asked.steps,
        asked.batch,
        asked.seed,
        machine,
        label=WEIGHTS,
        checkpoint=paths.user_folder() / "runs" / f"{WEIGHTS}.safetensors",
        fingerprint=fingerprint(
            sys.modules[__name__], korshunova, settings_of(asked), *(some.pictures for some in faces.values())
        ),
    )
    while not run.done:
        run.advance(250)
        print(run.history, f"explained {explained(model, truth):.3f}", flush=True)
        model.train()
    refuse_shortened(parser, run)
    description = f"Korshunova: draws {TARGET} from pictures of {ACTOR}, 64×64; four losses, never a pair."
    weights.save(model.eval(), WEIGHTS, description, command_of(parser, asked), folder=asked.folder)
    print(json.dumps({"explained": round(explained(weights.load(WEIGHTS, folder=asked.folder), truth), 4)}))


if __name__ == "__main__":
    main()
