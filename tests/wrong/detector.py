# ruff: noqa: F811
"""Answers to lesson 13 that its checks must refuse, and unusual ones that they must accept."""

from fractions import Fraction

import numpy as np
import torch
from scipy.stats import rankdata
from torch.nn.functional import binary_cross_entropy_with_logits, softplus

from wrong import afresh, copy_of, right_answer, wrong_answer


@wrong_answer("detector.split", "deals out frames")
def clean_split(whose, share, generator):
    return generator.random(len(whose)) < share


@wrong_answer("detector.split", "the first characters, whatever the generator says")
def clean_split(whose, share, generator):
    names = np.unique(whose)
    return np.isin(whose, names[: round(share * len(names))])


@wrong_answer("detector.split", "the wrong side is True")
def clean_split(whose, share, generator):
    names = generator.permutation(np.unique(whose))
    return ~np.isin(whose, names[: round(share * len(names))])


@wrong_answer("detector.split", "the first frames, so one character is cut in two")
def clean_split(whose, share, generator):
    order = np.argsort(whose)
    learn = np.zeros(len(whose), bool)
    learn[order[: round(share * len(whose))]] = True
    return learn


@wrong_answer("detector.split", "NumPy's own dice instead of the generator")
def clean_split(whose, share, generator):
    names = np.random.permutation(np.unique(whose))
    return np.isin(whose, names[: round(share * len(names))])


@wrong_answer("detector.split", "one character too few")
def clean_split(whose, share, generator):
    names = generator.permutation(np.unique(whose))
    return np.isin(whose, names[: round(share * len(names)) - 1])


@right_answer("detector.split", "a half rounded up")
def clean_split(whose, share, generator):
    names = generator.permutation(np.unique(whose))
    return np.isin(whose, names[: int(share * len(names) + 0.5)])


@right_answer("detector.split", "a set and a loop")
def clean_split(whose, share, generator):
    names = sorted(set(whose.tolist()))
    generator.shuffle(names)
    learned = set(names[: round(share * len(names))])
    return np.array([one in learned for one in whose.tolist()])


@wrong_answer("detector.blend", "picture and changed copy swapped")
def self_blend(picture, changed, mask):
    share = mask[..., None]
    return np.rint(share * picture + (1 - share) * changed).astype(np.uint8), 4 * mask * (1 - mask)


@wrong_answer("detector.blend", "the boundary without its 4")
def self_blend(picture, changed, mask):
    share = mask[..., None]
    return np.rint(share * changed + (1 - share) * picture).astype(np.uint8), mask * (1 - mask)


@wrong_answer("detector.blend", "a hard edge")
def self_blend(picture, changed, mask):
    return np.where(mask[..., None] > 0.5, changed, picture), 4 * mask * (1 - mask)


@wrong_answer("detector.blend", "left as floats")
def self_blend(picture, changed, mask):
    share = mask[..., None]
    return share * changed + (1 - share) * picture, 4 * mask * (1 - mask)


@wrong_answer("detector.blend", "the mask given back as the boundary")
def self_blend(picture, changed, mask):
    share = mask[..., None]
    return np.rint(share * changed + (1 - share) * picture).astype(np.uint8), mask


@right_answer("detector.blend", "the picture plus a share of the difference")
def self_blend(picture, changed, mask):
    difference = changed.astype(np.float64) - picture
    blended = (picture + np.stack([mask * difference[..., c] for c in range(3)], -1)).round().astype(np.uint8)
    return blended, 1 - (2 * mask - 1) ** 2


@wrong_answer("detector.auc", "ties count nothing")
def area(real, fake):
    return float((fake[:, None] > real).mean())


@wrong_answer("detector.auc", "recordings on top")
def area(real, fake):
    return float((real[:, None] > fake).mean() + 0.5 * (real[:, None] == fake).mean())


@wrong_answer("detector.auc", "accuracy at a threshold of one half")
def area(real, fake):
    return float(np.concatenate([fake >= 0.5, real < 0.5]).mean())


@wrong_answer("detector.auc", "only as many pairs as the shorter list has")
def area(real, fake):
    n = min(len(real), len(fake))
    return float((fake[:n] > real[:n]).mean() + 0.5 * (fake[:n] == real[:n]).mean())


