# ruff: noqa: F811
"""Answers to lesson 15 that its checks must refuse, and unusual ones that they must accept."""

import torch
from torch import nn
from torch.nn.functional import cross_entropy, normalize, one_hot

from wrong import right_answer, wrong_answer

# --- the margin loss --------------------------------------------------------------------------------------------------


def compared(embeddings, directions, whose):
    """The cosines (N, C), and 1 where the right character is."""
    return embeddings @ normalize(directions, dim=1).T, one_hot(whose, len(directions))


@wrong_answer("new-makers.margin", "margin added")
def margin_loss(embeddings, directions, whose, margin=0.2, scale=16.0):
    cosines, right = compared(embeddings, directions, whose)
    return cross_entropy(scale * (cosines + margin * right), whose)


@wrong_answer("new-makers.margin", "margin taken from all")
def margin_loss(embeddings, directions, whose, margin=0.2, scale=16.0):
    cosines, _ = compared(embeddings, directions, whose)
    return cross_entropy(scale * (cosines - margin), whose)


@wrong_answer("new-makers.margin", "no margin")
def margin_loss(embeddings, directions, whose, margin=0.2, scale=16.0):
    cosines, _ = compared(embeddings, directions, whose)
    return cross_entropy(scale * cosines, whose)


@wrong_answer("new-makers.margin", "margin taken from the others")
def margin_loss(embeddings, directions, whose, margin=0.2, scale=16.0):
    cosines, right = compared(embeddings, directions, whose)
    return cross_entropy(scale * (cosines - margin * (1 - right)), whose)


@wrong_answer("new-makers.margin", "directions of any length")
def margin_loss(embeddings, directions, whose, margin=0.2, scale=16.0):
    right = one_hot(whose, len(directions))
    return cross_entropy(scale * (embeddings @ directions.T - margin * right), whose)


@wrong_answer("new-makers.margin", "margin after the scale")
def margin_loss(embeddings, directions, whose, margin=0.2, scale=16.0):
    cosines, right = compared(embeddings, directions, whose)
    return cross_entropy(scale * cosines - margin * right, whose)


@wrong_answer("new-makers.margin", "no scale")
def margin_loss(embeddings, directions, whose, margin=0.2, scale=16.0):
    cosines, right = compared(embeddings, directions, whose)
    return cross_entropy(cosines - margin * right, whose)


@wrong_answer("new-makers.margin", "softmax twice")
def margin_loss(embeddings, directions, whose, margin=0.2, scale=16.0):
    cosines, right = compared(embeddings, directions, whose)
    return cross_entropy((scale * (cosines - margin * right)).softmax(1), whose)


@wrong_answer("new-makers.margin", "a loss for each picture")
def margin_loss(embeddings, directions, whose, margin=0.2, scale=16.0):
    cosines, right = compared(embeddings, directions, whose)
    return cross_entropy(scale * (cosines - margin * right), whose, reduction="none")


@wrong_answer("new-makers.margin", "cut loose from the embeddings")
def margin_loss(embeddings, directions, whose, margin=0.2, scale=16.0):
    cosines, right = compared(embeddings.detach(), directions, whose)
    return cross_entropy(scale * (cosines - margin * right), whose)


@wrong_answer("new-makers.margin", "directions of any length, and the margin from all")
def margin_loss(embeddings, directions, whose, margin=0.2, scale=16.0):
    return cross_entropy(scale * (embeddings @ directions.T - margin), whose)


@wrong_answer("new-makers.margin", "margin as a factor")
def margin_loss(embeddings, directions, whose, margin=0.2, scale=16.0):
    cosines, right = compared(embeddings, directions, whose)
    return cross_entropy(scale * cosines * (1 - margin * right), whose)


@right_answer("new-makers.margin", "picture by picture, by the definition")
def margin_loss(embeddings, directions, whose, margin=0.2, scale=16.0):
    losses = []
    for one, who in zip(embeddings, whose.tolist(), strict=True):
        logits = [scale * (one @ d / d.norm() - margin * (k == who)) for k, d in enumerate(directions)]
        losses.append(torch.stack(logits).logsumexp(0) - logits[who])
    return torch.stack(losses).mean()


