"""Two characters to swap: what is drawn to train on and to measure on, and how much of the truth a net explains."""

from collections.abc import Mapping

import torch
from torch import nn

from unmasked import metrics, tensors
from unmasked.faces import Faces, paired_faces, unpaired_faces

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
    pictures = {name: tensors.to_tensor(some.pictures) for name, some in truth.items()}
    table = {}
    for a in truth:
        codes = codes_of(model, truth[a], a)
        for b in truth:
            inside = tensors.masks_to_tensor(truth[b].masks)
            drawn = torch.cat([model.decode(part, b) for part in codes.split(50)]).clamp(0, 1)
            table[a, b] = metrics.explained_swap(drawn, pictures[b], pictures[b].mean(0), inside)
    model.train(was_training)
    return table