@wrong_answer("detector.auc", "ties count as won")
def area(real, fake):
    return float((fake[:, None] >= real).mean())


@wrong_answer("detector.auc", "the number of pairs won")
def area(real, fake):
    return float((fake[:, None] > real).sum() + 0.5 * (fake[:, None] == real).sum())


@wrong_answer("detector.auc", "divided by the number of fakes")
def area(real, fake):
    return float(((fake[:, None] > real).sum() + 0.5 * (fake[:, None] == real).sum()) / len(fake))


@wrong_answer("detector.auc", "divided by the number of recordings")
def area(real, fake):
    return float(((fake[:, None] > real).sum() + 0.5 * (fake[:, None] == real).sum()) / len(real))


@right_answer("detector.auc", "by ranks")
def area(real, fake):
    ranks = rankdata(np.concatenate([real, fake]))[len(real) :]
    return (ranks.sum() - len(fake) * (len(fake) + 1) / 2) / (len(real) * len(fake))


@wrong_answer("detector.ppv", "the hit rate")
def ppv(hit_rate, alarm_rate, prevalence):
    return hit_rate


@wrong_answer("detector.ppv", "forgets how rare fakes are")
def ppv(hit_rate, alarm_rate, prevalence):
    return hit_rate / (hit_rate + alarm_rate)


@wrong_answer("detector.ppv", "false alarms among fakes")
def ppv(hit_rate, alarm_rate, prevalence):
    return hit_rate * prevalence / (hit_rate * prevalence + alarm_rate * prevalence)


@wrong_answer("detector.ppv", "the accuracy")
def ppv(hit_rate, alarm_rate, prevalence):
    return hit_rate * prevalence + (1 - alarm_rate) * (1 - prevalence)


@wrong_answer("detector.ppv", "one minus the false-alarm rate")
def ppv(hit_rate, alarm_rate, prevalence):
    return 1 - alarm_rate


@wrong_answer("detector.ppv", "the recordings among the flagged")
def ppv(hit_rate, alarm_rate, prevalence):
    caught, accused = hit_rate * prevalence, alarm_rate * (1 - prevalence)
    return accused / (caught + accused)


@wrong_answer("detector.ppv", "fake and flagged, of all clips")
def ppv(hit_rate, alarm_rate, prevalence):
    return hit_rate * prevalence


@wrong_answer("detector.ppv", "all that is flagged")
def ppv(hit_rate, alarm_rate, prevalence):
    return hit_rate * prevalence + alarm_rate * (1 - prevalence)


@wrong_answer("detector.ppv", "false alarms not weighted")
def ppv(hit_rate, alarm_rate, prevalence):
    return hit_rate * prevalence / (hit_rate * prevalence + alarm_rate)


@wrong_answer("detector.ppv", "hits not weighted")
def ppv(hit_rate, alarm_rate, prevalence):
    return hit_rate / (hit_rate + alarm_rate * (1 - prevalence))


@wrong_answer("detector.ppv", "in percent")
def ppv(hit_rate, alarm_rate, prevalence):
    caught, accused = hit_rate * prevalence, alarm_rate * (1 - prevalence)
    return 100 * caught / (caught + accused)


@right_answer("detector.ppv", "odds times a likelihood ratio")
def ppv(hit_rate, alarm_rate, prevalence):
    if prevalence == 1:
        return 1.0
    odds = prevalence / (1 - prevalence) * hit_rate / alarm_rate
    return odds / (1 + odds)


def dealt(whose, share, generator):
    names = generator.permutation(np.unique(whose))
    return np.isin(whose, names[: round(share * len(names))])


@wrong_answer("detector.split", "a new generator of the same seed")
def clean_split(whose, share, generator):
    return dealt(whose, share, afresh(generator))


@wrong_answer("detector.split", "a copy of the generator")
def clean_split(whose, share, generator):
    return dealt(whose, share, copy_of(generator))


@wrong_answer("detector.split", "the share cut off, not rounded")
def clean_split(whose, share, generator):
    names = generator.permutation(np.unique(whose))
    return np.isin(whose, names[: int(share * len(names))])


