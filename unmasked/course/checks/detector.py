"""The checks of lesson 13: train a detector."""

import numpy as np

from unmasked.course.checks import Trial, close, compare_functions, exercise, refuse, require, shape_is
from unmasked.forensics import calibration, roc


def clean_split(whose, share, generator):
    """The reference of `detector.split`."""
    names = generator.permutation(np.unique(whose))
    return np.isin(whose, names[: round(share * len(names))])


@exercise("detector.split", reference=clean_split)
def check_split(trial: Trial) -> None:
    """Nobody on both sides, the asked share of characters, by chance, and by the generator alone."""
    for characters, share in ((10, 0.7), (7, 0.5), (30, 0.8)):
        names = trial.numbers.choice(10_000, characters, replace=False)
        frames = trial.numbers.integers(1, 9, characters)  # not everybody has as many
        whose = trial.numbers.permutation(np.repeat(names, frames))
        seed = trial.whole_number(10_000)
        learn = np.asarray(trial.call(whose, share, np.random.default_rng(seed)))
        shape_is(learn, (len(whose),), "the split")
        require(learn.dtype == bool, f"The split should be True or False for every frame; its type is {learn.dtype}.")
        both = set(whose[learn]) & set(whose[~learn])
        if both:
            refuse(
                f"{len(both)} of {characters} characters have frames on both sides. A detector that knows a face needs "
                "no traces: deal out characters, not frames."
            )
        found = len(set(whose[learn]))
        if abs(found - share * characters) > 0.51:
            refuse(
                f"Of {characters} characters about {share * characters:.1f} should be learned from (share {share}), "
                f"and {found} are."
            )
        again = np.asarray(trial.call(whose, share, np.random.default_rng(seed)))
        require(np.array_equal(learn, again), "The same generator, newly made, should give the same split again.")
    sides = {np.asarray(trial.call(whose, 0.5, np.random.default_rng(k))).tobytes() for k in range(8)}
    if len(sides) == 1:
        refuse("Eight generators gave one and the same split: who is learned from should be left to the generator.")


def self_blend(picture, changed, mask):
    """The reference of `detector.blend`."""
    share = mask[..., None]
    blended = share * changed + (1 - share) * picture
    return np.rint(blended).astype(np.uint8), 4 * mask * (1 - mask)


@exercise("detector.blend", reference=self_blend)
def check_blend(trial: Trial) -> None:
    """Pictures that are not square; a soft mask; the ends of it exactly; the boundary between 0 and 1."""
    for height, width in ((9, 14), (12, 7)):
        picture, changed = (trial.numbers.integers(0, 256, (height, width, 3)).astype(np.uint8) for _ in range(2))
        mask = np.clip(1.6 * trial.uniform(height, width) - 0.3, 0, 1).astype(np.float32)
        mine = trial.call(picture, changed, mask)
        require(
            isinstance(mine, tuple | list) and len(mine) == 2,
            "Two things are wanted: the blended picture and the boundary, as in `return blended, boundary`.",
        )
        blended, boundary = (np.asarray(part) for part in mine)
        shape_is(blended, (height, width, 3), "the blended picture")
        require(blended.dtype == np.uint8, f"The blended picture should be uint8 again; it is {blended.dtype}.")
        shape_is(boundary, (height, width), "the boundary")
        wanted, edge = trial.expected(picture, changed, mask)
        outside = mask == 0
        if not np.array_equal(blended[outside], picture[outside]):
            refuse("Where the mask is 0 the picture should stay as it was, and it does not.")
        # Rounding to the nearest or down is a matter of taste: one grey level either way.
        far = np.abs(blended.astype(int) - wanted).max(-1)
        if far.max() > 1:
            at = np.unravel_index(int(far.argmax()), far.shape)
            refuse(
                f"Where the mask is {mask[at]:.2f}, the picture {picture[at]} and the copy {changed[at]}, about "
                f"{wanted[at]} was expected, and {blended[at]} came."
            )
        close(boundary.astype(float), edge.astype(float), "the boundary 4·m·(1 − m)")


@exercise("detector.auc", reference=roc.auc)
def check_auc(trial: Trial) -> None:
    """Unequal numbers, ties, a perfect and a reversed order."""
    for reals, fakes in ((5, 8), (40, 13)):
        real, fake = trial.normal(reals), trial.normal(fakes) + 0.7
        compare_functions(trial, (real, fake), what=f"the AUC of {reals} recordings and {fakes} fakes")
        whole = trial.numbers.integers(0, 4, reals).astype(float), trial.numbers.integers(1, 5, fakes).astype(float)
        compare_functions(trial, whole, what="the AUC of whole-number scores, many of them alike (a tie counts half)")
    close(trial.call(np.array([0.1, 0.2]), np.array([0.3, 0.9, 0.4])), 1.0, "the AUC where every fake scores higher")
    close(trial.call(np.array([2.0, 2.0]), np.array([2.0])), 0.5, "the AUC where all scores are alike")
    # Neither rank nor tie is touched by another scale: whoever looks at the scores' size goes astray here.
    real, fake = trial.normal(9), trial.normal(6)
    close(
        trial.call(50 + 9 * real, 50 + 9 * fake), trial.expected(real, fake), "the AUC after all scores are stretched"
    )


@exercise("detector.ppv", reference=calibration.ppv)
def check_ppv(trial: Trial) -> None:
    """Values at rare, even and certain prevalence."""
    close(
        trial.call(0.9, 0.05, 0.5), trial.expected(0.9, 0.05, 0.5), "the share of fakes among the flagged, half fakes"
    )
    close(trial.call(0.8, 0.1, 1.0), 1.0, "the share where everything is a fake")
    for _ in range(3):
        hit, alarm, rare = (float(x) for x in trial.uniform(3) * (0.5, 0.2, 0.1) + (0.5, 0.01, 0.001))
        compare_functions(
            trial,
            (hit, alarm, rare),
            what=f"the share at hits {hit:.2f}, false alarms {alarm:.2f}, 1 in {1 / rare:.0f}",
        )
