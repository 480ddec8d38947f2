"""Flow matching on codes, small enough for a lesson: new faces of one character, and whether they're copies.

A picture of Ada is 12,288 numbers, her code in lesson 04's net 128. So a small network learns in seconds which codes
there are, and the net's own decoder draws what it makes up. Two questions then: do the samples, as a crowd, have the
means and spreads of true codes? And does each lie nearer to some training code than a true face that was held out
would? Then it was copied, not made up.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import torch

from unmasked import toons
from unmasked.arguments import checked_tensor, checked_whole
from unmasked.faces import draw_faces
from unmasked.models.flow import VelocityMLP, flow_loss, sample
from unmasked.models.swap import SwapNet
from unmasked.tensors import to_tensor
from unmasked.training import History, Muon, Run, cosine, set_rate

RATE = 0.05


@dataclass(frozen=True)
class Codes:
    """Codes of one character, standardised: `train` and `held_out`, float (N, C) and (M, C).

    `mean`, `spread`: (C,), of the training codes as the net made them.
    """

    train: torch.Tensor
    held_out: torch.Tensor
    mean: torch.Tensor
    spread: torch.Tensor

    def back(self, codes: torch.Tensor) -> torch.Tensor:
        """Standardised codes (N, C) as the net's decoder wants them: `model.decode(codes.back(samples), name)`."""
        return codes * self.spread + self.mean

    def few(self, count: int) -> Codes:
        """The same with only the first `count` training codes."""
        return replace(self, train=self.train[: checked_whole(count, "count", 1, len(self.train))])


@torch.inference_mode()
def codes_of(model: SwapNet, name: str = "ada", count: int = 800, held_out: int = 800, seed: int = 0) -> Codes:
    """The codes that `model` gives `count` pictures of a character to learn from, and `held_out` others."""
    acted = toons.sample_performances(np.random.default_rng([seed, 15]), count + held_out)
    # A part at a time: 2,400 pictures with their masks are 50 MB, and nobody needs them once they're encoded.
    drawn = (draw_faces(toons.character(name), some).pictures for some in np.array_split(acted, 8))
    codes = torch.cat([model.encode(to_tensor(pictures), name) for pictures in drawn])
    mean, spread = codes[:count].mean(0), codes[:count].std(0) + 1e-6
    codes = (codes - mean) / spread
    return Codes(codes[:count], codes[count:], mean, spread)


def codes_run(model: VelocityMLP, codes: torch.Tensor, steps: int, batch: int = 256, seed: int = 0, **options) -> Run:
    """A training of the net on codes (N, C) by flow matching; `options` go to `training.Run`."""
    checked_tensor(codes, "codes", ("N", model.config["code_size"]))
    optimiser = Muon(model.parameters(), RATE, adam_share=0.1)
    generator = torch.Generator().manual_seed(seed)

    def step(i: int) -> dict[str, torch.Tensor]:
        set_rate(optimiser, cosine(i, steps, RATE))
        x = codes[torch.randint(len(codes), (batch,), generator=generator)]
        noise, t = torch.randn(x.shape, generator=generator), torch.rand(batch, generator=generator)
        loss = flow_loss(model, x, noise, t)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        return {"loss": loss}

    return Run(step, steps=steps, state={"model": model, "optimiser": optimiser}, generator=generator, **options)


def train_codes(
    codes: Codes, steps: int = 700, batch: int = 256, width: int = 256, seed: int = 0, progress: bool = True
) -> tuple[VelocityMLP, History]:
    """A small net that has learned the training codes by flow matching, and the history of its training."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = VelocityMLP(codes.train.shape[1], width)
    history = codes_run(model, codes.train, steps, batch, seed, label="flow on codes").complete(progress=progress)
    return model.eval(), history


def new_codes(model: VelocityMLP, count: int, steps: int = 20, seed: int = 0) -> torch.Tensor:
    """`count` samples of a trained net, standardised as its codes were: (count, C)."""
    noise = torch.randn(count, model.config["code_size"], generator=torch.Generator().manual_seed(seed))
    return sample(model, noise, steps)


def moments(samples: torch.Tensor, known: torch.Tensor) -> dict[str, float]:
    """How far a crowd of codes (N, C) is from known ones (M, C): {"mean", "covariance"}, 0 for none at all.

    mean        the length of the difference of the means, over √C: in spreads of a code's number.
    covariance  the size of the difference of the covariances (Frobenius), as a share of the known ones'.
    Another crowd of true codes, as large, says what chance alone makes of it.
    """
    checked_tensor(samples, "samples", ("N", known.shape[1]))
    one, other = samples.T.cov(), known.T.cov()
    mean = (samples.mean(0) - known.mean(0)).square().mean().sqrt()
    return {"mean": float(mean), "covariance": float((one - other).norm() / other.norm())}


def nearest(samples: torch.Tensor, known: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """The distance of each sample (N, C) to the nearest of the known codes (M, C), and which that is: (N,), (N,)."""
    checked_tensor(samples, "samples", ("N", known.shape[1]))
    return torch.cdist(samples, known).min(1)


def copying(samples: torch.Tensor, codes: Codes) -> torch.Tensor:
    """For each sample (N, C) its distance to the nearest training code over that to the nearest held-out one: (N,).

    About 1: what was never shown lies as near as what was. Near 0: it's a copy. Of the held-out codes as many are
    looked at as there are training codes, for among more of them one lies nearer by chance alone. Raises ValueError
    where there are fewer.
    """
    if len(codes.held_out) < len(codes.train):
        raise ValueError(f"codes: wanted {len(codes.train)} held-out ones or more, got {len(codes.held_out)}")
    shown, _ = nearest(samples, codes.train)
    other, _ = nearest(samples, codes.held_out[: len(codes.train)])
    return shown / other.clamp_min(1e-6)
