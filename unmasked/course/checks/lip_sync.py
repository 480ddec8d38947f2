"""The checks of lesson 11: what is heard of a mouth, a delayed answer, the nearest mouths and their weighted median."""

import numpy as np
from scipy import fft

from unmasked import sound
from unmasked.course.checks import (
    Trial,
    agrees,
    array_of,
    close,
    exercise,
    known_slips,
    picture_is,
    refuse,
    together,
)
from unmasked.course.checks.toolbox.trial import Raised
from unmasked.course.checks.toolbox.words import text_of
from unmasked.makers import talking
from unmasked.models.lips import delayed

CEPSTRA = 13

# --- what is heard ----------------------------------------------------------------------------------------------------


def hear(bands: np.ndarray, energy: np.ndarray) -> np.ndarray:
    """13 cepstral coefficients of energies (T, 26), the log energy (T,), and of all these their changes: (T, 28)."""
    cepstra = fft.dct(np.log(bands), norm="ortho")[:, :CEPSTRA]
    heard = np.column_stack([cepstra, np.log(energy)])
    return np.hstack([heard, sound.differences(heard)])


@exercise("lip-sync.hear", reference=hear)
def check_hear(trial: Trial) -> str:
    """Random energies of several lengths; a sound that stands still has no changes; twice as loud moves two columns."""
    cases = [energies(trial, count) for count in (7, 1, 12)]
    got = [array_of(trial.call(*case), (len(case[0]), 28), "what is heard") for case in cases]
    expected = [trial.expected(*case) for case in cases]
    known_slips(got, expected, together([_hear_slips(*case) for case in cases]))
    names = {0: "the 13 coefficients", CEPSTRA: "the logarithm of the energy", 14: "the changes"}
    for mine, right in zip(got, expected, strict=True):
        for start, end, what in ((0, 13, names[0]), (13, 14, names[13]), (14, 28, names[14])):
            close(mine[:, start:end], right[:, start:end], f"{what} (columns {start} to {end - 1})")
    bands, energy = energies(trial, 1)
    still = array_of(trial.call(np.repeat(bands, 5, 0), np.repeat(energy, 5)), (5, 28), "what is heard")
    close(still[:, 14:], np.zeros((5, 14)), "the changes of a sound that stands still")
    return "A louder sound only adds to two of the numbers, and a sound that stands still has no changes."


