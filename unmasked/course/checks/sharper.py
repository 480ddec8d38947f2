"""The checks of lesson 07: two losses, a composite by α, and the discriminator's step."""

from collections.abc import Callable

import torch
from torch import nn

from unmasked import losses
from unmasked.course.checks import (
    Trial,
    close,
    compare_functions,
    exercise,
    known_slips,
    numbers_of,
    refuse,
    require,
    shape_is,
    step_agrees,
    tensor_of,
    together,
)
from unmasked.experiments.adversary import discriminator_step
from unmasked.models.alpha import composite

WINDOW, SIGMA = 11, 1.5


def local(pictures: torch.Tensor) -> torch.Tensor:
    """The lesson's own: the mean under a Gaussian window, wherever it fits; (N, C, H, W) → (N, C, H − 10, W − 10)."""
    reach = torch.arange(WINDOW, dtype=pictures.dtype) - WINDOW // 2
    row = torch.exp(-0.5 * (reach / SIGMA) ** 2)
    row = row / row.sum()
    flat = pictures.flatten(0, 1)[:, None]
    small = nn.functional.conv2d(flat, (row[:, None] * row)[None, None])
    return small.unflatten(0, pictures.shape[:2])[:, :, 0]


# --- losses -----------------------------------------------------------------------------------------------------------


def pair_of(trial: Trial, count: int, height: int, width: int) -> tuple[torch.Tensor, torch.Tensor]:
    """A batch with patterns of several sizes, and one that is tinted, flattened and disturbed: no two losses agree."""
    coarse = trial.torch_uniform(count, 3, 5, 4)
    a = nn.functional.interpolate(coarse, size=(height, width), mode="bilinear", align_corners=True)
    a = (0.6 * a + 0.4 * trial.torch_uniform(count, 3, height, width)).clamp(0, 1)
    b = 0.5 * a + 0.15 + 0.3 * trial.torch_uniform(count, 3, height, width) + 0.2 * trial.torch_uniform(count, 3, 1, 1)
    return a, b.clamp(0, 1)


SIZES = ((1, 24, 17), (3, 15, 30))


def _number(trial: Trial, a: torch.Tensor, b: torch.Tensor, what: str) -> float:
    value = trial.call(a, b)
    if isinstance(value, torch.Tensor) and value.ndim:
        refuse(
            f"{what} should be one number for the whole batch; yours has the shape {tuple(value.shape)}. Take a mean."
        )
    return float(numbers_of([value], 1, what)[0])


def _has_gradient(trial: Trial, what: str) -> None:
    a, b = pair_of(trial, 2, 16, 18)
    a.requires_grad_(True)
    value = trial.run(lambda: trial.attempt(a, b))
    right = isinstance(value, torch.Tensor) and value.requires_grad
    require(
        right,
        f"{what} has no gradient: a network couldn't learn from it. Stay in torch, from the pictures to the mean.",
    )


@exercise("sharper.dssim", reference=losses.dssim)
def check_dssim(trial: Trial) -> str:
    """Pairs that differ in level, contrast and pattern; equal pictures; and the gradient."""
    pairs = [pair_of(trial, *size) for size in SIZES]
    got = [_number(trial, a, b, "DSSIM") for a, b in pairs]
    expected = [float(trial.expected(a, b)) for a, b in pairs]
    known_slips(got, expected, together([_dssim_slips(a, b) for a, b in pairs]), tolerance=1e-4)
    close(got, expected, "DSSIM of two batches of pictures", tolerance=1e-4)
    a, _ = pairs[0]
    same = _number(trial, a, a.clone(), "DSSIM")
    require(abs(same) < 1e-5, f"A picture and its own copy should have a DSSIM of 0; got {same:.4g}.")
    _has_gradient(trial, "Your DSSIM")
    return "It's 0 for equal pictures, and it looks at level, contrast and pattern."


