"""Probes: what can be read off a network's codes."""

from collections.abc import Mapping

import numpy as np
from sklearn.linear_model import LogisticRegression


def identity_accuracy(known: Mapping[str, np.ndarray], asked: Mapping[str, np.ndarray]) -> float:
    """How often a logistic regression tells whose a code of `asked` is, 0…1, having learned it on `known`.

    Both: character → codes, float (N, code_size); the same characters in the same order. If each has equally many
    codes in `asked`, guessing scores 1 over their number. Raises ValueError for other characters or fewer than two.
    """
    if list(known) != list(asked) or len(known) < 2:
        raise ValueError(f"known, asked: wanted the same two characters or more, got {list(known)} and {list(asked)}")
    codes, labels = _labelled(known)
    # Codes of any scale, also numbers that never change: the regression's own penalty must not depend on it.
    mean, spread = codes.mean(0), np.maximum(codes.std(0), 1e-6)
    probe = LogisticRegression(max_iter=1000).fit((codes - mean) / spread, labels)
    codes, labels = _labelled(asked)
    return float(probe.score((codes - mean) / spread, labels))


def _labelled(codes: Mapping[str, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    return np.concatenate(list(codes.values())), np.repeat(np.arange(len(codes)), [len(one) for one in codes.values()])