@right_answer("new-makers.margin", "lowered by an index, on a copy")
def margin_loss(embeddings, directions, whose, margin=0.2, scale=16.0):
    cosines = nn.functional.cosine_similarity(embeddings[:, None], directions[None], dim=2)
    lowered = cosines.clone()
    lowered[torch.arange(len(whose)), whose] -= margin
    return nn.CrossEntropyLoss()(lowered * scale, whose)


# --- AdaIN ------------------------------------------------------------------------------------------------------------


def brought(maps, axes=(2, 3)):
    """Maps with mean 0 and spread 1 over these axes."""
    mean, variance = maps.mean(axes, keepdim=True), maps.var(axes, keepdim=True, unbiased=False)
    return (maps - mean) / (variance + 1e-5).sqrt()


@wrong_answer("new-makers.adain", "over the batch")
def adain(maps, scale, shift):
    return scale[..., None, None] * brought(maps, (0, 2, 3)) + shift[..., None, None]


@wrong_answer("new-makers.adain", "over all maps of a picture")
def adain(maps, scale, shift):
    return scale[..., None, None] * brought(maps, (1, 2, 3)) + shift[..., None, None]


@wrong_answer("new-makers.adain", "scale and shift exchanged")
def adain(maps, scale, shift):
    return shift[..., None, None] * brought(maps) + scale[..., None, None]


@wrong_answer("new-makers.adain", "not normalised")
def adain(maps, scale, shift):
    return scale[..., None, None] * maps + shift[..., None, None]


@wrong_answer("new-makers.adain", "spread left as it was")
def adain(maps, scale, shift):
    return scale[..., None, None] * (maps - maps.mean((2, 3), keepdim=True)) + shift[..., None, None]


@wrong_answer("new-makers.adain", "divided by the variance")
def adain(maps, scale, shift):
    mean, variance = maps.mean((2, 3), keepdim=True), maps.var((2, 3), keepdim=True)
    return scale[..., None, None] * (maps - mean) / (variance + 1e-5) + shift[..., None, None]


@wrong_answer("new-makers.adain", "shift scaled, too")
def adain(maps, scale, shift):
    return scale[..., None, None] * (brought(maps) + shift[..., None, None])


@wrong_answer("new-makers.adain", "scale counted from 1")
def adain(maps, scale, shift):
    return (1 + scale[..., None, None]) * brought(maps) + shift[..., None, None]


@wrong_answer("new-makers.adain", "a flat map becomes no number")
def adain(maps, scale, shift):
    spread, mean = torch.std_mean(maps, (2, 3), keepdim=True)
    return scale[..., None, None] * (maps - mean) / spread + shift[..., None, None]


@wrong_answer("new-makers.adain", "shapes that don't fit")
def adain(maps, scale, shift):
    return scale * brought(maps) + shift


@wrong_answer("new-makers.adain", "over the batch, and the shift scaled, too")
def adain(maps, scale, shift):
    return scale[..., None, None] * (brought(maps, (0, 2, 3)) + shift[..., None, None])


@wrong_answer("new-makers.adain", "divided by the greatest value")
def adain(maps, scale, shift):
    centred = maps - maps.mean((2, 3), keepdim=True)
    return scale[..., None, None] * centred / centred.abs().amax((2, 3), keepdim=True) + shift[..., None, None]


@right_answer("new-makers.adain", "one map at a time")
def adain(maps, scale, shift):
    restyled = []
    for picture, by, up in zip(maps, scale, shift, strict=True):
        one = [(m - m.mean()) / (m.std() + 1e-6) * s + u for m, s, u in zip(picture, by, up, strict=True)]
        restyled.append(torch.stack(one))
    return torch.stack(restyled)


@right_answer("new-makers.adain", "by group normalisation, a group a map")
def adain(maps, scale, shift):
    calm = nn.functional.group_norm(maps, maps.shape[1])
    return torch.addcmul(shift[:, :, None, None], calm, scale[:, :, None, None])


# --- the noised picture -----------------------------------------------------------------------------------------------


def spread(times, x):
    return times.view(-1, *[1] * (x.ndim - 1))


@wrong_answer("new-makers.noised", "face and noise exchanged")
def noised(x, noise, times):
    t = spread(times, x)
    return t * x + (1 - t) * noise, noise - x


@wrong_answer("new-makers.noised", "velocity towards the face")
def noised(x, noise, times):
    t = spread(times, x)
    return (1 - t) * x + t * noise, x - noise


