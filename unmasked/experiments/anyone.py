"""Makes the two swaps that forge for anybody: `python -m unmasked.experiments.anyone autoencoder` or `… translator`.

Strangers are drawn in groups that all do the same, so that the true swap of any two of a group is at hand. The
autoencoder never meets a pair: each picture is rebuilt from itself, as in lesson 04, guided by the landmarks that
extraction knows. The translator learns from pairs. The strangers here have numbers that no experiment uses.
"""

import argparse
import json
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import nn

from unmasked import losses, metrics, paths, tensors, toons
from unmasked.experiments.command import command_of, module_parser, settings_of
from unmasked.experiments.guide import GUIDED, guide_loss, guide_targets
from unmasked.experiments.swap import BETAS, OUTSIDE
from unmasked.faces import draw_faces
from unmasked.models import anyone, weights
from unmasked.models.anyone import AnyoneSwap, Translator
from unmasked.training import Run, cosine, fingerprint, set_rate

FIRST = 500_000  # the training strangers' numbers begin here: far from those of any experiment
RATE = 2e-3
GUIDE = 0.07  # weight of the guide
NOISE, GAIN = 0.015, 0.03  # of 0…1: what comes in will have been filmed, so blur, noise and colour must not matter
KINDS = {"autoencoder": (AnyoneSwap, "swap-anyone", 4500), "translator": (Translator, "translate-anyone", 2400)}


@dataclass
class Strangers:
    """Aligned faces of many characters: `pictures` uint8 (C, K, 64, 64, 3), `masks` uint8 (C, K, 64, 64), guide
    `targets` float32 (C, K, GUIDED) and average faces `averages` float32 (C, 3, 64, 64).

    Picture k of one character does what picture k of every other of its group of `group` does.
    """

    pictures: np.ndarray
    masks: np.ndarray
    targets: torch.Tensor
    averages: torch.Tensor
    group: int


