"""The checks of lesson 14: distances of hashes, a mark laid in and found, a card filled, and what doesn't fit on it."""

import numpy as np
import torch
from torch import nn

from unmasked.course.checks import (
    Trial,
    array_of,
    close,
    exercise,
    explaining,
    known_slips,
    nearly,
    numbers_of,
    picture_is,
    refuse,
    require,
    together,
)
from unmasked.provenance import cards, hashes

# --- distance ---------------------------------------------------------------------------------------------------------


def hash_pair(trial: Trial, apart: int) -> tuple[np.ndarray, np.ndarray]:
    """Two hashes, bool (64,), that differ in `apart` bits, unequally many of them False in the first."""
    one = trial.numbers.random(64) < 0.4
    other = one.copy()
    other[trial.numbers.choice(64, apart, replace=False)] ^= True
    return one, other


@exercise("trust.distance", reference=hashes.distance)
def check_distance(trial: Trial) -> None:
    """Pairs that are 0 to 64 bits apart."""
    cases = [hash_pair(trial, apart) for apart in (0, 1, 7, 20, 41, 63, 64)]
    got = [float(numbers_of([trial.call(*case)], 1, "the distance")[0]) for case in cases]
    expected = [float(trial.expected(*case)) for case in cases]
    known_slips(got, expected, together([_distance_slips(*case) for case in cases]))
    for mine, right in zip(got, expected, strict=True):
        if mine != right:
            refuse(f"Two hashes that differ in {right:.0f} of 64 bits: your distance is {mine:g}.")


def _distance_slips(one: np.ndarray, other: np.ndarray) -> dict[str, float]:
    """The usual mistakes with the distance: words → what they give."""
    return {
        "That's in how many places they AGREE. The distance counts where they differ.": float((one == other).sum()),
        "That's a share of all bits. The number of bits is wanted.": float((one != other).mean()),
        "Only bits that are True in the first and False in the other were counted. It goes both ways.": float(
            (one & ~other).sum()
        ),
        "Only bits that are False in the first and True in the other were counted. It goes both ways.": float(
            (~one & other).sum()
        ),
        "That's by how much their numbers of True bits differ. Two hashes with as many can still differ everywhere.": (
            float(abs(int(one.sum()) - int(other.sum())))
        ),
        "Those are the bits that are True in either of them. Where both are True they agree.": float(
            (one | other).sum()
        ),
        "That's the root of it, as for a length. Bits are only counted.": float(np.sqrt((one != other).sum())),
        "That only says WHETHER they differ.": float((one != other).any()),
    }


# --- embed ------------------------------------------------------------------------------------------------------------


def embed(picture: np.ndarray, pattern: np.ndarray, strength: float) -> np.ndarray:
    """The reference of `trust.embed`; `marks.embed` makes its pattern from a key."""
    return np.clip(np.rint(picture + strength * pattern[..., None]), 0, 255).astype(np.uint8)


def embed_case(trial: Trial, shape: tuple[int, int], strength: float) -> tuple[np.ndarray, np.ndarray, float]:
    """A picture with values at both ends, uint8 (H, W, 3), a pattern (H, W), and a strength."""
    picture = trial.numbers.integers(0, 256, (*shape, 3), dtype=np.uint8)
    picture[:3], picture[-3:] = trial.numbers.integers(0, 3), 255 - trial.numbers.integers(0, 3)
    return picture, trial.normal(*shape), strength


@exercise("trust.embed", reference=embed)
def check_embed(trial: Trial) -> str:
    """Pictures that aren't square, dark and light ones, several strengths; strength 0 leaves all as it was."""
    cases = [
        embed_case(trial, shape, strength) for shape, strength in (((12, 20), 3.0), ((17, 9), 0.7), ((8, 8), 25.0))
    ]
    made = [trial.call(*case) for case in cases]
    for mine, case in zip(made, cases, strict=True):
        picture_is(mine, case[0].shape[:2], "the marked picture")
    got = [mine.astype(float) for mine in made]
    expected = [trial.expected(*case).astype(float) for case in cases]
    known_slips(got, expected, together([_embed_slips(*case) for case in cases]))
    for mine, right, case in zip(got, expected, cases, strict=True):
        nearly(mine, right, f"the marked picture at strength {case[2]:g}", 0.01)
    picture, pattern, _ = embed_case(trial, (9, 14), 0.0)
    nearly(trial.call(picture, pattern, 0.0).astype(float), picture.astype(float), "the picture at strength 0", 0.01)
    return "All three colours move alike, and what comes out is a proper picture."


