"""The checks of lesson 13: train a detector."""

import math

import numpy as np
import torch
from torch import nn
from torch.nn.functional import binary_cross_entropy_with_logits

from unmasked import blend
from unmasked.course.checks import (
    Trial,
    array_of,
    between,
    close,
    exercise,
    known_slips,
    mixed_well,
    picture_is,
    refuse,
    repeatable,
    require,
    tensor_of,
    together,
)
from unmasked.forensics import calibration, roc, splits
from unmasked.forensics.attack import one_step


def clean_split(whose, share, generator):
    """The reference of `detector.split`: the library's, of two parts the first."""
    return splits.by_group(whose, (share, 1 - share), generator) == 0


@exercise("detector.split", reference=clean_split)
def check_split(trial: Trial) -> str:
    """Nobody on both sides, the asked share of characters, by chance, and by the generator alone."""
    for characters, share in ((10, 0.7), (7, 0.5), (7, 0.8), (10, 0.33), (30, 0.8)):
        names = trial.numbers.choice(10_000, characters, replace=False)
        frames = trial.numbers.integers(1, 9, characters)  # not everybody has as many
        whose = trial.numbers.permutation(np.repeat(names, frames))
        learn = trial.call(whose, share, np.random.default_rng(trial.whole_number(10_000)))
        array_of(learn, (len(whose),), "the split")
        require(learn.dtype == bool, f"The split should be True or False for every frame; its type is {learn.dtype}.")
        both = set(whose[learn]) & set(whose[~learn])
        if both:
            refuse(
                f"{len(both)} of {characters} characters have frames on both sides. A detector that knows a face needs "
                "no traces: deal out characters, not frames."
            )
        _share_is(len(set(whose[learn])), characters, share)
    # The last case has thirty characters: two splits hardly ever agree by chance.
    repeatable(trial, (whose, share), numpy=True)
    sides = {np.asarray(trial.call(whose, 0.5, np.random.default_rng(k))).tobytes() for k in range(8)}
    if len(sides) == 1:
        refuse("Eight generators gave one and the same split: who is learned from should be left to the generator.")
    return "No character is on both sides, as many as asked are learned from, and the generator says which."


def _share_is(found: int, characters: int, share: float) -> None:
    """Refuse unless so many characters are the share asked for, rounded; a half may go either way."""
    low, high = math.ceil(share * characters - 0.501), math.floor(share * characters + 0.501)
    if low <= found <= high:
        return
    wanted = f"{low} of {characters}" if low == high else f"{low} or {high} of {characters}"
    aside, exact = characters - found, share * characters
    hint = " Are the two sides swapped? True marks the frames to learn from." if low <= aside <= high else ""
    if abs(found - exact) < 1 and not hint:
        hint = f" {exact:.3g} was cut off. Round to the nearest." if found < exact else f" {exact:.3g} was rounded up."
    refuse(f"{wanted} characters should be learned from (share {share}); here it is {found}.{hint}")


def self_blend(picture, changed, mask):
    """The reference of `detector.blend`: the library's composite, and the boundary that its X-ray learns to draw."""
    return blend.composite(picture, changed, mask), 4 * mask * (1 - mask)


