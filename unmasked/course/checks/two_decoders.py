"""The checks of lesson 04: one encoder, two decoders."""

from collections.abc import Callable

import torch
from torch import nn

from unmasked import losses, metrics
from unmasked.course.checks import (
    Trial,
    agrees,
    behaves_like,
    close,
    each_alone,
    exercise,
    explaining,
    gradients_reach,
    is_module,
    known_slips,
    reached,
    refuse,
    same_parameter_count,
    shape_is,
    step_agrees,
    tensor_of,
)
from unmasked.models.swap import SPREAD, Decoder, Encoder, Layout

NAMES = ("ada", "bo", "cleo")


class TinyNet(nn.Module):
    """The face of a swap net with hardly anything inside: quick enough to try an attempt many times."""

    def __init__(self, seed: int):
        super().__init__()
        generator = torch.Generator().manual_seed(seed)
        self.encoder = nn.Conv2d(3, 4, 1)
        self.decoders = nn.ModuleDict({name: nn.Conv2d(4, 3, 1) for name in NAMES})
        with torch.no_grad():
            for parameter in self.parameters():
                parameter.copy_(torch.randn(parameter.shape, generator=generator) / 2)

    def encode(self, pictures, name):
        sign = {"ada": 1.0, "bo": -1.0, "cleo": 0.5}[name]  # so that encoding under the wrong name is noticed
        return self.encoder(sign * pictures)

    def decode(self, codes, name):
        return self.decoders[name](codes)


def rebuild_loss(model, batch, name):
    """How badly `name` is rebuilt: the loss that the lesson shows."""
    pictures, inside, *_ = batch
    rebuilt = model.decode(model.encode(pictures, name), name)
    return losses.l1_l2(rebuilt, pictures, weights=inside)


def joint_step(model, optimiser, ada_batch, bo_batch):
    """The reference of `two-decoders.step`."""
    ada_loss = rebuild_loss(model, ada_batch, "ada")
    bo_loss = rebuild_loss(model, bo_batch, "bo")
    optimiser.zero_grad()
    (ada_loss + bo_loss).backward()
    optimiser.step()
    return {"ada": ada_loss.item(), "bo": bo_loss.item()}


def _step_slip(loss: Callable, clear: str = "before") -> Callable:
    """A step with one of the usual mistakes: `loss(model, ada_batch, bo_batch)` is what goes down."""

    def step(model, optimiser, ada_batch, bo_batch):
        if clear == "before":
            optimiser.zero_grad()
        total = loss(model, ada_batch, bo_batch)
        total.backward()
        if clear == "between":
            optimiser.zero_grad()
        optimiser.step()

    return step


def _both(model, ada_batch, bo_batch, names=("ada", "bo"), masked=True):
    """The two losses, added; `names`: under which Ada's and Bo's pictures go."""
    batches = [batch if masked else (batch[0], torch.ones_like(batch[1])) for batch in (ada_batch, bo_batch)]
    return sum(rebuild_loss(model, batch, name) for batch, name in zip(batches, names, strict=True))


STEP_SLIPS = {
    "Old gradients are still in there: PyTorch adds each new one to them. Clear them BEFORE you go backwards.": (
        _step_slip(_both, clear="never")
    ),
    "The gradients were cleared between `backward` and `step`, so the step had none to follow.": (
        _step_slip(_both, clear="between")
    ),
    "Only Ada's loss went backwards. Her pictures train the encoder and HER decoder; Bo's would never learn.": (
        _step_slip(lambda model, ada, bo: rebuild_loss(model, ada, "ada"))
    ),
    "Only Bo's loss went backwards. His pictures train the encoder and HIS decoder; Ada's would never learn.": (
        _step_slip(lambda model, ada, bo: rebuild_loss(model, bo, "bo"))
    ),
    "The names are exchanged: Ada's pictures were rebuilt as Bo, and Bo's as Ada.": (
        _step_slip(lambda model, ada, bo: _both(model, ada, bo, ("bo", "ada")))
    ),
    "Bo's pictures were rebuilt under Ada's name, so his decoder never learns.": (
        _step_slip(lambda model, ada, bo: _both(model, ada, bo, ("ada", "ada")))
    ),
    "Ada's pictures were rebuilt under Bo's name, so her decoder never learns.": (
        _step_slip(lambda model, ada, bo: _both(model, ada, bo, ("bo", "bo")))
    ),
    "Ada's pictures went into both losses. The second is for Bo's.": (
        _step_slip(lambda model, ada, bo: _both(model, ada, ada))
    ),
    "The mask is forgotten: the batch's second part says how much each pixel's error counts.": (
        _step_slip(lambda model, ada, bo: _both(model, ada, bo, masked=False))
    ),
    "The mean of the two losses went backwards, which makes half a step. Their sum is asked for.": (
        _step_slip(lambda model, ada, bo: _both(model, ada, bo) / 2)
    ),
}


