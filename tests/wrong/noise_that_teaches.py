# ruff: noqa: F811
"""Answers to lesson 03 that its checks must refuse, and unusual ones that they must accept."""

import cv2
import numpy as np
import torch
from torch.nn import functional

from wrong import afresh, copy_of, right_answer, wrong_answer


@wrong_answer("noise-that-teaches.noise", "forgets to cut off")
def add_noise(pictures, sigma, generator):
    return pictures + sigma * torch.randn(pictures.shape, generator=generator)


@wrong_answer("noise-that-teaches.noise", "even draws instead of the bell curve")
def add_noise(pictures, sigma, generator):
    even = 12**0.5 * (torch.rand(pictures.shape, generator=generator) - 0.5)  # of the right mean and spread
    return (pictures + sigma * even).clamp(0, 1)


@wrong_answer("noise-that-teaches.noise", "leaves the generator aside")
def add_noise(pictures, sigma, generator):
    return (pictures + sigma * torch.randn_like(pictures)).clamp(0, 1)


@wrong_answer("noise-that-teaches.noise", "the same grain for all pictures")
def add_noise(pictures, sigma, generator):
    return (pictures + sigma * torch.randn(pictures.shape[1:], generator=generator)).clamp(0, 1)


@wrong_answer("noise-that-teaches.noise", "grey grain: the same for all colours")
def add_noise(pictures, sigma, generator):
    n, _, height, width = pictures.shape
    return (pictures + sigma * torch.randn((n, 1, height, width), generator=generator)).clamp(0, 1)


@wrong_answer("noise-that-teaches.noise", "takes sigma for the variance")
def add_noise(pictures, sigma, generator):
    return (pictures + sigma**0.5 * torch.randn(pictures.shape, generator=generator)).clamp(0, 1)


@right_answer("noise-that-teaches.noise", "draws the noisy values themselves")
def add_noise(pictures, sigma, generator):
    return torch.normal(pictures, sigma, generator=generator).clamp(0, 1)


@wrong_answer("noise-that-teaches.field", "corners of pixels instead of their middles")
def displacement_field(push, height, width):
    moved = push.permute(0, 3, 1, 2)
    return functional.interpolate(moved, size=(height, width), mode="bilinear").permute(0, 2, 3, 1)


@wrong_answer("noise-that-teaches.field", "steps instead of even change")
def displacement_field(push, height, width):
    return functional.interpolate(push.permute(0, 3, 1, 2), size=(height, width)).permute(0, 2, 3, 1)


def _between(channels_first, height, width, mode="bilinear"):
    field = functional.interpolate(channels_first, size=(height, width), mode=mode, align_corners=True)
    return field.permute(0, 2, 3, 1)


@wrong_answer("noise-that-teaches.field", "height and width exchanged")
def displacement_field(push, height, width):
    return _between(push.permute(0, 3, 1, 2), width, height)


@wrong_answer("noise-that-teaches.field", "leaves the channels first")
def displacement_field(push, height, width):
    moved = push.permute(0, 3, 1, 2)
    return functional.interpolate(moved, size=(height, width), mode="bilinear", align_corners=True)


@wrong_answer("noise-that-teaches.field", "rows and columns of points exchanged")
def displacement_field(push, height, width):
    return _between(push.permute(0, 3, 2, 1), height, width)


@right_answer("noise-that-teaches.field", "two products with matrices of weights")
def displacement_field(push, height, width):
    def weights(size):
        places = np.linspace(0, 4, size)
        columns = [np.interp(places, range(5), row) for row in np.eye(5)]
        return torch.from_numpy(np.stack(columns, 1)).to(push.dtype)

    return torch.einsum("hr,nrcd,wc->nhwd", weights(height), push, weights(width))


def _places(pictures, field):
    height, width = pictures.shape[-2:]
    y, x = torch.meshgrid(torch.arange(height), torch.arange(width), indexing="ij")
    return torch.stack([x, y], -1) + field, torch.tensor([width - 1, height - 1])


