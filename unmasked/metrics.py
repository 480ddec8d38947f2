"""How good is a swap? Measured against the truth, which a drawn world has, and inside the target's face.

Pictures are float tensors N × 3 × H × W in 0…1, masks float N × 1 × H × W in 0…1 (a pixel counts as much as its mask
says). Scores are plain floats. Everything raises TypeError for anything but floating tensors, and ValueError, in words,
for shapes that do not fit, NaN, a truth or mask outside 0…1, and a mask that is empty.
"""

import math
from collections.abc import Callable, Sequence

import cv2
import numpy as np
import torch

from unmasked import toons
from unmasked.arguments import (
    checked_batch,
    checked_kind,
    checked_numbers,
    checked_size,
    checked_tensor,
    checked_whole,
)


def masked_mse(a: torch.Tensor, b: torch.Tensor, mask: torch.Tensor | None = None) -> torch.Tensor:
    """Mean squared error of each picture inside its mask: float64 (N,). `mask` left out: the whole picture.

    Σ mask·(a − b)² / (3·Σ mask), over the pixels and channels of one picture. An empty mask raises ValueError.
    """
    a, b, mask = _checked(a, b, mask)
    inside = mask.sum((1, 2, 3), dtype=torch.float64)
    if (inside <= 0).any():
        which = int((inside <= 0).nonzero()[0])
        raise ValueError(f"mask: it is empty for picture {which}, so there is nothing to measure")
    return _errors(a, b, mask) / (a.shape[1] * inside)


def psnr(a: torch.Tensor, b: torch.Tensor, mask: torch.Tensor | None = None) -> float:
    """Peak signal-to-noise ratio in dB inside the mask: the mean over pictures of −10·log₁₀(MSE of the picture).

    20 dB is an error of a tenth of the range, 40 dB a hundredth; two equal pictures give infinity.
    """
    return float((-10 * masked_mse(a, b, mask).log10()).mean())


def ssim(a: torch.Tensor, b: torch.Tensor, mask: torch.Tensor | None = None) -> float:
    """Structural similarity, −1…1 (1: the same): scikit-image's map of each picture, averaged under its mask.

    A Gaussian window of 11 × 11 (σ 1.5 pixels), the channels' mean; pictures of less than 11 × 11 pixels raise
    ValueError.
    Source: Wang and others, "Image quality assessment: from error visibility to structural similarity", 2004.
    """
    from skimage.metrics import structural_similarity  # late: it brings scipy along, 15 MB, and few ask for SSIM

    a, b, mask = _checked(a, b, mask)
    if min(a.shape[-2:]) < 11:
        raise ValueError(f"a: SSIM's window needs pictures of at least 11×11 pixels, got {a.shape[-2]}×{a.shape[-1]}")
    scores = []
    for i, pictures in enumerate(zip(a, b, mask[:, 0], strict=True)):
        one, other, weight = (picture.double().numpy() for picture in pictures)
        _, values = structural_similarity(
            one,
            other,
            channel_axis=0,
            data_range=1.0,
            gaussian_weights=True,
            sigma=1.5,
            use_sample_covariance=False,
            full=True,
        )
        if weight.sum() <= 0:
            raise ValueError(f"mask: it is empty for picture {i}, so there is nothing to measure")
        scores.append((values.mean(0) * weight).sum() / weight.sum())
    return float(np.mean(scores))


def explained(
    swap: torch.Tensor, truth: torch.Tensor, baseline: torch.Tensor, mask: torch.Tensor | None = None
) -> float:
    """How much of a baseline's error the swap avoids: 1 − Σ mask·(swap − truth)² / Σ mask·(baseline − truth)².

    Both sums run over all pixels, channels and pictures of the set. 1: the swap is the truth. 0: no better than the
    baseline. Below 0: worse. `baseline`: one picture for all (3 × H × W or 1 × 3 × H × W) or one for each (N × 3 × H ×
    W).
    Raises ValueError also when baseline and truth agree everywhere in the mask (nothing left to explain).
    """
    swap, truth, mask = _checked(swap, truth, mask, names=("swap", "truth"))
    baseline = _picture(baseline, "baseline")
    if baseline.ndim == 3:
        baseline = baseline[None]
    if baseline.ndim != 4 or baseline.shape[1:] != truth.shape[1:] or len(baseline) not in (1, len(truth)):
        wanted = f"one picture or one for each of {tuple(truth.shape)}"
        raise ValueError(f"baseline: wanted {wanted}, got shape {tuple(baseline.shape)}")
    if mask.sum(dtype=torch.float64) <= 0:
        raise ValueError("mask: it is empty for all pictures, so there is nothing to measure")
    possible = _errors(baseline, truth, mask).sum()
    if possible <= 1e-12:
        raise ValueError("truth: it is the same as the baseline everywhere in the mask, so there is nothing to explain")
    return float(1 - _errors(swap, truth, mask).sum() / possible)