def _dssim_slips(a: torch.Tensor, b: torch.Tensor) -> dict[str, float]:
    """The usual mistakes with DSSIM: words → what they give."""
    a, b = a.double(), b.double()
    mean_a, mean_b = local(a), local(b)
    variance_a, variance_b = local(a * a) - mean_a**2, local(b * b) - mean_b**2
    shared = local(a * b) - mean_a * mean_b
    c1, c2 = 0.01**2, 0.03**2
    levels = (2 * mean_a * mean_b + c1) / (mean_a**2 + mean_b**2 + c1)
    patterns = (2 * shared + c2) / (variance_a + variance_b + c2)
    raw = (2 * local(a * b) + c2) / (local(a * a) + local(b * b) + c2)
    alone = (2 * shared) / (variance_a + variance_b)
    flat = (2 * shared + c1) / (variance_a + variance_b + c1)
    dark = (2 * mean_a * mean_b + c2) / (mean_a**2 + mean_b**2 + c2)
    deviations = (variance_a.clamp_min(0) + 1e-12).sqrt() * (variance_b.clamp_min(0) + 1e-12).sqrt()
    correlation = (shared + c2 / 2) / (deviations + c2 / 2)
    ssim = levels * patterns
    values = {
        "That's SSIM itself, 1 for equal pictures. The loss is (1 − SSIM) / 2.": ssim,
        "That's 1 − SSIM. Halve it, so that it stays between 0 and 1.": 1 - ssim,
        "That's (1 + SSIM) / 2: it grows when the pictures agree. The loss is (1 − SSIM) / 2.": (1 + ssim) / 2,
        "The variances and the covariance still hold the means. A variance is the mean of the squares LESS the square "
        "of the mean.": (1 - levels * raw) / 2,
        "Only the levels are compared, the first fraction. Multiply by the second one, the patterns.": (1 - levels) / 2,
        "Only the patterns are compared, the second fraction. Multiply by the first one, the levels.": (1 - patterns)
        / 2,
        "The two fractions were averaged. Their product is wanted.": (1 - (levels + patterns) / 2) / 2,
        "The small constants are missing in the second fraction: where both pictures are even it would be 0 / 0.": (
            (1 - levels * alone) / 2
        ),
        "The constant of the levels, 0.01², also stands in the second fraction. There it's 0.03².": (
            (1 - levels * flat) / 2
        ),
        "The two constants are exchanged: 0.01² belongs to the levels, 0.03² to the patterns.": (1 - dark * flat) / 2,
        "The second fraction has the product of the deviations below. The SUM of the variances belongs there.": (
            (1 - levels * correlation) / 2
        ),
        "The covariance is taken once in the second fraction. It's twice the covariance.": (
            (1 - levels * (shared + c2) / (variance_a + variance_b + c2)) / 2
        ),
    }
    numbers = {words: float(value.mean()) for words, value in values.items()}
    over = (2 * mean_a * mean_b + c1) * (2 * shared + c2)
    under = (mean_a**2 + mean_b**2 + c1) * (variance_a + variance_b + c2)
    numbers["Numerator and denominator were averaged before the division. Divide at each place, then average."] = float(
        (1 - over.mean() / under.mean()) / 2
    )
    return numbers


@exercise("sharper.edges", reference=losses.edge_loss)
def check_edges(trial: Trial) -> str:
    """Pictures that aren't square, a tint that must cost nothing, and the gradient."""
    pairs = [pair_of(trial, *size) for size in SIZES]
    got = [_number(trial, a, b, "The edge loss") for a, b in pairs]
    expected = [float(trial.expected(a, b)) for a, b in pairs]
    known_slips(got, expected, together([_edge_slips(a, b) for a, b in pairs]))
    close(got, expected, "the edge loss of two batches of pictures")
    a, _ = pairs[0]
    tinted = _number(trial, a, a + 0.1, "The edge loss")
    require(abs(tinted) < 1e-5, f"An even tint has no edges, so it should cost nothing; yours says {tinted:.4g}.")
    _has_gradient(trial, "Your edge loss")
    return "An even tint costs nothing, and a moved or missing edge does."


