"""The checks of lesson 15: the margin loss, AdaIN, the noised picture and its target, and one step of sampling."""

import torch
from torch.func import functional_call
from torch.nn.functional import cross_entropy, instance_norm, normalize, one_hot

from unmasked.course.checks import (
    Trial,
    agrees,
    close,
    exercise,
    explaining,
    known_slips,
    refuse,
    require,
    shape_is,
    tensor_of,
    together,
)
from unmasked.models import flow
from unmasked.models.identity import MarginHead

# --- who is this ------------------------------------------------------------------------------------------------------


def margin_loss(embeddings, directions, whose, margin=0.2, scale=16.0):
    """The reference of `new-makers.margin`: the library's head with these directions, and the cross-entropy."""
    head = MarginHead(directions.shape[1], len(directions), margin, scale)
    return cross_entropy(functional_call(head, {"directions": directions}, (embeddings, whose)), whose)


@exercise("new-makers.margin", reference=margin_loss)
def check_margin(trial: Trial) -> str:
    """Unequal numbers of pictures, characters and sides; directions of any length; two margins, two scales, none."""
    cases = []
    for count, characters, size, margin, scale in ((7, 4, 5, 0.2, 16.0), (3, 6, 9, 0.35, 5.0), (5, 2, 4, 0.0, 8.0)):
        embeddings = normalize(trial.torch_normal(count, size), dim=1)
        directions = (0.5 + 3 * trial.torch_uniform(characters, 1)) * trial.torch_normal(characters, size)
        whose = torch.from_numpy(trial.numbers.integers(0, characters, count))
        cases.append((embeddings, directions, whose, margin, scale))
    got = []
    for case in cases:
        mine = trial.call(*case)
        if isinstance(mine, torch.Tensor) and mine.ndim == 1:
            refuse("That's a loss for each picture. One number for the batch is wanted, their mean.")
        got.append(tensor_of(mine, (), "the loss"))
    expected = [trial.expected(*case) for case in cases]
    known_slips(got, expected, together([_margin_slips(*case) for case in cases]))
    if not agrees(got, expected):
        _where_the_margin_goes_wrong(trial, cases[0])
    close(got, expected, "the loss")
    embeddings, directions, whose, *rest = cases[0]
    embeddings, directions = embeddings.clone().requires_grad_(True), directions.clone().requires_grad_(True)
    # On these very tensors, not on copies: the gradient is asked for here.
    loss = trial.run(lambda: trial.attempt(embeddings, directions, whose, *rest))
    require(
        isinstance(loss, torch.Tensor) and loss.requires_grad,
        "No gradient comes out of your loss, so nothing could learn from it. Stay in torch, and detach nothing.",
    )
    slopes = torch.autograd.grad(loss, [embeddings, directions], allow_unused=True)
    for name, slope in zip(("embeddings", "directions"), slopes, strict=True):
        require(
            slope is not None and bool((slope != 0).any()),
            f"No gradient reaches the {name}, and both net and directions have to learn. Detach nothing.",
        )
    return "To win, a picture has to be nearer to its own character than to any other, and by the margin."


def _where_the_margin_goes_wrong(trial: Trial, case: tuple) -> None:
    """Refuses with the part that is to be looked at, where the loss holds without one."""
    embeddings, directions, whose, margin, scale = case
    unit = normalize(directions, dim=1)
    simpler = {
        "With a margin of 0 your loss is right, so look at the margin: it's taken off the right character's cosine "
        "alone, before the scale.": (directions, 0.0, scale),
        "With directions of length 1 your loss is right. They can have any length, so normalise each of them first.": (
            unit,
            margin,
            scale,
        ),
        "With directions of length 1 and a margin of 0 your loss is right. So two things are left: normalise the "
        "directions, and look at whose cosine the margin is taken off, before the scale.": (unit, 0.0, scale),
        "With directions of length 1, a margin of 0 and a scale of 1 your loss is right. Look at the scale first: it "
        "multiplies the cosines.": (unit, 0.0, 1.0),
    }
    for words, (pointing, off, times) in simpler.items():
        plain = (embeddings, pointing, whose, off, times)
        if agrees(tensor_of(trial.call(*plain), (), "the loss"), trial.expected(*plain)):
            refuse(words)


