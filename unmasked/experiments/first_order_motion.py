"""Makes the net that moves a still: `python -m unmasked.experiments.first_order_motion`.

It learns from strangers alone, two frames of one clip at a time: one is the still, the other is what the still should
become. Nobody says where a keypoint is, and no two characters act the same clip.
Source: Siarohin and others, "First order motion model for image animation", 2019. Their picture loss is perceptual: it
asks a large network that names things. Here it is DSSIM + MSE, and two terms are added: keypoints keep apart
(`crowding`), and drawing anew costs a little, so that the occlusion map stays bright where moving is enough.
"""

import argparse
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from unmasked import augment, losses, metrics, paths, tensors, toons
from unmasked.experiments.command import command_of, module_parser, refuse_shortened, settings_of
from unmasked.experiments.tables import in_words, rounded
from unmasked.faces import Faces, draw_faces
from unmasked.models import equivariance, first_order_motion, motion, weights
from unmasked.models.equivariance import Bending
from unmasked.models.first_order_motion import FirstOrderMotion
from unmasked.models.motion import Keypoints
from unmasked.tensors import PRECISIONS, Machine, probe
from unmasked.training import Muon, Run, cosine, fingerprint, set_rate

WEIGHTS = "first-order-motion"
FIRST = 700_000  # the training strangers' numbers begin here: far from those of any exam
NEVER_SEEN = FIRST + 100_000
RATE, BATCH = 0.02, 16
TIED = 10.0  # weight of either part of the equivariance: the paper's; what crowds has weight 1
DRAWN = 0.1  # the price of drawing a place anew in place of moving it there; not in the paper
ROTATION, ZOOM, SHIFT = 8.0, 0.08, 0.06  # degrees, and shares of the side: an aligned head would hardly leave its place
LIGHT = slice(toons.PARAMETERS.index("light_azimuth"), None)


@dataclass
class Clips:
    """Aligned faces of many strangers, one clip of each: `pictures` uint8 (C, T, 64, 64, 3), one light a clip."""

    pictures: np.ndarray


def act(generator: np.random.Generator, frames: int) -> np.ndarray:
    """Performances of one clip, float32 (frames, 11): every pose and expression, under one light."""
    acted = toons.sample_performances(generator, frames)
    acted[:, LIGHT] = acted[0, LIGHT]
    return acted


def draw_clips(strangers: int, frames: int, seed: int = 0, first: int = FIRST) -> Clips:
    """A clip of `frames` of each of so many strangers."""
    clips = []
    for number in range(strangers):
        acted = act(np.random.default_rng([seed, number, 0xF0]), frames)
        clips.append(draw_faces(toons.sample_identity(first + number), acted).pictures)
    return Clips(np.stack(clips))


def batch_of(clips: Clips, count: int, generator: torch.Generator) -> tuple[torch.Tensor, torch.Tensor]:
    """`count` random pairs of frames of one clip, float (count, 3, 64, 64) each, the head of each moved a little."""
    strangers, frames = clips.pictures.shape[:2]
    who = torch.randint(strangers, (count,), generator=generator)
    one = torch.randint(frames, (count,), generator=generator)
    other = (one + torch.randint(1, frames, (count,), generator=generator)) % frames
    pictures = tensors.to_tensor(clips.pictures[torch.cat([who, who]).numpy(), torch.cat([one, other]).numpy()])
    moved = augment.affine(pictures, generator, ROTATION, ZOOM, SHIFT)
    return moved[:count], moved[count:]


