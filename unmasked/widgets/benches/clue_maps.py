"""The maps of the clue microscope: for each clue where in the picture its number comes from, and what it is made of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from unmasked.forensics import clues as seven
from unmasked.widgets.kit import two_digits

ENLARGED = 20  # jumps are fractions of a pixel
RINGS = (0.125, 0.25, 0.375, 0.5)  # cycles a pixel: where the spectrum's two bands begin and end


@dataclass(frozen=True)
class Look:
    """One clip under one clue.

    `number`: the clue's. `maps`: float32 (T, S, S), NaN where the clue does not look; (1, …) where all frames are one.
    `parts`: the numbers that it is made of, in words. `told`: what stands out in each map, for those who hear it.
    `arrows`: for each map (from x, from y, x, y, thick), in pixels of the map.
    """

    number: float
    maps: np.ndarray
    parts: str
    told: Sequence[str]
    arrows: Sequence[Sequence[tuple[float, float, float, float, bool]]] = ()


@dataclass(frozen=True)
class View:
    """How a clue is shown: `look` at (crops, inside, around); the map's `title`; what `parts` are; what `bright` means.

    `sharp`: map pixels drawn for each of the map's own, so that lines on it are fine. `top`: the quantile of all values
    that is brightest. `still`: one map for all frames.
    """

    look: Callable[[np.ndarray, np.ndarray, np.ndarray], Look]
    title: str
    parts: str
    bright: str
    sharp: int = 1
    top: float = 0.98
    still: bool = False
    reach: tuple[float, float] = (-1.0, 1.0)


def _seen(values: np.ndarray, where: np.ndarray) -> np.ndarray:
    return np.where(where, values, np.nan).astype(np.float32)


def _means(maps: np.ndarray, inside: np.ndarray) -> list[str]:
    told = []
    for one, mask in zip(maps, inside, strict=True):
        face, rest = (np.nanmean(one[where]) if np.isfinite(one[where]).any() else 0.0 for where in (mask, ~mask))
        told.append(f"on average {face:.1f} inside, {rest:.1f} around")
    return told


# ---- blur and noise: a mean around over a mean inside


def _blur(crops: np.ndarray, inside: np.ndarray, around: np.ndarray) -> Look:
    sharp = seven.laplacian(crops)
    maps = _seen(sharp, inside | around)
    parts = f"{two_digits(sharp[around].mean())} over {two_digits(sharp[inside].mean())}"
    return Look(seven.blur_ratio(crops, inside, around), maps, parts, _means(maps, inside))


def _noise(crops: np.ndarray, inside: np.ndarray, around: np.ndarray) -> Look:
    fine, flat = seven.residual(crops), seven.flat_ground(crops)
    face, rest = (fine[flat & where].mean() if (flat & where).any() else 0.0 for where in (inside, around))
    maps = _seen(fine, flat & (inside | around))
    parts = f"{two_digits(rest)} over {two_digits(face)}"
    return Look(seven.noise_residual(crops, inside, around), maps, parts, _means(maps, inside))


# ---- boundary step: the pieces of the rim and the sides of the box, each in the colour of its own step


def _step(crops: np.ndarray, inside: np.ndarray, around: np.ndarray) -> Look:
    lab = seven.to_lab(crops)
    maps = np.full(inside.shape, np.nan, np.float32)
    colours, pixels, rim = lab.reshape(-1, 3), maps.reshape(-1), []
    for pair in seven.rim_pieces(inside):
        strips = [np.flatnonzero(strip) for strip in pair]  # twice as quick as the masks themselves
        within, without = (colours[strip].mean(0) for strip in strips)
        rim.append(float(np.linalg.norm(within - without)))
        pixels[np.concatenate(strips)] = rim[-1]
    box = seven.box_sides(lab)
    middle = slice(crops.shape[1] // 4, crops.shape[1] - crops.shape[1] // 4)
    for name, (place, step) in box.items():
        line = slice(place - 1, place + 2)  # between the two columns that are compared, and these
        at = (slice(None), middle, line) if name in ("left", "right") else (slice(None), line, middle)
        maps[at] = max(0.0, step)
    halves = float(np.median(rim)) if rim else 0.0, float(np.median([step for _, step in box.values()]))
    told = f"rim from {min(rim, default=0):.0f} to {max(rim, default=0):.0f}; box "
    told += ", ".join(f"{name} {step:.0f}" for name, (_, step) in box.items())
    return Look(sum(halves), maps, " + ".join(map(two_digits, halves)), [told] * len(maps))


# ---- double edge: what lies along the lines across the chin


def _double(crops: np.ndarray, inside: np.ndarray, around: np.ndarray) -> Look:
    maps = np.stack([_across(one, mask) for one, mask in zip(crops.mean(-1, dtype=np.float32), inside, strict=True)])
    number = seven.double_edge(crops, inside, around)
    return Look(number, maps, "", _means(maps, inside))


def _across(grey: np.ndarray, mask: np.ndarray, reach: float = 0.22) -> np.ndarray:
    """The slope away from the face's middle, where the clue looks for edges: near the outline, from cheek to cheek."""
    y, x = (float(place.mean()) for place in np.nonzero(mask))
    down, across = np.mgrid[: grey.shape[0], : grey.shape[1]].astype(np.float32)
    down, across = down - y, across - x
    radius, angle = np.hypot(down, across), np.arctan2(down, across)
    smooth = cv2.GaussianBlur(grey, (0, 0), 0.8)
    slope = np.gradient(smooth)
    along = np.abs(slope[0] * down + slope[1] * across) / np.maximum(radius, 1)
    far = np.arange(0, 0.6 * len(grey), dtype=np.float32)
    angles = np.linspace(0.15 * np.pi, 0.85 * np.pi, 40)
    places = [(start + turn(angles)[:, None] * far).astype(np.float32) for start, turn in ((x, np.cos), (y, np.sin))]
    rim = (cv2.remap(mask.astype(np.float32), *places, cv2.INTER_LINEAR) > 0.5).sum(1)
    near = np.abs(radius - np.interp(angle, angles, rim)) <= reach * len(grey) / 2
    return _seen(along, near & (angle >= angles[0]) & (angle <= angles[-1]))


