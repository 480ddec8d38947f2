"""The checks of lesson 16: missing answers, two examiners compared, how many characters, and a verdict."""

import math

import numpy as np

from unmasked.course.checks import (
    Trial,
    array_of,
    exercise,
    known_slips,
    numbers_of,
    refuse,
    repeatable,
    require,
    together,
)
from unmasked.forensics import roc

# --- missing answers --------------------------------------------------------------------------------------------------


LARGE = 1e12  # no constant that one would think of lies beyond such scores


def scores_with_gaps(
    trial: Trial, reals: int, fakes: int, gaps: tuple[int, int], size: float
) -> tuple[np.ndarray, np.ndarray]:
    """Scores of recordings and fakes, some of them the same, below and above 0; so many of each are NaN."""
    sides = []
    for count, missing in zip((reals, fakes), gaps, strict=True):
        scores = np.round(trial.normal(count).astype(np.float64) * 3)  # in 32 bits, 10¹² + 1 would be 10¹²
        scores[trial.numbers.choice(count, missing, replace=False)] = np.nan
        sides.append(scores * size)
    return sides[0], sides[1]


@exercise("capstone.missing", reference=roc.missing_is_wrong)
def check_missing(trial: Trial) -> str:
    """Gaps on either side, on both and on none; everybody against everybody."""
    cases = ((8, 5, (3, 2), 1), (7, 5, (2, 0), 1), (6, 9, (0, 3), 1), (5, 6, (0, 0), 1), (9, 7, (2, 3), LARGE))
    for reals, fakes, gaps, size in cases:
        real, fake = scores_with_gaps(trial, reals, fakes, gaps, size)
        mine = trial.call(real, fake)
        require(
            isinstance(mine, tuple | list) and len(mine) == 2,
            "Two arrays are wanted, the recordings' scores and the fakes', as in `return real, fake`.",
        )
        for name, values, before in (("recordings", mine[0], real), ("fakes", mine[1], fake)):
            require(
                np.shape(values) == np.shape(before),
                f"Of {len(before)} {name}, {np.size(values)} came back. Nobody may be left out: then a missing answer "
                "would count for nothing.",
            )
        new_real, new_fake = array_of(mine[0], (reals,), "the recordings"), array_of(mine[1], (fakes,), "the fakes")
        _nobody_missing(new_real, new_fake)
        if size == LARGE:
            _beyond_large(real, fake, new_real, new_fake)
        _lost_where_missing(real, fake, new_real, new_fake)
    return "Who gives no answer loses every comparison, and all the others stand as they stood."


def _nobody_missing(real: np.ndarray, fake: np.ndarray) -> None:
    left = int(np.isnan(real).sum() + np.isnan(fake).sum())
    if left:
        refuse(f"{left} scores are still NaN. Does the condition look at both sides? (NaN isn't equal to itself.)")
    if not (np.isfinite(real).all() and np.isfinite(fake).all()):
        refuse("Some scores are infinite. Finite ones are wanted, beyond the greatest and the least that there are.")


def _beyond_large(real: np.ndarray, fake: np.ndarray, new_real: np.ndarray, new_fake: np.ndarray) -> None:
    """Refuse a fixed number in the gaps: an examiner's scores can be of any size."""
    lost = (new_fake - new_real[:, None])[np.isnan(real)[:, None] | np.isnan(fake)] < 0
    if not lost.all():
        refuse(
            f"With scores of about {LARGE:.0e} a missing answer no longer loses. A fixed number won't do, because an "
            "examiner's scores can be of any size: go beyond the greatest and the least that there are."
        )


def _lost_where_missing(real: np.ndarray, fake: np.ndarray, new_real: np.ndarray, new_fake: np.ndarray) -> None:
    """Refuse unless the missing lose against everybody, and those who answered stand among themselves as they did."""
    answered = ~np.isnan(real)[:, None] & ~np.isnan(fake)
    before = np.sign(fake - real[:, None])
    after = np.sign(new_fake - new_real[:, None])
    if (before[answered] != after[answered]).any():
        refuse("Two clips that both have an answer stand in another order than before. Only NaN should change.")
    if (after[~answered] == -1).all():
        return
    if (after[~answered] == 1).all():
        refuse(
            "It's the other way round: here a missing answer WINS every comparison. A recording without one should "
            "stand above all, as if it had been taken for the surest fake."
        )
    no_real, no_fake = np.isnan(real), np.isnan(fake)
    recordings, fakes = (after[no_real][:, ~no_fake] == -1).all(), (after[~no_real][:, no_fake] == -1).all()
    if no_real.any() and not recordings and (fakes or not no_fake.any()):
        refuse(
            "A recording without an answer should lose against every fake, so it has to stand ABOVE all of them. Here "
            "it doesn't."
        )
    if no_fake.any() and not fakes and (recordings or not no_real.any()):
        refuse(
            "A fake without an answer should lose against every recording, so it has to stand BELOW all of them. Here "
            "it doesn't."
        )
    refuse("A missing answer should lose every comparison, and some of them are won or tied here.")


