# ruff: noqa: F811
"""Answers to lesson 11 that its checks must refuse, and unusual ones that they must accept."""

import numpy as np
import torch
from scipy import fft

from wrong import right_answer, wrong_answer


def joined(cepstra, loud):
    heard = np.column_stack([cepstra, loud])
    return np.hstack([heard, np.diff(heard, axis=0, prepend=heard[:1])])


@wrong_answer("lip-sync.hear", "no logarithm of the bands")
def hear(bands, energy):
    return joined(fft.dct(bands, norm="ortho")[:, :13], np.log(energy))


@wrong_answer("lip-sync.hear", "no logarithm of the energy")
def hear(bands, energy):
    return joined(fft.dct(np.log(bands), norm="ortho")[:, :13], energy)


@wrong_answer("lip-sync.hear", "no logarithm at all")
def hear(bands, energy):
    return joined(fft.dct(bands, norm="ortho")[:, :13], energy)


@wrong_answer("lip-sync.hear", "without the scale of the transform")
def hear(bands, energy):
    return joined(fft.dct(np.log(bands))[:, :13], np.log(energy))


@wrong_answer("lip-sync.hear", "the transform along time")
def hear(bands, energy):
    return joined(fft.dct(np.log(bands), axis=0, norm="ortho")[:, :13], np.log(energy))


@wrong_answer("lip-sync.hear", "the first coefficient left out")
def hear(bands, energy):
    return joined(fft.dct(np.log(bands), norm="ortho")[:, 1:14], np.log(energy))


@wrong_answer("lip-sync.hear", "no cosine transform")
def hear(bands, energy):
    return joined(np.log(bands)[:, :13], np.log(energy))


@wrong_answer("lip-sync.hear", "the energy in front")
def hear(bands, energy):
    heard = np.column_stack([np.log(energy), fft.dct(np.log(bands), norm="ortho")[:, :13]])
    return np.hstack([heard, np.diff(heard, axis=0, prepend=heard[:1])])


@wrong_answer("lip-sync.hear", "changes to the next row")
def hear(bands, energy):
    heard = joined(fft.dct(np.log(bands), norm="ortho")[:, :13], np.log(energy))[:, :14]
    return np.hstack([heard, np.diff(heard, axis=0, append=heard[-1:])])


@wrong_answer("lip-sync.hear", "the first row changes from nothing")
def hear(bands, energy):
    heard = joined(fft.dct(np.log(bands), norm="ortho")[:, :13], np.log(energy))[:, :14]
    return np.hstack([heard, np.diff(heard, axis=0, prepend=np.zeros((1, 14)))])


@wrong_answer("lip-sync.hear", "gradients in place of differences")
def hear(bands, energy):
    heard = joined(fft.dct(np.log(bands), norm="ortho")[:, :13], np.log(energy))[:, :14]
    return np.hstack([heard, np.gradient(heard, axis=0) if len(heard) > 1 else 0 * heard])


@wrong_answer("lip-sync.hear", "the 14 numbers alone")
def hear(bands, energy):
    return np.column_stack([fft.dct(np.log(bands), norm="ortho")[:, :13], np.log(energy)])


@wrong_answer("lip-sync.hear", "logarithms to the base of ten")
def hear(bands, energy):
    return joined(fft.dct(np.log10(bands), norm="ortho")[:, :13], np.log10(energy))


@right_answer("lip-sync.hear", "the cosine transform as a matrix")
def hear(bands, energy):
    count = bands.shape[1]
    k, place = np.arange(13), np.arange(count) + 0.5
    matrix = np.sqrt(2 / count) * np.cos(np.pi * np.outer(place, k) / count)
    matrix[:, 0] /= np.sqrt(2)
    heard = np.concatenate([np.log(bands) @ matrix, np.log(energy)[:, None]], axis=1)
    before = np.concatenate([heard[:1], heard[:-1]])
    return np.concatenate([heard, heard - before], axis=1)


@right_answer("lip-sync.hear", "row by row, in single precision")
def hear(bands, energy):
    rows, last = [], None
    for band, loud in zip(bands, energy, strict=True):
        now = np.append(fft.dct(np.log(band), norm="ortho")[:13], np.log(loud))
        rows.append(np.append(now, 0 * now if last is None else now - last))
        last = now
    return np.array(rows, np.float32)


@wrong_answer("lip-sync.delayed", "asks for the future")
def delayed(targets, delay):
    return np.concatenate([targets[delay:], np.repeat(targets[-1:], delay, 0)])[: len(targets)]


@wrong_answer("lip-sync.delayed", "the end comes round to the beginning")
def delayed(targets, delay):
    return np.roll(targets, delay, axis=0)


@wrong_answer("lip-sync.delayed", "zeros while nothing is due")
def delayed(targets, delay):
    return np.concatenate([np.zeros((delay, targets.shape[1])), targets])[: len(targets)]


