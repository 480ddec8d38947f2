"""Makes the shipped face finder: `python -m unmasked.experiments.face_finder`.

Draws crowds of sampled strangers, trains one Finder on windows of them, scores it on crowds that it never saw, and
writes the weights. A lesson trains its own by the same function, with fewer frames and steps.
"""

import argparse
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
import torch

from unmasked import paths, tensors
from unmasked.arguments import checked_whole
from unmasked.experiments.command import command_of, module_parser, settings_of
from unmasked.extract.finding import THRESHOLD, Found, find, matched
from unmasked.models import finder as finder_model
from unmasked.models import weights
from unmasked.models.finder import Finder, finder_loss, targets
from unmasked.tensors import Machine, to_tensor
from unmasked.toons.crowds import Crowd, sample_crowd
from unmasked.training import Muon, Run, cosine, fingerprint, set_rate
from unmasked.training.progress import progress_bar

SMALL = 32.0  # pixels: faces whose box's longer side is less are counted apart
SIDES = (17.0, 190.0)  # pixels: how small and large a face may become when a window is zoomed
ZOOM = (0.7, 1.3)  # of a window, for a training of a minute; and
FAR = (0.6, 1.6)  # for a long one, which has the time to see more
INSIDE = 0.3  # of a box at least is in the window, or nothing of it: less is neither a face nor none
MOSTLY = 0.8  # of it, where time is short: from a face cut off nobody learns quickly how large it is
BOXES = 2.0  # the weight of the boxes' loss beside the heat's: where a face is, is learned sooner than how large
FALSE = 0.05  # false finds a frame that are allowed


class Frames(NamedTuple):
    """Frames and what is in them: `pictures` uint8 (N, H, W, 3), `boxes` a list of N float32 (F, 4)."""

    pictures: np.ndarray
    boxes: list[np.ndarray]


def draw_frames(count: int, seed: int, shape: tuple[int, int] = (256, 256), workers: int = 1) -> Frames:
    """`count` crowds of strangers, the same for the same seed; `workers` processes share the work."""
    checked_whole(count, "count", 1)
    pictures, boxes = np.empty((count, *shape, 3), np.uint8), []
    if workers == 1:
        drawn = (_draw(seed, number, shape) for number in range(count))
    else:
        from joblib import Parallel, delayed  # starting processes is slow: only who asks for workers pays

        parallel = Parallel(n_jobs=workers, return_as="generator")
        drawn = parallel(delayed(_draw)(seed, number, shape) for number in range(count))
    with progress_bar("drawing crowds", 0, count) as bar:
        for number, (picture, some) in enumerate(drawn):
            pictures[number] = picture
            boxes.append(some)
            bar.update()
    return Frames(pictures, boxes)


def draw_crowds(number: int, seed: int, shape: tuple[int, int] = (256, 256), **settings) -> list[Crowd]:
    """Crowds with all their truth, for measuring: `settings` as `toons.crowds.sample_crowd` has them."""
    return [sample_crowd(np.random.default_rng([seed, one, 0xFACE]), shape, **settings) for one in range(number)]


