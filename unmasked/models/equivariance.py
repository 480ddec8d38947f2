"""A picture bent by a known rule, so that keypoints can be checked without knowing where they ought to be.

If the picture is bent, a keypoint must move along, and its jacobian must turn along. That alone ties keypoints to
places of the face. Source: Siarohin and others, "First order motion model for image animation", 2019 (an affine map and
a thin-plate spline).
"""

import torch

from unmasked.arguments import checked_kind, checked_number, checked_tensor, checked_whole
from unmasked.models.motion import Keypoints, invert, look_up, places

NODES = 5  # of the spline, on each side: the paper's
AFFINE, BEND = 0.05, 0.005  # standard deviations: the paper's
APART = 0.1  # of the plane from −1 to 1: keypoints stand a sixth of the side or more from each other


class Bending:
    """A random smooth map of the plane for each of `count` pictures: an affine map and a thin-plate spline.

    `places` and `jacobian` say where the bent picture's places lie in the picture. `affine`, `bend`: standard
    deviations, 0 or more. Raises TypeError or ValueError.
    """

    def __init__(self, count: int, generator: torch.Generator, affine: float = AFFINE, bend: float = BEND):
        checked_kind(generator, torch.Generator, "generator", "a torch.Generator")
        count = checked_whole(count, "count", 1)
        affine, bend = checked_number(affine, "affine", 0), checked_number(bend, "bend", 0)
        noise = torch.randn(count, 2, 3, generator=generator)
        self.matrix = torch.eye(2) + affine * noise[:, :, :2]  # (N, 2, 2)
        self.shift = affine * noise[:, :, 2]  # (N, 2)
        steps = torch.linspace(-1, 1, NODES)
        self.nodes = torch.stack(torch.meshgrid(steps, steps, indexing="xy"), -1).flatten(0, 1)  # (25, 2)
        self.weights = bend * torch.randn(count, NODES * NODES, generator=generator)  # (N, 25)

    def places(self, points: torch.Tensor) -> torch.Tensor:
        """Where points (N, P, 2), or (1, P, 2) of all, of the bent pictures lie in the picture: (N, P, 2)."""
        square = (points[..., None, :] - self.nodes).square().sum(-1)  # (N, P, 25), or (1, P, 25)
        rises = 0.5 * square * (square + 1e-9).log()  # r² · log r
        straight = points @ self.matrix.mT + self.shift[:, None]
        return straight + rises @ self.weights[..., None]  # (N, P, 2) + (N, P, 1)

    def jacobian(self, points: torch.Tensor) -> torch.Tensor:
        """How `places` turns and stretches at points (N, P, 2): (N, P, 2, 2)."""
        away = points[:, :, None] - self.nodes
        slope = (away.square().sum(-1) + 1e-9).log() + 1  # ∂(r² · log r) = (2 · log r + 1) · away
        pull = torch.einsum("npk,npkc,nk->npc", slope, away, self.weights)  # (N, P, 2), alike in x and y
        return self.matrix[:, None] + pull[:, :, None].expand(-1, -1, 2, -1)

    def __call__(self, pictures: torch.Tensor) -> torch.Tensor:
        """Pictures (N, C, H, W), bent."""
        size = tuple(pictures.shape[-2:])
        return look_up(pictures, self.places(places(size).flatten(0, 1)[None]).unflatten(1, size))


def equivariance(keypoints: Keypoints, bent: Keypoints, bending: Bending) -> tuple[torch.Tensor, torch.Tensor]:
    """How badly keypoints of pictures and of the bent pictures agree: the value's and the jacobian's loss, two 0-d.

    Both are 0 for a detector whose keypoints stick to the picture. Mean absolute differences of value and of
    J⁻¹ · J_bending · J_bent from the identity, as in the paper.
    """
    value = (keypoints.value - bending.places(bent.value)).abs().mean()
    turned = invert(keypoints.jacobian) @ bending.jacobian(bent.value) @ bent.jacobian
    return value, (turned - torch.eye(2)).abs().mean()


def crowding(value: torch.Tensor, apart: float = APART) -> torch.Tensor:
    """How far keypoints (N, K, 2) stand in each other's way: what is missing of `apart` (a squared distance), 0-d.

    Summed over the others, averaged over keypoints and pictures. Without it the first steps leave all ten on one spot,
    and their jacobians do the work. Not in the paper of 2019: Wang and others, "One-shot free-view neural talking-head
    synthesis for video conferencing", 2021 (with the same 0.1).
    """
    checked_tensor(value, "value", ("N", "K", 2))
    square = (value[:, :, None] - value[:, None]).square().sum(-1)  # (N, K, K)
    missing = (apart - square).clamp_min(0) * (1 - torch.eye(value.shape[1]))
    return missing.sum(2).mean()