def _edge_slips(a: torch.Tensor, b: torch.Tensor) -> dict[str, float]:
    """The usual mistakes with the edge loss: words → what they give."""
    gap = a - b
    down, across = gap.diff(dim=2), gap.diff(dim=3)
    both = torch.cat([down.flatten(), across.flatten()])
    wrapped = [gap - gap.roll(1, dim) for dim in (2, 3)]
    sizes = [a.diff(dim=dim).abs() - b.diff(dim=dim).abs() for dim in (2, 3)]
    far = [(gap[:, :, 2:] - gap[:, :, :-2]), (gap[..., 2:] - gap[..., :-2])]
    values = {
        "Only neighbours below each other were compared. Add those beside each other.": down.abs().mean(),
        "Only neighbours beside each other were compared. Add those below each other.": across.abs().mean(),
        "That's the mean of the two directions. Their sum is asked for.": (down.abs().mean() + across.abs().mean()) / 2,
        "Both directions went into one mean. Take a mean for each direction, and add the two.": both.abs().mean(),
        "The differences were squared. The absolute value is asked for.": down.square().mean() + across.square().mean(),
        "`roll` wraps around: the last row was compared with the first, and the last column too. Slice.": (
            sum(one.abs().mean() for one in wrapped)
        ),
        "Each picture's edges lost their sign before they were compared, so dark-to-light and light-to-dark look the "
        "same. Take the absolute value of the difference of the two.": sum(one.abs().mean() for one in sizes),
        "Pixels two apart were compared. Neighbours are one apart.": sum(one.abs().mean() for one in far),
        "The differences kept their sign, so they cancel in the mean. Take absolute values.": down.mean()
        + across.mean(),
        "The absolute differences were added up. A mean is asked for, or the loss would grow with the picture.": (
            down.abs().sum() + across.abs().sum()
        ),
        "Those are edges between the red, green and blue of a pixel (dimension 1). Rows are dimension 2, columns 3.": (
            gap.diff(dim=1).abs().mean() + down.abs().mean()
        ),
        "The pictures themselves were compared, not their edges.": gap.abs().mean(),
    }
    return {words: float(value) for words, value in values.items()}


# --- the composite ----------------------------------------------------------------------------------------------------


@exercise("sharper.composite", reference=composite)
def check_composite(trial: Trial) -> str:
    """Soft masks on pictures that aren't square."""
    cases = [
        (trial.torch_uniform(n, 3, h, w), trial.torch_uniform(n, 1, h, w), trial.torch_uniform(n, 3, h, w))
        for n, h, w in ((2, 6, 9), (3, 8, 5))
    ]
    got = []
    for colour, alpha, pictures in cases:
        mine = trial.call(colour, alpha, pictures)
        shape_is(mine, tuple(pictures.shape), "the composite")
        got.append(tensor_of(mine, tuple(pictures.shape), "the composite"))
    expected = [trial.expected(*case) for case in cases]
    known_slips(got, expected, together([_composite_slips(*case) for case in cases]))
    compare_functions(trial, *cases, what="the composite")
    colour, alpha, pictures = cases[0]
    alpha.requires_grad_(True)
    mixed = trial.run(lambda: trial.attempt(colour, alpha, pictures))
    require(
        mixed.requires_grad, "No gradient reaches α: a decoder couldn't learn its mask. Stay in torch, and don't round."
    )
    return "Where α is 1 the colour shows, where it is 0 the picture stays, and between them both do."


def _composite_slips(colour: torch.Tensor, alpha: torch.Tensor, pictures: torch.Tensor) -> dict[str, torch.Tensor]:
    """The usual mistakes with the composite: words → what they give."""
    return {
        "The two are exchanged: where α is 1, the decoder's colour should show.": alpha * pictures
        + (1 - alpha) * colour,
        "The picture is missing: where α is 0 yours is black, and the picture should stay.": alpha * colour,
        "The picture shows at full strength everywhere. It should show by 1 − α.": alpha * colour + pictures,
        "The colour shows at full strength everywhere. It should show by α.": colour + (1 - alpha) * pictures,
        "α is taken for all or nothing. Where it is 0.3, three tenths of the colour should show.": (
            torch.where(alpha >= 0.5, colour, pictures)
        ),
        "That is the plain mean of the two. α says at each pixel how much of the colour shows.": (colour + pictures)
        / 2,
        "One α for the whole picture was taken, the mean. It has a value of its own at each pixel.": (
            alpha.mean() * colour + (1 - alpha.mean()) * pictures
        ),
        "α counts twice, so a soft edge lets too little of the colour through.": (
            alpha**2 * colour + (1 - alpha**2) * pictures
        ),
    }


