"""Checking modules: shapes are `shape_is`'s job; here gradients, parameters and behaviour under the same weights."""

import itertools
from collections.abc import Callable, Iterator
from typing import Any

from unmasked.course.checks.toolbox.trial import Open, Refused, Trial, holds_ellipsis, refuse
from unmasked.course.checks.toolbox.values import close
from unmasked.course.checks.toolbox.words import describe, listed, sentence


def gradients_reach(module: Any, output: Any, among: Callable[[str], bool] = lambda name: True) -> None:
    """Refuse unless a gradient from `output` (a tensor, or several) arrives at every parameter of `module`.

    `among(name)` chooses the parameters that are looked at. A parameter whose gradient is zero everywhere counts as not
    reached, so give random inputs.
    """
    import torch

    is_module(module)
    if holds_ellipsis(output):
        raise Open
    outputs = [output] if isinstance(output, torch.Tensor) else list(output)
    if not all(isinstance(one, torch.Tensor) for one in outputs):
        refuse(f"The network's output should be a tensor; got {describe(output)}.")
    if not any(one.requires_grad for one in outputs):
        refuse(
            "No gradient can flow: the output is cut off from the parameters "
            "(a `detach`, a `no_grad`, or a way through NumPy?)."
        )
    parameters = {name: p for name, p in module.named_parameters() if p.requires_grad and among(name)}
    # Random weights on the outputs: a plain sum has a zero gradient behind a softmax.
    generator = torch.Generator().manual_seed(0)
    total = sum((one * torch.rand(one.shape, generator=generator)).sum() for one in outputs if one.requires_grad)
    gradients = torch.autograd.grad(total, list(parameters.values()), allow_unused=True, retain_graph=True)
    missed = [name for name, g in zip(parameters, gradients, strict=True) if g is None or not bool((g != 0).any())]
    if missed:
        shown = listed(missed[:4]) + (f" and {len(missed) - 4} more" if len(missed) > 4 else "")
        refuse(
            f"The gradient should reach every parameter, and does not reach {shown}: "
            "is that part used on the way to the output?"
        )


def same_parameter_count(mine: Any, reference: Any, what: str = "your network") -> None:
    """Refuse unless both modules have as many parameters, counted as numbers."""
    is_module(mine)
    got, wanted = (sum(p.numel() for p in module.parameters()) for module in (mine, reference))
    if got != wanted:
        hidden = " A plain list hides its layers: put them into an `nn.Sequential`." if got == 0 else ""
        refuse(f"{sentence(what)} should have {wanted:,} parameters; it has {got:,}.{hidden}")


def copied_weights_agree(
    trial: Trial,
    mine: Any,
    reference: Any,
    inputs: tuple,
    what: str = "the output",
    call: Callable = lambda module, *inputs: module(*inputs),
    tolerance: float = 1e-4,
) -> None:
    """Refuse unless both modules give the same output once the attempt's weights are copied into the reference.

    Matched by name where the names agree, else in the order in which they were made; parts of like shape (two decoders)
    may stand in any order. `call(module, *inputs)` runs either. Both are put into evaluation mode, and the reference
    keeps the copied weights.
    """
    import torch

    same_parameter_count(mine, reference)
    ways = list(_matchings(mine, reference))
    if not ways:
        got = [tuple(value.shape) for value in mine.state_dict().values()]
        refuse(
            f"Your network's layers don't have the expected sizes, in the expected order; yours are, in order: {got}."
        )
    mine.eval(), reference.eval()
    output = trial.run(call, mine, *inputs)
    refusals = []
    for weights in ways:
        reference.load_state_dict({name: value.detach().clone() for name, value in weights.items()})
        with torch.no_grad():
            expected = call(reference, *inputs)
        try:
            return close(output, expected, what, tolerance)
        except Refused as refusal:
            refusals.append(refusal)
    raise refusals[0]


def _matchings(mine: Any, reference: Any) -> Iterator[dict]:
    """The ways to fill the reference's weights with the attempt's: name → tensor, every shape as it should be."""
    values, wanted = mine.state_dict(), reference.state_dict()
    if set(values) == set(wanted):
        ways = iter([values])
    else:
        parts = _parts(mine, values)
        # Six parts are 720 orders, and no exercise has more.
        orders = itertools.permutations(parts) if len(parts) <= 6 else [parts]
        ways = (dict(zip(wanted, [values[name] for part in order for name in part], strict=False)) for order in orders)
    for way in ways:
        if len(way) == len(values) == len(wanted) and all(way[name].shape == wanted[name].shape for name in wanted):
            yield way


def _parts(module: Any, values: dict) -> list[list[str]]:
    """The names of a module's weights, a list a part: its children, and each entry of a ModuleDict or ModuleList."""
    from torch import nn

    inside = [name for name, child in module.named_children() if isinstance(child, (nn.ModuleDict, nn.ModuleList))]
    parts: dict[str, list[str]] = {}
    for name in values:
        first, _, rest = name.partition(".")
        parts.setdefault(f"{first}.{rest.partition('.')[0]}" if first in inside else first, []).append(name)
    return list(parts.values())


def is_module(module: Any, what: str = "the network") -> None:
    """Refuse unless it is a `torch.nn.Module`."""
    import torch

    if module is ...:
        raise Open
    if not isinstance(module, torch.nn.Module):
        refuse(f"{sentence(what)} should be a `torch.nn.Module`; got {describe(module)}.")
