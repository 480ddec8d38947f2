# ruff: noqa: F811
"""Answers to lesson 07 that its checks must refuse, and unusual ones that they must accept."""

import torch
from torch import nn

from unmasked import losses
from unmasked.course.checks.sharper import local
from wrong import right_answer, wrong_answer

C1, C2 = 0.01**2, 0.03**2


def parts(a, b):
    """Levels and patterns at each place, as SSIM has them."""
    mean_a, mean_b = local(a), local(b)
    shared = local(a * b) - mean_a * mean_b
    variances = local(a * a) - mean_a**2 + local(b * b) - mean_b**2
    levels = (2 * mean_a * mean_b + C1) / (mean_a**2 + mean_b**2 + C1)
    return levels, (2 * shared + C2) / (variances + C2)


@wrong_answer("sharper.dssim", "SSIM instead")
def dssim(a, b):
    levels, patterns = parts(a, b)
    return (levels * patterns).mean()


@wrong_answer("sharper.dssim", "not halved")
def dssim(a, b):
    levels, patterns = parts(a, b)
    return 1 - (levels * patterns).mean()


@wrong_answer("sharper.dssim", "variances that still hold the means")
def dssim(a, b):
    levels, _ = parts(a, b)
    patterns = (2 * local(a * b) + C2) / (local(a * a) + local(b * b) + C2)
    return (1 - (levels * patterns).mean()) / 2


@wrong_answer("sharper.dssim", "levels alone")
def dssim(a, b):
    return (1 - parts(a, b)[0].mean()) / 2


@wrong_answer("sharper.dssim", "patterns alone")
def dssim(a, b):
    return (1 - parts(a, b)[1].mean()) / 2


@wrong_answer("sharper.dssim", "one mean for the whole picture")
def dssim(a, b):
    mean_a, mean_b = (x.mean((2, 3), keepdim=True) for x in (a, b))
    shared = ((a - mean_a) * (b - mean_b)).mean((2, 3), keepdim=True)
    variances = a.var((2, 3), keepdim=True, correction=0) + b.var((2, 3), keepdim=True, correction=0)
    levels = (2 * mean_a * mean_b + C1) / (mean_a**2 + mean_b**2 + C1)
    return (1 - (levels * (2 * shared + C2) / (variances + C2)).mean()) / 2


@wrong_answer("sharper.dssim", "a number for each picture")
def dssim(a, b):
    levels, patterns = parts(a, b)
    return (1 - (levels * patterns).mean((1, 2, 3))) / 2


@wrong_answer("sharper.dssim", "without a gradient")
def dssim(a, b):
    levels, patterns = parts(a, b)
    return float((1 - (levels * patterns).mean()) / 2)


@wrong_answer("sharper.dssim", "the constants exchanged")
def dssim(a, b):
    mean_a, mean_b = local(a), local(b)
    shared = local(a * b) - mean_a * mean_b
    variances = local(a * a) - mean_a**2 + local(b * b) - mean_b**2
    levels = (2 * mean_a * mean_b + C2) / (mean_a**2 + mean_b**2 + C2)
    return (1 - (levels * (2 * shared + C1) / (variances + C1)).mean()) / 2


@right_answer("sharper.dssim", "variances as means of squared deviations, by unfolding")
def dssim(a, b):
    reach = torch.arange(11, dtype=a.dtype) - 5
    row = torch.exp(-0.5 * (reach / 1.5) ** 2)
    window = (row[:, None] * row / row.sum() ** 2).flatten()

    def patches(x):
        return x.unfold(2, 11, 1).unfold(3, 11, 1).flatten(-2)  # (N, C, H − 10, W − 10, 121)

    pa, pb = patches(a), patches(b)
    mean_a, mean_b = (pa * window).sum(-1), (pb * window).sum(-1)
    va, vb = ((pa - mean_a[..., None]) ** 2 * window).sum(-1), ((pb - mean_b[..., None]) ** 2 * window).sum(-1)
    shared = ((pa - mean_a[..., None]) * (pb - mean_b[..., None]) * window).sum(-1)
    ssim = (2 * mean_a * mean_b + C1) * (2 * shared + C2) / ((mean_a**2 + mean_b**2 + C1) * (va + vb + C2))
    return 0.5 - 0.5 * ssim.mean()


