"""Checks of lesson 00: a difference inside a mask, a directed performance, an accuracy, and what guessing gives."""

import numpy as np

from unmasked import toons
from unmasked.course.checks import (
    Trial,
    array_of,
    between,
    close,
    compare_functions,
    exercise,
    independent,
    known_slips,
    moments_agree,
    refuse,
    repeatable,
    require,
    together,
)

# --- start.difference -------------------------------------------------------------------------------------------------


def difference(a, b, face):
    """Mean absolute difference of pictures uint8 (N, H, W, 3), where `face`, bool (N, H, W), is True."""
    return np.abs(a.astype(float) - b)[face].mean()


@exercise("start.difference", reference=difference)
def check_difference(trial: Trial) -> None:
    """Few masked pixels first: there a mean over the whole picture is far off."""
    for count, height, width in ((1, 6, 9), (4, 8, 5)):
        a, b = (trial.numbers.integers(0, 256, (count, height, width, 3), dtype=np.uint8) for _ in range(2))
        face = trial.uniform(count, height, width) < np.linspace(0.2, 0.6, count)[:, None, None]
        face[:, 1, 2] = True
        off = np.abs(a.astype(float) - b)
        wrapped = (
            "Negative differences have wrapped around: `uint8` knows no number below 0, so 3 − 5 becomes 254. "
            "Leave `uint8` before you subtract."
        )
        slips = {
            wrapped: np.abs(a - b)[face].mean(),
            "That is the mean over the whole picture. Inside the face is where `face` is True.": off.mean(),
            "The sum is that of the face alone, and it was divided by the pixels of the whole picture. "
            "Pick out the face's pixels first, then take their mean.": (off * face[..., None]).mean(),
            "Each picture got a mean of its own, and then those were averaged, so a pixel of a small face counts more. "
            "Take one mean over all pixels inside.": np.mean([o[f].mean() for o, f in zip(off, face, strict=True)]),
            "That was divided by the number of pixels. Each pixel has three numbers, one a colour: take the mean over "
            "all of them.": 3 * off[face].mean(),
            "Squared differences came. The mean of their sizes is asked for.": np.square(off)[face].mean(),
            "That's the mean outside the face. `face` is True inside it.": off[~face].mean(),
            "Differences up and down have cancelled out. Leave the sign away before you take the mean.": (
                (a.astype(float) - b)[face].mean()
            ),
        }
        known_slips(trial.call(a, b, face), difference(a, b, face), slips)
        compare_functions(trial, (a, b, face), what="the difference")
    dark, bright = np.zeros((2, 4, 7, 3), np.uint8), np.full((2, 4, 7, 3), 9, np.uint8)
    compare_functions(trial, (dark, bright, np.ones((2, 4, 7), bool)), what="the difference")


# --- start.laughing ---------------------------------------------------------------------------------------------------


def laughing(yaw):
    """A Performance that laughs with its eyes shut, the head turned by `yaw` degrees."""
    return toons.Performance(yaw=yaw, smile=1, jaw=0.6, lids=0, brows=0.4)


@exercise("start.laughing", reference=laughing)
def check_laughing(trial: Trial) -> None:
    """By what is asked for alone: everything else about the performance is free."""
    # The ends as well: a turn that is cut off somewhere shows there.
    for yaw in (0.0, float(trial.numbers.uniform(5, 30)), -float(trial.numbers.uniform(5, 30)), 35.0, -35.0):
        performance = trial.call(yaw)
        if not isinstance(performance, toons.Performance):
            refuse(f"A `toons.Performance` was expected; a value of type {type(performance).__name__} came.")
        close(performance.yaw, yaw, f"`yaw` of `laughing({yaw:.1f})`", tolerance=1e-3)
        asked = f"In `laughing({yaw:.1f})`"
        require(performance.smile >= 0.7, f"{asked} the smile is too small: `smile` is {performance.smile:g}.")
        require(performance.jaw >= 0.3, f"{asked} the mouth is hardly open: `jaw` is {performance.jaw:g}.")
        require(performance.lids <= 0.1, f"{asked} the eyes are not shut: `lids` is {performance.lids:g}.")


# --- start.accuracy ---------------------------------------------------------------------------------------------------


def accuracy(said, fake):
    """Share of right answers, 0…1, of a list of "real" or "fake" against a list of bool."""
    return np.mean((np.array(said) == "fake") == np.array(fake))


