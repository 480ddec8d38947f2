# ruff: noqa: F811
"""Answers to lesson 02 that its checks must refuse, and unusual ones that they must accept."""

import numpy as np
import torch
from sklearn.linear_model import LinearRegression
from torch import nn

from unmasked.models.swap import Upscale
from wrong import right_answer, wrong_answer


@wrong_answer("autoencoders.walk", "stops before the end")
def walk(decode, start, end, stops):
    along = torch.arange(stops)[:, None] / stops
    return decode(start + along * (end - start))


@wrong_answer("autoencoders.walk", "mixes the two pictures instead of the codes")
def walk(decode, start, end, stops):
    along = torch.linspace(0, 1, stops).view(-1, 1, 1)
    first, last = decode(start[None]), decode(end[None])
    return first + along * (last - first)


@wrong_answer("autoencoders.walk", "runs backwards")
def walk(decode, start, end, stops):
    along = torch.linspace(0, 1, stops)[:, None]
    return decode(along * start + (1 - along) * end)


@wrong_answer("autoencoders.walk", "returns the codes without drawing them")
def walk(decode, start, end, stops):
    return start + torch.linspace(0, 1, stops)[:, None] * (end - start)


@wrong_answer("autoencoders.walk", "one stop too many")
def walk(decode, start, end, stops):
    return decode(start + torch.linspace(0, 1, stops + 1)[:, None] * (end - start))


@right_answer("autoencoders.walk", "one stop at a time, by torch.lerp")
def walk(decode, start, end, stops):
    return torch.cat([decode(torch.lerp(start, end, k / (stops - 1))[None]) for k in range(stops)])