@wrong_answer("lip-sync.delayed", "no numbers while nothing is due")
def delayed(targets, delay):
    out = np.full(targets.shape, np.nan)
    out[delay:] = targets[: len(targets) - delay] if delay < len(targets) else np.empty((0, targets.shape[1]))
    return out


@wrong_answer("lip-sync.delayed", "shorter than it came")
def delayed(targets, delay):
    return targets[: len(targets) - delay]


@wrong_answer("lip-sync.delayed", "longer than it came")
def delayed(targets, delay):
    return np.concatenate([np.repeat(targets[:1], delay, 0), targets])


@wrong_answer("lip-sync.delayed", "one step too many")
def delayed(targets, delay):
    return targets[np.maximum(np.arange(len(targets)) - delay - 1, 0)]


@wrong_answer("lip-sync.delayed", "works in the track that it was given, where what's read has changed")
def delayed(targets, delay):
    for i in range(delay, len(targets)):
        targets[i] = targets[i - delay]
    return targets


@wrong_answer("lip-sync.delayed", "fails when the delay is longer than the track")
def delayed(targets, delay):
    out = targets.copy()
    out[delay:] = targets[: len(targets) - delay]
    out[:delay] = targets[:1]
    return out if delay < len(targets) else targets


@wrong_answer("lip-sync.delayed", "a delay of 0 empties the track")
def delayed(targets, delay):
    return np.concatenate([np.repeat(targets[:1], delay, 0), targets[:-delay]])


@wrong_answer("lip-sync.delayed", "a delay of 0 leaves nothing to fill in")
def delayed(targets, delay):
    out = np.repeat(targets[:1], len(targets), axis=0)
    out[delay:] = targets[:-delay]
    return out


@right_answer("lip-sync.delayed", "places, cut off at 0")
def delayed(targets, delay):
    return targets[np.clip(np.arange(len(targets)) - delay, 0, None)]


@right_answer("lip-sync.delayed", "step by step with a queue")
def delayed(targets, delay):
    queue, out = [targets[0]] * delay, []
    for row in targets:
        queue.append(row)
        out.append(queue.pop(0))
    return np.stack(out)


@right_answer("lip-sync.delayed", "by padding")
def delayed(targets, delay):
    return np.pad(targets, ((delay, 0), (0, 0)), mode="edge")[: len(targets)].astype(np.float32)


def order_of(scores, count):
    return np.argsort(scores, kind="stable")[:count]


@wrong_answer("lip-sync.nearest", "the farthest")
def nearest(wanted, lips, count):
    distances = np.linalg.norm(lips - wanted, axis=-1).mean(-1)
    chosen = order_of(-distances, count)
    return chosen, distances[chosen]


@wrong_answer("lip-sync.nearest", "the sum over the points")
def nearest(wanted, lips, count):
    distances = np.linalg.norm(lips - wanted, axis=-1).sum(-1)
    chosen = order_of(distances, count)
    return chosen, distances[chosen]


@wrong_answer("lip-sync.nearest", "the length of all 36 numbers")
def nearest(wanted, lips, count):
    distances = np.linalg.norm((lips - wanted).reshape(len(lips), -1), axis=-1)
    chosen = order_of(distances, count)
    return chosen, distances[chosen]


@wrong_answer("lip-sync.nearest", "squares without the root")
def nearest(wanted, lips, count):
    distances = np.square(lips - wanted).sum(-1).mean(-1)
    chosen = order_of(distances, count)
    return chosen, distances[chosen]


@wrong_answer("lip-sync.nearest", "the middles of the mouths")
def nearest(wanted, lips, count):
    distances = np.linalg.norm(lips.mean(1) - wanted.mean(0), axis=-1)
    chosen = order_of(distances, count)
    return chosen, distances[chosen]


@wrong_answer("lip-sync.nearest", "not sorted")
def nearest(wanted, lips, count):
    distances = np.linalg.norm(lips - wanted, axis=-1).mean(-1)
    chosen = np.sort(order_of(distances, count))
    return (chosen, distances[chosen]) if count > 1 else (order_of(-distances, 1), distances[order_of(-distances, 1)])


@wrong_answer("lip-sync.nearest", "distances of the first mouths of the clip")
def nearest(wanted, lips, count):
    distances = np.linalg.norm(lips - wanted, axis=-1).mean(-1)
    return order_of(distances, count), distances[:count]


@wrong_answer("lip-sync.nearest", "places alone")
def nearest(wanted, lips, count):
    return order_of(np.linalg.norm(lips - wanted, axis=-1).mean(-1), count)


@wrong_answer("lip-sync.nearest", "the mouths themselves")
def nearest(wanted, lips, count):
    distances = np.linalg.norm(lips - wanted, axis=-1).mean(-1)
    chosen = order_of(distances, count)
    return lips[chosen], distances[chosen]


