"""Korshunova's face swap (2017): one network for each TARGET, which draws any face as that one. No code, no decoder.

The picture goes in at several sizes. Each has a branch of convolutions; from the smallest up, a branch's result is
doubled in size and laid beside the next one's, and the last is squeezed to three colours. It never sees a pair: what it
is trained by are four losses (experiments/korshunova.py).
Source: Korshunova, Shi, Dambre and Theis, "Fast face-swap using convolutional neural networks", 2017. They give 1
million parameters for 128×128, and add a branch for each doubling. Numbers of channels: ours.
"""

import torch
from torch import nn

from unmasked.arguments import checked_batch, checked_whole

SMALLEST = 8  # pixels: the side of the coarsest branch


class Korshunova(nn.Module):
    """Pictures (N, 3, side, side) in 0…1 of anybody to pictures of the target, (N, 3, side, side), near 0…1.

    width  channels of each branch; after a join there are as many for each branch that has come in.
    side   of the pictures: 8 times a power of 2. 64 has four branches, 128 five.
    With 32 channels and 128 pixels it has 1.1 million parameters.
    Raises TypeError or ValueError for another side or other pictures.
    """

    def __init__(self, width: int = 32, side: int = 64):
        super().__init__()
        w, side = checked_whole(width, "width", 1), checked_whole(side, "side", 2 * SMALLEST, unit="pixels")
        count = (side // SMALLEST).bit_length()  # of branches
        if SMALLEST << (count - 1) != side:
            raise ValueError(f"side: wanted {SMALLEST} times a power of 2, got {side}")
        self.config = {"width": w, "side": side}
        self.branches = nn.ModuleList(blocks(3, w) for _ in range(count))  # from 8×8 up to the full size
        self.joins = nn.ModuleList(blocks(k * w, k * w) for k in range(2, count + 1))
        self.colours = nn.Conv2d(count * w, 3, 1)

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        seen = [checked_batch(pictures, side=self.config["side"])]
        while len(seen) < len(self.branches):
            seen.append(nn.functional.avg_pool2d(seen[-1], 2))  # …, (N, 3, 16, 16), (N, 3, 8, 8)
        so_far = self.branches[0](seen.pop())  # (N, w, 8, 8)
        for branch, join in zip(self.branches[1:], self.joins, strict=True):
            doubled = nn.functional.interpolate(so_far, scale_factor=2.0, mode="nearest")  # (N, k·w, 2s, 2s)
            so_far = join(torch.cat([doubled, branch(seen.pop())], 1))  # (N, (k + 1)·w, 2s, 2s)
        return self.colours(so_far)  # (N, 3, side, side)


def blocks(channels_in: int, channels_out: int) -> nn.Sequential:
    """Three convolutions, 3×3, 3×3 and 1×1, padded with zeros so that the size stays, each followed by ReLU."""
    return nn.Sequential(
        nn.Conv2d(channels_in, channels_out, 3, padding=1),
        nn.ReLU(),
        nn.Conv2d(channels_out, channels_out, 3, padding=1),
        nn.ReLU(),
        nn.Conv2d(channels_out, channels_out, 1),
        nn.ReLU(),
    )


def total_variation(pictures: torch.Tensor) -> torch.Tensor:
    """The mean squared difference between neighbouring pixels, down plus across: (N, C, H, W) → 0-d. It tells noise."""
    checked_batch(pictures, side=None, channels=None)
    return pictures.diff(dim=2).square().mean() + pictures.diff(dim=3).square().mean()


def style_loss(maps: torch.Tensor, styles: torch.Tensor, size: int = 3) -> torch.Tensor:
    """How unlike the target each patch is, where every patch may choose the style picture that suits it best; 0-d.

    maps    features of what was drawn, (N, C, H, W).
    styles  features of some pictures of the target for each of them, (N, B, C, H, W); all faces aligned, so a patch
            is compared with those at its own place.
    size    of a patch, odd; beyond the edge there is nothing.
    Per patch the squared distance to the nearest of the B, as a share of the styles' mean square.
    Raises ValueError for shapes that don't fit.
    """
    if styles.ndim != 5 or maps.ndim != 4 or (len(maps), *maps.shape[1:]) != (len(styles), *styles.shape[2:]):
        raise ValueError(f"styles: wanted (N, B, C, H, W) for maps {tuple(maps.shape)}, got {tuple(styles.shape)}")
    if checked_whole(size, "size", 1) % 2 == 0:
        raise ValueError(f"size: wanted an odd number, got {size}")
    # A patch's distance is the mean of its places' distances: no patch has to be cut out.
    apart = (maps[:, None] - styles).square().mean(2)  # (N, B, H, W)
    apart = nn.functional.avg_pool2d(apart, size, stride=1, padding=size // 2, count_include_pad=False)
    return apart.amin(1).mean() / styles.square().mean()
