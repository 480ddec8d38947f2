"""Answers on file for lesson 00."""
# ruff: noqa: F811

from fractions import Fraction

import numpy as np

from unmasked import toons
from wrong import afresh, copy_of, right_answer, wrong_answer

# --- start.difference -------------------------------------------------------------------------------------------------


@wrong_answer("start.difference", "uint8 wraps around")
def difference(a, b, face):
    return np.abs(a - b)[face].mean()


@wrong_answer("start.difference", "whole picture instead of the face")
def difference(a, b, face):
    return np.abs(a.astype(float) - b).mean()


@wrong_answer("start.difference", "masked, then divided by all pixels")
def difference(a, b, face):
    return (np.abs(a.astype(float) - b) * face[..., None]).mean()


@wrong_answer("start.difference", "keeps the sign")
def difference(a, b, face):
    return (a.astype(float) - b)[face].mean()


@wrong_answer("start.difference", "squares")
def difference(a, b, face):
    return np.square(a.astype(float) - b)[face].mean()


@wrong_answer("start.difference", "outside the face")
def difference(a, b, face):
    return np.abs(a.astype(float) - b)[~face].mean() if (~face).any() else 0.0


@wrong_answer("start.difference", "one mean a picture")
def difference(a, b, face):
    return np.array([np.abs(x.astype(float) - y)[m].mean() for x, y, m in zip(a, b, face, strict=True)])


@right_answer("start.difference", "weights and an average")
def difference(a, b, face):
    off = np.abs(np.asarray(a, np.int32) - np.asarray(b, np.int32))
    return float(np.average(off, weights=np.repeat(face[..., None], 3, axis=-1)))


@right_answer("start.difference", "larger minus smaller, in uint8")
def difference(a, b, face):
    return (np.maximum(a, b) - np.minimum(a, b))[face].mean()


@wrong_answer("start.difference", "the greatest of the three colours")
def difference(a, b, face):
    return np.abs(a.astype(float) - b).max(-1)[face].mean()


@right_answer("start.difference", "an exact fraction")
def difference(a, b, face):
    off = np.abs(a.astype(int) - b)[face]
    return Fraction(int(off.sum()), off.size)


# --- start.laughing ---------------------------------------------------------------------------------------------------


@wrong_answer("start.laughing", "eyes wide open")
def laughing(yaw):
    return toons.Performance(yaw=yaw, smile=1, jaw=0.6, lids=1)


@wrong_answer("start.laughing", "forgets the turn of the head")
def laughing(yaw):
    return toons.Performance(smile=1, jaw=0.6, lids=0)


@wrong_answer("start.laughing", "turns the other way")
def laughing(yaw):
    return toons.Performance(yaw=-yaw, smile=1, jaw=0.6, lids=0)


@wrong_answer("start.laughing", "frowns")
def laughing(yaw):
    return toons.Performance(yaw=yaw, smile=-1, jaw=0.6, lids=0)


@wrong_answer("start.laughing", "mouth shut")
def laughing(yaw):
    return toons.Performance(yaw=yaw, smile=1, lids=0)


@wrong_answer("start.laughing", "a dictionary")
def laughing(yaw):
    return {"yaw": yaw, "smile": 1, "jaw": 0.6, "lids": 0}


@wrong_answer("start.laughing", "out of range")
def laughing(yaw):
    return toons.Performance(yaw=yaw, smile=100, jaw=0.6, lids=0)


@right_answer("start.laughing", "by way of the array, and looking up")
def laughing(yaw):
    values = toons.Performance().to_array()
    for name, value in {"yaw": yaw, "smile": 0.75, "jaw": 0.35, "lids": 0.05, "gaze_y": -0.5, "roll": 4}.items():
        values[toons.PARAMETERS.index(name)] = value
    return toons.Performance.from_array(values)


@wrong_answer("start.laughing", "a turn cut off at 30 degrees")
def laughing(yaw):
    return toons.Performance(yaw=min(30, max(-30, yaw)), smile=1, jaw=0.6, lids=0)


@wrong_answer("start.laughing", "turns by whole degrees")
def laughing(yaw):
    return toons.Performance(yaw=int(yaw), smile=1, jaw=0.6, lids=0)


# --- start.accuracy ---------------------------------------------------------------------------------------------------


@wrong_answer("start.accuracy", "counts instead of a share")
def accuracy(said, fake):
    return int(np.sum((np.array(said) == "fake") == np.array(fake)))


@wrong_answer("start.accuracy", "fakes that were caught only")
def accuracy(said, fake):
    return np.mean((np.array(said) == "fake")[np.array(fake)])