def _margin_slips(embeddings, directions, whose, margin, scale) -> dict[str, torch.Tensor]:
    """The usual mistakes with the margin: words → what they give."""
    cosines = embeddings @ normalize(directions, dim=1).T
    right = one_hot(whose, len(directions))
    logits = scale * (cosines - margin * right)
    return {
        # Lowering the others comes to the same: only differences count in a softmax.
        "The margin makes it EASIER in your loss: the right character's cosine was raised, or the others' were "
        "lowered. Lower the right one's.": cross_entropy(scale * (cosines + margin * right), whose),
        "The margin changes nothing in your loss: taken from every cosine, it cancels in the softmax. Lower the right "
        "character's alone.": cross_entropy(scale * (cosines - margin), whose),
        "The directions have lengths of their own, so those aren't cosines. Normalise each of them first.": (
            cross_entropy(scale * (embeddings @ directions.T - margin * right), whose)
        ),
        "The directions were normalised over the characters. Each of them, a row, should have length 1.": cross_entropy(
            scale * (embeddings @ normalize(directions, dim=0).T - margin * right), whose
        ),
        "The margin was taken off after scaling. It's meant in cosines: take it off first.": cross_entropy(
            scale * cosines - margin * right, whose
        ),
        "The scale isn't used. Without it the shares of the softmax are nearly equal, whatever the net does.": (
            cross_entropy(cosines - margin * right, whose)
        ),
        "The cosines were divided by the scale. Multiply: that makes the softmax steeper.": cross_entropy(
            (cosines - margin * right) / scale, whose
        ),
        "The softmax was taken twice: `cross_entropy` wants logits, and takes it itself.": cross_entropy(
            logits.softmax(1), whose
        ),
        "The losses of the pictures were added up. Take their mean.": cross_entropy(logits, whose, reduction="sum"),
        "That's the mean logit of the right character, negative. The cross-entropy compares it with the others.": -(
            (logits * right).sum(1).mean()
        ),
    }


# --- tell a decoder who -----------------------------------------------------------------------------------------------


def adain(maps, scale, shift):
    """The reference of `new-makers.adain`; the library's `AdaIN` is this with a layer that says scale and shift."""
    return scale[..., None, None] * instance_norm(maps) + shift[..., None, None]


@exercise("new-makers.adain", reference=adain)
def check_adain(trial: Trial) -> str:
    """Maps that aren't square, with means and spreads of their own; a flat map; gradients."""
    cases = []
    for count, channels, height, width in ((2, 3, 18, 27), (4, 2, 30, 17)):
        means, spreads = trial.torch_normal(count, channels, 1, 1), 0.5 + 2 * trial.torch_uniform(count, channels, 1, 1)
        maps = 2 * means + spreads * trial.torch_normal(count, channels, height, width)
        cases.append((maps, 0.5 + trial.torch_uniform(count, channels), 2 * trial.torch_normal(count, channels)))
    got = []
    for case in cases:
        with explaining(
            {
                "must match": "The shapes don't fit: `scale` and `shift` are (N, C), and the maps are (N, C, H, W). "
                "Give them two more axes, as in `scale[:, :, None, None]`."
            }
        ):
            mine = trial.call(*case)
        shape_is(mine, tuple(case[0].shape), "the restyled maps")
        got.append(tensor_of(mine, tuple(case[0].shape), "the restyled maps"))
    expected = [trial.expected(*case) for case in cases]
    known_slips(got, expected, together([_adain_slips(*case) for case in cases]), tolerance=2e-2)
    for (_, scale, shift), mine in zip(cases, got, strict=True):
        require(
            agrees(mine.mean((2, 3)), shift, tolerance=1e-2),
            "Each map should come out with its own `shift` as its mean, and yours don't. What is every map's mean just "
            "before you add the shift?",
        )
        require(
            agrees(mine.std((2, 3)), scale, tolerance=3e-2),
            "Each map has the right mean, but its spread should come out as its own `scale`. What is every map's "
            "spread just before you multiply?",
        )
    # Whether one divides by H·W or by H·W − 1 is a matter of taste, and so is what keeps a flat map from 0 / 0.
    close(got, expected, "the restyled maps", tolerance=1e-2)
    maps, scale, shift = cases[0]
    maps = maps.clone()
    maps[0, 1] = 0.5
    flat = tensor_of(trial.call(maps, scale, shift), tuple(maps.shape), "the restyled maps")
    require(
        bool(flat.isfinite().all()),
        "A map that is flat has a spread of 0, and yours divides by it. Add something tiny, such as 1e-5, to the "
        "variance.",
    )
    require(
        bool((flat[0, 1] - shift[0, 1].double()).abs().max() < 0.05),
        "A map that is flat has nothing to scale, so it should come out as its shift, the same at every place.",
    )
    scale.requires_grad_(True)
    styled = trial.run(trial.attempt, cases[0][0], scale, shift)
    require(
        isinstance(styled, torch.Tensor) and styled.requires_grad,
        "No gradient reaches the scale, so nothing could learn which one to ask for. Stay in torch, detach nothing.",
    )
    return "Where a map is strong stays as it was; how strong it is on the whole comes from outside."


