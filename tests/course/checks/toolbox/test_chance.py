"""Checking random functions: their generator, and moments."""

import numpy as np
import pytest
import torch
from toolbox_trials import trial_of

from unmasked.course.checks import Refused, moments_agree, repeatable


def test_random_functions_draw_from_their_generator_alone():
    pictures = (torch.zeros(2, 3),)
    repeatable(trial_of(lambda p, generator: p + torch.rand(p.shape, generator=generator)), pictures)
    repeatable(trial_of(lambda p, generator: p + generator.random(p.shape)), (np.zeros((2, 3)),), numpy=True)
    with pytest.raises(Refused, match="global random state"):
        repeatable(trial_of(lambda p, generator: p + torch.rand(p.shape)), pictures)
    with pytest.raises(Refused, match="global random state"):
        repeatable(trial_of(lambda p, generator: p + np.random.rand(*p.shape)), (np.zeros((2, 3)),), numpy=True)
    with pytest.raises(Refused, match="Is the generator used"):
        repeatable(trial_of(lambda p, generator: p + 1), pictures)
    own = torch.Generator()
    with pytest.raises(Refused, match="two calls differed"):
        repeatable(trial_of(lambda p, generator: p + torch.rand(p.shape, generator=own)), pictures)


@pytest.mark.parametrize("seed", range(5))
def test_moments_tell_like_from_unlike(seed):
    numbers = np.random.default_rng(seed)
    wanted = numbers.normal(0, 0.1, (200, 50))
    moments_agree(numbers.normal(0, 0.1, (200, 50)), wanted)
    moments_agree(torch.from_numpy(numbers.normal(0, 0.1, (200, 50))), torch.from_numpy(wanted))
    for mean, spread, words in [(0.02, 0.1, "mean near"), (0, 0.12, "standard deviation near")]:
        with pytest.raises(Refused, match=words):
            moments_agree(numbers.normal(mean, spread, (200, 50)), wanted)
    with pytest.raises(Refused, match="shape"):
        moments_agree(wanted.T, wanted)
