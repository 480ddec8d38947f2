# ruff: noqa: F811
"""Answers to lesson 12 that its checks must refuse, and unusual ones that they must accept."""

import numpy as np
from sklearn.metrics import roc_curve

from unmasked.forensics import clues as seven
from wrong import right_answer, wrong_answer


@wrong_answer("clues.blur", "the fraction upside down")
def blur_ratio(crops, inside, around):
    sharp = seven.laplacian(crops)
    return np.log(sharp[inside].mean() / sharp[around].mean())


@wrong_answer("clues.blur", "no logarithm")
def blur_ratio(crops, inside, around):
    sharp = seven.laplacian(crops)
    return sharp[around].mean() / sharp[inside].mean()


@wrong_answer("clues.blur", "everything outside the face instead of the band")
def blur_ratio(crops, inside, around):
    sharp = seven.laplacian(crops)
    return np.log(sharp[~inside].mean() / sharp[inside].mean())


@wrong_answer("clues.blur", "the first frame's masks for all")
def blur_ratio(crops, inside, around):
    sharp = seven.laplacian(crops)
    return np.log(sharp[:, around[0]].mean() / sharp[:, inside[0]].mean())


@wrong_answer("clues.blur", "masks multiplied in, zeros counted in the mean")
def blur_ratio(crops, inside, around):
    sharp = seven.laplacian(crops)
    return np.log((sharp * around).mean() / (sharp * inside).mean())


@wrong_answer("clues.blur", "the ratio upside down, no logarithm")
def blur_ratio(crops, inside, around):
    sharp = seven.laplacian(crops)
    return sharp[inside].mean() / sharp[around].mean()


@wrong_answer("clues.blur", "a number for each frame, then their mean")
def blur_ratio(crops, inside, around):
    clip = zip(seven.laplacian(crops), inside, around, strict=True)
    return np.mean([np.log(sharp[rest].mean() / sharp[face].mean()) for sharp, face, rest in clip])


@wrong_answer("clues.blur", "a mean for each frame, then the ratio of their means")
def blur_ratio(crops, inside, around):
    sharp = seven.laplacian(crops)
    face, rest = (np.mean([one[m].mean() for one, m in zip(sharp, masks, strict=True)]) for masks in (inside, around))
    return np.log(rest / face)


@right_answer("clues.blur", "as a difference of logarithms of weighted means")
def blur_ratio(crops, inside, around):
    sharp = seven.laplacian(crops).astype(np.float64)
    return np.log(np.average(sharp, weights=around)) - np.log(np.average(sharp, weights=inside))


def given(real, fake):
    real, fake = np.array(real), np.array(fake)
    return real, fake, np.append(np.inf, np.unique(np.concatenate([real, fake]))[::-1])


@wrong_answer("clues.roc", "a score at the threshold counts as real")
def roc(real, fake):
    real, fake, thresholds = given(real, fake)
    return np.array([(real > t).mean() for t in thresholds]), np.array([(fake > t).mean() for t in thresholds])


@wrong_answer("clues.roc", "hits first")
def roc(real, fake):
    real, fake, thresholds = given(real, fake)
    return np.array([(fake >= t).mean() for t in thresholds]), np.array([(real >= t).mean() for t in thresholds])


@wrong_answer("clues.roc", "counts instead of shares")
def roc(real, fake):
    real, fake, thresholds = given(real, fake)
    return np.array([(real >= t).sum() for t in thresholds]), np.array([(fake >= t).sum() for t in thresholds])


@wrong_answer("clues.roc", "shares of everybody")
def roc(real, fake):
    real, fake, thresholds = given(real, fake)
    count = len(real) + len(fake)
    return np.array([(real >= t).sum() / count for t in thresholds]), np.array(
        [(fake >= t).sum() / count for t in thresholds]
    )


@wrong_answer("clues.roc", "shares of those called real")
def roc(real, fake):
    real, fake, thresholds = given(real, fake)
    return np.array([(real < t).mean() for t in thresholds]), np.array([(fake < t).mean() for t in thresholds])


@wrong_answer("clues.roc", "a score at the threshold counts as real, and hits first")
def roc(real, fake):
    real, fake, thresholds = given(real, fake)
    return np.array([(fake > t).mean() for t in thresholds]), np.array([(real > t).mean() for t in thresholds])


@wrong_answer("clues.roc", "the hit rates twice")
def roc(real, fake):
    real, fake, thresholds = given(real, fake)
    hits = np.array([(fake >= t).mean() for t in thresholds])
    return hits, hits


@right_answer("clues.roc", "all thresholds at once, returned as a list")
def roc(real, fake):
    real, fake, thresholds = given(real, fake)
    return [(np.asarray(scores)[None] >= thresholds[:, None]).mean(1) for scores in (real, fake)]