# --- the discriminator's step -----------------------------------------------------------------------------------------


class TinyJudge(nn.Module):
    """A discriminator with hardly anything inside: pictures (N, 3, H, W) → verdicts (N, 1, H/2, W/2)."""

    def __init__(self, seed: int):
        super().__init__()
        self.layers = nn.Sequential(nn.Conv2d(3, 4, 2, stride=2), nn.LeakyReLU(0.2), nn.Conv2d(4, 1, 1))
        generator = torch.Generator().manual_seed(seed)
        with torch.no_grad():
            for parameter in self.parameters():
                parameter.copy_(torch.randn(parameter.shape, generator=generator) / 2)

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        return self.layers(pictures)


def _judge_slip(loss: Callable, clear: bool = True) -> Callable:
    def step(judge, optimiser, real, drawn):
        if clear:
            optimiser.zero_grad()
        loss(judge, real, drawn.detach()).backward()
        optimiser.step()

    return step


JUDGE_SLIPS = {
    "Old gradients are still in there: PyTorch adds each new one to them. Clear them before you go backwards.": (
        _judge_slip(lambda judge, real, drawn: losses.discriminator_loss(judge(real), judge(drawn)), clear=False)
    ),
    "The two are exchanged: the real pictures should be called 1 and the drawn ones 0.": (
        _judge_slip(lambda judge, real, drawn: losses.discriminator_loss(judge(drawn), judge(real)))
    ),
    "That is the generator's loss: it makes the discriminator call drawn pictures real.": (
        _judge_slip(lambda judge, real, drawn: losses.generator_loss(judge(drawn)))
    ),
    "The drawn pictures went in twice. The discriminator has to see real ones, too.": (
        _judge_slip(lambda judge, real, drawn: losses.discriminator_loss(judge(drawn), judge(drawn)))
    ),
    "The discriminator saw real pictures only, so calling everything real would be best for it.": (
        _judge_slip(lambda judge, real, drawn: losses.generator_loss(judge(real)))
    ),
    "The loss was counted twice, which makes a double step.": (
        _judge_slip(lambda judge, real, drawn: 2 * losses.discriminator_loss(judge(real), judge(drawn)))
    ),
}


@exercise("sharper.discriminator", reference=discriminator_step)
def check_discriminator(trial: Trial) -> str:
    """The discriminator after two steps, from the same state before; and no gradient for what drew the pictures."""
    seed = trial.whole_number(1000)

    def build():
        judge = TinyJudge(seed)
        # An old gradient lies about, as the generator's step leaves one: a step that forgets to clear it goes astray.
        for parameter in judge.parameters():
            parameter.grad = torch.ones_like(parameter)
        return judge, torch.optim.SGD(judge.parameters(), lr=0.1, momentum=0.5)

    for real_count, drawn_count in ((2, 3), (4, 1)):
        real, drawn = trial.torch_uniform(real_count, 3, 8, 6), trial.torch_uniform(drawn_count, 3, 8, 6)
        step_agrees(trial, build, (real, drawn), slips=JUDGE_SLIPS)
    # What drew the pictures is a leaf here, so that a gradient that reaches it stays to be seen.
    generator = trial.torch_uniform(2, 3, 8, 6).requires_grad_(True)
    trial.run(lambda: trial.attempt(*build(), trial.torch_uniform(2, 3, 8, 6), 0.5 * generator))
    require(
        generator.grad is None,
        "Your step's gradient ran on into what DREW the pictures: it would teach the generator to be caught. Cut the "
        "drawn pictures loose first.",
    )
    return "Real pictures pull the verdict up, drawn ones pull it down, and the generator isn't touched."
