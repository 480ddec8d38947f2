"""How well a number tells fakes from recordings: the ROC, the area under it, and how sure that area is."""

from statistics import NormalDist

import numpy as np

from unmasked.arguments import checked_number, checked_scores, checked_whole


def roc(real: np.ndarray, fake: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The ROC of scores that are greater for fakes: false alarms and hits, each float64 (K,), from (0, 0) to (1, 1).

    One point for each threshold: the share of `real` and the share of `fake` scores at or above it. Raises ValueError
    for scores that are empty or not finite.
    """
    real, fake = checked_scores(real, "real"), checked_scores(fake, "fake")
    thresholds = np.unique(np.concatenate([real, fake]))[::-1]
    # By places in order: a table of all scores against all thresholds would fill a small machine.
    alarms, hits = ((len(side) - np.searchsorted(np.sort(side), thresholds)) / len(side) for side in (real, fake))
    return np.r_[0.0, alarms], np.r_[0.0, hits]


def auc(real: np.ndarray, fake: np.ndarray) -> float:
    """The area under the ROC: the chance that a fake scores higher than a recording, a tie counting half. 0…1."""
    real, fake = np.sort(checked_scores(real, "real")), checked_scores(fake, "fake")
    lower, lower_or_level = (np.searchsorted(real, fake, side).sum() for side in ("left", "right"))
    return float((lower + lower_or_level) / (2 * len(real) * len(fake)))


def auc_interval(
    real: np.ndarray,
    fake: np.ndarray,
    real_groups: np.ndarray,
    fake_groups: np.ndarray,
    *,
    draws: int = 400,
    seed: int = 0,
    level: float = 0.95,
) -> tuple[float, float]:
    """A bootstrap interval of the AUC: whole groups (characters) are drawn again and again, with replacement.

    Clips of one character are not independent, so clips are not drawn one by one. `real_groups` and `fake_groups` say
    whose each score is. Raises ValueError as `auc`, and for fewer than two groups.
    Source: Efron, "Bootstrap methods: another look at the jackknife", 1979.
    """
    level = checked_number(level, "level", 0, 1)
    areas = auc_draws(real, fake, real_groups, fake_groups, draws=draws, seed=seed)
    low, high = np.nanquantile(areas, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def auc_draws(
    real: np.ndarray,
    fake: np.ndarray,
    real_groups: np.ndarray,
    fake_groups: np.ndarray,
    *,
    draws: int = 400,
    seed: int = 0,
) -> np.ndarray:
    """The AUC in each draw of the bootstrap that `auc_interval` makes: float64 (draws,), NaN where a draw left no
    recording or no fake.

    The same groups and the same `seed` give the same draws: so two examiners of the same clips can be compared draw by
    draw. Raises ValueError as `auc_interval`.
    """
    real, fake = checked_scores(real, "real"), checked_scores(fake, "fake")
    draws = checked_whole(draws, "draws", 1)
    names = np.unique(np.concatenate([np.asarray(real_groups), np.asarray(fake_groups)]))
    if len(names) < 2:
        raise ValueError(f"groups: two characters or more are wanted, got {len(names)}")
    if len(real_groups) != len(real) or len(fake_groups) != len(fake):
        raise ValueError("groups: wanted one for every score")
    generator = np.random.default_rng(seed)
    times = generator.multinomial(len(names), np.full(len(names), 1 / len(names)), draws)
    weights_real = times[:, np.searchsorted(names, real_groups)].astype(float)
    weights_fake = times[:, np.searchsorted(names, fake_groups)].astype(float)
    areas = np.einsum("bi,ij,bj->b", weights_real, _wins(real, fake), weights_fake, optimize=True)
    totals = weights_real.sum(1) * weights_fake.sum(1)
    return np.divide(areas, totals, out=np.full(draws, np.nan), where=totals > 0)


def missing_is_wrong(real: np.ndarray, fake: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Scores in which a missing answer (NaN) counts as the worst there is: float64 (R,) and (F,), all finite.

    A recording without an answer goes above all others, as if it had been taken for the surest fake, and a fake
    without one below all others. An infinite score stays beyond all finite ones, and before those. Raises TypeError or
    ValueError for scores that are none.
    """
    sides = [np.asarray(side, np.float64) for side in (real, fake)]
    if any(side.ndim != 1 or not len(side) for side in sides):
        raise ValueError(f"real, fake: wanted one score or more each, got shapes {[side.shape for side in sides]}")
    finite = np.concatenate([side[np.isfinite(side)] for side in sides])
    low, high = (finite.min(), finite.max()) if len(finite) else (0.0, 0.0)
    # A step that no rounding swallows, however great the scores are.
    step = 1.0 + 1e-6 * max(abs(low), abs(high))
    shown = [np.clip(side, low - step, high + step) for side in sides]
    worst = (high + 2 * step, low - 2 * step)
    return tuple(np.where(np.isnan(side), bad, side) for side, bad in zip(shown, worst, strict=True))


def d_prime(hits: int, fakes: int, alarms: int, reals: int) -> float:
    """How far apart real and fake lie for a player, in standard deviations, whatever the player's leaning.

    `hits` of `fakes` were called fake, and so were `alarms` of `reals`: z(hit rate) − z(false-alarm rate), z being the
    inverse of the normal distribution function. Half an answer is added on either side: a perfect score stays finite.
    Raises ValueError for counts that cannot be. Sources: Green and Swets, "Signal detection theory and psychophysics",
    1966; Hautus, 1995, for the half.
    """
    hit, alarm = _deviates(hits, fakes, alarms, reals)
    return hit - alarm


def criterion(hits: int, fakes: int, alarms: int, reals: int) -> float:
    """Which way a player leans, whatever they can tell apart: above 0 towards "real", below 0 towards "fake".

    −(z(hit rate) + z(false-alarm rate)) / 2, from counts as `d_prime` takes them. Raises ValueError as `d_prime`.
    """
    return -sum(_deviates(hits, fakes, alarms, reals)) / 2


def _deviates(hits: int, fakes: int, alarms: int, reals: int) -> tuple[float, float]:
    """z of the hit rate and of the false-alarm rate."""
    for name, count, most in (("hits", hits, fakes), ("alarms", alarms, reals)):
        if not (most >= 1 and 0 <= count <= most):
            raise ValueError(f"{name}: wanted 0…{most} of at least 1, got {count}")
    hit, alarm = (NormalDist().inv_cdf((count + 0.5) / (most + 1)) for count, most in ((hits, fakes), (alarms, reals)))
    return hit, alarm


def _wins(real: np.ndarray, fake: np.ndarray) -> np.ndarray:
    """1 where a fake (column) beats a recording (row), 0.5 where they tie: float64 (R, F)."""
    return (fake > real[:, None]) + 0.5 * (fake == real[:, None])
