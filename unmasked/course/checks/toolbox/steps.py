"""Checking training steps by the state after, from the same state before."""

import copy
from collections.abc import Callable
from typing import Any

from unmasked.course.checks.toolbox.trial import Trial, refuse, same
from unmasked.course.checks.toolbox.values import close


def step_agrees(
    trial: Trial, build: Callable[[], tuple], arguments: tuple = (), steps: int = 2, tolerance: float = 1e-4
) -> None:
    """Refuse unless the attempt, a step, leaves the same state behind as the reference.

    `build()` gives the state (module, optimiser, … in the order in which the step takes them); attempt and reference
    each get a deep copy of it, then `arguments`. Compared are the modules' weights and what the step returns. More than
    one step finds a forgotten `zero_grad`. Build with SGD: Adam turns a rounding error in a tiny gradient into a full
    step, and would refuse right answers that add up in another order.
    """
    state = build()
    # One deep copy of the whole tuple, so that a copied optimiser holds the copied module's weights.
    mine, theirs = copy.deepcopy(state), copy.deepcopy(state)
    for number in range(1, steps + 1):
        # The state may change, the batch may not; so the copying is done here.
        given = copy.deepcopy(arguments)
        result = trial.run(lambda given=given: trial.attempt(*mine, *given))
        if not same(list(arguments), list(given)):
            refuse(
                "The step should change the weights only; it changed its batch in place. Work on a copy of the batch."
            )
        wanted = trial.reference(*theirs, *copy.deepcopy(arguments))
        where = f"after step {number}"
        for start, one, other in zip(state, mine, theirs, strict=True):
            if hasattr(other, "named_parameters"):
                _weights_agree(start, one, other, where, tolerance)
        close(result, wanted, f"what the step returns, {where},", tolerance)


def _weights_agree(start: Any, mine: Any, theirs: Any, where: str, tolerance: float) -> None:
    values, before = mine.state_dict(), start.state_dict()
    for name, wanted in theirs.state_dict().items():
        moved, should_move = not same(before[name], values[name]), not same(before[name], wanted)
        if should_move and not moved:
            refuse(f"The weights `{name}` should have moved {where}; they are as they were before training.")
        if moved and not should_move:
            refuse(f"The weights `{name}` should have stayed as they were {where}; they moved.")
        close(values[name], wanted, f"the weights `{name}` {where}", tolerance)
