"""Checking random functions: their generator, and moments."""

import numpy as np
import pytest
import torch
from toolbox_trials import trial_of

from unmasked.course.checks import Refused, each_its_own, independent, moments_agree, repeatable


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
    with pytest.raises(Refused, match="input `p`"):
        repeatable(trial_of(lambda p, generator: p.add_(torch.rand(p.shape, generator=generator))), pictures)
    repeatable(trial_of(lambda some, dice: some + torch.rand(some.shape, generator=dice)), pictures)
    own = torch.Generator()
    with pytest.raises(Refused, match="two calls differed"):
        repeatable(trial_of(lambda p, generator: p + torch.rand(p.shape, generator=own)), pictures)


def test_a_generator_must_move_on():
    def copied(values, generator):
        return values + torch.rand(values.shape, generator=torch.Generator().set_state(generator.get_state()))

    def afresh(values, generator):
        return values + torch.rand(values.shape, generator=torch.Generator().manual_seed(generator.initial_seed()))

    def numpy_afresh(values, generator):
        return values + np.random.default_rng(generator.bit_generator.seed_seq).random(values.shape)

    for attempt, numpy in ((copied, False), (afresh, False), (numpy_afresh, True)):
        with pytest.raises(Refused, match="two calls with one generator"):
            repeatable(trial_of(attempt), (np.zeros((2, 3)) if numpy else torch.zeros(2, 3),), numpy=numpy)


@pytest.mark.parametrize("seed", range(5))
def test_draws_that_go_together_are_noticed(seed):
    some, other = np.random.default_rng(seed).random((2, 1500))
    independent(some, torch.from_numpy(other), "together")
    for one in (some, -some, 0.5 * some + 0.5 * other):
        with pytest.raises(Refused, match="together"):
            independent(one, some, "together")
    noise = np.random.default_rng(seed).normal(size=(4, 3, 20, 20))
    each_its_own(noise, {0: "pictures", 1: "colours"})
    noise[3] = -noise[1]
    with pytest.raises(Refused, match="Two pictures got the same"):
        each_its_own(noise, {1: "colours", 0: "pictures"})


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