@exercise("detector.blend", reference=self_blend)
def check_blend(trial: Trial) -> str:
    """Pictures that are not square; a soft mask; the ends of it exactly; the boundary between 0 and 1."""
    for height, width in ((9, 14), (12, 7)):
        picture, changed = (trial.numbers.integers(0, 256, (height, width, 3)).astype(np.uint8) for _ in range(2))
        mask = np.clip(1.6 * trial.uniform(height, width) - 0.3, 0, 1).astype(np.float32)
        mine = trial.call(picture, changed, mask)
        require(
            isinstance(mine, tuple | list) and len(mine) == 2,
            "Two things are wanted: the blended picture and the boundary, as in `return blended, boundary`.",
        )
        blended, boundary = mine
        if np.shape(blended) == (height, width) and np.shape(boundary) == (height, width, 3):
            refuse("The two are the other way round: the blended picture comes first, then the boundary.")
        picture_is(blended, (height, width), "the blended picture")
        outside = mask == 0
        mixed_well(blended, picture, changed, mask, "The blended picture")
        if not np.array_equal(blended[outside], picture[outside]):
            refuse("Where the mask is 0 the picture should stay as it was, and it does not.")
        edge, wide = array_of(boundary, (height, width), "the boundary"), mask.astype(np.float64)
        slips = {
            "The boundary lacks its 4: in the middle of the edge, where the mask is a half, it should be 1.": (
                wide * (1 - wide)
            ),
            "That is the mask. The boundary is greatest where the mask is a half, and 0 at both ends.": wide,
            "The boundary is upside down: it should be greatest where the mask is a half.": 1 - 4 * wide * (1 - wide),
            "The boundary is all or nothing. It should rise and fall with the mask.": (wide > 0) & (wide < 1),
            "The boundary has lost what stands behind the point: leave it in floats.": np.floor(4 * wide * (1 - wide)),
        }
        right = 4 * wide * (1 - wide)
        known_slips(edge, right, slips)
        close(edge, right, "the boundary 4·m·(1 − m)")
    return "It mixes as the mask says, rounded to the nearest level, and the boundary is 1 where the mask is a half."


@exercise("detector.auc", reference=roc.auc)
def check_auc(trial: Trial) -> str:
    """Unequal numbers, ties, a perfect and a reversed order."""
    cases = {}
    for reals, fakes in ((5, 8), (40, 13)):
        what = f"the AUC of {reals} recordings and {fakes} fakes"
        cases[what] = trial.normal(reals), trial.normal(fakes) + 0.7
        whole = trial.numbers.integers(0, 4, reals).astype(float), trial.numbers.integers(1, 5, fakes).astype(float)
        cases[f"{what} with many equal scores"] = whole
    higher = np.array([0.1, 0.2]), np.array([0.3, 0.9, 0.4])
    cases["the AUC where every fake scores higher"] = higher
    cases["the AUC where every fake scores lower"] = higher[::-1]
    cases["the AUC of a detector that errs more often than not"] = 0.7 + trial.normal(12), trial.normal(9)
    cases["the AUC where all scores are equal"] = np.array([2.0, 2.0]), np.array([2.0])
    # Neither rank nor tie is touched by another scale: whoever looks at the scores' size goes astray here.
    cases["the AUC of scores from about 20 to 80"] = 50 + 9 * trial.normal(9), 50 + 9 * trial.normal(6)
    got = [trial.call(*case) for case in cases.values()]
    expected = [roc.auc(*case) for case in cases.values()]
    # All cases at once: with few scores, a lost tie may happen to give what a swap gives.
    known_slips(got, expected, together([_auc_slips(*case) for case in cases.values()]))
    for area, right, what in zip(got, expected, cases, strict=True):
        close(area, right, what)
    return "It counts pairs: won, lost, and tied as a half, also where a detector errs more often than not."


def _auc_slips(real: np.ndarray, fake: np.ndarray) -> dict[str, float]:
    """The usual mistakes with an AUC: words → what they give."""
    wins, ties = fake[:, None] > real, fake[:, None] == real
    number, right = wins.sum() + ties.sum() / 2, wins.mean() + ties.mean() / 2
    half = "A pair with equal scores is neither won nor lost: count it as one half."
    return {
        f"Ties count nothing in your answer. {half}": wins.mean(),
        f"Ties count as won in your answer. {half}": wins.mean() + ties.mean(),
        "Your AUC and the expected one sum to 1. Are recordings and fakes swapped? A pair is won where the FAKE scores "
        "higher.": 1 - right,
        "The greater of the area and the rest came. An AUC below a half is one, too: it says that the detector errs "
        "more often than not.": max(right, 1 - right),
        "Only as many pairs were looked at as the shorter list is long. Every fake meets every recording.": (
            (np.sign(fake[: len(real)] - real[: len(fake)]) / 2 + 0.5).mean()
        ),
        "That is the accuracy at a threshold of one half. An AUC has no threshold: it compares scores with each "
        "other.": (np.concatenate([fake >= 0.5, real < 0.5]).mean()),
        "Each fake was compared with the mean of the recordings. Compare it with every one of them.": (
            (fake > real.mean()).mean()
        ),
        "That is the number of pairs won, not their share: divide by the number of all pairs.": number,
        "The pairs won were divided by the number of fakes. Divide by the number of all pairs.": number / len(fake),
        "The pairs won were divided by the number of recordings. Divide by the number of all pairs.": number
        / len(real),
    }


