# ruff: noqa: F811
"""Answers to lesson 16 that its checks must refuse, and unusual ones that they must accept."""

import math
from fractions import Fraction

import numpy as np
from scipy.stats import rankdata

from unmasked.forensics.roc import auc
from wrong import afresh, right_answer, wrong_answer

# --- capstone.missing -------------------------------------------------------------------------------------------------


def ends(real, fake):
    both = np.concatenate([real, fake])
    return np.nanmin(both) - 1, np.nanmax(both) + 1


@wrong_answer("capstone.missing", "leaves them out")
def counted(real, fake):
    return real[~np.isnan(real)], fake[~np.isnan(fake)]


@wrong_answer("capstone.missing", "zero for all")
def counted(real, fake):
    return np.nan_to_num(real), np.nan_to_num(fake)


@wrong_answer("capstone.missing", "a missing answer wins")
def counted(real, fake):
    low, high = ends(real, fake)
    return np.where(np.isnan(real), low, real), np.where(np.isnan(fake), high, fake)


@wrong_answer("capstone.missing", "all of them below")
def counted(real, fake):
    low, _ = ends(real, fake)
    return np.where(np.isnan(real), low, real), np.where(np.isnan(fake), low, fake)


@wrong_answer("capstone.missing", "all of them above")
def counted(real, fake):
    _, high = ends(real, fake)
    return np.where(np.isnan(real), high, real), np.where(np.isnan(fake), high, fake)


@wrong_answer("capstone.missing", "the mean, as if undecided")
def counted(real, fake):
    mean = np.nanmean(np.concatenate([real, fake]))
    return np.where(np.isnan(real), mean, real), np.where(np.isnan(fake), mean, fake)


@wrong_answer("capstone.missing", "compares with NaN")
def counted(real, fake):
    low, high = ends(real, fake)
    return np.where(real == np.nan, high, real), np.where(fake == np.nan, low, fake)


@wrong_answer("capstone.missing", "infinite")
def counted(real, fake):
    return np.where(np.isnan(real), np.inf, real), np.where(np.isnan(fake), -np.inf, fake)


@wrong_answer("capstone.missing", "the fakes alone")
def counted(real, fake):
    low, _ = ends(real, fake)
    return real, np.where(np.isnan(fake), low, fake)


@wrong_answer("capstone.missing", "only as far as the greatest of its own side")
def counted(real, fake):
    return np.where(np.isnan(real), np.nanmax(real), real), np.where(np.isnan(fake), np.nanmin(fake), fake)


@wrong_answer("capstone.missing", "writes into its input")
def counted(real, fake):
    low, high = ends(real, fake)
    real[np.isnan(real)], fake[np.isnan(fake)] = high, low
    return real, fake


@wrong_answer("capstone.missing", "turns all round")
def counted(real, fake):
    low, high = ends(real, fake)
    return -np.where(np.isnan(real), low, real), -np.where(np.isnan(fake), high, fake)


@right_answer("capstone.missing", "as ranks")
def counted(real, fake):
    low, high = ends(real, fake)
    filled = np.concatenate([np.where(np.isnan(real), high, real), np.where(np.isnan(fake), low, fake)])
    ranks = rankdata(filled)
    return ranks[: len(real)], ranks[len(real) :]


@wrong_answer("capstone.missing", "a large number, always the same")
def counted(real, fake):
    return [np.array([side if side == side else bad for side in values]) for values, bad in ((real, 1e9), (fake, -1e9))]


@right_answer("capstone.missing", "one by one, far beyond")
def counted(real, fake):
    far = 1e300
    return [np.array([side if side == side else bad for side in values]) for values, bad in ((real, far), (fake, -far))]


# --- capstone.compare -------------------------------------------------------------------------------------------------


def gap(one, other, some):
    return auc(one[0][some], one[1][some]) - auc(other[0][some], other[1][some])


def drawn(generator, draws, count):
    return generator.integers(0, count, (draws, count))


@wrong_answer("capstone.compare", "other characters for the other")
def gaps(one, other, draws, generator):
    mine, theirs = (drawn(generator, draws, len(one[0])) for _ in range(2))
    first = np.array([auc(one[0][some], one[1][some]) for some in mine])
    return first - np.array([auc(other[0][some], other[1][some]) for some in theirs])


@wrong_answer("capstone.compare", "without replacement")
def gaps(one, other, draws, generator):
    return np.array([gap(one, other, generator.permutation(len(one[0]))) for _ in range(draws)])