@right_answer("clues.roc", "asks scikit-learn")
def roc(real, fake):
    labels = [0] * len(real) + [1] * len(fake)
    alarms, hits, _ = roc_curve(labels, [*real, *fake], drop_intermediate=False)
    return alarms, hits


def pieces_of(crops, inside):
    return seven.to_lab(crops), seven.rim_pieces(inside)


@wrong_answer("clues.step", "the mean of the distances instead of the distance of the means")
def rim_step(crops, inside, around):
    lab, pieces = pieces_of(crops, inside)
    return np.median([np.linalg.norm(lab[a] - lab[b].mean(axis=0), axis=-1).mean() for a, b in pieces])


@wrong_answer("clues.step", "one mean over all three channels")
def rim_step(crops, inside, around):
    lab, pieces = pieces_of(crops, inside)
    return np.median([abs(lab[a].mean() - lab[b].mean()) for a, b in pieces])


@wrong_answer("clues.step", "sums the three differences")
def rim_step(crops, inside, around):
    lab, pieces = pieces_of(crops, inside)
    return np.median([np.abs(lab[a].mean(axis=0) - lab[b].mean(axis=0)).sum() for a, b in pieces])


@wrong_answer("clues.step", "the whole rim at once")
def rim_step(crops, inside, around):
    lab, (within, without) = seven.to_lab(crops), seven.rims(inside, 4)
    return np.linalg.norm(lab[within].mean(axis=0) - lab[without].mean(axis=0))


@wrong_answer("clues.step", "the mean over the pieces")
def rim_step(crops, inside, around):
    lab, pieces = pieces_of(crops, inside)
    return np.mean([np.linalg.norm(lab[a].mean(axis=0) - lab[b].mean(axis=0)) for a, b in pieces])


@wrong_answer("clues.step", "RGB instead of Lab")
def rim_step(crops, inside, around):
    _, pieces = pieces_of(crops, inside)
    return np.median([np.linalg.norm(crops[a].mean(axis=0) - crops[b].mean(axis=0)) for a, b in pieces])


@wrong_answer("clues.step", "each frame by itself, then the median of all")
def rim_step(crops, inside, around):
    return np.median([step for steps in step_by_frame(crops, inside) for step in steps])


@wrong_answer("clues.step", "the median over the pieces in each frame, then their mean")
def rim_step(crops, inside, around):
    return np.mean([np.median(steps) for steps in step_by_frame(crops, inside)])


def step_by_frame(crops, inside):
    lab, pieces = pieces_of(crops, inside)
    return [
        [np.linalg.norm(one[a[t]].mean(0) - one[b[t]].mean(0)) for a, b in pieces if a[t].any() and b[t].any()]
        for t, one in enumerate(lab)
    ]


@wrong_answer("clues.step", "the distance over all axes at once, of means that are single numbers")
def rim_step(crops, inside, around):
    lab, pieces = pieces_of(crops, inside)
    return np.median([np.linalg.norm(lab[a].mean() - lab[b].mean()) for a, b in pieces])


@wrong_answer("clues.step", "no root")
def rim_step(crops, inside, around):
    lab, pieces = pieces_of(crops, inside)
    return np.median([((lab[a].mean(axis=0) - lab[b].mean(axis=0)) ** 2).sum() for a, b in pieces])


