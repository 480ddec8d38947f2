"""What the training pictures are worth: `python -m unmasked.experiments.data_decides` makes the atlas of lesson 06.

An experiment says how each character's training pictures are made, and what is swapped afterwards. The net, its steps
and its measure stay the same, so what differs between two rows is the data. `atlas_row` makes any one row again.
"""

import argparse
import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import cv2
import joblib
import numpy as np
import torch

from unmasked import metrics, tensors, toons
from unmasked.arguments import checked_kind, checked_number, checked_whole
from unmasked.experiments import swap
from unmasked.experiments.command import add_keeping, add_seeds, command_of, module_parser, settings_of
from unmasked.experiments.tables import keep_rows, load_strips, save_strips
from unmasked.faces import Faces, draw_faces, paired_faces
from unmasked.models.swap import SwapNet
from unmasked.models.swapping import one_thread, swap_pictures

TABLE = "data-decides"
STEPS = 300
SHOWN = 4  # swaps of each experiment and direction that the atlas keeps as pictures
Row = dict[str, str | int | float]
Ranges = Mapping[str, tuple[float, float]]
_FIRST_WEIGHTS = threading.Lock()  # layers draw them from the one generator that all threads of a process share


@dataclass(frozen=True)
class Data:
    """How one character's training pictures are made.

    pictures  how many, 2 or more.
    detail    share of the 64 pixels that is left, 0.1…1: a picture is shrunk to it and enlarged again.
    ranges    what is narrowed of a performance, as `toons.sample_performances` takes it.
    """

    pictures: int = 1000
    detail: float = 1.0
    ranges: Ranges = field(default_factory=dict)

    def __post_init__(self):
        checked_whole(self.pictures, "pictures", 2)
        checked_number(self.detail, "detail", 0.1, 1)


@dataclass(frozen=True)
class Experiment:
    """Two characters, the data of each, and what the trained net is asked.

    first, second  their data; `names`: theirs, `first` belongs to the first.
    acted          what is narrowed of the performances that are swapped; what each side's own data leave out, the
                   actor of that side does not do either, unless it is named here.
    shrunk         detail of the pictures that are swapped, where it is not that of the actor's own data: (first,
                   second), None for its own.
    """

    first: Data = Data()
    second: Data = Data()
    names: tuple[str, str] = ("ada", "bo")
    acted: Ranges = field(default_factory=dict)
    shrunk: tuple[float | None, float | None] = (None, None)


LEFT, RIGHT = {"light_azimuth": (-90.0, -30.0)}, {"light_azimuth": (30.0, 90.0)}
OPEN, SHUT = {"lids": (0.5, 1.0)}, {"lids": (0.0, 0.1)}
AMOUNTS, DETAILS = (30, 200, 1000, 3000), (1.0, 0.5, 0.25)
ACTORS = ("gus", "kit", "ada", "cleo", "ivo", "dot")  # for Bo; `unlikeness` orders them

GROUPS: dict[str, dict[str, Experiment]] = {
    "five": {
        "as found": Experiment(Data(), Data(detail=0.35)),
        "degraded at conversion": Experiment(Data(), Data(detail=0.35), shrunk=(0.35, None)),
        "fewer and degraded": Experiment(Data(pictures=250, detail=0.35), Data(detail=0.35)),
        "other light": Experiment(Data(ranges=LEFT), Data(ranges=RIGHT)),
        "same light": Experiment(Data(ranges=LEFT), Data(ranges=LEFT)),
    },
    "shut eyes": {
        "both shut them": Experiment(acted=SHUT),
        "Bo never does": Experiment(second=Data(ranges=OPEN), acted=SHUT),
        "Ada never does": Experiment(first=Data(ranges=OPEN), acted=SHUT),
        "neither does": Experiment(Data(ranges=OPEN), Data(ranges=OPEN), acted=SHUT),
    },
    "looks": {f"{actor.title()} acts for Bo": Experiment(names=(actor, "bo")) for actor in ACTORS},
    "amount and quality": {
        f"{amount} pictures, {round(64 * detail)} pixels": Experiment(*2 * (Data(amount, detail),))
        for detail in DETAILS
        for amount in AMOUNTS
    },
}
EXPERIMENTS = {name: experiment for group in GROUPS.values() for name, experiment in group.items()}


def shrink(pictures: np.ndarray, detail: float) -> np.ndarray:
    """Pictures uint8 (N, H, W, 3), shrunk to a share 0.1…1 of their side and enlarged again; new ones."""
    checked_number(detail, "detail", 0.1, 1)
    if detail == 1:
        return pictures.copy()
    height, width = pictures.shape[1:3]
    small = max(1, round(width * detail)), max(1, round(height * detail))
    return np.stack(
        [cv2.resize(cv2.resize(picture, small, interpolation=cv2.INTER_AREA), (width, height)) for picture in pictures]
    )