def parts_of_loss(
    model: FirstOrderMotion, source: torch.Tensor, driving: torch.Tensor, bending: Bending
) -> dict[str, torch.Tensor]:
    """What training makes small, each part weighted, each a 0-d tensor: their sum is the loss.

    source, driving  float (N, 3, 64, 64) in 0…1: two frames of one clip each. `bending`: for N pictures.
    """
    count = len(source)
    found = model.keypoints(torch.cat([source, driving, bending(driving)]))  # one pass for all three
    kp_source, kp_driving, kp_bent = (found.take(slice(k * count, (k + 1) * count)) for k in range(3))
    made = model.animate(source, kp_source, kp_driving)
    value, jacobian = equivariance.equivariance(kp_driving, kp_bent, bending)
    return {
        "rebuilt": losses.dssim_mse(made["prediction"], driving),
        "value": TIED * value,
        "jacobian": TIED * jacobian,
        "crowded": equivariance.crowding(found.value),
        "drawn": DRAWN * (1 - made["occlusion"]).mean(),
    }


def run_of(
    model: FirstOrderMotion,
    clips: Clips,
    steps: int,
    batch: int = BATCH,
    seed: int = 0,
    rate: float = RATE,
    machine: Machine | None = None,
    **options,
) -> Run:
    """A training run in float32, or as `machine` says; `options` go to `training.Run`."""
    machine = Machine("cpu", torch.get_num_threads(), "float32") if machine is None else machine
    model.to(memory_format=torch.channels_last).train()
    generator = torch.Generator().manual_seed(seed)
    optimiser = Muon(model.parameters(), rate)

    def step(i: int) -> dict[str, torch.Tensor]:
        set_rate(optimiser, cosine(i, steps, rate, warmup=min(100, steps // 10)))
        source, driving = batch_of(clips, batch, generator)
        with machine.autocast():
            parts = parts_of_loss(model, source, driving, Bending(batch, generator))
        optimiser.zero_grad()
        sum(parts.values()).backward()
        optimiser.step()
        return parts

    return Run(step, steps=steps, state={"model": model, "optimiser": optimiser}, generator=generator, **options)


@dataclass
class Reenactment:
    """One who acts and one who shall do the same: `acted`, `truth` Faces of T frames, in the same performances.

    The still is the first frame of `truth`.
    """

    acted: Faces
    truth: Faces


def reenactments(count: int, frames: int, seed: int = 0, first: int = NEVER_SEEN) -> list[Reenactment]:
    """So many pairs of strangers that nobody trained on, each pair with a clip of its own under one light."""
    pairs = []
    for number in range(count):
        acted = act(np.random.default_rng([seed, number, 0xF1]), frames)
        drawn = (draw_faces(toons.sample_identity(first + 2 * number + side), acted) for side in (0, 1))
        pairs.append(Reenactment(*drawn))
    return pairs


@torch.no_grad()
def reenact(model: FirstOrderMotion, pair: Reenactment, relative: bool = True) -> torch.Tensor:
    """All frames but the first: the still of whoever shall appear, driven by whoever acts; float (T − 1, 3, 64, 64)."""
    still = tensors.to_tensor(pair.truth.pictures[:1])
    acted = tensors.to_tensor(pair.acted.pictures)
    return model.drive(still, acted[1:], relative, acted[:1])["prediction"].clamp(0, 1)


def explained(model: FirstOrderMotion, pairs: list[Reenactment], relative: bool = True) -> list[float]:
    """How much of the unmoved still's error each reenactment avoids, inside both faces' outlines: one number a pair."""
    model.eval()
    scores = []
    for pair in pairs:
        truth, still = tensors.to_tensor(pair.truth.pictures[1:]), tensors.to_tensor(pair.truth.pictures[:1])
        inside = tensors.masks_to_tensor(np.maximum(pair.truth.masks[1:], pair.truth.masks[:1]))
        scores.append(metrics.explained(reenact(model, pair, relative), truth, still, inside))
    return scores


def held_out(model: FirstOrderMotion, pairs: list[Reenactment]) -> dict[str, float]:
    """The mean of `explained` over the pairs, for both ways of driving: `relative` and `absolute`."""
    return {
        "relative": float(np.mean(explained(model, pairs))),
        "absolute": float(np.mean(explained(model, pairs, relative=False))),
    }


@torch.no_grad()
def keypoints_of(model: FirstOrderMotion, faces: Faces) -> torch.Tensor:
    """Where the keypoints of faces are: float (N, K, 2). A part at a time, for the memory's sake."""
    parts = (faces.pictures[at : at + 50] for at in range(0, len(faces), 50))
    return torch.cat([model.keypoints(tensors.to_tensor(some)).value for some in parts])


@dataclass
class Snapshot:
    """Where the keypoints of the shown pictures were after so many steps."""

    steps: int
    keypoints: Keypoints


def train_live(
    clips: Clips,
    shown: np.ndarray,
    *,
    steps: int = 120,
    every: int = 20,
    batch: int = 8,
    width: int = 12,
    seed: int = 0,
    say: Callable[[str], None] = print,
) -> tuple[FirstOrderMotion, list[Snapshot], Run]:
    """A smaller net, trained before your eyes: the model, where its keypoints were on the way, and the finished run.

    shown   uint8 (N, 64, 64, 3): the pictures whose keypoints are kept, before the first step and after each `every`.
    say     gets the run's sentences. Raises what `training.Run` raises.
    """
    torch.manual_seed(seed)  # the layers' first weights
    model = FirstOrderMotion(width=width)
    run = run_of(model, clips, steps, batch, seed, label="first order motion", say=say)
    pictures, snapshots = tensors.to_tensor(shown), []

    @torch.no_grad()
    def look() -> None:
        model.eval()
        snapshots.append(Snapshot(run.history.steps, model.keypoints(pictures)))
        model.train()

    look()
    while run.advance(every):
        look()
    model.eval()
    return model, snapshots, run


def make_parser() -> argparse.ArgumentParser:
    """The options of this command."""
    parser = module_parser(__spec__.name, __doc__)
    parser.add_argument("--strangers", type=int, default=800, help="sampled characters to learn from, a clip of each")
    parser.add_argument("--frames", type=int, default=12, help="of each clip")
    parser.add_argument("--steps", type=int, default=7000)
    parser.add_argument("--batch", type=int, default=BATCH)
    parser.add_argument("--width", type=int, default=24)
    parser.add_argument("--held-out", type=int, default=24, help="pairs of other strangers to score on")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--precision", choices=PRECISIONS, help="default: the quicker one on this machine")
    parser.add_argument("--folder", type=Path, default=None, help="where to write (default: data/weights)")
    return parser


def main(arguments: list[str] | None = None) -> None:
    parser = make_parser()
    asked = parser.parse_args(arguments)

    machine = probe(precision=asked.precision).apply()
    print(machine)
    clips = draw_clips(asked.strangers, asked.frames, asked.seed)
    pairs = reenactments(asked.held_out, 12, asked.seed + 1)
    torch.manual_seed(asked.seed)  # the layers' first weights
    model = FirstOrderMotion(width=asked.width)
    run = run_of(
        model,
        clips,
        asked.steps,
        asked.batch,
        asked.seed,
        machine=machine,
        label=WEIGHTS,
        checkpoint=paths.user_folder() / "runs" / f"{WEIGHTS}.safetensors",
        checkpoint_seconds=120,
        fingerprint=fingerprint(
            parts_of_loss,
            run_of,
            batch_of,
            first_order_motion,
            motion,
            equivariance,
            settings_of(asked),
            clips.pictures,
        ),
    )
    while not run.done:
        run.advance(500)
        print(run.history, in_words(rounded(held_out(model, pairs))), flush=True)
        model.train()
        run.save()
    refuse_shortened(parser, run)
    description = (
        f"One still of any toon, moved as another moves, 64×64; {asked.strangers} strangers, none of the cast."
    )
    weights.save(model.eval(), WEIGHTS, description, command_of(parser, asked), folder=asked.folder)
    scores = held_out(weights.load(WEIGHTS, folder=asked.folder), pairs)
    print(json.dumps({WEIGHTS: {name: round(value, 4) for name, value in scores.items()}}))


if __name__ == "__main__":
    main()
