"""Checks of lesson 00: a difference inside a mask, a directed performance, an accuracy, and what guessing gives."""

import numpy as np

from unmasked import toons
from unmasked.course.checks import (
    Trial,
    between,
    close,
    compare_functions,
    exercise,
    known_slips,
    moments_agree,
    refuse,
    repeatable,
    require,
    shape_is,
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
    for yaw in (0.0, float(trial.numbers.uniform(5, 35)), -float(trial.numbers.uniform(5, 35))):
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
    for count, share in ((7, 0.3), (23, 0.8), (40, 0.1)):
        fake = [bool(one) for one in trial.uniform(count) < share]
        said = ["fake" if one else "real" for one in trial.uniform(count) < 0.6]
        # One mistake of each kind and one right answer of each kind, whatever chance has drawn.
        fake[:4], said[:4] = [True, True, False, False], ["fake", "real", "fake", "real"]
        got = trial.call(said, fake)
        between(got, 0, 1, "the accuracy, a share,")
        close(got, accuracy(said, fake), f"the accuracy of {count} answers")
    close(trial.call(["fake", "real"], [True, False]), 1.0, "the accuracy of two right answers")


# --- start.guessing ---------------------------------------------------------------------------------------------------


def guessing(players, pictures, generator):
    """Share of right answers of players who guess: float (players,)."""
    right = generator.random((players, pictures)) < 0.5
    return right.mean(axis=1)


@exercise("start.guessing", reference=guessing)
def check_guessing(trial: Trial) -> None:
    """Shape, chance from the generator alone, whole numbers of right answers, mean and spread."""
    for players, pictures in ((50, 8), (4000, 20)):  # of 5 players two games could come out alike by chance
        got = repeatable(trial, (players, pictures), numpy=True)
        shape_is(got, (players,), f"the scores of {players} players")
        got = np.asarray(got, float)
        between(got, 0, 1, "every score, a share,")
        whole = np.abs(got * pictures - np.round(got * pictures)).max() < 1e-6
        require(whole, f"With {pictures} pictures every score should be a whole number of pictures over {pictures}.")
    expected = guessing(4000, 20, np.random.default_rng(trial.whole_number(2**31)))
    moments_agree(got, expected, "the scores of players who guess")