def _embed_slips(picture: np.ndarray, pattern: np.ndarray, strength: float) -> dict[str, np.ndarray]:
    """The usual mistakes with the mark: words → what they give, as floats."""
    exact = picture + strength * pattern[..., None]

    def whole(values: np.ndarray) -> np.ndarray:
        return np.clip(np.rint(values), 0, 255)

    first = picture.astype(float)
    first[..., 0] += strength * pattern
    return {
        "Values beyond 0 and 255 have wrapped round: what should be white came out black. Clip before it becomes "
        "uint8.": np.mod(np.rint(exact), 256),
        "Values beyond 0 and 255 have wrapped round, and fractions were cut off. Round, clip, and only then make it "
        "uint8.": np.mod(np.trunc(exact), 256),
        "Fractions were cut off, which makes every picture a little darker. Round to the nearest whole number.": (
            np.trunc(np.clip(exact, 0, 255))
        ),
        "The strength isn't used.": whole(picture + pattern[..., None]),
        "The mark was taken off instead of added, so a detector would find the opposite of every sign.": whole(
            picture - strength * pattern[..., None]
        ),
        "Only one colour was marked. All three of them move alike.": whole(first),
        "Only the signs of the pattern were added. Its values say how far each pixel moves.": whole(
            picture + strength * np.sign(pattern[..., None])
        ),
        "The mark was multiplied with the picture. It's added, so that dark pixels carry it, too.": whole(
            picture * (1 + strength * pattern[..., None] / 255)
        ),
        "The picture came back as it was.": picture.astype(float),
        "That's the mark alone. The picture is missing.": whole(
            np.broadcast_to(strength * pattern[..., None], picture.shape)
        ),
    }


# --- detect -----------------------------------------------------------------------------------------------------------


def detect(waves: np.ndarray, signs: np.ndarray) -> float:
    """The reference of `trust.detect`; `marks.detect` takes a picture and a key."""
    agree = np.sum(np.sign(waves) == signs)
    return float((agree - len(signs) / 2) / (np.sqrt(len(signs)) / 2))


def waves_case(trial: Trial, count: int, agree: int) -> tuple[np.ndarray, np.ndarray]:
    """Waves of very unequal size and signs of a key, `agree` of which agree: float (count,) each."""
    signs = trial.numbers.choice([-1.0, 1.0], count, p=[0.35, 0.65])
    with_key = np.zeros(count, bool)
    with_key[trial.numbers.choice(count, agree, replace=False)] = True
    return np.where(with_key, signs, -signs) * trial.numbers.lognormal(1, 1.5, count), signs


@exercise("trust.detect", reference=detect)
def check_detect(trial: Trial) -> str:
    """Keys of several lengths that agree more, less and as often as coins; the sizes of waves don't matter."""
    cases = [waves_case(trial, count, agree) for count, agree in ((100, 71), (946, 520), (37, 12), (64, 32), (81, 81))]
    got = list(numbers_of([trial.call(*case) for case in cases], len(cases), "the scores"))
    expected = [trial.expected(*case) for case in cases]
    known_slips(got, expected, together([_detect_slips(*case) for case in cases]))
    for mine, right, (_, signs) in zip(got, expected, cases, strict=True):
        close(mine, right, f"the score of {len(signs)} waves")
    waves, signs = waves_case(trial, 50, 33)
    close(
        float(trial.call(1000 * waves, signs)),
        trial.expected(waves, signs),
        "the score of waves that are a thousand times as strong (only signs count)",
    )
    return "As many standard deviations above chance as the agreements are."