@wrong_answer("detector.split", "the share rounded up")
def clean_split(whose, share, generator):
    names = generator.permutation(np.unique(whose))
    return np.isin(whose, names[: int(np.ceil(share * len(names)))])


@wrong_answer("detector.split", "a list, which can't be turned over")
def clean_split(whose, share, generator):
    return dealt(whose, share, generator).tolist()


@right_answer("detector.split", "a number drawn for each character, the lowest learn; other names")
def clean_split(frames, part, dice):
    names, number = np.unique(frames, return_inverse=True)
    rank = dice.random(len(names)).argsort().argsort()
    return (rank < round(part * len(names)))[number]


@wrong_answer("detector.blend", "cut off instead of rounded")
def self_blend(picture, changed, mask):
    share = mask[..., None]
    return (share * changed + (1 - share) * picture).astype(np.uint8), 4 * mask * (1 - mask)


@wrong_answer("detector.blend", "the boundary all or nothing")
def self_blend(picture, changed, mask):
    share = mask[..., None]
    return np.rint(share * changed + (1 - share) * picture).astype(np.uint8), (mask > 0) & (mask < 1)


@wrong_answer("detector.blend", "the boundary first")
def self_blend(picture, changed, mask):
    share = mask[..., None]
    return 4 * mask * (1 - mask), np.rint(share * changed + (1 - share) * picture).astype(np.uint8)


@right_answer("detector.blend", "halves rounded up, in a list, in double precision")
def self_blend(picture, changed, mask):
    mask = mask.astype(np.float64)
    share = mask[:, :, None]
    return [np.uint8(np.floor((1 - share) * picture + share * changed + 0.5)), 4 * (mask - mask**2)]


@wrong_answer("detector.auc", "the greater of area and rest")
def area(real, fake):
    wins = float((fake[:, None] > real).mean() + 0.5 * (fake[:, None] == real).mean())
    return max(wins, 1 - wins)


@wrong_answer("detector.auc", "sorts the scores in place")
def area(real, fake):
    real.sort()
    fake.sort()
    return float((fake[:, None] > real).mean() + 0.5 * (fake[:, None] == real).mean())


@wrong_answer("detector.auc", "each fake against the mean of the recordings")
def area(real, fake):
    return float((fake > real.mean()).mean())


@right_answer("detector.auc", "an exact fraction")
def area(real, fake):
    doubled = sum(2 * bool(f > r) + bool(f == r) for f in fake for r in real)
    return Fraction(doubled, 2 * len(fake) * len(real))


@wrong_answer("detector.ppv", "the false-alarm rate taken for what is let pass")
def ppv(hit_rate, alarm_rate, prevalence):
    return hit_rate * prevalence / (hit_rate * prevalence + (1 - alarm_rate) * (1 - prevalence))


@wrong_answer("detector.ppv", "weights exchanged")
def ppv(hit_rate, alarm_rate, prevalence):
    caught, accused = hit_rate * (1 - prevalence), alarm_rate * prevalence
    return caught / (caught + accused)


@wrong_answer("detector.ppv", "the prevalence itself")
def ppv(hit_rate, alarm_rate, prevalence):
    return prevalence


@wrong_answer("detector.ppv", "of what is not flagged, the share that is real")
def ppv(hit_rate, alarm_rate, prevalence):
    passed, missed = (1 - alarm_rate) * (1 - prevalence), (1 - hit_rate) * prevalence
    return passed / (passed + missed)


@right_answer("detector.ppv", "an exact fraction")
def ppv(hit_rate, alarm_rate, prevalence):
    hit, alarm, rare = (Fraction(one) for one in (hit_rate, alarm_rate, prevalence))
    return hit * rare / (hit * rare + alarm * (1 - rare))


def slope_of(net, pictures, fake):
    asked = pictures.clone().requires_grad_(True)
    loss = binary_cross_entropy_with_logits(net(asked), fake, reduction="sum")
    return torch.autograd.grad(loss, asked)[0]


@wrong_answer("detector.attack", "the wrong way")
def one_step(net, pictures, fake, strength):
    return (pictures - strength * slope_of(net, pictures, fake).sign()).clamp(0, 1)


