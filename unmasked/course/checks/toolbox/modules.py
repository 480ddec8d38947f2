"""Checking modules: gradients, parameters and behaviour under the same weights. Shapes are `shape_is`'s job."""

import copy
import itertools
import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from unmasked.course.checks.toolbox.trial import Open, Refused, Trial, holds_ellipsis, refuse
from unmasked.course.checks.toolbox.values import agrees, close, shape_is
from unmasked.course.checks.toolbox.words import describe, listed, sentence

_ORDERS = 720  # as many ways are tried to match parts that can't be told apart


def is_module(module: Any, what: str = "the network") -> None:
    """Refuse unless it is a `torch.nn.Module`."""
    import torch

    if module is ...:
        raise Open
    if not isinstance(module, torch.nn.Module):
        refuse(f"{sentence(what)} should be a `torch.nn.Module`; got {describe(module)}.")


def reached(module: Any, output: Any) -> dict[str, bool]:
    """Parameter's name → whether a gradient from `output` (a tensor, or several) arrives at it.

    Refuses a frozen parameter, no module and no tensor; a gradient of zero everywhere counts as not reached, so give
    random inputs.
    """
    import torch

    is_module(module)
    if holds_ellipsis(output):
        raise Open
    outputs = [output] if isinstance(output, torch.Tensor) else output
    if not isinstance(outputs, (list, tuple)) or not all(isinstance(one, torch.Tensor) for one in outputs):
        refuse(f"The network's output should be a tensor; got {describe(output)}.")
    parameters = dict(module.named_parameters())
    frozen = [name for name, parameter in parameters.items() if not parameter.requires_grad]
    if frozen:
        refuse(f"{_some(frozen)} can't learn: `requires_grad` is False there, so training leaves it as it is.")
    if not any(one.requires_grad for one in outputs):
        refuse(
            "No gradient can flow: the output is cut off from the parameters "
            "(a `detach`, a `no_grad`, or a way through NumPy?)."
        )
    # Random weights on the outputs: a plain sum has a zero gradient behind a softmax.
    generator = torch.Generator().manual_seed(0)
    total = sum((one * torch.rand(one.shape, generator=generator)).sum() for one in outputs if one.requires_grad)
    gradients = torch.autograd.grad(total, list(parameters.values()), allow_unused=True, retain_graph=True)
    return {name: g is not None and bool((g != 0).any()) for name, g in zip(parameters, gradients, strict=True)}


def gradients_reach(module: Any, output: Any, among: Callable[[str], bool] = lambda name: True) -> None:
    """Refuse unless a gradient from `output` (a tensor, or several) arrives at every parameter of `module`.

    `among(name)` chooses the parameters that are looked at. A parameter whose gradient is zero everywhere counts as not
    reached, so give random inputs.
    """
    missed = [name for name, there in reached(module, output).items() if among(name) and not there]
    if missed:
        refuse(
            f"The gradient should reach every parameter, and does not reach {_some(missed)}: "
            "is that part used on the way to the output?"
        )


def same_parameter_count(mine: Any, reference: Any, what: str = "your network") -> None:
    """Refuse unless both modules have as many parameters, counted as numbers."""
    is_module(mine)
    got, wanted = (sum(p.numel() for p in module.parameters()) for module in (mine, reference))
    if got != wanted:
        odd = _odd_sizes(mine.parameters(), reference.parameters())
        hint = f" Weights of the size {odd} were not expected." if odd else ""
        hint = " A plain list hides its layers: put them into an `nn.Sequential`." if got == 0 else hint
        refuse(f"{sentence(what)} should have {wanted:,} parameters; it has {got:,}.{hint}")


def behaves_like(
    trial: Trial,
    mine: Any,
    reference: Any,
    calls: dict[str, Callable[[Any], Any]],
    slips: dict[str, Callable[[Any], Any]] | None = None,
    tolerance: float = 1e-4,
) -> None:
    """Refuse unless both modules give the same in every call once the attempt's weights are copied into the reference.

    `calls`: what comes out, in words → a function of a module that gives it. Give batches of one and of several, and
    larger values than usual. Tried in evaluation and in training mode. A weight's partner is found by its role: its
    shape and which calls its gradient comes from; neither names nor order count, and buffers are nobody's business.
    `slips`: the usual mistakes, words → a function that makes a mistaken module of the reference. The attempt is called
    where it is, never copied; the reference keeps the copied weights.
    """
    import torch

    is_module(mine)
    mine.eval(), reference.eval()
    outputs = {what: trial.run(lambda call=call: call(mine)) for what, call in calls.items()}
    expected = {what: call(reference) for what, call in calls.items()}
    for what, values in outputs.items():
        shape_is(values, tuple(expected[what].shape), what)
    same_parameter_count(mine, reference)
    mine_roles, roles = (_roles(module, got) for module, got in ((mine, outputs), (reference, expected)))
    targets, weights = dict(reference.named_parameters()), dict(mine.named_parameters())
    for what, call in calls.items():
        _no_chance(trial, mine, call, outputs[what], what, tolerance)
    refusal = ""
    for way in _matchings(mine_roles, roles):
        with torch.no_grad():
            for name, partner in way.items():
                targets[name].copy_(weights[partner].reshape(targets[name].shape))
        wrong = _differences(outputs, {what: call(reference) for what, call in calls.items()}, tolerance)
        if not wrong:
            return
        refusal = refusal or wrong
    if not refusal:
        refuse(_unmatched(weights.values(), targets.values(), list(calls)))
    for words, mistaken in (slips or {}).items():
        net = mistaken(copy.deepcopy(reference))
        if all(agrees(outputs[what], call(net), tolerance) for what, call in calls.items()):
            refuse(words)
    refuse(refusal)