@exercise("start.accuracy", reference=accuracy)
def check_accuracy(trial: Trial) -> None:
    """Unequal numbers of real and fake, so that leaving one kind out shows."""
    games = []
    for count, share in ((7, 0.3), (23, 0.8), (40, 0.1)):
        fake = [bool(one) for one in trial.uniform(count) < share]
        said = ["fake" if one else "real" for one in trial.uniform(count) < 0.6]
        # One mistake of each kind and one right answer of each kind, whatever chance has drawn.
        fake[:4], said[:4] = [True, True, False, False], ["fake", "real", "fake", "real"]
        games.append((said, fake))
    # Somebody who errs more often than not.
    games.append((["real" if one else "fake" for one in fake[:-3]] + said[-3:], list(fake)))
    got = [trial.call(*game) for game in games]
    # All games at once: in one alone, two different shares may happen to be equal.
    slips = together([_accuracy_slips(np.array(said) == "fake", np.array(fake)) for said, fake in games])
    known_slips(got, [accuracy(*game) for game in games], slips)
    for share, (said, fake) in zip(got, games, strict=True):
        between(share, 0, 1, "the accuracy, a share,")
        close(share, accuracy(said, fake), f"the accuracy of {len(fake)} answers")
    close(trial.call(["fake", "real"], [True, False]), 1.0, "the accuracy of two right answers")
    close(trial.call(["fake", "real", "real"], [False, True, True]), 0.0, "the accuracy of three wrong answers")


def _accuracy_slips(called: np.ndarray, fake: np.ndarray) -> dict[str, float]:
    """The usual mistakes with an accuracy: words → what they give."""
    right = called == fake
    return {
        "That is the number of right answers. Which share of all answers is it?": right.sum(),
        "That is the right share in per cent. Give it as a number from 0 to 1.": 100 * right.mean(),
        "That is the share of wrong answers: are real and fake swapped somewhere?": 1 - right.mean(),
        "The greater of the right share and the wrong one came. Less than a half may well be right.": (
            max(right.mean(), 1 - right.mean())
        ),
        "That looks at the fakes only. A recording that is called real is a right answer, too.": right[fake].mean(),
        "That looks at the recordings only. A fake that is called fake is a right answer, too.": right[~fake].mean(),
        "That counts the fakes that were caught, of all answers. A recording that is called real is right, too.": (
            (called & fake).mean()
        ),
        'No answer counted as right. A word such as "fake" never equals True or False: compare like with like.': 0.0,
        "Only the first answer was counted: does the `return` stand inside the loop?": right[0] / len(right),
        "That is the share of answers that say fake. How many of the answers are right?": called.mean(),
        "Of the answers that say fake, that is the share that is right. Those that say real count, too.": (
            fake[called].mean()
        ),
    }


# --- start.guessing ---------------------------------------------------------------------------------------------------


def guessing(players, pictures, generator):
    """Share of right answers of players who guess: float (players,)."""
    right = generator.random((players, pictures)) < 0.5
    return right.mean(axis=1)


@exercise("start.guessing", reference=guessing)
def check_guessing(trial: Trial) -> None:
    """Shape, chance from the generator alone, whole numbers of right answers, mean and spread."""
    few = trial.call(50, 8, np.random.default_rng(trial.whole_number(1000)))
    require(np.size(few) > 1, "One score came for 50 players: does a `return` stand inside the loop?")
    alike = np.size(few) == 50 and bool(np.all(np.ravel(few) == np.ravel(few)[0]))
    require(not alike, "All players got the same score: each player wants tosses of their own.")
    for players, pictures in ((50, 8), (4000, 20)):  # of 5 players two games could come out alike by chance
        got = repeatable(trial, (players, pictures), numpy=True)
        got = array_of(got, (players,), f"the scores of {players} players")
        counts = got.max() > 1 and np.array_equal(got, np.rint(got))
        require(not counts, "Those are numbers of right answers. A score is a share, from 0 to 1: of how many is it?")
        between(got, 0, 1, "every score, a share,")
        single = np.isin(got, (0, 1)).all()
        require(not single, "Every score is 0 or 1: each player wants a toss for every picture, not one in all.")
        whole = np.abs(got * pictures - np.round(got * pictures)).max() < 1e-6
        require(whole, f"With {pictures} pictures every score should be a whole number of pictures over {pictures}.")
    together = "The players' scores go together: each player wants tosses of their own."
    independent(got[:2000], got[2000:], together)
    independent(got[:-1], got[1:], together)
    expected = guessing(4000, 20, np.random.default_rng(trial.whole_number(2**31)))
    moments_agree(got, expected, "the scores of players who guess")
