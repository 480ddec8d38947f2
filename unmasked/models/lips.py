"""From what is heard to where the lips are, and from there to a mouth's picture: two small networks.

Source: Suwajanakorn, Seitz and Kemelmacher-Shlizerman, "Synthesizing Obama: learning lip sync from audio", 2017: 28
features a hundredth of a second, one LSTM of 60 units, coefficients of 18 lip points, output delayed.
"""

from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from unmasked.arguments import checked_numbers, checked_tensor, checked_whole

PACE = 4  # rows of features a frame of film
PATCH = (56, 72)  # height and width of a mouth's picture


@dataclass(frozen=True)
class LipShapes:
    """Lip points as a few coefficients, by principal components: `mean` (36,), `basis` (K, 36) of unit length, and the
    share of the points' variance that they keep, `explained`."""

    mean: np.ndarray
    basis: np.ndarray
    explained: float

    @classmethod
    def fit(cls, lips: np.ndarray, count: int = 4) -> "LipShapes":
        """Those `count` directions along which the lips (N, 18, 2) move most. Raises TypeError or ValueError."""
        lips = checked_numbers(lips, "lips", ("N", 18, 2), least=2).reshape(-1, 36)
        count = checked_whole(count, "count", 1, min(36, len(lips)))
        mean = lips.mean(0)
        _, strengths, directions = np.linalg.svd(lips - mean, full_matrices=False)
        power = np.square(strengths)
        return cls(mean, directions[:count], float(power[:count].sum() / max(power.sum(), 1e-12)))

    def encode(self, lips: np.ndarray) -> np.ndarray:
        """Coefficients float64 (N, K) of lip points (N, 18, 2)."""
        return (checked_numbers(lips, "lips", ("N", 18, 2)).reshape(-1, 36) - self.mean) @ self.basis.T

    def decode(self, codes: np.ndarray) -> np.ndarray:
        """Lip points float64 (N, 18, 2) from coefficients (N, K)."""
        codes = checked_numbers(codes, "codes", ("N", len(self.basis)))
        return (self.mean + codes @ self.basis).reshape(-1, 18, 2)


class LipNet(nn.Module):
    """Features (N, T, features) to lip coefficients (N, T, outputs), each step from what was heard up to it.

    units    of the LSTM, 60 in the paper. Both sides are standardised inside, see `fit_scale`.
    """

    def __init__(self, features: int = 28, units: int = 60, outputs: int = 4):
        super().__init__()
        features, units = checked_whole(features, "features", 1), checked_whole(units, "units", 1)
        outputs = checked_whole(outputs, "outputs", 1)
        self.config = {"features": features, "units": units, "outputs": outputs}
        self.memory = nn.LSTM(features, units, batch_first=True)
        self.read = nn.Linear(units, outputs)
        for name, size in (("heard", features), ("said", outputs)):
            self.register_buffer(f"{name}_mean", torch.zeros(size))
            self.register_buffer(f"{name}_spread", torch.ones(size))

    def fit_scale(self, heard: torch.Tensor, codes: torch.Tensor) -> None:
        """Takes mean and spread from training data: features (T, features) and coefficients (T, outputs)."""
        for name, values in (("heard", heard), ("said", codes)):
            getattr(self, f"{name}_mean").copy_(values.mean(0))
            getattr(self, f"{name}_spread").copy_(values.std(0).clamp_min(1e-6))

    def forward(self, heard: torch.Tensor) -> torch.Tensor:
        """Raises TypeError or ValueError for another kind or shape."""
        checked_tensor(heard, "heard", ("N", "T", self.config["features"]))
        remembered, _ = self.memory((heard - self.heard_mean) / self.heard_spread)  # (N, T, units)
        return self.read(remembered) * self.said_spread + self.said_mean  # (N, T, outputs)


def delayed(targets: np.ndarray, delay: int) -> np.ndarray:
    """What to say at each step if everything is said `delay` steps late: the same shape (T, K), the first row repeated
    in front. So the network may hear `delay` steps of what comes before it answers."""
    targets = checked_numbers(targets, "targets", ("T", "K"), least=1)
    delay = checked_whole(delay, "delay")
    return targets[np.maximum(np.arange(len(targets)) - delay, 0)]


@torch.no_grad()
def follow(model: LipNet, heard: np.ndarray, delay: int) -> np.ndarray:
    """Lip coefficients float64 (T, K), one row a frame of film, of a network that answers `delay` steps late.

    `heard` float (4 T, features). The end is heard `delay` steps longer, as it was last, so that the last frame gets
    its answer.
    """
    heard = checked_numbers(heard, "heard", ("T", model.config["features"]), least=1)
    delay = checked_whole(delay, "delay")
    longer = np.concatenate([heard, heard[-1:].repeat(delay, 0)])
    codes = model(torch.from_numpy(longer).float()[None])[0, delay:]
    return codes[::PACE].double().numpy()


class MouthNet(nn.Module):
    """Lip coefficients (N, inputs) to a mouth's picture (N, 3, 56, 72) in 0…1: lesson 04's decoder, much smaller."""

    def __init__(self, inputs: int = 4, width: int = 12):
        super().__init__()
        inputs, w = checked_whole(inputs, "inputs", 1), checked_whole(width, "width", 1)
        self.config = {"inputs": inputs, "width": w}
        self.register_buffer("mean", torch.zeros(inputs))
        self.register_buffer("spread", torch.ones(inputs))
        self.layers = nn.Sequential(
            nn.Linear(inputs, 64),  # (N, 64)
            nn.LeakyReLU(0.1),
            nn.Linear(64, 2 * w * 7 * 9),
            nn.Unflatten(1, (2 * w, 7, 9)),  # (N, 2w, 7, 9)
            nn.LeakyReLU(0.1),
            nn.Conv2d(2 * w, 8 * w, 3, padding=1),
            nn.PixelShuffle(2),  # (N, 2w, 14, 18)
            nn.LeakyReLU(0.1),
            nn.Conv2d(2 * w, 4 * w, 3, padding=1),
            nn.PixelShuffle(2),  # (N, w, 28, 36)
            nn.LeakyReLU(0.1),
            nn.Conv2d(w, 12, 3, padding=1),
            nn.PixelShuffle(2),  # (N, 3, 56, 72)
            nn.Sigmoid(),
        )

    def fit_scale(self, codes: torch.Tensor) -> None:
        """Takes mean and spread of the coefficients (N, inputs) from training data."""
        self.mean.copy_(codes.mean(0))
        self.spread.copy_(codes.std(0).clamp_min(1e-6))

    def forward(self, codes: torch.Tensor) -> torch.Tensor:
        """Raises TypeError or ValueError for another kind or shape."""
        checked_tensor(codes, "codes", ("N", self.config["inputs"]))
        return self.layers((codes - self.mean) / self.spread)
