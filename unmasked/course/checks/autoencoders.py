"""The checks of lesson 02: autoencoders."""

import numpy as np
import torch
from sklearn.linear_model import LinearRegression
from torch import nn

from unmasked.course.checks import (
    Trial,
    behaves_like,
    close,
    each_alone,
    exercise,
    explaining,
    gradients_reach,
    is_module,
    known_slips,
    refuse,
    shape_is,
    tensor_of,
)
from unmasked.models import autoencoder


def walk(decode, start, end, stops):
    """The reference of `autoencoders.walk`."""
    along = torch.linspace(0, 1, stops)[:, None]
    return decode(start + along * (end - start))


@exercise("autoencoders.walk", reference=walk)
def check_walk(trial: Trial) -> None:
    """With a decoder that is not linear: there a mixture of two pictures is not the picture of a mixture."""
    for size, stops in ((2, 5), (3, 2), (7, 4)):
        weights, start, end = trial.torch_normal(size, 6), trial.torch_normal(size), 3 * trial.torch_normal(size)

        def decode(codes, weights=weights, size=size):
            if not isinstance(codes, torch.Tensor) or codes.ndim != 2 or codes.shape[1] != size:
                came = tuple(codes.shape) if hasattr(codes, "shape") else type(codes).__name__
                refuse(f"`decode` wants a tensor of codes of shape (N, {size}), one a row; it was given {came}.")
            if codes.dtype != torch.float32:
                refuse(
                    "`decode` wants codes as precise as `start` and `end`, float32, as every network here does; it was "
                    f"given {str(codes.dtype).removeprefix('torch.')}. `.float()` makes float32 of them."
                )
            return torch.sin(codes @ weights).reshape(-1, 2, 3)

        drawn = tensor_of(trial.call(decode, start, end, stops), (stops, 2, 3), f"a walk with {stops} stops")
        along = torch.linspace(0, 1, stops)[:, None, None]
        first, last = decode(start[None]), decode(end[None])
        short = torch.arange(stops)[:, None] / stops
        slips = {
            "Those are mixtures of the first and the last PICTURE. Mix the two codes, and let `decode` draw each of "
            "the mixtures.": (first + along * (last - first)),
            "The walk runs from `end` to `start`. It should begin at `start`.": walk(decode, end, start, stops),
            "The walk stops before it reaches `end`: both ends belong to it.": decode(start + short * (end - start)),
        }
        right = walk(decode, start, end, stops)
        known_slips(drawn, right, slips)
        close(drawn[0], first[0], "the first stop, which is `start` itself")
        close(drawn[-1], last[0], "the last stop, which is `end` itself")
        close(drawn, right, f"the pictures of a walk with {stops} stops")


# What PyTorch says where layers don't fit, in words.
UNFIT = {
    r"mat1 and mat2 shapes cannot be multiplied \(\d+x(\d+) and (\d+)x\d+\)": (
        "The dense layer expects {1} numbers of each picture, and {0} arrive. A convolution with stride 2 halves "
        "height and width: is a stride missing, or one too many? Write down the sizes after each layer."
    ),
    r"missing 1 required positional argument: 'code_size'": (
        "Where no size is asked for, a code should have 32 numbers: keep the `=32` in the first line."
    ),
    r"to have (\d+) channels, but got (\d+) channels": (
        "One layer hands on {1} channels and the next expects {0}: what goes in must be what came out before."
    ),
}


def _with_slope(slope):
    """A function that gives every LeakyReLU of a module this slope below zero."""

    def change(module):
        for part in module.modules():
            if isinstance(part, nn.LeakyReLU):
                part.negative_slope = slope
        return module

    return change


def _followed_by(layer):
    return lambda module: nn.Sequential(module, layer)


LAST = "An activation follows the last layer, so some {} can't be reached any more: {}. The last layer ends bare."
SLIPS = {
    "The activations have PyTorch's own slope below 0, 0.01. Here they are given another one.": _with_slope(0.01),
    "The activations cut off everything below 0, as ReLU does. A leaky one lets a part of it through.": _with_slope(0),
    "An activation is missing: two layers in a row without one can do no more than a single one.": _with_slope(1),
}
ENDINGS = {"below 0 little comes out": nn.LeakyReLU(0.1), "nothing below 0 comes out": nn.ReLU()}
ENDINGS |= {"only −1…1 comes out": nn.Tanh(), "only 0…1 comes out": nn.Sigmoid()}


TURNED = "The numbers of the dense layer were laid out with their channels last. A tensor has them before its rows."


class _ChannelsLast(nn.Module):
    def forward(self, x):
        return x.unflatten(1, (4, 4, 72)).permute(0, 3, 1, 2)


def _channels_last(decoder):
    decoder[1] = _ChannelsLast()
    return decoder


def _strides_at(*layers):
    """A function that gives these convolutions of the encoder a stride of 2, and the others none."""

    def change(encoder):
        for number in (1, 3, 5):
            encoder[number].stride = (2, 2) if number in layers else (1, 1)
        return encoder

    return change


STRIDES = {
    "The sizes are right, but the strides stand elsewhere: the first convolution looks at every place, the second and "
    "third at every second one.": _strides_at(1, 5),
    "The sizes are right, but the strides stand elsewhere: the third convolution should look at every second place.": (
        _strides_at(1, 3)
    ),
}


def _slips(what: str) -> dict:
    """The usual mistakes with activations: words → what makes a mistaken network of the reference."""
    return SLIPS | {LAST.format(what, why): _followed_by(layer) for why, layer in ENDINGS.items()}


