"""Checks of lesson 12: four clues and the ROC."""

import numpy as np

from unmasked.course.checks import (
    Trial,
    array_of,
    between,
    close,
    compare_functions,
    exercise,
    known_slips,
    require,
)
from unmasked.forensics import clues as seven
from unmasked.forensics.roc import roc


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
    # From frame to frame the grain gets stronger, as in failing light: a mean over frames is no mean over all pixels.
    strength = strength * np.linspace(0.6, 1.4, frames)[:, None, None, None]
    smooth = 110 + 30 * np.linspace(-1, 1, side)[None, None, :, None] + 10 * np.arange(3)
    pictures = smooth + strength * trial.normal(frames, side, side, 3)
    return np.clip(np.rint(pictures), 0, 255).astype(np.uint8), inside, around


# --- clues.blur -------------------------------------------------------------------------------------------------------


@exercise("clues.blur", reference=seven.blur_ratio)
def check_blur(trial: Trial) -> str:
    """Soft and sharp faces of unequal clips: values, the sign, and nothing from beyond the two regions."""
    for frames, side, face, rest in ((3, 32, 2.0, 12.0), (5, 40, 14.0, 4.0)):
        crops, inside, around = rough_clip(trial, frames, side, face, rest)
        got, expected = trial.call(crops, inside, around), trial.expected(crops, inside, around)
        known_slips(got, expected, _ratio_slips(seven.laplacian(crops), inside, around, "a face SOFTER than"))
        close(got, expected, f"the blur ratio of a face with {'less' if face < rest else 'more'} detail than around it")
    return "Above 0 for a face softer than its surroundings, below 0 for a sharper one, over all frames together."


def _ratio_slips(values: np.ndarray, inside: np.ndarray, around: np.ndarray, which: str) -> dict[str, float]:
    """The usual mistakes with the logarithm of a mean around over a mean inside: words → what they give.

    `values` float (T, S, S); `inside`, `around` bool (T, S, S), the pixels that count; `which` face gives more than 0.
    """
    face, rest = values[inside].mean(), values[around].mean()
    faces, rests = (
        np.array([one[mask].mean() if mask.any() else np.nan for one, mask in zip(values, masks, strict=True)])
        for masks in (inside, around)
    )
    one_by_one = "Each frame got a mean of its own. Take all frames together: one mean inside, one mean around."
    return {
        "That is the ratio; take its logarithm.": rest / face,
        "That is the ratio, and upside down: the mean around belongs above the line. Then take its logarithm.": face
        / rest,
        f"The sign is the wrong way round: {which} what surrounds it should give a number above 0.": np.log(
            face / rest
        ),
        "That is a difference of means. A ratio is wanted, and its logarithm.": rest - face,
        "That is another logarithm: the natural one is wanted.": np.log10(rest / face),
        "That is another logarithm, to base 2: the natural one is wanted.": np.log2(rest / face),
        one_by_one: np.log(rests / faces).mean(),
        one_by_one + " Then their ratio.": np.log(rests.mean() / faces.mean()),
        "The first frame's masks were used for every frame. Each frame has masks of its own.": (
            np.log(values[:, around[0]].mean() / values[:, inside[0]].mean())
        ),
        "Pixels outside a mask were counted as zeros. Pick out the mask's pixels first, then take their mean.": (
            np.log((values * around).mean() / (values * inside).mean())
        ),
        "That compares the face with everything outside it. What surrounds it is the band `around`.": (
            np.log(values[~inside].mean() / face)
        ),
    }


# --- clues.roc --------------------------------------------------------------------------------------------------------


