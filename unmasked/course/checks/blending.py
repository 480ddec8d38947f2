"""The checks of lesson 08: masks and blending."""

import cv2
import numpy as np

from unmasked import blend
from unmasked.course.checks import (
    Trial,
    array_of,
    between,
    close,
    exercise,
    known_slips,
    mixed_well,
    nearly,
    picture_is,
    refuse,
    require,
    together,
)

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


def soft_of(trial: Trial, mask: np.ndarray) -> np.ndarray:
    """The same mask made soft: some value of 0.5 or more inside, some exactly 0.5, and any below outside."""
    soft = (0.5 * mask + 0.49 * trial.uniform(*mask.shape)).astype(np.float32)
    soft[(mask > 0) & (trial.uniform(*mask.shape) < 0.2)] = 0.5
    return soft


@exercise("blending.composite", reference=blend.composite)
def check_composite(trial: Trial) -> str:
    """Soft masks on random pictures, rounded to the nearest level, and both ends of the mask."""
    for shape in SHAPES:
        frame, face = picture_of(trial, shape), picture_of(trial, shape)
        for mask, what in (
            (trial.uniform(*shape).astype(np.float32), "The composite under a soft mask"),
            (trial.uniform(*shape).astype(np.float64).round(2), "The composite under a soft mask"),
            (np.zeros(shape, np.float32), "The composite under a mask of 0 everywhere, so the frame,"),
            (np.ones(shape, np.float32), "The composite under a mask of 1 everywhere, so the face,"),
        ):
            mine = trial.call(frame, face, mask)
            picture_is(mine, shape, "the composite")
            mixed_well(mine, frame, face, mask, what)
    return "Each pixel shows as much of the face as the mask says, rounded to the nearest level, at both ends as well."


@exercise("blending.step", reference=blend.boundary_step)
def check_step(trial: Trial) -> str:
    """A plain picture has no step, two flat halves have their ΔE, and random pictures the reference's value."""
    cases = []
    for shape in SHAPES:
        mask = blob_of(trial, shape)
        # One side lies at the picture's edge: pairs that reach around it then count.
        mask[4:-3, -4:] = 1
        flat = np.full((*shape, 3), 40 + trial.whole_number(100), np.uint8)
        between(trial.call(flat, mask), -1e-3, 1e-3, "the step of a picture of one colour")
        # Loud across the edge and quiet elsewhere, in colours that are no greys; hard from row to row, soft from column
        # to column. Then neither other pairs nor another distance nor another way of averaging give the same number.
        picture = picture_of(trial, shape, 80, 100)
        picture[mask >= 0.5] += np.array([100, 30, 0], np.uint8)
        picture = cv2.blur(picture, (5, 1))
        cases += [(picture, mask, "a hard mask"), (picture, soft_of(trial, mask), "a soft mask")]
    got = [trial.call(picture, edge) for picture, edge, _ in cases]
    expected = [trial.expected(picture, edge) for picture, edge, _ in cases]
    # All cases at once: one number alone may come near another slip's by chance.
    known_slips(got, expected, together([_step_slips(picture, edge) for picture, edge, _ in cases]), tolerance=2e-3)
    for mine, right, (_, _, what) in zip(got, expected, cases, strict=True):
        close(mine, right, f"the boundary step along {what}", tolerance=8e-3)
    return "It gives 0 on one colour, and looks at pairs across the edge alone, in rows and in columns."


def _pairs(values: np.ndarray, inside: np.ndarray, reach: int = 2, rolled: bool = False) -> list[np.ndarray]:
    """Distances of the pairs across the edge: those in rows, those in columns."""
    found = []
    for axis in (1, 0):
        if rolled:
            one, other = (values, inside), (np.roll(values, -reach, axis), np.roll(inside, -reach, axis))
        else:
            first, last = ([slice(None)] * 2 for _ in range(2))
            first[axis], last[axis] = slice(None, -reach), slice(reach, None)
            one, other = ((values[tuple(cut)], inside[tuple(cut)]) for cut in (first, last))
        found.append(np.linalg.norm(one[0] - other[0], axis=-1)[one[1] != other[1]])
    return found


