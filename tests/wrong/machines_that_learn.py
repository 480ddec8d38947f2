# ruff: noqa: F811
"""Answers to lesson 01 that its checks must refuse, and unusual ones that they must accept."""

import numpy as np
import torch
from torch import nn

from wrong import right_answer, wrong_answer


@wrong_answer("machines-that-learn.step", "uphill")
def gradient_step(slope, bias, x, y, rate):
    error = slope * x + bias - y
    return slope + rate * np.mean(2 * error * x), bias + rate * np.mean(2 * error)


@wrong_answer("machines-that-learn.step", "sums instead of means")
def gradient_step(slope, bias, x, y, rate):
    error = slope * x + bias - y
    return slope - rate * np.sum(2 * error * x), bias - rate * np.sum(2 * error)


@wrong_answer("machines-that-learn.step", "the bias already feels the new slope")
def gradient_step(slope, bias, x, y, rate):
    slope = slope - rate * np.mean(2 * (slope * x + bias - y) * x)
    return slope, bias - rate * np.mean(2 * (slope * x + bias - y))


@wrong_answer("machines-that-learn.step", "forgets the 2")
def gradient_step(slope, bias, x, y, rate):
    error = slope * x + bias - y
    return slope - rate * np.mean(error * x), bias - rate * np.mean(error)


@wrong_answer("machines-that-learn.step", "forgets the rate")
def gradient_step(slope, bias, x, y, rate):
    error = slope * x + bias - y
    return slope - 0.01 * np.mean(2 * error * x), bias - 0.01 * np.mean(2 * error)


@wrong_answer("machines-that-learn.step", "mean of the errors times mean of x")
def gradient_step(slope, bias, x, y, rate):
    error = slope * x + bias - y
    return slope - rate * 2 * np.mean(error) * np.mean(x), bias - rate * np.mean(2 * error)


@wrong_answer("machines-that-learn.step", "bias first")
def gradient_step(slope, bias, x, y, rate):
    error = slope * x + bias - y
    return bias - rate * np.mean(2 * error), slope - rate * np.mean(2 * error * x)


@wrong_answer("machines-that-learn.step", "a gradient that is cut off at 10")
def gradient_step(slope, bias, x, y, rate):
    error = slope * x + bias - y
    down, across = np.clip([np.mean(2 * error * x), np.mean(2 * error)], -10, 10)
    return slope - rate * down, bias - rate * across


@wrong_answer("machines-that-learn.step", "turns y into errors in place")
def gradient_step(slope, bias, x, y, rate):
    y -= slope * x + bias
    return slope + rate * np.mean(2 * y * x), bias + rate * np.mean(2 * y)


@right_answer("machines-that-learn.step", "0-d tensors, a graph still attached")
def gradient_step(slope, bias, x, y, rate):
    line = torch.tensor([slope, bias], dtype=torch.float64, requires_grad=True)
    loss = ((line[0] * torch.tensor(x, dtype=torch.float64) + line[1] - torch.tensor(y)) ** 2).mean()
    (gradient,) = torch.autograd.grad(loss, line)
    return line[0] - rate * gradient[0], line[1] - rate * gradient[1]


@right_answer("machines-that-learn.step", "by autograd, in an array")
def gradient_step(slope, bias, x, y, rate):
    line = torch.tensor([slope, bias], dtype=torch.float64, requires_grad=True)
    ((line[0] * torch.from_numpy(x) + line[1] - torch.from_numpy(y)) ** 2).mean().backward()
    return (line - rate * line.grad).detach().numpy()


@wrong_answer("machines-that-learn.sum", "no biases")
def weighted_sums(inputs, weights, biases):
    return inputs @ weights.T


@wrong_answer("machines-that-learn.sum", "weights not turned")
def weighted_sums(inputs, weights, biases):
    return inputs @ weights + biases if inputs.shape[1] == weights.shape[0] else inputs @ weights.T + biases


@wrong_answer("machines-that-learn.sum", "neurons first")
def weighted_sums(inputs, weights, biases):
    return weights @ inputs.T + biases[:, None]


@wrong_answer("machines-that-learn.sum", "the mean instead of the sum")
def weighted_sums(inputs, weights, biases):
    return (inputs[:, None] * weights).mean(-1) + biases


