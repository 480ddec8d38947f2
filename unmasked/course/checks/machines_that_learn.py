"""The checks of lesson 01: machines that learn."""

import contextlib

import numpy as np
import torch
from torch import nn

from unmasked.course.checks import (
    Trial,
    array_of,
    close,
    compare_functions,
    exercise,
    explaining,
    known_slips,
    numbers_of,
    refuse,
    require,
    step_agrees,
)
from unmasked.course.checks.toolbox.trial import Raised

# Whole numbers are tried for results that silently lose what stands behind the point; an error is loud enough.
loud_errors_pass = contextlib.suppress(Raised)


def gradient_step(slope, bias, x, y, rate):
    """The reference of `machines-that-learn.step`."""
    error = slope * x + bias - y
    return slope - rate * np.mean(2 * error * x), bias - rate * np.mean(2 * error)


@exercise("machines-that-learn.step", reference=gradient_step)
def check_step(trial: Trial) -> None:
    """Values for clouds of several sizes, whole and large numbers too, and that a small step goes down."""
    for count in (1, 5, 12):
        x, y = trial.normal(count).astype(float), trial.normal(count).astype(float)
        slope, bias = float(trial.normal()), float(trial.normal())
        mine = numbers_of(trial.call(slope, bias, x, y, 0.01), 2, "the step, the new slope and the new bias,")
        wanted = np.array(trial.expected(slope, bias, x, y, 0.01))
        known_slips(mine, wanted, _step_slips(slope, bias, x, y, 0.01), tolerance=1e-9)

        def loss(line, x=x, y=y):
            return float(np.mean((line[0] * x + line[1] - y) ** 2))

        if loss(mine) > loss((slope, bias)) + 1e-12:
            refuse(
                "A small step should make the loss smaller; yours made it larger. Which way does the gradient point?"
            )
        close(mine, wanted, "the new slope and bias", tolerance=1e-6)
    rates = [trial.call(slope, bias, x, y, rate) for rate in (0.01, 0.5)]
    if np.allclose(*[numbers_of(one, 2) for one in rates]):
        refuse("At a rate of 0.5 the step is as long as at 0.01: where does `rate` come in?")
    # A step is as long as the gradient says, however long that is; and whole numbers are numbers.
    far = 100 * trial.normal(7).astype(float), 100 * trial.normal(7).astype(float)
    whole = trial.numbers.integers(-9, 9, 6), trial.numbers.integers(-9, 9, 6)
    for (x, y), rate, what in ((far, 0.5, "far apart, at a rate of 0.5"), (whole, 0.1, "of whole numbers")):
        case = (float(trial.normal()), float(trial.normal()), x, y, rate)
        with loud_errors_pass if y is whole[1] else contextlib.nullcontext():
            mine = numbers_of(trial.call(*case), 2, "the step, the new slope and the new bias,")
            close(mine, np.array(trial.expected(*case)), f"the new slope and bias for points {what}", tolerance=1e-6)


