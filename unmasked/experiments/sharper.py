"""What the loss is worth: `python -m unmasked.experiments.sharper` makes the table of lesson 07.

The same slim swap, on the same pictures, from the same first weights and for the same steps, by one loss after another;
and against an adversary, beside a training without one that had the same time. Measured on held-out faces whose true
swap is drawn. `sharper_row` makes any one row again, anywhere.
"""

from collections.abc import Callable, Mapping
from functools import partial

import torch

from unmasked import losses, metrics, tensors
from unmasked.experiments.pairs import Truth, draw_all
from unmasked.faces import Faces
from unmasked.models import weights

TABLE = "sharper"
STEPS = 1500
WIDTH = 40
FEATURES = 10.0  # further weight of a pixel in eyes or mouth
Row = dict[str, str | int | float]
Loss = Callable[..., torch.Tensor]


def learned_features() -> Callable[[torch.Tensor], list[torch.Tensor]]:
    """What the course's own reader of performances sees in pictures (N, 3, 64, 64): two maps, for `perceptual`."""
    return weights.load("regressor").requires_grad_(False).maps


def scaled(loss: Loss, faces: Faces) -> Loss:
    """The loss times a constant, such that it says of these faces' average what the course's own loss says of it.

    A loss that speaks in smaller numbers would be outvoted by what else the training asks for (the guide, the match),
    and its units would be compared, not what it looks at.
    """
    pictures = tensors.to_tensor(faces.pictures[:200])
    still = pictures.mean(0).expand_as(pictures)
    with torch.no_grad():
        factor = float(losses.l1_l2(still, pictures) / loss(still, pictures))

    def same_size(rebuilt: torch.Tensor, target: torch.Tensor, **settings) -> torch.Tensor:
        return factor * loss(rebuilt, target, **settings)

    return same_size


def both(*parts: Loss) -> Loss:
    """The mean of several losses."""

    def mean(rebuilt: torch.Tensor, target: torch.Tensor, **settings) -> torch.Tensor:
        return sum(part(rebuilt, target, **settings) for part in parts) / len(parts)

    return mean


def _with_edges(faces: Faces) -> Loss:
    return both(scaled(losses.mae, faces), scaled(losses.edge_loss, faces))


def _with_features(faces: Faces) -> Loss:
    seen = partial(losses.perceptual, features=learned_features())
    return both(scaled(losses.mae, faces), scaled(seen, faces))


# Name → (one character's training faces → its picture loss).
PICTURE_LOSSES: dict[str, Callable[[Faces], Loss]] = {
    "mae": partial(scaled, losses.mae),
    "mse": partial(scaled, losses.mse),
    "l1_l2": lambda faces: losses.l1_l2,
    "dssim": partial(scaled, losses.dssim),
    "dssim_mse": partial(scaled, losses.dssim_mse),
    "mae_edge": _with_edges,
    "mae_perceptual": _with_features,
}


def measured(model: torch.nn.Module, truth: Mapping[str, Truth]) -> dict[str, float]:
    """How good and how sharp a net's swaps of the held-out faces are, each way (_ab and _ba).

    explained   how much of the average face's squared error inside the true face the swap avoids.
    expression  the same in eyes and mouth, against the calm face in the same pose and light.
    dssim       structural dissimilarity to the truth inside the face, 0 where they are the same.
    sharpness   fine detail inside the face, as a share of the truth's.
    """
    drawn, found = draw_all(model, truth), {}
    a, b = truth
    for way, (actor, other) in {"ab": (a, b), "ba": (b, a)}.items():
        swapped, true = drawn[actor, other], truth[other]
        found[f"explained_{way}"] = metrics.explained_swap(swapped, true.pictures, true.pictures.mean(0), true.masks)
        found[f"expression_{way}"] = metrics.explained_expression(swapped, true.pictures, true.neutral, true.features)
        found[f"dssim_{way}"] = (1 - metrics.ssim(swapped, true.pictures, true.masks)) / 2
        found[f"sharpness_{way}"] = metrics.sharpness(swapped, true.pictures, true.masks)
    return found
