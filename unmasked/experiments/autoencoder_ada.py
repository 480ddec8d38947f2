"""How lesson 02's autoencoders are trained: `python -m unmasked.experiments.autoencoder_ada` makes the shipped weights.

One step: a batch of pictures, each rebuilt through its code, mean squared error, one optimiser step. PCA makes the same
error small, so that the two can be compared.
"""

import argparse
import json

import numpy as np
import torch
from torch import nn
from torch.nn.functional import mse_loss

from unmasked import metrics, tensors, toons
from unmasked.experiments.command import command_of, module_parser
from unmasked.faces import Faces, draw_faces
from unmasked.models import weights
from unmasked.models.autoencoder import Autoencoder
from unmasked.training import Run, cosine, set_rate

SIZES = (2, 8, 32, 128)
RATE = 3e-3
BETAS = (0.9, 0.95)  # a run of a minute has no time for a memory of a thousand steps


def autoencoder_run(
    model: nn.Module,
    pictures: torch.Tensor,
    *,
    steps: int,
    batch: int = 16,
    rate: float = RATE,
    seed: int = 0,
    **options,
) -> Run:
    """A pausable training of `model` to rebuild `pictures`, float (N, 3, 64, 64) in 0…1.

    `seed` decides the batches; `options` go to `training.Run`: label, checkpoint, say, …
    """
    model.to(memory_format=torch.channels_last).train()
    optimiser = torch.optim.Adam(model.parameters(), lr=rate, betas=BETAS, fused=True)
    generator = torch.Generator().manual_seed(seed)

    def step(i: int) -> dict[str, torch.Tensor]:
        set_rate(optimiser, cosine(i, steps, rate, warmup=min(20, steps // 10)))
        chosen = pictures[torch.randint(len(pictures), (batch,), generator=generator)]
        loss = mse_loss(model(chosen), chosen)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        return {"loss": loss}

    return Run(step, steps=steps, state={"model": model, "optimiser": optimiser}, generator=generator, **options)


@torch.no_grad()
def explained_reconstruction(model: nn.Module, faces: Faces, average: torch.Tensor) -> float:
    """1 − MSE(rebuilt, picture) / MSE(average, picture), inside the faces; `average`: float (3, 64, 64)."""
    pictures, inside = tensors.to_tensor(faces.pictures), tensors.masks_to_tensor(faces.masks)
    return metrics.explained(model(pictures).clamp(0, 1), pictures, average, inside)


def make_parser() -> argparse.ArgumentParser:
    """The options of this command."""
    parser = module_parser(__spec__.name, __doc__)
    parser.add_argument("--character", default="ada")
    parser.add_argument("--sizes", nargs="+", type=int, default=list(SIZES), help="numbers in a code")
    parser.add_argument("--pictures", type=int, default=6000)
    parser.add_argument("--steps", type=int, default=2500)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--seed", type=int, default=1)
    return parser


def main(arguments: list[str] | None = None) -> None:
    parser = make_parser()
    asked = parser.parse_args(arguments)

    print(tensors.probe(precision="float32").apply())
    numbers = np.random.default_rng(asked.seed)
    who = toons.character(asked.character)
    pictures = tensors.to_tensor(draw_faces(who, toons.sample_performances(numbers, asked.pictures)).pictures)
    held_out = draw_faces(who, toons.sample_performances(numbers, 300))
    found = {}
    for size in asked.sizes:
        torch.manual_seed(asked.seed)  # the layers' first weights
        model = Autoencoder(size).store_average(pictures)
        run = autoencoder_run(model, pictures, steps=asked.steps, batch=asked.batch, seed=asked.seed, label=f"{size}")
        run.advance(asked.steps)
        name = f"autoencoder-{asked.character}-{size}"
        words = f"Autoencoder of {who.name}: {size} numbers in a code, 64×64, differences from the average face."
        weights.save(model.eval(), name, words, command_of(parser, asked))
        found[name] = round(explained_reconstruction(weights.load(name), held_out, model.average), 4)
        print(run.history, f"explained {found[name]:.3f}", flush=True)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
