"""Paints what a mask hides of a face: flow matching on pixels, where the net is also shown what lies around the hole.

The net is a small U-Net: down to 8×8 places, where one place sees the whole face and an eye can match the other, and
up again to say what is painted where. At full size it never works: 2×2 pixels are folded into channels first.
Sources: Ronneberger, Fischer and Brox, "U-Net", 2015; Saharia and others, "Palette: image-to-image diffusion models",
2022, for a diffusion that is shown the picture with its hole.
"""

import torch
from torch import nn
from torch.nn.functional import interpolate, silu

from unmasked.arguments import checked_batch, checked_tensor, checked_whole
from unmasked.models.flow import TimeEmbedding, each_time, sample

SIDE = 64  # pixels: the side of an aligned crop
STEPS = 20


class Block(nn.Module):
    """Two convolutions beside a way that leaves the features as they are; between them the time scales and shifts."""

    def __init__(self, into: int, out: int, times: int):
        super().__init__()
        self.calm = nn.GroupNorm(8, into)
        self.first = nn.Conv2d(into, out, 3, padding=1)
        self.time = nn.Linear(times, 2 * out)
        self.second = nn.Conv2d(out, out, 3, padding=1)
        self.past = nn.Conv2d(into, out, 1) if into != out else nn.Identity()
        # At first every block only hands on what comes in: so a deep net learns from its first step on.
        nn.init.zeros_(self.second.weight)
        nn.init.zeros_(self.second.bias)

    def forward(self, features, times):  # (N, in, H, W), (N, times)
        scale, shift = self.time(times)[:, :, None, None].chunk(2, 1)  # (N, out, 1, 1) each
        changed = self.first(silu(self.calm(features))) * (1 + scale) + shift  # (N, out, H, W)
        return self.past(features) + self.second(silu(changed))  # (N, out, H, W)


class RepaintNet(nn.Module):
    """Velocities (N, 3, 64, 64) of noisy pictures in −1…1, given what surrounds a hole. 0.7 million parameters.

    width  channels at 32×32; twice and three times as many at 16×16 and 8×8.
    `model(x, t, condition)`: x (N, 3, 64, 64); t (N,) or one number; condition (N, 4, 64, 64) from `surroundings`.
    Outside the mask it says nothing of use: nobody asks. Raises TypeError or ValueError for other kinds or shapes.
    """

    def __init__(self, width: int = 24, times: int = 32):
        super().__init__()
        w = checked_whole(width, "width", 8)
        if w % 8:
            raise ValueError(f"width: wanted a multiple of 8, got {w}")
        self.config = {"width": w, "times": times}
        known = 4 * w
        self.embed = nn.Sequential(TimeEmbedding(times), nn.Linear(times, known), nn.SiLU())  # (N,) → (N, 4w)
        self.fold = nn.PixelUnshuffle(2)  # (N, 7, 64, 64) → (N, 28, 32, 32)
        self.enter = nn.Conv2d(28, w, 3, padding=1)  # (N, w, 32, 32)
        self.fine = Block(w, w, known)  # (N, w, 32, 32)
        self.halve = nn.Conv2d(w, 2 * w, 3, stride=2, padding=1)  # (N, 2w, 16, 16)
        self.middle = nn.ModuleList([Block(2 * w, 2 * w, known) for _ in range(2)])  # (N, 2w, 16, 16)
        self.quarter = nn.Conv2d(2 * w, 3 * w, 3, stride=2, padding=1)  # (N, 3w, 8, 8)
        self.whole = nn.ModuleList([Block(3 * w, 3 * w, known) for _ in range(3)])  # (N, 3w, 8, 8)
        self.join_middle = nn.ModuleList([Block(5 * w, 2 * w, known), Block(2 * w, 2 * w, known)])  # (N, 2w, 16, 16)
        self.join_fine = Block(3 * w, w, known)  # (N, w, 32, 32)
        self.leave = nn.Sequential(nn.GroupNorm(8, w), nn.SiLU(), nn.Conv2d(w, 12, 3, padding=1))  # (N, 12, 32, 32)
        self.unfold = nn.PixelShuffle(2)  # (N, 3, 64, 64)
        nn.init.zeros_(self.leave[2].weight)

    def forward(self, x: torch.Tensor, t: torch.Tensor | float, condition: torch.Tensor) -> torch.Tensor:
        """Noisy pictures, times, and what surrounds the hole, to velocities (N, 3, 64, 64)."""
        checked_batch(x, "x", side=SIDE)
        checked_tensor(condition, "condition", (len(x), 4, SIDE, SIDE))
        times = self.embed(each_time(t, x))  # (N, 4w)
        # Noise outside the hole would only have to be ignored.
        seen = torch.cat([x * condition[:, 3:], condition], 1)  # (N, 7, 64, 64)
        fine = self.fine(self.enter(self.fold(seen)), times)  # (N, w, 32, 32)
        middle = _through(self.middle, self.halve(fine), times)  # (N, 2w, 16, 16)
        whole = _through(self.whole, self.quarter(middle), times)  # (N, 3w, 8, 8)
        middle = torch.cat([interpolate(whole, scale_factor=2), middle], 1)  # (N, 5w, 16, 16)
        middle = _through(self.join_middle, middle, times)  # (N, 2w, 16, 16)
        fine = torch.cat([interpolate(middle, scale_factor=2), fine], 1)  # (N, 3w, 32, 32)
        return self.unfold(self.leave(self.join_fine(fine, times)))  # (N, 3, 64, 64)


def surroundings(pictures: torch.Tensor, masks: torch.Tensor) -> torch.Tensor:
    """What the net is shown of pictures (N, 3, 64, 64) in 0…1 besides the noise: (N, 4, 64, 64).

    masks  (N, 1, 64, 64), 1 where it is to paint, 0 where the picture stays. The picture in −1…1 with 0 in the hole,
           and the mask. Raises TypeError or ValueError for other kinds or shapes.
    """
    checked_batch(pictures, side=SIDE)
    checked_tensor(masks, "masks", (len(pictures), 1, SIDE, SIDE))
    return torch.cat([(2 * pictures - 1) * (1 - masks), masks], 1)


@torch.no_grad()
def repaint(
    model: RepaintNet,
    pictures: torch.Tensor,
    masks: torch.Tensor,
    noise: torch.Tensor,
    steps: int = STEPS,
    keep: bool = False,
) -> torch.Tensor:
    """Pictures (N, 3, 64, 64) in 0…1 with the inside of the masks (N, 1, 64, 64) painted anew; the rest untouched.

    noise  (N, 3, 64, 64), standard normal: all the chance there is. `steps`: equal ones, as in `flow.sample`.
    keep   True: every stage of the way, (steps + 1, N, 3, 64, 64), the noise first.
    Nothing of what the masks hide is looked at. Raises TypeError or ValueError for other kinds or shapes.
    """
    stages = sample(model, noise, steps, surroundings(pictures, masks), keep=True)
    painted = (stages if keep else stages[-1]).add(1).div(2).clamp(0, 1)
    return torch.lerp(pictures.expand_as(painted), painted, masks.expand_as(painted[..., :1, :, :]))


def _through(blocks: nn.ModuleList, features: torch.Tensor, times: torch.Tensor) -> torch.Tensor:
    for block in blocks:
        features = block(features, times)
    return features
