"""Many roads to the same face: `python -m unmasked.experiments.roads` makes the table of lesson 10.

Ada acts, Bo is wanted, and the truth is Bo drawn in the same performances, which none of the roads has trained on. All
are measured on the same faces. Each seed draws performances of its own and trains a small net of Original's shape;
all other networks are the shipped ones, so each of these comes from one training.
"""

import argparse
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch

from unmasked import metrics, tensors, toons
from unmasked.arguments import checked_choice
from unmasked.experiments import judges, korshunova_bo, swap
from unmasked.experiments.command import add_keeping, add_seeds, command_of, module_parser, settings_of
from unmasked.experiments.pairs import NAMES, Truth, true_faces, truth_of
from unmasked.experiments.tables import keep_rows, load_strips, save_strips
from unmasked.faces import draw_faces, unpaired_faces
from unmasked.makers import face2face
from unmasked.models import weights
from unmasked.models.identity import embed, likeness
from unmasked.models.original import Original

TABLE = "roads"
HELD_OUT, PICTURES, SHOWN = 400, 800, 6
STEADY = 100  # further performances, all in the calm one's light: for roads that can move a picture and not light it
FITTED = 80  # so many of either are asked of a road that fits its model to each picture, which takes about a second
KNOWN = 200  # pictures of the target, in performances of their own, whose mean embedding says who it is
MEASURES = ("explained", "expression", "read", "identity", "sharpness")
Row = dict[str, str | int | float]
Draws = Callable[["Exam"], torch.Tensor]
CALM = dict(zip(toons.PARAMETERS, toons.Performance().to_array().tolist(), strict=True))
SAID = [toons.PARAMETERS.index(name) for name in toons.EXPRESSION]


@lru_cache(maxsize=2)
def judge(name: str) -> torch.nn.Module:
    """One of the two shipped nets that judge and help no road, loaded once: see `judges`."""
    return weights.load(name)


@dataclass
class Exam:
    """What all roads are asked.

    truth   both characters in the same performances, the actor and the answer.
    own     the target in a film of its own, with the actor's expressions and with poses and lights of its own: the
            answer where the expression alone is carried over.
    known   the target's embeddings (M, size).
    """

    truth: dict[str, Truth]
    own: Truth
    known: torch.Tensor
    _read: dict[toons.Identity, np.ndarray] = field(default_factory=dict, repr=False)

    @property
    def acted(self) -> torch.Tensor:
        """The actor's pictures (N, 3, 64, 64)."""
        return self.truth[NAMES[0]].pictures

    @cached_property
    def few(self) -> "Exam":
        """The same exam with its first FITTED performances alone."""
        truth = {name: _first(some) for name, some in self.truth.items()}
        return Exam(truth, _first(self.own), self.known)

    def read(self, model: toons.Identity) -> np.ndarray:
        """What Face2Face reads off the actor's pictures with this model of the actor, float32 (N, 11); fitted once."""
        if model not in self._read:
            self._read[model] = face2face.fit_all(tensors.to_pictures(self.acted), model)
        return self._read[model]


def _first(truth: Truth) -> Truth:
    return Truth(*(value[:FITTED] for value in vars(truth).values()))


def exam(held_out: int = HELD_OUT, seed: int = 0, steady: bool = False) -> Exam:
    """The exam on so many held-out performances: with 400 and seed 0, the ones that benchmarks/swap.py measures on.

    steady   the same poses and expressions, all in the calm one's light.
    """
    target = toons.character(NAMES[1])
    pictures = tensors.to_tensor(unpaired_faces(NAMES[1:], KNOWN, seed + 50)[NAMES[1]].pictures)
    ranges = {name: (CALM[name], CALM[name]) for name in ("light_azimuth", "light_strength")} if steady else None
    truth = true_faces(NAMES, held_out, seed=seed, ranges=ranges)
    film = toons.sample_performances(np.random.default_rng([seed, 0xF2F]), held_out, ranges)
    own = draw_faces(target, toons.with_expression(film, truth[NAMES[0]].performances))
    return Exam(truth, truth_of(target, own), embed(judge(judges.WHO), pictures))


