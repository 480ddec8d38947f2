"""Checks of lesson 12: four clues and the ROC."""

import numpy as np

from unmasked.course.checks import Trial, between, close, compare_functions, exercise, refuse, require, shape_is
from unmasked.forensics import clues as seven


def rough_clip(trial: Trial, frames: int, side: int, face: float, rest: float):
    """Crops whose grain differs inside and around a face that is not in the middle, and the two regions."""
    inside, around = np.zeros((2, frames, side, side), bool)
    top, left = side // 4 + trial.whole_number(3), side // 5 + trial.whole_number(3)
    for t in range(frames):
        # The face moves and changes its size: masks of one frame do not fit the next.
        around[t, top - 4 : top + side // 2 + 4, left - 3 + t : left + side // 2 + 5] = True
        inside[t, top : top + side // 2 - t, left + t : left + side // 2] = True
    around &= ~inside
    strength = np.where(inside, face, rest)[..., None]
    smooth = 110 + 30 * np.linspace(-1, 1, side)[None, None, :, None] + 10 * np.arange(3)
    pictures = smooth + strength * trial.normal(frames, side, side, 3)
    return np.clip(np.rint(pictures), 0, 255).astype(np.uint8), inside, around


# --- clues.blur -------------------------------------------------------------------------------------------------------


def blur_ratio(crops, inside, around):
    """The reference of `clues.blur`."""
    sharp = seven.laplacian(crops)
    return np.log(sharp[around].mean() / sharp[inside].mean())


@exercise("clues.blur", reference=blur_ratio)
def check_blur(trial: Trial) -> None:
    """Soft and sharp faces of unequal clips: values, the sign, and nothing from beyond the two regions."""
    for frames, side, face, rest in ((3, 32, 2.0, 12.0), (5, 40, 14.0, 4.0)):
        crops, inside, around = rough_clip(trial, frames, side, face, rest)
        got = trial.call(crops, inside, around)
        expected = blur_ratio(crops, inside, around)
        if np.ndim(got) == 0 and np.isclose(float(got), -expected, atol=1e-4):
            refuse(
                "The sign is the wrong way round: a face SOFTER than what surrounds it should give a number above 0."
            )
        close(got, expected, f"the blur ratio of a face with {'less' if face < rest else 'more'} detail than around it")


# --- clues.roc --------------------------------------------------------------------------------------------------------


def roc(real, fake):
    """The reference of `clues.roc`."""
    real, fake = np.array(real), np.array(fake)
    thresholds = np.append(np.inf, np.unique(np.concatenate([real, fake]))[::-1])
    alarms = np.array([(real >= threshold).mean() for threshold in thresholds])
    hits = np.array([(fake >= threshold).mean() for threshold in thresholds])
    return alarms, hits


@exercise("clues.roc", reference=roc)
def check_roc(trial: Trial) -> None:
    """Unequal numbers of real and fake, with ties between them; both ends, and never falling."""
    for count_real, count_fake in ((7, 12), (15, 4)):
        real = [round(float(v), 1) for v in trial.normal(count_real)]
        fake = [round(float(v), 1) for v in 0.8 + trial.normal(count_fake)]
        fake[0] = real[0]  # a tie, so that > and >= differ
        got = trial.call(real, fake)
        pair = isinstance(got, (tuple, list)) and len(got) == 2
        require(pair, "Two arrays were expected: false-alarm rates, then hit rates.")
        alarms, hits = roc(real, fake)
        for values, name in zip(got, ("false-alarm rates", "hit rates"), strict=True):
            shape_is(np.asarray(values, float), (len(alarms),), f"the {name} at {len(alarms)} thresholds")
            between(np.asarray(values, float), 0, 1, f"the {name}, shares,")
        mine = [np.asarray(values, float) for values in got]
        if np.allclose(mine[0], hits) and np.allclose(mine[1], alarms) and not np.allclose(alarms, hits):
            refuse("The two arrays are the other way round: false-alarm rates come first, then hit rates.")
        close(mine[0], alarms, f"the false-alarm rates of {count_real} recordings")
        close(mine[1], hits, f"the hit rates of {count_fake} fakes")


# --- clues.step -------------------------------------------------------------------------------------------------------


def rim_step(crops, inside, around):
    """The reference of `clues.step`."""
    lab, pieces = seven.to_lab(crops), seven.rim_pieces(inside)
    return np.median([np.linalg.norm(lab[a].mean(axis=0) - lab[b].mean(axis=0)) for a, b in pieces])


@exercise("clues.step", reference=rim_step)
def check_step(trial: Trial) -> None:
    """Faces of another colour than their surroundings, and grain that must average out."""
    for frames, side in ((3, 36), (4, 44)):
        crops, inside, around = rough_clip(trial, frames, side, 12.0, 12.0)
        shift = np.rint(trial.numbers.uniform(-25, 25, 3)).astype(int)
        # Stronger to one side, so that pieces differ and a median is no mean.
        weight = np.linspace(0, 1, side) ** 2
        crops = np.clip(crops + inside[..., None] * weight[:, None] * shift, 0, 255).astype(np.uint8)
        compare_functions(trial, (crops, inside, around), what="the rim step")
    plain = np.full((3, 36, 36, 3), 120, np.uint8)
    _, inside, around = rough_clip(trial, 3, 36, 1.0, 1.0)
    close(trial.call(plain, inside, around), 0.0, "the rim step of one colour everywhere")


# --- clues.noise ------------------------------------------------------------------------------------------------------


def noise_residual(crops, inside, around):
    """The reference of `clues.noise`."""
    fine, flat = seven.residual(crops), seven.flat_ground(crops)
    return np.log(fine[flat & around].mean() / fine[flat & inside].mean())


@exercise("clues.noise", reference=noise_residual)
def check_noise(trial: Trial) -> None:
    """Too little and too much speckle inside; an edge through the face, which is none."""
    for frames, side, face, rest in ((3, 36, 2.0, 6.0), (4, 48, 7.0, 2.5)):
        crops, inside, around = rough_clip(trial, frames, side, face, rest)
        crops[:, :, side // 3 + 2 :] = np.clip(crops[:, :, side // 3 + 2 :].astype(int) + 70, 0, 255)
        got, expected = trial.call(crops, inside, around), noise_residual(crops, inside, around)
        if np.ndim(got) == 0 and np.isclose(float(got), -expected, atol=1e-4):
            refuse("The sign is the wrong way round: a face with LESS speckle than around it should give more than 0.")
        kind = "less" if face < rest else "more"
        close(got, expected, f"the noise residual of a face with {kind} speckle than around it")


# --- clues.flicker ----------------------------------------------------------------------------------------------------


def trembling(grey):
    """The reference of `clues.flicker`."""
    return np.abs(grey[:-2] - 2 * grey[1:-1] + grey[2:])


@exercise("clues.flicker", reference=trembling)
def check_flicker(trial: Trial) -> None:
    """Pictures that are not square; a steady change, which is no trembling; one frame that jumps."""
    for frames, height, width in ((3, 6, 9), (7, 8, 5)):
        grey = 255 * trial.uniform(frames, height, width)
        shape_is(trial.call(grey), (frames - 2, height, width), f"the trembling of {frames} frames")
        compare_functions(trial, (grey,), what="the trembling")
    steady = np.arange(5, dtype=np.float32)[:, None, None] * (1 + trial.uniform(1, 4, 6)) * 10
    close(trial.call(steady), np.zeros((3, 4, 6)), "the trembling of pictures that brighten steadily", tolerance=1e-3)
    jump = np.zeros((5, 4, 6), np.float32)
    jump[2] = 10
    close(trial.call(jump)[:, 0, 0], np.array([10.0, 20.0, 10.0]), "the trembling around one frame that jumps by 10")