def _step_slips(slope, bias, x, y, rate):
    error = slope * x + bias - y
    down, across = np.mean(2 * error * x), np.mean(2 * error)
    moved = slope - rate * down
    slips = {
        "That is the gradient itself. The step goes on: the new slope and the new bias are asked for.": (down, across),
        "That is the step alone. The new slope and the new bias are asked for: where does it lead from here?": (
            -rate * down,
            -rate * across,
        ),
        "The two are the other way round: the slope comes first, then the bias.": (
            bias - rate * across,
            moved,
        ),
        "The slope's gradient wants each error times its own x, and the mean of these products: a mean of errors times "
        "a mean of x is another number.": (slope - rate * across * np.mean(x), bias - rate * across),
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
    return {words: np.array(wrong) for words, wrong in slips.items()}


def weighted_sums(inputs, weights, biases):
    """The reference of `machines-that-learn.sum`."""
    return inputs @ weights.T + biases


@exercise("machines-that-learn.sum", reference=weighted_sums)
def check_sum(trial: Trial) -> str:
    """Values for unequal numbers of inputs, neurons and weights, for as many of each, and for whole numbers."""
    turned = "The weights lie with their neurons in the rows: (K, D). The inputs' D must meet the weights' D."
    mixed = {r"mismatch in its core dimension|not aligned|shapes cannot be multiplied|could not be broadcast": turned}
    for inputs, neurons, width in ((3, 3, 3), (5, 3, 4), (1, 6, 2)):
        case = (trial.normal(inputs, width), trial.normal(neurons, width), trial.normal(neurons))
        with explaining(mixed):
            mine = trial.call(*case)
        wanted = array_of(weighted_sums(*case), (inputs, neurons))
        known_slips(mine, wanted, _sum_slips(*case))
        close(mine, wanted, f"the weighted sums of {inputs} inputs and {neurons} neurons")
    whole = trial.numbers.integers(-9, 9, (4, 3)), trial.normal(2, 3), trial.normal(2)
    with loud_errors_pass:
        mine, right = trial.call(*whole), weighted_sums(*whole)
        if np.shape(mine) == right.shape and np.abs(np.asarray(mine, float) - right).max() > 1e-3:
            refuse("Of whole numbers the sums lost what stands behind the point: let them go into floats.")
        close(mine, right, "the weighted sums of whole numbers")
    return "Inputs, neurons and weights may be of any number, and each neuron adds its own bias."


def _sum_slips(inputs, weights, biases):
    """The usual mistakes with weighted sums: words → what they give."""
    sums = inputs @ weights.T
    slips = {
        "The biases are missing: each neuron adds its own to every sum.": sums,
        "Those are means. Each neuron wants the SUM of its weighted inputs, plus its bias.": (
            sums / inputs.shape[1] + biases
        ),
        "The result is turned: a row belongs to an input, a column to a neuron.": (sums + biases).T,
        "The biases were added down the rows. Each belongs to a neuron, so to a column.": (
            sums + biases[:, None] if len(inputs) == len(biases) else np.full(1, np.nan)
        ),
    }
    if len(weights) == weights.shape[1]:
        slips["The weights are the wrong way round: neuron k's weights are ROW k of `weights`."] = (
            inputs @ weights + biases
        )
    return slips


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
        # With momentum, weights moved by hand go elsewhere.
        return model, torch.optim.SGD(model.parameters(), lr=0.3, momentum=0.5)

    batches = [torch.from_numpy(trial.numbers.integers(0, 9, size)) for size in (4, 2, 6)]
    model, optimiser = build()
    losses = trial.run(lambda: trial.attempt(model, optimiser, pictures.clone(), targets.clone(), batches[:]))
    if isinstance(losses, (list, tuple)) and len(losses) == 1:
        refuse("There are 3 batches and one loss: does the `return` stand inside the loop?")
    step_agrees(trial, build, (pictures, targets, batches), steps=1, slips=_FIT_SLIPS)
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
        not any(isinstance(loss, torch.Tensor) for loss in result),
        "The losses should be plain numbers: a tensor keeps its way back in memory. Which method makes a number of it?",
    )


def _fit_slip(kind):
    """A training loop with one of the usual mistakes."""

    def run(model, optimiser, pictures, targets, batches):
        for indices in [torch.arange(len(pictures))] * len(batches) if kind == "everything" else batches:
            sums = model(pictures[indices])
            loss = nn.functional.cross_entropy(sums.softmax(1) if kind == "shares" else sums, targets[indices])
            if kind not in ("added", "late", "between"):
                optimiser.zero_grad()
            loss.backward()
            if kind == "between":
                optimiser.zero_grad()
            optimiser.step()
            if kind == "late":
                optimiser.zero_grad()

    return run