def _adain_slips(maps, scale, shift) -> dict[str, torch.Tensor]:
    """The usual mistakes with AdaIN: words → what they give."""
    wide, up = scale[..., None, None], shift[..., None, None]

    def by(axes: tuple[int, ...]) -> torch.Tensor:
        mean, variance = maps.mean(axes, keepdim=True), maps.var(axes, keepdim=True, unbiased=False)
        return (maps - mean) / (variance + 1e-5).sqrt()

    own = by((2, 3))
    centred = maps - maps.mean((2, 3), keepdim=True)
    return {
        "Mean and spread were taken over the whole batch, as in lesson 13's batch normalisation. Each picture's maps "
        "have their own.": wide * by((0, 2, 3)) + up,
        "Mean and spread were taken over all maps of a picture. Each map has its own.": wide * by((1, 2, 3)) + up,
        "Mean and spread were taken over the channels at each place. Take them over height and width.": wide * by((1,))
        + up,
        "Scale and shift are exchanged: the first multiplies, the second is added.": up * own + wide,
        "The maps were scaled and shifted as they came. Bring each to mean 0 and spread 1 first.": wide * maps + up,
        "The maps still have spreads of their own. Divide by the standard deviation, too.": wide * centred + up,
        "The maps still have means of their own. Subtract the mean first.": wide
        * maps
        / (maps.var((2, 3), keepdim=True, unbiased=False) + 1e-5).sqrt()
        + up,
        "You divided by the variance. Its square root is the spread.": wide
        * centred
        / (maps.var((2, 3), keepdim=True, unbiased=False) + 1e-5)
        + up,
        "The shift was scaled as well. Scale first, and then add it.": wide * (own + up),
        "The shift is missing.": wide * own,
        "The scale is missing.": own + up,
        "Here a scale of 0 leaves the maps as they are. The library's module counts from 1 like that; this function "
        "multiplies by `scale` itself.": (1 + wide) * own + up,
    }


# --- noise ------------------------------------------------------------------------------------------------------------


@exercise("new-makers.noised", reference=flow.noised)
def check_noised(trial: Trial) -> str:
    """Pictures that aren't square, codes, a time for each, and one case in which the wrong axis would fit as well."""
    shapes = ((2, 3, 6, 9), (5, 7), (3, 2, 5, 3))
    cases = [(2 * trial.torch_uniform(*s) - 1, trial.torch_normal(*s), trial.torch_uniform(s[0])) for s in shapes]
    got = []
    for case in cases:
        shape = tuple(case[0].shape)
        with explaining(
            {
                "must match": "The shapes don't fit: `times` has one number for each of the N, (N,). Give it as many "
                "axes as `x` has, all but the first of length 1, whether `x` is pictures (N, 3, H, W) or codes (N, C)."
            }
        ):
            mine = trial.call(*case)
        require(
            isinstance(mine, tuple | list) and len(mine) == 2,
            "Two things are wanted: the mixture and the velocity, as in `return mixed, velocity`.",
        )
        got.append(
            [tensor_of(one, shape, what) for one, what in zip(mine, ("the mixture", "the velocity"), strict=True)]
        )
    expected = [list(trial.expected(*case)) for case in cases]
    known_slips(got, expected, together([_noised_slips(*case) for case in cases]))
    ends = {0.0: "the face, untouched", 1.0: "the noise, and nothing of the face"}
    for number, name in enumerate(("mixture", "velocity")):
        mine, right = ([one[number] for one in some] for some in (got, expected))
        known_slips(mine, right, together([_noised_slips(*case, which=number) for case in cases]))
        for time, words in ends.items() if not (number or agrees(mine, right)) else ():
            x, noise, times = cases[0]
            at, _ = trial.call(x, noise, torch.full_like(times, time))
            require(agrees(at, (x, noise)[int(time)]), f"At a time of {time:g} the mixture should be {words}.")
        close(mine, right, f"the {name}")
    return "A straight line from the face, at time 0, to the noise, at time 1, and how fast it is travelled."


