"""Who stands where after a contest: makers by how well they hide and how true they are, examiners by what they find."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np

from unmasked.forensics import roc
from unmasked.forensics.arena import Outcome
from unmasked.forensics.contest import REAL

DRAWS = 400


def paired_interval(one: np.ndarray, other: np.ndarray, level: float = 0.95) -> dict[str, float]:
    """Where the difference `one` − `other` lies, from their AUCs (draws,) in the SAME draws of a bootstrap.

    {"difference": the mean, "low", "high"}. Source: Efron, 1979; that both are drawn alike is what makes it paired.
    Raises ValueError for unequally many draws.
    """
    if np.shape(one) != np.shape(other):
        raise ValueError(f"one, other: wanted equally many draws, got {np.shape(one)} and {np.shape(other)}")
    gaps = np.asarray(one, np.float64) - np.asarray(other, np.float64)
    low, high = np.nanquantile(gaps, [(1 - level) / 2, (1 + level) / 2])
    return {"difference": float(np.nanmean(gaps)), "low": float(low), "high": float(high)}


def draws_of(
    outcome: Outcome, examiner: str, maker: str, level: str, given: bool = False, draws: int = DRAWS
) -> tuple[float, np.ndarray]:
    """The AUC of an examiner against a maker at a level, and the same in each draw (draws,) over characters.

    `given`: only the fakes that were made count, so that an examiner gets no credit for what it never saw. NaN where
    there are none.
    """
    fake, whose_fake = outcome.column(examiner, maker, level), outcome.column("character", maker, level)
    if given:
        there = ~np.isposinf(fake)
        fake, whose_fake = fake[there], whose_fake[there]
    if not len(fake):
        return np.nan, np.full(draws, np.nan)
    real, fake = roc.missing_is_wrong(outcome.column(examiner, REAL, level), fake)
    groups = (outcome.column("character", REAL, level), whose_fake)
    return roc.auc(real, fake), roc.auc_draws(real, fake, *groups, draws=draws)


def _mean(outcome: Outcome, examiner: str, makers: Sequence[str], levels: Sequence[str], given: bool):
    """Over makers and levels: the mean AUC, and its draws."""
    found = [draws_of(outcome, examiner, maker, level, given) for maker in makers for level in levels]
    return float(np.nanmean([area for area, _ in found])), np.nanmean([draws for _, draws in found], axis=0)


def _interval(draws: np.ndarray) -> dict[str, float]:
    low, high = np.nanquantile(draws, [0.025, 0.975])
    return {"low": float(low), "high": float(high)}


def makers(outcome: Outcome, levels: Sequence[str]) -> dict[str, dict]:
    """For each maker: {"found": AUC of the course's examiner that finds it best (mean over the levels), "low", "high",
    "by": that examiner, "coverage", "quality": {"mean", "low", "high"} or None, "unranked": "" or why}.

    The best hidden come first; behind them those who hardly forge, who show nothing new, or who don't say what.
    """
    table = {}
    for maker in outcome.coverage:
        if maker in outcome.names:
            continue
        by, area, draws = _found(outcome, maker, levels)
        table[maker] = {"found": area, **_interval(draws), "by": by, "coverage": outcome.coverage[maker]}
        table[maker] |= {"quality": _quality(outcome, maker), "unranked": _unranked(outcome, maker)}
    return dict(sorted(table.items(), key=lambda item: (bool(item[1]["unranked"]), item[1]["found"])))


def _found(outcome: Outcome, maker: str, levels: Sequence[str]) -> tuple[str, float, np.ndarray]:
    """The course's examiner that finds a maker best, its mean AUC, and that in each draw."""
    tried = {name: _mean(outcome, name, [maker], levels, False) for name in outcome.sealed["examiners"]}
    best = max(tried, key=lambda name: tried[name][0])
    return best, *tried[best]


