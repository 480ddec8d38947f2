"""Checking modules: shapes are `shape_is`'s job; here gradients, parameters and behaviour under the same weights."""

from collections.abc import Callable
from typing import Any

from unmasked.course.checks.trial import Open, Trial, holds_ellipsis, refuse
from unmasked.course.checks.values import close, describe


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
        shown = ", ".join(f"`{name}`" for name in missed[:4]) + (
            f" and {len(missed) - 4} more" if len(missed) > 4 else ""
        )
        refuse(
            f"The gradient should reach every parameter, and does not reach {shown}: "
            "is that part used on the way to the output?"
        )


def same_parameter_count(mine: Any, reference: Any, what: str = "your network") -> None:
    """Refuse unless both modules have as many parameters, counted as numbers."""
    is_module(mine)
    got, wanted = (sum(p.numel() for p in module.parameters()) for module in (mine, reference))
    if got != wanted:
        refuse(f"{what[:1].upper() + what[1:]} should have {wanted:,} parameters; it has {got:,}.")


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

    Matched by name where the names agree, else in the order in which they were made. `call(module, *inputs)` runs
    either. Both are put into evaluation mode.
    """
    import torch

    same_parameter_count(mine, reference)
    names, wanted_names = list(mine.state_dict()), list(reference.state_dict())
    values = mine.state_dict()
    by_name = set(names) == set(wanted_names)
    pairs = {wanted: values[wanted if by_name else name] for name, wanted in zip(names, wanted_names, strict=False)}
    state = reference.state_dict()
    if len(names) != len(wanted_names) or any(pairs[name].shape != state[name].shape for name in wanted_names):
        got = [tuple(value.shape) for value in values.values()]
        refuse(
            f"Your network's layers don't have the expected sizes, in the expected order; yours are, in order: {got}."
        )
    reference.load_state_dict({name: pairs[name].detach().clone() for name in wanted_names})
    mine.eval(), reference.eval()
    with torch.no_grad():
        close(trial.run(call, mine, *inputs), call(reference, *inputs), what, tolerance)


def is_module(module: Any) -> None:
    """Refuse unless it is a `torch.nn.Module`."""
    import torch

    if module is ...:
        raise Open
    if not isinstance(module, torch.nn.Module):
        refuse(f"A network (a `torch.nn.Module`) was expected; got {describe(module)}.")
