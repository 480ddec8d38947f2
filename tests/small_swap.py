"""A swap net small enough for a test, and pictures for it."""

import torch

from unmasked.models.swap import SIDE, SwapNet


def small(**options) -> SwapNet:
    torch.manual_seed(0)
    return SwapNet(("ada", "bo"), code_size=options.pop("code_size", 12), width=options.pop("width", 4), **options)


def pictures(count: int, generator: torch.Generator, middle: float = 0.5) -> torch.Tensor:
    return (middle + 0.2 * torch.randn(count, 3, SIDE, SIDE, generator=generator)).clamp(0, 1)


def with_averages(net: SwapNet, generator: torch.Generator) -> SwapNet:
    return net.store_averages({"ada": pictures(20, generator, 0.3), "bo": pictures(15, generator, 0.7)})
