"""The autoencoder of lesson 02: a picture, squeezed into a few numbers and rebuilt from them by lesson 04's parts.

The average face is kept in the model. The encoder is shown how a picture differs from it, and the decoder draws such a
difference: training starts from the baseline instead of looking for it.
"""

import torch
from torch import nn

from unmasked.arguments import checked_batch, checked_whole
from unmasked.models.swap import SIDE, SPREAD, Upscale


class Encoder(nn.Sequential):
    """Differences from the average face (N, 3, 64, 64), in units of `SPREAD`, to codes (N, code_size)."""

    def __init__(self, code_size: int = 32, width: int = 24):
        w = width
        super().__init__(  # (N, 3, 64, 64)
            nn.PixelUnshuffle(4),  # (N, 48, 16, 16): 4×4 pixels folded into channels, 16 times fewer places to visit
            nn.Conv2d(48, w, 3, padding=1),  # (N, w, 16, 16)
            nn.LeakyReLU(0.1),  # not ReLU: a channel that falls below zero once must be able to come back
            nn.Conv2d(w, 2 * w, 3, stride=2, padding=1),  # (N, 2w, 8, 8)
            nn.LeakyReLU(0.1),
            nn.Conv2d(2 * w, 3 * w, 3, stride=2, padding=1),  # (N, 3w, 4, 4)
            nn.LeakyReLU(0.1),
            nn.Flatten(),  # (N, 48w)
            nn.Linear(48 * w, code_size),  # (N, code_size): no activation, a code may be any point
        )


class Decoder(nn.Sequential):
    """Codes (N, code_size) to differences from the average face (N, 3, 64, 64), in units of `SPREAD`."""

    def __init__(self, code_size: int = 32, width: int = 24):
        w = width
        super().__init__(  # (N, code_size)
            nn.Linear(code_size, 48 * w),  # (N, 48w)
            nn.Unflatten(1, (3 * w, 4, 4)),  # (N, 3w, 4, 4)
            nn.LeakyReLU(0.1),
            Upscale(3 * w, 2 * w),  # (N, 2w, 8, 8)
            Upscale(2 * w, w),  # (N, w, 16, 16)
            nn.Conv2d(w, 48, 3, padding=1),  # (N, 48, 16, 16)
            nn.PixelShuffle(4),  # (N, 3, 64, 64): the way back of the encoder's first line
        )


class Autoencoder(nn.Module):
    """Through a narrow place and back: `model.decode(model.encode(pictures))`. 0.3 million parameters.

    code_size  numbers that a picture must pass through, of 12,288 in the picture.
    width      channels at 16×16; the others follow.

    Call `store_average` before training. Raises TypeError or ValueError for pictures of another kind or shape.
    """

    def __init__(self, code_size: int = 32, width: int = 24):
        super().__init__()
        code_size, width = checked_whole(code_size, "code_size", 1), checked_whole(width, "width", 1)
        self.config = {"code_size": code_size, "width": width}
        self.encoder = Encoder(code_size, width)
        self.decoder = Decoder(code_size, width)
        self.register_buffer("average", torch.full((3, SIDE, SIDE), 0.5))

    def store_average(self, pictures: torch.Tensor) -> "Autoencoder":
        """Keeps the average of pictures (N, 3, 64, 64) in 0…1; returns the model."""
        self.average.copy_(checked_batch(pictures).mean(0))
        return self

    def encode(self, pictures: torch.Tensor) -> torch.Tensor:
        """Pictures (N, 3, 64, 64) in 0…1 to codes (N, code_size)."""
        return self.encoder((checked_batch(pictures) - self.average) / SPREAD)

    def decode(self, codes: torch.Tensor) -> torch.Tensor:
        """Codes (N, code_size) to pictures (N, 3, 64, 64), near 0…1."""
        return self.average + SPREAD * self.decoder(codes)

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        """Pictures, rebuilt."""
        return self.decode(self.encode(pictures))