@exercise("detector.ppv", reference=calibration.ppv)
def check_ppv(trial: Trial) -> str:
    """Values at rare, even and certain prevalence."""
    # Rare ones first: where half of all or all are fakes, some slips give the right number.
    for _ in range(3):
        hit, alarm, rare = (float(x) for x in trial.uniform(3) * (0.4, 0.2, 0.1) + (0.5, 0.04, 0.02))
        _ppv_agrees(trial, hit, alarm, rare)
    _ppv_agrees(trial, 0.9, 0.05, 0.5)
    _ppv_agrees(trial, 0.8, 0.1, 1.0)
    _ppv_agrees(trial, 0.8, 0.1, 0.0)
    return "Of what is flagged it gives the share that is fake, however rare fakes are."


def _ppv_agrees(trial: Trial, hit: float, alarm: float, prevalence: float) -> None:
    """Refuse, in a usual slip's own words if it is one, unless the attempt's PPV is right."""
    got, expected = trial.call(hit, alarm, prevalence), calibration.ppv(hit, alarm, prevalence)
    caught, accused = hit * prevalence, alarm * (1 - prevalence)
    passed = (1 - alarm) * (1 - prevalence)
    known_slips(
        got,
        expected,
        {
            "That is the hit rate: of the fakes, the share that is flagged. Asked is the other way round: of the "
            "flagged, the share that is fake.": hit,
            "That is 1 minus the false-alarm rate: of the recordings, the share that is let pass. Asked is: of the "
            "flagged, the share that is fake.": 1 - alarm,
            "In your answer it makes no difference how rare fakes are. The hit rate counts among the fakes, the "
            "false-alarm rate among the recordings: how large a share of all clips is each?": hit / (hit + alarm),
            "That is 1 minus the right share: of the flagged, those that are recordings. Asked is the share that is "
            "fake.": 1 - expected,
            "That is the share of all clips that are fake and flagged. Divide it by the share of all clips that are "
            "flagged.": caught,
            "That is the share of all clips that are flagged. How much of it is fake?": caught + accused,
            "That is the accuracy: it counts the recordings let pass too, and they are not flagged.": caught + passed,
            "Hits are weighted by the prevalence, false alarms are not: what share of all clips are recordings?": (
                caught / (caught + alarm)
            ),
            "False alarms are weighted by the share of recordings, hits are not weighted: what share of all clips are "
            "fakes?": hit / (hit + accused),
            "The false-alarm rate was taken for the share of recordings that is let pass: what is flagged among them "
            "is the rate itself.": caught / (caught + passed),
            "Hits and false alarms were weighted the other way round: hits happen among the fakes.": (
                hit * (1 - prevalence) / (hit * (1 - prevalence) + alarm * prevalence)
            ),
            "That is the prevalence: how many are fake BEFORE the detector has spoken.": prevalence,
            "That is how many recordings come to each fake among the flagged.": (
                accused / caught if caught else math.nan
            ),
            "That is how many fakes come to each recording among the flagged: the odds. A share is wanted, of both "
            "together.": caught / accused if accused else math.nan,
            "Both rates were weighted by the prevalence. False alarms happen among the recordings, 1 − prevalence of "
            "all.": caught / (caught + alarm * prevalence) if prevalence else math.nan,
            "Of what is NOT flagged, that is the share that is real.": (
                passed / (passed + (1 - hit) * prevalence) if prevalence < 1 else math.nan
            ),
            "That is the right share in percent. Give it as a number from 0 to 1.": 100 * expected,
        },
        tolerance=1e-6,  # two slips may come near each other by chance
    )
    rates = f"hit rate {hit:.2f}, false-alarm rate {alarm:.2f}, prevalence {prevalence:.3g}"
    close(got, expected, f"the share of fakes among the flagged ({rates})")