def explained_swap(
    swap: torch.Tensor, truth: torch.Tensor, mean_picture: torch.Tensor, mask: torch.Tensor | None = None
) -> float:
    """`explained`, against the mean picture of the target character: that one still picture would score 0.

    `mean_picture`: 3 × H × W or 1 × 3 × H × W, of the character's TRAINING pictures; `mask`: the true face, N × 1 × H ×
    W.
    """
    return explained(swap, truth, mean_picture, mask)


def explained_expression(
    swap: torch.Tensor, truth: torch.Tensor, neutral_truth: torch.Tensor, eyes_and_mouth_mask: torch.Tensor
) -> float:
    """`explained`, against the target's NEUTRAL face at the same pose and light, in eyes and mouth only.

    A swap that gets pose and light right and wipes the expression off scores 0. `neutral_truth`: N × 3 × H × W; for the
    mask see `eyes_and_mouth`.
    """
    return explained(swap, truth, neutral_truth, eyes_and_mouth_mask)


def sharpness(pictures: torch.Tensor, truth: torch.Tensor, mask: torch.Tensor | None = None) -> float:
    """How much fine detail the pictures have, as a share of the truth's: 1 is as sharp, below 1 softer.

    Σ mask·detail(pictures)² / Σ mask·detail(truth)², the energy of high frequencies, where detail is what a Gaussian of
    a 64th of the height (its standard deviation) smooths away: half the contrast of every edge is a quarter. It says
    how MUCH detail there is, not whether it is the right one: noise is sharp.
    Raises ValueError also for a truth without any detail inside the mask.
    """
    pictures, truth, mask = _checked(pictures, truth, mask, names=("pictures", "truth"))
    there = _detail(truth, mask)
    if there <= 1e-12:
        raise ValueError("truth: it has no detail inside the mask, so there is nothing to compare with")
    return _detail(pictures, mask) / there


def _detail(pictures: torch.Tensor, mask: torch.Tensor) -> float:
    sigma, energy = pictures.shape[-2] / 64, 0.0
    for picture, inside in zip(pictures, mask, strict=True):  # one at a time: twice the set costs memory
        sharp = picture.permute(1, 2, 0).double().numpy()
        detail = sharp - cv2.GaussianBlur(sharp, (0, 0), sigma).reshape(sharp.shape)
        energy += float((np.square(detail).sum(-1) * inside[0].double().numpy()).sum())
    return energy


def shuffled(
    score: Callable[..., float],
    swap: torch.Tensor,
    truth: torch.Tensor,
    *rest: torch.Tensor,
    generator: torch.Generator,
) -> float:
    """The same score with every swap held against the truth of ANOTHER performance, drawn with `generator`.

    A model that ignores its input scores here what it scored before; one that follows it scores far lower. `rest` is
    what `score` takes after swap and truth: it stays with its truth. Raises ValueError for fewer than two pictures.
    """
    others = derangement(len(swap), generator)
    return score(swap[others.to(swap.device)], truth, *rest)


def derangement(count: int, generator: torch.Generator) -> torch.Tensor:
    """A random order of 0…count−1 in which nothing keeps its place, int64 (count,): one step around a random ring."""
    checked_kind(generator, torch.Generator, "generator", "a torch.Generator")
    if count < 2:
        raise ValueError(f"count: with {count} pictures there is no other one to shuffle with, at least 2 are wanted")
    ring = torch.randperm(count, generator=generator, device=generator.device).cpu()
    order = torch.empty_like(ring)
    order[ring] = ring.roll(1)
    return order


def recovery(
    predicted: torch.Tensor | np.ndarray,
    actual: torch.Tensor | np.ndarray,
    names: Sequence[str] | None = None,
) -> dict[str, float]:
    """How well each parameter can be read back from pictures: R², 1 − Σ(predicted − actual)² / Σ(actual − mean)².

    `predicted`, `actual`: float (N, number of names); `names`: as `toons.PARAMETERS` if left out. 1: exactly; 0: no
    better than always saying the mean of `actual`.
    Raises ValueError for other shapes, values that are not finite, or a parameter that is constant in `actual`.
    """
    names = toons.PARAMETERS if names is None else tuple(names)
    values = []
    for name, array in (("predicted", predicted), ("actual", actual)):
        array = array.detach().cpu().numpy() if isinstance(array, torch.Tensor) else array
        values.append(checked_numbers(array, name, ("N", len(names))))
    predicted, actual = values
    if len(predicted) != len(actual) or len(actual) < 2:
        rows = f"{len(predicted)} and {len(actual)}"
        raise ValueError(f"predicted, actual: wanted the same number of rows, 2 or more; got {rows}")
    spread = np.square(actual - actual.mean(0)).sum(0)
    for name, value, column in zip(names, spread, actual.T, strict=True):
        if value <= 1e-12 * max(1.0, np.square(column).sum()):
            raise ValueError(f"actual: {name} is {column[0]:g} in every row, so R² says nothing about it; leave it out")
    scores = 1 - np.square(predicted - actual).sum(0) / spread
    return {name: float(score) for name, score in zip(names, scores, strict=True)}


