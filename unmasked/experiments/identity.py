"""Makes the shipped identity net: `python -m unmasked.experiments.identity`.

Draws strangers in performances over the full ranges, trains one net to tell them apart whatever they do, and measures
it on strangers that it has never seen: how often two pictures of different characters look more alike than two of one.
Three strangers at a time share one stranger's colours, so that colour alone doesn't tell who it is.
"""

import argparse
import json
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from torch.nn.functional import cross_entropy

from unmasked import augment, paths, toons
from unmasked.experiments.anyone import filmed
from unmasked.experiments.command import command_of, module_parser, refuse_shortened, settings_of
from unmasked.faces import draw_faces
from unmasked.forensics.roc import auc, roc
from unmasked.models import identity, weights
from unmasked.models.identity import IdentityNet, MarginHead, embed
from unmasked.tensors import probe, to_tensor
from unmasked.toons.identity import Identity
from unmasked.training import Muon, Run, cosine, fingerprint, set_rate

FIRST = 700_000  # the strangers' numbers begin here: far from those of any other experiment
ALIKE = 3  # strangers that share one's colours
COLOURS = ("skin", "hair", "iris", "lips", "clothes", "backdrop", "blush")
RATE = 0.02
ASKEW = {"rotation": 4, "zoom": 0.04, "shift": 0.03}  # a forged face lies a little off, and still is somebody's


def strangers(count: int, first: int = FIRST) -> list[Identity]:
    """`count` characters, each ALIKE of them in the colours of one."""
    some = [toons.sample_identity(first + number) for number in range(count)]
    return [
        replace(one, **{field: getattr(some[number // ALIKE * ALIKE], field) for field in COLOURS})
        for number, one in enumerate(some)
    ]


@dataclass
class People:
    """`pictures` uint8 (C, K, 64, 64, 3): K aligned faces of each of C characters, each in a performance of its own."""

    pictures: np.ndarray

    def batch(self, count: int, generator: torch.Generator) -> tuple[torch.Tensor, torch.Tensor]:
        """`count` pictures (count, 3, 64, 64), disturbed, and whose they are, int64 (count,)."""
        characters, each = self.pictures.shape[:2]
        whose = torch.randint(characters, (count,), generator=generator)
        which = torch.randint(each, (count,), generator=generator)
        seen = filmed(to_tensor(self.pictures[whose.numpy(), which.numpy()]), generator)
        return augment.affine(seen, generator, **ASKEW), whose


def draw(people: list[Identity], each: int, seed: int) -> People:
    """`each` pictures of every one of the people, in performances over the full ranges."""
    pictures = []
    for number, one in enumerate(people):
        acted = toons.sample_performances(np.random.default_rng([seed, number]), each)
        pictures.append(draw_faces(one, acted).pictures)
    return People(np.stack(pictures))


def run_of(
    model: IdentityNet, people: People, steps: int, batch: int = 48, margin: float = 0.2, seed: int = 0, **options
) -> Run:
    """A training of the net to tell the people apart; `options` go to `training.Run`."""
    model.to(memory_format=torch.channels_last).train()
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        head = MarginHead(model.config["size"], len(people.pictures), margin)
    optimiser = Muon(model.parameters(), RATE, by_adam=head.parameters(), adam_share=0.1)
    generator = torch.Generator().manual_seed(seed)

    def step(i: int) -> dict[str, torch.Tensor]:
        set_rate(optimiser, cosine(i, steps, RATE, warmup=min(50, steps // 10)))
        seen, whose = people.batch(batch, generator)
        logits = head(model(seen.contiguous(memory_format=torch.channels_last)), whose)
        loss = cross_entropy(logits, whose)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        return {"loss": loss, "wrong": (logits.argmax(1) != whose).float().mean()}

    state = {"model": model, "head": head, "optimiser": optimiser}
    return Run(step, steps=steps, state=state, generator=generator, **options)


def verification(model: IdentityNet, people: People) -> dict[str, float]:
    """How well the net tells whether two pictures show the same character, on all pairs of the people's pictures.

    auc     how often a pair of one character is more alike than a pair of two.
    eer     the equal error rate: the share wrong where as many strangers pass as own pictures are refused.
    alike   the same auc among the characters that share their colours.
    same, other  the mean cosine of pairs of one and of two characters.
    """
    model.eval()
    characters, each = people.pictures.shape[:2]
    codes = embed(model, to_tensor(people.pictures.reshape(-1, *people.pictures.shape[2:])))
    whose = np.arange(characters).repeat(each)
    one, two = np.triu_indices(len(whose), 1)
    cosines = (codes @ codes.T).numpy()[one, two]
    same, close = whose[one] == whose[two], whose[one] // ALIKE == whose[two] // ALIKE
    passed, known = roc(cosines[~same], cosines[same])
    at = np.abs(passed - (1 - known)).argmin()
    return {
        "auc": auc(cosines[~same], cosines[same]),
        "eer": float((passed[at] + 1 - known[at]) / 2),
        "alike": auc(cosines[close & ~same], cosines[close & same]),
        "same": float(cosines[same].mean()),
        "other": float(cosines[~same].mean()),
    }


def make_parser() -> argparse.ArgumentParser:
    """The options of this command."""
    parser = module_parser(__spec__.name, __doc__)
    parser.add_argument("--characters", type=int, default=300)
    parser.add_argument("--each", type=int, default=24, help="pictures of each character")
    parser.add_argument("--held-out", type=int, default=60, help="characters to measure on")
    parser.add_argument("--steps", type=int, default=1600)
    parser.add_argument("--batch", type=int, default=48)
    parser.add_argument("--margin", type=float, default=0.2)
    parser.add_argument("--width", type=int, default=24)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--name", default="identity", help="the weights' name")
    parser.add_argument("--folder", type=Path, default=None, help="where to write (default: data/weights)")
    return parser


def main(arguments: list[str] | None = None) -> None:
    parser = make_parser()
    asked = parser.parse_args(arguments)

    print(probe(precision="float32").apply())
    people = draw(strangers(asked.characters), asked.each, asked.seed)
    others = draw(strangers(asked.held_out, FIRST + 50_000), 12, asked.seed + 1)
    torch.manual_seed(asked.seed)  # the layers' first weights
    model = IdentityNet(width=asked.width)
    run = run_of(
        model,
        people,
        asked.steps,
        asked.batch,
        asked.margin,
        asked.seed,
        label=asked.name,
        checkpoint=paths.user_folder() / "runs" / f"{asked.name}.safetensors",
        fingerprint=fingerprint(sys.modules[__name__], identity, settings_of(asked), people.pictures),
    )
    while not run.done:
        run.advance(500)
        print(run.history, {key: round(value, 3) for key, value in verification(model, others).items()}, flush=True)
        model.train()
    refuse_shortened(parser, run)
    description = f"IdentityNet: who a toon is, whatever it does, 64×64; trained on {asked.characters} strangers."
    weights.save(model.eval(), asked.name, description, command_of(parser, asked), folder=asked.folder)
    found = verification(weights.load(asked.name, folder=asked.folder), others)
    print(json.dumps({"identity": {key: round(value, 4) for key, value in found.items()}}))


if __name__ == "__main__":
    main()