@exercise("clues.roc", reference=roc)
def check_roc(trial: Trial) -> str:
    """Unequal numbers of real and fake, with ties between them; both ends, and never falling."""
    for count_real, count_fake in ((7, 12), (15, 4)):
        real = [round(float(v), 1) for v in trial.normal(count_real)]
        fake = [round(float(v), 1) for v in 0.8 + trial.normal(count_fake)]
        fake[0] = real[0]  # a tie, so that > and >= differ
        got = trial.call(real, fake)
        pair = isinstance(got, (tuple, list)) and len(got) == 2
        require(pair, "Two arrays were expected: false-alarm rates, then hit rates.")
        alarms, hits = roc(real, fake)
        early = all(np.size(values) == 1 for values in got)
        require(not early, "One rate came for the first threshold alone: does the `return` stand inside the loop?")
        for values, name in zip(got, ("false-alarm rates", "hit rates"), strict=True):
            values = array_of(values, (len(alarms),), f"the {name} at {len(alarms)} thresholds")
            counts = values.max() > 1 and np.array_equal(values, np.rint(values))
            require(not counts, f"The {name} are counts. A rate is a share, from 0 to 1: of how many is it?")
            between(values, 0, 1, f"the {name}, shares,")
        mine = [np.asarray(values, float) for values in got]
        known_slips(mine, [alarms, hits], _roc_slips(real, fake))
        close(mine[0], alarms, f"the false-alarm rates of {count_real} recordings")
        close(mine[1], hits, f"the hit rates of {count_fake} fakes")
    return "It runs from nobody accused to everybody, and a score at the threshold counts as called fake."


def _roc_slips(real: list, fake: list) -> dict[str, list]:
    """The usual mistakes with a ROC: words → the two arrays that they give."""
    alarms, hits = roc(real, fake)
    real, fake = np.array(real), np.array(fake)
    thresholds = np.append(np.inf, np.unique(np.concatenate([real, fake]))[::-1])
    above = [np.array([(scores > threshold).mean() for threshold in thresholds]) for scores in (real, fake)]
    everybody = len(real) + len(fake)
    at_it = "A score AT the threshold counts as called fake."
    swapped = "The two arrays are the other way round: false-alarm rates come first, then hit rates."
    return {
        at_it: above,
        f"{at_it} And false-alarm rates come first, then hit rates.": above[::-1],
        swapped: [hits, alarms],
        "Those are the shares called REAL. What scores high is called fake.": [1 - alarms, 1 - hits],
        "The second array holds the fakes that were MISSED. Hits are those that were caught.": [alarms, 1 - hits],
        "The first array holds the recordings that were let pass. False alarms are those that were accused.": (
            [1 - alarms, hits]
        ),
        "That is the share AT each threshold. Everything above it is called fake, too.": [
            np.array([(scores == threshold).mean() for threshold in thresholds]) for scores in (real, fake)
        ],
        "Recordings were counted over the number of fakes, or fakes over that of recordings: each over its own.": (
            [alarms * len(real) / len(fake), hits * len(fake) / len(real)]
        ),
        "Each was divided by the number of all clips. False alarms are a share of the recordings, hits a share of the "
        "fakes.": [alarms * len(real) / everybody, hits * len(fake) / everybody],
        "The order is the other way round: the threshold falls from one value to the next.": [alarms[::-1], hits[::-1]],
        "Hits and false alarms are the same array. False alarms come from the recordings, hits from the fakes.": (
            [hits, hits]
        ),
    }


# --- clues.step -------------------------------------------------------------------------------------------------------


def rim_step(crops, inside, around):
    """The reference of `clues.step`: the library's, in Lab made of the crops."""
    return seven.rim_step(seven.to_lab(crops), inside)


@exercise("clues.step", reference=rim_step)
def check_step(trial: Trial) -> str:
    """Faces of another colour than their surroundings, and grain that must average out."""
    for frames, side in ((3, 36), (4, 44)):
        crops, inside, around = rough_clip(trial, frames, side, 12.0, 12.0)
        # Reddish or greenish, never grey: in Lab all three channels then have a part in the distance.
        shift = np.array([25, -12, 5])[trial.numbers.permutation(3)] * trial.numbers.choice([-1, 1])
        # Stronger to one side, so that pieces differ and a median is no mean.
        weight = np.linspace(0, 1, side) ** 2
        crops = np.clip(crops + inside[..., None] * weight[:, None] * shift, 0, 255).astype(np.uint8)
        got, expected = trial.call(crops, inside, around), rim_step(crops, inside, around)
        known_slips(got, expected, _step_slips(crops, inside))
        close(got, expected, f"the rim step of a clip of {frames} frames")
    plain = np.full((3, 36, 36, 3), 120, np.uint8)
    _, inside, around = rough_clip(trial, 3, 36, 1.0, 1.0)
    close(trial.call(plain, inside, around), 0.0, "the rim step of one colour everywhere")
    return "Colours are averaged first and compared then, piece by piece, and one odd piece doesn't sway the median."


