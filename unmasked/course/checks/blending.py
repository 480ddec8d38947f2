"""The checks of lesson 08: masks and blending."""

import cv2
import numpy as np

from unmasked import blend
from unmasked.course.checks import Trial, between, close, exercise, picture_is, refuse, require, shape_is

SHAPES = ((14, 23), (21, 12))  # not square, so that swapped axes are found


def picture_of(trial: Trial, shape: tuple[int, int], low: int = 0, high: int = 256) -> np.ndarray:
    """Random colours, uint8 (H, W, 3)."""
    return trial.numbers.integers(low, high, (*shape, 3), dtype=np.uint8)


def blob_of(trial: Trial, shape: tuple[int, int]) -> np.ndarray:
    """A mask with an edge in every direction: float32 (H, W), 0 or 1."""
    height, width = shape
    top, left = 2 + trial.whole_number(3), 2 + trial.whole_number(3)
    mask = np.zeros(shape, np.float32)
    mask[top : height - 3, left : width - 4] = 1
    mask[top : top + 3, left : left + 2] = 0  # a corner is missing: no plain rectangle
    return mask


def nearly(mine: np.ndarray, expected: np.ndarray, what: str, levels: int) -> None:
    """Refuse unless two pictures agree within so many grey levels everywhere."""
    apart = np.abs(np.asarray(mine, np.float64) - expected)
    worst = np.unravel_index(int(apart.argmax()), apart.shape)
    if not apart.max() <= levels:
        row, column, channel = worst
        refuse(
            f"In {what}, row {row}, column {column}, channel {channel} should be {expected[worst]}; "
            f"yours is {mine[worst]:.4g}."
        )


@exercise("blending.composite", reference=blend.composite)
def check_composite(trial: Trial) -> None:
    """Both ends of the mask, then soft masks on random pictures; whole numbers within half a grey level."""
    for shape in SHAPES:
        frame, face = picture_of(trial, shape), picture_of(trial, shape)
        for value, wanted, words in (
            (0.0, frame, "0 everywhere should give the frame"),
            (1.0, face, "1 everywhere should give the face"),
        ):
            mine = trial.call(frame, face, np.full(shape, value, np.float32))
            picture_is(mine, shape, "the composite")
            if np.abs(mine.astype(int) - wanted).max() > 1:
                refuse(
                    f"A mask of {words}; yours differs by up to {np.abs(mine.astype(int) - wanted).max()} grey levels."
                )
        mask = trial.uniform(*shape).astype(np.float32)
        mine, expected = trial.call(frame, face, mask), trial.expected(frame, face, mask)
        # One grey level of slack: rounding down is a matter of taste.
        nearly(mine, expected, "the composite under a soft mask", 1)


@exercise("blending.step", reference=blend.boundary_step)
def check_step(trial: Trial) -> None:
    """A plain picture has no step, two flat halves have their ΔE, and random pictures the reference's value."""
    for shape in SHAPES:
        mask = blob_of(trial, shape)
        flat = np.full((*shape, 3), 40 + trial.whole_number(100), np.uint8)
        between(trial.call(flat, mask), -1e-3, 1e-3, "the step of a picture of one colour")
        # Loud across the edge and quiet elsewhere; hard from row to row, soft from column to column. Then neither other
        # pairs nor another distance nor another way of averaging give the same number.
        picture = picture_of(trial, shape, 80, 100)
        picture[mask >= 0.5] += np.uint8(100)
        picture = cv2.blur(picture, (5, 1))
        for edge, what in ((mask, "a hard mask"), (softened(trial, mask), "a soft mask")):
            mine, expected = trial.call(picture, edge), trial.expected(picture, edge)
            close(mine, expected, f"the boundary step along {what}", tolerance=8e-3)


def softened(trial: Trial, mask: np.ndarray) -> np.ndarray:
    """The same mask, with any value of 0.5 or more inside and any below outside."""
    return (0.5 * mask + 0.49 * trial.uniform(*mask.shape)).astype(np.float32)


@exercise("blending.feather", reference=blend.feather)
def check_feather(trial: Trial) -> None:
    """Nothing outside the mask, a hard mask for no width, and the ramp's values for three widths."""
    for shape in SHAPES:
        mask = blob_of(trial, shape)
        for width in (0, 2, 3.5, 40):
            mine = trial.call(mask, width)
            shape_is(mine, shape, "the feathered mask")
            values = np.asarray(mine, np.float64)
            if not np.isfinite(values).all():
                refuse(f"With a width of {width} there are values that are no numbers: what is divided by what?")
            outside = values[mask < 0.5]
            require(
                np.abs(outside).max() < 1e-6,
                f"With a width of {width}, pixels outside the mask take {outside.max():.2f} of the new face, not 0.",
            )
            close(values, np.asarray(trial.expected(mask, width), np.float64), f"the feather of {width} pixels")


@exercise("blending.reinhard", reference=blend.reinhard)
def check_reinhard(trial: Trial) -> None:
    """Mean and spread inside the mask are the frame's, channel by channel; the rest of the picture moves along."""
    for shape in SHAPES:
        # Soft colours of unlike mean and spread: nothing runs into the limits of what a screen shows.
        face, frame = picture_of(trial, shape, 90, 130), picture_of(trial, shape, 110, 190)
        frame[..., 2] = frame[..., 2] // 2 + 40
        mask = blob_of(trial, shape)
        frame[mask < 0.5] = 220  # what lies beside the face must not count
        mine = trial.call(face, frame, mask)
        picture_is(mine, shape, "the face with new colours")
        expected = trial.expected(face, frame, mask)
        got, wanted = blend.lab_statistics(mine, mask), blend.lab_statistics(frame, mask)
        for which, mine_value, value in zip(("mean", "spread"), got, wanted, strict=True):
            worst = int(np.argmax(np.abs(mine_value - value)))
            if abs(mine_value[worst] - value[worst]) > 1.0:
                refuse(
                    f"Inside the mask the {which} of {'Lab'[worst]} should be the frame's, {value[worst]:.1f}; "
                    f"with yours it is {mine_value[worst]:.1f}."
                )
        nearly(mine, expected, "the face with new colours", 3)