def _detect_slips(waves: np.ndarray, signs: np.ndarray) -> dict[str, float]:
    """The usual mistakes with the score: words → what they give."""
    count = len(signs)
    agree = float(np.sum(np.sign(waves) == signs))
    above = agree - count / 2
    return {
        "That's how many agree. Coins agree in half of all cases: take that off, and divide by their standard "
        "deviation.": agree,
        "That's the share that agrees. How many STANDARD DEVIATIONS is it above chance?": agree / count,
        "Half of the waves is taken off, and the division by the standard deviation is missing.": above,
        "The standard deviation of n coins is √n / 2. You divided by √n.": above / np.sqrt(count),
        "The standard deviation of n coins is √n / 2. You divided by n / 2.": above / (count / 2),
        "That divides by the variance, n / 4. Its root is the standard deviation.": above / (count / 4),
        "Chance wasn't taken off: unmarked pictures would score about √n.": agree / (np.sqrt(count) / 2),
        "That adds up the waves with their sizes. A few strong ones, which the face itself made, drown all others: "
        "take their signs alone.": float(waves @ signs),
        "That's the correlation of the waves with the key, in which a few strong waves count most. Take their signs "
        "alone.": float(waves @ signs / np.sqrt(waves @ waves)),
        "The sign of the score is lost: a picture that agrees LESS often than coins isn't marked.": abs(above)
        / (np.sqrt(count) / 2),
        "Those are the disagreements: the score has the wrong sign.": -above / (np.sqrt(count) / 2),
        "Only waves that are positive in both were counted. Two minus signs agree as well.": float(
            (np.sum((waves > 0) & (signs > 0)) - count / 2) / (np.sqrt(count) / 2)
        ),
    }


# --- the card ---------------------------------------------------------------------------------------------------------

WORDS = {
    "name": "a swap",
    "task": "face swap",
    "made_by": "a check",
    "date": "2026-11-29",
    "trained_on": "drawn faces",
    "consent": "nobody is shown",
    "measured_on": "held-out faces",
    "made_for": ["learning"],
    "not_for": ["people"],
    "limits": ["toons only"],
}


class Small(nn.Module):
    """A network with a bias, a buffer and a frozen layer, so that counting weights, tensors or layers goes wrong."""

    def __init__(self, width: int):
        super().__init__()
        self.layers = nn.Sequential(nn.Conv2d(3, width, 3), nn.BatchNorm2d(width), nn.Conv2d(width, 3, 1, bias=False))


@exercise("trust.model-card", reference=cards.filled)
def check_card(trial: Trial) -> None:
    """Networks of several widths, pictures that aren't square, measures of unequal counts; the form is content."""
    measures = ("explained swap", "sharpness", "explained expression")
    for width, count in ((4, 2), (7, 3)):
        model, pictures = Small(width), trial.torch_uniform(5, 3, 20 + width, 33)
        sizes = trial.numbers.integers(6, 30, count)
        scores = {name: 0.6 + 0.2 * trial.normal(int(size)) for name, size in zip(measures, sizes, strict=False)}
        mine = trial.call(dict(WORDS), model, pictures, scores)
        right = trial.expected(dict(WORDS), model, pictures, scores)
        require(isinstance(mine, dict), f"A card is a dict. Yours is a {type(mine).__name__}.")
        for field in ("parameters", "measured"):
            require(field in mine, f"The card has no field `{field}`.")
        _check_count(mine["parameters"], model, right["parameters"])
        _check_measured(mine["measured"], right["measured"], scores)
        problems = cards.validate(mine)
        if problems:
            refuse(f"The form isn't content with your card: {'; '.join(problems[:3])}.")
        other = sorted(key for key in right if mine.get(key) != right[key] and key not in ("parameters", "measured"))
        require(not other, f"These fields were given and have to stay as they are: {other}.")