def _step_slips(crops: np.ndarray, inside: np.ndarray) -> dict[str, float]:
    """The usual mistakes with the rim step: words → what they give."""
    lab, pieces = seven.to_lab(crops), seven.rim_pieces(inside)
    means = [(lab[a].mean(axis=0), lab[b].mean(axis=0)) for a, b in pieces]
    steps = [np.linalg.norm(a - b) for a, b in means]
    # A row a frame, a column a piece; NaN where a piece has no pixels on one side in that frame.
    single = np.array(
        [
            [_distance(one[a[t]], one[b[t]]) if a[t].any() and b[t].any() else np.nan for a, b in pieces]
            for t, one in enumerate(lab)
        ]
    )
    whole = [np.logical_or.reduce([pair[side] for pair in pieces]) for side in (0, 1)]
    channels = "That is one mean over all three channels. A colour is three numbers: average over the pixels only."
    pooled = "Each frame got a step of its own. Take all frames together: a strip is one list of pixels over the clip."
    return {
        channels: np.median([abs(lab[a].mean() - lab[b].mean()) for a, b in pieces]),
        "That is the mean over the pieces; their median is wanted.": np.mean(steps),
        "That is the greatest of the steps; the median over the pieces is wanted.": np.max(steps),
        "That is the sum over the pieces; their median is wanted.": np.sum(steps),
        pooled: np.nanmedian(single),
        pooled + " The median over the pieces comes last.": np.nanmean(np.nanmedian(single, axis=1)),
        pooled + " One step for each piece comes of it.": np.nanmedian(np.nanmean(single, axis=0)),
        pooled + " Then one step for each piece, and their median.": np.nanmean(single),
        "Distances were averaged, and grain makes each of them large. Average the colours first, then measure.": (
            np.median([np.linalg.norm(lab[a] - lab[b].mean(axis=0), axis=-1).mean() for a, b in pieces])
        ),
        "That is the sum of the three differences. The length of a vector is wanted.": (
            np.median([np.abs(a - b).sum() for a, b in means])
        ),
        "That is the mean of the three differences. The length of a vector is wanted.": (
            np.median([np.abs(a - b).mean() for a, b in means])
        ),
        "That is the square of the length; the root is missing.": np.median(np.square(steps)),
        "The rim was taken as one. Take each piece by itself, then the median of their steps.": (
            _distance(lab[whole[0]], lab[whole[1]])
        ),
        "Those are distances in RGB. The colours of `lab` are wanted.": (
            np.median([_distance(crops[a], crops[b]) for a, b in pieces])
        ),
    }


def _distance(some: np.ndarray, others: np.ndarray) -> float:
    """How far the mean colours of two lists of pixels (N, 3) are apart."""
    return float(np.linalg.norm(some.mean(axis=0) - others.mean(axis=0)))


# --- clues.noise ------------------------------------------------------------------------------------------------------


def noise_residual(crops, inside, around):
    """The reference of `clues.noise`."""
    fine, flat = seven.residual(crops), seven.flat_ground(crops)
    return np.log(fine[flat & around].mean() / fine[flat & inside].mean())