@exercise("two-decoders.step", reference=joint_step)
def check_step(trial: Trial) -> str:
    """The state after two steps, from the same state before, with unequal batches and soft masks."""
    seed = trial.whole_number(1000)

    def build():
        model = TinyNet(seed)
        # An old gradient lies about, as after any earlier step: a step that forgets to clear it goes astray.
        for parameter in model.parameters():
            parameter.grad = torch.ones_like(parameter)
        # With momentum, weights moved by hand go elsewhere.
        return model, torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.5)

    for ada_count, bo_count in ((2, 3), (4, 1)):
        batches = [(trial.torch_uniform(n, 3, 8, 6), trial.torch_uniform(n, 1, 8, 6)) for n in (ada_count, bo_count)]
        _losses_agree(trial, build, batches)
        step_agrees(trial, build, tuple(batches), slips=STEP_SLIPS)
    return "One step moves the shared encoder by both characters' pictures, and each decoder by its own."


def _losses_agree(trial: Trial, build: Callable, batches: list) -> None:
    """Refuse, in a usual slip's own words if it is one, unless the attempt returns the right losses."""
    mine, theirs = build(), build()
    result = trial.run(lambda: trial.attempt(*mine, *batches))
    wanted = joint_step(*theirs, *batches)
    if isinstance(result, dict) and set(result) == set(wanted):
        after = {name: rebuild_loss(mine[0], batch, name) for name, batch in zip(wanted, batches, strict=True)}
        slips = {
            "The two losses are returned under each other's name.": {"ada": wanted["bo"], "bo": wanted["ada"]},
            "Those are the losses AFTER the step. Return them as they were before it.": after,
            "Both entries hold the sum of the losses. Each name wants its own.": dict.fromkeys(
                wanted, sum(wanted.values())
            ),
        }
        known_slips(result, wanted, slips)


class TwoDecoders(nn.Module):
    """The reference of `two-decoders.net`."""

    def __init__(self, averages):
        super().__init__()
        self.averages = averages
        self.encoder = Encoder()
        self.layout = Layout()
        self.decoders = nn.ModuleDict({name: Decoder() for name in averages})

    def encode(self, pictures, name):
        return self.encoder((pictures - self.averages[name]) / SPREAD)

    def decode(self, codes, name):
        return self.averages[name] + SPREAD * self.decoders[name](self.layout(codes))


def _mistaken(encode: Callable | None = None, decode: Callable | None = None) -> Callable:
    """A function that makes a net with another `encode(net, pictures, name)` or `decode(net, codes, name)`."""

    def change(net):
        if encode:
            net.encode = lambda pictures, name: encode(net, pictures, name)
        if decode:
            net.decode = lambda codes, name: decode(net, codes, name)
        return net

    return change


def _drawn(net, codes, name):
    return net.decoders[name](net.layout(codes))


def _other(net, name):
    return net.averages["bo" if name == "ada" else "ada"]


def _first(net):
    return next(iter(net.averages.values()))