def _step_slips(picture: np.ndarray, mask: np.ndarray) -> dict[str, float]:
    """The usual mistakes with the boundary step: words → what they give."""
    lab, inside = blend.to_lab(picture), mask >= 0.5
    across, down = _pairs(lab, inside)
    both = np.concatenate([across, down])
    by_itself = [_pairs(lab[..., [channel]], inside) for channel in range(3)]
    swapped = cv2.cvtColor(picture.astype(np.float32) / 255, cv2.COLOR_BGR2LAB)
    everywhere = [np.linalg.norm(lab[:, 2:] - lab[:, :-2], axis=-1), np.linalg.norm(lab[2:] - lab[:-2], axis=-1)]
    return {
        "Only pairs in rows were counted. Those in columns belong to the edge, too.": across.mean(),
        "Only pairs in columns were counted. Those in rows belong to the edge, too.": down.mean(),
        "Rows and columns got a mean each, and then those were averaged. Take one mean over all pairs.": (
            (across.mean() + down.mean()) / 2
        ),
        "That is the sum of two means, rows and columns. Take one mean over all pairs.": across.mean() + down.mean(),
        "Neighbours were compared. The two pixels of a pair lie TWO apart.": np.concatenate(
            _pairs(lab, inside, 1)
        ).mean(),
        "The two pixels of a pair lie three apart; two are wanted.": np.concatenate(_pairs(lab, inside, 3)).mean(),
        "Pairs reach around the picture's edge, from the last column to the first: `np.roll` does that.": (
            np.concatenate(_pairs(lab, inside, rolled=True)).mean()
        ),
        "Those are distances in RGB. The colours of `lab` are wanted.": (
            np.concatenate(_pairs(picture.astype(float), inside)).mean()
        ),
        "Red and blue are exchanged on the way to Lab: OpenCV's own order is BGR, and this picture is RGB.": (
            np.concatenate(_pairs(swapped, inside)).mean()
        ),
        "Exactly 0.5 was taken for outside. Inside is where the mask is 0.5 or MORE.": (
            np.concatenate(_pairs(lab, mask > 0.5)).mean()
        ),
        "All pairs were counted. Only those with one pixel inside and one outside lie across the edge.": (
            np.concatenate([pair.ravel() for pair in everywhere]).mean()
        ),
        "The sum over the pairs came. Take their mean.": both.sum(),
        "Their median came. Take the mean.": np.median(both),
        "Distances are squared: the root is missing.": np.square(both).mean(),
        "A root of the mean square came. Take the mean of the distances.": np.sqrt(np.square(both).mean()),
        "Each channel was counted by itself. A distance in Lab is one number: the length of the difference.": (
            np.mean([np.concatenate(pairs).mean() for pairs in by_itself])
        ),
    }


@exercise("blending.feather", reference=blend.feather)
def check_feather(trial: Trial) -> str:
    """Nothing outside the mask, a hard mask for no width, and the ramp's values for widths, of hard and soft masks."""
    for shape in SHAPES:
        hard = blob_of(trial, shape)
        for mask in (hard, soft_of(trial, hard)):
            for width in (2, 3.5, 40, 0):
                mine = trial.call(mask, width)
                _feather_agrees(mine, mask, width, np.asarray(trial.expected(mask, width), np.float64))
    return "It starts at 0 on the edge, rises straight, stays inside, and without a width it is the hard mask."


def _feather_agrees(mine: np.ndarray, mask: np.ndarray, width: float, expected: np.ndarray) -> None:
    """Refuse, in a usual slip's own words if it is one, unless it is the feather of this width."""
    what, inside = f"the feather of {width} pixels", mask >= 0.5
    values = array_of(mine, mask.shape, what)
    if not np.isfinite(values).all():
        refuse(f"With a width of {width} there are values that are no numbers: what is divided by what?")
    require(
        mine.dtype.kind == "f",
        f"With a width of {width} the mask holds {mine.dtype}. The next cells multiply pictures by it, and half a "
        "pixel has to be possible: floats are wanted.",
    )
    depth = cv2.distanceTransform(np.pad(inside.astype(np.uint8), 1), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)[1:-1, 1:-1]
    ramp = (depth - 0.5) / width if width else inside.astype(float)
    slips = {
        "The mask came back as it was. Without a width it should be hard: 1 from 0.5 on, 0 below.": mask,
        f"With a width of {width} values leave 0…1: cut off what lies beyond.": ramp,
        f"With a width of {width} values lie above 1: cut off what lies beyond.": np.maximum(ramp, 0),
        f"With a width of {width} values lie below 0: cut off what lies beyond.": np.minimum(ramp, 1),
        "The ramp starts at the middle of the first pixel. The mask's edge lies half a pixel before it.": (
            np.clip((depth - 1) / width, 0, 1) if width else inside
        ),
        "The ramp starts half a pixel too early: `depth` is 1 in the middle of the first pixel inside, so 0.5 at the "
        "edge.": np.clip(depth / width, 0, 1) if width else inside,
        "The ramp falls from the edge inwards. It should rise from 0 at the edge to 1.": (
            inside * (1 - np.clip(ramp, 0, 1))
        ),
        "The feather is cut in steps of 0 and 1. Between them it should rise straight.": (ramp >= 1).astype(float),
    }
    known_slips(values, expected, slips)
    outside = np.abs(values[~inside]).max()
    require(
        outside < 1e-6, f"With a width of {width}, pixels outside the mask take {outside:.2f} of the new face, not 0."
    )
    close(values, expected, what)


