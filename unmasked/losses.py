"""What training makes small: one number for how far a picture is from where it should be, with a gradient."""

from collections.abc import Callable, Sequence
from functools import lru_cache

import torch

from unmasked.arguments import checked_batch, checked_tensor


def mae(rebuilt: torch.Tensor, target: torch.Tensor, *, weights: torch.Tensor | None = None) -> torch.Tensor:
    """Mean absolute error; float tensors of one shape, returns a 0-d tensor.

    `weights` (N, 1, H, W), where given, multiply each pixel's error, here and in every loss below. Raises ValueError
    for unequal shapes.
    """
    _same_shape(rebuilt, target)
    return _mean((rebuilt - target).abs(), weights)


def mse(rebuilt: torch.Tensor, target: torch.Tensor, *, weights: torch.Tensor | None = None) -> torch.Tensor:
    """Mean squared error; the rest as in `mae`."""
    _same_shape(rebuilt, target)
    return _mean((rebuilt - target).square(), weights)


def l1_l2(
    rebuilt: torch.Tensor, target: torch.Tensor, l2_weight: float = 12.0, weights: torch.Tensor | None = None
) -> torch.Tensor:
    """Mean absolute error plus `l2_weight` times mean squared error; float tensors of one shape, returns a 0-d tensor.

    The absolute part keeps edges sharp. The squared part pulls hardest where the error is large, which gets a net off
    the mean face sooner: with the absolute error alone it can sit there for a long while. `weights` (N, 1, H, W), where
    given, multiply each pixel's error (faceswap's masked loss). Raises ValueError for unequal shapes.
    """
    _same_shape(rebuilt, target)
    difference = rebuilt - target
    return _mean(difference.abs() + l2_weight * difference.square(), weights)


def edge_loss(rebuilt: torch.Tensor, target: torch.Tensor, *, weights: torch.Tensor | None = None) -> torch.Tensor:
    """Mean absolute error of the first differences, down plus across: how unlike the edges are; N × C × H × W → 0-d.

    A wrong but even colour costs nothing, so it goes beside a loss that compares the pixels themselves. `weights` as in
    `mae`; a difference counts as its first pixel does. Raises ValueError for unequal shapes or fewer than 2 × 2 pixels.
    Source: faceswap-GAN v2.2, 2018 (there of the differences' absolute values).
    """
    _same_shape(rebuilt, target)
    checked_batch(rebuilt, "rebuilt", side=None, channels=None)
    if min(rebuilt.shape[-2:]) < 2:
        raise ValueError(f"rebuilt: an edge needs pictures of 2 × 2 pixels or more, got {tuple(rebuilt.shape)}")
    gap = rebuilt - target
    down, across = gap.diff(dim=2).abs(), gap.diff(dim=3).abs()
    if weights is None:
        return down.mean() + across.mean()
    return _mean(down, weights[:, :, :-1]) + _mean(across, weights[:, :, :, :-1])


def dssim_mse(
    rebuilt: torch.Tensor,
    target: torch.Tensor,
    dssim_weight: float = 10.0,
    mse_weight: float = 10.0,
    *,
    weights: torch.Tensor | None = None,
) -> torch.Tensor:
    """`dssim` and `mse`, each by its weight, under a window of a twelfth of the height; N × C × H × W in 0…1 → 0-d.

    Raises what the two raise. Source: DeepFaceLab's SAEHD (10 and 10, a window of height / 11.6).
    """
    _same_shape(rebuilt, target)
    window = max(3, int(rebuilt.shape[-2] / 11.6) | 1)
    pattern = dssim(rebuilt, target, window, weights=weights)
    return dssim_weight * pattern + mse_weight * mse(rebuilt, target, weights=weights)


def perceptual(
    rebuilt: torch.Tensor,
    target: torch.Tensor,
    features: Callable[[torch.Tensor], Sequence[torch.Tensor]],
    *,
    weights: torch.Tensor | None = None,
) -> torch.Tensor:
    """How unlike a network finds two batches: the mean absolute difference of its feature maps; returns a 0-d tensor.

    features   pictures (N, C, H, W) → maps (N, …, h, w), one or several, such as a tap beside a trained net. Each map
               is divided by its mean size over the target, so that no layer drowns another.
    weights    as in `mae`, averaged down to each map. Raises ValueError for unequal shapes or a net that gives no map.
    Source: Johnson and others, "Perceptual losses for real-time style transfer", 2016.
    """
    _same_shape(rebuilt, target)
    with torch.no_grad():
        wanted = features(target)
    if not wanted:
        raise ValueError("features: wanted one map or more, got none")
    error = 0.0
    for mine, other in zip(features(rebuilt), wanted, strict=True):
        size = other.abs().mean().clamp_min(1e-6)
        shared = None if weights is None else torch.nn.functional.adaptive_avg_pool2d(weights, other.shape[-2:])
        error = error + _mean((mine - other).abs(), shared) / size
    return error / len(wanted)