@exercise("clues.noise", reference=noise_residual)
def check_noise(trial: Trial) -> str:
    """Too little and too much speckle inside; dark hair above, and a dark patch whose ragged edge is no speckle."""
    for frames, side, face, rest in ((3, 36, 2.0, 6.0), (4, 48, 7.0, 2.5)):
        crops, inside, around = rough_clip(trial, frames, side, face, rest)
        crops[:, : side // 4 - 1] = np.clip(crops[:, : side // 4 - 1].astype(int) - 70, 0, 255)
        # Ragged by one pixel, so that a median straightens it: whoever looks at edges too is far off.
        for row in range(side // 3, side // 2 + 4):
            patch = slice(side // 3 + row % 2, side // 2 + row % 2)
            crops[:, row, patch] = np.clip(crops[:, row, patch].astype(int) - 70, 0, 255)
        got, expected = trial.call(crops, inside, around), noise_residual(crops, inside, around)
        known_slips(got, expected, _noise_slips(crops, inside, around))
        kind = "less" if face < rest else "more"
        close(got, expected, f"the noise residual of a face with {kind} speckle than around it")
    return "Above 0 for a face with less speckle than its surroundings, and edges are not taken for speckle."


def _noise_slips(crops: np.ndarray, inside: np.ndarray, around: np.ndarray) -> dict[str, float]:
    """The usual mistakes with the noise residual: words → what they give."""
    fine, flat = seven.residual(crops), seven.flat_ground(crops)
    edges = "Edges were taken for speckle. Take only flat ground"
    return {
        f"{edges}.": np.log(fine[around].mean() / fine[inside].mean()),
        f"{edges}, and turn the fraction over: a face with LESS speckle gives more than 0.": (
            np.log(fine[inside].mean() / fine[around].mean())
        ),
        f"{edges}, and take the logarithm of the ratio.": fine[around].mean() / fine[inside].mean(),
        f"{edges} around as well.": np.log(fine[around].mean() / fine[flat & inside].mean()),
        f"{edges} inside as well.": np.log(fine[flat & around].mean() / fine[inside].mean()),
        "That takes pixels that are flat OR in the region. Both must hold at once.": (
            np.log(fine[flat | around].mean() / fine[flat | inside].mean())
        ),
        "That looks at the edges alone: `flat` is True where NO edge is near.": (
            np.log(fine[~flat & around].mean() / fine[~flat & inside].mean())
        ),
        **_ratio_slips(fine, flat & inside, flat & around, "a face with LESS speckle than"),
    }


# --- clues.flicker ----------------------------------------------------------------------------------------------------


@exercise("clues.flicker", reference=seven.trembling)
def check_flicker(trial: Trial) -> str:
    """Pictures that are not square; a steady change, which is no trembling; one frame that jumps."""
    for frames, height, width in ((3, 6, 9), (7, 8, 5)):
        grey = 255 * trial.uniform(frames, height, width)
        got = trial.call(grey)
        early = np.shape(got) == (height, width)
        require(not early, "The trembling of one frame came alone: does the `return` stand inside the loop?")
        array_of(got, (frames - 2, height, width), f"the trembling of {frames} frames")
        known_slips(got, trial.expected(grey), _trembling_slips(grey))
        compare_functions(trial, (grey,), what="the trembling")
    steady = np.arange(5, dtype=np.float32)[:, None, None] * (1 + trial.uniform(1, 4, 6)) * 10
    close(trial.call(steady), np.zeros((3, 4, 6)), "the trembling of pictures that brighten steadily", tolerance=1e-3)
    jump = np.zeros((5, 4, 6), np.float32)
    jump[2] = 10
    close(trial.call(jump)[:, 0, 0], np.array([10.0, 20.0, 10.0]), "the trembling around one frame that jumps by 10")
    return "A steady change gives 0, and a frame that jumps stands out."


def _trembling_slips(grey: np.ndarray) -> dict[str, np.ndarray]:
    """The usual mistakes with the second difference: words → what they give."""
    before, now, after = grey[:-2], grey[1:-1], grey[2:]
    return {
        "The sign is still there. How much a pixel trembles has none: take its size.": before - 2 * now + after,
        "That is the change from the frame before. A steady change is no trembling: the frame after counts too.": (
            np.abs(now - before)
        ),
        "That is the change to the frame after. A steady change is no trembling: the frame before counts too.": (
            np.abs(after - now)
        ),
        "That is the change from the frame before to the frame after. The frame between belongs to it.": (
            np.abs(after - before)
        ),
        "The frame between counts twice, and was counted once.": np.abs(before - now + after),
        "The frame between must be taken away, and was added.": np.abs(before + 2 * now + after),
        "That is half of it: how far the frame between is from the mean of its neighbours.": (
            np.abs((before + after) / 2 - now)
        ),
    }