NET_SLIPS = {
    "The encoder gets the pictures as they are. It should get how they differ from the average of `name`.": (
        _mistaken(encode=lambda net, x, name: net.encoder(x / SPREAD))
    ),
    "The encoder gets the pictures as they are. It should get (pictures − average) / SPREAD.": (
        _mistaken(encode=lambda net, x, name: net.encoder(x))
    ),
    "`SPREAD` is forgotten on the way in: the encoder gets differences that are far too small for it.": (
        _mistaken(encode=lambda net, x, name: net.encoder(x - net.averages[name]))
    ),
    "On the way in the differences are multiplied by `SPREAD`. They should be divided by it.": (
        _mistaken(encode=lambda net, x, name: net.encoder((x - net.averages[name]) * SPREAD))
    ),
    "On the way in the differences are divided by `SPREAD` twice.": (
        _mistaken(encode=lambda net, x, name: net.encoder((x - net.averages[name]) / SPREAD**2))
    ),
    "Only the average is divided by `SPREAD` on the way in: the brackets belong around the difference.": (
        _mistaken(encode=lambda net, x, name: net.encoder(x - net.averages[name] / SPREAD))
    ),
    "Every picture is compared with the same average. Each name has its own.": (
        _mistaken(encode=lambda net, x, name: net.encoder((x - _first(net)) / SPREAD))
    ),
    "The average is missing in what comes out: a decoder draws only how a picture differs from it.": (
        _mistaken(decode=lambda net, codes, name: SPREAD * _drawn(net, codes, name))
    ),
    "`SPREAD` is forgotten on the way out: what a decoder draws is in units of it.": (
        _mistaken(decode=lambda net, codes, name: net.averages[name] + _drawn(net, codes, name))
    ),
    "On the way out the differences are divided by `SPREAD`. They should be multiplied by it.": (
        _mistaken(decode=lambda net, codes, name: net.averages[name] + _drawn(net, codes, name) / SPREAD)
    ),
    "Average and difference are multiplied by `SPREAD` together. Only the difference is in units of it.": (
        _mistaken(decode=lambda net, codes, name: SPREAD * (net.averages[name] + _drawn(net, codes, name)))
    ),
    "Every decoder adds the same average. Each name has its own.": (
        _mistaken(decode=lambda net, codes, name: _first(net) + SPREAD * _drawn(net, codes, name))
    ),
    "What comes out is added to another character's average. Each name has its own.": (
        _mistaken(decode=lambda net, codes, name: _other(net, name) + SPREAD * _drawn(net, codes, name))
    ),
    "What comes out is cut off to 0…1, and where it is cut off nothing can be learned. Leave that to whoever looks at "
    "the pictures.": _mistaken(
        decode=lambda net, codes, name: (net.averages[name] + SPREAD * _drawn(net, codes, name)).clamp(0, 1)
    ),
}


@exercise("two-decoders.net", reference=TwoDecoders)
def check_net(trial: Trial) -> str:
    """One encoder and one layout for all, a decoder each; the reference's pictures, of unequal averages."""
    averages = {name: trial.torch_uniform(3, 64, 64) for name in NAMES}
    mine, reference = trial.run(trial.attempt, averages), trial.expected(averages)
    is_module(mine, "TwoDecoders(averages)")
    pictures, one = trial.torch_uniform(2, 3, 64, 64), 4 * trial.torch_uniform(1, 3, 64, 64)
    codes, far = trial.torch_normal(3, 128), 60 * trial.torch_normal(1, 128)
    with explaining(UNFIT):
        shape_is(trial.run(mine.encode, pictures, "ada"), (2, 128), "the codes of 2 pictures")
        shape_is(trial.run(mine.decode, codes, "bo"), (3, 3, 64, 64), "3 decoded pictures")
        _nothing_hidden(mine, reference)
        if any(parameter.shape == (3, 64, 64) for parameter in mine.parameters()):
            refuse("The averages have become parameters, so training would change them. They are only kept.")
        _shared(trial, mine, pictures, codes)
        same_parameter_count(mine, reference)
        mine.eval()
        each_alone(trial, lambda x: mine.encode(x, "ada"), pictures, "a picture's code")
        each_alone(trial, lambda x: mine.decode(x, "ada"), codes, "what a code draws")
        calls = {f"{name.title()}'s codes": lambda net, name=name: net.encode(pictures, name) for name in NAMES}
        calls |= {
            f"what codes draw as {name.title()}": lambda net, name=name: net.decode(codes, name) for name in NAMES
        }
        calls["the code of one glaring picture"] = lambda net: net.encode(one, "ada")
        calls["what a code far from the others draws as Bo"] = lambda net: net.decode(far, "bo")
        behaves_like(trial, mine, reference, calls, NET_SLIPS, tolerance=1e-3)
    gradients_reach(mine, [mine.decode(mine.encode(pictures, name), name) for name in NAMES])
    return (
        "One encoder and one layout serve every name, each name draws with a decoder of its own, and all of it learns."
    )


