"""Makes the shipped landmarker: `python -m unmasked.experiments.landmarker`.

Draws strangers in patches, trains one net for both looks (the square about a box, and the crop aligned by the first
look), and writes the weights. With `--close` it trains that net further for the second look alone. What it prints is
measured on frames of other strangers.
"""

import argparse
import json
import sys
from copy import deepcopy
from pathlib import Path

import numpy as np
import torch

from unmasked import paths, toons
from unmasked.experiments.command import command_of, module_parser
from unmasked.experiments.patches import Patches, cut, draw_patches, jittered, tinted
from unmasked.extract.boxes import rough_matrix
from unmasked.extract.landmarks import CLOSE, MIRRORED, WEIGHTS, find_landmarks, mirrored, second_look
from unmasked.extract.similarity import move
from unmasked.models import landmarker, weights
from unmasked.models.landmarker import SIDE, Landmarker
from unmasked.tensors import PRECISIONS, Machine, probe, to_tensor
from unmasked.toons.crowds import face_box, sample_crowd
from unmasked.training import History, Muon, cosine, fingerprint, set_rate, train

SHIFT, SCALE = 0.12, 0.15  # how far the middle of a box is off, beside its side, and its side: the most
SECOND = 0.5  # the share of second looks
EYES = toons.LANDMARKS["right_eye"].start, toons.LANDMARKS["left_eye"].start + 3  # the outer corners


def first_looks(landmarks: np.ndarray, generator: np.random.Generator) -> np.ndarray:
    """Matrices (N, 2, 3) into the squares about boxes that are somewhat off, as a finder's are."""
    boxes = face_box(landmarks)
    side = (boxes[:, 2:] - boxes[:, :2]).max(-1, keepdims=True)
    middle = (boxes[:, :2] + boxes[:, 2:]) / 2 + side * generator.uniform(-SHIFT, SHIFT, (len(boxes), 2))
    half = (boxes[:, 2:] - boxes[:, :2]) / 2 * generator.uniform(1 - SCALE, 1 + SCALE, (len(boxes), 1))
    return rough_matrix(np.concatenate([middle - half, middle + half], -1), SIDE)


def draw_batch(
    patches: Patches, chosen: np.ndarray, generator: np.random.Generator, second: float = SECOND
) -> tuple[np.ndarray, np.ndarray]:
    """Crops of the chosen patches as the net gets to see them: uint8 (N, 64, 64, 3), their landmarks (N, 68, 2)."""
    known = patches.landmarks[chosen]
    # The second look's crop is off by as much as the first look errs: mostly little, sometimes more.
    wide = np.where(generator.random(len(chosen)) < 0.15, 2.5, 1.0)
    near = jittered(second_look(known), SIDE, generator, 0.015, 0.025, 2.0)
    far = jittered(second_look(known), SIDE, generator, 0.04, 0.06, 6.0)
    aligned = np.where(wide[:, None, None] > 1, far, near)
    first = generator.random(len(chosen)) >= second
    matrices = np.where(first[:, None, None], first_looks(known, generator), aligned)
    turned = generator.random(len(chosen)) < 0.5
    matrices[turned] = mirrored(matrices[turned], SIDE)
    pictures, _ = cut(patches, chosen, matrices, SIDE)
    landmarks = move(known, matrices)
    landmarks[turned] = landmarks[turned][:, MIRRORED]
    return pictures, landmarks


def eye_distance(landmarks: np.ndarray) -> np.ndarray:
    """From outer eye corner to outer eye corner: (…, 68, 2) → (…)."""
    return np.linalg.norm(landmarks[..., EYES[0], :] - landmarks[..., EYES[1], :], axis=-1)


def error_of(found: np.ndarray, true: np.ndarray) -> np.ndarray:
    """Mean distance of the landmarks from the true ones over the distance of the outer eye corners: (…)."""
    return np.linalg.norm(np.subtract(found, true), axis=-1).mean(-1) / eye_distance(true)