class Judge(nn.Module):
    """A small net that judges pictures of any size: one logit a picture."""

    def __init__(self, generator: torch.Generator):
        super().__init__()
        self.see, self.say = nn.Conv2d(3, 6, 3, padding=1), nn.Linear(6, 1)
        with torch.no_grad():
            for weight in self.parameters():
                weight.copy_(0.6 * torch.randn(weight.shape, generator=generator))

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        return self.say(torch.tanh(self.see(pictures)).mean((2, 3)))[:, 0]


@exercise("detector.attack", reference=one_step)
def check_attack(trial: Trial) -> str:
    """Recordings and fakes, pictures that aren't square, values at both ends; net and pictures as they were."""
    for count, height, width, strength in ((3, 9, 14, 0.02), (2, 13, 7, 0.1), (1, 8, 8, 0.005)):
        net = Judge(trial.torch_generator())
        net.eval()
        pictures = (1.2 * trial.torch_uniform(count, 3, height, width) - 0.1).clamp(0, 1)
        fake = torch.ones(count)
        fake[::2] = 0.0  # recordings and fakes side by side
        mine = trial.call(net, pictures, fake, strength)
        moved = tensor_of(mine, (count, 3, height, width), "the attacked pictures").detach()
        given = pictures.clone()
        trial.run(lambda net=net, given=given, fake=fake, by=strength: trial.attempt(net, given, fake, by))
        require(
            not net.training,
            "The net is in training mode now. An attacker takes the net as it is: leave its mode alone.",
        )
        require(
            not given.requires_grad,
            "The pictures that came in now ask for a gradient themselves. Take a copy: "
            "`pictures.clone().requires_grad_(True)`.",
        )
        _attack_agrees(net, pictures, fake, strength, moved)
        require(
            not mine.requires_grad,
            "What you return still hangs on the computation of the gradient. Return it detached, as plain numbers.",
        )
    return "Every value moves by the strength, up or down, whichever way the net errs more, and stays within 0…1."


def _attack_agrees(net: nn.Module, pictures: torch.Tensor, fake: torch.Tensor, strength: float, moved: torch.Tensor):
    """Refuse, in a usual slip's own words if it is one, unless the step is the right one."""
    asked = pictures.clone().requires_grad_(True)
    loss = binary_cross_entropy_with_logits(net(asked), fake, reduction="none")
    (slope,) = torch.autograd.grad(loss.sum(), asked)
    sure = slope.abs() > 1e-4 * slope.abs().max()  # elsewhere rounding may decide the sign
    (towards,) = torch.autograd.grad(net(asked).sum(), asked)

    def step(direction: torch.Tensor, by: float = strength) -> torch.Tensor:
        return pictures + by * direction

    right = step(slope.sign())
    lengths = slope.flatten(1).norm(dim=1).view(-1, 1, 1, 1)
    slips = {
        "The pictures came back as they were: nothing was moved.": pictures,
        "The step goes the wrong way: the net errs LESS about these pictures than before. Go where the loss grows, so "
        "add.": step(-slope.sign()),
        "The plain gradient was added. Take its sign, so that every value moves by the whole strength.": step(slope),
        "The gradient was divided by its length. Its sign is wanted, so that every value moves by the whole "
        "strength.": step(slope / lengths),
        "All pictures were moved as if they were fakes, recordings too. What would be right stands in `fake`.": step(
            -towards.sign()
        ),
        "All pictures were moved to look more forged. For a fake, the loss grows the other way.": step(towards.sign()),
        "The step is twice as long as asked.": step(slope.sign(), 2 * strength),
        "The step is half as long as asked.": step(slope.sign(), strength / 2),
        "The strength was taken for grey levels. Pictures are in 0…1 here, and so is the strength.": step(
            slope.sign(), strength / 255
        ),
    }
    found = moved.double()

    def is_this(expected: torch.Tensor) -> bool:
        both = (expected, expected.clamp(0, 1))
        return any(float((found - one.double())[sure].abs().max()) < 1e-5 for one in both)

    if not is_this(right):
        for words, value in slips.items():
            if is_this(value):
                refuse(words)
    between(found, 0, 1, "the attacked pictures")
    close(found[sure], right.clamp(0, 1)[sure], "the attacked pictures", tolerance=1e-5)
    off = float((found - pictures).abs().max())
    require(off < strength + 1e-5, f"A value moved by {off:.4f}, and {strength} is asked.")
