"""Lesson 15's table: `python -m unmasked.experiments.new_makers`.

Three exams of the newer makers, all on characters that none of them has met:

  one shot   strangers appear where other strangers act, each from one picture. Beside the net: the truth, the unmoved
             picture, lesson 04's shipped net (which knows Ada and Bo), and nets trained for one pair alone.
  diffusion  faces painted into a hole, in fewer and more steps.
  examiners  both as makers of clips, before the clues and detectors of lessons 12 and 13 and two untrained examiners.
"""

import argparse
import time
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
import torch

from unmasked import tensors, toons
from unmasked.experiments import one_shot, repaint
from unmasked.experiments.command import add_keeping, command_of, module_parser, settings_of
from unmasked.experiments.one_shot import Exam
from unmasked.experiments.swap import swap_run
from unmasked.experiments.tables import keep_rows, load_strips, save_strips
from unmasked.faces import draw_faces
from unmasked.forensics import contest, examiners, roc
from unmasked.forensics.untrained import untrained
from unmasked.makers import Maker, built_in, newer
from unmasked.models import weights
from unmasked.models.swap import SwapNet
from unmasked.tensors import to_pictures, to_tensor

TABLE = "new-makers"
PAIRS, FRAMES, SHOWN = 50, 12, 6
OWN_PAIRS, OWN_PICTURES, OWN_STEPS = 4, 800, 500  # nets trained for one pair alone: how many, and on what
OLD = ("feathered swap", "splice")  # one is laid over as the one-shot swap is; the other gives clues the most trouble
LEVELS = ("JPEG 95", "JPEG 60", "H.264 23")
STRANGERS = 2000  # the seed of who is filmed: nobody that an examiner was fitted or tried on
COLUMNS = ("exam", "name", "of", "level")  # what tells a row of the table from the others
ONE_SHOT, DIFFUSION, EXAMINERS = "one shot", "diffusion", "examiners"
OWN = "own pair"
STRIPS = ("acted", "still", "one shot", "own pair", "truth", "hidden", "hole", "painted")
Row = dict[str, str | int | float]
Draws = Callable[[Exam], list[torch.Tensor]]


# --- one shot ---------------------------------------------------------------------------------------------------------


def _truth(asked: Exam) -> list[torch.Tensor]:
    return [to_tensor(faces.pictures) for faces in asked.truth]


def _still(asked: Exam) -> list[torch.Tensor]:
    return [still.expand(len(faces), -1, -1, -1) for still, faces in zip(asked.stills, asked.truth, strict=True)]


def _one_shot(asked: Exam) -> list[torch.Tensor]:
    return one_shot.swapped(weights.load(one_shot.WEIGHTS), asked)


@torch.no_grad()
def _lesson_04(asked: Exam) -> list[torch.Tensor]:
    """Whoever acts is taken for Ada, and whoever is asked for, Bo comes out: it has no other decoder."""
    model = weights.load("swap-ada-bo")
    return [model.decode(model.encode(to_tensor(faces.pictures), "ada"), "bo").clamp(0, 1) for faces in asked.acted]


WAYS: dict[str, Draws] = {"truth": _truth, "still": _still, "lesson 04": _lesson_04, "one shot": _one_shot}


def own_net(pair: int, seed: int = 0, steps: int = OWN_STEPS, pictures: int = OWN_PICTURES) -> SwapNet:
    """Lesson 04's net for one pair of the exam alone, "actor" and "target": trained on many pictures of each."""
    faces = {}
    for side, name in enumerate(("actor", "target")):
        acted = toons.sample_performances(np.random.default_rng([seed, pair, side, 0x04]), pictures)
        faces[name] = draw_faces(toons.sample_identity(one_shot.NEVER_SEEN + 2 * pair + side), acted)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = SwapNet(tuple(faces))
        run = swap_run(model, faces, steps=steps, batch=16, seed=seed, label=f"pair {pair}", say=lambda words: None)
    run.advance(run.steps)
    return model.eval()


@torch.no_grad()
def drawn_by_own(model: SwapNet, asked: Exam, pair: int) -> torch.Tensor:
    """What the net of one pair draws of it: (T, 3, 64, 64) in 0…1."""
    return model.decode(model.encode(to_tensor(asked.acted[pair].pictures), "actor"), "target").clamp(0, 1)