def energies(trial: Trial, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Energies of 26 bands (count, 26) and in all (count,), above 0."""
    return np.exp(2 * trial.normal(count, 26) - 3), np.exp(trial.normal(count) - 4)


def _hear_slips(bands: np.ndarray, energy: np.ndarray) -> dict[str, np.ndarray]:
    """The usual mistakes with the 28 numbers: words → what they give."""

    def joined(cepstra: np.ndarray, loud: np.ndarray, change=sound.differences) -> np.ndarray:
        heard = np.column_stack([cepstra, loud])
        return np.hstack([heard, change(heard)])

    logs, loud = np.log(bands), np.log(energy)
    cepstra = fft.dct(logs, norm="ortho")
    right = cepstra[:, :CEPSTRA]
    heard = np.column_stack([right, loud])
    ahead = np.vstack([np.diff(heard, axis=0), np.zeros((1, 14))])
    from_zero = np.diff(heard, axis=0, prepend=np.zeros((1, 14)))
    return {
        "The cosine transform was taken of the energies themselves: take their logarithm first.": joined(
            fft.dct(bands, norm="ortho")[:, :CEPSTRA], loud
        ),
        "That is the logarithm to the base of 10. Here it's the natural one: `np.log`.": joined(
            fft.dct(np.log10(bands), norm="ortho")[:, :CEPSTRA], np.log10(energy)
        ),
        "Neither the bands nor the energy went through the logarithm. Take `np.log` of both.": joined(
            fft.dct(bands, norm="ortho")[:, :CEPSTRA], energy
        ),
        "The energy came in as it is. Take its logarithm, as for the bands.": joined(right, energy),
        'The transform isn\'t scaled: `fft.dct` wants `norm="ortho"`.': joined(fft.dct(logs)[:, :CEPSTRA], loud),
        "The transform went along time. It belongs along the bands, the last axis.": joined(
            fft.dct(logs, axis=0, norm="ortho")[:, :CEPSTRA], loud
        ),
        "The first coefficient is missing: 13 are wanted, from number 0 on.": joined(cepstra[:, 1 : CEPSTRA + 1], loud),
        "Those are the LAST 13 coefficients. The first ones say how the spectrum is shaped.": joined(
            cepstra[:, -CEPSTRA:], loud
        ),
        "Those are the logarithms of the first 13 bands: the cosine transform is missing.": joined(
            logs[:, :CEPSTRA], loud
        ),
        "The energy stands in front. It belongs behind the coefficients, in column 13.": np.hstack(
            [np.roll(part, 1, axis=1) for part in (heard, sound.differences(heard))]
        ),
        "The changes look ahead, at the NEXT row. A network that hears only the past can't know it: take the row "
        "before.": np.hstack([heard, ahead]),
        "The first row has nothing before it, so its changes are 0. Yours are the row itself.": np.hstack(
            [heard, from_zero]
        ),
        "The changes have the wrong sign: they're what this row has MORE than the row before.": np.hstack(
            [heard, -sound.differences(heard)]
        ),
        "The changes were taken along the columns. Time is the first axis: `axis=0`.": np.hstack(
            [heard, np.diff(heard, axis=1, prepend=heard[:, :1])]
        ),
        "The 14 numbers came twice: the second half should be their changes.": np.hstack([heard, heard]),
    }


# --- a delayed answer -------------------------------------------------------------------------------------------------


@exercise("lip-sync.delayed", reference=delayed)
def check_delayed(trial: Trial) -> str:
    """Tracks of several lengths and delays, also of none and of more than there is."""
    cases = [(trial.normal(9, 4), 3), (trial.normal(12, 2), 1), (trial.normal(6, 5), 4)]
    got = [array_of(trial.call(*case), case[0].shape, "the delayed track") for case in cases]
    expected = [trial.expected(*case) for case in cases]
    known_slips(got, expected, together([_delay_slips(*case) for case in cases]))
    for mine, right, (track, delay) in zip(got, expected, cases, strict=True):
        close(mine, right, f"a track {track.shape} with a delay of {delay}")
    track = trial.normal(5, 3)
    what = "a track with a delay of 0, which changes nothing,"
    same = _not_stopped(trial, track, 0, EMPTY)
    if np.shape(same) == (0, 3):
        refuse(f"With a delay of 0 your code gives no rows. {EMPTY}")
    close(array_of(same, (5, 3), what), track, what)
    late = array_of(_not_stopped(trial, track, 8, LONG), (5, 3), "a track of 5 rows with a delay of 8")
    close(late, np.repeat(track[:1], 5, 0), "a track of 5 rows with a delay of 8, where no answer is due yet,")
    return "At each step the network is asked for a mouth that was due a while ago."


EMPTY = "A cut like `targets[:-delay]` does that: `targets[:-0]` is empty."
LONG = "That's longer than this track of 5 rows, so every row should be the first one."


def _not_stopped(trial: Trial, track: np.ndarray, delay: int, hint: str) -> np.ndarray:
    """What the attempt gives for this delay; refuses an attempt that raises at it, with a hint."""
    try:
        return trial.call(track, delay)
    except Raised as raised:
        refuse(f"With a delay of {delay} your code stopped ({text_of(raised.error)}). {hint}")


def _delay_slips(track: np.ndarray, delay: int) -> dict[str, np.ndarray]:
    """The usual mistakes with the delay: words → what they give."""

    def shifted(by: int) -> np.ndarray:
        return np.concatenate([np.repeat(track[:1], by, 0), track])[: len(track)]

    early = np.concatenate([track[delay:], np.repeat(track[-1:], delay, 0)])
    zeros = shifted(delay)
    zeros[:delay] = 0
    holes = shifted(delay)
    holes[:delay] = np.nan
    across = np.moveaxis(track, 0, -1)
    wide = np.concatenate([np.repeat(across[:1], delay, 0), across])[: len(across)]
    return {
        "That asks for a mouth of the FUTURE: row i came from row i + delay. It should be row i − delay.": early,
        "The end of the track came round to its beginning (as `np.roll` does): a mouth would be asked for that belongs "
        "to another moment.": np.roll(track, delay, axis=0),
        "The rows moved the wrong way, and the first ones came round to the end (as `np.roll` does). "
        "Row i should be row i − delay, and the first row is repeated while no answer is due.": (
            np.roll(track, -delay, axis=0)
        ),
        "The first rows are 0. While no answer is due, the first row is asked for.": zeros,
        "The first rows are NaN, and a loss would be, too. While no answer is due, repeat the first row.": holes,
        "It's one step too late.": shifted(delay + 1),
        "It's one step too early.": shifted(delay - 1),
        "The track came back as it was.": track,
        "The numbers of a row moved, and not the rows. Time is the FIRST axis.": np.moveaxis(wide, -1, 0),
    }


# --- candidates -------------------------------------------------------------------------------------------------------


@exercise("lip-sync.nearest", reference=talking.nearest)
def check_nearest(trial: Trial) -> str:
    """Random lips: how many, which, in which order and how far; the very same mouth is found first, at a distance 0."""
    cases = [(trial.normal(18, 2), trial.normal(count, 18, 2), wanted) for count, wanted in ((11, 4), (7, 7), (9, 1))]
    for wanted, lips, count in cases:
        # One mouth is far in a few points and near in the rest, so that another distance chooses another order.
        lips[: len(lips) // 2, :2] += 4 * trial.normal(len(lips) // 2, 1, 2)
        _compare_nearest(trial, wanted, lips, count)
    wanted, lips, _ = cases[0]
    lips[6] = wanted
    chosen, distances = _chosen(trial, wanted, lips, 3)
    if chosen[0] != 6 or abs(distances[0]) > 1e-9:
        refuse(
            f"Mouth 6 of the clip was exactly the wanted one, so it should come first, at a distance of 0; yours "
            f"begins with mouth {chosen[0]}, at {distances[0]:.3g}."
        )
    return "The mouths that fit best come first, each with its distance in pixels."


def _compare_nearest(trial: Trial, wanted: np.ndarray, lips: np.ndarray, count: int) -> None:
    chosen, distances = _chosen(trial, wanted, lips, count)
    right, far = trial.expected(wanted, lips, count)
    apart = np.linalg.norm(lips - wanted, axis=-1)  # (N, 18)
    known_slips([chosen, distances], [right, far], _nearest_slips(apart, lips - wanted, count))
    if sorted(chosen) == sorted(right) and list(chosen) != list(right):
        order = ", ".join(map(str, right))
        refuse(f"Those are the {count} nearest mouths, but not the nearest first, which would be {order}.")
    close(chosen, right, f"the places of the {count} nearest of {len(lips)} mouths")
    close(distances, far, "their distances")


def _chosen(trial: Trial, wanted: np.ndarray, lips: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """The attempt's places and distances, as arrays."""
    got = trial.call(wanted, lips, count)
    if not isinstance(got, (tuple, list)) or len(got) != 2:
        close(got, trial.expected(wanted, lips, count), "the answer")
    chosen, distances = array_of(got[0], (count,), "the places"), array_of(got[1], (count,), "the distances")
    if (chosen != np.rint(chosen)).any() or chosen.min() < 0 or chosen.max() >= len(lips):
        refuse(
            f"The places should be whole numbers from 0 to {len(lips) - 1}; got {chosen.min():g} to {chosen.max():g}."
        )
    return chosen.astype(int), distances


def _nearest_slips(apart: np.ndarray, off: np.ndarray, count: int) -> dict[str, list[np.ndarray]]:
    """The usual mistakes with the nearest mouths: words → places and distances."""

    def first(scores: np.ndarray, shown: np.ndarray | None = None) -> list[np.ndarray]:
        order = np.argsort(scores, kind="stable")[:count]
        return [order, (scores if shown is None else shown)[order]]

    mean = apart.mean(-1)
    return {
        "Those are the mouths that are FARTHEST away.": first(-mean, mean),
        "That's the sum over the 18 points. Take their mean, so that the distance is in pixels.": first(apart.sum(-1)),
        "That's the length of all 36 differences at once. Take each point's own distance, and then their mean.": first(
            np.linalg.norm(off, axis=(1, 2))
        ),
        "Those are squared distances: the root is missing.": first(np.square(off).sum(-1).mean(-1)),
        "Across and down were averaged one by one. A point's distance is the length of its difference.": first(
            np.abs(off).mean((1, 2))
        ),
        "That's the distance of the farthest point. Take the mean over the points.": first(apart.max(-1)),
        "The mouths' middles were compared. Compare point by point, or a wide mouth counts as an open one.": first(
            np.linalg.norm(off.mean(1), axis=-1)
        ),
        "The distances are those of the first mouths in the clip: they should be those of the chosen ones.": [
            first(mean)[0],
            mean[:count],
        ],
    }


# --- the weighted median ----------------------------------------------------------------------------------------------


@exercise("lip-sync.median", reference=talking.weighted_median)
def check_median(trial: Trial) -> str:
    """Random pictures and weights; all the weight on one, and pictures in another order."""
    cases = [
        stack_of(trial, *one) for one in ((5, (6, 9)), (2, (7, 4)), (8, (5, 6)), (9, (4, 5), 0.0), (6, (8, 3), 0.0))
    ]
    got = [trial.call(*case) for case in cases]
    for mine, (pictures, _) in zip(got, cases, strict=True):
        picture_is(mine, pictures.shape[1:3], "the weighted median")
    expected = [trial.expected(*case) for case in cases]
    known_slips(got, expected, together([_median_slips(*case) for case in cases]), tolerance=1e-6)
    for words, wrong in together([_mixed(*case) for case in cases]).items():
        # Cut off or rounded: whichever way they came to whole numbers, they're within 1.
        off = [np.abs(np.asarray(mine, float) - one).max() for mine, one in zip(got, wrong, strict=True)]
        if max(off) < 1.01 and not agrees(got, expected, 1e-6):
            refuse(words)
    for mine, right, (pictures, _) in zip(got, expected, cases, strict=True):
        close(mine, right, f"the weighted median of {len(pictures)} pictures", 1e-6)
    pictures, weights = cases[0]
    alone = np.array([0.0, 0.0, 0.0, 1.0, 0.0])
    close(trial.call(pictures, alone), pictures[3], "the median where all the weight is on picture 3", 1e-6)
    order = trial.numbers.permutation(len(pictures))
    close(
        trial.call(pictures[order], weights[order]),
        trial.expected(pictures, weights),
        "the median of the same pictures in another order",
        1e-6,
    )
    return "Each pixel has a vote of its own, and a heavy picture has more of it."


def stack_of(trial: Trial, count: int, shape: tuple[int, int], more: float = 0.5) -> tuple[np.ndarray, np.ndarray]:
    """Pictures uint8 (count, H, W, 3), and weights (count,) that add up to 1; the first has `more` of the others'."""
    pictures = trial.numbers.integers(0, 256, (count, *shape, 3), dtype=np.uint8)
    weights = 0.2 + trial.uniform(count)
    weights[0] += more * weights[1:].sum()
    return pictures, weights / weights.sum()


def _mixed(pictures: np.ndarray, weights: np.ndarray) -> dict[str, np.ndarray]:
    """Mistakes that give no whole numbers: words → what they give before it's made uint8."""
    return {
        "That's the weighted MEAN, which mixes colours that no mouth has. A median is a value of one of them.": (
            np.tensordot(weights, pictures.astype(float), 1)
        ),
        "That's the plain mean, in which the weights don't count, and which mixes colours that no mouth has.": (
            pictures.mean(0)
        ),
        "That's the plain median: the weights don't count.": np.median(pictures, 0),
    }


def _median_slips(pictures: np.ndarray, weights: np.ndarray) -> dict[str, np.ndarray]:
    """The usual mistakes with the weighted median: words → what they give."""
    order = np.argsort(pictures, axis=0, kind="stable")
    values = np.take_along_axis(pictures, order, 0)

    def at(reached: np.ndarray) -> np.ndarray:
        return np.take_along_axis(values, (reached >= 0.5 - 1e-12).argmax(0)[None], 0)[0]

    unsorted = np.broadcast_to(np.cumsum(weights)[:, None, None, None], pictures.shape)
    by_mean = np.argsort(pictures.mean((1, 2, 3)))
    return {
        "That's a plain median: every picture has the same vote.": values[(len(pictures) - 1) // 2],
        "The values were sorted, and the weights stayed where they were: each weight must move with its value.": at(
            unsorted
        ),
        "That's the picture with the largest weight.": pictures[weights.argmax()],
        "Whole pictures were sorted. Every pixel and channel has its own order.": (
            pictures[by_mean[(np.cumsum(weights[by_mean]) >= 0.5).argmax()]]
        ),
        "That's the smallest value.": values[0],
        "That's the greatest value.": values[-1],
    }
