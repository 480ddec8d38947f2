"""The checks of lesson 01: machines that learn."""

import numpy as np
import torch
from torch import nn

from unmasked.course.checks import Trial, close, compare_functions, exercise, known_slips, refuse, require, step_agrees


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

        wanted = trial.expected(slope, bias, x, y, 0.01)
        known_slips(tuple(mine), wanted, _step_slips(slope, bias, x, y, 0.01), tolerance=1e-9)

        def loss(line, x=x, y=y):
            return float(np.mean((line[0] * x + line[1] - y) ** 2))

        if loss([float(part) for part in mine]) > loss((slope, bias)) + 1e-12:
            refuse(
                "A small step should make the loss smaller; yours made it larger. Which way does the gradient point?"
            )
        close(tuple(mine), wanted, "the new slope and bias", tolerance=1e-6)
    x, y = trial.normal(7).astype(float), trial.normal(7).astype(float)
    compare = (float(trial.normal()), float(trial.normal()), x, y, 0.5)
    close(
        tuple(trial.call(*compare)), trial.expected(*compare), "the new slope and bias at another rate", tolerance=1e-6
    )


def _step_slips(slope, bias, x, y, rate):
    error = slope * x + bias - y
    down, across = np.mean(2 * error * x), np.mean(2 * error)
    moved = slope - rate * down
    return {
        "That is the gradient itself. The step goes on: the new slope and the new bias are asked for.": (down, across),
        "Half a step: is the 2 of 2 · error in both means?": (slope - rate * down / 2, bias - rate * across / 2),
        "The step grows with the number of points: take means, not sums.": (
            slope - rate * len(x) * down,
            bias - rate * len(x) * across,
        ),
        "The bias's gradient was taken after the slope had moved. Both belong to the OLD place.": (
            moved,
            bias - rate * np.mean(2 * (moved * x + bias - y)),
        ),
    }


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
    _fit_slips(trial, build, pictures, targets, batches)
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


_SLIPS = {
    "Old gradients are still in there: PyTorch adds each new one to them. Clear them before you go backwards.": "added",
    "The loss sees shares already: `cross_entropy` turns the ten sums into shares itself. Hand it the sums.": "shares",
    "Each step took all the pictures. Take those that the batch of indices names, and their targets.": "everything",
}


def _fit_slips(trial, build, pictures, targets, batches):
    """Name the usual mistakes by the weights that they leave behind."""

    def weights(run):
        model, optimiser = build()
        run(model, optimiser)
        return dict(model.state_dict())

    def slip(kind):
        def run(model, optimiser):
            for indices in [torch.arange(len(pictures))] * len(batches) if kind == "everything" else batches:
                sums = model(pictures[indices])
                loss = nn.functional.cross_entropy(sums.softmax(1) if kind == "shares" else sums, targets[indices])
                if kind != "added":
                    optimiser.zero_grad()
                loss.backward()
                optimiser.step()

        return weights(run)

    given = (pictures.clone(), targets.clone(), [indices.clone() for indices in batches])
    mine = weights(lambda *state: trial.run(lambda: trial.attempt(*state, *given)))
    right = weights(lambda *state: fit(*state, pictures, targets, batches))
    known_slips(mine, right, {words: slip(kind) for words, kind in _SLIPS.items()})


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
        right = conv2d(picture, weights, *strides)
        slips = {
            "The kernel was flipped. Here it lies on the picture as it is, its first row above.": (
                conv2d(picture, weights[::-1, ::-1], *strides)
            ),
            "That is the mean of each window's products; their sum is asked for.": right / weights.size,
        }
        if strides and strides[0] > 1:
            slips["The size is right, but the window moved by one pixel from place to place, not by `stride`."] = (
                conv2d(picture, weights)[: right.shape[0], : right.shape[1]]
            )
        known_slips(trial.call(picture, weights, *strides), right, slips)
        compare_functions(trial, (picture, weights, *strides), what="the feature map", tolerance=1e-6)
