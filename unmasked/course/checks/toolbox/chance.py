"""Checking random functions: a passed generator, and moments."""

import functools
from typing import Any

import numpy as np

from unmasked.course.checks.toolbox.trial import Trial, copied, refuse, same
from unmasked.course.checks.toolbox.values import shape_is
from unmasked.course.checks.toolbox.words import sentence


def repeatable(trial: Trial, arguments: tuple, numpy: bool = False) -> Any:
    """Refuse unless the attempt draws from the generator it is given, and from it alone; returns one result.

    The generator goes in as `generator=` (torch's, or NumPy's with `numpy`). The same seed must give the same result,
    another seed another one, and the global random state must stay untouched.
    """
    seed = trial.whole_number(2**31 - 1)

    def draw(seed: int) -> Any:
        # Made outside the call's copies: a generator is meant to be used up.
        generator = np.random.default_rng(seed) if numpy else trial.torch_generator(seed)
        return trial.run(functools.partial(trial.attempt, generator=generator), *arguments)

    before = _global_state(numpy)
    first, again, other = draw(seed), draw(seed), draw(seed + 1)
    if not same([before], [_global_state(numpy)]):
        refuse(
            "All chance should come from `generator`; the global random state was used. "
            "Hand `generator=generator` to whatever draws."
        )
    if not same([first], [again]):
        refuse("The same generator seed should give the same result; two calls differed.")
    if same([first], [other]):
        refuse("Another generator seed should give another result; it was the same. Is the generator used at all?")
    return first


def moments_agree(values: Any, expected: Any, what: str = "the random part", sigmas: float = 6.0) -> None:
    """Refuse unless two samples of equal shape have like mean and spread, within `sigmas` standard errors.

    Give many numbers (thousands): the more, the sharper the test.
    """
    shape_is(values, tuple(expected.shape), what)
    got, wanted = (
        np.asarray(copied(v).detach() if hasattr(v, "detach") else v, dtype=np.float64) for v in (values, expected)
    )
    spread, size = wanted.std(), wanted.size
    if abs(got.mean() - wanted.mean()) > sigmas * spread * np.sqrt(2 / size):
        refuse(f"{sentence(what)} should have a mean near {wanted.mean():.4g}; got {got.mean():.4g}.")
    # The standard error of a standard deviation, from the sample's own fourth moment: not every noise is normal.
    fourth = ((wanted - wanted.mean()) ** 4).mean()
    error = np.sqrt(max(fourth - spread**4, 0.0) / size) / (2 * spread) if spread > 0 else 0.0
    if abs(got.std() - spread) > sigmas * np.sqrt(2) * error + 1e-9:
        refuse(f"{sentence(what)} should have a standard deviation near {spread:.4g}; got {got.std():.4g}.")


def _global_state(numpy: bool) -> Any:
    if numpy:
        state = np.random.get_state(legacy=False)["state"]
        # Key and place in one array: a few draws move only the place.
        return np.append(state["key"], state["pos"])
    import torch

    return torch.get_rng_state()
