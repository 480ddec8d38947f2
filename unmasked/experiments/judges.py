"""Makes the two nets that judge swaps between strangers: `python -m unmasked.experiments.judges`.

The shipped regressor has learned from Ada and Bo alone, and reads strangers badly. The shipped identity net helps to
draw the one-shot swap, so its praise of that swap would be praise of itself. Two nets of the same shapes, trained on
strangers that no maker and no exam meets, judge in their place: one says what a face does, the other whose it is.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import torch
from torch.nn.functional import mse_loss

from unmasked import metrics, paths, toons
from unmasked.experiments import identity
from unmasked.experiments.anyone import filmed
from unmasked.experiments.command import command_of, module_parser, refuse_shortened, settings_of
from unmasked.experiments.regressor import soften
from unmasked.faces import draw_faces
from unmasked.models import weights
from unmasked.models.identity import IdentityNet
from unmasked.models.regressor import PerformanceRegressor
from unmasked.tensors import probe, to_tensor
from unmasked.training import Muon, Run, cosine, fingerprint, set_rate

WHAT, WHO = "judge-regressor", "judge-identity"
FIRST = 760_000  # the judges' strangers begin here: far from those of any maker or exam
HELD_OUT = 50_000  # further on
RATE = 0.02


def draw(characters: int, each: int, seed: int = 0, first: int = FIRST) -> tuple[np.ndarray, np.ndarray]:
    """Aligned faces uint8 (C, each, 64, 64, 3) of strangers and what they do, float32 (C, each, 11)."""
    pictures, performances = [], []
    for number in range(characters):
        acted = toons.sample_performances(np.random.default_rng([seed, number, 0x0D9E]), each)
        pictures.append(draw_faces(toons.sample_identity(first + number), acted).pictures)
        performances.append(acted)
    return np.stack(pictures), np.stack(performances)


def run_of(
    model: PerformanceRegressor, pictures: np.ndarray, performances: np.ndarray, steps: int, batch: int = 64, **options
) -> Run:
    """A training of the regressor on what `draw` gives; `options` go to `training.Run`."""
    faces, answers = pictures.reshape(-1, *pictures.shape[2:]), torch.from_numpy(performances).flatten(0, 1)
    model.to(memory_format=torch.channels_last).train()
    model.fit_scale(answers)
    optimiser = Muon(model.parameters(), RATE)
    generator = torch.Generator().manual_seed(0)

    def step(i: int) -> dict[str, torch.Tensor]:
        set_rate(optimiser, cosine(i, steps, RATE, warmup=min(100, steps // 10)))
        chosen = torch.randint(len(faces), (batch,), generator=generator)
        seen = filmed(soften(to_tensor(faces[chosen.numpy()]), generator), generator)
        read = model.standardised(seen.contiguous(memory_format=torch.channels_last))
        loss = mse_loss(read, model.standardise(answers[chosen]))
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        return {"loss": loss}

    return Run(step, steps=steps, state={"model": model, "optimiser": optimiser}, generator=generator, **options)


@torch.no_grad()
def read(model: PerformanceRegressor, pictures: torch.Tensor, part: int = 200) -> torch.Tensor:
    """What pictures (N, 3, 64, 64) do, float (N, 11), read a part at a time."""
    return torch.cat([model(some) for some in pictures.split(part)])


def held_out(model: PerformanceRegressor, pictures: np.ndarray, performances: np.ndarray) -> dict[str, float]:
    """R² of each parameter, on what `draw` gives of other strangers."""
    model.eval()
    found = read(model, to_tensor(pictures.reshape(-1, *pictures.shape[2:])))
    return metrics.recovery(found, performances.reshape(-1, performances.shape[2]))


def make_parser() -> argparse.ArgumentParser:
    """The options of this command."""
    parser = module_parser(__spec__.name, __doc__)
    parser.add_argument("--characters", type=int, default=700, help="strangers that the regressor learns from")
    parser.add_argument("--each", type=int, default=24, help="pictures of each")
    parser.add_argument("--steps", type=int, default=1500, help="of the regressor")
    parser.add_argument("--people", type=int, default=300, help="strangers that the identity net learns from")
    parser.add_argument("--people-steps", type=int, default=1600, help="of the identity net")
    parser.add_argument("--held-out", type=int, default=60, help="other strangers to score both on")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--folder", type=Path, default=None, help="where to write (default: data/weights)")
    return parser


def main(arguments: list[str] | None = None) -> None:
    parser = make_parser()
    asked = parser.parse_args(arguments)
    print(probe(precision="float32").apply())
    command, runs = command_of(parser, asked), paths.user_folder() / "runs"

    people = identity.draw(identity.strangers(asked.people, FIRST), asked.each, asked.seed)
    torch.manual_seed(asked.seed)  # the layers' first weights
    who = IdentityNet()
    mark = fingerprint(identity, settings_of(asked, without=("steps", "characters")), people.pictures)
    checkpoint = runs / f"{WHO}.safetensors"
    run = identity.run_of(
        who, people, asked.people_steps, seed=asked.seed, label=WHO, checkpoint=checkpoint, fingerprint=mark
    )
    run.advance(run.steps)
    refuse_shortened(parser, run)
    text = f"IdentityNet that judges swaps and helps to make none; trained on {asked.people} strangers of its own."
    weights.save(who.eval(), WHO, text, command, folder=asked.folder)
    others = identity.draw(identity.strangers(asked.held_out, FIRST + HELD_OUT), 12, asked.seed + 1)
    found = identity.verification(weights.load(WHO, folder=asked.folder), others)
    print(WHO, {key: round(value, 3) for key, value in found.items()}, flush=True)

    pictures, performances = draw(asked.characters, asked.each, asked.seed)
    torch.manual_seed(asked.seed)
    what = PerformanceRegressor()
    mark = fingerprint(run_of, settings_of(asked), pictures)
    checkpoint = runs / f"{WHAT}.safetensors"
    run = run_of(what, pictures, performances, asked.steps, label=WHAT, checkpoint=checkpoint, fingerprint=mark)
    fresh = draw(asked.held_out, 12, asked.seed + 1, FIRST + HELD_OUT)
    while not run.done:
        run.advance(500)
        r2 = held_out(what, *fresh)
        print(run.history, {name: round(r2[name], 3) for name in ("smile", "jaw", "yaw")}, flush=True)
        what.train()
    refuse_shortened(parser, run)
    text = f"Reads the 11 parameters of a performance from any toon's face; trained on {asked.characters} strangers."
    weights.save(what.eval(), WHAT, text, command, folder=asked.folder)
    r2 = held_out(weights.load(WHAT, folder=asked.folder), *fresh)
    print(json.dumps({WHO: round(found["auc"], 4), WHAT: {name: round(value, 4) for name, value in r2.items()}}))


if __name__ == "__main__":
    main()
