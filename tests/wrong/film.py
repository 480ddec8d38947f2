# ruff: noqa: F811
"""Answers to lesson 09 that its checks must refuse, and unusual ones that they must accept."""

import cv2
import numpy as np
from scipy import ndimage, signal

from unmasked import blend
from wrong import right_answer, wrong_answer


def labs(clip):
    return np.stack([blend.to_lab(frame) for frame in clip])


def sizes(clip, truth):
    return np.linalg.norm(np.diff(labs(clip) - labs(truth), axis=0), axis=-1)


@wrong_answer("film.flicker", "the mean error")
def flicker(clip, masks, truth):
    errors = np.linalg.norm(labs(clip) - labs(truth), axis=-1)
    return float(np.mean([error[mask].mean() for error, mask in zip(errors, masks, strict=True)]))


@wrong_answer("film.flicker", "the truth isn't taken out")
def flicker(clip, masks, truth):
    jumps = np.linalg.norm(np.diff(labs(clip), axis=0), axis=-1)
    return float(np.mean([jump[a & b].mean() for jump, a, b in zip(jumps, masks, masks[1:], strict=False)]))


@wrong_answer("film.flicker", "the whole frame")
def flicker(clip, masks, truth):
    return float(sizes(clip, truth).mean())


@wrong_answer("film.flicker", "the later mask alone")
def flicker(clip, masks, truth):
    return float(np.mean([jump[mask].mean() for jump, mask in zip(sizes(clip, truth), masks[1:], strict=True)]))


@wrong_answer("film.flicker", "inside in one of the frames")
def flicker(clip, masks, truth):
    either = masks[1:] | masks[:-1]
    return float(np.mean([jump[mask].mean() for jump, mask in zip(sizes(clip, truth), either, strict=True)]))


@wrong_answer("film.flicker", "how the size of the error changes")
def flicker(clip, masks, truth):
    errors = np.linalg.norm(labs(clip) - labs(truth), axis=-1)
    jumps = np.abs(np.diff(errors, axis=0))
    return float(np.mean([jump[a & b].mean() for jump, a, b in zip(jumps, masks, masks[1:], strict=False)]))


@wrong_answer("film.flicker", "mean colours, as in lesson 08")
def flicker(clip, masks, truth):
    return blend.flicker(clip, masks, truth)


@wrong_answer("film.flicker", "divides by the number of frames")
def flicker(clip, masks, truth):
    jumps = [jump[a & b].mean() for jump, a, b in zip(sizes(clip, truth), masks, masks[1:], strict=False)]
    return float(np.sum(jumps) / len(clip))


@wrong_answer("film.flicker", "one mean over all pixels of all pairs")
def flicker(clip, masks, truth):
    return float(sizes(clip, truth)[masks[1:] & masks[:-1]].mean())


@wrong_answer("film.flicker", "an array with one number a pair")
def flicker(clip, masks, truth):
    jumps = zip(sizes(clip, truth), masks, masks[1:], strict=False)
    return np.array([jump[a & b].mean() for jump, a, b in jumps])


@wrong_answer("film.flicker", "in grey levels of red, green and blue")
def flicker(clip, masks, truth):
    off = clip.astype(float) - truth
    jumps = np.linalg.norm(np.diff(off, axis=0), axis=-1)
    return float(np.mean([jump[a & b].mean() for jump, a, b in zip(jumps, masks, masks[1:], strict=False)]))


@right_answer("film.flicker", "a masked array, without a loop over frames")
def flicker(clip, masks, truth):
    both = masks[1:] & masks[:-1]
    return np.ma.array(sizes(clip, truth), mask=~both).mean((1, 2)).mean().item()


@right_answer("film.flicker", "weights in place of a choice of pixels")
def flicker(clip, masks, truth):
    total = 0.0
    for t in range(len(clip) - 1):
        weight = (masks[t] * masks[t + 1]).astype(float)
        change = (blend.to_lab(clip[t + 1]) - blend.to_lab(clip[t])) - (
            blend.to_lab(truth[t + 1]) - blend.to_lab(truth[t])
        )
        total += (weight * np.sqrt((change.astype(float) ** 2).sum(-1))).sum() / weight.sum()
    return np.float64(total / (len(clip) - 1))


@wrong_answer("film.ema", "the shares exchanged")
def ema(track, share):
    out = [track[0]]
    for value in track[1:]:
        out.append((1 - share) * value + share * out[-1])
    return np.stack(out)


@wrong_answer("film.ema", "the frame before as it was found")
def ema(track, share):
    return np.concatenate([track[:1], share * track[1:] + (1 - share) * track[:-1]])


@wrong_answer("film.ema", "begins at nothing")
def ema(track, share):
    last, out = np.zeros_like(track[0]), []
    for value in track:
        last = share * value + (1 - share) * last
        out.append(last)
    return np.stack(out)


@wrong_answer("film.ema", "the old value whole")
def ema(track, share):
    out = [track[0]]
    for value in track[1:]:
        out.append(share * value + out[-1])
    return np.stack(out)


@wrong_answer("film.ema", "from the end")
def ema(track, share):
    out = [track[-1]]
    for value in track[-2::-1]:
        out.append(share * value + (1 - share) * out[-1])
    return np.stack(out[::-1])