def discriminator_loss(real: torch.Tensor, fake: torch.Tensor) -> torch.Tensor:
    """What a discriminator makes small: its verdicts on real pictures should be 1, on drawn ones 0; any shapes → 0-d.

    Half the mean squares of what is missing; 0.25 for one that says ½ to everything.
    Raises TypeError for what is no tensor.
    Source: Mao and others, "Least squares generative adversarial networks", 2017.
    """
    checked_tensor(real, "real"), checked_tensor(fake, "fake")
    return 0.5 * ((real - 1).square().mean() + fake.square().mean())


def generator_loss(fake: torch.Tensor) -> torch.Tensor:
    """What the generator makes small: verdicts on what it drew should be 1; any shape → 0-d. Source: the same.

    Raises TypeError for what is no tensor.
    """
    return 0.5 * (checked_tensor(fake, "fake") - 1).square().mean()


def covariance_gap(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """How unlike two sets of codes vary: the mean squared difference of their covariances; (N, C) and (M, C) → 0-d.

    0 where every pair of numbers of the code varies together alike in both sets. Raises ValueError for other shapes.
    Source: Sun and Saenko, Deep CORAL, 2016 (there with a constant factor).
    """
    for name, codes in (("a", a), ("b", b)):
        checked_tensor(codes, name)
        if codes.ndim != 2 or codes.shape[1] != a.shape[1] or len(codes) < 2:
            raise ValueError(f"{name}: wanted at least two codes of one length, got shape {tuple(codes.shape)}")
    rest_a, rest_b = a - a.mean(0), b - b.mean(0)
    return (rest_a.T @ rest_a / len(a) - rest_b.T @ rest_b / len(b)).square().mean()


def dssim(
    a: torch.Tensor,
    b: torch.Tensor,
    window: int = 11,
    sigma: float = 1.5,
    *,
    weights: torch.Tensor | None = None,
) -> torch.Tensor:
    """Structural dissimilarity (1 − SSIM) / 2, 0…1 (0: the same); N × C × H × W in 0…1, returns a 0-d tensor.

    SSIM compares mean, contrast and pattern under a Gaussian window of `window` × `window` pixels (odd; `sigma`
    pixels), wherever it fits whole. `weights` (N, 1, H, W), where given, multiply each window's dissimilarity by the
    weight at its middle.
    Raises ValueError for unequal shapes or a window that is even, below 3 or larger than the picture.
    Source: Wang and others, 2004, with their constants 0.01² and 0.03².
    """
    _same_shape(a, b)
    checked_batch(a, "a", side=None, channels=None)
    height, width = a.shape[-2:]
    if window % 2 == 0 or not 3 <= window <= min(height, width):
        most = min(height, width)
        raise ValueError(f"window: wanted an odd number of pixels from 3 to the picture's {most}, got {window!r}")
    if sigma <= 0:
        raise ValueError(f"sigma: wanted a width above 0 pixels, got {sigma!r}")
    # A variance is a small difference of large numbers: bfloat16 would leave nothing of it.
    with torch.autocast(a.device.type, enabled=False):
        a, b = (x if x.dtype == torch.float64 else x.float() for x in (a, b))
        rows = _window(height, window, sigma).to(a)  # (H − window + 1, H)
        columns = _window(width, window, sigma).to(a)  # (W − window + 1, W)

        def local(x: torch.Tensor) -> torch.Tensor:  # mean under the window, wherever it fits whole
            return rows @ x @ columns.T

        mean_a, mean_b = local(a), local(b)
        variances = local(a * a + b * b) - mean_a.square() - mean_b.square()
        covariance = local(a * b) - mean_a * mean_b
        means = (2 * mean_a * mean_b + 1e-4) / (mean_a.square() + mean_b.square() + 1e-4)
        patterns = (2 * covariance + 9e-4) / (variances + 9e-4)
        dissimilar = (1 - means * patterns) / 2
        edge = window // 2
        return _mean(dissimilar, None if weights is None else weights[:, :, edge : height - edge, edge : width - edge])


@lru_cache(maxsize=16)
def _window(size: int, window: int, sigma: float) -> torch.Tensor:
    """A matrix that slides a Gaussian along one side: two products with it are quicker on a CPU than a convolution."""
    reach = torch.arange(window, dtype=torch.float64) - window // 2
    weights = torch.exp(-0.5 * (reach / sigma).square())
    weights /= weights.sum()
    matrix = torch.zeros(size - window + 1, size, dtype=torch.float64)
    for i in range(len(matrix)):
        matrix[i, i : i + window] = weights
    return matrix


def _mean(error: torch.Tensor, weights: torch.Tensor | None) -> torch.Tensor:
    return error.mean() if weights is None else (weights * error).mean()


def _same_shape(a: torch.Tensor, b: torch.Tensor) -> None:
    for name, pictures in (("the first pictures", a), ("the second pictures", b)):
        checked_tensor(pictures, name)
    if a.shape != b.shape:
        raise ValueError(
            f"the two pictures must have one shape, got {tuple(a.shape)} and {tuple(b.shape)}; "
            "left alone they would be stretched to fit and the loss would mean nothing"
        )
