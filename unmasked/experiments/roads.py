"""Many roads to the same face: `python -m unmasked.experiments.roads` makes the table of lesson 10.

Ada acts, Bo is wanted, and the truth is Bo drawn in the same performances, which none of the roads has trained on. All
are measured on the same faces. All networks are the shipped ones but for a small net of Original's shape, trained here.
"""

import argparse
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch

from unmasked import metrics, tensors, toons
from unmasked.arguments import checked_choice
from unmasked.experiments import korshunova_bo, swap
from unmasked.experiments.command import add_keeping, add_seeds, command_of, module_parser, settings_of
from unmasked.experiments.pairs import NAMES, Truth, true_faces
from unmasked.experiments.tables import keep_rows, load_strips, save_strips
from unmasked.faces import draw_faces, unpaired_faces
from unmasked.makers import face2face
from unmasked.models import weights
from unmasked.models.identity import IdentityNet, embed, likeness
from unmasked.models.original import Original

TABLE = "roads"
HELD_OUT, PICTURES, SHOWN = 400, 800, 6
STEADY = 100  # further performances, all in the calm one's light: for roads that can move a picture and not light it
KNOWN = 200  # pictures of the target, in performances of their own, whose mean embedding says who it is
MEASURES = ("explained", "expression", "identity", "sharpness")
Row = dict[str, str | int | float]
Draws = Callable[["Exam"], torch.Tensor]
CALM = dict(zip(toons.PARAMETERS, toons.Performance().to_array().tolist(), strict=True))


@lru_cache(maxsize=1)
def _who() -> IdentityNet:
    return weights.load("identity")


@dataclass
class Exam:
    """What all roads are asked: `truth` of both characters, and the target's `known` embeddings (M, size)."""

    truth: dict[str, Truth]
    known: torch.Tensor

    @property
    def acted(self) -> torch.Tensor:
        """The actor's pictures (N, 3, 64, 64)."""
        return self.truth[NAMES[0]].pictures


def exam(held_out: int = HELD_OUT, seed: int = 0, steady: bool = False) -> Exam:
    """The exam on so many held-out performances: with 400, the ones that benchmarks/swap.py measures on.

    steady   the same poses and expressions, all in the calm one's light.
    """
    pictures = tensors.to_tensor(unpaired_faces(NAMES[1:], KNOWN, seed + 50)[NAMES[1]].pictures)
    ranges = {name: (CALM[name], CALM[name]) for name in ("light_azimuth", "light_strength")} if steady else None
    return Exam(true_faces(NAMES, held_out, seed=seed, ranges=ranges), embed(_who(), pictures))


def measured(drawn: torch.Tensor, asked: Exam) -> dict[str, float]:
    """How near pictures of the target come to the truth.

    explained   how much of the squared error of the target's average face they avoid, inside the true face.
    expression  the same in eyes and mouth, against the calm face in the same pose and light.
    identity    the mean cosine of their embeddings with the target's mean embedding.
    sharpness   their fine detail inside the face, as a share of the truth's.
    """
    true = asked.truth[NAMES[1]]
    return {
        "explained": metrics.explained_swap(drawn, true.pictures, true.pictures.mean(0), true.masks),
        "expression": metrics.explained_expression(drawn, true.pictures, true.neutral, true.features),
        "identity": float(likeness(embed(_who(), drawn), asked.known).mean()),
        "sharpness": metrics.sharpness(drawn, true.pictures, true.masks),
    }


# --- the roads: each is made ready, by training or loading, and then draws the target as the actor does ---------------


def _truth(seed: int, steps: int, pictures: int) -> Draws:
    return lambda asked: asked.truth[NAMES[1]].pictures


def _average(seed: int, steps: int, pictures: int) -> Draws:
    return lambda asked: asked.truth[NAMES[1]].pictures.mean(0).expand_as(asked.acted)


def _by_codes(model: torch.nn.Module) -> Draws:
    actor, target = NAMES
    model.eval()

    def draws(asked: Exam) -> torch.Tensor:
        # Original's middle layers for all pictures at once would fill a small machine.
        return torch.cat([model.decode(model.encode(some, actor), target) for some in asked.acted.split(50)])

    return draws


