"""Makes the shipped performance regressor: `python -m unmasked.experiments.regressor`.

Draws aligned pictures of the characters in performances over the full ranges, trains one regressor for all of them,
prints R² a parameter on held-out pictures, and writes the weights.
"""

import argparse
import json
import sys
from pathlib import Path

import numpy as np
import torch
from torch.nn.functional import avg_pool2d, mse_loss

from unmasked import augment, metrics, paths, toons
from unmasked.experiments.command import command_of, module_parser
from unmasked.faces import draw_faces
from unmasked.models import regressor, weights
from unmasked.models.regressor import PerformanceRegressor
from unmasked.tensors import probe, to_tensor
from unmasked.training import History, Muon, cosine, fingerprint, set_rate, train

CHUNK = 500  # portraits drawn at a time: masks and part maps of all of them would not fit a small machine


def draw(characters: list[str], count: int, seed: int, workers: int) -> tuple[np.ndarray, np.ndarray]:
    """Aligned pictures uint8 (C, count, 64, 64, 3) of each character, performances float32 (C, count, 11)."""
    pictures, performances = [], []
    for number, name in enumerate(characters):
        acted = toons.sample_performances(np.random.default_rng([seed, number]), count)
        parts = (acted[start : start + CHUNK] for start in range(0, count, CHUNK))
        drawn = [draw_faces(toons.character(name), part, workers=workers).pictures for part in parts]
        pictures.append(np.concatenate(drawn))
        performances.append(acted)
    return np.stack(pictures), np.stack(performances)


def soften(pictures: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """Blurs and roughens each picture by a random amount: a swap is softer than a drawing and must not read otherwise.

    No flip, shift or turn: they would change the performance. No colour either: light is part of what is read.
    """
    amount = torch.rand(len(pictures), 1, 1, 1, generator=generator)
    blurred = avg_pool2d(pictures, 5, stride=1, padding=2, count_include_pad=False)
    return augment.add_noise(torch.lerp(pictures, blurred, amount), generator, sigma=0.01)


def train_regressor(
    characters: list[str],
    *,
    pictures: int,
    steps: int,
    batch: int = 64,
    width: int = 32,
    rate: float = 0.03,
    seed: int = 1,
    workers: int = 1,
    checkpoint: Path | None = None,
) -> tuple[PerformanceRegressor, History]:
    """One regressor for all the characters, `pictures` of each; trained, in eval mode; with its history."""
    drawn, acted = draw(characters, pictures, seed, workers)
    faces = torch.from_numpy(drawn).flatten(0, 1)  # uint8 (C·count, 64, 64, 3)
    answers = torch.from_numpy(acted).flatten(0, 1)  # (C·count, 11)
    torch.manual_seed(seed)  # the layers' first weights
    model = PerformanceRegressor(width).to(memory_format=torch.channels_last)
    model.fit_scale(answers)
    optimiser = Muon(model.parameters(), rate)
    generator = torch.Generator().manual_seed(seed)

    def step(i: int) -> dict[str, torch.Tensor]:
        set_rate(optimiser, cosine(i, steps, rate, warmup=min(100, steps - 1)))
        chosen = torch.randint(len(faces), (batch,), generator=generator)
        seen = soften(to_tensor(faces[chosen].numpy()), generator)
        loss = mse_loss(model.standardised(seen), model.standardise(answers[chosen]))
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        return {"loss": loss}

    history = train(
        step,
        steps=steps,
        state={"model": model, "optimiser": optimiser},
        generator=generator,
        label="regressor",
        checkpoint=checkpoint,
        fingerprint=fingerprint(sys.modules[__name__], regressor, steps, batch, rate, drawn, acted),
    )
    return model.eval(), history


def held_out(
    model: PerformanceRegressor, characters: list[str], count: int, seed: int, workers: int = 1
) -> dict[str, dict[str, float]]:
    """R² of each parameter on fresh pictures of each character: {character: {parameter: R²}}."""
    drawn, acted = draw(characters, count, seed, workers)
    scores = {}
    for name, faces, performances in zip(characters, drawn, acted, strict=True):
        with torch.no_grad():
            parts = [model(to_tensor(faces[start : start + CHUNK])) for start in range(0, count, CHUNK)]
        scores[name] = metrics.recovery(torch.cat(parts), performances)
    return scores


def make_parser() -> argparse.ArgumentParser:
    """The options of this command."""
    parser = module_parser(__spec__.name, __doc__)
    parser.add_argument("--characters", nargs="+", default=["ada", "bo"], help="names of the cast (default: ada bo)")
    parser.add_argument("--pictures", type=int, default=20000, help="training pictures of each character")
    parser.add_argument("--held-out", type=int, default=2000, help="pictures of each character to score on")
    parser.add_argument("--steps", type=int, default=8000)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--width", type=int, default=32)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=1, help="processes that draw")
    parser.add_argument("--name", default="regressor", help="the weights' name")
    parser.add_argument("--folder", type=Path, default=None, help="where to write (default: data/weights)")
    return parser


def main(arguments: list[str] | None = None) -> None:
    parser = make_parser()
    asked = parser.parse_args(arguments)

    print(probe(precision="float32").apply())
    model, history = train_regressor(
        asked.characters,
        pictures=asked.pictures,
        steps=asked.steps,
        batch=asked.batch,
        width=asked.width,
        seed=asked.seed,
        workers=asked.workers,
        checkpoint=paths.user_folder() / "runs" / f"{asked.name}.safetensors",
    )
    if history.stopped_by != "steps":
        parser.exit(1, f"Stopped by {history.stopped_by}: half-trained weights are not written.\n")
    description = (
        f"Reads the 11 parameters of a performance from an aligned 64×64 picture of {', '.join(asked.characters)}."
    )
    # Kept in 16 bits, so scored as it will be used: saved and loaded again. Another seed, other performances.
    weights.save(model, asked.name, description, command_of(parser, asked), folder=asked.folder)
    model = weights.load(asked.name, folder=asked.folder)
    scores = held_out(model, asked.characters, asked.held_out, asked.seed + 1, asked.workers)
    print(f"\nR² on {asked.held_out} held-out pictures of each".ljust(40) + "".join(f"{n:>9}" for n in scores))
    for parameter in toons.PARAMETERS:
        print(f"  {parameter:<37}" + "".join(f"{scores[name][parameter]:>9.3f}" for name in scores))
    print("Never 1: behind shut lids there is no gaze to see, and a weak light has no side.")
    print(json.dumps({"regressor": {n: {p: round(v, 4) for p, v in s.items()} for n, s in scores.items()}}))


if __name__ == "__main__":
    main()