def layers_of_encoder(code_size, *, slope=0.1, stride=2, last=()):
    return nn.Sequential(
        nn.PixelUnshuffle(4),
        nn.Conv2d(48, 24, 3, padding=1),
        nn.LeakyReLU(slope),
        nn.Conv2d(24, 48, 3, stride=stride, padding=1),
        nn.LeakyReLU(slope),
        nn.Conv2d(48, 72, 3, stride=2, padding=1),
        nn.LeakyReLU(slope),
        nn.Flatten(),
        nn.Linear(72 * (4 * 2 // stride) ** 2, code_size),
        *last,
    )


class Base(nn.Module):
    def forward(self, x):
        return self.layers(x)


@wrong_answer("autoencoders.encoder", "forgets a stride")
class Encoder(Base):
    def __init__(self, code_size=32):
        super().__init__()
        self.layers = layers_of_encoder(code_size, stride=1)


@wrong_answer("autoencoders.encoder", "an activation after the last layer")
class Encoder(Base):
    def __init__(self, code_size=32):
        super().__init__()
        self.layers = layers_of_encoder(code_size, last=(nn.LeakyReLU(0.1),))


@wrong_answer("autoencoders.encoder", "LeakyReLU with PyTorch's own slope")
class Encoder(Base):
    def __init__(self, code_size=32):
        super().__init__()
        self.layers = layers_of_encoder(code_size, slope=0.01)


@wrong_answer("autoencoders.encoder", "always 32 numbers")
class Encoder(Base):
    def __init__(self, code_size=32):
        super().__init__()
        self.layers = layers_of_encoder(32)


@wrong_answer("autoencoders.encoder", "a dense layer straight from the pixels")
class Encoder(Base):
    def __init__(self, code_size=32):
        super().__init__()
        self.layers = nn.Sequential(nn.Flatten(), nn.Linear(3 * 64 * 64, code_size))


@right_answer("autoencoders.encoder", "written out in forward, flattened by hand")
class Encoder(nn.Module):
    def __init__(self, code_size=32):
        super().__init__()
        self.one = nn.Conv2d(48, 24, 3, padding=1)
        self.two = nn.Conv2d(24, 48, 3, 2, 1)
        self.three = nn.Conv2d(48, 72, 3, 2, 1)
        self.narrow = nn.Linear(1152, code_size)

    def forward(self, x):
        x = nn.functional.pixel_unshuffle(x, 4)
        for layer in (self.one, self.two, self.three):
            x = nn.functional.leaky_relu(layer(x), 0.1)
        return self.narrow(x.reshape(len(x), -1))


def layers_of_decoder(code_size, *, act=True, last=()):
    return nn.Sequential(
        nn.Linear(code_size, 72 * 4 * 4),
        nn.Unflatten(1, (72, 4, 4)),
        nn.LeakyReLU(0.1) if act else nn.Identity(),
        Upscale(72, 48),
        Upscale(48, 24),
        nn.Conv2d(24, 48, 3, padding=1),
        nn.PixelShuffle(4),
        *last,
    )


@wrong_answer("autoencoders.decoder", "a sigmoid at the end, though differences are below zero too")
class Decoder(Base):
    def __init__(self, code_size=32):
        super().__init__()
        self.layers = layers_of_decoder(code_size, last=(nn.Sigmoid(),))


@wrong_answer("autoencoders.decoder", "no activation after the dense layer")
class Decoder(Base):
    def __init__(self, code_size=32):
        super().__init__()
        self.layers = layers_of_decoder(code_size, act=False)


@wrong_answer("autoencoders.decoder", "a transposed convolution at the end")
class Decoder(Base):
    def __init__(self, code_size=32):
        super().__init__()
        self.layers = layers_of_decoder(code_size)[:5]
        self.layers.append(nn.ConvTranspose2d(24, 3, 4, stride=4))


@wrong_answer("autoencoders.decoder", "unflattened with channels last")
class Decoder(Base):
    def __init__(self, code_size=32):
        super().__init__()
        self.layers = layers_of_decoder(code_size)

    def forward(self, codes):
        x = self.layers[0](codes).reshape(-1, 4, 4, 72).permute(0, 3, 1, 2)
        return self.layers[2:](x)


@right_answer("autoencoders.decoder", "upscales written out, reshaped by hand")
class Decoder(nn.Module):
    def __init__(self, code_size=32):
        super().__init__()
        self.wide = nn.Linear(code_size, 1152)
        self.first = nn.Conv2d(72, 192, 3, padding=1)
        self.second = nn.Conv2d(48, 96, 3, padding=1)
        self.last = nn.Conv2d(24, 48, 3, padding=1)

    def forward(self, codes):
        x = nn.functional.leaky_relu(self.wide(codes), 0.1).view(-1, 72, 4, 4)
        for layer in (self.first, self.second):
            x = nn.functional.pixel_shuffle(nn.functional.leaky_relu(layer(x), 0.1), 2)
        return nn.functional.pixel_shuffle(self.last(x), 4)


@wrong_answer("autoencoders.probe", "asked about the codes that it learned from")
def probe(codes, values, new_codes, new_values):
    return LinearRegression().fit(codes, values).score(codes, values)


@wrong_answer("autoencoders.probe", "learns on the new codes")
def probe(codes, values, new_codes, new_values):
    return LinearRegression().fit(new_codes, new_values).score(new_codes, new_values)


@wrong_answer("autoencoders.probe", "a squared correlation instead of R²")
def probe(codes, values, new_codes, new_values):
    return float(np.corrcoef(LinearRegression().fit(codes, values).predict(new_codes), new_values)[0, 1] ** 2)


@wrong_answer("autoencoders.probe", "a mean squared error")
def probe(codes, values, new_codes, new_values):
    return float(((LinearRegression().fit(codes, values).predict(new_codes) - new_values) ** 2).mean())


@wrong_answer("autoencoders.probe", "no constant term")
def probe(codes, values, new_codes, new_values):
    return LinearRegression(fit_intercept=False).fit(codes, values).score(new_codes, new_values)


@right_answer("autoencoders.probe", "least squares by hand, in NumPy")
def probe(codes, values, new_codes, new_values):
    slope = np.linalg.lstsq(np.c_[codes, np.ones(len(codes))], values, rcond=None)[0]
    left = new_values - np.c_[new_codes, np.ones(len(new_codes))] @ slope
    return 1 - (left**2).sum() / ((new_values - new_values.mean()) ** 2).sum()