def swap_row(way: str, asked: Exam) -> Row:
    """One of WAYS on all pairs of the exam, as `one_shot.measured` measures it."""
    return one_shot.measured(WAYS[way](asked), asked)


def own_rows(asked: Exam, pairs: int = OWN_PAIRS, steps: int = OWN_STEPS) -> tuple[Row, list[torch.Tensor]]:
    """Nets of their own for the first `pairs` pairs: how they do there, in processor `seconds` of training each, and
    what they drew."""
    begun, few = time.process_time(), asked.first(pairs)
    models = [own_net(pair, steps=steps) for pair in range(pairs)]
    seconds = (time.process_time() - begun) / pairs
    drawn = [drawn_by_own(model, asked, pair) for pair, model in enumerate(models)]
    return one_shot.measured(drawn, few) | {"seconds": seconds}, drawn


# --- diffusion --------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def hidden(characters: int = 100) -> repaint.Crowd:
    """Who is painted: two pictures of each of so many strangers."""
    return repaint.draw(characters, 2, 1, repaint.NEVER_SEEN)


# --- examiners --------------------------------------------------------------------------------------------------------


def makers() -> dict[str, Maker]:
    """The two newer makers, and two older ones beside them."""
    old = built_in()
    return newer() | {name: old[name] for name in OLD}


def examined(
    characters: int, seed: int = 0, levels: Sequence[str] = LEVELS, progress: Callable[[str], None] = print
) -> dict[tuple[str, str, str], Row]:
    """Every examiner on every maker at every level: (examiner, maker, level) → {"auc", "low", "high", "than_old",
    "than_old_low", "than_old_high"}.

    low, high  the interval that holds 95 % of the AUCs of a bootstrap over the characters.
    than_old   the AUC less that on the first of OLD, whose fakes are of the same clips, with an interval of its own:
               the same draws of characters on both sides.
    """
    tried = contest.run(
        makers(),
        contest.film(characters, STRANGERS + seed),
        [*examiners.shipped(), *untrained()],
        seed,
        levels,
        progress,
    )
    if tried.errors:
        raise RuntimeError("; ".join(tried.errors.values()))
    return {
        (name, maker, level): tried.area(name, maker, level) | than_old(tried, name, maker, level)
        for name in tried.names
        for maker in makers()
        for level in levels
    }


def than_old(tried: contest.Contest, name: str, maker: str, level: str) -> Row:
    """How much more, or less, an examiner's AUC is on this maker than on the first of OLD: see `examined`."""
    draws = []
    for who in (maker, OLD[0]):
        sides = [tried.column(column, one, level) for column in (name, "character") for one in (contest.REAL, who)]
        draws.append(roc.auc_draws(*sides))
    low, high = np.nanquantile(draws[0] - draws[1], [0.025, 0.975])
    apart = tried.area(name, maker, level)["auc"] - tried.area(name, OLD[0], level)["auc"]
    return {"than_old": apart, "than_old_low": float(low), "than_old_high": float(high)}


# --- pictures ---------------------------------------------------------------------------------------------------------


def swap_strips(asked: Exam, own: list[torch.Tensor]) -> dict[str, np.ndarray]:
    """The first frame of the first SHOWN pairs: uint8 (SHOWN, 64, 64, 3) each of "acted", "still" and the ways.

    own  what nets of their own drew of the first pairs; those without one get a grey square.
    """
    few = asked.first(SHOWN)
    grey = torch.full((1, 3, 64, 64), 0.6)
    firsts = {
        "acted": [to_tensor(faces.pictures[:1]) for faces in few.acted],
        "still": list(few.stills[:, None]),
        "one shot": [some[:1] for some in _one_shot(few)],
        OWN: [own[number][:1] if number < len(own) else grey for number in range(len(few))],
        "truth": [some[:1] for some in _truth(few)],
    }
    return {name: to_pictures(torch.cat(some).clamp(0, 1)) for name, some in firsts.items()}