@wrong_answer("machines-that-learn.sum", "results of the inputs' kind, whole for whole numbers")
def weighted_sums(inputs, weights, biases):
    sums = np.zeros((len(inputs), len(weights)), inputs.dtype)
    for n, one in enumerate(inputs):
        for k, weight in enumerate(weights):
            sums[n, k] = (one * weight).sum() + biases[k]
    return sums


@wrong_answer("machines-that-learn.sum", "biases down the rows")
def weighted_sums(inputs, weights, biases):
    return (weights @ inputs.T).T + (biases[:, None] if len(inputs) == len(biases) else biases)


@wrong_answer("machines-that-learn.sum", "forgets to turn the weights")
def weighted_sums(inputs, weights, biases):
    return inputs @ weights + biases


@right_answer("machines-that-learn.sum", "number by number")
def weighted_sums(inputs, weights, biases):
    return np.array(
        [
            [
                sum(i * w for i, w in zip(one, weight, strict=True)) + bias
                for weight, bias in zip(weights, biases, strict=True)
            ]
            for one in inputs
        ]
    )


def steps(model, optimiser, pictures, targets, batches, clear=True, back=True, step=True):
    losses = []
    for indices in batches:
        loss = nn.functional.cross_entropy(model(pictures[indices]), targets[indices])
        if clear:
            optimiser.zero_grad()
        if back:
            loss.backward()
        if step:
            optimiser.step()
        losses.append(loss.item())
    return losses


@wrong_answer("machines-that-learn.fit", "forgets to clear the old gradients")
def fit(model, optimiser, pictures, targets, batches):
    return steps(model, optimiser, pictures, targets, batches, clear=False)


@wrong_answer("machines-that-learn.fit", "never steps")
def fit(model, optimiser, pictures, targets, batches):
    return steps(model, optimiser, pictures, targets, batches, step=False)


@wrong_answer("machines-that-learn.fit", "clears between backward and step")
def fit(model, optimiser, pictures, targets, batches):
    losses = []
    for indices in batches:
        loss = nn.functional.cross_entropy(model(pictures[indices]), targets[indices])
        loss.backward()
        optimiser.zero_grad(set_to_none=False)
        optimiser.step()
        losses.append(loss.item())
    return losses


@wrong_answer("machines-that-learn.fit", "all pictures in every step")
def fit(model, optimiser, pictures, targets, batches):
    everything = torch.arange(len(pictures))
    return steps(model, optimiser, pictures, targets, [everything for _ in batches])


@wrong_answer("machines-that-learn.fit", "returns after the first batch")
def fit(model, optimiser, pictures, targets, batches):
    return steps(model, optimiser, pictures, targets, list(batches)[:1])


@wrong_answer("machines-that-learn.fit", "keeps tensors")
def fit(model, optimiser, pictures, targets, batches):
    return [torch.tensor(loss) for loss in steps(model, optimiser, pictures, targets, batches)]


@right_answer("machines-that-learn.fit", "clears after the step as well, own logarithm of shares")
def fit(model, optimiser, pictures, targets, batches):
    losses = []
    optimiser.zero_grad()
    for indices in batches:
        shares = torch.log_softmax(model(pictures[indices]), 1)
        loss = -shares[torch.arange(len(indices)), targets[indices]].mean()
        loss.backward()
        optimiser.step()
        optimiser.zero_grad()
        losses.append(float(loss.detach()))
    return losses


def windows(picture, kernel, stride=1):
    return np.lib.stride_tricks.sliding_window_view(picture, kernel.shape)[::stride, ::stride]


@wrong_answer("machines-that-learn.conv", "the kernel flipped")
def conv2d(picture, kernel, stride=1):
    return np.einsum("ijhw,hw->ij", windows(picture, kernel, stride), kernel[::-1, ::-1])


@wrong_answer("machines-that-learn.conv", "one row and column too few")
def conv2d(picture, kernel, stride=1):
    return np.einsum("ijhw,hw->ij", windows(picture, kernel, stride), kernel)[:-1, :-1]


@wrong_answer("machines-that-learn.conv", "forgets the stride")
def conv2d(picture, kernel, stride=1):
    return np.einsum("ijhw,hw->ij", windows(picture, kernel), kernel)


@wrong_answer("machines-that-learn.conv", "rows and columns exchanged")
def conv2d(picture, kernel, stride=1):
    return np.einsum("ijhw,hw->ji", windows(picture, kernel, stride), kernel)


