"""Which pixels of an aligned crop are the face, and which are hair, a wall or a hand in front of it.

Source: Ronneberger and others, "U-Net: convolutional networks for biomedical image segmentation", 2015; the use is
that of DeepFaceLab's XSeg, which leaves out what passes in front of a face.
"""

import torch
from torch import nn
from torch.nn.functional import interpolate

from unmasked.arguments import checked_batch, checked_whole

SIDE = 64  # pixels, of the crop that it looks at


class Segmenter(nn.Module):
    """Aligned crops (N, 3, 64, 64) in 0…1 to logits of the face mask (N, 1, 64, 64). 0.1 million parameters.

    `width`: channels at 32 × 32; the others follow. Raises TypeError or ValueError for pictures of another kind or
    shape.
    """

    def __init__(self, width: int = 16):
        super().__init__()
        w = checked_whole(width, "width", 1)
        self.config = {"width": w}

        def block(into: int, out: int, stride: int = 1) -> nn.Sequential:
            return nn.Sequential(nn.Conv2d(into, out, 3, stride=stride, padding=1), nn.LeakyReLU(0.1))

        self.enter = nn.Sequential(nn.PixelUnshuffle(2), block(12, w))  # (N, w, 32, 32)
        self.down = nn.Sequential(block(w, 2 * w, stride=2), block(2 * w, 2 * w))  # (N, 2w, 16, 16)
        self.lower = nn.Sequential(block(2 * w, 4 * w, stride=2), block(4 * w, 4 * w))  # (N, 4w, 8, 8)
        # A hand is a hand by what is around it: at 4 × 4 a place sees all of the crop.
        self.whole = nn.Sequential(block(4 * w, 4 * w, stride=2), nn.Conv2d(4 * w, 4 * w, 1))  # (N, 4w, 4, 4)
        self.up = nn.Sequential(block(4 * w, 4 * w), nn.Conv2d(4 * w, 2 * w, 1))  # (N, 2w, 8, 8)
        self.upper = nn.Sequential(block(2 * w, 2 * w), nn.Conv2d(2 * w, w, 1))  # (N, w, 16, 16)
        # Four numbers for four pixels: no layer works at full size, where a CPU would spend most of its time.
        self.draw = nn.Sequential(block(w, w), nn.Conv2d(w, 4, 3, padding=1), nn.PixelShuffle(2))  # (N, 1, 64, 64)

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        """Aligned crops to logits of the face mask, (N, 1, 64, 64)."""
        first = self.enter(checked_batch(pictures, side=SIDE))  # (N, w, 32, 32)
        second = self.down(first)  # (N, 2w, 16, 16)
        third = self.lower(second)  # (N, 4w, 8, 8)
        third = self.up(third + interpolate(self.whole(third), scale_factor=2))  # (N, 2w, 8, 8)
        second = self.upper(second + interpolate(third, scale_factor=2))  # (N, w, 16, 16)
        return self.draw(first + interpolate(second, scale_factor=2))  # (N, 1, 64, 64)