@right_answer("sharper.dssim", "in float64, picture by picture")
def dssim(a, b):
    found = []
    for one, other in zip(a.double(), b.double(), strict=True):
        levels, patterns = parts(one[None], other[None])
        found.append(((1 - levels * patterns) / 2).mean())
    return torch.stack(found).mean()


@wrong_answer("sharper.edges", "down only")
def edges(a, b):
    return (a - b).diff(dim=2).abs().mean()


@wrong_answer("sharper.edges", "across only")
def edges(a, b):
    return (a - b).diff(dim=3).abs().mean()


@wrong_answer("sharper.edges", "the mean of both directions")
def edges(a, b):
    return ((a - b).diff(dim=2).abs().mean() + (a - b).diff(dim=3).abs().mean()) / 2


@wrong_answer("sharper.edges", "edges without their sign")
def edges(a, b):
    return sum((a.diff(dim=d).abs() - b.diff(dim=d).abs()).abs().mean() for d in (2, 3))


@wrong_answer("sharper.edges", "squared")
def edges(a, b):
    return sum((a - b).diff(dim=d).square().mean() for d in (2, 3))


@wrong_answer("sharper.edges", "wraps around")
def edges(a, b):
    gap = a - b
    return sum((gap - gap.roll(1, d)).abs().mean() for d in (2, 3))


@wrong_answer("sharper.edges", "across the colours")
def edges(a, b):
    gap = a - b
    return gap.diff(dim=1).abs().mean() + gap.diff(dim=2).abs().mean()


@wrong_answer("sharper.edges", "a sum instead of a mean")
def edges(a, b):
    return sum((a - b).diff(dim=d).abs().sum() for d in (2, 3))


@wrong_answer("sharper.edges", "cut loose from the gradient")
def edges(a, b):
    return sum((a - b).detach().diff(dim=d).abs().mean() for d in (2, 3))


@right_answer("sharper.edges", "by slices, picture against picture")
def edges(a, b):
    down = (a[:, :, 1:] - a[:, :, :-1]) - (b[:, :, 1:] - b[:, :, :-1])
    across = (a[..., :-1] - a[..., 1:]) - (b[..., :-1] - b[..., 1:])
    return down.abs().mean() + across.abs().mean()


@right_answer("sharper.edges", "by convolution")
def edges(a, b):
    gap = (a - b).flatten(0, 1)[:, None]
    down = nn.functional.conv2d(gap, gap.new_tensor([[[[-1.0], [1.0]]]]))
    across = nn.functional.conv2d(gap, gap.new_tensor([[[[-1.0, 1.0]]]]))
    return nn.functional.l1_loss(down, torch.zeros_like(down)) + across.norm(p=1) / across.numel()


@wrong_answer("sharper.composite", "exchanged")
def composite(colour, alpha, pictures):
    return alpha * pictures + (1 - alpha) * colour


@wrong_answer("sharper.composite", "the picture forgotten")
def composite(colour, alpha, pictures):
    return alpha * colour


@wrong_answer("sharper.composite", "the picture at full strength")
def composite(colour, alpha, pictures):
    return alpha * colour + pictures


@wrong_answer("sharper.composite", "all or nothing")
def composite(colour, alpha, pictures):
    return torch.where(alpha > 0.5, colour, pictures)


@wrong_answer("sharper.composite", "one α for the picture")
def composite(colour, alpha, pictures):
    share = alpha.mean()
    return share * colour + (1 - share) * pictures


@wrong_answer("sharper.composite", "α counted twice")
def composite(colour, alpha, pictures):
    alpha = alpha * alpha
    return alpha * colour + (1 - alpha) * pictures


