"""A training of a second with everything that can go wrong in it: Adam, a scheduler, both kinds of random."""

import numpy as np
import torch
from torch import nn


class Job:
    """A tiny net that fits noise from its generators."""

    def __init__(self, seed=3):
        torch.manual_seed(seed)
        self.net = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.Tanh(), nn.Flatten(), nn.Linear(144, 1))
        self.net = self.net.to(memory_format=torch.channels_last)
        self.adam = torch.optim.Adam(self.net.parameters(), lr=1e-2)
        self.rates = torch.optim.lr_scheduler.CosineAnnealingLR(self.adam, 40)
        self.torch = torch.Generator().manual_seed(seed)
        self.numpy = np.random.default_rng(seed)

    def step(self, i):
        pictures = torch.rand(5, 3, 8, 8, generator=self.torch) + float(self.numpy.normal())
        loss = (self.net(pictures) - 1).square().mean()
        self.adam.zero_grad()
        loss.backward()
        self.adam.step()
        self.rates.step()
        return {"loss": loss}

    @property
    def kwargs(self):
        state = {"net": self.net, "adam": self.adam, "rates": self.rates}
        return {"state": state, "generator": [self.torch, self.numpy], "progress": False}

    def everything(self):
        adam = [t for slot in self.adam.state_dict()["state"].values() for t in slot.values()]
        return [*self.net.state_dict().values(), *adam, self.torch.get_state()], self.numpy.bit_generator.state

    def same_as(self, other):
        (tensors, random), (others, other_random) = self.everything(), other.everything()
        return len(tensors) == len(others) and all(map(torch.equal, tensors, others)) and random == other_random


def spoiled(net):
    """A step that puts NaN into the weights at step 4 while its loss stays finite."""

    def step(i):
        if i == 4:
            with torch.no_grad():
                next(net.parameters()).fill_(float("nan"))
        return {"loss": 1.0}

    return step