@wrong_answer("start.accuracy", "real and fake swapped")
def accuracy(said, fake):
    return np.mean((np.array(said) == "real") == np.array(fake))


@wrong_answer("start.accuracy", "per cent")
def accuracy(said, fake):
    return 100 * np.mean((np.array(said) == "fake") == np.array(fake))


@wrong_answer("start.accuracy", "right only where both are fake")
def accuracy(said, fake):
    return np.mean((np.array(said) == "fake") & np.array(fake))


@wrong_answer("start.accuracy", "compares words with truth values")
def accuracy(said, fake):
    return float(np.mean([s == f for s, f in zip(said, fake, strict=True)]))


@right_answer("start.accuracy", "a loop that counts")
def accuracy(said, fake):
    right = 0
    for word, truth in zip(said, fake, strict=True):
        if word == ("fake" if truth else "real"):
            right += 1
    return right / len(said)


@wrong_answer("start.accuracy", "rewrites the list of words in place")
def accuracy(said, fake):
    for i in range(len(said)):
        said[i] = said[i] == "fake"
    return np.mean(np.array(said) == np.array(fake))


@wrong_answer("start.accuracy", "sorts both lists in place")
def accuracy(said, fake):
    right = np.mean((np.array(said) == "fake") == np.array(fake))
    said.sort()
    fake.sort()
    return right


@wrong_answer("start.accuracy", "never below one half")
def accuracy(said, fake):
    right = np.mean((np.array(said) == "fake") == np.array(fake))
    return max(right, 1 - right)


@wrong_answer("start.accuracy", "of those called fake, the share that is")
def accuracy(said, fake):
    return np.mean(np.array(fake)[np.array(said) == "fake"]) if "fake" in said else 0.0


@right_answer("start.accuracy", "an exact fraction")
def accuracy(said, fake):
    return Fraction(sum((word == "fake") == truth for word, truth in zip(said, fake, strict=True)), len(fake))


# --- start.guessing ---------------------------------------------------------------------------------------------------


@wrong_answer("start.guessing", "any share is as likely")
def guessing(players, pictures, generator):
    return generator.random(players)


@wrong_answer("start.guessing", "one toss a player")
def guessing(players, pictures, generator):
    return generator.random(players) < 0.5


@wrong_answer("start.guessing", "mean along the other axis")
def guessing(players, pictures, generator):
    return (generator.random((players, pictures)) < 0.5).mean(axis=0)


@wrong_answer("start.guessing", "counts instead of shares")
def guessing(players, pictures, generator):
    return (generator.random((players, pictures)) < 0.5).sum(axis=1)


@wrong_answer("start.guessing", "forgets to compare with one half")
def guessing(players, pictures, generator):
    return generator.random((players, pictures)).mean(axis=1)


@wrong_answer("start.guessing", "chance from elsewhere")
def guessing(players, pictures, generator):
    return (np.random.random((players, pictures)) < 0.5).mean(axis=1)


@wrong_answer("start.guessing", "one toss for all players")
def guessing(players, pictures, generator):
    return np.full(players, (generator.random(pictures) < 0.5).mean())


@wrong_answer("start.guessing", "a generator of its own")
def guessing(players, pictures, generator):
    return (np.random.default_rng(0).random((players, pictures)) < 0.5).mean(axis=1)


@right_answer("start.guessing", "a binomial draw")
def guessing(players, pictures, generator):
    return generator.binomial(pictures, 0.5, size=players) / pictures


@right_answer("start.guessing", "coins as whole numbers, one player at a time")
def guessing(players, pictures, generator):
    return np.array([generator.integers(0, 2, pictures).mean() for _ in range(players)])


def tossed(players, pictures, generator):
    return (generator.random((players, pictures)) < 0.5).mean(axis=1)


@wrong_answer("start.guessing", "a new generator of the same seed")
def guessing(players, pictures, generator):
    return tossed(players, pictures, afresh(generator))


@wrong_answer("start.guessing", "a copy of the generator")
def guessing(players, pictures, generator):
    return tossed(players, pictures, copy_of(generator))


@wrong_answer("start.guessing", "the second half of the players guesses the opposite")
def guessing(players, pictures, generator):
    half = tossed((players + 1) // 2, pictures, generator)
    return np.concatenate([half, 1 - half])[:players]


@wrong_answer("start.guessing", "six times in ten right")
def guessing(players, pictures, generator):
    return (generator.random((players, pictures)) < 0.6).mean(axis=1)


@right_answer("start.guessing", "other names of the arguments, in single precision")
def guessing(count, each, rng):
    return rng.integers(0, 2, (count, each)).astype(np.float32).mean(axis=1)
