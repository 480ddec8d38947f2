"""From scores to probabilities, and from probabilities to what they are worth: calibration, thresholds, base rates."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize_scalar

from unmasked.arguments import checked_number, checked_scores, checked_whole


@dataclass(frozen=True)
class Confusion:
    """The four counts at a threshold. From them everything else: rates of 0…1, NaN where nothing is there to count."""

    hits: int  # fakes called fake
    misses: int  # fakes called real
    alarms: int  # recordings called fake
    passes: int  # recordings called real

    @property
    def hit_rate(self) -> float:
        """The share of fakes that are caught."""
        return _share(self.hits, self.hits + self.misses)

    @property
    def alarm_rate(self) -> float:
        """The share of recordings that are accused."""
        return _share(self.alarms, self.alarms + self.passes)

    @property
    def accuracy(self) -> float:
        """The share of all that are called rightly; it depends on how many of each there are."""
        return _share(self.hits + self.passes, self.hits + self.misses + self.alarms + self.passes)


def confusion(real: np.ndarray, fake: np.ndarray, threshold: float) -> Confusion:
    """The counts where every score at or above the threshold is called fake.

    Raises TypeError or ValueError for scores that are not finite or a threshold that is no number (it may be infinite).
    """
    threshold = checked_number(threshold, "threshold", finite=False)
    real, fake = checked_scores(real, "real"), checked_scores(fake, "fake")
    hits, alarms = int((fake >= threshold).sum()), int((real >= threshold).sum())
    return Confusion(hits, len(fake) - hits, alarms, len(real) - alarms)


def ppv(hit_rate: float, alarm_rate: float, prevalence: float) -> float:
    """Of what is flagged, the share that is fake: the positive predictive value, by Bayes' rule. 0…1.

    `prevalence`: the share of fakes among everything that is looked at. NaN where nothing is flagged at all. Raises
    ValueError for a number outside 0…1.
    """
    for name, value in (("hit_rate", hit_rate), ("alarm_rate", alarm_rate), ("prevalence", prevalence)):
        checked_number(value, name, 0, 1)
    caught = hit_rate * prevalence
    return _share(caught, caught + alarm_rate * (1 - prevalence))


def threshold_at(real: np.ndarray, alarm_rate: float) -> float:
    """The lowest threshold that accuses at most this share of these recordings. `alarm_rate` 0…1.

    Chosen on recordings set aside for it, never on those it is judged by. Raises ValueError as `confusion`.
    """
    real = np.sort(checked_scores(real, "real"))[::-1]
    alarm_rate = checked_number(alarm_rate, "alarm_rate", 0, 1)
    allowed = int(alarm_rate * len(real) + 1e-9)
    # Scores may tie: the threshold lies right above the highest one that must not be accused.
    return -math.inf if allowed == len(real) else float(np.nextafter(real[allowed], math.inf))


def sigmoid(logits: np.ndarray) -> np.ndarray:
    """1 / (1 + exp(−x)), without overflow."""
    return 0.5 * (1 + np.tanh(0.5 * np.asarray(logits, np.float64)))


def log_loss(logits: np.ndarray, fake: np.ndarray) -> float:
    """Mean cross-entropy of logits (N,) for `fake` bool (N,): 0.693 for always saying one half."""
    logits, fake = _pair(logits, fake)
    return float(np.mean(np.logaddexp(0, np.where(fake, -logits, logits))))


def fit_temperature(logits: np.ndarray, fake: np.ndarray) -> float:
    """The number T by which to divide logits so that they fit best: above 1 the net was too sure of itself.

    `logits` (N,), `fake` bool (N,), of clips set aside for it. The order of the scores, and so the AUC, stays.
    0.01…100. Raises ValueError where one kind is missing.
    Source: Guo and others, "On calibration of modern neural networks", 2017.
    """
    logits, fake = _pair(logits, fake)
    if fake.all() or not fake.any():
        raise ValueError("fake: both recordings and fakes are wanted")
    found = minimize_scalar(lambda s: log_loss(logits / np.exp(s), fake), bounds=(-4.6, 4.6), method="bounded")
    return float(np.exp(found.x))


def reliability(probabilities: np.ndarray, fake: np.ndarray, bins: int = 10) -> list[dict[str, float]]:
    """The calibration curve: for every bin of probability that is not empty, what was said and what was so.

    Each: {"said": mean probability, "share": share of fakes, "count"}. Raises ValueError for probabilities outside 0…1.
    """
    bins = checked_whole(bins, "bins", 1)
    probabilities, fake = _pair(probabilities, fake)
    if probabilities.min() < 0 or probabilities.max() > 1:
        raise ValueError(f"probabilities: wanted numbers in 0…1, got {probabilities.min():g}…{probabilities.max():g}")
    bin_of = np.minimum((probabilities * bins).astype(int), bins - 1)
    return [
        {"said": float(probabilities[at].mean()), "share": float(fake[at].mean()), "count": int(at.sum())}
        for at in (bin_of == k for k in range(bins))
        if at.any()
    ]


def calibration_error(probabilities: np.ndarray, fake: np.ndarray, bins: int = 10) -> float:
    """Expected calibration error: by how much what was said misses what was so, on average over all clips. 0…1."""
    curve = reliability(probabilities, fake, bins)
    total = sum(one["count"] for one in curve)
    return sum(one["count"] * abs(one["said"] - one["share"]) for one in curve) / total


def _share(part: float, whole: float) -> float:
    return part / whole if whole else math.nan


def _pair(values: np.ndarray, fake: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    values, fake = checked_scores(values, "scores"), np.asarray(fake)
    if fake.dtype != bool or fake.shape != values.shape:
        raise ValueError(f"fake: wanted bool of shape {values.shape}, got {fake.dtype} {fake.shape}")
    return values, fake
