"""The checks of lesson 03: noise, displacement field, warp, colour jitter."""

import torch
from torch.nn import functional

from unmasked import augment
from unmasked.course.checks import (
    Trial,
    between,
    close,
    compare_functions,
    exercise,
    moments_agree,
    refuse,
    repeatable,
    require,
    shape_is,
)


def add_noise(pictures, sigma, generator):
    """The reference of `noise-that-teaches.noise`: the library's, its arguments in the lesson's order."""
    return augment.add_noise(pictures, generator, sigma)


@exercise("noise-that-teaches.noise", reference=add_noise)
def check_noise(trial: Trial) -> None:
    """The generator decides, the moments are the bell curve's, every value has its own, nothing leaves 0…1."""
    grey = torch.full((5, 3, 24, 16), 0.5)
    noise = repeatable(trial, (grey, 0.05))
    shape_is(noise, grey.shape, "5 noisy pictures")
    noise = noise - grey
    for axis, apart in ((0, "pictures"), (1, "colours"), (2, "rows"), (3, "columns")):
        if torch.allclose(noise.narrow(axis, 0, 1), noise.narrow(axis, 1, 1), atol=1e-6):
            refuse(f"Two {apart} got the very same noise. Every value wants a random number of its own.")
    wanted = 0.05 * trial.torch_normal(*grey.shape)
    moments_agree(noise, wanted, "the noise")
    # The bell curve has few large draws and an even one none: about one in twenty lies beyond two standard deviations.
    far = (noise.abs() > 0.1).double().mean().item()
    require(
        0.02 < far < 0.08,
        f"About 5 in 100 draws from the bell curve lie beyond 2 σ; of yours {100 * far:.0f} in 100 do. "
        "`torch.randn` draws from the bell curve, `torch.rand` evenly.",
    )
    ends = torch.cat([torch.zeros(2, 3, 16, 9), torch.ones(1, 3, 16, 9)])
    spoiled = trial.call(ends, 0.3, trial.torch_generator(3))
    between(spoiled, 0, 1, "noisy pictures")
    require(
        0.4 < (spoiled[:2] == 0).double().mean().item() < 0.6,
        "Noise on a black picture goes below 0 in half of its pixels, and these should be cut off to 0.",
    )
    close(trial.call(grey, 0.0, trial.torch_generator(3)), grey, "a picture with noise of standard deviation 0")


def displacement_field(push, height, width):
    """The reference of `noise-that-teaches.field`."""
    channels_first = push.permute(0, 3, 1, 2)
    field = functional.interpolate(channels_first, size=(height, width), mode="bilinear", align_corners=True)
    return field.permute(0, 2, 3, 1)


@exercise("noise-that-teaches.field", reference=displacement_field)
def check_field(trial: Trial) -> None:
    """Values on pictures that are not square, where a swapped axis shows."""
    for count, height, width in ((1, 17, 33), (3, 12, 8)):
        push = trial.torch_normal(count, 5, 5, 2)
        shape_is(trial.call(push, height, width), (count, height, width, 2), f"the field of {count} pushes")
        compare_functions(trial, (push, height, width), what="the displacement field")


def warp(pictures, field):
    """The reference of `noise-that-teaches.warp`."""
    height, width = pictures.shape[-2:]
    y, x = torch.meshgrid(torch.arange(height), torch.arange(width), indexing="ij")
    places = torch.stack([x, y], -1) + field
    last = torch.tensor([width - 1, height - 1])
    return functional.grid_sample(pictures, 2 * places / last - 1, padding_mode="border", align_corners=True)