@wrong_answer("film.ema", "the mean so far")
def ema(track, share):
    return np.stack([track[: t + 1].mean(0) for t in range(len(track))])


@wrong_answer("film.ema", "works in the track that it was given")
def ema(track, share):
    for t in range(1, len(track)):
        track[t] = share * track[t] + (1 - share) * track[t - 1]
    return track


@wrong_answer("film.ema", "along the last axis")
def ema(track, share):
    out = np.array(track, float)
    for place in range(1, out.shape[-1]):
        out[..., place] = share * track[..., place] + (1 - share) * out[..., place - 1]
    return out


@wrong_answer("film.ema", "a frame is missing")
def ema(track, share):
    out = [track[0]]
    for value in track[1:]:
        out.append(share * value + (1 - share) * out[-1])
    return np.stack(out[1:])


@right_answer("film.ema", "as a filter of signals")
def ema(track, share):
    state = (1 - share) * np.asarray(track, float)[:1]
    return signal.lfilter([share], [1, share - 1], np.asarray(track, float), axis=0, zi=state)[0]


@right_answer("film.ema", "moves towards the new value, in a copy")
def ema(track, share):
    out = track.astype(np.float32)
    for t in range(1, len(out)):
        out[t] = out[t - 1] + share * (track[t] - out[t - 1])
    return out


@right_answer("film.ema", "as weights of all earlier frames")
def ema(track, share):
    count = len(track)
    ages = np.arange(count)[:, None] - np.arange(count)
    weights = np.where(ages >= 0, share * (1 - share) ** np.maximum(ages, 0), 0)
    weights[:, 0] = (1 - share) ** np.arange(count)
    return np.tensordot(weights, track, 1)


def fetch(picture, x, y):
    return cv2.remap(
        picture, x.astype(np.float32), y.astype(np.float32), cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )


def met(before, after, one, other, a, b, share):
    y, x = np.mgrid[: before.shape[0], : before.shape[1]]
    first = fetch(before, x - a * one[..., 0], y - a * one[..., 1])
    second = fetch(after, x - b * other[..., 0], y - b * other[..., 1])
    return np.rint((1 - share) * first + share * second).astype(np.uint8)


@wrong_answer("film.between", "a cross-fade")
def between(before, after, forward, backward, t):
    return np.rint((1 - t) * before + t * after).astype(np.uint8)


@wrong_answer("film.between", "fetches from where pixels go")
def between(before, after, forward, backward, t):
    return met(before, after, forward, backward, -t, t - 1, t)


@wrong_answer("film.between", "both the whole way")
def between(before, after, forward, backward, t):
    return met(before, after, forward, backward, 1, 1, t)


@wrong_answer("film.between", "the second frame by t as well")
def between(before, after, forward, backward, t):
    return met(before, after, forward, backward, t, t, t)


@wrong_answer("film.between", "forward for both")
def between(before, after, forward, backward, t):
    return met(before, after, forward, forward, t, 1 - t, t)


@wrong_answer("film.between", "x and y exchanged")
def between(before, after, forward, backward, t):
    return met(before, after, forward[..., ::-1], backward[..., ::-1], t, 1 - t, t)


@wrong_answer("film.between", "half and half")
def between(before, after, forward, backward, t):
    return met(before, after, forward, backward, t, 1 - t, 0.5)


@wrong_answer("film.between", "the first frame alone")
def between(before, after, forward, backward, t):
    return met(before, after, forward, backward, t, 1 - t, 0)


@wrong_answer("film.between", "t the wrong way round")
def between(before, after, forward, backward, t):
    return met(before, after, forward, backward, 1 - t, t, 1 - t)


@wrong_answer("film.between", "floats in 0…255")
def between(before, after, forward, backward, t):
    return met(before, after, forward, backward, t, 1 - t, t).astype(float)


@wrong_answer("film.between", "the nearest of the two frames")
def between(before, after, forward, backward, t):
    return before if t < 0.5 else after


@right_answer("film.between", "by SciPy, channel by channel")
def between(before, after, forward, backward, t):
    grid = np.mgrid[: before.shape[0], : before.shape[1]].astype(float)
    parts = []
    for picture, flow, way in ((before, forward, t), (after, backward, 1 - t)):
        places = grid - way * np.moveaxis(flow[..., ::-1], -1, 0)
        moved = [
            ndimage.map_coordinates(one, places, order=1, mode="nearest") for one in 1.0 * picture.transpose(2, 0, 1)
        ]
        parts.append(np.stack(moved, -1))
    return np.rint((1 - t) * parts[0] + t * parts[1]).astype(np.uint8)


@right_answer("film.between", "places in one array, rounded by adding a half")
def between(before, after, forward, backward, t):
    y, x = np.mgrid[: before.shape[0], : before.shape[1]].astype(np.float32)
    here = np.dstack([x, y])
    moved = [
        cv2.remap(picture, here - np.float32(way) * flow, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        for picture, flow, way in ((before, forward, t), (after, backward, 1 - t))
    ]
    return ((1 - t) * moved[0] + t * moved[1] + 0.5).astype(np.uint8)
