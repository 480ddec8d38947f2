"""The checks of lesson 04: one encoder, two decoders."""

import torch
from torch import nn

from unmasked import losses, metrics
from unmasked.course.checks import (
    Trial,
    close,
    compare_functions,
    copied_weights_agree,
    exercise,
    gradients_reach,
    is_module,
    refuse,
    same_parameter_count,
    shape_is,
    step_agrees,
)
from unmasked.models.swap import SPREAD, Decoder, Encoder, Layout


class TinyNet(nn.Module):
    """The face of a swap net with hardly anything inside: quick enough to try an attempt many times."""

    def __init__(self, seed: int):
        super().__init__()
        generator = torch.Generator().manual_seed(seed)
        self.encoder = nn.Conv2d(3, 4, 1)
        self.decoders = nn.ModuleDict({name: nn.Conv2d(4, 3, 1) for name in ("ada", "bo")})
        with torch.no_grad():
            for parameter in self.parameters():
                parameter.copy_(torch.randn(parameter.shape, generator=generator) / 2)

    def encode(self, pictures, name):
        sign = 1.0 if name == "ada" else -1.0  # so that encoding under the wrong name is noticed
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


@exercise("two-decoders.step", reference=joint_step)
def check_step(trial: Trial) -> None:
    """The state after one step, from the same state before, with unequal batches."""
    seed = trial.whole_number(1000)

    def build():
        model = TinyNet(seed)
        # An old gradient lies about, as after any earlier step: a step that forgets to clear it goes astray.
        for parameter in model.parameters():
            parameter.grad = torch.ones_like(parameter)
        return model, torch.optim.SGD(model.parameters(), lr=0.1)

    for ada_count, bo_count in ((2, 3), (4, 1)):
        batches = [(trial.torch_uniform(n, 3, 8, 6), trial.torch_uniform(n, 1, 8, 6)) for n in (ada_count, bo_count)]
        step_agrees(trial, build, tuple(batches))


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


class Crossing(nn.Module):
    """The way of a swap through a net, as one module."""

    def __init__(self, net):
        super().__init__()
        self.net = net

    def forward(self, pictures):
        return self.net.decode(self.net.encode(pictures, "ada"), "bo")


@exercise("two-decoders.net", reference=TwoDecoders)
def check_net(trial: Trial) -> None:
    """Shapes, one encoder for all, a decoder each, copied weights that agree, gradients everywhere."""
    averages = {name: trial.torch_uniform(3, 64, 64) for name in ("ada", "bo", "cleo")}
    mine, reference = trial.run(trial.attempt, averages), trial.expected(averages)
    is_module(mine, "TwoDecoders(averages)")
    pictures = trial.torch_uniform(2, 3, 64, 64)
    codes = trial.run(mine.encode, pictures, "ada")
    shape_is(codes, (2, 128), "the codes of 2 pictures")
    drawn = trial.run(mine.decode, codes, "bo")
    shape_is(drawn, (2, 3, 64, 64), "2 decoded pictures")
    others = trial.run(mine.decode, codes, "cleo")
    if torch.allclose(drawn - averages["bo"], others - averages["cleo"]):
        refuse("Bo's and Cleo's decoders draw the same differences: each name needs a decoder of its own.")
    if sum(p.numel() for p in mine.parameters()) < sum(p.numel() for p in reference.parameters()):
        for name, held in vars(mine).items():
            parts = held.values() if isinstance(held, dict) else held if isinstance(held, list | tuple) else ()
            if not name.startswith("_") and any(isinstance(part, nn.Module) for part in parts):
                refuse(
                    f"PyTorch does not see the networks in `{name}`, a plain {type(held).__name__}: no optimiser would "
                    f"train them. `nn.ModuleDict` and `nn.ModuleList` show what they hold."
                )
    same_parameter_count(mine, reference)
    # The same picture, as a difference from either average, must get the same code: that is what sharing means.
    shifted = trial.run(mine.encode, pictures - averages["ada"] + averages["bo"], "bo")
    close(shifted, codes, "the code of the same difference, encoded under another name", tolerance=1e-3)
    copied_weights_agree(trial, Crossing(mine), Crossing(reference), (pictures,), "Ada's pictures, decoded as Bo")
    total = sum(mine.decode(mine.encode(pictures, name), name).square().mean() for name in averages)
    gradients_reach(mine, total)


def swap(model, pictures, actor, face):
    """The reference of `two-decoders.swap`."""
    return model.decode(model.encode(pictures, actor), face)


@exercise("two-decoders.swap", reference=swap)
def check_swap(trial: Trial) -> None:
    """Both directions, on unequal batches."""
    model = TinyNet(trial.whole_number(1000))
    for count, actor, face in ((1, "ada", "bo"), (3, "bo", "ada")):
        pictures = trial.torch_uniform(count, 3, 8, 6)
        compare_functions(trial, (model, pictures, actor, face), what="the swapped pictures")


@exercise("two-decoders.score", reference=metrics.explained)
def check_score(trial: Trial) -> None:
    """Values on noise, 1 for the truth and 0 for the average face."""
    for count in (1, 4):
        true, average = trial.torch_uniform(count, 3, 8, 6), trial.torch_uniform(3, 8, 6)
        inside = (trial.torch_uniform(count, 1, 8, 6) > 0.5).float() * trial.torch_uniform(count, 1, 8, 6)
        # Pictures of unlike quality: a mean of scores, a picture at a time, is another number than one pooled score.
        strength = torch.linspace(0.05, 0.6, count).view(-1, 1, 1, 1)
        near = true + strength * trial.torch_normal(count, 3, 8, 6)
        mine = trial.call(near, true, average, inside)
        close(mine, trial.expected(near, true, average, inside), "the explained swap of a noisy copy of the truth")
        close(trial.call(true.clone(), true, average, inside), 1.0, "the score of a perfect swap")
        shown = average.expand(count, -1, -1, -1).clone()
        close(trial.call(shown, true, average, inside), 0.0, "the score of the average face")


def standardise(codes, stored):
    """The reference of `two-decoders.standardise`."""
    return (codes - stored.mean(0)) / stored.std(0)


@exercise("two-decoders.standardise", reference=standardise)
def check_standardise(trial: Trial) -> None:
    """Values for one code and for several: stored statistics make no difference between them."""
    scale, centre = 0.5 + trial.torch_uniform(5), 3 * trial.torch_normal(5)
    stored = centre + scale * trial.torch_normal(40, 5)
    for count in (7, 1):
        codes = centre + 1 + scale * trial.torch_normal(count, 5)
        # 40 stored codes: dividing by 39 or by 40 in the variance is a matter of taste.
        compare_functions(trial, (codes, stored), what="the standardised codes", tolerance=0.08)


def convolution_parameters(channels_in, channels_out, side):
    """The reference of `two-decoders.count`."""
    return channels_out * (channels_in * side * side + 1)


@exercise("two-decoders.count", reference=convolution_parameters)
def check_count(trial: Trial) -> None:
    """Values for kernels of several sizes."""
    for _ in range(4):
        sizes = (1 + trial.whole_number(40), 1 + trial.whole_number(60), (1, 3, 5, 7)[trial.whole_number(4)])
        mine = trial.call(*sizes)
        a, b, side = sizes
        close(mine, trial.expected(*sizes), f"the parameters of a convolution from {a} to {b} channels, {side}×{side}")
