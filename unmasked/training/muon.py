"""Muon: momentum, then every matrix of the update made orthogonal, so that all its directions move equally far.

Adam sizes each weight's step by itself. Muon takes a layer's weights as the matrix that they are. A gradient's matrix
has a few strong directions and many weak ones, and the weak ones hold the rare details: made orthogonal, the update
moves along all of them by the same length. Here a net learns about as much from half the pictures.
Source: Jordan and others, "Muon: an optimizer for hidden layers in neural networks", 2024.
"""

from collections import defaultdict
from collections.abc import Iterable

import torch

# One Newton–Schulz step maps a singular value s to 3.4445·s − 4.7750·s³ + 2.0315·s⁵ (Jordan's numbers): it lifts small
# ones steeply and leaves those near 1 between 0.7 and 1.2, which is orthogonal enough.
LINEAR, CUBIC, QUINTIC = 3.4445, -4.7750, 2.0315


def orthogonalised(matrices: torch.Tensor, steps: int = 2) -> torch.Tensor:
    """Matrices (..., rows, columns) with their singular values brought towards 1, their directions kept.

    steps: of Newton–Schulz; five bring nearly every direction to its place, two bring the strong half, at less cost.
    """
    tall = matrices.shape[-2] > matrices.shape[-1]
    x = matrices.mT if tall else matrices  # the small side first: the products below are of its size
    x = x / (x.norm(dim=(-2, -1), keepdim=True) + 1e-7)  # no singular value above 1
    for _ in range(steps):
        gram = x @ x.mT
        x = torch.baddbmm(x, torch.baddbmm(gram, gram, gram, beta=CUBIC, alpha=QUINTIC), x, beta=LINEAR)
    return x.mT if tall else x


class Muon(torch.optim.Optimizer):
    """Muon for every parameter of two or more dimensions (a convolution's weights are a matrix: outputs × the rest).

    Biases and single numbers are no matrices: Adam moves them, and everything in `by_adam`, at `adam_share` · lr.

    parameters   of the net; a single object trains them all.
    lr           the length of a step: an orthogonal update of so much along each direction, times √(rows / columns)
                 for tall matrices.
    by_adam      further parameters that Adam is to move, such as those of a small head beside the net.
    momentum     how much of the last updates is kept, with Nesterov's look ahead.
    betas        Adam's two.
    dtype        in which matrices are made orthogonal: bfloat16 does, and is quicker where the chip has it.

    `torch.optim.Muon` takes matrices only, no convolutions, and works in bfloat16, which most laptops only imitate.
    """

    def __init__(
        self,
        parameters: Iterable[torch.nn.Parameter],
        lr: float = 0.04,
        *,
        by_adam: Iterable[torch.nn.Parameter] = (),
        momentum: float = 0.9,
        newton_schulz: int = 2,
        adam_share: float = 0.05,
        betas: tuple[float, float] = (0.9, 0.95),
        dtype: torch.dtype = torch.float32,
    ):
        for name, value in (("lr", lr), ("adam_share", adam_share)):
            if not value >= 0:
                raise ValueError(f"{name}: wanted 0 or more, got {value!r}")
        if not 0 <= momentum < 1:
            raise ValueError(f"momentum: wanted 0 or more and less than 1, got {momentum!r}")
        if isinstance(newton_schulz, bool) or not isinstance(newton_schulz, int) or newton_schulz < 1:
            raise ValueError(f"newton_schulz: wanted a whole number of steps, 1 or more, got {newton_schulz!r}")
        parameters = list(parameters)
        by_muon = {
            "params": [p for p in parameters if p.ndim >= 2],
            "momentum": momentum,
            "newton_schulz": newton_schulz,
        }
        rest = {
            "params": [*(p for p in parameters if p.ndim < 2), *by_adam],
            "adam_share": adam_share,
            "betas": tuple(betas),
        }
        self.dtype = dtype
        super().__init__([group for group in (by_muon, rest) if group["params"]], {"lr": lr})

    @torch.no_grad()
    def step(self, closure=None) -> None:
        """One step along the gradients; a parameter without a gradient stays."""
        for group in self.param_groups:
            seen = [p for p in group["params"] if p.grad is not None]
            (self._muon if "momentum" in group else self._adam)(seen, group)

    def _muon(self, parameters: list[torch.nn.Parameter], group: dict) -> None:
        alike = defaultdict(list)
        for p in parameters:
            alike[len(p), p[0].numel()].append(p)
        for (rows, columns), same_shape in alike.items():  # matrices of one shape are made orthogonal together
            ahead = []
            for p in same_shape:
                gradient = p.grad.reshape(rows, columns)
                momentum = self.state[p].setdefault("momentum", torch.zeros_like(gradient))
                momentum.lerp_(gradient, 1 - group["momentum"])
                ahead.append(torch.lerp(gradient, momentum, group["momentum"]))
            length = group["lr"] * max(1, rows / columns) ** 0.5
            updates = orthogonalised(torch.stack(ahead).to(self.dtype), group["newton_schulz"])
            for p, update in zip(same_shape, updates, strict=True):
                p.sub_(update.reshape(p.shape), alpha=length)

    def _adam(self, parameters: list[torch.nn.Parameter], group: dict) -> None:
        fast, slow = group["betas"]
        for p in parameters:
            state = self.state[p]
            state["steps"] = t = state.get("steps", 0) + 1
            mean = state.setdefault("mean", torch.zeros_like(p)).lerp_(p.grad, 1 - fast)
            square = state.setdefault("square", torch.zeros_like(p)).mul_(slow).addcmul_(p.grad, p.grad, value=1 - slow)
            spread = (square / (1 - slow**t)).sqrt_().add_(1e-8)
            p.addcdiv_(mean, spread, value=-group["lr"] * group["adam_share"] / (1 - fast**t))
