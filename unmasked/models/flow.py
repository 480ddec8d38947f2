"""Flow matching: a net that says which way noise must go to become what it was trained on.

Between a sample x (t = 0) and noise ε (t = 1) lies a straight line, x_t = (1 − t)·x + t·ε, and along it everything
moves with the velocity ε − x. A net that sees only x_t and t can't know which x and which ε were mixed, so it learns
the mean velocity of all that could have been. Followed backwards from noise in small steps, that leads to new samples.
Sources: Liu, Gong and Liu, "Flow straight and fast: learning to generate and transfer data with rectified flow", 2022;
Lipman and others, "Flow matching for generative modeling", 2022.
"""

import math
from collections.abc import Callable

import torch
from torch import nn

from unmasked.arguments import checked_number, checked_tensor, checked_whole

# x (N, …), t (N,) and, where there is a condition, that → velocities (N, …)
Velocity = Callable[..., torch.Tensor]


def noised(x: torch.Tensor, noise: torch.Tensor, t: torch.Tensor | float) -> tuple[torch.Tensor, torch.Tensor]:
    """The mixture (1 − t)·x + t·noise, and the velocity noise − x with which it moves; both of the shape of `x`.

    x, noise  (N, …), floating, of the same shape; `t`: one number in 0…1 for all, or (N,), one for each.
    Raises TypeError or ValueError for other shapes or a t outside 0…1.
    """
    checked_tensor(x, "x")
    if checked_tensor(noise, "noise").shape != x.shape:
        raise ValueError(f"noise: wanted the shape of x, {tuple(x.shape)}, got {tuple(noise.shape)}")
    t = _spread(t, x)
    return (1 - t) * x + t * noise, noise - x


def flow_loss(
    model: Velocity,
    x: torch.Tensor,
    noise: torch.Tensor,
    t: torch.Tensor | float,
    condition: torch.Tensor | None = None,
    weights: torch.Tensor | None = None,
) -> torch.Tensor:
    """The mean squared error of the model's velocities for `noised(x, noise, t)`.

    condition  what else the model is shown, as `model(x_t, t, condition)`; left out: `model(x_t, t)`.
    weights    how much each number counts, of a shape that spreads to that of `x`, such as masks (N, 1, H, W).
    """
    mixed, wanted = noised(x, noise, t)
    error = (_ask(model, mixed, t, condition) - wanted).square()
    if weights is None:
        return error.mean()
    return (weights * error).sum() / weights.expand_as(error).sum().clamp_min(1e-6)


def euler_step(
    model: Velocity, x: torch.Tensor, now: float, then: float, condition: torch.Tensor | None = None
) -> torch.Tensor:
    """`x` (N, …), mixed as at t = `now`, moved straight on to t = `then`: x + (then − now)·velocity.

    Towards noise or away from it; now and then in 0…1; the model is asked with t (N,). Raises ValueError for others.
    """
    now, then = checked_number(now, "now", 0, 1), checked_number(then, "then", 0, 1)
    return x + (then - now) * _ask(model, x, now, condition)


@torch.no_grad()
def sample(
    model: Velocity,
    noise: torch.Tensor,
    steps: int = 20,
    condition: torch.Tensor | None = None,
    keep: bool = False,
) -> torch.Tensor:
    """What the noise (N, …) becomes on its way from t = 1 to t = 0 in `steps` equal steps: (N, …).

    keep  True: every stage of the way, (steps + 1, N, …), the noise first.
    All chance lies in the noise. Raises TypeError or ValueError for noise that's no floating tensor or no steps.
    """
    x, steps = checked_tensor(noise, "noise"), checked_whole(steps, "steps", 1)
    stages = [x]
    for i in range(steps):
        x = euler_step(model, x, 1 - i / steps, 1 - (i + 1) / steps, condition)
        if keep:
            stages.append(x)
    return torch.stack(stages) if keep else x


class TimeEmbedding(nn.Module):
    """Times t (N,) in 0…1 to (N, size): sines and cosines of several paces, so that a net can tell near times apart.

    Source: Vaswani and others, "Attention is all you need", 2017, for places in a sentence.
    """

    def __init__(self, size: int = 32):
        super().__init__()
        size = checked_whole(size, "size", 2, even=True)
        paces = math.pi * 2 ** torch.linspace(-1, 6, size // 2)
        self.register_buffer("paces", paces, persistent=False)

    def forward(self, t: torch.Tensor) -> torch.Tensor:
        angles = t[:, None] * self.paces  # (N, size/2)
        return torch.cat([angles.sin(), angles.cos()], 1)  # (N, size)


class VelocityMLP(nn.Module):
    """Velocities (N, code_size) of noisy codes (N, code_size) at times t (N,): four layers, 0.2 million weights.

    The codes must have mean 0 and spread 1 or so, as the noise has. Raises TypeError or ValueError for other shapes.
    """

    def __init__(self, code_size: int = 128, width: int = 256, times: int = 32):
        super().__init__()
        code_size, w = checked_whole(code_size, "code_size", 1), checked_whole(width, "width", 1)
        self.config = {"code_size": code_size, "width": w, "times": times}
        self.embed = TimeEmbedding(times)
        self.layers = nn.Sequential(
            nn.Linear(code_size + times, w),  # (N, w)
            nn.SiLU(),
            nn.Linear(w, w),
            nn.SiLU(),
            nn.Linear(w, w),
            nn.SiLU(),
            nn.Linear(w, code_size),  # (N, code)
        )

    def forward(self, x: torch.Tensor, t: torch.Tensor | float) -> torch.Tensor:
        """Noisy codes (N, code_size) and times, (N,) or one for all, to velocities (N, code_size)."""
        checked_tensor(x, "x", ("N", self.config["code_size"]))
        return self.layers(torch.cat([x, self.embed(each_time(t, x))], 1))


def each_time(t: torch.Tensor | float, x: torch.Tensor) -> torch.Tensor:
    """Times as (N,), one for each of `x` (N, …); `t` is such a tensor already, or one number for all."""
    if not isinstance(t, torch.Tensor):
        t = torch.tensor(checked_number(t, "t", 0, 1))
    t = t.to(x)
    if t.ndim > 1 or (t.ndim == 1 and len(t) != len(x)):
        raise ValueError(f"t: wanted one number or shape ({len(x)},), got {tuple(t.shape)}")
    return t.expand(len(x))


def _spread(t: torch.Tensor | float, x: torch.Tensor) -> torch.Tensor:
    """Times as (N, 1, …), so that they multiply `x` (N, …)."""
    t = each_time(t, x)
    if len(t) and not (t.min() >= 0 and t.max() <= 1):
        raise ValueError(f"t: wanted 0…1, got {float(t.min()):g}…{float(t.max()):g}")
    return t.view(-1, *[1] * (x.ndim - 1))


def _ask(model: Velocity, x: torch.Tensor, t: torch.Tensor | float, condition: torch.Tensor | None) -> torch.Tensor:
    t = each_time(t, x)
    return model(x, t) if condition is None else model(x, t, condition)