_FIT_SLIPS = {
    "Old gradients are still in there: PyTorch adds each new one to them. Clear them before you go backwards.": (
        _fit_slip("added")
    ),
    "The first step took gradients along that lay there before: clear them before you go backwards, not only after "
    "the step.": _fit_slip("late"),
    "The gradients were cleared between `backward` and `step`, so the step had none to follow.": _fit_slip("between"),
    "The loss sees shares already: `cross_entropy` turns the ten sums into shares itself. Hand it the sums.": (
        _fit_slip("shares")
    ),
    "Each step took all the pictures. Take those that the batch of indices names, and their targets.": (
        _fit_slip("everything")
    ),
}


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
    """Values for pictures and kernels that are not square, with and without stride, and for whole numbers."""
    for sides, kernel, strides in (
        ((6, 9), (3, 3), ()),
        ((8, 7), (3, 3), (2,)),
        ((9, 6), (2, 3), (1,)),
        ((11, 8), (3, 1), (3,)),
    ):
        picture, weights = trial.normal(*sides).astype(float), trial.normal(*kernel).astype(float)
        right = conv2d(picture, weights, *strides)
        mine = trial.call(picture, weights, *strides)
        known_slips(mine, right, _conv_slips(picture, weights, strides[0] if strides else 1))
        compare_functions(trial, (picture, weights, *strides), what="the feature map", tolerance=1e-6)
    grey = trial.numbers.integers(0, 256, (5, 6), dtype=np.uint8), trial.normal(2, 2).astype(float)
    with loud_errors_pass:
        mine, right = trial.call(*grey), conv2d(*grey)
        if np.shape(mine) == right.shape and np.abs(np.asarray(mine, float) - right).max() > 1e-3:
            refuse(
                "On a picture of whole numbers the sums lost what stands behind the point, or wrapped around: they "
                "were put into an array of the picture's own kind. Let them go into floats."
            )
        close(mine, right, "the feature map of a picture of whole numbers", tolerance=1e-6)


def _conv_slips(picture, kernel, stride):
    """The usual mistakes with a convolution: words → what they give."""
    right, each = conv2d(picture, kernel, stride), conv2d(picture, kernel)
    only = np.zeros_like(right)
    only[0, 0] = right[0, 0]
    first = np.zeros_like(right)
    first[0] = right[0]
    padded = np.pad(picture, [(side // 2, side // 2) for side in kernel.shape])
    early = "Only {} came out, the rest is 0: does the `return` stand inside a loop?"
    slips = {
        "The kernel was flipped. Here it lies on the picture as it is, its first row above.": (
            conv2d(picture, kernel[::-1, ::-1], stride)
        ),
        "That is the mean of each window's products; their sum is asked for.": right / kernel.size,
        "The last row and the last column are missing: a kernel as high as the picture still fits in ONE place.": (
            right[:-1, :-1]
        ),
        "The last row is missing: how often does a kernel as high as the picture fit into it?": right[:-1],
        "The last column is missing: how often does a kernel as wide as the picture fit into it?": right[:, :-1],
        "Rows and columns of the result are exchanged.": right.T,
        "The last row stayed 0: does the loop stop one too early?": np.vstack([right[:-1], 0 * right[-1:]]),
        "The last column stayed 0: does the loop stop one too early?": np.hstack([right[:, :-1], 0 * right[:, -1:]]),
        "The last row and column stayed 0: do the loops stop one too early?": (
            np.pad(right[:-1, :-1], [(0, 1), (0, 1)])
        ),
        early.format("the first place"): only,
        early.format("the first row"): first,
        "The picture was padded. Here the kernel stays inside it, so the result is smaller.": (
            conv2d(padded, kernel, stride)
        ),
    }
    if stride > 1:
        slips["The size is right, but the window moved by one pixel from place to place, not by `stride`."] = each[
            : right.shape[0], : right.shape[1]
        ]
        slips["The window moves by `stride` from row to row, but by one from column to column."] = each[::stride]
        slips["The window moves by `stride` from column to column, but by one from row to row."] = each[:, ::stride]
        slips["The stride is forgotten: the window should move by `stride` pixels, not by one."] = each
    return slips