@wrong_answer("noise-that-teaches.warp", "the field the other way round")
def warp(pictures, field):
    places, last = _places(pictures, -field)
    return functional.grid_sample(pictures, 2 * places / last - 1, padding_mode="border", align_corners=True)


@wrong_answer("noise-that-teaches.warp", "y before x")
def warp(pictures, field):
    places, last = _places(pictures, field)
    return functional.grid_sample(pictures, (2 * places / last - 1).flip(-1), padding_mode="border", align_corners=True)


@wrong_answer("noise-that-teaches.warp", "own places y first, with a field that is x first")
def warp(pictures, field):
    height, width = pictures.shape[-2:]
    y, x = torch.meshgrid(torch.arange(height), torch.arange(width), indexing="ij")
    places = torch.stack([y, x], -1) + field
    last = torch.tensor([height - 1, width - 1])
    return functional.grid_sample(pictures, 2 * places / last - 1, padding_mode="border", align_corners=True)


@wrong_answer("noise-that-teaches.warp", "black beyond the edge")
def warp(pictures, field):
    places, last = _places(pictures, field)
    return functional.grid_sample(pictures, 2 * places / last - 1, align_corners=True)


@wrong_answer("noise-that-teaches.warp", "measured from edge to edge, read from middle to middle")
def warp(pictures, field):
    places, last = _places(pictures, field)
    return functional.grid_sample(pictures, 2 * places / last - 1, padding_mode="border", align_corners=False)


@wrong_answer("noise-that-teaches.warp", "the nearest pixel, not a mixture")
def warp(pictures, field):
    places, last = _places(pictures, field)
    places = 2 * places / last - 1
    return functional.grid_sample(pictures, places, mode="nearest", padding_mode="border", align_corners=True)


@wrong_answer("noise-that-teaches.warp", "width and height exchanged in the measure")
def warp(pictures, field):
    places, last = _places(pictures, field)
    return functional.grid_sample(pictures, 2 * places / last.flip(0) - 1, padding_mode="border", align_corners=True)