@wrong_answer("lip-sync.nearest", "one too few")
def nearest(wanted, lips, count):
    distances = np.linalg.norm(lips - wanted, axis=-1).mean(-1)
    chosen = order_of(distances, count - 1)
    return chosen, distances[chosen]


@right_answer("lip-sync.nearest", "a sorted list of pairs")
def nearest(wanted, lips, count):
    pairs = sorted((float(np.sqrt(((one - wanted) ** 2).sum(1)).mean()), k) for k, one in enumerate(lips))[:count]
    return np.array([k for _, k in pairs]), np.array([far for far, _ in pairs])


@right_answer("lip-sync.nearest", "complex numbers, and a list of both")
def nearest(wanted, lips, count):
    off = (lips - wanted) @ np.array([1, 1j])
    distances = np.abs(off).mean(-1).astype(np.float32)
    chosen = np.argpartition(distances, count - 1)[:count]
    chosen = chosen[np.argsort(distances[chosen])]
    return [chosen.astype(np.int32), distances[chosen]]


@wrong_answer("lip-sync.median", "the weighted mean")
def median(pictures, weights):
    return np.rint(np.tensordot(weights, pictures.astype(float), 1) / weights.sum()).astype(np.uint8)


@wrong_answer("lip-sync.median", "the plain median")
def median(pictures, weights):
    return np.rint(np.median(pictures, axis=0)).astype(np.uint8)


@wrong_answer("lip-sync.median", "the weighted mean, cut off")
def median(pictures, weights):
    return (pictures * weights[:, None, None, None]).sum(0).astype(np.uint8)


@wrong_answer("lip-sync.median", "the plain mean, cut off")
def median(pictures, weights):
    return pictures.mean(0).astype(np.uint8)


@wrong_answer("lip-sync.median", "the plain median, cut off")
def median(pictures, weights):
    return np.median(pictures, axis=0).astype(np.uint8)


@wrong_answer("lip-sync.median", "weights that stay behind")
def median(pictures, weights):
    values = np.sort(pictures, axis=0)
    return values[(np.cumsum(weights) >= weights.sum() / 2).argmax()]


@wrong_answer("lip-sync.median", "the heaviest picture")
def median(pictures, weights):
    return pictures[weights.argmax()]


@wrong_answer("lip-sync.median", "whole pictures in order of their brightness")
def median(pictures, weights):
    order = np.argsort(pictures.mean((1, 2, 3)))
    return pictures[order][(np.cumsum(weights[order]) >= weights.sum() / 2).argmax()]


@wrong_answer("lip-sync.median", "floats")
def median(pictures, weights):
    order = np.argsort(pictures, axis=0, kind="stable")
    middle = (np.cumsum(weights[order], 0) >= weights.sum() / 2).argmax(0)
    return np.take_along_axis(np.take_along_axis(pictures, order, 0), middle[None], 0)[0] / 255


@wrong_answer("lip-sync.median", "one order for the three channels")
def median(pictures, weights):
    order = np.argsort(pictures.mean(-1), axis=0, kind="stable")
    middle = (np.cumsum(weights[order], 0) >= weights.sum() / 2).argmax(0)
    chosen = np.take_along_axis(order, middle[None], 0)[0]
    rows, columns = np.indices(chosen.shape)
    return pictures[chosen, rows, columns]


@wrong_answer("lip-sync.median", "the smallest value")
def median(pictures, weights):
    return pictures.min(0)


@wrong_answer("lip-sync.median", "past three quarters of the weight")
def median(pictures, weights):
    order = np.argsort(pictures, axis=0, kind="stable")
    middle = (np.cumsum(weights[order], 0) >= 0.75 * weights.sum()).argmax(0)
    return np.take_along_axis(np.take_along_axis(pictures, order, 0), middle[None], 0)[0]


@right_answer("lip-sync.median", "pixel by pixel")
def median(pictures, weights):
    out = np.empty(pictures.shape[1:], np.uint8)
    for place in np.ndindex(out.shape):
        total = 0.0
        for k in sorted(range(len(pictures)), key=lambda k: pictures[(k, *place)]):
            total += weights[k]
            if total >= weights.sum() / 2 - 1e-9:
                out[place] = pictures[(k, *place)]
                break
    return out


@right_answer("lip-sync.median", "asks each value how much lies at or below it, in torch")
def median(pictures, weights):
    values = torch.from_numpy(pictures.astype(np.float32))
    share = torch.from_numpy(weights / weights.sum())
    below = torch.stack([(share.view(-1, 1, 1, 1) * (values <= one)).sum(0) for one in values])
    enough = torch.where(below >= 0.5 - 1e-9, values, torch.full_like(values, 999))
    return enough.amin(0).numpy().astype(np.uint8)