def train_landmarker(
    patches: Patches,
    *,
    steps: int,
    batch: int = 64,
    width: int = 64,
    rate: float = 0.03,
    second: float = SECOND,
    start: Landmarker | None = None,
    seed: int = 1,
    machine: Machine | None = None,
    checkpoint: Path | None = None,
) -> tuple[Landmarker, History]:
    """A landmarker that learned from these patches, in eval mode; with its history.

    `second`: share of second looks; `start`: a net to go on from, which stays as it is.
    """
    machine = probe(precision="float32") if machine is None else machine
    torch.manual_seed(seed)  # the layers' first weights
    model = Landmarker(width) if start is None else deepcopy(start).train()
    model = model.to(memory_format=torch.channels_last)
    optimiser = Muon(model.parameters(), rate)
    generator, colours = np.random.default_rng(seed), torch.Generator().manual_seed(seed)

    def step(i: int) -> dict[str, torch.Tensor]:
        set_rate(optimiser, cosine(i, steps, rate, warmup=min(100, steps // 10)))
        crops, landmarks = draw_batch(patches, generator.integers(len(patches), size=batch), generator, second)
        with machine.autocast():
            found = model(tinted(to_tensor(crops), colours))
        # The very measure: a turned head's eyes are near each other, and its points must be found more exactly.
        scale = torch.from_numpy(eye_distance(landmarks)).clamp_min(10)
        apart = (found - torch.from_numpy(landmarks)).square().sum(-1).add(1e-4).sqrt()
        loss = (apart.mean(1) / scale).mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        return {"loss": loss}

    history = train(
        step,
        steps=steps,
        state={"model": model, "optimiser": optimiser},
        generator=[generator, colours],
        label="landmarker",
        checkpoint=checkpoint,
        fingerprint=fingerprint(sys.modules[__name__], landmarker, steps, batch, rate, second, patches.landmarks),
    )
    return model.eval(), history


def held_out(
    model: Landmarker, frames: int, seed: int, looks: tuple[int, ...] = (1, 2, 3), close: Landmarker | None = None
) -> dict[str, float]:
    """Median and 95th percentile of the error after each look, on whole faces in frames of strangers by `seed`.

    The boxes are the true ones, off by half of what the net was trained on.
    """
    generator = np.random.default_rng([seed, 0xF8A3E])
    errors = {count: [] for count in looks}
    for _ in range(frames):
        crowd = sample_crowd(generator, count=2)
        for face in crowd.faces:
            off = generator.uniform(-0.06, 0.06, 4) * face.side
            if face.whole:
                for count, kept in errors.items():
                    found = find_landmarks(crowd.picture, face.box + off, model, count, close)
                    kept.append(error_of(found, face.landmarks))
    numbers = {}
    for count, kept in errors.items():
        numbers[f"median_{count}"], numbers[f"p95_{count}"] = (float(np.percentile(kept, share)) for share in (50, 95))
    return numbers | {"faces": len(errors[looks[0]])}


def make_parser() -> argparse.ArgumentParser:
    """The options of this command."""
    parser = module_parser(__spec__.name, __doc__)
    parser.add_argument("--strangers", type=int, default=1600, help="sampled characters to learn from")
    parser.add_argument("--each", type=int, default=10, help="performances of each")
    parser.add_argument("--held-out", type=int, default=150, help="frames of other strangers to score on")
    parser.add_argument("--steps", type=int, default=None, help="default: 6000, or 2200 with --close")
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--width", type=int, default=64)
    parser.add_argument(
        "--close", action="store_true", help="go on from the shipped landmarker, for second looks alone"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--precision", choices=PRECISIONS, help="default: the quicker one on this machine")
    parser.add_argument("--name", default=None, help=f"the weights' name (default: {WEIGHTS}, or {CLOSE} with --close)")
    parser.add_argument("--folder", type=Path, default=None, help="where to write (default: data/weights)")
    return parser


def main(arguments: list[str] | None = None) -> None:
    parser = make_parser()
    asked = parser.parse_args(arguments)

    machine = probe(precision=asked.precision).apply()
    print(machine)
    name = asked.name or (CLOSE if asked.close else WEIGHTS)
    start = weights.load(WEIGHTS) if asked.close else None
    model, history = train_landmarker(
        draw_patches(asked.strangers, asked.each, asked.seed),
        steps=asked.steps or (2200 if asked.close else 6000),
        batch=asked.batch,
        width=asked.width,
        rate=0.02 if asked.close else 0.03,
        second=1.0 if asked.close else SECOND,
        start=start,
        seed=asked.seed,
        machine=machine,
        checkpoint=paths.user_folder() / "runs" / f"{name}.safetensors",
    )
    if history.stopped_by != "steps":
        parser.exit(1, f"Stopped by {history.stopped_by}: half-trained weights are not written.\n")
    looks = "aligned by the landmarker" if asked.close else "rough or aligned"
    description = f"68 landmarks of a toon's face from a 64×64 crop, {looks}; strangers only."
    weights.save(model, name, description, command_of(parser, asked), folder=asked.folder)
    model = weights.load(name, folder=asked.folder)
    scores = held_out(start or model, asked.held_out, asked.seed + 1, close=model)
    print("Error over the distance of the outer eye corners, whole faces of other strangers:")
    for look in (1, 2, 3):
        median, most = scores[f"median_{look}"], scores[f"p95_{look}"]
        print(f"  after look {look}: median {median:.4f}, 95th percentile {most:.4f}")
    print(json.dumps({"landmarker": {name: round(value, 4) for name, value in scores.items()}}))


if __name__ == "__main__":
    main()