@right_answer("noise-that-teaches.warp", "by OpenCV, one picture at a time")
def warp(pictures, field):
    places, _ = _places(pictures, field)
    done = []
    for picture, place in zip(pictures, places, strict=True):
        x, y = place.numpy().astype(np.float32).transpose(2, 0, 1)
        as_array = np.ascontiguousarray(picture.permute(1, 2, 0).numpy())
        moved = cv2.remap(as_array, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        done.append(torch.from_numpy(moved).permute(2, 0, 1))
    return torch.stack(done)


def _even(shape, generator):
    return 2 * torch.rand(shape, generator=generator) - 1


@wrong_answer("noise-that-teaches.colour", "one colour change for the whole batch")
def colour_jitter(pictures, strength, generator):
    gain, offset = 1 + strength * _even((1, 3, 1, 1), generator), strength / 2 * _even((1, 3, 1, 1), generator)
    return (0.5 + gain * (pictures - 0.5) + offset).clamp(0, 1)


@wrong_answer("noise-that-teaches.colour", "the same for all three colours")
def colour_jitter(pictures, strength, generator):
    shape = (len(pictures), 1, 1, 1)
    gain, offset = 1 + strength * _even(shape, generator), strength / 2 * _even(shape, generator)
    return (0.5 + gain * (pictures - 0.5) + offset).clamp(0, 1)


@wrong_answer("noise-that-teaches.colour", "every pixel its own: that is noise")
def colour_jitter(pictures, strength, generator):
    gain = 1 + strength * _even(pictures.shape, generator)
    offset = strength / 2 * _even(pictures.shape, generator)
    return (0.5 + gain * (pictures - 0.5) + offset).clamp(0, 1)


@wrong_answer("noise-that-teaches.colour", "forgets to cut off")
def colour_jitter(pictures, strength, generator):
    shape = (len(pictures), 3, 1, 1)
    gain, offset = 1 + strength * _even(shape, generator), strength / 2 * _even(shape, generator)
    return 0.5 + gain * (pictures - 0.5) + offset


@wrong_answer("noise-that-teaches.colour", "only ever lighter and stronger")
def colour_jitter(pictures, strength, generator):
    shape = (len(pictures), 3, 1, 1)
    gain = 1 + strength * torch.rand(shape, generator=generator)
    offset = strength / 2 * torch.rand(shape, generator=generator)
    return (0.5 + gain * (pictures - 0.5) + offset).clamp(0, 1)


@wrong_answer("noise-that-teaches.colour", "gain about black instead of mid-grey")
def colour_jitter(pictures, strength, generator):
    shape = (len(pictures), 3, 1, 1)
    gain, offset = 1 + strength * _even(shape, generator), strength / 2 * _even(shape, generator)
    return (gain * pictures + offset).clamp(0, 1)


@wrong_answer("noise-that-teaches.colour", "the bell curve instead of even draws")
def colour_jitter(pictures, strength, generator):
    shape = (len(pictures), 3, 1, 1)
    gain = 1 + strength * torch.randn(shape, generator=generator)
    offset = strength / 2 * torch.randn(shape, generator=generator)
    return (0.5 + gain * (pictures - 0.5) + offset).clamp(0, 1)


@right_answer("noise-that-teaches.colour", "picture by picture, offset first")
def colour_jitter(pictures, strength, generator):
    done = torch.empty_like(pictures)
    for number, picture in enumerate(pictures):
        offset = torch.empty(3, 1, 1).uniform_(-strength / 2, strength / 2, generator=generator)
        gain = torch.empty(3, 1, 1).uniform_(1 - strength, 1 + strength, generator=generator)
        done[number] = torch.clip(torch.addcmul(0.5 + offset, picture - 0.5, gain), 0, 1)
    return done


@wrong_answer("noise-that-teaches.noise", "a copy of the generator")
def add_noise(pictures, sigma, generator):
    return (pictures + sigma * torch.randn(pictures.shape, generator=copy_of(generator))).clamp(0, 1)


@wrong_answer("noise-that-teaches.noise", "a new generator of the same seed")
def add_noise(pictures, sigma, generator):
    return (pictures + sigma * torch.randn(pictures.shape, generator=afresh(generator))).clamp(0, 1)


@wrong_answer("noise-that-teaches.noise", "more noise where the picture is bright")
def add_noise(pictures, sigma, generator):
    return (pictures * (1 + 2 * sigma * torch.randn(pictures.shape, generator=generator))).clamp(0, 1)


@wrong_answer("noise-that-teaches.noise", "the second half of a batch gets the first half's noise, turned over")
def add_noise(pictures, sigma, generator):
    noise = torch.randn(pictures.shape, generator=generator)
    half = len(noise) // 2
    noise[half : 2 * half] = -noise[:half]
    return (pictures + sigma * noise).clamp(0, 1)


@wrong_answer("noise-that-teaches.noise", "every row its own, all columns alike")
def add_noise(pictures, sigma, generator):
    return (pictures + sigma * torch.randn((*pictures.shape[:3], 1), generator=generator)).clamp(0, 1)


@right_answer("noise-that-teaches.noise", "in double precision, a graph attached, another name for the generator")
def add_noise(pictures, sigma, dice):
    pictures = pictures.double().requires_grad_()
    return (pictures + sigma * torch.randn(pictures.shape, generator=dice, dtype=torch.float64)).clamp(0, 1)


@wrong_answer("noise-that-teaches.field", "curved between the points")
def displacement_field(push, height, width):
    return _between(push.permute(0, 3, 1, 2), height, width, mode="bicubic")


@wrong_answer("noise-that-teaches.field", "y first")
def displacement_field(push, height, width):
    return _between(push.permute(0, 3, 1, 2), height, width).flip(-1)


@right_answer("noise-that-teaches.field", "a linear mix of its own along each axis, in double precision")
def displacement_field(push, height, width):
    push = push.double()

    def along(values, size, axis):
        places = torch.linspace(0, 4, size, dtype=torch.float64)
        low = places.floor().clamp(max=3).long()
        share = (places - low).view([-1 if a == axis else 1 for a in range(4)])
        return values.index_select(axis, low) * (1 - share) + values.index_select(axis, low + 1) * share

    return along(along(push, height, 1), width, 2)


@wrong_answer("noise-that-teaches.warp", "the border mirrored")
def warp(pictures, field):
    places, last = _places(pictures, field)
    return functional.grid_sample(pictures, 2 * places / last - 1, padding_mode="reflection", align_corners=True)


@wrong_answer("noise-that-teaches.warp", "measures first, then adds pixels")
def warp(pictures, field):
    own, last = _places(pictures, 0 * field)
    return functional.grid_sample(pictures, 2 * own / last - 1 + field, padding_mode="border", align_corners=True)


@wrong_answer("noise-that-teaches.warp", "divides by the width, not by the last place")
def warp(pictures, field):
    places, last = _places(pictures, field)
    return functional.grid_sample(pictures, 2 * places / (last + 1) - 1, padding_mode="border", align_corners=True)


@wrong_answer("noise-that-teaches.warp", "steps cut off at 3 pixels")
def warp(pictures, field):
    places, last = _places(pictures, field.clamp(-3, 3))
    return functional.grid_sample(pictures, 2 * places / last - 1, padding_mode="border", align_corners=True)


@right_answer("noise-that-teaches.warp", "in double precision, a graph attached")
def warp(pictures, field):
    places, last = _places(pictures, field.double().requires_grad_())
    places = 2 * places / last - 1
    return functional.grid_sample(pictures.double(), places, padding_mode="border", align_corners=True)


def coloured(pictures, gain, offset):
    return (0.5 + gain * (pictures - 0.5) + offset).clamp(0, 1)


@wrong_answer("noise-that-teaches.colour", "one draw for gain and offset")
def colour_jitter(pictures, strength, generator):
    draw = _even((len(pictures), 3, 1, 1), generator)
    return coloured(pictures, 1 + strength * draw, strength / 2 * draw)


@wrong_answer("noise-that-teaches.colour", "the offset from a copy of the generator, which draws the gain again")
def colour_jitter(pictures, strength, generator):
    shape, again = (len(pictures), 3, 1, 1), copy_of(generator)
    return coloured(pictures, 1 + strength * _even(shape, generator), strength / 2 * _even(shape, again))


@wrong_answer("noise-that-teaches.colour", "a new generator of the same seed")
def colour_jitter(pictures, strength, generator):
    shape, own = (len(pictures), 3, 1, 1), afresh(generator)
    return coloured(pictures, 1 + strength * _even(shape, own), strength / 2 * _even(shape, own))


@wrong_answer("noise-that-teaches.colour", "offsets as large as the gains")
def colour_jitter(pictures, strength, generator):
    shape = (len(pictures), 3, 1, 1)
    return coloured(pictures, 1 + strength * _even(shape, generator), strength * _even(shape, generator))


@wrong_answer("noise-that-teaches.colour", "gain about each picture's own mean")
def colour_jitter(pictures, strength, generator):
    shape, mean = (len(pictures), 3, 1, 1), pictures.mean((2, 3), keepdim=True)
    gain, offset = 1 + strength * _even(shape, generator), strength / 2 * _even(shape, generator)
    return (mean + gain * (pictures - mean) + offset).clamp(0, 1)


@right_answer("noise-that-teaches.colour", "both from one draw of twice the size, in double precision")
def colour_jitter(pictures, strength, generator):
    draw = torch.rand((2, len(pictures), 3, 1, 1), generator=generator, dtype=torch.float64)
    gain, offset = strength * (draw - 0.5) * torch.tensor([2.0, 1.0]).view(2, 1, 1, 1, 1)
    return coloured(pictures.double(), 1 + gain, offset)
