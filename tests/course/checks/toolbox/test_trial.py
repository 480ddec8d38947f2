"""Calls of an attempt: on copies, which it may not change."""

import numpy as np
import pytest
import torch
from toolbox_trials import trial_of
from torch import nn

from unmasked.course.checks import Refused, explaining
from unmasked.course.checks.toolbox.trial import Raised, copied, same


def test_an_attempt_gets_copies_and_may_not_change_them():
    def attempt(values, rows):
        rows.append(1)
        return values

    values, rows = np.ones(3), [1]
    with pytest.raises(Refused, match="input `rows`"):
        trial_of(attempt).call(values, rows)
    assert rows == [1], "the check's own input must stay as it was"
    assert trial_of(attempt).call(values, rows, may_change=True) is not values


@pytest.mark.parametrize("kind", [np.ones((2, 3)), torch.ones(2, 3), nn.Linear(2, 2)])
def test_changes_in_place_are_noticed(kind):
    def attempt(thing):
        with torch.no_grad():
            (thing.weight if isinstance(thing, nn.Module) else thing)[0] = 7

    with pytest.raises(Refused, match="changed in place"):
        trial_of(attempt).call(kind)


def test_a_batch_norm_that_runs_counts_as_unchanged():
    net = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4))
    trial_of(lambda net, pictures: net(pictures)).call(net, torch.rand(2, 3, 8, 6))


def test_copies_share_nothing():
    weights = torch.ones(2, requires_grad=True)
    middle = weights * 2
    generator = torch.Generator().manual_seed(5)
    got = copied({"a": (weights, [middle]), "g": generator})
    got["a"][0].data[0] = 9
    assert weights[0] == 1 and torch.equal(got["a"][1][0], middle) and got["a"][1][0].requires_grad
    assert torch.equal(torch.rand(3, generator=got["g"]), torch.rand(3, generator=generator))


def test_lists_that_are_rewritten_in_place_are_noticed():
    for change in (list.sort, list.reverse, lambda words: words.__setitem__(0, True)):
        with pytest.raises(Refused, match="input `words`"):
            trial_of(lambda words, change=change: change(words)).call(["real", "fake", "fake"])
    assert same([1.0, float("nan"), "a", None], [1.0, float("nan"), "a", None])
    assert not same([1], [True]) and not same([1, 2], (1, 2))


def test_an_error_of_the_attempt_is_put_in_words():
    def attempt(values):
        return values @ torch.ones(7, 2)

    with (
        pytest.raises(Refused, match="3 numbers meet 7"),
        explaining({r"\(\d+x(\d+) and (\d+)x\d+\)": "{0} numbers meet {1}"}),
    ):
        trial_of(attempt).call(torch.ones(2, 3))
    with pytest.raises(Raised), explaining({"something else": "never said"}):
        trial_of(attempt).call(torch.ones(2, 3))
