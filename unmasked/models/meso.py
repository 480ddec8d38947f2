"""Meso4, the small detector of 2018: four convolutions, two dense layers, 27,977 numbers to learn.

Its plan is meant for faces of 256 pixels, which four poolings bring down to 8×8 places. Our crops have 64 pixels, so
the last pooling is left out; the dense layer sees the same 8×8×16 numbers, and the count stays what it was.
Source: Afchar and others, "MesoNet: a compact facial video forgery detection network", 2018.
"""

import torch
from torch import nn

from unmasked.arguments import checked_batch


class Meso4(nn.Module):
    """Pictures (N, 3, 64, 64) in 0…1 to logits (N,), the greater the more a picture looks forged. 27,977 parameters.

    A logit is the log of the odds; `torch.sigmoid` makes a probability of it. Raises TypeError or ValueError for
    pictures of another kind or shape.
    """

    def __init__(self, dropout: float = 0.5):
        super().__init__()
        if not 0 <= dropout < 1:
            raise ValueError(f"dropout: wanted 0 or more, below 1, got {dropout!r}")
        self.config = {"dropout": dropout}
        self.features = nn.Sequential(  # (N, 3, 64, 64)
            nn.Conv2d(3, 8, 3, padding=1),
            nn.ReLU(),
            nn.BatchNorm2d(8),
            nn.MaxPool2d(2),  # (N, 8, 32, 32)
            nn.Conv2d(8, 8, 5, padding=2),
            nn.ReLU(),
            nn.BatchNorm2d(8),
            nn.MaxPool2d(2),  # (N, 8, 16, 16)
            nn.Conv2d(8, 16, 5, padding=2),
            nn.ReLU(),
            nn.BatchNorm2d(16),
            nn.MaxPool2d(2),  # (N, 16, 8, 8); the original is at 32×32 here
            nn.Conv2d(16, 16, 5, padding=2),
            nn.ReLU(),
            nn.BatchNorm2d(16),  # (N, 16, 8, 8); the original pools 4×4 after it
        )
        self.head = nn.Sequential(
            nn.Flatten(),  # (N, 1024)
            nn.Dropout(dropout),
            nn.Linear(8 * 8 * 16, 16),
            nn.LeakyReLU(0.1),
            nn.Dropout(dropout),
            nn.Linear(16, 1),
        )

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        """Pictures to logits (N,)."""
        return self.head(self.features(checked_batch(pictures)))[:, 0]