def _differences(outputs: dict[str, Any], expected: dict[str, Any], tolerance: float) -> str:
    """What is wrong with these outputs, in words; nothing where all agree."""
    wrong, right = "", []
    for what, values in outputs.items():
        try:
            close(values, expected[what], what, tolerance)
            right.append(what)
        except Refused as refusal:
            wrong = wrong or str(refusal)
    return f"{wrong} As it should be: {', '.join(right)}." if wrong and right else wrong


def _unmatched(mine: Iterable[Any], wanted: Iterable[Any], calls: list[str]) -> str:
    if odd := _odd_sizes(mine, wanted):
        return f"The number of parameters is right, but no weights of the size {odd} were expected."
    return f"The layers are right, but other ones of them than expected were used for {', '.join(calls)}."


def _odd_sizes(mine: Iterable[Any], wanted: Iterable[Any]) -> str:
    """The sizes among `mine` that are not among `wanted`, in words."""
    sizes = [Counter(tuple(side for side in one.shape if side != 1) for one in some) for some in (mine, wanted)]
    odd = [" × ".join(map(str, size)) or "1" for size in (sizes[0] - sizes[1]).elements()]
    return ", ".join(odd[:3]) + (" and others" if len(odd) > 3 else "")


def _no_chance(trial: Trial, mine: Any, call: Callable, before: Any, what: str, tolerance: float) -> None:
    again = trial.run(lambda: call(mine))
    mine.train()
    training = trial.run(lambda: call(mine))
    mine.eval()
    if not agrees(again, before, tolerance):
        refuse(f"Two runs on the same input gave different results for {what}: is there noise or dropout in it?")
    if not agrees(training, before, tolerance):
        refuse(
            f"In training and in evaluation mode different numbers come out for {what}. Dropout and batch "
            "normalisation do that, and this network has neither."
        )


def each_alone(trial: Trial, run: Callable[[Any], Any], inputs: Any, what: str) -> None:
    """Refuse unless `run` gives the first of several `inputs` the same alone as in company, within rounding."""
    together, again, alone = trial.run(run, inputs), trial.run(run, inputs), trial.run(run, inputs[:1])
    if not agrees(together, again):
        refuse(f"Two runs on the same input gave different results for {what}: is there noise or dropout in it?")
    if tuple(alone.shape) == (1, *together.shape[1:]) and not agrees(alone[0], together[0], 1e-3):
        refuse(f"{sentence(what)} depends on the others in its batch. Each should be as it is alone.")


def _roles(module: Any, outputs: dict[str, Any]) -> dict[tuple, list[str]]:
    """Role → the parameters that have it: shape without its ones, and which calls reach it."""
    arrived = [reached(module, output) for output in outputs.values()]
    roles: dict[tuple, list[str]] = {}
    for name, parameter in module.named_parameters():
        shape = tuple(side for side in parameter.shape if side != 1)
        roles.setdefault((shape, *(one[name] for one in arrived)), []).append(name)
    return roles


def _matchings(mine: dict[tuple, list[str]], roles: dict[tuple, list[str]]) -> Iterator[dict[str, str]]:
    """The ways to give every parameter of the reference one of the attempt's: name → name."""
    if {role: len(names) for role, names in mine.items()} != {role: len(names) for role, names in roles.items()}:
        return
    orders = (itertools.permutations(mine[role]) for role in roles)
    if math.prod(math.factorial(len(names)) for names in mine.values()) > _ORDERS:
        orders = ([tuple(mine[role])] for role in roles)
    for chosen in itertools.product(*orders):
        yield {
            name: own
            for role, own_names in zip(roles, chosen, strict=True)
            for name, own in zip(roles[role], own_names, strict=True)
        }


def _some(names: list[str]) -> str:
    return listed(names[:4]) + (f" and {len(names) - 4} more" if len(names) > 4 else "")