# What PyTorch says where layers don't fit, in words.
UNFIT = {
    r"mat1 and mat2 shapes cannot be multiplied \(\d+x(\d+) and (\d+)x\d+\)": (
        "A dense layer expects {1} numbers, and {0} arrive: what does it get, codes, pictures or a layout?"
    ),
    r"to have (\d+) channels, but got (\d+) channels": (
        "A part expects {0} channels and gets {1}. A decoder draws from the layout of the codes, not from the codes."
    ),
    r"[Ee]xpected 3D \(unbatched\) or 4D \(batched\) input to conv2d": (
        "A decoder got codes. It draws from their layout: `self.layout` makes one of them."
    ),
}


def _size(module) -> int:
    return sum(parameter.numel() for parameter in module.parameters())


def _nothing_hidden(mine, reference) -> None:
    """Refuse networks in a plain dict or list: no optimiser would see them."""
    if _size(mine) < _size(reference):
        for name, held in vars(mine).items():
            parts = held.values() if isinstance(held, dict) else held if isinstance(held, list | tuple) else ()
            if not name.startswith("_") and any(isinstance(part, nn.Module) for part in parts):
                refuse(
                    f"PyTorch does not see the networks in `{name}`, a plain {type(held).__name__}: no optimiser would "
                    f"train them. `nn.ModuleDict` and `nn.ModuleList` show what they hold."
                )


def _shared(trial: Trial, mine, pictures, codes) -> None:
    """Refuse what is shared and should not be, and what should be and is not: told by where gradients arrive."""

    def parts(give: Callable) -> list[set]:
        arrived = [reached(mine, trial.run(lambda name=name: give(name))) for name in ("ada", "bo")]
        return [{name for name, there in one.items() if there} for one in arrived]

    ada, bo = parts(lambda name: mine.encode(pictures, name))
    if ada != bo:
        refuse(
            "Ada's pictures go through one encoder and Bo's through another, so their codes can mean different things: "
            "that is the pair that could not be crossed. Here ONE encoder serves all names."
        )
    ada, bo = parts(lambda name: mine.decode(codes, name))
    if ada == bo:
        refuse("Ada and Bo are drawn by the same decoder, so both would look alike. Each name needs one of its own.")
    if not ada & bo:
        refuse(
            "On the way out nothing is shared: here ONE layout serves all names, and only what comes after it is each "
            "character's own."
        )


def swap(model, pictures, actor, face):
    """The reference of `two-decoders.swap`."""
    return model.decode(model.encode(pictures, actor), face)


@exercise("two-decoders.swap", reference=swap)
def check_swap(trial: Trial) -> str:
    """Every direction between three names, on unequal batches."""
    model = TinyNet(trial.whole_number(1000))
    for count, actor, face in ((1, "ada", "bo"), (3, "bo", "ada"), (2, "bo", "cleo"), (2, "cleo", "ada")):
        pictures = trial.torch_uniform(count, 3, 8, 6)
        way = f"from {actor.title()} to {face.title()}"
        got = tensor_of(trial.call(model, pictures, actor, face), (count, 3, 8, 6), f"a swap {way}")
        wanted = swap(model, pictures, actor, face)
        slips = {
            f"The swap {way} shows {actor.title()}, rebuilt: the codes went to the decoder of the one who acts.": (
                swap(model, pictures, actor, actor)
            ),
            f"In the swap {way} the pictures were encoded under the name of the one who appears. They show "
            f"{actor.title()}.": swap(model, pictures, face, face),
            f"The swap {way} runs the other way: `actor` is on the pictures, `face` is who should appear.": (
                swap(model, pictures, face, actor)
            ),
        }
        slips |= {
            f"The swap {way} shows {name.title()}. Who appears is said by `face`.": swap(model, pictures, actor, name)
            for name in NAMES
            if name not in (actor, face)
        }
        known_slips(got, wanted, slips)
        close(got, wanted, f"a swap {way}")
    return "Whoever is on the pictures, the codes go to the decoder of the one who should appear."


