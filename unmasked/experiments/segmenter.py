"""Makes the shipped face segmenter: `python -m unmasked.experiments.segmenter`.

Draws strangers in patches, many with a hand or another head in front, trains one net on their aligned crops, and
writes the weights. What it prints is measured on frames of other strangers.
"""

import argparse
import json
import sys
from pathlib import Path

import cv2
import numpy as np
import torch
from torch.nn.functional import binary_cross_entropy_with_logits

from unmasked import paths
from unmasked.experiments.command import command_of, module_parser
from unmasked.experiments.patches import Patches, cut, draw_patches, jittered, tinted
from unmasked.extract.crops import align_matrix, warp
from unmasked.extract.landmarks import mirrored
from unmasked.extract.masks import WEIGHTS, hull_mask, learned_mask
from unmasked.extract.similarity import move
from unmasked.models import segmenter, weights
from unmasked.models.segmenter import SIDE, Segmenter
from unmasked.tensors import PRECISIONS, Machine, masks_to_tensor, probe, to_tensor
from unmasked.toons.crowds import sample_crowd
from unmasked.training import History, Muon, cosine, fingerprint, set_rate, train

FOREHEAD = 0.25  # of the hull that the net is compared with
OVERLAP = 0.5  # weight of the overlap in the loss


def draw_batch(patches: Patches, chosen: np.ndarray, generator: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Crops of the chosen patches, aligned as well as found landmarks can: uint8 (N, 64, 64, 3), masks (N, 64, 64)."""
    matrices = align_matrix(patches.landmarks[chosen], SIDE)
    near = jittered(matrices, SIDE, generator, 0.012, 0.02, 1.5)
    far = jittered(matrices, SIDE, generator, 0.04, 0.06, 5.0)
    matrices = np.where((generator.random(len(chosen)) < 0.15)[:, None, None], far, near)
    turned = generator.random(len(chosen)) < 0.5
    matrices[turned] = mirrored(matrices[turned], SIDE)
    return cut(patches, chosen, matrices, SIDE)


def mask_loss(logits: torch.Tensor, masks: torch.Tensor) -> torch.Tensor:
    """Cross-entropy a pixel, and a share of what the overlap lacks to 1; logits and masks (N, 1, H, W)."""
    shares = logits.sigmoid()
    both = (shares * masks).sum((1, 2, 3))
    either = (shares + masks - shares * masks).sum((1, 2, 3))
    return binary_cross_entropy_with_logits(logits, masks) + OVERLAP * (1 - (both + 1) / (either + 1)).mean()


def overlap_of(found: np.ndarray, true: np.ndarray) -> float:
    """Intersection over union of two masks uint8 (H, W), each inside from 128; 1 where both are empty."""
    found, true = found >= 128, true >= 128
    either = int((found | true).sum())
    return float((found & true).sum() / either) if either else 1.0


def train_segmenter(
    patches: Patches,
    *,
    steps: int,
    batch: int = 64,
    width: int = 16,
    rate: float = 0.03,
    seed: int = 1,
    machine: Machine | None = None,
    checkpoint: Path | None = None,
) -> tuple[Segmenter, History]:
    """A segmenter that learned from these patches, in eval mode; with its history."""
    machine = probe(precision="float32") if machine is None else machine
    torch.manual_seed(seed)  # the layers' first weights
    model = Segmenter(width).to(memory_format=torch.channels_last)
    optimiser = Muon(model.parameters(), rate)
    generator, colours = np.random.default_rng(seed), torch.Generator().manual_seed(seed)

    def step(i: int) -> dict[str, torch.Tensor]:
        set_rate(optimiser, cosine(i, steps, rate, warmup=min(100, steps // 10)))
        crops, masks = draw_batch(patches, generator.integers(len(patches), size=batch), generator)
        with machine.autocast():
            logits = model(tinted(to_tensor(crops), colours))
        loss = mask_loss(logits.float(), masks_to_tensor(masks))
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        return {"loss": loss}

    history = train(
        step,
        steps=steps,
        state={"model": model, "optimiser": optimiser},
        generator=[generator, colours],
        label="segmenter",
        checkpoint=checkpoint,
        fingerprint=fingerprint(sys.modules[__name__], segmenter, steps, batch, rate, patches.landmarks),
    )
    return model.eval(), history


def held_out(model: Segmenter, frames: int, seed: int) -> dict[str, float]:
    """Mean overlap of the net's mask, and of the hull's, with the truth in aligned crops from frames of strangers.

    Free faces are whole, and no hand is in front. The crops are aligned by the true landmarks, each off by a little.
    """
    generator = np.random.default_rng([seed, 0xF8A3E])
    overlaps: dict[str, list[float]] = {"free": [], "hand": [], "hull_free": [], "hull_hand": []}
    for _ in range(frames):
        crowd = sample_crowd(generator, count=2)
        for face in crowd.faces:
            if not (face.whole or face.hand):
                continue
            landmarks = face.landmarks + generator.normal(0, 0.01 * face.side, (68, 2))
            matrix = align_matrix(landmarks, SIDE)
            true = cv2.warpAffine(face.mask, matrix, (SIDE, SIDE))
            kind = "hand" if face.hand else "free"
            overlaps[kind].append(overlap_of(learned_mask(warp(crowd.picture, matrix, SIDE), model), true))
            overlaps[f"hull_{kind}"].append(overlap_of(hull_mask(move(landmarks, matrix), SIDE, FOREHEAD), true))
    return {name: float(np.mean(values)) for name, values in overlaps.items()} | {"faces": len(overlaps["free"])}


def make_parser() -> argparse.ArgumentParser:
    """The options of this command."""
    parser = module_parser(__spec__.name, __doc__)
    parser.add_argument("--strangers", type=int, default=1600, help="sampled characters to learn from")
    parser.add_argument("--each", type=int, default=10, help="performances of each")
    parser.add_argument("--held-out", type=int, default=150, help="frames of other strangers to score on")
    parser.add_argument("--steps", type=int, default=3500)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--width", type=int, default=16)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--precision", choices=PRECISIONS, help="default: the quicker one on this machine")
    parser.add_argument("--name", default=WEIGHTS, help="the weights' name")
    parser.add_argument("--folder", type=Path, default=None, help="where to write (default: data/weights)")
    return parser


def main(arguments: list[str] | None = None) -> None:
    parser = make_parser()
    asked = parser.parse_args(arguments)

    machine = probe(precision=asked.precision).apply()
    print(machine)
    model, history = train_segmenter(
        draw_patches(asked.strangers, asked.each, asked.seed),
        steps=asked.steps,
        batch=asked.batch,
        width=asked.width,
        seed=asked.seed,
        machine=machine,
        checkpoint=paths.user_folder() / "runs" / f"{asked.name}.safetensors",
    )
    if history.stopped_by != "steps":
        parser.exit(1, f"Stopped by {history.stopped_by}: half-trained weights are not written.\n")
    description = "Which pixels of an aligned 64×64 crop are a toon's face, without what is in front; strangers only."
    weights.save(model, asked.name, description, command_of(parser, asked), folder=asked.folder)
    scores = held_out(weights.load(asked.name, folder=asked.folder), asked.held_out, asked.seed + 1)
    print("Overlap (intersection over union) with the true mask, faces of other strangers:")
    for kind in ("free", "hand"):
        print(f"  {kind}: net {scores[kind]:.3f}, hull of the landmarks {scores[f'hull_{kind}']:.3f}")
    print(json.dumps({"segmenter": {name: round(value, 4) for name, value in scores.items()}}))


if __name__ == "__main__":
    main()