def draw(characters: int, each: int, seed: int = 0, group: int = 4, first: int = FIRST) -> Strangers:
    """`characters` strangers, `each` pictures of every one; those of a group of `group` act the same performances."""
    pictures, masks, targets, averages = [], [], [], []
    for number in range(characters):
        acted = toons.sample_performances(np.random.default_rng([seed, number // group]), each)
        faces = draw_faces(toons.sample_identity(first + number), acted)
        pictures.append(faces.pictures)
        masks.append(faces.masks)
        targets.append(guide_targets(faces))
        averages.append(tensors.to_tensor(faces.pictures).mean(0))
    return Strangers(np.stack(pictures), np.stack(masks), torch.stack(targets), torch.stack(averages), group)


@dataclass
class Batch:
    """What a step sees: who acts (`seen`, with noise), who appears (`wanted`, weighted), their averages, targets."""

    seen: torch.Tensor
    wanted: torch.Tensor
    weights: torch.Tensor
    acting: torch.Tensor
    appearing: torch.Tensor
    targets: torch.Tensor


def filmed(pictures: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """Pictures (N, 3, 64, 64) roughly as a camera gives them: each blurred, tinted and roughened by a random amount."""
    count = len(pictures)
    blurred = nn.functional.avg_pool2d(pictures, 3, stride=1, padding=1, count_include_pad=False)
    seen = torch.lerp(pictures, blurred, torch.rand(count, 1, 1, 1, generator=generator))
    seen = seen * (1 + GAIN * torch.randn(count, 3, 1, 1, generator=generator))
    strength = NOISE * torch.rand(count, 1, 1, 1, generator=generator)
    return seen + strength * torch.randn(seen.shape, generator=generator)


def batch_of(strangers: Strangers, count: int, paired: bool, generator: torch.Generator) -> Batch:
    """A random batch. `paired`: another of the same group acts; else everybody acts themselves."""
    characters, each = strangers.pictures.shape[:2]
    appears = torch.randint(characters, (count,), generator=generator)
    k = torch.randint(each, (count,), generator=generator)
    acts = appears
    if paired:
        other = torch.randint(strangers.group, (count,), generator=generator)
        acts = (appears // strangers.group * strangers.group + other).clamp(max=characters - 1)
    seen = filmed(tensors.to_tensor(strangers.pictures[acts.numpy(), k.numpy()]), generator)
    inside = tensors.masks_to_tensor(strangers.masks[appears.numpy(), k.numpy()])
    wanted = tensors.to_tensor(strangers.pictures[appears.numpy(), k.numpy()])
    return Batch(
        seen,
        wanted,
        OUTSIDE + (1 - OUTSIDE) * inside,
        strangers.averages[acts],
        strangers.averages[appears],
        strangers.targets[acts, k],
    )


def run_of(model: nn.Module, strangers: Strangers, steps: int, batch: int = 32, seed: int = 0, **options) -> Run:
    """A training run of either network; `options` go to `training.Run`."""
    paired = isinstance(model, Translator)
    model.to(memory_format=torch.channels_last).train()
    generator = torch.Generator().manual_seed(seed)
    state: dict[str, object] = {"model": model}
    guide = None if paired else nn.Linear(model.config["code_size"], GUIDED)
    learned = [*model.parameters(), *(guide.parameters() if guide else ())]
    if guide:
        state["guide"] = guide
    optimiser = state["optimiser"] = torch.optim.Adam(learned, lr=RATE, betas=BETAS, fused=True)

    def step(i: int) -> dict[str, torch.Tensor]:
        set_rate(optimiser, cosine(i, steps, RATE, warmup=min(50, steps // 10)))
        drawn = batch_of(strangers, batch, paired, generator)
        seen = drawn.seen.contiguous(memory_format=torch.channels_last)
        if guide:
            codes = model.encode(seen, drawn.acting)
            made = model.decode(codes, drawn.appearing)
        else:
            made = model.swap(seen, drawn.acting, drawn.appearing)
        parts = {"loss": losses.l1_l2(made, drawn.wanted, weights=drawn.weights)}
        loss = parts["loss"]
        if guide:
            parts["guide"] = guide_loss(guide(codes), drawn.targets)
            loss = loss + GUIDE * parts["guide"]
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        return parts

    return Run(step, steps=steps, state=state, generator=generator, **options)


@torch.no_grad()
def explained(model: nn.Module, strangers: Strangers) -> tuple[float, float]:
    """Explained reconstruction and explained swap of strangers in groups of two or more: the neighbour acts."""
    model.eval()
    scores = []
    for shift in (0, 1):
        made, wanted, inside, averages = [], [], [], []
        for number in range(len(strangers.pictures)):
            start = number // strangers.group * strangers.group
            acts = start + (number - start + shift) % strangers.group
            pictures = tensors.to_tensor(strangers.pictures[acts])
            made.append(model.swap(pictures, strangers.averages[acts], strangers.averages[number]).clamp(0, 1))
            wanted.append(tensors.to_tensor(strangers.pictures[number]))
            inside.append(tensors.masks_to_tensor(strangers.masks[number]))
            averages.append(strangers.averages[number])
        each = [metrics.explained_swap(*one) for one in zip(made, wanted, averages, inside, strict=True)]
        scores.append(float(np.mean(each)))
    return scores[0], scores[1]


def make_parser() -> argparse.ArgumentParser:
    """The options of this command."""
    parser = module_parser(__spec__.name, __doc__)
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument("--characters", type=int, default=200)
    parser.add_argument("--each", type=int, default=40, help="pictures of each character")
    parser.add_argument("--steps", type=int, default=None, help="default: 4500 and 2400")
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--width", type=int, default=32)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--folder", type=Path, default=None, help="where to write (default: data/weights)")
    return parser


def main(arguments: list[str] | None = None) -> None:
    parser = make_parser()
    asked = parser.parse_args(arguments)

    print(tensors.probe(precision="float32").apply())
    cls, name, usual_steps = KINDS[asked.kind]
    steps = usual_steps if asked.steps is None else asked.steps
    strangers = draw(asked.characters, asked.each, asked.seed)
    held_out = draw(16, 24, asked.seed + 1, group=2, first=FIRST + 100_000)
    torch.manual_seed(asked.seed)  # the layers' first weights
    model = cls(width=asked.width)
    run = run_of(
        model,
        strangers,
        steps,
        asked.batch,
        asked.seed,
        label=name,
        checkpoint=paths.user_folder() / "runs" / f"{name}.safetensors",
        fingerprint=fingerprint(
            sys.modules[__name__], anyone, settings_of(asked) | {"steps": steps}, strangers.pictures
        ),
    )
    while not run.done:
        run.advance(500)
        rebuilt, swapped = explained(model, held_out)
        print(run.history, f"held out: rebuilt {rebuilt:.3f}, swapped {swapped:.3f}", flush=True)
        model.train()
    command = command_of(parser, asked, positional=["kind"])
    description = f"{cls.__name__}: swaps any two toons by their average faces, 64×64; {asked.characters} strangers."
    weights.save(model.eval(), name, description, command, folder=asked.folder)
    rebuilt, swapped = explained(weights.load(name, folder=asked.folder), held_out)
    print(json.dumps({"rebuilt": round(rebuilt, 4), "swapped": round(swapped, 4)}))


if __name__ == "__main__":
    main()