@wrong_answer("detector.attack", "the gradient without its sign")
def one_step(net, pictures, fake, strength):
    return (pictures + strength * slope_of(net, pictures, fake)).clamp(0, 1)


@wrong_answer("detector.attack", "divided by its length")
def one_step(net, pictures, fake, strength):
    slope = slope_of(net, pictures, fake)
    length = slope.flatten(1).norm(dim=1).view(-1, 1, 1, 1)
    return (pictures + strength * slope / length).clamp(0, 1)


@wrong_answer("detector.attack", "everybody is taken for a fake")
def one_step(net, pictures, fake, strength):
    return (pictures + strength * slope_of(net, pictures, torch.ones_like(fake)).sign()).clamp(0, 1)


@wrong_answer("detector.attack", "answers exchanged")
def one_step(net, pictures, fake, strength):
    return (pictures + strength * slope_of(net, pictures, 1 - fake).sign()).clamp(0, 1)


@wrong_answer("detector.attack", "beyond 0…1")
def one_step(net, pictures, fake, strength):
    return pictures + strength * slope_of(net, pictures, fake).sign()


@wrong_answer("detector.attack", "strength in grey levels")
def one_step(net, pictures, fake, strength):
    return (pictures + strength / 255 * slope_of(net, pictures, fake).sign()).clamp(0, 1)


@wrong_answer("detector.attack", "changes the caller's pictures")
def one_step(net, pictures, fake, strength):
    pictures += strength * slope_of(net, pictures, fake).sign()
    return pictures.clamp_(0, 1)


@wrong_answer("detector.attack", "leaves a gradient asked of the caller's pictures")
def one_step(net, pictures, fake, strength):
    pictures.requires_grad_(True)
    loss = binary_cross_entropy_with_logits(net(pictures), fake)
    loss.backward()
    return (pictures + strength * pictures.grad.sign()).clamp(0, 1).detach()


@wrong_answer("detector.attack", "still attached")
def one_step(net, pictures, fake, strength):
    asked = pictures.clone().requires_grad_(True)
    loss = binary_cross_entropy_with_logits(net(asked), fake, reduction="sum")
    (slope,) = torch.autograd.grad(loss, asked)
    return (asked + strength * slope.sign()).clamp(0, 1)


@wrong_answer("detector.attack", "trains the net instead")
def one_step(net, pictures, fake, strength):
    loss = binary_cross_entropy_with_logits(net(pictures), fake)
    loss.backward()
    with torch.no_grad():
        for weight in net.parameters():
            weight += strength * weight.grad.sign()
    return pictures


@wrong_answer("detector.attack", "leaves the net in training mode")
def one_step(net, pictures, fake, strength):
    net.train()
    return (pictures + strength * slope_of(net, pictures, fake).sign()).clamp(0, 1)


@wrong_answer("detector.attack", "two steps")
def one_step(net, pictures, fake, strength):
    once = (pictures + strength * slope_of(net, pictures, fake).sign()).clamp(0, 1)
    return (once + strength * slope_of(net, once, fake).sign()).clamp(0, 1)


@right_answer("detector.attack", "by hand, with the mean and softplus")
def one_step(net, pictures, fake, strength):
    asked = pictures.detach().clone().requires_grad_(True)
    logits = net(asked)
    loss = (softplus(logits) - fake * logits).mean()
    loss.backward()
    return torch.clip(pictures + strength * torch.sign(asked.grad), 0, 1)


@right_answer("detector.attack", "by the logit's slope and the answer")
def one_step(net, pictures, fake, strength):
    asked = pictures.clone().requires_grad_(True)
    (slope,) = torch.autograd.grad(net(asked).sum(), asked)
    away = (1 - 2 * fake).view(-1, 1, 1, 1)
    return (pictures + strength * (away * slope).sign()).clamp(0, 1)


@right_answer("detector.attack", "in double precision, one by one")
def one_step(net, pictures, fake, strength):
    moved = []
    for one, what in zip(pictures, fake, strict=True):
        slope = slope_of(net, one[None], what[None])
        moved.append((one.double() + strength * slope[0].sign().double()).clamp(0, 1))
    return torch.stack(moved)