@exercise("noise-that-teaches.warp", reference=warp)
def check_warp(trial: Trial) -> None:
    """No field, whole steps in each direction, then random fields on pictures that are not square."""
    pictures = trial.torch_uniform(2, 3, 9, 14)
    still = torch.zeros(2, 9, 14, 2)
    what = "a picture under a field of zeros (which looks up its own places, x before y, each from −1 to 1)"
    close(trial.call(pictures, still), pictures, what, tolerance=1e-3)
    right = still.clone()
    right[..., 0] = 2
    shifted = trial.call(pictures, right)
    shape_is(shifted, pictures.shape, "2 warped pictures")
    if torch.allclose(shifted[..., 2:], pictures[..., :-2], atol=1e-3):
        refuse(
            "With a field of (2, 0) everywhere the picture moved 2 pixels to the right. Each pixel should LOOK 2 "
            "pixels to the right, which moves the picture to the left: add the field to the pixel's own place."
        )
    close(shifted[..., :-2], pictures[..., 2:], "a picture under a field of (2, 0), left part", tolerance=1e-3)
    close(
        shifted[..., -2:],
        pictures[..., -1:].expand(-1, -1, -1, 2),
        "its right edge, where the border is repeated",
        tolerance=1e-3,
    )
    for count, height, width in ((1, 11, 7), (3, 8, 15)):
        pictures = trial.torch_uniform(count, 3, height, width)
        field = 2 * trial.torch_normal(count, height, width, 2)
        # Two ways of mixing four neighbours differ by rounding, and OpenCV's by a thirty-second of a pixel.
        compare_functions(trial, (pictures, field), what="the warped pictures", tolerance=0.03)


def colour_jitter(pictures, strength, generator):
    """The reference of `noise-that-teaches.colour`."""
    shape = (len(pictures), 3, 1, 1)
    gain = 1 + strength * (2 * torch.rand(shape, generator=generator) - 1)
    offset = strength / 2 * (2 * torch.rand(shape, generator=generator) - 1)
    return (0.5 + gain * (pictures - 0.5) + offset).clamp(0, 1)


def _gain_and_offset(trial: Trial, attempt, strength: float, generator) -> tuple[torch.Tensor, torch.Tensor]:
    """What an attempt did to ramps of grey that it cannot clip: gain and offset, each (500, 3)."""
    ramp = torch.linspace(0.35, 0.65, 5 * 7).view(1, 1, 5, 7)
    pictures = ramp.expand(500, 3, 5, 7).clone()
    changed = trial.run(attempt, pictures, strength, generator)
    shape_is(changed, pictures.shape, "500 recoloured pictures")
    dark, light = changed[..., 0, 0], changed[..., -1, -1]
    gain = (light - dark) / (0.65 - 0.35)
    offset = (light + dark) / 2 - 0.5
    line = 0.5 + gain[..., None, None] * (pictures - 0.5) + offset[..., None, None]
    require(
        torch.allclose(line, changed, atol=1e-4),
        "Within a picture and colour all pixels should get the same gain and offset; yours get different ones. "
        "A shape of (N, 3, 1, 1) spreads one number over all pixels.",
    )
    return gain, offset


@exercise("noise-that-teaches.colour", reference=colour_jitter)
def check_colour(trial: Trial) -> None:
    """The generator decides; one straight line a picture and colour, with even draws, and nothing leaves 0…1."""
    repeatable(trial, (trial.torch_uniform(4, 3, 8, 6), 0.2))
    strength = 0.2
    mine = _gain_and_offset(trial, trial.attempt, strength, trial.torch_generator(1))
    wanted = _gain_and_offset(trial, trial.reference, strength, trial.torch_generator(2))
    for got, expected, what in zip(mine, wanted, ("gains", "offsets"), strict=True):
        for axis, apart in ((0, "pictures"), (1, "colours")):
            if torch.allclose(got.narrow(axis, 0, 1), got.narrow(axis, 1, 1), atol=1e-5):
                refuse(f"All {apart} got the same {what}. Each picture and colour wants its own.")
        moments_agree(got, expected, f"the {what}")
        edge = 1 if what == "gains" else 0
        most = strength if what == "gains" else strength / 2
        between(got, edge - most - 1e-3, edge + most + 1e-3, f"the {what} at a strength of {strength}")
    ends = trial.torch_uniform(6, 3, 5, 4).round()
    between(trial.call(ends, 0.8, trial.torch_generator(3)), 0, 1, "recoloured pictures")
    middle = trial.torch_uniform(3, 3, 6, 4)
    close(trial.call(middle, 0.0, trial.torch_generator(3)), middle, "pictures at a strength of 0")
