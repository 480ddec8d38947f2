"""How one picture moves like another: keypoints, the affine motion near each, and one flow put together from them.

Places are x, y in −1…1 from edge to edge of a picture, as in `grid_sample`. A flow says for every place of the NEW
picture where in the old one to look: that way no place stays empty.
Source: Siarohin and others, "First order motion model for image animation", 2019.
"""

from typing import NamedTuple

import torch
from torch.nn.functional import grid_sample

from unmasked.arguments import checked_batch, checked_number, checked_size, checked_tensor

TEMPERATURE = 0.1  # the paper's: heat maps ten times as steep as their logits
VARIANCE = 0.01  # of the bumps that tell the motion net where keypoints are: the paper's


class Keypoints(NamedTuple):
    """Keypoints of N pictures: where they are, `value` (N, K, 2) in −1…1, and how the picture is turned and stretched
    there, `jacobian` (N, K, 2, 2)."""

    value: torch.Tensor
    jacobian: torch.Tensor

    def take(self, which) -> "Keypoints":
        """Those of some pictures, by slice or index array."""
        return Keypoints(self.value[which], self.jacobian[which])

    def expand(self, count: int) -> "Keypoints":
        """The keypoints of one picture, `count` times."""
        return Keypoints(self.value.expand(count, -1, -1), self.jacobian.expand(count, -1, -1, -1))


def places(size: int | tuple[int, int]) -> torch.Tensor:
    """The middle of every pixel, x and y in −1…1: float (H, W, 2). `size`: a side or (H, W), in pixels."""
    height, width = checked_size(size, "size")
    x = (torch.arange(width) + 0.5) * 2 / width - 1
    y = (torch.arange(height) + 0.5) * 2 / height - 1
    return torch.stack(torch.meshgrid(x, y, indexing="xy"), -1)


def soft_argmax(logits: torch.Tensor, temperature: float = TEMPERATURE) -> tuple[torch.Tensor, torch.Tensor]:
    """Heat maps' logits (N, K, H, W) to keypoints (N, K, 2) in −1…1 and the heat maps (N, K, H, W), each of sum 1.

    A keypoint is the mean place under its heat map, so that gradients reach every pixel. `temperature` above 0: the
    lower, the more the hottest pixel counts alone. Raises TypeError or ValueError.
    """
    checked_batch(logits, "logits", side=None, channels=None)
    temperature = checked_number(temperature, "temperature", 1e-6)
    logits = logits if logits.dtype == torch.float64 else logits.float()
    heat = (logits / temperature).flatten(2).softmax(-1).view_as(logits)  # (N, K, H, W)
    grid = places(tuple(logits.shape[-2:])).to(heat)
    return torch.einsum("nkhw,hwc->nkc", heat, grid), heat


def invert(matrices: torch.Tensor) -> torch.Tensor:
    """The inverses of 2×2 matrices (…, 2, 2); one that flattens the plane is taken for one that nearly does."""
    a, b, c, d = matrices.flatten(-2).unbind(-1)
    area = a * d - b * c
    area = torch.where(area.abs() < 1e-4, torch.where(area < 0, -1e-4, 1e-4), area)
    return torch.stack([d, -b, -c, a], -1).view_as(matrices) / area[..., None, None]


def local_affine(
    grid: torch.Tensor,
    source: torch.Tensor,
    source_jacobian: torch.Tensor,
    driving: torch.Tensor,
    driving_jacobian: torch.Tensor,
) -> torch.Tensor:
    """Where each place of the driving picture lies in the source, if all moved as it does near one keypoint.

    grid       places (H, W, 2) of the driving picture, in −1…1.
    source, driving  keypoints (N, K, 2), and their jacobians (N, K, 2, 2).
    Returns (N, K, H, W, 2): T(z) = source + J_source · J_driving⁻¹ · (z − driving). Raises TypeError or ValueError.
    """
    checked_tensor(grid, "grid", ("H", "W", 2))
    checked_tensor(source, "source", ("N", "K", 2))
    shape = tuple(source.shape)
    checked_tensor(driving, "driving", shape)
    for name, jacobian in (("source_jacobian", source_jacobian), ("driving_jacobian", driving_jacobian)):
        checked_tensor(jacobian, name, (*shape, 2))
    turn = source_jacobian @ invert(driving_jacobian)  # (N, K, 2, 2)
    rest = source - (turn @ driving[..., None])[..., 0]  # (N, K, 2)
    # The same by coordinate: turn · (z − driving) + source = turn · z + rest, two products in place of a small matrix.
    x, y = grid.unbind(-1)
    a, b, c, d = (entry[..., None, None] for entry in turn.flatten(-2).unbind(-1))
    across, down = (shift[..., None, None] for shift in rest.unbind(-1))
    return torch.stack([a * x + b * y + across, c * x + d * y + down], -1)


def bumps(keypoints: torch.Tensor, grid: torch.Tensor, variance: float = VARIANCE) -> torch.Tensor:
    """A Gaussian of height 1 at each keypoint (N, K, 2), looked up at places (H, W, 2): (N, K, H, W)."""
    x, y = (grid - keypoints[:, :, None, None]).unbind(-1)
    return ((x * x + y * y) / (-2 * variance)).exp()


def dense_flow(masks: torch.Tensor, motions: torch.Tensor, grid: torch.Tensor) -> torch.Tensor:
    """One flow from many motions: (N, H, W, 2), each place's mean over them, weighted by its masks.

    masks    (N, K + 1, H, W), of sum 1 at each place. The first is the background's, which stays where it is.
    motions  (N, K, H, W, 2), as from `local_affine`; grid: places (H, W, 2). Raises TypeError or ValueError.
    """
    checked_tensor(motions, "motions", ("N", "K", "H", "W", 2))
    count, points, height, width, _ = motions.shape
    checked_tensor(masks, "masks", (count, points + 1, height, width))
    checked_tensor(grid, "grid", (height, width, 2))
    return masks[:, 0, :, :, None] * grid + (masks[:, 1:, :, :, None] * motions).sum(1)


def look_up(pictures: torch.Tensor, flow: torch.Tensor) -> torch.Tensor:
    """Pictures or features (N, C, H, W) read at the places of a flow (N, h, w, 2): (N, C, h, w), bilinear.

    Beyond an edge the border is repeated.
    """
    return grid_sample(pictures, flow.to(pictures.dtype), padding_mode="border", align_corners=False)


def occlusion_blend(moved: torch.Tensor, drawn: torch.Tensor, occlusion: torch.Tensor) -> torch.Tensor:
    """What the still knows where it knows it, what the network draws elsewhere: occlusion · moved + (1 − it) · drawn.

    moved, drawn (N, C, H, W); occlusion (N, 1, H, W) in 0…1, 1 where the moved still may be trusted.
    """
    checked_batch(moved, "moved", side=None, channels=None)
    checked_tensor(drawn, "drawn", tuple(moved.shape))
    checked_tensor(occlusion, "occlusion", (len(moved), 1, *moved.shape[2:]))
    return drawn + occlusion * (moved - drawn)


def relative_motion(source: Keypoints, driving: Keypoints, first: Keypoints) -> Keypoints:
    """The still's keypoints, moved as the driver's have moved since the driver's first frame.

    source, first  keypoints of one picture each; driving: those of N frames. The CHANGE is carried over, so the first
    frame should be posed like the still. Returns the keypoints that drive, N of them.
    """
    value = source.value + driving.value - first.value
    jacobian = driving.jacobian @ invert(first.jacobian) @ source.jacobian
    return Keypoints(value, jacobian)
