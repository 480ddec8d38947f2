"""A small Face X-ray: it draws where something was blended, and judges by that drawing alone.

Source: Li and others, "Face X-ray for more general face forgery detection", 2020 (there a large network, HRNet).
"""

import torch
from torch import nn
from torch.nn.functional import avg_pool2d, binary_cross_entropy_with_logits

from unmasked.arguments import checked_batch, checked_tensor, checked_whole

PLACES = 32  # the map's side: a quarter of the places of a crop, and an edge is wider than a pixel anyway
COUNTED = 0.05  # the share of the map, its strongest places, that the verdict looks at


def boundary_map(mask: torch.Tensor) -> torch.Tensor:
    """4·m·(1 − m) of a blending mask in 0…1: 1 where both pictures have half a share, 0 where there is only one.

    Any float shape. Raises TypeError or ValueError for values that are no shares.
    """
    checked_tensor(mask, "mask")
    if mask.numel() and not (torch.isfinite(mask).all() and mask.min() >= 0 and mask.max() <= 1):
        raise ValueError(f"mask: wanted shares in 0…1, got {float(mask.min()):g}…{float(mask.max()):g}")
    return 4 * mask * (1 - mask)


def boundary_target(masks: torch.Tensor) -> torch.Tensor:
    """The map that an X-ray should draw for blending masks (N, 1, 64, 64) in 0…1: (N, 1, 32, 32). As `boundary_map`."""
    # Softened by a few pixels: a boundary of less than a pixel could not be drawn at 32×32.
    soft = avg_pool2d(masks, 5, 1, 2, count_include_pad=False)
    return avg_pool2d(boundary_map(soft.clamp(0, 1)), 2)


class XRay(nn.Module):
    """Pictures (N, 3, 64, 64) in 0…1 to a map of the boundary and a logit.

    `boundary(pictures)`: logits of the map, (N, 1, 32, 32). `forward`: logits (N,), from the map alone.
    Raises TypeError or ValueError for pictures of another kind or shape.
    """

    def __init__(self, width: int = 16):
        super().__init__()
        w = checked_whole(width, "width", 1)
        self.config = {"width": w}

        def block(into: int, dilation: int) -> list[nn.Module]:
            convolution = nn.Conv2d(into, w, 3, padding=dilation, dilation=dilation)
            return [convolution, nn.BatchNorm2d(w), nn.LeakyReLU(0.1)]

        self.draw = nn.Sequential(  # (N, 3, 64, 64)
            nn.PixelUnshuffle(2),  # (N, 12, 32, 32): single pixels still count, in a quarter of the places
            *block(12, 1),  # (N, w, 32, 32)
            *block(w, 1),
            *block(w, 2),  # wider eyes: an edge is one only beside what it divides
            *block(w, 4),
            nn.Conv2d(w, 1, 1),  # (N, 1, 32, 32)
        )
        nn.init.constant_(self.draw[-1].bias, -3.0)  # most of a picture is no boundary: begin by saying so
        self.scale = nn.Parameter(torch.tensor(1.0))
        self.bias = nn.Parameter(torch.tensor(1.0))

    def boundary(self, pictures: torch.Tensor) -> torch.Tensor:
        """Logits of the boundary map, (N, 1, 32, 32)."""
        return self.draw(checked_batch(pictures))

    def judge(self, logits: torch.Tensor) -> torch.Tensor:
        """The map's logits (N, 1, 32, 32) to logits (N,) of the pictures: how strong the strongest twentieth is."""
        strongest = logits.flatten(1).topk(int(COUNTED * logits[0].numel())).values.mean(1)
        return self.scale * strongest + self.bias

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        """Pictures to logits (N,), the greater the more a picture looks forged."""
        return self.judge(self.boundary(pictures))


def xray_loss(model: XRay, pictures: torch.Tensor, fake: torch.Tensor, masks: torch.Tensor) -> torch.Tensor:
    """How badly the map and the verdict fit: a 0-d tensor.

    `fake`: float (N,), 1 for a fake. `masks`: blending masks (N, 1, 64, 64) in 0…1, 0 everywhere for a recording.
    """
    drawn = model.boundary(pictures)
    verdict = binary_cross_entropy_with_logits(model.judge(drawn), fake)
    return 4 * binary_cross_entropy_with_logits(drawn, boundary_target(masks)) + verdict