def unlikeness(first: str, second: str, count: int = 60) -> float:
    """How unlike two characters of the cast look: the mean distance of their average faces, in grey levels 0…255.

    Over `count` shared performances, inside the second one's face; the root of the mean squared difference.
    """
    drawn = paired_faces((first, second), count)
    a, b = drawn[first], drawn[second]
    inside = (b.masks / 255.0).mean(0)
    squared = np.square(a.pictures.mean(0) - b.pictures.mean(0)).mean(-1)
    return float(np.sqrt((squared * inside).sum() / inside.sum()))


def training_faces(experiment: Experiment, seed: int) -> dict[str, Faces]:
    """What the experiment trains on, unpaired: name → Faces, each side by its own data."""
    drawn = {}
    for number, (name, data) in enumerate(zip(experiment.names, (experiment.first, experiment.second), strict=True)):
        acted = toons.sample_performances(np.random.default_rng([seed, number]), data.pictures, data.ranges)
        faces = draw_faces(toons.character(name), acted)
        drawn[name] = replace(faces, pictures=shrink(faces.pictures, data.detail))
    return drawn


def swapped_faces(experiment: Experiment, seed: int, count: int, actor: str) -> tuple[np.ndarray, Faces]:
    """What is swapped when `actor` acts, uint8 (count, 64, 64, 3), and the other one's true faces, never shrunk.

    Raises ValueError for an actor that the experiment doesn't name.
    """
    if actor not in experiment.names:
        raise ValueError(f"actor: wanted one of {', '.join(experiment.names)}, got {actor!r}")
    side = experiment.names.index(actor)
    data = (experiment.first, experiment.second)[side]
    acted = toons.sample_performances(np.random.default_rng([seed, 99]), count, {**data.ranges, **experiment.acted})
    seen = draw_faces(toons.character(actor), acted).pictures
    detail = experiment.shrunk[side]
    truth = draw_faces(toons.character(experiment.names[1 - side]), acted)
    return shrink(seen, data.detail if detail is None else detail), truth


@one_thread()
def train(experiment: Experiment, seed: int, steps: int = STEPS, *, progress: bool = False) -> SwapNet:
    """A slim swap, trained on the experiment's data from nothing; the caller's random state stays as it was."""
    faces = training_faces(experiment, seed)
    with _FIRST_WEIGHTS, torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = SwapNet(experiment.names)
        run = swap.swap_run(model, faces, steps=steps, seed=seed, label=f"seed {seed}")
    run.complete() if progress else run.advance(steps)
    return model.eval()


@one_thread()
def measure(model: SwapNet, experiment: Experiment, seed: int, held_out: int = 200) -> Row:
    """How much of the truth the swaps of `held_out` pictures explain each way, how sharp they are, and their eyes.

    explained_ab, explained_ba  explained swap inside the true face, first → second and back.
    eyes_ab, eyes_ba            the same in and around the eyes.
    sharp_ab, sharp_ba          fine detail of the swap over that of the truth (the Laplacian's deviation in the face).
    """
    row: Row = {}
    for way, (actor, other) in {"ab": experiment.names, "ba": experiment.names[::-1]}.items():
        seen, truth = swapped_faces(experiment, seed, held_out, actor)
        drawn = swap_pictures(model, seen, actor, other)
        a, b = tensors.to_tensor(drawn), tensors.to_tensor(truth.pictures)
        row[f"explained_{way}"] = metrics.explained_swap(a, b, b.mean(0), tensors.masks_to_tensor(truth.masks))
        row[f"eyes_{way}"] = metrics.explained_swap(a, b, b.mean(0), eyes_mask(truth.landmarks))
        row[f"sharp_{way}"] = fine_detail(drawn, truth.masks) / fine_detail(truth.pictures, truth.masks)
    return row


def eyes_mask(landmarks: np.ndarray) -> torch.Tensor:
    """Both eyes of each face of 64 × 64 pixels, float (N, 1, 64, 64), wide enough for an open one where it's shut."""
    return tensors.masks_to_tensor(metrics.hulls(("right_eye", "left_eye"), landmarks, grow=0.1))


def fine_detail(pictures: np.ndarray, masks: np.ndarray) -> float:
    """The standard deviation of the lightness' Laplacian inside the masks, the mean over the pictures."""
    found = []
    for picture, mask in zip(pictures, masks, strict=True):
        edges = cv2.Laplacian(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), cv2.CV_32F)
        found.append(float(edges[mask > 127].std()))
    return float(np.mean(found))