@wrong_answer("capstone.compare", "half of the characters")
def gaps(one, other, draws, generator):
    count = len(one[0])
    return np.array([gap(one, other, generator.integers(0, count, count // 2)) for _ in range(draws)])


@wrong_answer("capstone.compare", "fakes of other characters than the recordings")
def gaps(one, other, draws, generator):
    count = len(one[0])
    found = []
    for _ in range(draws):
        real, fake = drawn(generator, 2, count)
        found.append(auc(one[0][real], one[1][fake]) - auc(other[0][real], other[1][fake]))
    return np.array(found)


@wrong_answer("capstone.compare", "the other way round")
def gaps(one, other, draws, generator):
    return -np.array([gap(one, other, some) for some in drawn(generator, draws, len(one[0]))])


@wrong_answer("capstone.compare", "without its sign")
def gaps(one, other, draws, generator):
    return np.abs([gap(one, other, some) for some in drawn(generator, draws, len(one[0]))])


@wrong_answer("capstone.compare", "the mean alone")
def gaps(one, other, draws, generator):
    return np.mean([gap(one, other, some) for some in drawn(generator, draws, len(one[0]))])


@wrong_answer("capstone.compare", "the interval")
def gaps(one, other, draws, generator):
    found = [gap(one, other, some) for some in drawn(generator, draws, len(one[0]))]
    return np.quantile(found, [0.025, 0.975])


@wrong_answer("capstone.compare", "means instead of AUCs")
def gaps(one, other, draws, generator):
    found = [
        (one[1][some].mean() - one[0][some].mean()) - (other[1][some].mean() - other[0][some].mean())
        for some in drawn(generator, draws, len(one[0]))
    ]
    return np.array(found)


@wrong_answer("capstone.compare", "a generator of its own")
def gaps(one, other, draws, generator):
    return np.array([gap(one, other, some) for some in drawn(np.random.default_rng(0), draws, len(one[0]))])


@wrong_answer("capstone.compare", "the same draws every time")
def gaps(one, other, draws, generator):
    return np.array([gap(one, other, some) for some in drawn(afresh(generator), draws, len(one[0]))])


@wrong_answer("capstone.compare", "the last character never")
def gaps(one, other, draws, generator):
    return np.array([gap(one, other, drawn(generator, 1, len(one[0]) - 3)[0]) for _ in range(draws)])


@right_answer("capstone.compare", "by weights, as the library does")
def gaps(one, other, draws, generator):
    count = len(one[0])
    weights = generator.multinomial(count, np.full(count, 1 / count), draws).astype(float)
    wins = [np.greater(f, r[:, None]) + 0.5 * np.equal(f, r[:, None]) for r, f in (one, other)]
    return np.einsum("bi,ij,bj->b", weights, wins[0] - wins[1], weights) / count**2


@right_answer("capstone.compare", "draw by draw, with choice")
def gaps(one, other, draws, generator):
    found = np.empty(draws)
    for k in range(draws):
        some = generator.choice(len(one[0]), len(one[0]))
        found[k] = gap(one, other, some)
    return found


# --- capstone.needed --------------------------------------------------------------------------------------------------


@wrong_answer("capstone.needed", "not rounded")
def needed(characters, half, difference):
    return characters * (half / difference) ** 2


@wrong_answer("capstone.needed", "cut off")
def needed(characters, half, difference):
    return int(characters * (half / difference) ** 2)


@wrong_answer("capstone.needed", "rounded to the nearest")
def needed(characters, half, difference):
    return round(characters * (half / difference) ** 2)


@wrong_answer("capstone.needed", "without the square")
def needed(characters, half, difference):
    return math.ceil(characters * half / difference)


@wrong_answer("capstone.needed", "with the root")
def needed(characters, half, difference):
    return math.ceil(characters * math.sqrt(half / difference))


@wrong_answer("capstone.needed", "upside down")
def needed(characters, half, difference):
    return math.ceil(characters * (difference / half) ** 2)


@wrong_answer("capstone.needed", "how many times as many")
def needed(characters, half, difference):
    return math.ceil((half / difference) ** 2)


@wrong_answer("capstone.needed", "how many more")
def needed(characters, half, difference):
    return math.ceil(characters * (half / difference) ** 2) - characters


@right_answer("capstone.needed", "by looking for it")
def needed(characters, half, difference):
    count = 1
    while half * math.sqrt(characters / count) > difference * (1 + 1e-12):
        count += 1
    return count


@right_answer("capstone.needed", "a fraction")
def needed(characters, half, difference):
    return Fraction(int(np.ceil(characters * (half / difference) ** 2)))


# --- capstone.verdict -------------------------------------------------------------------------------------------------


@wrong_answer("capstone.verdict", "by the middle alone")
def verdict(low, high, answered):
    return "no verdict" if answered < 0.9 else "better" if low + high > 0 else "worse"


@wrong_answer("capstone.verdict", "whatever was answered")
def verdict(low, high, answered):
    return "better" if low > 0 else "worse" if high < 0 else "undecided"


@wrong_answer("capstone.verdict", "ends count as outside")
def verdict(low, high, answered):
    return "no verdict" if answered < 0.9 else "better" if low >= 0 else "worse" if high <= 0 else "undecided"


@wrong_answer("capstone.verdict", "ninety is too few")
def verdict(low, high, answered):
    return "no verdict" if answered <= 0.9 else "better" if low > 0 else "worse" if high < 0 else "undecided"


@wrong_answer("capstone.verdict", "exchanged")
def verdict(low, high, answered):
    return "no verdict" if answered < 0.9 else "worse" if low > 0 else "better" if high < 0 else "undecided"


@wrong_answer("capstone.verdict", "by the upper end")
def verdict(low, high, answered):
    return "no verdict" if answered < 0.9 else "better" if high > 0 else "worse"


@wrong_answer("capstone.verdict", "yes or no")
def verdict(low, high, answered):
    return answered >= 0.9 and low > 0


@wrong_answer("capstone.verdict", "a capital letter")
def verdict(low, high, answered):
    return "No verdict" if answered < 0.9 else "Better" if low > 0 else "Worse" if high < 0 else "Undecided"


@right_answer("capstone.verdict", "by signs")
def verdict(low, high, answered):
    words = {2: "better", -2: "worse"}
    return words.get(int(np.sign(low) + np.sign(high)), "undecided") if answered >= 0.9 else "no verdict"


@right_answer("capstone.verdict", "from the other end")
def verdict(low, high, answered):
    if low <= 0 <= high and not answered < 0.9:
        return "undecided"
    return "no verdict" if answered < 0.9 else ("worse", "better")[low > 0]
