"""A detector under attack: a picture changed by a grey level or two, in the direction that misleads the net most."""

import numpy as np
import torch
from torch import nn
from torch.nn.functional import binary_cross_entropy_with_logits

from unmasked.arguments import checked_batch, checked_number, checked_pictures
from unmasked.tensors import to_pictures, to_tensor


def one_step(net: nn.Module, pictures: torch.Tensor, fake: torch.Tensor, strength: float) -> torch.Tensor:
    """Pictures moved so that `net` errs more about them: every value by `strength`, up or down; float (N, 3, H, W).

    pictures  float (N, 3, H, W) in 0…1, and so is what comes back, without a gradient.
    fake      (N,), 1 for a fake and 0 for a recording: what would be right. `strength`: 0…1, 1/255 is a grey level.
    The net's own gradients stay as they are. Raises TypeError or ValueError that names the argument.
    Source: Goodfellow, Shlens and Szegedy, "Explaining and harnessing adversarial examples", 2015.
    """
    checked_batch(pictures, side=None)
    strength = checked_number(strength, "strength", 0, 1)
    if tuple(fake.shape) != (len(pictures),):
        raise ValueError(f"fake: wanted one number a picture, shape ({len(pictures)},), got {tuple(fake.shape)}")
    with torch.enable_grad():
        moving = pictures.detach().clone().requires_grad_(True)
        loss = binary_cross_entropy_with_logits(net(moving), fake.to(moving.dtype), reduction="sum")
        (slope,) = torch.autograd.grad(loss, moving)
    return (pictures.detach() + strength * slope.sign()).clamp(0, 1)


def attacked(net: nn.Module, crops: np.ndarray, levels: float, *, fake: bool = True, batch: int = 128) -> np.ndarray:
    """Crops uint8 (N, H, W, 3) after one step of `levels` grey levels against `net`, saved as pictures again.

    `fake`: what the crops are. Raises TypeError or ValueError that names the argument.
    """
    checked_pictures(crops, "crops", ("N", "H", "W", 3))
    strength = checked_number(levels, "levels", 0, 255) / 255
    parts = []
    for start in range(0, len(crops), batch):
        some = to_tensor(crops[start : start + batch])
        parts.append(to_pictures(one_step(net, some, torch.full((len(some),), float(fake)), strength)))
    return np.concatenate(parts)
