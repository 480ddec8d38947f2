"""What training makes small: one number for how far a picture is from where it should be, with a gradient."""

from functools import lru_cache

import torch

from unmasked.arguments import checked_batch


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
    error = difference.abs() + l2_weight * difference.square()
    return error.mean() if weights is None else (weights * error).mean()


def covariance_gap(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """How unlike two sets of codes vary: the mean squared difference of their covariances; (N, C) and (M, C) → 0-d.

    0 where every pair of numbers of the code varies together alike in both sets. Raises ValueError for other shapes.
    Source: Sun and Saenko, Deep CORAL, 2016 (there with a constant factor).
    """
    for name, codes in (("a", a), ("b", b)):
        if codes.ndim != 2 or codes.shape[1] != a.shape[1] or len(codes) < 2:
            raise ValueError(f"{name}: wanted at least two codes of one length, got shape {tuple(codes.shape)}")
    rest_a, rest_b = a - a.mean(0), b - b.mean(0)
    return (rest_a.T @ rest_a / len(a) - rest_b.T @ rest_b / len(b)).square().mean()


def dssim(a: torch.Tensor, b: torch.Tensor, window: int = 11, sigma: float = 1.5) -> torch.Tensor:
    """Structural dissimilarity (1 − SSIM) / 2, 0…1 (0: the same); N × C × H × W in 0…1, returns a 0-d tensor.

    SSIM compares mean, contrast and pattern under a Gaussian window of `window` × `window` pixels (odd; `sigma`
    pixels), wherever it fits whole. Raises ValueError for unequal shapes or a window that is even, below 3 or larger
    than the picture.
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
        return (1 - (means * patterns).mean()) / 2


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


def _same_shape(a: torch.Tensor, b: torch.Tensor) -> None:
    if a.shape != b.shape:
        raise ValueError(
            f"the two pictures must have one shape, got {tuple(a.shape)} and {tuple(b.shape)}; "
            "left alone they would be stretched to fit and the loss would mean nothing"
        )
