"""Sixty-eight points from one crop: a heat map a point, and the middle of each.

Source: Sun and others, "Integral human pose regression", 2018 (the soft-argmax); Newell and others, "Stacked hourglass
networks for human pose estimation", 2016 (down to see the whole face, up again to say where).
"""

import torch
from torch import nn
from torch.nn.functional import interpolate

from unmasked.arguments import checked_batch, checked_whole

SIDE = 64  # pixels, of the crop that it looks at
CELL = 4  # pixels of the crop to a cell of a heat map, each way


class Landmarker(nn.Module):
    """Crops (N, 3, 64, 64) in 0…1 to landmarks (N, 68, 2), x and y in the crop's pixels. 0.3 million parameters.

    `width`: channels at 16 × 16; the others follow. Raises TypeError or ValueError for pictures of another kind or
    shape.
    """

    def __init__(self, width: int = 64):
        super().__init__()
        w = checked_whole(width, "width", 2, even=True)
        self.config = {"width": w}

        def block(into: int, out: int, stride: int = 1) -> nn.Sequential:
            return nn.Sequential(nn.Conv2d(into, out, 3, stride=stride, padding=1), nn.LeakyReLU(0.1))

        self.enter = nn.Sequential(  # (N, 3, 64, 64)
            nn.PixelUnshuffle(2),  # (N, 12, 32, 32)
            block(12, w // 2, stride=2),  # (N, w/2, 16, 16)
            block(w // 2, w),  # (N, w, 16, 16)
        )
        self.down = nn.Sequential(block(w, w, stride=2), block(w, w))  # (N, w, 8, 8)
        # At 4 × 4 a place sees all of the face: what is hidden or cut off is known from the rest.
        self.whole = nn.Sequential(
            block(w, 3 * w // 2, stride=2),  # (N, 1.5w, 4, 4)
            block(3 * w // 2, 3 * w // 2),
            nn.Conv2d(3 * w // 2, w, 1),  # (N, w, 4, 4)
        )
        self.up = nn.Sequential(block(w, w), nn.Conv2d(w, w, 1))  # (N, w, 8, 8)
        self.heat = nn.Sequential(block(w, w), nn.Conv2d(w, 68, 1))  # (N, 68, 16, 16)
        places = (torch.arange(SIDE // CELL) + 0.5) * CELL - 0.5
        self.register_buffer("places", places, persistent=False)  # of the cells' middles, in the crop's pixels

    def heat_maps(self, pictures: torch.Tensor) -> torch.Tensor:
        """Crops to the logits of where each landmark is: (N, 68, 16, 16)."""
        fine = self.enter(checked_batch(pictures, side=SIDE))  # (N, w, 16, 16)
        middle = self.down(fine)  # (N, w, 8, 8)
        middle = self.up(middle + interpolate(self.whole(middle), scale_factor=2))  # (N, w, 8, 8)
        return self.heat(fine + interpolate(middle, scale_factor=2))  # (N, 68, 16, 16)

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        """Crops to landmarks (N, 68, 2): the mean place under each heat map, so that it may lie between two cells."""
        heat = self.heat_maps(pictures).float()  # (N, 68, 16, 16)
        shares = heat.flatten(2).softmax(-1).view_as(heat)
        x, y = shares.sum(2) @ self.places, shares.sum(3) @ self.places  # (N, 68) each
        return torch.stack([x, y], -1)
