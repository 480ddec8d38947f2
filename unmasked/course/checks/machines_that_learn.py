"""The checks of lesson 01: machines that learn."""

import numpy as np
import torch
from torch import nn

from unmasked.course.checks import Trial, close, compare_functions, exercise, refuse, require, step_agrees


def gradient_step(slope, bias, x, y, rate):
    """The reference of `machines-that-learn.step`."""
    error = slope * x + bias - y
    return slope - rate * np.mean(2 * error * x), bias - rate * np.mean(2 * error)


@exercise("machines-that-learn.step", reference=gradient_step)
def check_step(trial: Trial) -> None:
    """Values for clouds of several sizes, and that a small step goes down."""
    for count in (1, 5, 12):
        x, y = trial.normal(count).astype(float), trial.normal(count).astype(float)
        slope, bias = float(trial.normal()), float(trial.normal())
        mine = trial.call(slope, bias, x, y, 0.01)
        require(
            isinstance(mine, tuple | list | np.ndarray) and np.shape(mine) == (2,),
            "The step should return two numbers, the new slope and the new bias.",
        )

        def loss(line, x=x, y=y):
            return float(np.mean((line[0] * x + line[1] - y) ** 2))

        if loss([float(part) for part in mine]) > loss((slope, bias)) + 1e-12:
            refuse(
                "A small step should make the loss smaller; yours made it larger. Which way does the gradient point?"
            )
        close(tuple(mine), trial.expected(slope, bias, x, y, 0.01), "the new slope and bias", tolerance=1e-6)
    x, y = trial.normal(7).astype(float), trial.normal(7).astype(float)
    compare = (float(trial.normal()), float(trial.normal()), x, y, 0.5)
    close(
        tuple(trial.call(*compare)), trial.expected(*compare), "the new slope and bias at another rate", tolerance=1e-6
    )


def weighted_sums(inputs, weights, biases):
    """The reference of `machines-that-learn.sum`."""
    return inputs @ weights.T + biases


@exercise("machines-that-learn.sum", reference=weighted_sums)
def check_sum(trial: Trial) -> None:
    """Values for unequal numbers of inputs, neurons and weights, and for as many of each."""
    for inputs, neurons, width in ((5, 3, 4), (1, 6, 2), (3, 3, 3)):
        case = (trial.normal(inputs, width), trial.normal(neurons, width), trial.normal(neurons))
        compare_functions(trial, case, what="the weighted sums", tolerance=1e-4)


def fit(model, optimiser, pictures, targets, batches):
    """The reference of `machines-that-learn.fit`."""
    losses = []
    for indices in batches:
        loss = nn.functional.cross_entropy(model(pictures[indices]), targets[indices])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    return losses


@exercise("machines-that-learn.fit", reference=fit)
def check_fit(trial: Trial) -> None:
    """Weights and losses after batches of unequal size, from the same state before, an old gradient lying about."""
    seed = trial.whole_number(1000)
    pictures = trial.torch_uniform(9, 1, 4, 3)
    targets = torch.from_numpy(trial.numbers.integers(0, 5, 9))

    def build():
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            model = nn.Sequential(nn.Flatten(), nn.Linear(12, 5))
        for parameter in model.parameters():
            parameter.grad = torch.ones_like(parameter)
        return model, torch.optim.SGD(model.parameters(), lr=0.3)

    batches = [torch.from_numpy(trial.numbers.integers(0, 9, size)) for size in (4, 2, 6)]
    step_agrees(trial, build, (pictures, targets, batches), steps=1)
    # A generator gives each batch once, and cannot be asked for its length: the lesson's own batches come like this.
    model, optimiser = build()
    result = trial.run(lambda: trial.attempt(model, optimiser, pictures, targets, iter(batches)))
    theirs, stepper = build()
    close(
        result,
        trial.reference(theirs, stepper, pictures, targets, iter(batches)),
        "the losses of batches that come one by one",
    )
    require(
        all(isinstance(loss, float) for loss in result),
        "The losses should be plain numbers: a tensor keeps its way back in memory. Which method makes a number of it?",
    )


def conv2d(picture, kernel, stride=1):
    """The reference of `machines-that-learn.conv`."""
    height, width = kernel.shape
    rows = (picture.shape[0] - height) // stride + 1
    columns = (picture.shape[1] - width) // stride + 1
    result = np.zeros((rows, columns))
    for i in range(rows):
        for j in range(columns):
            window = picture[i * stride : i * stride + height, j * stride : j * stride + width]
            result[i, j] = (window * kernel).sum()
    return result


@exercise("machines-that-learn.conv", reference=conv2d)
def check_conv(trial: Trial) -> None:
    """Values for pictures and kernels that are not square, with and without stride."""
    for sides, kernel, strides in (
        ((6, 9), (3, 3), ()),
        ((8, 7), (3, 3), (2,)),
        ((9, 6), (2, 3), (1,)),
        ((11, 8), (3, 1), (3,)),
    ):
        picture, weights = trial.normal(*sides).astype(float), trial.normal(*kernel).astype(float)
        compare_functions(trial, (picture, weights, *strides), what="the feature map", tolerance=1e-6)