@exercise("blending.reinhard", reference=blend.reinhard)
def check_reinhard(trial: Trial) -> str:
    """Mean and spread inside the mask are the frame's, channel by channel; the rest of the picture moves along."""
    for shape in SHAPES:
        # Soft colours of unlike mean and spread: nothing runs into the limits of what a screen shows.
        face, frame = picture_of(trial, shape, 90, 130), picture_of(trial, shape, 110, 190)
        face[..., 0] += 40
        frame[..., 2] = frame[..., 2] // 2 + 40
        mask = blob_of(trial, shape)
        frame[mask < 0.5] = 220  # what lies beside the face must not count
        # Unlike colours where a soft mask weighs little and where it weighs much: its shares must not count either.
        mask = np.where(mask > 0, np.linspace(0.5, 1, shape[0])[:, None], 0.3 * mask).astype(np.float32)
        frame[mask >= 0.8] += np.array([40, 0, 20], np.uint8)
        mine = trial.call(face, frame, mask)
        picture_is(mine, shape, "the face with new colours")
        expected = trial.expected(face, frame, mask)
        if np.abs(mine.astype(int) - expected).max() > 3:
            for words, wrong in _reinhard_slips(face, frame, mask).items():
                if np.abs(mine.astype(int) - wrong).max() <= 2 and np.abs(wrong.astype(int) - expected).max() > 3:
                    refuse(words)
        got, wanted = blend.lab_statistics(mine, mask), blend.lab_statistics(frame, mask)
        for which, mine_value, value in zip(("mean", "spread"), got, wanted, strict=True):
            worst = int(np.argmax(np.abs(mine_value - value)))
            if abs(mine_value[worst] - value[worst]) > 1.0:
                refuse(
                    f"Inside the mask the {which} of {'Lab'[worst]} should be the frame's, {value[worst]:.1f}; "
                    f"with yours it is {mine_value[worst]:.1f}."
                )
        nearly(mine, expected, "the face with new colours", 3)
    return "Inside the mask each channel of Lab has the frame's mean and spread, and the rest of the face moves along."


def _reinhard_slips(face: np.ndarray, frame: np.ndarray, mask: np.ndarray) -> dict[str, np.ndarray]:
    """The usual mistakes with Reinhard's transfer: words → the pictures that they give."""
    had, aim, inside = blend.to_lab(face), blend.to_lab(frame), mask >= 0.5
    mean, spread = had[inside].mean(0), had[inside].std(0)
    aim_mean, aim_spread = aim[inside].mean(0), aim[inside].std(0)

    def weighted(lab):
        middle = np.average(lab.reshape(-1, 3), axis=0, weights=mask.ravel())
        return middle, np.sqrt(np.average((lab.reshape(-1, 3) - middle) ** 2, axis=0, weights=mask.ravel()))

    (soft_mean, soft_spread), (soft_aim, soft_aim_spread) = weighted(had), weighted(aim)
    moved = {
        "Mean and spread were taken over the whole picture. What lies beside the face must not count.": (
            (had - had.mean((0, 1))) / had.std((0, 1)) * aim.std((0, 1)) + aim.mean((0, 1))
        ),
        "The mask's shares weighed the mean and the spread. Every pixel with 0.5 or more counts alike.": (
            (had - soft_mean) / soft_spread * soft_aim_spread + soft_aim
        ),
        "Only the mean was moved. The spread should be the frame's, too.": had - mean + aim_mean,
        "Only the spread was changed. The mean should be the frame's, too.": (had - mean) / spread * aim_spread + mean,
        "The fraction of the spreads is upside down: what varies little in the face should be stretched.": (
            (had - mean) * spread / aim_spread + aim_mean
        ),
        "One mean and one spread were taken for all three channels. Each channel of Lab has its own.": (
            (had - had[inside].mean()) / had[inside].std() * aim[inside].std() + aim[inside].mean()
        ),
        "Variances were used. A spread is their root.": (had - mean) / spread**2 * aim_spread**2 + aim_mean,
        "The frame was recoloured. `face` should get the frame's colours.": (
            (aim - aim_mean) / aim_spread * spread + mean
        ),
    }
    slips = {words: blend.from_lab(lab) for words, lab in moved.items()}
    only = np.where(inside[..., None], blend.reinhard(face, frame, mask), face)
    slips[
        "Only the pixels inside were recoloured. The whole face moves along, or a feathered rim shows the old ones."
    ] = only
    exchanged = blend.reinhard(face[..., ::-1].copy(), frame[..., ::-1].copy(), mask)[..., ::-1]
    words = "Red and blue are exchanged on the way to Lab: OpenCV's own order is BGR, and these pictures are RGB."
    return slips | {words: exchanged}