@exercise("two-decoders.score", reference=metrics.explained)
def check_score(trial: Trial) -> str:
    """Values on noise, 1 for the truth, 0 for the average face, and below 0 for what is worse than that."""
    for count in (1, 4):
        true, average = trial.torch_uniform(count, 3, 8, 6), trial.torch_uniform(3, 8, 6)
        inside = (trial.torch_uniform(count, 1, 8, 6) > 0.5).float() * trial.torch_uniform(count, 1, 8, 6)
        # Pictures of unlike quality: a mean of scores, a picture at a time, is another number than one pooled score.
        strength = torch.linspace(0.05, 0.6, count).view(-1, 1, 1, 1)
        near = true + strength * trial.torch_normal(count, 3, 8, 6)
        worse = true + 2 * trial.torch_normal(count, 3, 8, 6)
        for swapped, what in ((near, "a noisy copy of the truth"), (worse, "pictures worse than the average face")):
            mine, wanted = trial.call(swapped, true, average, inside), trial.expected(swapped, true, average, inside)
            known_slips(mine, wanted, _score_slips(swapped, true, average, inside))
            close(mine, wanted, f"the explained swap of {what}")
        close(trial.call(true.clone(), true, average, inside), 1.0, "the score of a perfect swap")
        shown = average.expand(count, -1, -1, -1).clone()
        close(trial.call(shown, true, average, inside), 0.0, "the score of the average face")
    return "It gives 1 for the truth, 0 for the average face and less than 0 for what is worse, as the mask weighs it."


def _score_slips(swapped, true, average, inside) -> dict:
    """The usual mistakes with the explained swap: words → what they give."""
    off, base = swapped - true, average - true
    error, baseline = inside * off.square(), inside * base.square()
    hard = (inside >= 0.5).float()
    score = 1 - error.sum() / baseline.sum()
    return {
        "The mask is forgotten: `inside` says how much each pixel's error counts.": (
            1 - off.square().sum() / base.square().sum()
        ),
        "The mask was made hard. A pixel of which half lies inside counts half.": (
            1 - (hard * off.square()).sum() / (hard * base.square()).sum()
        ),
        "The mask was squared along with the error. Each squared error is weighed once.": (
            1 - (inside * off).square().sum() / (inside * base).square().sum()
        ),
        "The mask weighs the swap's error, but not the average face's.": 1 - error.sum() / base.square().sum(),
        "That is the share of the error that is LEFT. How much of it is explained, so gone?": 1 - score,
        "The fraction is upside down: the average face's error stands below the line.": 1
        - baseline.sum() / error.sum(),
        "Those are absolute differences. Square them.": (1 - (inside * off.abs()).sum() / (inside * base.abs()).sum()),
        "A root was taken. The score compares squared errors as they are.": 1 - (error.sum() / baseline.sum()).sqrt(),
        "Each picture got a score of its own, and then those were averaged. Add up all errors first, then divide "
        "once.": ((1 - error.sum((1, 2, 3)) / baseline.sum((1, 2, 3))).mean()),
        "Scores below 0 were cut off. Below 0 a swap is worse than the average face, and that is worth knowing.": (
            torch.zeros(())
        ),
        "The score was cut off or lost its sign: a swap worse than the average face scores below 0.": score.abs(),
    }


def standardise(codes, stored):
    """The reference of `two-decoders.standardise`."""
    return (codes - stored.mean(0)) / stored.std(0)