@exercise("autoencoders.encoder", reference=autoencoder.Encoder)
def check_encoder(trial: Trial) -> None:
    """One picture and several, faint and strong ones, two sizes of a code and the usual one: the reference's codes."""
    for code_size, count in ((5, 3), (32, 2)):
        mine, reference = trial.run(trial.attempt, code_size), trial.expected(code_size)
        is_module(mine, "Encoder(…)")
        several, one = 0.5 * trial.torch_normal(count, 3, 64, 64), 20 * trial.torch_normal(1, 3, 64, 64)
        with explaining(UNFIT):
            shape_is(trial.run(mine, several), (count, code_size), f"the codes of {count} pictures")
            calls = {
                f"the codes of {count} pictures": lambda net, x=several: net(x),
                "the code of one picture far from the average": lambda net, x=one: net(x),
            }
            each_alone(trial, mine.eval(), several, "a picture's code")
            behaves_like(trial, mine, reference, calls, _slips("codes") | STRIDES)
        gradients_reach(mine, mine(several))
    with explaining(UNFIT):
        usual = trial.run(trial.run(trial.attempt), several)
    shape_is(usual, (count, 32), "the codes of `Encoder()`, where no size is asked for,")


@exercise("autoencoders.decoder", reference=autoencoder.Decoder)
def check_decoder(trial: Trial) -> None:
    """As the encoder's, the other way round."""
    for code_size, count in ((5, 3), (32, 2)):
        mine, reference = trial.run(trial.attempt, code_size), trial.expected(code_size)
        is_module(mine, "Decoder(…)")
        several, one = 0.5 * trial.torch_normal(count, code_size), 30 * trial.torch_normal(1, code_size)
        with explaining(UNFIT):
            shape_is(trial.run(mine, several), (count, 3, 64, 64), f"{count} decoded differences")
            calls = {
                f"{count} decoded differences": lambda net, x=several: net(x),
                "what one code far from the middle draws": lambda net, x=one: net(x),
            }
            each_alone(trial, mine.eval(), several, "what a code draws")
            behaves_like(trial, mine, reference, calls, _slips("differences") | {TURNED: _channels_last})
        gradients_reach(mine, mine(several))
    with explaining(UNFIT):
        drawn = trial.run(trial.run(trial.attempt), several)
    shape_is(drawn, (count, 3, 64, 64), "what `Decoder()`, where no size is asked for, draws of codes of 32 numbers")


def probe(codes, values, new_codes, new_values):
    """The reference of `autoencoders.probe`."""
    return LinearRegression().fit(codes, values).score(new_codes, new_values)


@exercise("autoencoders.probe", reference=probe)
def check_probe(trial: Trial) -> None:
    """A value to be read in part; few codes, where learning by heart shows; a value that is not there at all."""
    for known, asked, size in ((400, 90, 4), (20, 60, 12)):
        codes, new_codes = trial.normal(known, size) + 2, trial.normal(asked, size) + 2
        slope = trial.normal(size)
        # The new values lie higher: correlation does not notice, R² does.
        values = codes @ slope + 3 + trial.normal(known)
        new_values = new_codes @ slope + 3.5 + trial.normal(asked)
        _probe_agrees(trial, codes, values, new_codes, new_values, "R² on the new codes")
    codes, values, new_codes, new_values = (trial.normal(*shape) for shape in ((40, 10), (40,), (25, 10), (25,)))
    what = "R² on new codes for a value that has nothing to do with the code"
    _probe_agrees(trial, codes, values, new_codes, new_values, what)


def _probe_agrees(trial: Trial, codes, values, new_codes, new_values, what: str) -> None:
    """Refuse, in a usual slip's own words if it is one, unless the attempt's R² is right."""
    got, expected = trial.call(codes, values, new_codes, new_values), probe(codes, values, new_codes, new_values)
    model = LinearRegression().fit(codes, values)
    read = model.predict(new_codes)
    error = np.square(read - new_values).mean()
    slips = {
        "That is R² on the codes that the probe learned from, and there it flatters itself. Ask it about the new "
        "ones.": (model.score(codes, values)),
        "The probe learned from the new codes, and was asked about the same. Let it learn from `codes` and `values`.": (
            LinearRegression().fit(new_codes, new_values).score(new_codes, new_values)
        ),
        "That is a squared correlation. It doesn't mind readings that are all too low; R² does.": (
            np.corrcoef(read, new_values)[0, 1] ** 2
        ),
        "That is a correlation. R² compares squared errors with those of the mean.": (
            np.corrcoef(read, new_values)[0, 1]
        ),
        "That is the mean squared error. R² says which share of the mean's error is gone.": error,
        "That is the share of the error that is LEFT. R² is what is gone.": 1 - expected,
        "The probe has no constant term, so it must read 0 from a code of zeros.": (
            LinearRegression(fit_intercept=False).fit(codes, values).score(new_codes, new_values)
        ),
        "An R² below 0 was cut off. Below 0 the probe reads worse than the mean, and that is worth knowing.": 0.0,
        "The variance was taken over N − 1 and the mean error over N. Both are sums over the same N values.": (
            1 - error / new_values.var(ddof=1)
        ),
        "The spread of the values that the probe learned from stands below the line. Take that of the new ones.": (
            1 - error / values.var()
        ),
    }
    known_slips(got, expected, slips)
    close(got, expected, what, tolerance=1e-3)