@wrong_answer("machines-that-learn.conv", "padded, so that the size stays")
def conv2d(picture, kernel, stride=1):
    picture = np.pad(picture, [(side // 2, side // 2) for side in kernel.shape])
    return np.einsum("ijhw,hw->ij", windows(picture, kernel, stride), kernel)


@wrong_answer("machines-that-learn.conv", "the mean of the window")
def conv2d(picture, kernel, stride=1):
    return (windows(picture, kernel, stride) * kernel).mean((-1, -2))


@right_answer("machines-that-learn.conv", "by PyTorch")
def conv2d(picture, kernel, stride=1):
    picture, kernel = torch.from_numpy(picture)[None, None], torch.from_numpy(kernel)[None, None]
    return nn.functional.conv2d(picture, kernel, stride=stride)[0, 0].numpy()


@wrong_answer("machines-that-learn.fit", "clears only after the step")
def fit(model, optimiser, pictures, targets, batches):
    losses = []
    for indices in batches:
        loss = nn.functional.cross_entropy(model(pictures[indices]), targets[indices])
        loss.backward()
        optimiser.step()
        optimiser.zero_grad()
        losses.append(loss.item())
    return losses


@wrong_answer("machines-that-learn.fit", "moves the weights by hand, the optimiser is never asked")
def fit(model, optimiser, pictures, targets, batches):
    losses = []
    for indices in batches:
        loss = nn.functional.cross_entropy(model(pictures[indices]), targets[indices])
        gradients = torch.autograd.grad(loss, list(model.parameters()))
        with torch.no_grad():
            for parameter, gradient in zip(model.parameters(), gradients, strict=True):
                parameter -= optimiser.param_groups[0]["lr"] * gradient
        losses.append(loss.item())
    return losses


@wrong_answer("machines-that-learn.fit", "two steps for a batch")
def fit(model, optimiser, pictures, targets, batches):
    return steps(model, optimiser, pictures, targets, [b for one in batches for b in (one, one)])[::2]


@wrong_answer("machines-that-learn.fit", "shares handed to the loss")
def fit(model, optimiser, pictures, targets, batches):
    return steps(lambda x: model(x).softmax(1), optimiser, pictures, targets, batches)


@right_answer("machines-that-learn.fit", "keeps the last loss on the model, NumPy's numbers in a tuple")
def fit(model, optimiser, pictures, targets, batches):
    losses = []
    for indices in batches:
        optimiser.zero_grad()
        model.last = nn.functional.cross_entropy(model(pictures[indices]), targets[indices])
        model.last.backward()
        optimiser.step()
        losses.append(model.last.detach().numpy()[()])
    return tuple(losses)


@right_answer("machines-that-learn.fit", "hands the loss to the optimiser as a function")
def fit(model, optimiser, pictures, targets, batches):
    losses = []
    for indices in batches:

        def again(indices=indices):
            optimiser.zero_grad()
            loss = nn.functional.cross_entropy(model(pictures[indices]), targets[indices])
            loss.backward()
            return loss

        losses.append(optimiser.step(again).item())
    return losses


@wrong_answer("machines-that-learn.conv", "a result of the picture's kind, whole for whole numbers")
def conv2d(picture, kernel, stride=1):
    return np.einsum("ijhw,hw->ij", windows(picture, kernel, stride), kernel).astype(picture.dtype)


@wrong_answer("machines-that-learn.conv", "the last row stays 0")
def conv2d(picture, kernel, stride=1):
    result = np.einsum("ijhw,hw->ij", windows(picture, kernel, stride), kernel)
    result[-1] = 0
    return result


@wrong_answer("machines-that-learn.conv", "returns inside the loop")
def conv2d(picture, kernel, stride=1):
    full = np.einsum("ijhw,hw->ij", windows(picture, kernel, stride), kernel)
    result = np.zeros_like(full)
    for i in range(len(full)):
        result[i] = full[i]
        return result


@wrong_answer("machines-that-learn.conv", "stride down, but not across")
def conv2d(picture, kernel, stride=1):
    return np.einsum("ijhw,hw->ij", windows(picture, kernel)[::stride], kernel)


@right_answer("machines-that-learn.conv", "kernel by kernel's number, in slices")
def conv2d(picture, kernel, stride=1):
    rows, columns = ((side - small) // stride + 1 for side, small in zip(picture.shape, kernel.shape, strict=True))
    total = 0.0
    for (i, j), weight in np.ndenumerate(kernel):
        total = total + weight * picture[i:, j:][: rows * stride : stride, : columns * stride : stride][:rows, :columns]
    return total