def painted_strips(steps: int = 16) -> dict[str, np.ndarray]:
    """SHOWN hidden faces, the holes over them and what is painted there: uint8 (SHOWN, 64, 64, 3) each."""
    crowd = hidden()
    shown = repaint.Crowd(crowd.pictures[: 2 * SHOWN : 2], crowd.landmarks[: 2 * SHOWN : 2])
    holes = repaint.inner_faces(shown)
    truth = to_tensor(shown.pictures)
    painted = repaint.paintings(weights.load("repaint"), shown, steps)
    strips = {"hidden": truth, "hole": torch.lerp(truth, torch.full_like(truth, 0.6), holes), "painted": painted}
    return {name: to_pictures(some.clamp(0, 1)) for name, some in strips.items()}


def load_examples(folder: Path | None = None) -> dict[str, np.ndarray]:
    """What `swap_strips` and `painted_strips` drew when the table was made, by the names in STRIPS.

    Raises ValueError, with the command that makes them, where they are missing or damaged.
    """
    return load_strips(TABLE, STRIPS, SHOWN, folder=folder)


# --- the command ------------------------------------------------------------------------------------------------------


def names_of_examiners() -> list[str]:
    """Every number that `examined` compares, in order."""
    clip = contest.film(1, STRANGERS)[0]
    return list(examiners.examine(clip.frames, clip.landmarks, [*examiners.shipped(), *untrained()]))


def make_parser() -> argparse.ArgumentParser:
    """The options of this command."""
    parser = module_parser(__spec__.name, __doc__)
    parser.add_argument("--pairs", type=int, default=PAIRS, help="of strangers, one of whom acts for the other")
    parser.add_argument("--frames", type=int, default=FRAMES, help="of each pair")
    parser.add_argument("--own-pairs", type=int, default=OWN_PAIRS, help="pairs that get a net of their own")
    parser.add_argument("--own-steps", type=int, default=OWN_STEPS, help="of each such net")
    parser.add_argument("--hidden", type=int, default=100, help="characters whose faces are painted anew")
    parser.add_argument("--characters", type=int, default=40, help="characters whose clips are forged and examined")
    parser.add_argument("--seed", type=int, default=0)
    add_keeping(parser)
    return parser


def main(arguments: list[str] | None = None) -> None:
    parser = make_parser()
    asked = parser.parse_args(arguments)
    print(tensors.probe(1, "float32").apply())
    questions = one_shot.exam(asked.pairs, asked.frames, seed=2 + asked.seed)
    few = f"first {asked.own_pairs}"  # the pairs that have a net of their own
    swaps = [(ONE_SHOT, way, "all", "") for way in WAYS] + [(ONE_SHOT, "one shot", few, ""), (ONE_SHOT, OWN, few, "")]
    painted = [(DIFFUSION, str(steps), "", "") for steps in repaint.STEPS]
    seen = [(EXAMINERS, name, maker, level) for name in names_of_examiners() for maker in makers() for level in LEVELS]
    wanted = [*swaps, *painted, *seen]
    table = {"command": command_of(parser, asked), "settings": settings_of(asked)}

    def make(missing: list[tuple[str, str, str, str]]) -> Iterator[Row]:
        areas: dict[tuple[str, str, str], Row] = {}
        for key in missing:
            exam, name, of, level = key
            if exam == ONE_SHOT and name == OWN:
                row, own = own_rows(questions, asked.own_pairs, asked.own_steps)
                strips = swap_strips(questions, own)
                blank = dict.fromkeys(STRIPS, np.zeros_like(strips["still"]))
                save_strips(TABLE, blank | strips, folder=asked.folder)
            elif exam == ONE_SHOT:
                row = swap_row(name, questions if of == "all" else questions.first(asked.own_pairs))
            elif exam == DIFFUSION:
                row = repaint.quality(weights.load("repaint"), hidden(asked.hidden), [int(name)])[0]
                if int(name) == repaint.STEPS[0]:
                    save_strips(TABLE, load_examples(asked.folder) | painted_strips(), folder=asked.folder)
            else:
                areas = areas or examined(asked.characters, asked.seed)
                row = areas[name, of, level]
            yield dict(zip(COLUMNS, key, strict=True)) | row

    keep_rows(TABLE, table, COLUMNS, wanted, make, fresh=asked.fresh, folder=asked.folder)


if __name__ == "__main__":
    main()
