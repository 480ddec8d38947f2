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


@wrong_answer("autoencoders.walk", "codes cut off at 1")
def walk(decode, start, end, stops):
    return decode((start + torch.linspace(0, 1, stops)[:, None] * (end - start)).clamp(-1, 1))


@wrong_answer("autoencoders.walk", "a stack of codes that are not in rows")
def walk(decode, start, end, stops):
    return torch.stack([decode(start + k / (stops - 1) * (end - start)) for k in range(stops)])


@right_answer("autoencoders.walk", "a graph still attached, in double precision")
def walk(decode, start, end, stops):
    along = torch.linspace(0, 1, stops, requires_grad=True)[:, None]
    return decode((1 - along) * start + along * end).double()


class Noisy(Base):
    """The right layers, and something more in `forward`."""

    def __init__(self, code_size=32):
        super().__init__()
        self.layers = layers_of_encoder(code_size)


@wrong_answer("autoencoders.encoder", "dropout")
class Encoder(Noisy):
    def forward(self, x):
        return self.layers[8](nn.functional.dropout(self.layers[:8](x), 0.2, self.training))


@wrong_answer("autoencoders.encoder", "noise on the code")
class Encoder(Noisy):
    def forward(self, x):
        codes = self.layers(x)
        return codes + 0.1 * torch.randn_like(codes)


@wrong_answer("autoencoders.encoder", "batch normalisation without weights")
class Encoder(Noisy):
    def __init__(self, code_size=32):
        super().__init__(code_size)
        self.norm = nn.BatchNorm1d(code_size, affine=False)

    def forward(self, x):
        return self.norm(self.layers(x)) if len(x) > 1 else self.layers(x)


@wrong_answer("autoencoders.encoder", "the first layer frozen")
class Encoder(Noisy):
    def __init__(self, code_size=32):
        super().__init__(code_size)
        self.layers[1].requires_grad_(False)


@wrong_answer("autoencoders.encoder", "a batch of one is squeezed")
class Encoder(Noisy):
    def forward(self, x):
        return self.layers(x).squeeze()


@wrong_answer("autoencoders.encoder", "differences cut off at 3")
class Encoder(Noisy):
    def forward(self, x):
        return self.layers(x.clamp(-3, 3))


@wrong_answer("autoencoders.encoder", "strides forgotten, and a dense layer that expects them")
class Encoder(Noisy):
    def __init__(self, code_size=32):
        super().__init__(code_size)
        self.layers[5].stride = (1, 1)


@wrong_answer("autoencoders.encoder", "strides at the first and the third convolution")
class Encoder(Noisy):
    def __init__(self, code_size=32):
        super().__init__(code_size)
        self.layers[1].stride, self.layers[3].stride = (2, 2), (1, 1)


@wrong_answer("autoencoders.encoder", "no size unless it is asked for")
class Encoder(Noisy):
    def __init__(self, code_size):
        super().__init__(code_size)


@right_answer("autoencoders.encoder", "made last layer first, keeps its last codes, a buffer beside")
class Encoder(nn.Module):
    def __init__(self, code_size=32):
        super().__init__()
        self.narrow = nn.Linear(1152, code_size)
        self.three = nn.Conv2d(48, 72, 3, 2, 1)
        self.two = nn.Conv2d(24, 48, 3, 2, 1)
        self.one = nn.Conv2d(48, 24, 3, padding=1)
        self.register_buffer("seen", torch.zeros(()))

    def forward(self, x):
        x = nn.functional.pixel_unshuffle(x, 4)
        for layer in (self.one, self.two, self.three):
            x = nn.functional.leaky_relu(layer(x), 0.1)
        self.last = self.narrow(x.flatten(1))
        return self.last


@right_answer("autoencoders.encoder", "sizes found out by the first pictures")
class Encoder(Base):
    def __init__(self, code_size=32):
        super().__init__()
        self.layers = nn.Sequential(
            nn.PixelUnshuffle(4),
            *(
                layer
                for out, step in ((24, 1), (48, 2), (72, 2))
                for layer in (nn.LazyConv2d(out, 3, step, 1), nn.LeakyReLU(0.1))
            ),
            nn.Flatten(),
            nn.LazyLinear(code_size),
        )


@wrong_answer("autoencoders.decoder", "codes cut off at 3")
class Decoder(Base):
    def __init__(self, code_size=32):
        super().__init__()
        self.layers = layers_of_decoder(code_size)

    def forward(self, codes):
        return self.layers(codes.clamp(-3, 3))


@wrong_answer("autoencoders.decoder", "each batch of codes by its own mean")
class Decoder(Base):
    def __init__(self, code_size=32):
        super().__init__()
        self.layers = layers_of_decoder(code_size)

    def forward(self, codes):
        return self.layers(codes - codes.mean(0))


@wrong_answer("autoencoders.decoder", "dropout behind the dense layer")
class Decoder(Base):
    def __init__(self, code_size=32):
        super().__init__()
        self.layers = layers_of_decoder(code_size)
        self.layers[2] = nn.Sequential(nn.LeakyReLU(0.1), nn.Dropout(0.1))


@right_answer("autoencoders.decoder", "upscales first in line, keeps its last picture")
class Decoder(nn.Module):
    def __init__(self, code_size=32):
        super().__init__()
        self.last = nn.Conv2d(24, 48, 3, padding=1)
        self.ups = nn.ModuleList([Upscale(48, 24), Upscale(72, 48)])
        self.wide = nn.Linear(code_size, 1152)

    def forward(self, codes):
        x = nn.functional.leaky_relu(self.wide(codes).unflatten(1, (72, 4, 4)), 0.1)
        for up in reversed(self.ups):
            x = up(x)
        self.drawn = nn.functional.pixel_shuffle(self.last(x), 4)
        return self.drawn


@wrong_answer("autoencoders.probe", "nothing below 0")
def probe(codes, values, new_codes, new_values):
    return max(0.0, LinearRegression().fit(codes, values).score(new_codes, new_values))


@wrong_answer("autoencoders.probe", "the variance over N − 1")
def probe(codes, values, new_codes, new_values):
    read = LinearRegression().fit(codes, values).predict(new_codes)
    return 1 - ((read - new_values) ** 2).mean() / new_values.var(ddof=1)


@wrong_answer("autoencoders.probe", "the share of the error that is left")
def probe(codes, values, new_codes, new_values):
    return 1 - LinearRegression().fit(codes, values).score(new_codes, new_values)


@right_answer("autoencoders.probe", "by torch, a 0-d tensor in double precision")
def probe(codes, values, new_codes, new_values):
    codes, values, new_codes, new_values = (
        torch.tensor(one).double() for one in (codes, values, new_codes, new_values)
    )
    codes, new_codes = (torch.cat([one, torch.ones(len(one), 1)], 1) for one in (codes, new_codes))
    left = new_values - new_codes @ torch.linalg.lstsq(codes, values[:, None]).solution[:, 0]
    return 1 - left.square().sum() / (new_values - new_values.mean()).square().sum()