def _check_count(mine, model: Small, right: int) -> None:
    if isinstance(mine, torch.Tensor):
        refuse("`parameters` is a tensor. A card is written to a file, so it takes a plain whole number: `.numel()`.")
    known_slips(
        mine,
        right,
        {
            "That's the number of parameter TENSORS. Each of them holds many numbers: `.numel()`.": len(
                list(model.parameters())
            ),
            "That's the number of layers. Count the numbers in them.": len(model.layers),
            "Only weights with several axes were counted. Biases are parameters, too.": sum(
                p.numel() for p in model.parameters() if p.ndim > 1
            ),
            "Stored statistics were counted as well. Training changes parameters only: `model.parameters()`.": sum(
                t.numel() for t in model.state_dict().values()
            ),
            "Only the first axis of each parameter was counted: `len` of a tensor. `.numel()` counts all of it.": sum(
                len(p) for p in model.parameters()
            ),
        },
    )
    close(mine, right, "`parameters`")


def _check_measured(mine, right: list[dict], scores: dict[str, np.ndarray]) -> None:
    require(
        isinstance(mine, list), f"`measured` is a list with a form for each measure. Yours is {type(mine).__name__}."
    )
    require(len(mine) == len(right), f"There are {len(right)} measures, and your list has {len(mine)} forms.")
    for form, wanted in zip(mine, right, strict=True):
        require(isinstance(form, dict), "Each entry of `measured` is a dict.")
        missing = [name for name in wanted if name not in form]
        require(not missing, f"A form in `measured` lacks {missing}.")
        if form["what"] != wanted["what"]:
            refuse(f"The measures stand in another order: {wanted['what']!r} is wanted first, got {form['what']!r}.")
        values = scores[wanted["what"]]
        plain = {name: form[name] for name in ("value", "low", "high")}
        array = array_of(np.array([float(value) for value in plain.values()]), (3,), "value, low and high")
        expected = np.array([wanted[name] for name in plain])
        known_slips(array, expected, _interval_slips(values))
        for name in plain:
            close(float(form[name]), wanted[name], f"`{name}` of {wanted['what']}")
            if not isinstance(form[name], int | float):
                refuse(
                    f"`{name}` of {wanted['what']} is right, but it's a {type(form[name]).__name__}, which JSON can't "
                    "write, and the card becomes a JSON file: wrap it in `float(...)`."
                )
        close(form["count"], wanted["count"], f"`count` of {wanted['what']}")


def _interval_slips(values: np.ndarray) -> dict[str, np.ndarray]:
    """The usual mistakes with a mean's interval: words → value, low, high."""
    mean, spread, count = values.mean(), values.std(ddof=1), len(values)

    def around(off: float, middle: float = mean) -> np.ndarray:
        return np.array([middle, middle - off, middle + off])

    return {
        "That's the spread of single pictures. The interval of the MEAN is narrower by the root of their number.": (
            around(1.96 * spread)
        ),
        "That's one standard error to either side. 95 % takes 1.96 of them.": around(spread / np.sqrt(count)),
        "It was divided by the count and not by its root.": around(1.96 * spread / count),
        "The standard deviation is that of all there is. These pictures stand for many more: `ddof=1`.": around(
            1.96 * values.std() / np.sqrt(count)
        ),
        "Those are the least and the greatest value. An interval of the mean is wanted.": np.array(
            [mean, values.min(), values.max()]
        ),
        "`low` and `high` are exchanged.": around(-1.96 * spread / np.sqrt(count)),
        "The value is the median. The mean is wanted.": around(
            1.96 * spread / np.sqrt(count), float(np.median(values))
        ),
    }


# --- misfits ----------------------------------------------------------------------------------------------------------


def misfits_case(trial: Trial) -> tuple[dict[str, float], dict[str, float]]:
    """What a card tells, and facts: both with names of their own, with equal, near and far numbers, also below 0."""
    size = float(trial.whole_number(900, 100))
    facts = {"size": size, "near": 50.0, "far": 50.0, "below": -0.4, "small": 0.003, "nought": 0.0, "silent": 7.0}
    facts |= {"tight": 1000.0, "sign": 3.0, "less": 100.0}
    told = {"size": size, "near": 50.9, "far": 51.2, "below": -0.41, "small": 0.006, "nought": 0.0, "made up": 7.0}
    told |= {"tight": 1020.3, "sign": -3.0, "less": 90.0}
    order = trial.numbers.permutation(len(told))
    return {name: told[name] for name in np.array(list(told))[order].tolist()}, facts


