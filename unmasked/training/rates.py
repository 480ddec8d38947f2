"""Learning rates by step: a schedule that depends on the step's number alone, so that resuming needs no state."""

import math

import torch


def cosine(i: int, steps: int, rate: float, *, warmup: int = 0, floor: float = 0.0) -> float:
    """The learning rate at step i of a cosine schedule: `rate` at the top, down to floor · rate at the end.

    warmup: the first so many steps rise in a straight line. The rate depends on i alone, so resuming needs no state.
    Source: Loshchilov and Hutter, SGDR (2016), one period, no restarts.
    """
    if not 0 <= warmup < steps:
        raise ValueError(f"`warmup` is {warmup} of {steps} steps; wanted 0 or more, and fewer than `steps`")
    if i < warmup:
        return rate * (i + 1) / (warmup + 1)
    share = min(1.0, (i - warmup) / (steps - warmup))
    return rate * (floor + (1 - floor) * 0.5 * (1 + math.cos(math.pi * share)))


def set_rate(optimiser: torch.optim.Optimizer, rate: float) -> None:
    """Sets the learning rate of every parameter group."""
    for group in optimiser.param_groups:
        group["lr"] = rate