@right_answer("clues.step", "by Pythagoras, and a median by sorting")
def rim_step(crops, inside, around):
    lab, pieces = pieces_of(crops, inside)
    steps = []
    for pair in pieces:
        a, b = (lab[strip].astype(float).sum(0) / strip.sum() for strip in pair)
        steps.append(float(sum((x - y) ** 2 for x, y in zip(a, b, strict=True)) ** 0.5))
    steps.sort()
    return (steps[len(steps) // 2] + steps[(len(steps) - 1) // 2]) / 2


@wrong_answer("clues.noise", "the fraction upside down")
def noise_residual(crops, inside, around):
    fine, flat = seven.residual(crops), seven.flat_ground(crops)
    return np.log(fine[flat & inside].mean() / fine[flat & around].mean())


@wrong_answer("clues.noise", "looks at edges too")
def noise_residual(crops, inside, around):
    fine = seven.residual(crops)
    return np.log(fine[around].mean() / fine[inside].mean())


@wrong_answer("clues.noise", "or instead of and")
def noise_residual(crops, inside, around):
    fine, flat = seven.residual(crops), seven.flat_ground(crops)
    return np.log(fine[flat | around].mean() / fine[flat | inside].mean())


@wrong_answer("clues.noise", "a difference instead of a ratio")
def noise_residual(crops, inside, around):
    fine, flat = seven.residual(crops), seven.flat_ground(crops)
    return fine[flat & around].mean() - fine[flat & inside].mean()


@wrong_answer("clues.noise", "no logarithm")
def noise_residual(crops, inside, around):
    fine, flat = seven.residual(crops), seven.flat_ground(crops)
    return fine[flat & around].mean() / fine[flat & inside].mean()


@wrong_answer("clues.noise", "looks at edges too, no logarithm")
def noise_residual(crops, inside, around):
    fine = seven.residual(crops)
    return fine[around].mean() / fine[inside].mean()


@wrong_answer("clues.noise", "flat ground around, but not inside")
def noise_residual(crops, inside, around):
    fine, flat = seven.residual(crops), seven.flat_ground(crops)
    return np.log(fine[flat & around].mean() / fine[inside].mean())


@wrong_answer("clues.noise", "where it is NOT flat")
def noise_residual(crops, inside, around):
    fine, flat = seven.residual(crops), seven.flat_ground(crops)
    return np.log(fine[~flat & around].mean() / fine[~flat & inside].mean())


@right_answer("clues.noise", "with weights, as a difference of logarithms")
def noise_residual(crops, inside, around):
    fine, flat = seven.residual(crops).astype(float), seven.flat_ground(crops)
    face, rest = ((fine * (flat * where)).sum() / (flat * where).sum() for where in (inside, around))
    return np.log(rest) - np.log(face)


@wrong_answer("clues.flicker", "the first difference")
def trembling(grey):
    return np.abs(grey[1:-1] - grey[:-2])


@wrong_answer("clues.flicker", "no absolute value")
def trembling(grey):
    return grey[:-2] - 2 * grey[1:-1] + grey[2:]


@wrong_answer("clues.flicker", "along the rows of the picture instead of time")
def trembling(grey):
    return np.abs(grey[:, :-2] - 2 * grey[:, 1:-1] + grey[:, 2:])


@wrong_answer("clues.flicker", "the middle frame counted once")
def trembling(grey):
    return np.abs(grey[:-2] - grey[1:-1] + grey[2:])


@wrong_answer("clues.flicker", "half the second difference")
def trembling(grey):
    return np.abs(grey[1:-1] - (grey[:-2] + grey[2:]) / 2)


@wrong_answer("clues.flicker", "the neighbours alone")
def trembling(grey):
    return np.abs(grey[2:] - grey[:-2])


@right_answer("clues.flicker", "by NumPy's own second difference")
def trembling(grey):
    return np.abs(np.diff(grey, n=2, axis=0))


@right_answer("clues.flicker", "frame by frame")
def trembling(grey):
    return np.stack([abs(grey[t - 1] + grey[t + 1] - 2 * grey[t]) for t in range(1, len(grey) - 1)])


@wrong_answer("clues.roc", "sorts the scores in place")
def roc(real, fake):
    real.sort()
    fake.sort()
    real, fake, thresholds = given(real, fake)
    return np.array([(real >= t).mean() for t in thresholds]), np.array([(fake >= t).mean() for t in thresholds])


@wrong_answer("clues.roc", "the fakes that were missed")
def roc(real, fake):
    real, fake, thresholds = given(real, fake)
    return np.array([(real >= t).mean() for t in thresholds]), np.array([(fake < t).mean() for t in thresholds])


@wrong_answer("clues.roc", "returns inside the loop")
def roc(real, fake):
    real, fake, thresholds = given(real, fake)
    for t in thresholds:
        return (real >= t).mean(), (fake >= t).mean()


@wrong_answer("clues.roc", "the share at each threshold alone")
def roc(real, fake):
    real, fake, thresholds = given(real, fake)
    return np.array([(real == t).mean() for t in thresholds]), np.array([(fake == t).mean() for t in thresholds])


@wrong_answer("clues.blur", "nothing below 0")
def blur_ratio(crops, inside, around):
    sharp = seven.laplacian(crops)
    return max(0.0, np.log(sharp[around].mean() / sharp[inside].mean()))


@wrong_answer("clues.flicker", "results of the first frame alone")
def trembling(grey):
    for t in range(1, len(grey) - 1):
        return np.abs(grey[t - 1] - 2 * grey[t] + grey[t + 1])


@wrong_answer("clues.flicker", "turns the pictures into differences in place")
def trembling(grey):
    grey[1:] -= grey[:-1].copy()
    return np.abs(grey[2:] - grey[1:-1])


@right_answer("clues.flicker", "a matrix over time, in double precision")
def trembling(grey):
    over_time = (
        np.eye(len(grey) - 2, len(grey)) - 2 * np.eye(len(grey) - 2, len(grey), 1) + np.eye(len(grey) - 2, len(grey), 2)
    )
    return np.abs(np.tensordot(over_time, grey, 1))