def _draw(seed: int, number: int, shape: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    crowd = sample_crowd(np.random.default_rng([seed, number]), shape)
    return crowd.picture, crowd.boxes.astype(np.float32)


def window(
    picture: np.ndarray,
    boxes: np.ndarray,
    side: int,
    generator: np.random.Generator,
    zooms: tuple[float, float] = ZOOM,
    inside: float = MOSTLY,
) -> tuple[np.ndarray, np.ndarray]:
    """A square window of a frame, zoomed, shifted, mirrored and recoloured by chance; and its boxes, float32 (F, 4).

    The world of toons has no right side and no colour of its own: each frame stands for many. `inside`: the share of
    each box that is in the window, if such a window is soon found.
    """
    sides = (boxes[:, 2:] - boxes[:, :2]).max(-1) if len(boxes) else np.array([60.0])
    lowest, highest = max(zooms[0], SIDES[0] / sides.min()), min(zooms[1], SIDES[1] / sides.max())
    for tried in range(10):
        zoom = np.exp(generator.uniform(np.log(min(lowest, highest)), np.log(highest)))
        room = np.array([picture.shape[1], picture.shape[0]]) * zoom - side
        corner = generator.uniform(np.minimum(room, 0), np.maximum(room, 0))
        moved = boxes * zoom - np.tile(corner, 2)
        seen = np.clip(moved, 0, side)
        share = (seen[:, 2:] - seen[:, :2]).prod(-1) / np.maximum((moved[:, 2:] - moved[:, :2]).prod(-1), 1e-6)
        if not ((share > 0.01) & (share < (inside if tried < 5 else INSIDE))).any():
            break
    moved = moved[share >= INSIDE]
    matrix = np.float32([[zoom, 0, -corner[0]], [0, zoom, -corner[1]]])
    picture = cv2.warpAffine(picture, matrix, (side, side), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    if generator.random() < 0.5:
        picture = picture[:, ::-1]
        moved = np.stack([side - 1 - moved[:, 2], moved[:, 1], side - 1 - moved[:, 0], moved[:, 3]], -1)
    # Channels in another order, each with another gain: one small matrix.
    mixed = np.eye(3)[generator.permutation(3)] * generator.normal(1.0, 0.06, (3, 1)) * generator.normal(1.0, 0.08)
    picture = cv2.transform(np.ascontiguousarray(picture), np.float32(mixed))
    return picture, moved.astype(np.float32)


def finder_run(
    model: Finder,
    frames: Frames,
    *,
    steps: int,
    batch: int = 8,
    side: int = 192,
    rate: float = 0.03,
    zooms: tuple[float, float] = ZOOM,
    inside: float = MOSTLY,
    seed: int = 1,
    machine: Machine | None = None,
    label: str = "face finder",
    **settings,
) -> Run:
    """The training of a finder as a run that can be advanced; `settings` (checkpoint, fingerprint …) as `Run` has them.

    batch     windows a step, each `side` × `side` pixels; `zooms` and `inside` as `window` has them.
    machine   for the precision; float32 where None.
    """
    machine = Machine("cpu", torch.get_num_threads(), "float32") if machine is None else machine
    model.to(memory_format=torch.channels_last).train()
    optimiser = Muon(model.parameters(), rate)
    generator = np.random.default_rng(seed)

    def step(i: int) -> dict[str, torch.Tensor]:
        set_rate(optimiser, cosine(i, steps, rate, warmup=min(50, steps - 1)))
        chosen = generator.integers(len(frames.pictures), size=batch)
        cut = [window(frames.pictures[n], frames.boxes[n], side, generator, zooms, inside) for n in chosen]
        true_heat, true_boxes = targets([torch.from_numpy(boxes) for _, boxes in cut], (side, side))
        with machine.autocast():
            heat, boxes = model(to_tensor(np.stack([picture for picture, _ in cut])))
        missed, off = finder_loss(heat, boxes, true_heat, true_boxes)
        optimiser.zero_grad()
        (missed + BOXES * off).backward()
        optimiser.step()
        return {"heat": missed, "boxes": off}

    state = {"model": model, "optimiser": optimiser}
    return Run(step, steps=steps, state=state, generator=generator, label=label, **settings)


def train_finder(frames: Frames, *, steps: int = 500, width: int = 32, seed: int = 1, **settings) -> Finder:
    """A finder trained on frames, in eval mode; `settings` as `finder_run` has them. What the lesson runs live."""
    torch.manual_seed(seed)  # the layers' first weights
    model = Finder(width)
    finder_run(model, frames, steps=steps, seed=seed, **settings).complete()
    return model.eval()


# --- how good it is ---------------------------------------------------------------------------------------------------


class Score(NamedTuple):
    """Recall of large (box's side ≥ 32 px) and small faces, false finds a frame, and the threshold that gives them."""

    large: float
    small: float
    false: float
    threshold: float


def find_all(finder: Finder | None, crowds: Iterable[Crowd], threshold: float = 0.05) -> list[list[Found]]:
    """What is found in each crowd's picture, down to a low threshold: look once, cut as often as you like."""
    return [find(crowd.picture, finder, threshold) for crowd in crowds]


def score(
    crowds: Sequence[Crowd], found: Sequence[list[Found]], threshold: float = THRESHOLD, overlap: float = 0.5
) -> Score:
    """Recall and false finds of what `find_all` gave, cut at a threshold. Every face counts, hidden or cut."""
    hits, sides, false = [], [], 0
    for crowd, finds in zip(crowds, found, strict=True):
        finds = [one for one in finds if one.score >= threshold]
        given = matched(finds, crowd.boxes, overlap)
        hits += (given >= 0).tolist()
        sides += [face.side for face in crowd.faces]
        false += len(finds) - int((given >= 0).sum())
    hits, sides = np.array(hits, bool), np.array(sides)
    large, small = (
        float(hits[some].mean()) if some.any() else float("nan") for some in (sides >= SMALL, sides < SMALL)
    )
    return Score(large, small, false / max(1, len(crowds)), threshold)


def best_threshold(crowds: Sequence[Crowd], found: Sequence[list[Found]], false: float = FALSE) -> float:
    """The lowest threshold, in hundredths, at which no more than `false` finds a frame are false."""
    for threshold in np.arange(0.05, 1.0, 0.01):
        if score(crowds, found, float(threshold)).false <= false:
            return round(float(threshold), 2)
    return 1.0


def make_parser() -> argparse.ArgumentParser:
    """The options of this command."""
    parser = module_parser(__spec__.name, __doc__)
    parser.add_argument("--frames", type=int, default=2400, help="crowds to train on")
    parser.add_argument("--held-out", type=int, default=200, help="crowds to score on, of each of two sizes")
    parser.add_argument("--steps", type=int, default=4000)
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--side", type=int, default=192, help="of a training window, in pixels")
    parser.add_argument("--width", type=int, default=32)
    parser.add_argument("--rate", type=float, default=0.03)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--precision", choices=tensors.PRECISIONS, help="default: the quicker one on this machine")
    parser.add_argument("--workers", type=int, default=1, help="processes that draw")
    parser.add_argument("--name", default="face-finder", help="the weights' name")
    parser.add_argument("--folder", type=Path, default=None, help="where to write (default: data/weights)")
    return parser


def main(arguments: list[str] | None = None) -> None:
    parser = make_parser()
    asked = parser.parse_args(arguments)
    machine = tensors.probe(precision=asked.precision).apply()
    print(machine)
    frames = draw_frames(asked.frames, asked.seed, workers=asked.workers)
    tests = [draw_crowds(asked.held_out, asked.seed + 1, shape) for shape in ((256, 256), (360, 480))]
    crowds = [crowd for some in tests for crowd in some]
    torch.manual_seed(asked.seed)  # the layers' first weights
    model = Finder(asked.width)
    run = finder_run(
        model,
        frames,
        steps=asked.steps,
        batch=asked.batch,
        side=asked.side,
        rate=asked.rate,
        zooms=FAR,
        inside=INSIDE,
        seed=asked.seed,
        machine=machine,
        checkpoint=paths.user_folder() / "runs" / f"{asked.name}.safetensors",
        fingerprint=fingerprint(finder_run, window, finder_model, settings_of(asked), frames.pictures),
    )
    while run.history.steps < asked.steps:
        if not run.advance(min(1000, asked.steps - run.history.steps)):
            parser.exit(1, "Stopped: half-trained weights are not written.\n")
        found = find_all(model.eval(), crowds[:: max(1, len(crowds) // 100)])
        some = crowds[:: max(1, len(crowds) // 100)]
        print(run.history, score(some, found, best_threshold(some, found)), flush=True)
        model.train()
    run.save()
    description = "Finder of faces, 20…160 pixels, tilted to 45°, of sampled strangers in crowds."
    weights.save(model.eval(), asked.name, description, command_of(parser, asked), folder=asked.folder)
    # Kept in 16 bits, so scored as it will be used: saved and loaded again.
    model = weights.load(asked.name, folder=asked.folder)
    for some in (*tests, crowds):
        found = find_all(model, some)
        print(some[0].picture.shape, score(some, found), "best", score(some, found, best_threshold(some, found)))
    print(json.dumps({"face_finder": {k: round(v, 4) for k, v in score(crowds, found)._asdict().items()}}))


if __name__ == "__main__":
    main()