def _noised_slips(x, noise, times, which: int | None = None) -> dict[str, object]:
    """The usual mistakes with mixture (0) and velocity (1), or with both at once: words → what they give."""
    t = times.view(-1, *[1] * (x.ndim - 1))
    mixed, velocity = (1 - t) * x + t * noise, noise - x
    if which is None:
        return {"The two are the other way round: the mixture comes first, then the velocity.": [velocity, mixed]}
    if which:
        return {
            "The velocity points from noise to face. Time runs from the face, 0, to the noise, 1.": -velocity,
            "That's the noise. The velocity is how the mixture changes while time goes from 0 to 1, so it needs both "
            "ends.": noise,
            "That's the face. The velocity is how the mixture changes, so it needs both ends.": x,
            "That's how far the mixture has come from the face. The velocity doesn't depend on the time: it's the "
            "whole way.": t * velocity,
            "That's what is still missing to the noise. The velocity is the whole way, from face to noise.": (1 - t)
            * velocity,
            "The velocity was taken from the mixture and not from the face.": noise - mixed,
        }
    one = times.mean()
    return {
        "Face and noise are exchanged: at time 0 there should be the face, at time 1 the noise.": t * x
        + (1 - t) * noise,
        "The face stays at full strength under the noise, as in lesson 03. Here it fades as the noise comes in.": x
        + t * noise,
        "The noise is at full strength at every time. It should come in by `times`.": (1 - t) * x + noise,
        "Squares are what adds up to 1 in your mixture, as in some diffusion models. Here the shares themselves do, "
        "so the way is straight.": (1 - t * t).sqrt() * x + t * noise,
        "Those are square roots of the shares, as in some diffusion models. Here the way is straight: the shares "
        "themselves.": (1 - t).sqrt() * x + t.sqrt() * noise,
        "All got one and the same time. Each has its own.": (1 - one) * x + one * noise,
        "The mixture was cut off. Noise has values beyond −1 and 1, and they belong to it.": mixed.clamp(-1, 1),
        "That's the velocity. The mixture is missing.": velocity,
    }


def _bent(x: torch.Tensor, times: torch.Tensor) -> torch.Tensor:
    """A velocity that depends on everything, and minds how the times come."""
    if not isinstance(times, torch.Tensor) or tuple(times.shape) != (len(x),):
        got = f"shape {tuple(times.shape)}" if isinstance(times, torch.Tensor) else type(times).__name__
        raise ValueError(f"times: wanted a tensor of shape ({len(x)},), got {got}")
    return torch.sin(2 * x) + (1 + times.view(-1, *[1] * (x.ndim - 1))) ** 2


@exercise("new-makers.step", reference=flow.euler_step)
def check_step(trial: Trial) -> str:
    """Pictures and codes, steps of several sizes, forward and back, and a net that counts how often it is asked."""
    cases = []
    for shape, now, then in (((3, 2, 4, 5), 0.9, 0.65), ((2, 7), 0.3, 0.0), ((4, 3), 0.2, 0.7)):
        cases.append((_bent, trial.torch_normal(*shape), now, then))
    got = []
    for case in cases:
        with explaining(
            {r"times: wanted (.*), got (.*)": "The net wants its times as {0}, one for each of `x`; it got {1}."}
        ):
            mine = trial.call(*case)
        got.append(tensor_of(mine, tuple(case[1].shape), "what the step leads to"))
    expected = [trial.expected(*case) for case in cases]
    known_slips(got, expected, together([_step_slips(*case) for case in cases]))
    x = cases[0][1]
    stayed, near, far = (tensor_of(trial.call(_bent, x, 0.5, then), tuple(x.shape), "x") for then in (0.5, 0.4, 0.3))
    require(agrees(stayed, x), "From 0.5 to 0.5 no time passes, so nothing should move, and yours moves.")
    require(agrees(far - x, 2 * (near - x)), "A step twice as long should lead twice as far, and yours doesn't.")
    close(got, expected, "what the step leads to")
    face, noise = trial.torch_uniform(1, 3, 5, 4), trial.torch_normal(2, 3, 5, 4)

    def knows(mixed: torch.Tensor, times: torch.Tensor) -> torch.Tensor:
        return (mixed - face) / times.view(-1, 1, 1, 1)

    there = tensor_of(trial.call(knows, noise, 1.0, 0.0), tuple(noise.shape), "what the step leads to")
    if not agrees(there, face.expand_as(noise)):
        refuse("A net that knows the one face there is should lead from the noise to it in a single step.")
    return "A straight piece of the way, as long as the time that passes, in the direction that the net says."


def _step_slips(net, x, now, then) -> dict[str, torch.Tensor]:
    """The usual mistakes with a step: words → what they give."""
    velocity = net(x, torch.full((len(x),), now))
    later = net(x, torch.full((len(x),), then))
    return {
        "It goes the other way. The time that passes is `then` less `now`, which is negative on the way to a face, and "
        "the velocity is multiplied by that.": x - (then - now) * velocity,
        "The velocity was added at full length. It's a speed: multiply it by the time that passes.": x + velocity,
        "The velocity was subtracted at full length. It's a speed: multiply it by the time that passes.": x - velocity,
        "The net was asked about the time `then`. `x` is as noisy as at `now`, so ask about that.": x
        + (then - now) * later,
        "That leads all the way to time 0. Stop at `then`.": x - now * velocity,
        "The velocity was multiplied by `then`. What counts is the time that passes.": x + then * velocity,
        "That's the change alone. Add it to `x`.": (then - now) * velocity,
        "The size of the step is right, its sign isn't: towards noise time grows, towards a face it shrinks.": x
        + abs(then - now) * velocity,
        "Only its size counts in your step, so it always leads towards the face. `then` may lie later, too.": x
        - abs(then - now) * velocity,
    }