@exercise("trust.misfits", reference=cards.misfits)
def check_misfits(trial: Trial) -> str:
    """A card with every kind of mistake, at two tolerances, and one that fits."""
    for tolerance in (0.02, 0.5):
        told, facts = misfits_case(trial)
        with explaining({"division by zero": "A fact can be 0: multiply by it, don't divide."}):
            mine = trial.call(told, facts, tolerance)
        right = trial.expected(told, facts, tolerance)
        require(isinstance(mine, list | tuple), f"A list of names is wanted. You gave a {type(mine).__name__}.")
        got = list(mine)
        require(all(isinstance(name, str) for name in got), "The list holds names, each a string.")
        for words, slip in _misfit_slips(told, facts, tolerance).items():
            if sorted(got) == sorted(slip) and sorted(got) != right:
                refuse(words)
        too_few, too_many = sorted(set(right) - set(got)), sorted(set(got) - set(right))
        if too_few:
            refuse(_about(too_few[0], told, facts, tolerance) + " It's missing from your list.")
        if too_many:
            refuse(_about(too_many[0], told, facts, tolerance) + " It fits, and stands in your list.")
        require(len(got) == len(right), "A name stands in your list twice.")
        require(got == right, "The right names, but not sorted.")
    told, facts = misfits_case(trial)
    require(not trial.call(facts, facts), "A card that tells the facts has no misfits, and yours has some.")
    return "What's missing, made up or off is found, at both tolerances, and a card that fits is left in peace."


def _about(name: str, told: dict, facts: dict, tolerance: float) -> str:
    said = told.get(name, "nothing")
    measured = facts.get(name, "nothing")
    return f"At a tolerance of {tolerance:g} the card says {said} of {name!r}, and what was measured is {measured}."


def _misfit_slips(told: dict, facts: dict, tolerance: float) -> dict[str, list[str]]:
    """The usual mistakes with misfits: words → the names that they give."""
    both = set(told) & set(facts)
    silent, made_up = set(facts) - set(told), set(told) - set(facts)
    off = {name: abs(told[name] - facts[name]) for name in both}
    right = {name for name in both if off[name] > tolerance * abs(facts[name])}
    return {
        "Where the card is silent on a fact, that's a misfit, too.": sorted(right | made_up),
        "What the card tells and nobody measured is a misfit, too.": sorted(right | silent),
        "Only names that stand in both were looked at. One that is missing on either side doesn't fit.": sorted(right),
        "The tolerance was taken as it is. It's a SHARE of the fact's size.": sorted(
            {name for name in both if off[name] > tolerance} | silent | made_up
        ),
        "Of a fact below 0 the allowed difference came out negative. Take the fact's size, `abs(...)`.": sorted(
            {name for name in both if off[name] > tolerance * facts[name]} | silent | made_up
        ),
        "That's a share of what the card TELLS. A card that tells far too much would allow itself more: take the "
        "fact's size.": sorted({name for name in both if off[name] > tolerance * abs(told[name])} | silent | made_up),
        "Only numbers that are too LARGE were found. A card can also tell too little.": sorted(
            {name for name in both if told[name] - facts[name] > tolerance * abs(facts[name])} | silent | made_up
        ),
        "Any difference counts for you. Up to the tolerance it's allowed.": sorted(
            {name for name in both if off[name]} | silent | made_up
        ),
        "Only the sizes were compared, so a number with the wrong sign slips through.": sorted(
            {name for name in both if abs(abs(told[name]) - abs(facts[name])) > tolerance * abs(facts[name])}
            | silent
            | made_up
        ),
        "Those are the names that FIT.": sorted(both - right),
    }
