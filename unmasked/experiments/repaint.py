"""Makes the net that repaints faces: `python -m unmasked.experiments.repaint`.

Draws strangers, cuts holes into their aligned pictures (inner faces, ellipses, halves), trains a small U-Net to say
which way noise in the hole must go, and measures it on strangers that it has never seen: how near one painting comes to
what was hidden, how near the mean of several does, and how much paintings as a crowd look like true faces.
"""

import argparse
import copy
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import torch

from unmasked import metrics, paths, toons
from unmasked.arguments import checked_numbers
from unmasked.experiments.anyone import filmed
from unmasked.experiments.command import command_of, module_parser, refuse_shortened, settings_of
from unmasked.faces import draw_faces
from unmasked.makers.repaint import inner_face
from unmasked.models import flow, repaint, weights
from unmasked.models.flow import flow_loss
from unmasked.models.repaint import RepaintNet, surroundings
from unmasked.tensors import masks_to_tensor, probe, to_tensor
from unmasked.training import Muon, Run, cosine, fingerprint, set_rate

FIRST = 900_000  # the strangers' numbers begin here: far from those of any other experiment
NEVER_SEEN = FIRST + 50_000
RATE = 0.02
KEEP = 0.998  # how much of the running average of the weights stays at each step
KINDS = {"inner": 0.6, "ellipse": 0.25, "half": 0.15}  # of holes, and the share of each
STEPS = (1, 2, 4, 8, 16, 32)  # from noise to face: what is compared
SIDE = 64


@dataclass
class Crowd:
    """Aligned faces of many: `pictures` uint8 (N, 64, 64, 3), `landmarks` float32 (N, 68, 2) in their pixels."""

    pictures: np.ndarray
    landmarks: np.ndarray

    def batch(self, count: int, generator: torch.Generator) -> tuple[torch.Tensor, torch.Tensor]:
        """`count` pictures (count, 3, 64, 64) as a camera gives them, and a hole in each, (count, 1, 64, 64)."""
        which = torch.randint(len(self.pictures), (count,), generator=generator).numpy()
        rng = np.random.default_rng(int(torch.randint(2**31, (1,), generator=generator)))
        holes = np.stack([random_hole(one, rng) for one in self.landmarks[which]])
        return filmed(to_tensor(self.pictures[which]), generator), masks_to_tensor(holes)


def draw(characters: int, each: int, seed: int, first: int = FIRST) -> Crowd:
    """`each` pictures of every one of `characters` strangers, in performances over the full ranges."""
    pictures, landmarks = [], []
    for number in range(characters):
        acted = toons.sample_performances(np.random.default_rng([seed, number]), each)
        faces = draw_faces(toons.sample_identity(first + number), acted)
        pictures.append(faces.pictures)
        landmarks.append(faces.landmarks)
    return Crowd(np.concatenate(pictures), np.concatenate(landmarks).astype(np.float32))