def _unranked(outcome: Outcome, maker: str) -> str:
    near = outcome.quality.get(maker)
    if maker in outcome.silent:
        return "doesn't say what it shows, so there's no truth to hold it against"
    if not near:
        return "shows nothing new"
    forged = np.mean([one.is_forged for one in near.values()])
    return "" if forged >= 0.5 else "hardly forges anything"


def _quality(outcome: Outcome, maker: str) -> dict[str, float] | None:
    near = outcome.quality.get(maker)
    if not near:
        return None
    whose, values = np.array([character for character, _ in near]), np.array([one.explained for one in near.values()])
    names = np.unique(whose)
    times = np.random.default_rng(0).multinomial(len(names), np.full(len(names), 1 / len(names)), DRAWS)
    weights = times[:, np.searchsorted(names, whose)].astype(float)
    return {"mean": float(values.mean()), **_interval(weights @ values / weights.sum(1))}


def examiners(outcome: Outcome, levels: Sequence[str]) -> dict[str, dict]:
    """For each examiner, the best first: {"auc": mean over the course's makers in this contest (all makers, where there
    are none of them) and the levels, "low", "high", "coverage", "weakest": {"maker", "auc"}}."""
    against = _against(outcome)
    table = {}
    for name in outcome.names if against else ():
        area, draws = _mean(outcome, name, against, levels, True)
        by_maker = {maker: _mean(outcome, name, [maker], levels, True)[0] for maker in against}
        weakest = min(by_maker, key=by_maker.get)
        table[name] = {
            "auc": area,
            **_interval(draws),
            "coverage": outcome.coverage.get(name, 1.0),
            "weakest": {"maker": weakest, "auc": by_maker[weakest]},
        }
    return dict(sorted(table.items(), key=lambda item: -item[1]["auc"]))


def _against(outcome: Outcome) -> list[str]:
    return outcome.sealed["makers"] or [name for name in outcome.coverage if name not in outcome.names]


def compared(outcome: Outcome, levels: Sequence[str]) -> list[dict]:
    """Each two examiners from outside, and each of them with the course's best: {"one", "other"} and `beside`."""
    against = _against(outcome)
    outside = [one.name for one in outcome.outside if one.kind == "examiner" and one.name in outcome.names]
    if not outside or not against:
        return []
    tried = {name: _mean(outcome, name, against, levels, True)[0] for name in outcome.sealed["examiners"]}
    best = max(tried, key=tried.get, default=None)
    pairs = [*((name, best) for name in outside if best), *combinations(outside, 2)]
    return [{"one": one, "other": other} | beside(outcome, levels, one, other) for one, other in pairs]


def beside(outcome: Outcome, levels: Sequence[str], one: str, other: str) -> dict:
    """By how much `one` is better than `other`, two makers or two examiners, on the same characters.

    {"difference", "low", "high", "by"}. Of examiners: the mean AUC of `one` minus that of `other` ("by" is ""). Of
    makers: by how much less `one` is found than `other`, by the examiner "by" that finds `one` best. Raises ValueError
    for names that weren't scored, or for a maker beside an examiner.
    """
    scored = {name: name in outcome.names for name in (*outcome.names, *outcome.coverage)}
    missing = [name for name in (one, other) if name not in scored]
    if missing:
        raise ValueError(f"one, other: wanted two of {', '.join(map(repr, scored))}, got {missing[0]!r}")
    if scored[one] != scored[other]:
        raise ValueError(f"one, other: wanted two makers or two examiners, got {one!r} and {other!r}")
    if scored[one]:
        by, sides = "", [_mean(outcome, name, _against(outcome), levels, True) for name in (one, other)]
    else:
        by = _found(outcome, one, levels)[0]
        sides = [_mean(outcome, by, [name], levels, False) for name in (other, one)]
    return {"difference": sides[0][0] - sides[1][0], **_ends(sides[0][1], sides[1][1]), "by": by}


def _ends(one: np.ndarray, other: np.ndarray) -> dict[str, float]:
    found = paired_interval(one, other)
    return {"low": found["low"], "high": found["high"]}
