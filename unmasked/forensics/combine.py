"""Several clues as one number: logistic regression, and the weights that the course ships."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache

import numpy as np

from unmasked import paths
from unmasked.arguments import checked_numbers

NAME = "all clues"
TABLE = "clues.json"


@dataclass(frozen=True)
class Combination:
    """A weighted sum of standardised clues. `mean` and `spread` of each clue are those of the recordings it was fitted
    on; the score is `bias` + Σ weight · (value − mean) / spread: the log of the odds that the clip is a fake, if fakes
    and recordings were equally many."""

    names: tuple[str, ...]
    mean: tuple[float, ...]
    spread: tuple[float, ...]
    weights: tuple[float, ...]
    bias: float

    def score(self, values: np.ndarray) -> np.ndarray:
        """Scores (N,) of clips whose clues are `values` float (N, K), in the order of `names`."""
        values = checked_numbers(values, "values", ("N", len(self.names)))
        standard = (values - np.array(self.mean)) / np.array(self.spread)
        # One clue gone wild must not decide alone: beyond four spreads it says no more.
        return self.bias + np.clip(standard, -4, 4) @ np.array(self.weights)

    def to_dict(self) -> dict:
        """The numbers as they are kept in a table."""
        return asdict(self)


def fit(values: np.ndarray, fake: np.ndarray, names: Sequence[str]) -> Combination:
    """Logistic regression of `fake` bool (N,) on clues `values` float (N, K); both kinds weigh the same.

    Raises ValueError where shapes do not fit, a value is not finite, or only one kind is there.
    """
    fake = np.asarray(fake, bool)
    values = checked_numbers(values, "values", (len(fake), len(names)))
    if fake.all() or not fake.any():
        raise ValueError("fake: both recordings and fakes are wanted")
    mean, spread = values[~fake].mean(0), np.maximum(values[~fake].std(0), 1e-6)
    standard = np.clip((values - mean) / spread, -4, 4)
    # Here, because it brings 60 MB with all that it needs, and every examiner brings this module.
    from sklearn.linear_model import LogisticRegression

    found = LogisticRegression(class_weight="balanced", max_iter=1000).fit(standard, fake)
    numbers = (tuple(float(v) for v in each) for each in (mean, spread, found.coef_[0]))
    return Combination(tuple(names), *numbers, float(found.intercept_[0]))


def held_out_scores(
    values: np.ndarray, fake: np.ndarray, characters: np.ndarray, names: Sequence[str], folds: int = 5
) -> np.ndarray:
    """Each clip's score by a combination that never saw its character: float64 (N,).

    The characters, not the clips, are dealt into `folds`; every fold is scored by what was fitted on the others. Raises
    ValueError as `fit`, and for fewer characters than folds.
    """
    values, fake, characters = np.asarray(values, np.float64), np.asarray(fake, bool), np.asarray(characters)
    known = np.unique(characters)
    if len(known) < folds:
        raise ValueError(f"characters: {folds} folds want as many characters or more, got {len(known)}")
    fold = np.searchsorted(known, characters) % folds
    scores = np.empty(len(fake))
    for k in range(folds):
        scores[fold == k] = fit(values[fold != k], fake[fold != k], names).score(values[fold == k])
    return scores


@lru_cache(maxsize=1)
def shipped() -> Combination:
    """The combination kept in data/tables/clues.json. Raises ValueError, with the command, where it is missing."""
    path = paths.DATA / "tables" / TABLE
    try:
        kept = json.loads(path.read_text("utf-8"))["combination"]
        return Combination(**{key: tuple(value) if isinstance(value, list) else value for key, value in kept.items()})
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ValueError(
            f"{path} is missing or damaged ({error}); make it with: python -m unmasked.experiments.clues"
        ) from error


def with_all_clues(values: Mapping[str, float]) -> dict[str, float]:
    """The clues of a clip, by name, and the number "all clues" that the shipped combination makes of them."""
    combination = shipped()
    together = combination.score(np.array([[values[name] for name in combination.names]]))[0]
    return {**values, NAME: float(together)}
