"""Two characters to swap: what is drawn to train on and to measure on, and how much of the truth a net explains."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from unmasked import metrics, tensors, toons
from unmasked.faces import Faces, draw_faces, paired_faces, unpaired_faces

NAMES = ("ada", "bo")
Drawn = tuple[dict[str, Faces], dict[str, Faces]]


def draw(seed: int, pictures: int, held_out: int, workers: int = 1) -> Drawn:
    """What a row trains on, unpaired (`pictures` of each), and is measured on, matched (`held_out` of each)."""
    return unpaired_faces(NAMES, pictures, seed, workers), paired_faces(NAMES, held_out, seed)


@torch.no_grad()
def codes_of(model: nn.Module, faces: Faces, name: str) -> torch.Tensor:
    """The codes of a character's faces: float (N, code_size).

    A part at a time: the middle layers of all at once would fill a small machine.
    """
    pictures = faces.pictures
    return torch.cat([model.encode(tensors.to_tensor(pictures[i : i + 50]), name) for i in range(0, len(pictures), 50)])


@torch.no_grad()
def explained_table(model: nn.Module, truth: Mapping[str, Faces]) -> dict[tuple[str, str], float]:
    """How much of the truth is explained, from each character to each, itself too: {(from, to): 0…1 or below}.

    truth: faces of each character in the same performances (`paired_faces`). The baseline is the truth's average face.
    """
    was_training = model.training
    model.eval()
    table = {}
    for a in truth:
        codes = codes_of(model, truth[a], a)
        for b in truth:
            drawn = torch.cat([model.decode(part, b).clamp(0, 1) for part in codes.split(50)])
            wanted, inside = tensors.to_tensor(truth[b].pictures), tensors.masks_to_tensor(truth[b].masks)
            table[a, b] = metrics.explained_swap(drawn, wanted, wanted.mean(0), inside)
    model.train(was_training)
    return table


@dataclass
class Truth:
    """Held-out faces of one character, and what scores are held against; the same performances for every character."""

    pictures: torch.Tensor  # (N, 3, S, S)
    masks: torch.Tensor  # (N, 1, S, S): the face
    neutral: torch.Tensor  # (N, 3, S, S): the same pose and light, a calm face
    features: torch.Tensor  # (N, 1, S, S): eyes and mouth
    performances: np.ndarray  # (N, 11)
    landmarks: np.ndarray  # (N, 68, 2)


def true_faces(names: tuple[str, ...], count: int, side: int = 64, seed: int = 0, ranges=None) -> dict[str, Truth]:
    """`count` held-out faces of each character, all in the same performances, with what scores are held against.

    `ranges` as in `toons.sample_performances`.
    """
    paired = paired_faces(names, count, seed, side, ranges)
    return {name: truth_of(toons.character(name), faces, side) for name, faces in paired.items()}


def truth_of(identity: toons.Identity, faces: Faces, side: int = 64) -> Truth:
    """What scores of a character's drawn `faces` are held against; the calm faces are drawn anew."""
    calm = draw_faces(identity, toons.neutral_expression(faces.performances), side)
    return Truth(
        tensors.to_tensor(faces.pictures),
        tensors.masks_to_tensor(faces.masks),
        tensors.to_tensor(calm.pictures),
        tensors.masks_to_tensor(metrics.eyes_and_mouth(faces.landmarks, calm.landmarks, shape=side)),
        faces.performances,
        faces.landmarks,
    )


@torch.no_grad()
def draw_all(model: nn.Module, truth: dict[str, Truth]) -> dict[tuple[str, str], torch.Tensor]:
    """What the model draws from each character's faces as each character: {(from, to): pictures}."""
    model.eval()
    drawn: dict[tuple[str, str], list[torch.Tensor]] = {(a, b): [] for a in truth for b in truth}
    for a, known in truth.items():
        for some in known.pictures.split(50):  # Original's middle layers for all 400 at once would take gigabytes
            codes = model.encode(some, a)
            for b in truth:
                drawn[a, b].append(model.decode(codes, b).float().clamp(0, 1))
    return {pair: torch.cat(parts) for pair, parts in drawn.items()}
