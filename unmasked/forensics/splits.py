"""Dividing clips into those to learn from and those to be judged by."""

from __future__ import annotations

import numpy as np

FINAL_FROM = 1000  # contests: seeds below are for practice, and from here on for the run that decides


def by_group(groups: np.ndarray, shares: tuple[float, ...], rng: np.random.Generator) -> np.ndarray:
    """Which part each row belongs to, int64 (N,): whole groups (characters) are dealt out, never parts of one.

    `groups` (N,): whose row it is. `shares`: of the groups, for the parts 0, 1, …; they sum to 1. Every part gets at
    least one group. Raises ValueError for shares that do not sum to 1 or fewer groups than parts.
    """
    groups = np.asarray(groups)
    names = np.unique(groups)
    if groups.ndim != 1 or abs(sum(shares) - 1) > 1e-6 or min(shares, default=0) <= 0:
        raise ValueError(f"shares: wanted fractions above 0 that sum to 1, got {shares}")
    if len(names) < len(shares):
        raise ValueError(f"groups: {len(shares)} parts want as many groups or more, got {len(names)}")
    ends = np.rint(np.cumsum(shares) * len(names)).astype(int)
    ends = np.maximum(ends, np.arange(1, len(shares) + 1))
    ends = np.minimum(ends, len(names) - np.arange(len(shares))[::-1])
    part_of = np.searchsorted(ends, np.arange(len(names)), side="right")
    dealt = np.empty(len(names), np.int64)
    dealt[rng.permutation(len(names))] = part_of
    return dealt[np.searchsorted(names, groups)]


def by_row(count: int, shares: tuple[float, ...], rng: np.random.Generator) -> np.ndarray:
    """The leaky split, to be shown and not used: rows (frames) are dealt one by one, whoever's they are. int64 (N,)."""
    return by_group(np.arange(count), shares, rng)