def _shared(seed: int, steps: int, pictures: int) -> Draws:
    return _by_codes(weights.load("swap-ada-bo"))


def _original(seed: int, steps: int, pictures: int) -> Draws:
    faces = unpaired_faces(NAMES, pictures, seed + 1)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = Original(NAMES, width=16)
    run = swap.swap_run(model, faces, steps=steps, batch=8, match=0.0, guided=False, seed=seed, label="original")
    run.advance(run.steps)
    return _by_codes(model)


def _korshunova(seed: int, steps: int, pictures: int) -> Draws:
    model = weights.load(korshunova_bo.WEIGHTS)
    return lambda asked: korshunova_bo.drawn_by(model, asked.acted)


def calm_pictures() -> list[torch.Tensor]:
    """One calm picture of each character, (1, 3, 64, 64)."""
    calm = toons.Performance().to_array()[None]
    return [tensors.to_tensor(draw_faces(toons.character(name), calm).pictures) for name in NAMES]


def _unmoved(seed: int, steps: int, pictures: int) -> Draws:
    still = calm_pictures()[1]
    return lambda asked: still.expand_as(asked.acted)


def _still(seed: int, steps: int, pictures: int) -> Draws:
    """The actor begins as calm as the still, so that the change of motion is the motion."""
    model = weights.load("first-order-motion")
    first, still = calm_pictures()

    def draws(asked: Exam) -> torch.Tensor:
        return torch.cat([model.drive(still, some, True, first)["prediction"] for some in asked.acted.split(50)])

    return draws


def almost(identity: toons.Identity) -> toons.Identity:
    """The character with larger eyes, a wider mouth and a darker skin: a model that doesn't quite fit."""
    dark = tuple(int(0.85 * channel) for channel in identity.skin)
    return replace(identity, eye_size=1.15 * identity.eye_size, mouth_width=1.15 * identity.mouth_width, skin=dark)


def _fitted(model: toons.Identity) -> Draws:
    def draws(asked: Exam) -> torch.Tensor:
        read = face2face.fit_all(tensors.to_pictures(asked.acted), model)
        return tensors.to_tensor(draw_faces(toons.character(NAMES[1]), read).pictures)

    return draws


def _face2face(seed: int, steps: int, pictures: int) -> Draws:
    return _fitted(toons.character(NAMES[0]))


def _almost(seed: int, steps: int, pictures: int) -> Draws:
    return _fitted(almost(toons.character(NAMES[0])))


class Road(NamedTuple):
    """One of the roads: its name in `words`, what makes it `ready`, the `steps` of a training (0: none is made here,
    and one seed is enough), and what it needs.

    actor, target  pictures of who acts and of who appears; `seen`: by its nets in training, counted as often as seen.
    serves         whom one of it serves.
    minutes        of one core that its training took where it was made, beside other work: good for comparing sizes.
    """

    words: str
    ready: Callable[[int, int, int], Draws]
    steps: int = 0
    actor: str = "–"
    target: str = "–"
    seen: str = "–"
    serves: str = "–"
    minutes: str = "–"


ROADS: dict[str, Road] = {
    "truth": Road("the truth", _truth),
    "average": Road("Bo's average face", _average, 0, "none", "many", "none", "one target"),
    "shared": Road("shared encoder, shipped", _shared, 0, "16,000", "16,000", "384,000", "one pair", "41"),
    "original": Road("Original-shaped", _original, 1500, "800", "800", "24,000", "one pair", "3"),
    "face2face": Road("Face2Face", _face2face, 0, "a program", "a program", "none", "who has a model", "none"),
    "almost": Road(
        "Face2Face, poorer model", _almost, 0, "a poorer one", "a program", "none", "who has a model", "none"
    ),
    "korshunova": Road("Korshunova, shipped", _korshunova, 0, "800", "800", "6,000", "one target", "5"),
    "unmoved": Road("one still of Bo, unmoved", _unmoved, 0, "none", "one", "none", "one target", "none"),
    "still": Road(
        "First Order Motion, shipped", _still, 0, "a first frame", "one", "224,000 of strangers", "everybody", "47"
    ),
}