def atlas_row(
    experiment: str | Experiment, seed: int, steps: int = STEPS, *, held_out: int = 200, progress: bool = False
) -> Row:
    """Trains one experiment from one seed, from nothing, and measures it: one row of the atlas.

    experiment  the name of one of EXPERIMENTS, or an Experiment of your own (its row is called "my own").
    The row: experiment, seed, steps, and what `measure` measures. Raises ValueError for an unknown name.
    It's made on one thread, whatever torch is set to: with two, its fifth digit would be another one.
    """
    name, experiment = _named(experiment)
    model = train(experiment, seed, steps, progress=progress)
    return {"experiment": name, "seed": seed, "steps": steps, **measure(model, experiment, seed, held_out)}


def _named(experiment: str | Experiment) -> tuple[str, Experiment]:
    if not isinstance(experiment, str):
        checked_kind(experiment, Experiment, "experiment", "an Experiment, or the name of one")
        return "my own", experiment
    if experiment not in EXPERIMENTS:
        raise ValueError(f"experiment: wanted one of {', '.join(EXPERIMENTS)}, got {experiment!r}")
    return experiment, EXPERIMENTS[experiment]


def atlas_rows(
    experiments: Iterable[str | Experiment], seeds: Iterable[int], steps: int = STEPS, **settings
) -> list[Row]:
    """`atlas_row` for every experiment and seed, as many at a time as joblib has workers: one after the other here.

    Wider: `with joblib.parallel_config(backend="threading", n_jobs=2): atlas_rows(…)` shares this process's memory,
    `n_jobs=2` alone starts processes, and `backend="dask"` asks a cluster's client. The rows are the same anywhere.
    `settings` go to `atlas_row`. Rows come in the order asked, seeds innermost.
    """
    seeds = list(seeds)
    asked = [(experiment, seed) for experiment in experiments for seed in seeds]
    # Held here too: of rows side by side, the first to end would give the others the caller's threads back.
    with one_thread():
        return joblib.Parallel()(joblib.delayed(atlas_row)(*each, steps, **settings) for each in asked)


def examples(model: SwapNet, experiment: Experiment, seed: int) -> np.ndarray:
    """The first SHOWN swaps that `measure` looks at, first → second, then as many back: uint8 (2·SHOWN, 64, 64, 3)."""
    made = []
    for actor, other in (experiment.names, experiment.names[::-1]):
        seen, _ = swapped_faces(experiment, seed, SHOWN, actor)
        made.append(swap_pictures(model, seen, actor, other))
    return np.concatenate(made)


def load_examples(folder: Path | None = None) -> dict[str, np.ndarray]:
    """The kept `examples` of seed 0 by the experiment's name. ValueError, with the command, where they are damaged."""
    return load_strips(TABLE, list(EXPERIMENTS), 2 * SHOWN, folder=folder)


def make_parser() -> argparse.ArgumentParser:
    """The options of this command."""
    parser = module_parser(__spec__.name, __doc__)
    add_seeds(parser, "experiment")
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--workers", type=int, default=1, help="rows made at a time")
    add_keeping(parser)
    return parser


def main(arguments: list[str] | None = None) -> None:
    parser = make_parser()
    asked = parser.parse_args(arguments)
    print(tensors.probe(precision="float32").apply())
    table = {"command": command_of(parser, asked), "settings": settings_of(asked)}
    # Through JSON, so that pairs are lists and a kept table compares.
    table["experiments"] = {name: asdict(each) for name, each in EXPERIMENTS.items()}
    wanted = [(name, seed) for seed in range(asked.seeds) for name in EXPERIMENTS]

    def make(missing: list[tuple[str, int]]) -> Iterator[Row]:
        blank = np.zeros((2 * SHOWN, 64, 64, 3), np.uint8)
        shown = dict.fromkeys(EXPERIMENTS, blank) | (load_examples(asked.folder) if len(missing) < len(wanted) else {})
        with joblib.parallel_config(n_jobs=asked.workers):
            jobs = (joblib.delayed(_row_and_examples)(*each, asked.steps) for each in missing)
            made = joblib.Parallel(return_as="generator")(jobs)
            for (name, seed), (row, pictures) in zip(missing, made, strict=True):
                if seed == 0:
                    shown[name] = pictures
                    save_strips(TABLE, shown, folder=asked.folder)
                yield row

    keep_rows(TABLE, table, ("experiment", "seed"), wanted, make, fresh=asked.fresh, folder=asked.folder)


def _row_and_examples(name: str, seed: int, steps: int) -> tuple[Row, np.ndarray]:
    experiment = EXPERIMENTS[name]
    model = train(experiment, seed, steps)
    row = {"experiment": name, "seed": seed, "steps": steps, **measure(model, experiment, seed)}
    return row, examples(model, experiment, seed)


if __name__ == "__main__":
    main()