@exercise("two-decoders.standardise", reference=standardise)
def check_standardise(trial: Trial) -> str:
    """Values for one code and for several, far ones too: stored statistics make no difference between them."""
    scale, centre = 0.5 + trial.torch_uniform(5), 3 * trial.torch_normal(5)
    stored = centre + scale * trial.torch_normal(40, 5)
    for count in (7, 1):
        codes = centre + 1 + 4 * scale * trial.torch_normal(count, 5)
        codes[0] = centre + 9 * scale
        mine = tensor_of(trial.call(codes, stored), (count, 5), f"{count} standardised codes")
        wanted = standardise(codes, stored)
        # Dividing by 39 or by 40 in the variance is a matter of taste.
        other = (codes - stored.mean(0)) / stored.std(0, correction=0)
        if not agrees(mine, other, 1e-3):
            known_slips(mine, wanted, _standardise_slips(codes, stored), tolerance=1e-3)
            close(mine, wanted, "the standardised codes", tolerance=1e-3)
    return "One code or many, each of its numbers is measured against the stored ones of its own place."


def _standardise_slips(codes, stored) -> dict:
    """The usual mistakes with standardising: words → what they give."""
    middle, spread = stored.mean(0), stored.std(0)
    # One code has no spread of its own: torch would warn the learner of what this check does.
    own_spread = codes.std(0) if len(codes) > 1 else torch.full_like(spread, torch.nan)
    right = (codes - middle) / spread
    return {
        "The spread is forgotten: after the mean is taken away, divide by the stored standard deviation.": (
            codes - middle
        ),
        "The mean is forgotten: take the stored mean away before you divide.": codes / spread,
        "That divides by the variance. The standard deviation is its root.": (codes - middle) / stored.var(0),
        "That multiplies by the standard deviation. Divide by it.": (codes - middle) * spread,
        "One mean and one spread were taken over everything. Each of the numbers of a code has its own two.": (
            (codes - stored.mean()) / stored.std()
        ),
        "The codes at hand gave their own mean and spread, so a code would depend on its company. Use the stored "
        "ones.": ((codes - codes.mean(0)) / own_spread),
        "The codes at hand gave their own spread. Use the stored one.": (codes - middle) / own_spread,
        "The codes at hand gave their own mean. Use the stored one.": (codes - codes.mean(0)) / spread,
        "Far codes were cut off. Nothing says that a code may not lie far away.": right.clamp(-3, 3),
        "The brackets are missing: the mean was divided before it was taken away.": codes - middle / spread,
        "Each batch was measured by its own mean and spread. The stored ones make no difference between batches.": (
            (codes - codes.mean(0)) / (codes.std(0, correction=0) + 1e-6)
        ),
    }


def convolution_parameters(channels_in, channels_out, side):
    """The reference of `two-decoders.count`."""
    return channels_out * (channels_in * side * side + 1)


@exercise("two-decoders.count", reference=convolution_parameters)
def check_count(trial: Trial) -> str:
    """Values for kernels of several sizes."""
    for side in (3, 1, 5, 7):
        a, b = 2 + trial.whole_number(40), 2 + trial.whole_number(60)
        a += a == b
        mine, wanted = trial.call(a, b, side), convolution_parameters(a, b, side)
        slips = {
            "The biases are missing: each channel that comes out has one.": b * a * side * side,
            "Each channel that goes in got a bias. Biases belong to those that come out.": a * (b * side * side + 1),
            "Each kernel got a bias of its own. There is one for each channel that comes out.": a * b * (side**2 + 1),
            "There is one bias for everything. Each channel that comes out has its own.": b * a * side * side + 1,
            "The kernel has one side only: it is side × side.": b * (a * side + 1),
            "Those are the weights of one channel that comes out, and its bias. There are more of them.": (
                a * side * side + 1
            ),
        }
        known_slips(mine, wanted, slips, tolerance=1e-9)
        close(mine, wanted, f"the parameters of a convolution from {a} to {b} channels, {side}×{side}", tolerance=1e-9)
    return "Weights and biases, counted for kernels of four sizes."
