"""Reads a performance back from a picture: the instrument that tells whether a swap kept the expression.

It is trained once on TRUE pictures (unmasked/experiments/regressor.py) and then only used, on true pictures and on
swaps alike.
"""

import torch
from torch import nn

from unmasked.arguments import checked_batch, checked_tensor, checked_whole


class PerformanceRegressor(nn.Module):
    """Pictures (N, 3, 64, 64) in 0…1 to performances (N, 11), in the units of `toons.RANGES`. 0.4 million parameters.

    width    half the channels at 16×16; the others follow.
    outputs  numbers to read: the 11 of `toons.PARAMETERS`, in their order.
    Raises TypeError or ValueError for pictures of another kind or shape.
    """

    def __init__(self, width: int = 32, outputs: int = 11):
        super().__init__()
        w, outputs = checked_whole(width, "width", 1), checked_whole(outputs, "outputs", 1)
        self.config = {"width": w, "outputs": outputs}
        self.layers = nn.Sequential(  # (N, 3, 64, 64)
            # 2×2 pixels folded into channels, then stride 2: the first layer sees 6×6 pixels in each of 16×16 places.
            # No layer works at full size: on a CPU the places cost more than the channels.
            nn.PixelUnshuffle(2),  # (N, 12, 32, 32)
            nn.Conv2d(12, 3 * w // 2, 3, stride=2, padding=1),  # (N, 1.5w, 16, 16)
            nn.LeakyReLU(0.1),
            nn.Conv2d(3 * w // 2, 2 * w, 3, padding=1),  # (N, 2w, 16, 16)
            nn.LeakyReLU(0.1),
            nn.Conv2d(2 * w, 3 * w, 3, stride=2, padding=1),  # (N, 3w, 8, 8)
            nn.LeakyReLU(0.1),
            nn.Conv2d(3 * w, 3 * w, 3, padding=1),  # (N, 3w, 8, 8)
            nn.LeakyReLU(0.1),
            nn.Conv2d(3 * w, w, 1),  # (N, w, 8, 8): fewer channels first, or the dense layer would hold most weights
            nn.LeakyReLU(0.1),
            # Flattened, not averaged over the places: WHERE an eye or a mouth corner is, is the answer.
            nn.Flatten(),  # (N, 64w)
            nn.Linear(64 * w, 4 * w),  # (N, 4w)
            nn.LeakyReLU(0.1),
            nn.Linear(4 * w, outputs),  # (N, outputs), standardised
        )
        # Yaw spans 70 degrees and a jaw 1: without a common scale the loss would hear of the angles alone.
        self.register_buffer("mean", torch.zeros(outputs))
        self.register_buffer("std", torch.ones(outputs))

    def fit_scale(self, performances: torch.Tensor) -> None:
        """Takes mean and standard deviation from training performances (N, outputs); once, before training.

        Raises ValueError for another shape or a parameter that never changes.
        """
        checked_tensor(performances, "performances", ("N", len(self.mean)))
        std = performances.float().std(0)
        if not (std > 0).all():
            raise ValueError("performances: one parameter never changes, so there is nothing to learn about it")
        self.mean.copy_(performances.float().mean(0))
        self.std.copy_(std)

    def standardise(self, performances: torch.Tensor) -> torch.Tensor:
        """Performances (N, outputs) to mean 0 and standard deviation 1: what the loss compares."""
        return (performances - self.mean) / self.std

    def standardised(self, pictures: torch.Tensor) -> torch.Tensor:
        """Pictures to standardised performances (N, outputs)."""
        return self.layers(checked_batch(pictures))

    def maps(self, pictures: torch.Tensor) -> list[torch.Tensor]:
        """What its first and its fourth convolution say of pictures: (N, 1.5w, 16, 16), (N, 3w, 8, 8).

        A net that learned to read faces looks for what matters in them: `losses.perceptual` compares by these.
        """
        first = self.layers[:3](checked_batch(pictures))  # (N, 1.5w, 16, 16)
        return [first, self.layers[3:9](first)]  # (N, 3w, 8, 8)

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        """Pictures to performances (N, outputs), in their own units."""
        return self.standardised(pictures) * self.std + self.mean