@wrong_answer("sharper.composite", "no gradient for α")
def composite(colour, alpha, pictures):
    alpha = alpha.detach()
    return alpha * colour + (1 - alpha) * pictures


@wrong_answer("sharper.composite", "writes into the pictures")
def composite(colour, alpha, pictures):
    pictures *= 1 - alpha
    pictures += alpha * colour
    return pictures


@right_answer("sharper.composite", "lerp")
def composite(colour, alpha, pictures):
    return torch.lerp(pictures, colour, alpha.expand_as(colour))


@right_answer("sharper.composite", "the difference, laid on")
def composite(colour, alpha, pictures):
    return pictures + alpha * (colour - pictures)


@wrong_answer("sharper.discriminator", "forgets to clear the old gradients")
def discriminator_step(discriminator, optimiser, real, drawn):
    loss = losses.discriminator_loss(discriminator(real), discriminator(drawn.detach()))
    loss.backward()
    optimiser.step()
    return loss.item()


@wrong_answer("sharper.discriminator", "real and drawn exchanged")
def discriminator_step(discriminator, optimiser, real, drawn):
    loss = losses.discriminator_loss(discriminator(drawn.detach()), discriminator(real))
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()
    return loss.item()


@wrong_answer("sharper.discriminator", "the generator's loss")
def discriminator_step(discriminator, optimiser, real, drawn):
    loss = losses.generator_loss(discriminator(drawn.detach()))
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()
    return loss.item()


@wrong_answer("sharper.discriminator", "the drawn pictures aren't cut loose")
def discriminator_step(discriminator, optimiser, real, drawn):
    loss = losses.discriminator_loss(discriminator(real), discriminator(drawn))
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()
    return loss.item()


@wrong_answer("sharper.discriminator", "a step for each kind of picture")
def discriminator_step(discriminator, optimiser, real, drawn):
    total = 0.0
    for pictures, wanted in ((real, 1.0), (drawn.detach(), 0.0)):
        loss = 0.5 * (discriminator(pictures) - wanted).square().mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        total += loss.item()
    return total


@wrong_answer("sharper.discriminator", "never steps")
def discriminator_step(discriminator, optimiser, real, drawn):
    loss = losses.discriminator_loss(discriminator(real), discriminator(drawn.detach()))
    optimiser.zero_grad()
    loss.backward()
    return loss.item()


@wrong_answer("sharper.discriminator", "judges without a gradient")
def discriminator_step(discriminator, optimiser, real, drawn):
    with torch.no_grad():
        loss = losses.discriminator_loss(discriminator(real), discriminator(drawn))
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()
    return loss.item()


@wrong_answer("sharper.discriminator", "the loss after the step")
def discriminator_step(discriminator, optimiser, real, drawn):
    loss = losses.discriminator_loss(discriminator(real), discriminator(drawn.detach()))
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()
    return losses.discriminator_loss(discriminator(real), discriminator(drawn.detach())).item()


@right_answer("sharper.discriminator", "two backward passes that add up, returns a tensor with its graph")
def discriminator_step(discriminator, optimiser, real, drawn):
    for parameter in discriminator.parameters():
        parameter.grad = None
    of_drawn = 0.5 * discriminator(drawn.detach()).square().mean()
    of_drawn.backward()
    of_real = 0.5 * (discriminator(real) - 1).square().mean()
    of_real.backward()
    optimiser.step()
    return of_drawn + of_real


@right_answer("sharper.discriminator", "the gradients by hand, the optimiser steps")
def discriminator_step(discriminator, optimiser, real, drawn):
    weights = list(discriminator.parameters())
    with torch.no_grad():
        drawn = drawn.clone()
    loss = losses.discriminator_loss(discriminator(real), discriminator(drawn))
    for weight, gradient in zip(weights, torch.autograd.grad(loss, weights), strict=True):
        weight.grad = gradient
    optimiser.step()
    return {"loss": loss.item()}["loss"]
