"""How the slim swap is trained: `python -m unmasked.recipes.swap` makes the shipped weights.

In comes what is drawn of each character, unpaired; out goes a trained SwapNet. One step: a batch of each, each rebuilt
by its own decoder, one loss, one optimiser step. The benchmark, the training theatre and the shipped weights all use
`swap_run`; lesson 04 builds the same step in plain sight.
"""

import argparse
import time
from collections.abc import Callable, Mapping

import numpy as np
import torch
from torch import nn

from unmasked import extract, losses, paths, tensors, toons
from unmasked.models import swap, weights
from unmasked.training import Run, cosine, fingerprint, set_rate, train

RATE = 2e-3
BETAS = (0.9, 0.95)  # a run of a minute has no time for a memory of a thousand steps
OUTSIDE = 0.1  # weight of a pixel outside the face: hair and background are rebuilt too, but they must not come first


def faces_of(names: tuple[str, ...], count: int, seed: int = 0, workers: int = 1) -> dict[str, extract.Faces]:
    """`count` aligned faces of each character, each character in performances of its own: no pairs."""
    drawn = {}
    for number, name in enumerate(names):
        acted = toons.sample_performances(np.random.default_rng([seed, number]), count)
        drawn[name] = extract.aligned(toons.character(name), acted, workers=workers)
    return drawn


def matched_faces(names: tuple[str, ...], count: int, seed: int = 0) -> dict[str, extract.Faces]:
    """`count` aligned faces of each character, all in the SAME performances: for measuring, never for training."""
    acted = toons.sample_performances(np.random.default_rng([seed, 99]), count)
    return {name: extract.aligned(toons.character(name), acted) for name in names}


def sample(faces: extract.Faces, count: int, generator: torch.Generator) -> tuple[torch.Tensor, torch.Tensor]:
    """`count` random faces: pictures float (count, 3, 64, 64) and the weight of each pixel (count, 1, 64, 64)."""
    chosen = torch.randint(len(faces), (count,), generator=generator).numpy()
    inside = tensors.masks_to_tensor(faces.masks[chosen])
    return tensors.to_tensor(faces.pictures[chosen]), OUTSIDE + (1 - OUTSIDE) * inside


def swap_loss(model: nn.Module, batches: Mapping[str, tuple[torch.Tensor, torch.Tensor]], match: float = 0.01):
    """The loss of one step, and its parts by name.

    batches   name → (pictures, weights), as `sample` returns them.
    match     weight of the term that makes the characters' codes vary alike (`losses.covariance_gap`); 0 leaves it out.
    """
    codes = {name: model.encode(pictures, name) for name, (pictures, _) in batches.items()}
    parts = {}
    for name, (pictures, inside) in batches.items():
        parts[name] = losses.l1_l2(model.decode(codes[name], name), pictures, weights=inside)
    total = sum(parts.values())
    if match:
        first, *others = codes.values()
        total = total + match * sum(losses.covariance_gap(first, other) for other in others)
    return total, parts


def swap_run(
    model: nn.Module,
    faces: Mapping[str, extract.Faces],
    *,
    steps: int,
    seconds: float | None = None,
    batch: int = 16,
    rate: float = RATE,
    match: float = 0.01,
    seed: int = 0,
    machine: tensors.Machine | None = None,
    **options,
) -> Run:
    """A pausable training of `model` on `faces`; its averages are stored first where it keeps any.

    steps, seconds   the learning rate falls to 0 by the number of steps; with `seconds`, by the clock (for a benchmark
                     that must use a minute well on any machine; not repeatable to the bit).
    options          go to `training.Run`: label, checkpoint, fingerprint, …
    """
    if hasattr(model, "store_averages"):
        model.store_averages({name: tensors.to_tensor(some.pictures[:1000]) for name, some in faces.items()})
    model.to(memory_format=torch.channels_last).train()
    optimiser = torch.optim.Adam(model.parameters(), lr=rate, betas=BETAS, fused=True)
    generator = torch.Generator().manual_seed(seed)
    clock: list[float] = []

    def step(i: int) -> dict[str, torch.Tensor]:
        clock.append(time.perf_counter())
        set_rate(optimiser, _rate(i, steps, rate, None if seconds is None else (clock[-1] - clock[0]) / seconds))
        drawn = {name: sample(some, batch, generator) for name, some in faces.items()}
        if machine is None:
            loss, parts = swap_loss(model, drawn, match)
        else:
            with machine.autocast():
                loss, parts = swap_loss(model, drawn, match)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        return parts

    return Run(step, steps=steps, state={"model": model, "optimiser": optimiser}, generator=generator, **options)


def _rate(i: int, steps: int, rate: float, elapsed: float | None) -> float:
    if elapsed is None:
        return cosine(i, steps, rate, warmup=min(50, steps // 10))
    return cosine(int(1000 * min(elapsed, 1.0)), 1001, rate, warmup=30)