# --- two examiners compared -------------------------------------------------------------------------------------------

DRAWS = 500
Pair = tuple[np.ndarray, np.ndarray]


def gaps(one: Pair, other: Pair, draws: int, generator: np.random.Generator) -> np.ndarray:
    """The reference of `capstone.compare`; `standings.compared` takes several clips of a character, too."""
    count = len(one[0])
    chosen = generator.integers(0, count, (draws, count))
    return np.array([roc.auc(one[0][some], one[1][some]) - roc.auc(other[0][some], other[1][some]) for some in chosen])


def examined(trial: Trial, count: int, shift: float, kept: float) -> Pair:
    """An examiner's scores of recordings and their fakes, float (count,) each; `kept`: what a character's two share."""
    character = trial.normal(count)
    return tuple(kept * character + trial.normal(count) * (1 - kept) + side * shift for side in (0, 1))


@exercise("capstone.compare", reference=gaps)
def check_compare(trial: Trial) -> str:
    """The same examiner twice, who is better, and how far the draws lie apart, which says what was drawn."""
    one, other = examined(trial, 17, 1.2, 0.3), examined(trial, 17, 0.5, 0.3)
    first = trial.call(one, other, 40, np.random.default_rng(0))
    _is_draws(first, 40)
    if np.ptp(np.asarray(first, float)) < 1e-9:
        refuse(
            "Every draw gives the same difference. Characters are drawn WITH replacement: some come twice or more, and "
            "some not at all."
        )
    repeatable(trial, (one, other, 40), numpy=True)
    twin = array_of(trial.call(one, one, 40, np.random.default_rng(1)), (40,), "the differences")
    if np.abs(twin).max() > 1e-9:
        refuse(
            f"The same examiner twice should differ by 0 in every draw, and here it's up to {np.abs(twin).max():.2f}. "
            "Both have to be judged on the SAME drawn characters: draw once, and use it for both."
        )
    sure, blind = (np.arange(12.0), np.arange(12.0) + 50), (np.arange(12.0) + 50, np.arange(12.0))
    clear = array_of(trial.call(sure, blind, 20, np.random.default_rng(2)), (20,), "the differences")
    if np.allclose(clear, -1):
        refuse("The sign is turned round: it's the AUC of `one` minus that of `other`.")
    if not np.allclose(clear, 1):
        refuse(
            "The first examiner finds all fakes and the second none at all: their AUCs are 1 and 0, so the "
            f"difference should be 1 in every draw; got {clear.min():.2f}…{clear.max():.2f}."
        )
    back = array_of(trial.call(other, one, 40, np.random.default_rng(3)), (40,), "the differences")
    if (back >= 0).all() and (np.asarray(first) >= 0).all() and back.max() > 0:
        refuse("No difference is below 0, whichever examiner comes first. Leave the sign: it says who is better.")
    _everybody_drawn(trial)
    for case in ((one, other), (examined(trial, 24, 0.15, 0.97), examined(trial, 24, 0.6, 0.2))):
        _spread_is(trial, *case)
    return "Both meet the same characters in every draw, and a recording stays with its fake."


def _is_draws(found: object, draws: int) -> None:
    if np.size(found) == 1:
        refuse(f"One number came back. The difference in each of the {draws} draws is wanted: shape ({draws},).")
    if np.shape(found) == (2,):
        refuse(f"An interval came back. The {draws} differences themselves are wanted; the interval is made below.")
    array_of(found, (draws,), "the differences")


def _everybody_drawn(trial: Trial) -> None:
    """Refuse if the first or the last character never comes: both alone decide here, one after the other."""
    for place in (0, 5):
        real, fake = np.zeros(6), np.ones(6)
        real[place] = 9.0
        plain = (np.zeros(6), np.ones(6))
        found = array_of(trial.call((real, fake), plain, 60, np.random.default_rng(6)), (60,), "the differences")
        if np.ptp(found) < 1e-9:
            refuse(
                f"In sixty draws out of six characters, number {place} was never drawn, and it should come in two of "
                "three draws. The places go from 0 to N − 1, both ends included."
            )


def _spread_is(trial: Trial, one: Pair, other: Pair) -> None:
    """Refuse unless mean and spread over many draws are the reference's: each other way to draw spreads otherwise."""
    mine = array_of(trial.call(one, other, DRAWS, np.random.default_rng(4)), (DRAWS,), "the differences")
    right = np.asarray(trial.expected(one, other, DRAWS, np.random.default_rng(5)))
    spread = mine.std() / right.std()
    if not 0.8 < spread < 1.25:
        how = "too far apart" if spread > 1 else "too close together"
        refuse(
            f"The differences lie {how}: their spread is {mine.std():.3f} where {right.std():.3f} is expected. As many "
            "characters are drawn as there are, with replacement, and a drawn character brings its recording AND its "
            "fake along."
        )
    off = abs(mine.mean() - right.mean())
    if off > 6 * right.std() * np.sqrt(2 / DRAWS):
        refuse(
            f"The differences are {mine.mean():.3f} in the mean, and {right.mean():.3f} is expected. Is each an AUC?"
        )