def wilson_interval(right: int, count: int, z: float = 1.959964) -> tuple[float, float]:
    """The interval of a proportion `right` / `count` (95 % for the `z` given): fair for small counts, within 0…1.

    Raises TypeError or ValueError unless both are whole, 0 ≤ right ≤ count and count ≥ 1.
    Source: Wilson, "Probable inference", 1927.
    """
    right, count = checked_whole(right, "right", 0), checked_whole(count, "count", 1)
    if right > count:
        raise ValueError(f"right and count: wanted right ≤ count, got {right} and {count}")
    share = right / count
    middle = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z / (1 + z * z / count) * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    # At the ends the formula is exact but for rounding.
    return (0.0 if right == 0 else middle - half), (1.0 if right == count else middle + half)


def eyes_and_mouth(*landmarks: np.ndarray, shape: int | tuple[int, int] = 64, grow: float = 0.03) -> np.ndarray:
    """Where eyes and mouth are, as masks uint8 (N, H, W), 0 or 255: hulls of their landmarks, grown a little.

    `grow` is a fraction of the height. `landmarks`: float (N, 68, 2) in pixels, one set or several of equal length; the
    mask covers all of them. Give the truth's AND the neutral face's: a shut eye alone would leave out the pixels where
    the open one was.
    Raises ValueError for other shapes or no landmarks at all.
    """
    return hulls(("right_eye", "left_eye", "lips"), *landmarks, shape=shape, grow=grow)


def hulls(
    names: Sequence[str], *landmarks: np.ndarray, shape: int | tuple[int, int] = 64, grow: float = 0.03
) -> np.ndarray:
    """Where some parts of the face are, masks uint8 (N, H, W), 0 or 255: `names` of `toons.LANDMARKS`.

    The rest is as in `eyes_and_mouth`.
    """
    height, width = checked_size(shape, "shape")
    if not landmarks:
        raise ValueError("landmarks: wanted one set or several, got none")
    sets = [checked_numbers(points, "landmarks", ("N", 68, 2)) for points in landmarks]
    if len({len(points) for points in sets}) > 1:
        raise ValueError(f"landmarks: wanted sets of equal length, got {[len(points) for points in sets]}")
    masks = np.zeros((len(sets[0]), height, width), np.uint8)
    for points in sets:
        for name in names:
            for mask, corner in zip(masks, points[:, toons.LANDMARKS[name]], strict=True):
                cv2.fillConvexPoly(mask, cv2.convexHull(np.round(corner).astype(np.int32)), 255)
    reach = 2 * round(grow * height) + 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach))
    for i, mask in enumerate(masks):
        masks[i] = cv2.dilate(mask, kernel)
    return masks


def _errors(a: torch.Tensor, b: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """Summed in float64, float32 would lose digits over a big set; picture by picture, for twice the size costs memory.

    `a` may be one picture for all of `b`.
    """
    pictures = zip(a.expand_as(b), b, mask, strict=True)
    return torch.stack([(m.double() * (one.double() - other.double()).square()).sum() for one, other, m in pictures])


def _picture(tensor: torch.Tensor, name: str, limits: bool = True) -> torch.Tensor:
    """The picture or pictures on the CPU, in float32 or float64, having passed the checks."""
    tensor = checked_tensor(tensor, name).detach().cpu()
    tensor = tensor if tensor.dtype == torch.float64 else tensor.float()
    if not tensor.numel():
        return tensor
    # Both ends tell it all: NaN shows in either. `isfinite` would need a table as large as the set for each call.
    low, high = map(float, tensor.aminmax())
    if not math.isfinite(low) or not math.isfinite(high):
        raise ValueError(f"{name}: it holds NaN or infinity, so a score would mean nothing")
    if limits and (low < -1e-3 or high > 1 + 1e-3):
        raise ValueError(f"{name}: wanted values in 0…1, got {low:g}…{high:g}")
    return tensor


def _checked(
    a: torch.Tensor, b: torch.Tensor, mask: torch.Tensor | None, names: tuple[str, str] = ("a", "b")
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    a = _picture(a, names[0], limits=False)  # a network without a last sigmoid may overshoot, and pays for it
    b = _picture(b, names[1])
    checked_batch(a, names[0], side=None)
    if len(a) == 0:
        raise ValueError(f"{names[0]}: wanted 1 or more, got 0")
    if a.shape != b.shape:
        raise ValueError(f"{names[1]}: wanted the shape of {names[0]}, {tuple(a.shape)}, got {tuple(b.shape)}")
    wanted = (len(a), 1, *a.shape[2:])
    if mask is None:
        return a, b, torch.ones(wanted, dtype=torch.float64)
    mask = _picture(mask, "mask")
    if tuple(mask.shape) != wanted:
        raise ValueError(f"mask: wanted N×1×H×W to match the pictures, {wanted}, got {tuple(mask.shape)}")
    return a, b, mask
