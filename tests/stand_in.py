"""A swap model for tests that want no trained weights: it blurs, and tints by the decoder's name."""

import torch
from torch import nn


class StandIn(nn.Module):
    """encode(pictures, name) and decode(codes, name) of a swap; the code is the picture at a quarter of its size."""

    def __init__(self, names=("ada", "bo"), tint=0.15, separate=False):
        super().__init__()
        self.names = tuple(names)
        self.gain = nn.Parameter(torch.ones(len(self.names), 3))
        with torch.no_grad():
            for i in range(len(self.names)):
                self.gain[i] += tint * torch.tensor([(-1.0) ** i, 0.0, -((-1.0) ** i)])
        if separate:
            self.encoders = nn.ModuleDict({name: nn.Identity() for name in self.names})

    def encode(self, pictures, name):
        self.names.index(name)
        return nn.functional.avg_pool2d(pictures, 4).flatten(1)

    def decode(self, codes, name):
        small = codes.reshape(len(codes), 3, 16, 16) * self.gain[self.names.index(name)].reshape(1, 3, 1, 1)
        return nn.functional.interpolate(small, scale_factor=4.0, mode="bilinear").clamp(0, 1)


def run(steps=60, seed=0):
    """A training Run whose state holds a StandIn: it learns the tint away, quickly, and its loss falls."""
    from unmasked.training import Run

    model = StandIn(tint=0.4)
    optimiser = torch.optim.Adam(model.parameters(), lr=0.02)
    generator = torch.Generator().manual_seed(seed)

    def step(i):
        pictures = torch.rand(4, 3, 64, 64, generator=generator)
        blurred = nn.functional.interpolate(nn.functional.avg_pool2d(pictures, 4), scale_factor=4.0, mode="bilinear")
        loss = sum((model.decode(model.encode(pictures, n), n) - blurred).abs().mean() for n in model.names)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        return {"loss": loss}

    return Run(
        step, steps=steps, state={"model": model, "optimiser": optimiser}, generator=generator, say=lambda w: None
    )
