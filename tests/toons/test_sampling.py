"""Strangers: many, unlike each other, and the same on every machine."""

from itertools import combinations

import numpy as np
import pytest

from unmasked import toons
from unmasked.toons import Performance
from unmasked.toons.identity import Identity

STRANGERS = [toons.sample_identity(seed) for seed in range(300)]


def test_strangers_are_many_and_the_same_everywhere():
    assert toons.sample_identity(5) == toons.sample_identity(5)
    assert len(set(STRANGERS)) == len(STRANGERS)
    assert len({one.hair_style for one in STRANGERS}) >= 10
    # Pinned, so that a change of the sampling is noticed: clean splits and weights rest on it.
    first = toons.sample_identity(0)
    assert isinstance(first, Identity) and (first.hair_style, first.glasses, first.freckles) == PINNED


PINNED = ("spikes", "", 0)


def test_strangers_are_told_apart_by_their_pictures():
    drawn = np.stack([toons.draw(one, Performance(), 32).picture for one in STRANGERS[:60]]).astype(float)
    for i, j in combinations(range(60), 2):
        assert np.abs(drawn[i] - drawn[j]).mean() > 4, f"strangers {i} and {j} are almost twins"


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: toons.sample_identity(-1), ValueError, "seed"),
        (lambda: toons.sample_identity(1.5), TypeError, "seed"),
    ],
)
def test_mistakes_are_answered_in_words(call, error, words):
    with pytest.raises(error, match=words):
        call()