# --- how many characters ----------------------------------------------------------------------------------------------


def needed(characters: int, half: float, difference: float) -> int:
    """The reference of `capstone.needed`."""
    return math.ceil(characters * (half / difference) ** 2)


@exercise("capstone.needed", reference=needed)
def check_needed(trial: Trial) -> None:
    """Fewer and more than there were; one that divides evenly; one just above."""
    cases = [(16, 0.12, 0.05), (24, 0.08, 0.2), (10, 0.3, 0.1), (8, 0.25, 0.125), (40, 0.11, 0.1)]
    cases.append((10 + trial.whole_number(40), 0.05 + 0.1 * trial.numbers.random(), 0.03))
    got = [float(numbers_of([trial.call(*case)], 1, "the number of characters")[0]) for case in cases]
    expected = [float(trial.expected(*case)) for case in cases]
    known_slips(got, expected, together([_needed_slips(*case) for case in cases]))
    for mine, right, case in zip(got, expected, cases, strict=True):
        if mine != right:
            refuse(
                f"{case[0]} characters gave ±{case[1]:.3g}, and ±{case[2]:.3g} is wanted: that takes {right:.0f} "
                f"characters; got {mine:g}."
            )


def _needed_slips(characters: int, half: float, difference: float) -> dict[str, float]:
    """The usual mistakes with the number: words → what they give."""
    exact = characters * (half / difference) ** 2
    return {
        "There's no half character: round up, so that the interval is as narrow as was asked.": exact,
        "It was cut off, and then the interval is a little too wide. Round up.": float(math.floor(exact)),
        "It was rounded to the nearest whole number, which may be one too few. Round up.": float(round(exact)),
        "Twice as many characters don't halve the interval, because it shrinks with the ROOT of their number.": float(
            math.ceil(characters * half / difference)
        ),
        "The interval shrinks with the root of the number, so the number grows with the SQUARE of what is gained, and "
        "not with the root.": float(math.ceil(characters * math.sqrt(half / difference))),
        "It's upside down: a smaller difference takes MORE characters.": float(
            math.ceil(characters * (difference / half) ** 2)
        ),
        "That's how many times as many. Multiply by the characters there were.": float(
            math.ceil((half / difference) ** 2)
        ),
        "Those are the characters that have to be ADDED. All of them together are wanted.": float(
            math.ceil(exact) - characters
        ),
    }


# --- a verdict --------------------------------------------------------------------------------------------------------

VERDICTS = ("better", "worse", "undecided", "no verdict")
LEAST = 0.9


def verdict(low: float, high: float, answered: float) -> str:
    """The reference of `capstone.verdict`."""
    if answered < LEAST:
        return "no verdict"
    return "better" if low > 0 else "worse" if high < 0 else "undecided"


@exercise("capstone.verdict", reference=verdict)
def check_verdict(trial: Trial) -> str:
    """Intervals on either side of 0, around it and ending at it; with all answers, just enough and too few."""
    width = 0.02 + 0.05 * trial.numbers.random()
    for low, high in ((0.01, 0.01 + width), (-0.3, -0.3 + width), (-0.09, 0.01), (0.0, width), (-width, 0.0)):
        for answered in (1.0, LEAST, 0.4):
            said, right = trial.call(low, high, answered), verdict(low, high, answered)
            if not isinstance(said, str) or said not in VERDICTS:
                refuse(f"One of the four words is wanted, {', '.join(map(repr, VERDICTS))}; got {said!r}.")
            if said != right:
                refuse(_why(low, high, answered, said, right))
    return "An interval that holds 0 decides nothing, and one who hardly answers gets no verdict."


def _why(low: float, high: float, answered: float, said: str, right: str) -> str:
    case = f"From {low:+.3f} to {high:+.3f} with {answered:.0%} answered you say {said!r}"
    if right == "no verdict":
        return f"{case}. Below {LEAST:.0%} there's no verdict, whatever the interval."
    if said == "no verdict":
        return f"{case}. {LEAST:.0%} and more is enough for a verdict."
    if right == "undecided" and 0 in (low, high):
        return f"{case}. An interval that ends at 0 still holds 0, so no difference is possible."
    if right == "undecided":
        return f"{case}. 0 lies inside of the interval, so both signs are possible."
    return f"{case}. The whole interval lies {'above' if right == 'better' else 'below'} 0."
