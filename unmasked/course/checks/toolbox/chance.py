"""Checking random functions: a passed generator, and moments."""

from typing import Any

import numpy as np

from unmasked.course.checks.toolbox.trial import Trial, refuse, same
from unmasked.course.checks.toolbox.values import _numbers, shape_is
from unmasked.course.checks.toolbox.words import sentence


def repeatable(trial: Trial, arguments: tuple, numpy: bool = False) -> Any:
    """Refuse unless the attempt draws from the generator it is given, and from it alone; returns one result.

    The generator (torch's, or NumPy's with `numpy`) goes in as the last argument. The same seed must give the same
    result, another seed another one, a second call with the same generator another one too, and the global random
    state must stay untouched. Give arguments for which two results hardly ever agree by chance.
    """
    trial.is_function()
    seed = trial.whole_number(2**31 - 1)

    def generator(seed: int) -> Any:
        return np.random.default_rng(seed) if numpy else trial.torch_generator(seed)

    def draw(source: Any) -> Any:
        # Not among the arguments that are copied: a generator is meant to be used up.
        def drawing(*given: Any) -> Any:
            return trial.attempt(*given, source)

        drawing.__wrapped__ = trial.attempt  # whose arguments' names a refusal says
        return trial.run(drawing, *arguments)

    before, source = _global_state(numpy), generator(seed)
    fresh = _state(source)
    first = draw(source)
    moved = not same(fresh, _state(source))
    second, again, other = draw(source), draw(generator(seed)), draw(generator(seed + 1))
    if not same([before], [_global_state(numpy)]):
        refuse(
            "All chance should come from `generator`; the global random state was used. "
            "Hand `generator=generator` to whatever draws."
            if not numpy
            else "All chance should come from `generator`; NumPy's global random state was used. "
            "Draw by the generator's own methods, such as `generator.random(…)`."
        )
    if not same([first], [again]):
        refuse("The same generator seed should give the same result; two calls differed.")
    if same([first], [other]):
        refuse("Another generator seed should give another result; it was the same. Is the generator used at all?")
    if same([first], [second]) or not moved:
        refuse(
            "The generator should move on: two calls with one generator should draw different numbers. Draw from the "
            "generator itself, not from a copy and not from a new one of the same seed."
        )
    return first


def independent(some: Any, others: Any, words: str, sigmas: float = 6.0) -> None:
    """Refuse with `words` if two samples of equal size go together: a correlation beyond `sigmas` standard errors."""
    one, other = (_numbers(values, "the random part").ravel() for values in (some, others))
    one, other = one - one.mean(), other - other.mean()
    size = np.sqrt((one**2).sum() * (other**2).sum())
    if size > 0 and abs((one * other).sum() / size) > sigmas / np.sqrt(one.size):
        refuse(words)


def each_its_own(values: Any, axes: dict[int, str], what: str = "random number") -> None:
    """Refuse unless slices of a sample along these axes (axis → "pictures", …) are independent of each other.

    For the first slices and every two of them: equal draws, mirrored ones and repeated ones are noticed.
    """
    sample = _numbers(values, what)
    for axis, apart in axes.items():
        slices = np.moveaxis(sample, axis, 0)[:8].reshape(min(8, sample.shape[axis]), -1)
        for i in range(len(slices)):
            for j in range(i):
                independent(
                    slices[i],
                    slices[j],
                    f"Two {apart} got the same {what}s, or ones that go together. Each wants draws of its own.",
                )


def moments_agree(values: Any, expected: Any, what: str = "the random part", sigmas: float = 6.0) -> None:
    """Refuse unless two samples of equal shape have like mean and spread, within `sigmas` standard errors.

    Give many numbers (thousands): the more, the sharper the test.
    """
    shape_is(values, tuple(expected.shape), what)
    got, wanted = _numbers(values, what), _numbers(expected, what)
    spread, size = wanted.std(), wanted.size
    if abs(got.mean() - wanted.mean()) > sigmas * spread * np.sqrt(2 / size):
        refuse(f"{sentence(what)} should have a mean near {wanted.mean():.2g}; got {got.mean():.4g}.")
    # The standard error of a standard deviation, from the sample's own fourth moment: not every noise is normal.
    fourth = ((wanted - wanted.mean()) ** 4).mean()
    error = np.sqrt(max(fourth - spread**4, 0.0) / size) / (2 * spread) if spread > 0 else 0.0
    if abs(got.std() - spread) > sigmas * np.sqrt(2) * error + 1e-9:
        refuse(f"{sentence(what)} should have a standard deviation near {spread:.2g}; got {got.std():.4g}.")


def _state(generator: Any) -> Any:
    return generator.get_state() if hasattr(generator, "get_state") else repr(generator.bit_generator.state)


def _global_state(numpy: bool) -> Any:
    if numpy:
        state = np.random.get_state(legacy=False)["state"]
        # Key and place in one array: a few draws move only the place.
        return np.append(state["key"], state["pos"])
    import torch

    return torch.get_rng_state()
