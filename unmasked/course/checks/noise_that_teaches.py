"""The checks of lesson 03: noise, displacement field, warp, colour jitter."""

import torch
from torch.nn import functional

from unmasked import augment
from unmasked.course.checks import (
    Trial,
    between,
    close,
    each_its_own,
    exercise,
    independent,
    known_slips,
    moments_agree,
    refuse,
    repeatable,
    require,
    tensor_of,
)


def add_noise(pictures, sigma, generator):
    """The reference of `noise-that-teaches.noise`: the library's, its arguments in the lesson's order."""
    return augment.add_noise(pictures, generator, sigma)


@exercise("noise-that-teaches.noise", reference=add_noise)
def check_noise(trial: Trial) -> None:
    """The generator decides, the moments are the bell curve's, every value has its own, nothing leaves 0…1."""
    # Greys so far from both ends that nothing is cut off, and unlike each other: noise may not depend on the picture.
    pictures = 0.35 + 0.3 * trial.torch_uniform(5, 3, 24, 16)
    spoiled = tensor_of(repeatable(trial, (pictures, 0.05)), tuple(pictures.shape), "5 noisy pictures")
    noise = spoiled - pictures
    each_its_own(noise, {0: "pictures", 1: "colours", 2: "rows", 3: "columns"})
    wanted = 0.05 * trial.torch_normal(*pictures.shape)
    root = (pictures + 0.05**0.5 * trial.torch_normal(*pictures.shape)).clamp(0, 1) - pictures
    require(
        abs(noise.std() / root.std() - 1) > 0.05,
        "That is noise of VARIANCE σ: much more of it. `sigma` is the standard deviation, so multiply by it as it is.",
    )
    moments_agree(noise, wanted, "the noise")
    independent(
        noise.abs(), pictures, "Bright pixels got more noise than dark ones, or less. Add the same kind everywhere."
    )
    # The bell curve has few large draws and an even one none: about one in twenty lies beyond two standard deviations.
    far = (noise.abs() > 0.1).double().mean().item()
    require(
        0.02 < far < 0.08,
        f"About 5 in 100 draws from the bell curve lie beyond 2 σ; of yours {100 * far:.0f} in 100 do. "
        "`torch.randn` draws from the bell curve, `torch.rand` evenly.",
    )
    ends = torch.cat([torch.zeros(2, 3, 16, 9), torch.ones(1, 3, 16, 9)])
    spoiled = tensor_of(trial.call(ends, 0.3, trial.torch_generator(3)), tuple(ends.shape), "3 noisy pictures")
    require(
        spoiled.min() >= 0 and spoiled.max() <= 1,
        f"Noise carries pixels out of 0…1, here to {spoiled.min():.2f} and {spoiled.max():.2f}: cut them off.",
    )
    for end, there, where in (
        (0, spoiled[:2], "a black picture goes below 0"),
        (1, spoiled[2:], "a white one above 1"),
    ):
        require(
            0.4 < (there == end).double().mean().item() < 0.6,
            f"Noise on {where} in half of its pixels, and these should be cut off to {end}.",
        )
    close(trial.call(pictures, 0.0, trial.torch_generator(3)), pictures, "a picture with noise of standard deviation 0")


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
        shape, what = (count, height, width, 2), f"the field of {count} pushes"
        got = trial.call(push, height, width)
        if getattr(got, "shape", None) == (count, 2, height, width):
            refuse(f"The channels still stand second. Put them last again: {shape} is wanted.")
        if getattr(got, "shape", None) == (count, width, height, 2):
            refuse("Height and width are exchanged: a tensor has its rows first.")
        got, first = tensor_of(got, shape, what), push.permute(0, 3, 1, 2)

        def resized(channels_first, size=(height, width), **how):
            return functional.interpolate(channels_first, size=size, **how).permute(0, 2, 3, 1)

        right = displacement_field(push, height, width)
        slips = {
            "The outer points lie half a cell inside the picture. They should lie on the outermost pixels' middles: "
            "which argument of `interpolate` says so?": resized(first, mode="bilinear"),
            "The steps jump from cell to cell. Between two points they should change evenly.": resized(first),
            "Curved between the points: `bicubic`. Between two points the steps should change evenly.": (
                resized(first, mode="bicubic", align_corners=True)
            ),
            "Rows and columns of the points are exchanged.": (
                resized(first.transpose(2, 3), mode="bilinear", align_corners=True)
            ),
            "x and y are exchanged: the last axis holds x first, then y.": right.flip(-1),
        }
        known_slips(got, right, slips)
        close(got, right, what)


