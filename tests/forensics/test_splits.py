"""Splits: nobody is in two parts."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unmasked.forensics import splits


@given(
    st.lists(st.integers(0, 30), min_size=6, max_size=80).filter(lambda g: len(set(g)) >= 3),
    st.integers(0, 1000),
    st.sampled_from([(0.7, 0.3), (0.5, 0.25, 0.25), (0.9, 0.1)]),
)
@settings(max_examples=60, deadline=None)
def test_nobody_is_in_two_parts_and_no_part_is_empty(groups, seed, shares):
    groups = np.array(groups)
    part = splits.by_group(groups, shares, np.random.default_rng(seed))
    assert all(len(set(part[groups == name])) == 1 for name in set(groups))
    assert set(part) == set(range(len(shares)))
    for number, share in enumerate(shares):
        dealt = len(set(groups[part == number]))
        assert abs(dealt - share * len(set(groups))) <= 1.5


def test_rows_leak():
    whose = np.repeat(np.arange(10), 6)
    part = splits.by_row(len(whose), (0.7, 0.3), np.random.default_rng(0))
    assert (part == 0).sum() == 42
    assert set(whose[part == 0]) & set(whose[part == 1]), "that is the point"


@pytest.mark.parametrize("shares", [(0.7, 0.2), (1.2, -0.2), ()])
def test_shares_must_sum_to_one(shares):
    with pytest.raises(ValueError, match="shares"):
        splits.by_group(np.arange(9), shares, np.random.default_rng(0))


def test_more_parts_than_characters_are_refused():
    with pytest.raises(ValueError, match="groups: 2 parts"):
        splits.by_group(np.zeros(5), (0.5, 0.5), np.random.default_rng(0))