@torch.no_grad()
def _drawn(draws: Draws, asked: Exam) -> torch.Tensor:
    return draws(asked).clamp(0, 1)


def ready(road: str, seed: int = 0, steps: int | None = None, pictures: int = PICTURES) -> tuple[Draws, float]:
    """One of ROADS, trained or loaded: a function from an Exam to pictures (N, 3, 64, 64), and the processor seconds
    that its training took here.

    steps, pictures   of a training and of each character for it; the road's own where None.
    Raises ValueError for an unknown road.
    """
    asked = ROADS[checked_choice(road, ROADS, "road")]
    begun = time.process_time()
    made = asked.ready(seed, asked.steps if steps is None else steps, pictures)
    return made, time.process_time() - begun if asked.steps else 0.0


def roads_row(road: str, seed: int = 0, *, exams: tuple[Exam, Exam] | None = None, **settings) -> Row:
    """Takes one road from one seed and measures it: one row of the table.

    exams      the two to measure on, `exam()` and `exam(STEADY, steady=True)` where None; `settings` go to `ready`.
    The row: road, seed, what `measured` measures, the same `explained` in one light, and processor seconds of training.
    """
    asked, steady = exams or (exam(), exam(STEADY, steady=True))
    draws, seconds = ready(road, seed, **settings)
    one_light = measured(_drawn(draws, steady), steady)["explained"]
    row = measured(_drawn(draws, asked), asked) | {"one_light": one_light, "seconds": seconds}
    return {"road": road, "seed": seed, **row}


def load_examples(folder: Path | None = None) -> dict[str, np.ndarray]:
    """What each road of seed 0 draws of the first SHOWN performances, and "acted", the actor: uint8 (SHOWN, 64, 64, 3).

    Raises ValueError, with the command that makes them, where they are missing or damaged.
    """
    return load_strips(TABLE, ["acted", *ROADS], SHOWN, folder=folder)


def make_parser() -> argparse.ArgumentParser:
    """The options of this command."""
    parser = module_parser(__spec__.name, __doc__)
    add_seeds(parser, "road that is trained here")
    parser.add_argument("--steps", type=int, default=None, help="of each training (default: the road's own)")
    parser.add_argument("--pictures", type=int, default=PICTURES, help="training pictures of each character")
    parser.add_argument("--held-out", type=int, default=HELD_OUT, help="performances to measure on")
    parser.add_argument("--steady", type=int, default=STEADY, help="further ones, in one light")
    add_keeping(parser)
    return parser


def main(arguments: list[str] | None = None) -> None:
    parser = make_parser()
    asked = parser.parse_args(arguments)
    print(tensors.probe(1, "float32").apply())
    exams = exam(asked.held_out), exam(asked.steady, steady=True)
    table = {"command": command_of(parser, asked), "settings": settings_of(asked)}
    wanted = [(name, seed) for name, road in ROADS.items() for seed in range(asked.seeds if road.steps else 1)]

    def make(missing: list[tuple[str, int]]) -> Iterator[Row]:
        seen = tensors.to_pictures(exams[0].acted[:SHOWN])
        shown = {"acted": seen} | dict.fromkeys(ROADS, np.zeros_like(seen))
        if len(missing) < len(wanted):
            shown = load_examples(asked.folder)
        for name, seed in missing:
            draws, seconds = ready(name, seed, asked.steps, asked.pictures)
            drawn, steady = (_drawn(draws, one) for one in exams)
            if seed == 0:
                shown[name] = tensors.to_pictures(drawn[:SHOWN])
                save_strips(TABLE, shown, folder=asked.folder)
            row = measured(drawn, exams[0]) | {"one_light": measured(steady, exams[1])["explained"]}
            yield {"road": name, "seed": seed, **row, "seconds": seconds}

    keep_rows(TABLE, table, ("road", "seed"), wanted, make, fresh=asked.fresh, folder=asked.folder)


if __name__ == "__main__":
    main()