def warp(pictures, field):
    """The reference of `noise-that-teaches.warp`."""
    height, width = pictures.shape[-2:]
    y, x = torch.meshgrid(torch.arange(height), torch.arange(width), indexing="ij")
    places = torch.stack([x, y], -1) + field
    last = torch.tensor([width - 1, height - 1])
    return functional.grid_sample(pictures, 2 * places / last - 1, padding_mode="border", align_corners=True)


@exercise("noise-that-teaches.warp", reference=warp)
def check_warp(trial: Trial) -> None:
    """No field, whole steps in each direction, far beyond the edge, random fields on pictures that are not square."""
    pictures = trial.torch_uniform(2, 3, 9, 14)
    shape = tuple(pictures.shape)

    def warped(field):
        return tensor_of(trial.call(pictures, field), shape, "2 warped pictures")

    still = torch.zeros(2, 9, 14, 2)
    right, far = still.clone(), still.clone()
    right[..., 0], far[..., 1] = 2, 100
    shifted, seen = warped(right), pictures.double()
    if torch.allclose(shifted[..., 2:], seen[..., :-2], atol=1e-3):
        refuse(
            "With a field of (2, 0) everywhere the picture moved 2 pixels to the right. Each pixel should LOOK 2 "
            "pixels to the right, which moves the picture to the left: add the field to the pixel's own place."
        )
    if torch.allclose(shifted[..., :-2, :], seen[..., 2:, :], atol=1e-3):
        refuse("With a field of (2, 0), each pixel looked 2 pixels DOWN. The field holds x first, then y.")
    # With random fields before the plain ones: they tell slips apart, and all of these fail with a field of zeros too.
    for count, height, width in ((1, 11, 7), (3, 8, 15)):
        some = trial.torch_uniform(count, 3, height, width)
        field = 2 * trial.torch_normal(count, height, width, 2)
        got = tensor_of(trial.call(some, field), (count, 3, height, width), f"{count} warped pictures")
        known_slips(got, warp(some, field), _warp_slips(some, field), tolerance=1e-3)
    what = "a picture under a field of zeros (which looks up its own places, x before y, each from −1 to 1)"
    close(warped(still), seen, what, tolerance=1e-3)
    close(shifted[..., :-2], seen[..., 2:], "a picture under a field of (2, 0), left part", tolerance=1e-3)
    for place, field in (("right", right), ("bottom", far)):
        got = warped(field)
        edge = (got[..., -2:], seen[..., -1:].expand(-1, -1, -1, 2))
        if place == "bottom":
            edge = (got, seen[..., -1:, :].expand(-1, -1, 9, -1))
        close(*edge, f"what lies beyond the {place} edge, where the border is repeated", tolerance=1e-3)
    # Two ways of mixing four neighbours differ by rounding, and OpenCV's by a thirty-second of a pixel.
    for count, height, width in ((1, 11, 7), (3, 8, 15)):
        some = trial.torch_uniform(count, 3, height, width)
        field = 2 * trial.torch_normal(count, height, width, 2)
        close(trial.call(some, field), warp(some, field), "the warped pictures", tolerance=0.03)


def _warp_slips(pictures, field):
    """The usual mistakes with a warp: words → what they give."""
    height, width = pictures.shape[-2:]
    y, x = torch.meshgrid(torch.arange(height), torch.arange(width), indexing="ij")
    own, last = torch.stack([x, y], -1), torch.tensor([width - 1, height - 1])

    def looked_up(places, **how):
        how = {"padding_mode": "border", "align_corners": True} | how
        return functional.grid_sample(pictures, places.float(), **how)

    places = 2 * (own + field) / last - 1
    size = torch.tensor([width, height])
    return {
        "The border is not repeated: beyond the edge your pictures are black. Which `padding_mode` repeats it?": (
            looked_up(places, padding_mode="zeros")
        ),
        "The border is mirrored. It should be repeated.": looked_up(places, padding_mode="reflection"),
        "Measured from the middle of the first pixel to the middle of the last, and looked up from edge to edge: which "
        "argument of `grid_sample` says what −1 and 1 mean?": looked_up(places, align_corners=False),
        "Each pixel took its nearest neighbour. Between four pixels their colours should be mixed.": (
            looked_up(places, mode="nearest")
        ),
        "x and y are exchanged: `grid_sample` wants x first, then y.": looked_up(places.flip(-1)),
        "Your own places hold y first: `grid_sample` wants x first, then y, and so does the field.": (
            looked_up(2 * (own.flip(-1) + field) / last.flip(0) - 1)
        ),
        "Width and height are exchanged in the measure: x runs over the width.": (
            looked_up(2 * (own + field) / last.flip(0) - 1)
        ),
        "The field was taken away. Add it to each pixel's own place.": looked_up(2 * (own - field) / last - 1),
        "The last place is at width − 1 and height − 1, because the first is at 0: 1 should mean that.": (
            looked_up(2 * (own + field) / size - 1)
        ),
        "The field was looked up alone. Add it to each pixel's own place.": looked_up(2 * field / last - 1),
        "The field is in pixels, and was added after the places had been measured from −1 to 1.": (
            looked_up(2 * own / last - 1 + field)
        ),
    }


