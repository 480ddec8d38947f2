"""The adversary of a training: a discriminator that learns to tell what is drawn from what is real, step by step.

The generator's step asks it how real its pictures look, and its own step follows on the same pictures.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import torch
from torch import nn

from unmasked import losses
from unmasked.arguments import checked_number
from unmasked.models.patch import PatchDiscriminator

WEIGHT = 0.03  # of the generator's loss, beside the picture loss
RATE = 1e-3
BETAS = (0.5, 0.95)  # the opponent moves on: a long memory of its gradients would fight the last one


class Adversary:
    """A discriminator, its optimiser, and what it saw in the step in hand.

    discriminator  pictures (N, 3, S, S) → verdicts; a PatchDiscriminator where None.
    weight         of what it says, in the generator's loss; `rate`: of its own Adam, which stays the same throughout.
    """

    def __init__(self, discriminator: nn.Module | None = None, *, weight: float = WEIGHT, rate: float = RATE):
        self.discriminator = PatchDiscriminator() if discriminator is None else discriminator
        self.discriminator.to(memory_format=torch.channels_last)
        self.weight = checked_number(weight, "weight", 0)
        rate = checked_number(rate, "rate", 0)
        self.optimiser = torch.optim.Adam(self.discriminator.parameters(), lr=rate, betas=BETAS)
        self._seen: list[tuple[torch.Tensor, torch.Tensor]] = []

    @property
    def state(self) -> dict[str, object]:
        """What a Run must keep of it."""
        return {"discriminator": self.discriminator, "discriminator's optimiser": self.optimiser}

    def beside(self, picture_loss: Callable[..., torch.Tensor]) -> Callable[..., torch.Tensor]:
        """The picture loss plus what the discriminator says of the rebuilt pictures; both are kept for `learn`."""

        def loss(rebuilt: torch.Tensor, target: torch.Tensor, **settings) -> torch.Tensor:
            self._seen.append((target, rebuilt.detach()))
            return picture_loss(rebuilt, target, **settings) + self.weight * self.verdict(rebuilt)

        return loss

    def verdict(self, rebuilt: torch.Tensor) -> torch.Tensor:
        """The generator's loss, 0-d; its gradient reaches the pictures and not the discriminator's weights."""
        with _held_still(self.discriminator):
            return losses.generator_loss(self.discriminator(rebuilt))

    def learn(self) -> dict[str, torch.Tensor]:
        """The discriminator's own step on what was rebuilt since the last one: its loss by name."""
        real, drawn = (torch.cat(pictures) for pictures in zip(*self._seen, strict=True))
        self._seen.clear()
        return {"discriminator": discriminator_step(self.discriminator, self.optimiser, real, drawn)}


def discriminator_step(
    discriminator: nn.Module, optimiser: torch.optim.Optimizer, real: torch.Tensor, drawn: torch.Tensor
) -> torch.Tensor:
    """One step: real pictures should be called 1, drawn ones 0; both (N, 3, S, S). Returns the loss before it, 0-d.

    No gradient reaches what drew the pictures.
    """
    loss = losses.discriminator_loss(discriminator(real), discriminator(drawn.detach()))
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()
    return loss.detach()


@contextmanager
def _held_still(module: nn.Module) -> Iterator[None]:
    wanted = [p.requires_grad for p in module.parameters()]
    module.requires_grad_(False)
    try:
        yield
    finally:
        for p, asked in zip(module.parameters(), wanted, strict=True):
            p.requires_grad_(asked)