# ---- spectrum


def _spectrum(crops: np.ndarray, inside: np.ndarray, around: np.ndarray) -> Look:
    power = seven.power(crops)
    middle, high = seven.bands(power)
    return Look(
        seven.spectrum(crops, inside, around),
        np.log1p(power).astype(np.float32)[None],
        f"{middle / max(high, seven.TINY):.3g}",
        [f"power {middle:.0f} in the inner ring, {high:.0f} in the outer"],
    )


# ---- flicker: what trembles, and the one jump that explains most of it


def _flicker(crops: np.ndarray, inside: np.ndarray, around: np.ndarray) -> Look:
    grey = seven.soft_grey(crops)
    face, rest = (seven.jumps(grey, where) for where in (inside, around))
    means = [float(np.linalg.norm(found, axis=1).mean()) for found in (face, rest)]
    told, arrows = [], []
    for mask, band, one, other in zip(inside[1:-1], around[1:-1], face, rest, strict=True):
        told.append(
            f"the face jumps {np.hypot(*one):.2f} px {_towards(one)}, what surrounds it {np.hypot(*other):.2f} px"
        )
        places = _middles(mask, band)
        arrows.append([(*place, *(ENLARGED * one), True) for place in places[:1]])
        arrows[-1] += [(*place, *(ENLARGED * other), False) for place in places[1:]]
    # The first and the last frame have one neighbour only: they show what the second and the last but one do.
    maps = _seen(seven.trembling(grey), (inside | around)[1:-1])
    both_ends = np.clip(np.arange(len(crops)) - 1, 0, len(maps) - 1)
    return Look(
        seven.flicker(crops, inside, around),
        maps[both_ends],
        " over ".join(map(two_digits, means)),
        [told[t] for t in both_ends],
        [arrows[t] for t in both_ends],
    )


def _towards(jump: np.ndarray) -> str:
    names = ("right", "lower right", "down", "lower left", "left", "upper left", "up", "upper right")
    name = names[round(float(np.arctan2(jump[1], jump[0])) / (np.pi / 4)) % 8]
    return name if name in ("up", "down") else f"to the {name}"


def _middles(mask: np.ndarray, band: np.ndarray) -> list[tuple[float, float]]:
    """The middle of the face (x, y), and of the band left and right of it, above and below."""
    y, x = (round(float(place.mean())) for place in np.nonzero(mask))
    places = [(x, y)]
    row, column = np.flatnonzero(band[y]), np.flatnonzero(band[:, x])
    places += [(part.mean(), y) for part in (row[row < x], row[row > x]) if len(part)]
    places += [(x, part.mean()) for part in (column[column < y], column[column > y]) if len(part)]
    return places


# ---- occlusion


def _occlusion(crops: np.ndarray, inside: np.ndarray, around: np.ndarray) -> Look:
    number = seven.occlusion(crops, inside, around)
    maps = _seen(seven.news(crops), around | seven.rims(inside, 9)[0])
    return Look(number, maps, two_digits(-number), _means(maps, inside))


VIEWS: dict[str, View] = {
    "blur ratio": View(
        _blur,
        "How sharp each pixel is",
        "Mean sharpness around over inside",
        "Bright: a pixel unlike its neighbours, so fine detail.",
        reach=(-1.0, 0.0),
    ),
    "boundary step": View(
        _step,
        "Steps of colour",
        "Rim + box, each the median of its pieces",
        "Bright: a strong step across that piece of the rim, or along one of the four sides of the best box found.",
        top=1.0,
        reach=(5.0, 25.0),
    ),
    "double edge": View(
        _double,
        "Edges across the chin",
        "",
        "Bright: a steep edge. The number is the second edge's strength over the first's, on lines across the chin: a "
        "second line makes it high.",
        top=0.95,
        reach=(0.0, 1.0),
    ),
    "spectrum": View(
        _spectrum,
        "Power by frequency",
        "Power of the inner ring over that of the outer",
        "Bright: much power; coarse waves in the middle, fine ones outside. White circles: two bound the inner ring, "
        "two the outer. All frames are taken together, so there is no frame to choose.",
        sharp=4,
        top=0.995,
        still=True,
        reach=(3.0, 8.0),
    ),
    "noise residual": View(
        _noise,
        "Speckle on flat ground",
        "Mean speckle around over inside",
        "Bright: speckle that a median filter takes away.",
        reach=(-1.0, 0.5),
    ),
    "flicker": View(
        _flicker,
        "What trembles",
        "Mean jump of the face over that around, in pixels",
        "Bright: what a straight line through three frames misses. Arrows: how far the face jumps as one "
        f"piece (thick) and what surrounds it (thin), drawn {ENLARGED} times as long.",
        sharp=2,
        reach=(-1.0, 1.5),
    ),
    "occlusion": View(
        _occlusion,
        "What is new",
        "How much of what is new around goes on inside",
        "Bright: new, unlike the same pixel in most frames. Bright on both sides of the outline where a hand crosses "
        "it is honest; a hand that ends at the outline is not.",
        reach=(-1.0, 0.5),
    ),
}