def colour_jitter(pictures, strength, generator):
    """The reference of `noise-that-teaches.colour`."""
    shape = (len(pictures), 3, 1, 1)
    gain = 1 + strength * (2 * torch.rand(shape, generator=generator) - 1)
    offset = strength / 2 * (2 * torch.rand(shape, generator=generator) - 1)
    return (0.5 + gain * (pictures - 0.5) + offset).clamp(0, 1)


def _gain_and_offset(trial: Trial, attempt, strength: float, generator) -> tuple[torch.Tensor, torch.Tensor]:
    """What an attempt did to ramps of grey that it cannot clip: gain and offset, each (500, 3)."""
    ramp = torch.linspace(0.45, 0.55, 5 * 7).view(1, 1, 5, 7)
    pictures = ramp.expand(500, 3, 5, 7).clone()
    shape = tuple(pictures.shape)
    changed = tensor_of(trial.run(attempt, pictures, strength, generator), shape, "500 recoloured pictures")
    dark, light = changed[..., 0, 0], changed[..., -1, -1]
    gain = (light - dark) / (0.55 - 0.45)
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
    _about_grey(*mine, strength)
    # The same generator, so the same gains and offsets, on pictures of one grey that is no middle.
    flat = torch.full((500, 3, 5, 7), 0.4)
    changed = tensor_of(
        trial.call(flat, strength, trial.torch_generator(1)), tuple(flat.shape), "500 recoloured pictures"
    )
    line = 0.5 - 0.1 * mine[0] + mine[1]
    require(
        torch.allclose(changed[..., 2, 3], line, atol=1e-3),
        "The gain pulls colours away from each picture's own mean. It should pull them away from mid-grey, 0.5, "
        "whatever the picture.",
    )
    for got, expected, what in zip(mine, wanted, ("gains", "offsets"), strict=True):
        for axis, apart in ((0, "pictures"), (1, "colours")):
            if torch.allclose(got.narrow(axis, 0, 1), got.narrow(axis, 1, 1), atol=1e-5):
                refuse(f"All {apart} got the same {what}. Each picture and colour wants its own.")
        together = f"The {what} of {{}} go together: each picture and colour wants draws of its own."
        independent(got[:-1], got[1:], together.format("two pictures"))
        independent(got[:250], got[250:], together.format("two pictures"))
        for one, other in ((0, 1), (0, 2), (1, 2)):
            independent(got[:, one], got[:, other], together.format("two colours"))
        edge = 1 if what == "gains" else 0
        most = strength if what == "gains" else strength / 2
        require(got.min() < edge - most / 4, f"The {what} never fall below {edge}: draw them on both sides of it.")
        moments_agree(got, expected, f"the {what}")
        between(got, edge - most - 1e-3, edge + most + 1e-3, f"the {what} at a strength of {strength}")
    independent(*mine, "Gain and offset go together: they come from one draw. Each wants a draw of its own.")
    ends = trial.torch_uniform(6, 3, 5, 4).round()
    changed = tensor_of(trial.call(ends, 0.8, trial.torch_generator(3)), tuple(ends.shape), "6 recoloured pictures")
    require(
        changed.min() >= 0 and changed.max() <= 1,
        f"Strong gains carry colours out of 0…1, here to {changed.min():.2f} and {changed.max():.2f}: cut them off.",
    )
    middle = trial.torch_uniform(3, 3, 6, 4)
    close(trial.call(middle, 0.0, trial.torch_generator(3)), middle, "pictures at a strength of 0")


def _about_grey(gain: torch.Tensor, offset: torch.Tensor, strength: float) -> None:
    """Refuse a gain about black: what it does to mid-grey then looks like an offset that goes along with it."""
    shifted = offset - (gain - 1) / 2
    if shifted.abs().max() <= strength / 2 + 1e-3 < offset.abs().max():
        refuse(
            "The gain pulls colours away from black, so it makes the whole picture lighter or darker. It should pull "
            "them away from mid-grey, 0.5, which stays where it is."
        )