def measured(drawn: torch.Tensor, true: Truth, known: torch.Tensor) -> dict[str, float]:
    """How near pictures of the target come to the truth.

    explained   how much of the squared error of the target's average face they avoid, inside the true face.
    expression  the same in eyes and mouth, against the calm face in the same pose and light.
    read        the mean R² with which the judge among regressors reads the six numbers of the expression off them.
    identity    the mean cosine of the judging identity net's embeddings with the target's mean embedding, `known`.
    sharpness   their fine detail inside the face, as a share of the truth's.
    """
    read = judges.read(judge(judges.WHAT), drawn)[:, SAID]
    return {
        "explained": metrics.explained_swap(drawn, true.pictures, true.pictures.mean(0), true.masks),
        "expression": metrics.explained_expression(drawn, true.pictures, true.neutral, true.features),
        "read": float(np.mean([*metrics.recovery(read, true.performances[:, SAID], toons.EXPRESSION).values()])),
        "identity": float(likeness(embed(judge(judges.WHO), drawn), known).mean()),
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


def _face2face(seed: int, steps: int, pictures: int) -> Draws:
    return _redrawn(toons.character(NAMES[0]))


def _almost(seed: int, steps: int, pictures: int) -> Draws:
    return _redrawn(almost(toons.character(NAMES[0])))


def _redrawn(model: toons.Identity) -> Draws:
    return lambda asked: tensors.to_tensor(draw_faces(toons.character(NAMES[1]), asked.read(model)).pictures)


def _alone(seed: int, steps: int, pictures: int) -> Draws:
    """What the paper did: the target's own film, in which only the expression is exchanged."""

    def draws(asked: Exam) -> torch.Tensor:
        shown = toons.with_expression(asked.own.performances, asked.read(toons.character(NAMES[0])))
        return tensors.to_tensor(draw_faces(toons.character(NAMES[1]), shown).pictures)

    return draws


def _one_shot(seed: int, steps: int, pictures: int) -> Draws:
    model, still = weights.load("one-shot"), calm_pictures()[1]
    return lambda asked: torch.cat([model.swap(some, still) for some in asked.acted.split(50)])


class Road(NamedTuple):
    """One of the roads: its name in `words`, what makes it `ready`, the `steps` of a training (0: none is made here),
    and what it needs.

    actor, target  pictures of who acts and of who appears; `seen`: by its nets in training, counted as often as seen.
    serves         whom one of it serves.
    minutes        of one core that its training took where it was made, beside other work: good for comparing sizes.
    fits           it fits a model to each picture, so it's asked the exam's `few`.
    alone          it carries the expression alone into the target's own film, so the exam's `own` is the answer.
    """

    words: str
    ready: Callable[[int, int, int], Draws]
    steps: int = 0
    actor: str = "–"
    target: str = "–"
    seen: str = "–"
    serves: str = "–"
    minutes: str = "–"
    fits: bool = False
    alone: bool = False


ROADS: dict[str, Road] = {
    "truth": Road("the truth", _truth),
    "average": Road("Bo's average face", _average, 0, "none", "many", "none", "one target"),
    "shared": Road("shared encoder, shipped", _shared, 0, "16,000", "16,000", "384,000", "one pair", "41"),
    "original": Road("Original-shaped", _original, 1500, "800", "800", "24,000", "one pair", "3"),
    "face2face": Road(
        "Face2Face", _face2face, 0, "a program", "a program", "none", "who has a model", "none", fits=True
    ),
    "almost": Road(
        "Face2Face, poorer model", _almost, 0, "a poorer one", "a program", "none", "who has a model", "none", fits=True
    ),
    "alone": Road(
        "Face2Face, expression alone",
        _alone,
        0,
        "a program",
        "a program, a film",
        "none",
        "who has a model",
        "none",
        fits=True,
        alone=True,
    ),
    "korshunova": Road("Korshunova, shipped", _korshunova, 0, "800", "800", "6,000", "one target", "5"),
    "unmoved": Road("one still of Bo, unmoved", _unmoved, 0, "none", "one", "none", "one target", "none"),
    "still": Road(
        "First Order Motion, shipped", _still, 0, "a first frame", "one", "224,000 of strangers", "everybody", "47"
    ),
    "one-shot": Road("one-shot, shipped", _one_shot, 0, "none", "one", "221,000 of strangers", "everybody", "39"),
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


def exams_of(seed: int, held_out: int = HELD_OUT, steady: int = STEADY) -> tuple[Exam, Exam]:
    """Both exams of a seed: in all lights, and in one."""
    return exam(held_out, seed), exam(steady, seed, steady=True)


def _examined(road: str, draws: Draws, whole: Exam) -> tuple[dict[str, float], torch.Tensor]:
    """What is measured of a road in an exam, and what it has drawn there."""
    asked = whole.few if ROADS[road].fits else whole
    drawn = _drawn(draws, asked)
    return measured(drawn, asked.own if ROADS[road].alone else asked.truth[NAMES[1]], asked.known), drawn


def _row(road: str, seed: int, draws: Draws, exams: tuple[Exam, Exam]) -> tuple[Row, torch.Tensor]:
    (row, drawn), (steady, _) = (_examined(road, draws, one) for one in exams)
    return {"road": road, "seed": seed, **row, "one_light": steady["explained"]}, drawn


def roads_row(road: str, seed: int = 0, *, exams: tuple[Exam, Exam] | None = None, **settings) -> Row:
    """Takes one road from one seed and measures it: one row of the table.

    exams      the two to measure on, those of `exams_of(seed)` where None; `settings` go to `ready`.
    The row: road, seed, what `measured` measures, the same `explained` in one light, and processor seconds of training.
    """
    draws, seconds = ready(road, seed, **settings)
    return _row(road, seed, draws, exams or exams_of(seed))[0] | {"seconds": seconds}


def load_examples(folder: Path | None = None) -> dict[str, np.ndarray]:
    """What each road of seed 0 draws of the first SHOWN performances, and "acted", the actor: uint8 (SHOWN, 64, 64, 3).

    Raises ValueError, with the command that makes them, where they are missing or damaged.
    """
    return load_strips(TABLE, ["acted", *ROADS], SHOWN, folder=folder)


def make_parser() -> argparse.ArgumentParser:
    """The options of this command."""
    parser = module_parser(__spec__.name, __doc__)
    add_seeds(parser, "exam, and of each training that is made here")
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
    exams = [exams_of(seed, asked.held_out, asked.steady) for seed in range(asked.seeds)]
    table = {"command": command_of(parser, asked), "settings": settings_of(asked)}
    wanted = [(name, seed) for name in ROADS for seed in range(asked.seeds)]

    def make(missing: list[tuple[str, int]]) -> Iterator[Row]:
        seen = tensors.to_pictures(exams[0][0].acted[:SHOWN])
        shown = {"acted": seen} | dict.fromkeys(ROADS, np.zeros_like(seen))
        if len(missing) < len(wanted):
            shown = load_examples(asked.folder)
        for name, seed in missing:
            draws, seconds = ready(name, seed, asked.steps, asked.pictures)
            row, drawn = _row(name, seed, draws, exams[seed])
            if seed == 0:
                shown[name] = tensors.to_pictures(drawn[:SHOWN])
                save_strips(TABLE, shown, folder=asked.folder)
            yield row | {"seconds": seconds}

    keep_rows(TABLE, table, ("road", "seed"), wanted, make, fresh=asked.fresh, folder=asked.folder)


if __name__ == "__main__":
    main()