def random_hole(landmarks: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A hole to be painted in the aligned picture with these landmarks (68, 2): uint8 (64, 64), 0 or 255."""
    kind = rng.choice(list(KINDS), p=list(KINDS.values()))
    if kind == "inner":
        return inner_face(landmarks, SIDE, rng.uniform(1, 7))
    x, y = rng.uniform(16, 48, 2)
    if kind == "ellipse":
        axes = rng.uniform(6, 22, 2)
        hole = np.zeros((SIDE, SIDE), np.uint8)
        return cv2.ellipse(hole, ((x, y), tuple(2 * axes), rng.uniform(0, 180)), 255, -1)
    angle = rng.uniform(0, 2 * np.pi)
    down, across = np.mgrid[:SIDE, :SIDE]
    beyond = (across - x) * np.cos(angle) + (down - y) * np.sin(angle) > 0
    # Half of the picture, but no farther out than the face may reach.
    return (255 * (beyond & (np.hypot(across - 31.5, down - 31.5) < 28))).astype(np.uint8)


def run_of(
    model: RepaintNet, crowd: Crowd, steps: int, batch: int = 32, seed: int = 0, **options
) -> tuple[Run, RepaintNet]:
    """A training of the net, and the running average of its weights, which is what paints best; `options` go to
    `training.Run`."""
    model.to(memory_format=torch.channels_last).train()
    average = copy.deepcopy(model).requires_grad_(False)
    optimiser = Muon(model.parameters(), RATE, adam_share=0.1)
    generator = torch.Generator().manual_seed(seed)

    def step(i: int) -> dict[str, torch.Tensor]:
        set_rate(optimiser, cosine(i, steps, RATE, warmup=min(100, steps // 10)))
        pictures, holes = crowd.batch(batch, generator)
        # Most times lie in the middle: near 0 little is left to say, near 1 only the mean can be said.
        t = torch.randn(batch, generator=generator).sigmoid()
        noise = torch.randn(pictures.shape, generator=generator)
        seen = surroundings(pictures, holes).contiguous(memory_format=torch.channels_last)
        loss = flow_loss(model, 2 * pictures - 1, noise, t, seen, holes)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        with torch.no_grad():  # the first steps count little: an average that remembers them would lag behind
            keep = min(KEEP, (1 + i) / (10 + i))
            torch._foreach_lerp_(list(average.parameters()), list(model.parameters()), 1 - keep)
        return {"loss": loss}

    state = {"model": model, "average": average, "optimiser": optimiser}
    return Run(step, steps=steps, state=state, generator=generator, **options), average


@torch.inference_mode()
def held_out_loss(model: RepaintNet, crowd: Crowd, seed: int = 0) -> float:
    """The flow loss on a crowd in its inner faces, always with the same noise and the same times."""
    generator = torch.Generator().manual_seed(seed)
    pictures, holes = to_tensor(crowd.pictures), inner_faces(crowd)
    noise = torch.randn(pictures.shape, generator=generator)
    t = (torch.randperm(len(pictures), generator=generator) + 0.5) / len(pictures)
    model.eval()
    parts = zip(*(one.split(50) for one in (pictures, noise, t, holes)), strict=True)
    found = [flow_loss(model, 2 * x - 1, e, t, surroundings(x, m), m) for x, e, t, m in parts]
    return float(torch.stack(found).mean())


def inner_faces(crowd: Crowd) -> torch.Tensor:
    """The holes that are measured: the inner face of every picture, (N, 1, 64, 64)."""
    return masks_to_tensor(np.stack([inner_face(one) for one in crowd.landmarks]))


def filled(pictures: np.ndarray, holes: np.ndarray) -> np.ndarray:
    """The baseline: pictures uint8 (N, H, W, 3) with their holes filled from the edge inwards, as retouching does.

    holes  uint8 (N, H, W), 255 inside. Source: Telea, "An image inpainting technique based on the fast marching
           method", 2004 (OpenCV's).
    """
    return np.stack([cv2.inpaint(p, h, 3, cv2.INPAINT_TELEA) for p, h in zip(pictures, holes, strict=True)])


def paintings(model: RepaintNet, crowd: Crowd, steps: int, seed: int = 0, part: int = 50) -> torch.Tensor:
    """Every picture of a crowd with its inner face painted anew, (N, 3, 64, 64), each from noise of its own."""
    generator = torch.Generator().manual_seed(seed)
    pictures, holes = to_tensor(crowd.pictures), inner_faces(crowd)
    noise = torch.randn(pictures.shape, generator=generator)
    parts = zip(*(one.split(part) for one in (pictures, holes, noise)), strict=True)
    return torch.cat([repaint.repaint(model, *some, steps) for some in parts])


@torch.inference_mode()
def features(pictures: torch.Tensor) -> np.ndarray:
    """What the shipped regressor says of pictures (N, 3, 64, 64) one layer before its answer: float64 (N, 128)."""
    return weights.load("regressor").layers[:-1](pictures).double().numpy()


def frechet(a: np.ndarray, b: np.ndarray) -> float:
    """The Fréchet distance between two crowds of numbers (N, F) and (M, F): how far apart are their means and spreads.

    |μa − μb|² + tr(A + B − 2·(AB)^½), of two Gaussians with those means and covariances A and B. 0: the same. With
    features of a net it's what is called FID. Source: Heusel and others, "GANs trained by a two time-scale update rule
    converge to a local Nash equilibrium", 2017. Raises TypeError or ValueError for other shapes or fewer than 2 rows.
    """
    a = checked_numbers(a, "a", ("N", "F"), least=2)
    b = checked_numbers(b, "b", ("M", a.shape[1]), least=2)
    one, other = np.cov(a.T).reshape(a.shape[1], -1), np.cov(b.T).reshape(a.shape[1], -1)
    values, axes = np.linalg.eigh(one)
    root = axes * np.sqrt(values.clip(0)) @ axes.T
    # AB has the eigenvalues of A^½ B A^½, which is symmetric, so that none of them can turn complex.
    both = np.sqrt(np.linalg.eigvalsh(root @ other @ root).clip(0)).sum()
    return float(np.square(a.mean(0) - b.mean(0)).sum() + np.trace(one) + np.trace(other) - 2 * both)


def quality(
    model: RepaintNet, crowd: Crowd, steps: Sequence[int] = STEPS, several: int = 4, seed: int = 0
) -> list[dict]:
    """A row for each number of steps, on the inner faces of a crowd that the net has never seen.

    steps      from noise to face.
    one, mean  how much of the error of `filled` one painting avoids, and the mean of `several` of the same picture.
    sharpness  of one painting, as a share of the truth's.
    distance   `frechet` between the features of the paintings and of the true pictures, as crowds.
    """
    truth, holes = to_tensor(crowd.pictures), inner_faces(crowd)
    baseline = to_tensor(filled(crowd.pictures, (255 * holes[:, 0]).byte().numpy()))
    wanted, rows = features(truth), []
    for count in steps:
        made = torch.stack([paintings(model, crowd, count, seed + k) for k in range(several)])
        rows.append(
            {
                "steps": count,
                "one": metrics.explained(made[0], truth, baseline, holes),
                "mean": metrics.explained(made.mean(0), truth, baseline, holes),
                "sharpness": metrics.sharpness(made[0], truth, holes),
                "distance": frechet(features(made[0]), wanted),
            }
        )
    return rows


def make_parser() -> argparse.ArgumentParser:
    """The options of this command."""
    parser = module_parser(__spec__.name, __doc__)
    parser.add_argument("--characters", type=int, default=800)
    parser.add_argument("--each", type=int, default=20, help="pictures of each character")
    parser.add_argument("--held-out", type=int, default=100, help="characters to measure on")
    parser.add_argument("--steps", type=int, default=4800)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--width", type=int, default=24)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--name", default="repaint", help="the weights' name")
    parser.add_argument("--folder", type=Path, default=None, help="where to write (default: data/weights)")
    return parser


def main(arguments: list[str] | None = None) -> None:
    parser = make_parser()
    asked = parser.parse_args(arguments)

    print(probe(precision="float32").apply())
    crowd = draw(asked.characters, asked.each, asked.seed)
    others = draw(asked.held_out, 2, asked.seed + 1, NEVER_SEEN)
    torch.manual_seed(asked.seed)  # the layers' first weights
    run, average = run_of(
        RepaintNet(asked.width),
        crowd,
        asked.steps,
        asked.batch,
        asked.seed,
        label=asked.name,
        checkpoint=paths.user_folder() / "runs" / f"{asked.name}.safetensors",
        fingerprint=fingerprint(sys.modules[__name__], flow, repaint, settings_of(asked), crowd.pictures),
    )
    while not run.done:
        run.advance(500)
        print(run.history, f"never seen: {held_out_loss(average, others):.4f}", flush=True)
    refuse_shortened(parser, run)
    description = f"RepaintNet: paints the hidden part of a toon, 64×64; trained on {asked.characters} strangers."
    weights.save(average.eval(), asked.name, description, command_of(parser, asked), folder=asked.folder)
    rows = quality(weights.load(asked.name, folder=asked.folder), others)
    print(json.dumps({"repaint": [{key: round(value, 4) for key, value in row.items()} for row in rows]}))


if __name__ == "__main__":
    main()
