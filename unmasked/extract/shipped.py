"""The nets that extraction looks with: read from data/weights once, then kept."""

from functools import cache

from torch import nn

from unmasked.models import weights


@cache
def shipped(name: str) -> nn.Module:
    """The shipped net of that name, in eval mode. Raises `weights.WeightsError` as `weights.load`."""
    return weights.load(name)
