"""Lesson 12's checks name the usual mistakes in words: a number beside another number teaches nothing."""

import numpy as np
import pytest
import wrong

from unmasked.course import checking
from unmasked.course.checks import find
from unmasked.course.checks.clues import noise_residual
from unmasked.forensics import clues as seven

wrong.load_all()

NAMED = [
    ("clues.blur", "the fraction upside down", "The sign is the wrong way round"),
    ("clues.blur", "no logarithm", "That is the ratio; take its logarithm."),
    ("clues.blur", "the ratio upside down, no logarithm", "upside down"),
    ("clues.blur", "a number for each frame, then their mean", "Take all frames together"),
    ("clues.blur", "a mean for each frame, then the ratio of their means", "Take all frames together"),
    ("clues.blur", "everything outside the face instead of the band", "the band `around`"),
    ("clues.blur", "the first frame's masks for all", "masks of its own"),
    ("clues.blur", "masks multiplied in, zeros counted in the mean", "counted as zeros"),
    ("clues.roc", "a score at the threshold counts as real", "A score AT the threshold counts as called fake."),
    ("clues.roc", "a score at the threshold counts as real, and hits first", "false-alarm rates come first"),
    ("clues.roc", "hits first", "the other way round: false-alarm rates come first"),
    ("clues.roc", "counts instead of shares", "are counts"),
    ("clues.roc", "shares of everybody", "divided by the number of all clips"),
    ("clues.roc", "shares of those called real", "the shares called REAL"),
    ("clues.roc", "the hit rates twice", "the same array"),
    ("clues.step", "one mean over all three channels", "one mean over all three channels"),
    ("clues.step", "the distance over all axes at once, of means that are single numbers", "A colour is three numbers"),
    ("clues.step", "the mean over the pieces", "their median is wanted"),
    ("clues.step", "each frame by itself, then the median of all", "Take all frames together"),
    ("clues.step", "the median over the pieces in each frame, then their mean", "Take all frames together"),
    ("clues.step", "the mean of the distances instead of the distance of the means", "Distances were averaged"),
    ("clues.step", "sums the three differences", "the sum of the three differences"),
    ("clues.step", "no root", "the root is missing"),
    ("clues.step", "the whole rim at once", "Take each piece by itself"),
    ("clues.step", "RGB instead of Lab", "distances in RGB"),
    ("clues.noise", "looks at edges too", "Take only flat ground."),
    ("clues.noise", "looks at edges too, no logarithm", "Take only flat ground, and take the logarithm"),
    ("clues.noise", "flat ground around, but not inside", "inside as well"),
    ("clues.noise", "the fraction upside down", "The sign is the wrong way round"),
    ("clues.noise", "no logarithm", "That is the ratio; take its logarithm."),
    ("clues.noise", "or instead of and", "Both must hold at once"),
    ("clues.noise", "a difference instead of a ratio", "a difference of means"),
    ("clues.noise", "where it is NOT flat", "where NO edge is near"),
    ("clues.flicker", "the first difference", "the change from the frame before"),
    ("clues.flicker", "no absolute value", "The sign is still there"),
    ("clues.flicker", "the middle frame counted once", "The frame between counts twice"),
    ("clues.flicker", "half the second difference", "That is half of it"),
    ("clues.flicker", "the neighbours alone", "The frame between belongs to it"),
]


@pytest.mark.parametrize(("id", "name", "words"), NAMED)
def test_a_usual_mistake_is_named(id, name, words):
    attempt = next(answer.attempt for answer in wrong.ON_FILE[id].wrong if answer.name == name)({})
    for seed in range(8):
        outcome = checking.judge(find(id), attempt, {}, seed)
        assert outcome.state == "refused" and words in outcome.words, f"seed {seed}: {outcome.words}"


@pytest.mark.parametrize("seed", range(8))
def test_speckle_with_edges_is_no_near_miss(seed):
    seen = []

    def watched(*given):
        seen.append(given)
        return noise_residual(*given)

    assert checking.judge(find("clues.noise"), watched, {}, seed).state == "holds" and seen
    for crops, inside, around in seen:
        fine = seven.residual(crops)
        off = np.log(fine[around].mean() / fine[inside].mean()) - noise_residual(crops, inside, around)
        assert abs(off) > 0.3, "looking at edges too changes next to nothing"


def test_a_number_that_is_nobodys_mistake_is_told_for_a_clip_not_for_shapes():
    words = checking.judge(find("clues.step"), lambda crops, inside, around: 3.25, {}, 0).words
    assert "of a clip of 3 frames" in words and "3.25" in words and "×" not in words
