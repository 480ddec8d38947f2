"""Checking training steps by the state after, from the same state before."""

import copy
from collections.abc import Callable
from typing import Any

from unmasked.course.checks.toolbox.trial import Trial, refuse, same
from unmasked.course.checks.toolbox.values import agrees, close


def step_agrees(
    trial: Trial,
    build: Callable[[], tuple],
    arguments: tuple = (),
    steps: int = 2,
    tolerance: float = 1e-4,
    slips: dict[str, Callable] | None = None,
) -> None:
    """Refuse unless the attempt, a step, leaves the same state behind as the reference.

    `build()` gives the state (module, optimiser, … in the order in which the step takes them), the same at every call;
    attempt and reference each get one, then `arguments`. Compared are the modules' weights, how often the optimiser was
    asked for a step, and what the attempt returns. `slips`: the usual mistakes, words → a wrong step, told by the
    weights that it leaves. Build with old gradients lying about and an SGD with momentum: a forgotten `zero_grad` and
    weights moved by hand then show at once. Not with Adam: it turns a rounding error in a tiny gradient into a full
    step, and would refuse right answers that add up in another order.
    """
    # Built anew each time: a deep copy of a module would lose the old gradients.
    state, mine, theirs = build(), build(), build()
    asked, wanted_asked = _counted(mine), _counted(theirs)
    wrong = {words: build() for words in slips or {}}
    for number in range(1, steps + 1):
        # The state may change, the batch may not; so the copying is done here.
        given = copy.deepcopy(arguments)
        result = trial.run(lambda given=given: trial.attempt(*mine, *given))
        if not same(list(arguments), list(given)):
            refuse(
                "The step should change the weights only; it changed its batch in place. Work on a copy of the batch."
            )
        wanted = trial.reference(*theirs, *copy.deepcopy(arguments))
        where = f"after step {number}" if steps > 1 else "afterwards"
        if (often := len(asked)) != len(wanted_asked):
            refuse(
                f"The optimiser should be asked for {_times(len(wanted_asked))} here; it was asked for "
                f"{_times(often)}. Its `step` is what moves the weights."
            )
        got, right = _weights(mine), _weights(theirs)
        for words, slip in (slips or {}).items():
            slip(*wrong[words], *copy.deepcopy(arguments))
            if agrees(got, _weights(wrong[words]), tolerance) and not agrees(got, right, tolerance):
                refuse(words)
        for start, one, other in zip(state, mine, theirs, strict=True):
            if hasattr(other, "named_parameters"):
                _weights_agree(start, one, other, where, tolerance)
        close(result, wanted, f"what the step returns, {where},", tolerance)


def _counted(state: tuple) -> list[None]:
    """A list that grows by one with every step of an optimiser in `state`."""
    asked: list[None] = []
    for part in state:
        if hasattr(part, "register_step_post_hook"):
            part.register_step_post_hook(lambda *_: asked.append(None))
    return asked


def _times(count: int) -> str:
    return "one step" if count == 1 else f"{count} steps"


def _weights(state: tuple) -> list[Any]:
    return [
        value.clone()
        for part in state
        if hasattr(part, "state_dict") and hasattr(part, "parameters")
        for value in part.parameters()
    ]


def _weights_agree(start: Any, mine: Any, theirs: Any, where: str, tolerance: float) -> None:
    values, before = mine.state_dict(), start.state_dict()
    for name, wanted in theirs.state_dict().items():
        moved, should_move = not same(before[name], values[name]), not same(before[name], wanted)
        if should_move and not moved:
            refuse(f"The weights `{name}` should have moved {where}; they are as they were before training.")
        if moved and not should_move:
            refuse(f"The weights `{name}` should have stayed as they were {where}; they moved.")
        close(values[name], wanted, f"the weights `{name}` {where}", tolerance)