@wrong_answer("new-makers.noised", "the noise as target")
def noised(x, noise, times):
    t = spread(times, x)
    return (1 - t) * x + t * noise, noise


@wrong_answer("new-makers.noised", "noise on top, as in lesson 03")
def noised(x, noise, times):
    return x + spread(times, x) * noise, noise - x


@wrong_answer("new-makers.noised", "squares that add up to 1")
def noised(x, noise, times):
    t = spread(times, x)
    return (1 - t**2).sqrt() * x + t * noise, noise - x


@wrong_answer("new-makers.noised", "one time for all")
def noised(x, noise, times):
    t = times.mean()
    return (1 - t) * x + t * noise, noise - x


@wrong_answer("new-makers.noised", "cut off")
def noised(x, noise, times):
    t = spread(times, x)
    return ((1 - t) * x + t * noise).clamp(-1, 1), noise - x


@wrong_answer("new-makers.noised", "the velocity shrinks with time")
def noised(x, noise, times):
    t = spread(times, x)
    return (1 - t) * x + t * noise, t * (noise - x)


@wrong_answer("new-makers.noised", "the other order")
def noised(x, noise, times):
    t = spread(times, x)
    return noise - x, (1 - t) * x + t * noise


@wrong_answer("new-makers.noised", "along the last axis")
def noised(x, noise, times):
    return (1 - times) * x + times * noise, noise - x


@wrong_answer("new-makers.noised", "noise of its own")
def noised(x, noise, times):
    other = torch.randn_like(x)
    t = spread(times, x)
    return (1 - t) * x + t * other, other - x


@wrong_answer("new-makers.noised", "noise at half strength")
def noised(x, noise, times):
    t = spread(times, x)
    return (1 - t) * x + t * noise / 2, noise - x


@right_answer("new-makers.noised", "by lerp, one at a time")
def noised(x, noise, times):
    mixed = torch.stack([torch.lerp(a, b, t) for a, b, t in zip(x, noise, times, strict=True)])
    return mixed, noise.sub(x)


@right_answer("new-makers.noised", "along the line, with the batch at the end")
def noised(x, noise, times):
    whole = noise - x
    return x + (whole.movedim(0, -1) * times).movedim(-1, 0), whole


# --- a step of sampling -----------------------------------------------------------------------------------------------


def at(time, x):
    return torch.full((len(x),), float(time))


@wrong_answer("new-makers.step", "the other way")
def step_to(net, x, now, then):
    return x - (then - now) * net(x, at(now, x))


@wrong_answer("new-makers.step", "at full length")
def step_to(net, x, now, then):
    return x + net(x, at(now, x))


@wrong_answer("new-makers.step", "asks about the time after")
def step_to(net, x, now, then):
    return x + (then - now) * net(x, at(then, x))


@wrong_answer("new-makers.step", "all the way")
def step_to(net, x, now, then):
    return x - now * net(x, at(now, x))


@wrong_answer("new-makers.step", "always towards the face")
def step_to(net, x, now, then):
    return x - abs(then - now) * net(x, at(now, x))


@wrong_answer("new-makers.step", "the change alone")
def step_to(net, x, now, then):
    return (then - now) * net(x, at(now, x))


@wrong_answer("new-makers.step", "one time for all")
def step_to(net, x, now, then):
    return x + (then - now) * net(x, torch.tensor(now))


@wrong_answer("new-makers.step", "in place")
def step_to(net, x, now, then):
    x += (then - now) * net(x, at(now, x))
    return x


@wrong_answer("new-makers.step", "the time that passes, squared")
def step_to(net, x, now, then):
    return x + (then - now) ** 2 * net(x, at(now, x))


@wrong_answer("new-makers.step", "a step of its own size")
def step_to(net, x, now, then):
    return x - 0.05 * net(x, at(now, x))


@right_answer("new-makers.step", "by the face that is expected")
def step_to(net, x, now, then):
    velocity = net(x, at(now, x))
    face, noise = x - now * velocity, x + (1 - now) * velocity
    return (1 - then) * face + then * noise


@right_answer("new-makers.step", "one at a time, without a graph")
def step_to(net, x, now, then):
    with torch.no_grad():
        moved = [torch.lerp(one, one + net(one[None], torch.tensor([now]))[0], then - now) for one in x]
    return torch.stack(moved)
