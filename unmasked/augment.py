"""Pictures changed at random, so that a network sees more than it was given. Batches in, batches out.

Every function but `bend` takes float N × C × H × W in 0…1 and a `torch.Generator` that alone decides the outcome, and
draws anew for each picture. Colours stay in 0…1; beyond a picture's edge its border is repeated. Whoever needs a mask
to go along with its picture joins them first (torch.cat, C = 4). All raise TypeError for a missing generator or
pictures that are not a floating tensor, and ValueError for other shapes or settings out of range.
"""

import math

import torch
from torch.nn.functional import grid_sample

from unmasked.arguments import checked_batch, checked_kind, checked_number, checked_size, checked_tensor

NODES = 5  # of the warp's grid, on each side


def grid_warp(
    pictures: torch.Tensor,
    generator: torch.Generator,
    spread: float = 5 / 160,
    coverage: float = 1.0,
    size: int | tuple[int, int] | None = None,
) -> tuple[torch.Tensor, torch.Tensor]:
    """Crumple each picture a little: returns (warped, target), the input and the wanted output of a network.

    A 5 × 5 grid is laid over the middle `coverage` of the picture, every node pushed by a Gaussian of `spread` times
    the grid's side, and the picture pulled along, bilinear between nodes. `target` is the UNcrumpled picture under the
    similarity that best fits the pushed grid (Umeyama), so the pair differs only in what is bent. `size`: that of the
    results, default as given. At 64 pixels a point moves 1.6 pixels on average and the most moved one about 5.
    Source: faceswap, where the pictures have 256 pixels and the grid spans 48…208 with σ 5: coverage=160/256, size=64.
    Its target lies half a pixel off its warped picture; this one does not.
    """
    _check(pictures, generator, spread=spread)
    push = spread * _normal(generator, len(pictures), NODES, NODES, 2)
    return bend(pictures, push, coverage, size)


def bend(
    pictures: torch.Tensor, push: torch.Tensor, coverage: float = 1.0, size: int | tuple[int, int] | None = None
) -> tuple[torch.Tensor, torch.Tensor]:
    """`grid_warp` with pushes of your own: (warped, target) where node r, c of the grid looks `push` farther.

    `push`: float (N, 5, 5, 2), rows, columns, x and y, as fractions of the grid's side. A pushed node says where the
    picture is looked up, so what is seen moves the OTHER way. Nothing is drawn at random.
    """
    checked_batch(pictures, side=None, channels=None)
    count, _, height, width = pictures.shape
    checked_tensor(push, "push", (count, NODES, NODES, 2))
    if not 0 < coverage <= 1:
        raise ValueError(f"coverage: wanted a fraction above 0, at most 1, got {coverage!r}")
    new_height, new_width = (height, width) if size is None else checked_size(size)
    # From here on: pixels from edge to edge, seen from the picture's middle, last axis x, y.
    side = torch.tensor([width, height], dtype=torch.float32) * coverage
    new_side = torch.tensor([new_width, new_height], dtype=torch.float32)
    steps = torch.linspace(-0.5, 0.5, NODES)
    nodes = torch.stack(torch.meshgrid(steps, steps, indexing="xy"), -1)  # (5, 5, 2)
    pushed = (nodes + push) * side  # (N, 5, 5, 2)
    rows, columns = _hats(new_height), _hats(new_width)  # (H, 5), (W, 5)
    bent = torch.einsum("hr,nrcd,wc->nhwd", rows, pushed * _to_grid(pictures), columns)  # (N, H, W, 2)
    matrix, shift = _similarity(pushed.flatten(1, 2), (nodes * new_side).flatten(0, 1))
    back = torch.linalg.inv(matrix)  # target pixel → picture pixel
    flat = _moved(new_height, new_width, _to_grid(pictures)[:, None] * back, -shift)
    return _sample(pictures, bent), _sample(pictures, flat)


def affine(
    pictures: torch.Tensor, generator: torch.Generator, rotation: float = 10, zoom: float = 0.05, shift: float = 0.05
) -> torch.Tensor:
    """Turn, zoom and shift each picture: uniform in ±`rotation` degrees, 1 ± `zoom`, ±`shift` of its width and height.

    The defaults are faceswap's. Rotation is about the middle, and no circle becomes an ellipse, also where the picture
    is not square.
    """
    _check(pictures, generator, rotation=rotation, zoom=zoom, shift=shift)
    if zoom >= 1:
        raise ValueError(f"zoom: wanted less than 1, got {zoom!r}; the picture would shrink to nothing")
    count, _, height, width = pictures.shape
    angle = math.radians(rotation) * _uniform(generator, count)
    scale = 1 + zoom * _uniform(generator, count)
    moved = shift * _uniform(generator, count, 2) * torch.tensor([width, height])
    cosine, sine = angle.cos() / scale, angle.sin() / scale
    back = torch.stack([cosine, sine, -sine, cosine], -1).view(count, 2, 2)  # new pixel → old pixel
    return _sample(pictures, _moved(height, width, _to_grid(pictures)[:, None] * back, -moved))


def flip(pictures: torch.Tensor, generator: torch.Generator, probability: float = 0.4) -> torch.Tensor:
    """Mirror each picture left to right with `probability` (0…1; faceswap's is 0.4)."""
    _check(pictures, generator)
    checked_number(probability, "probability", 0, 1)
    chosen = _chance(generator, len(pictures), probability).to(pictures.device)
    return torch.where(chosen[:, None, None, None], pictures.flip(-1), pictures)


def colour_jitter(pictures: torch.Tensor, generator: torch.Generator, strength: float = 0.1) -> torch.Tensor:
    """Change each picture's colours: gains (1 ± `strength`), one a channel and one for all, and offsets (± half).

    Every channel counts as a colour here, so keep a mask out of it.
    """
    _check(pictures, generator, strength=strength)
    count, channels = pictures.shape[:2]
    gain = (1 + strength * _uniform(generator, count, channels)) * (1 + strength * _uniform(generator, count, 1))
    offset = 0.5 * strength * _uniform(generator, count, channels)
    # About mid-grey, so that a gain changes the contrast and the offset alone the brightness.
    offset = offset + 0.5 * (1 - gain)
    gain, offset = (x[:, :, None, None].to(pictures) for x in (gain, offset))
    return torch.addcmul(offset, pictures, gain).clamp_(0, 1)


def opponent_jitter(
    pictures: torch.Tensor, generator: torch.Generator, light: float = 0.3, colour: float = 0.08
) -> torch.Tensor:
    """Scale each picture's lightness by 1 ± `light`; shift its red–green and yellow–blue by ± `colour`.

    Pictures N × 3 × H × W. After faceswap's Lab jitter (L ±30 %, a and b ±8 %), with linear opponent axes in place of
    true Lab: one small matrix a picture.
    """
    _check(pictures, generator, light=light, colour=colour)
    checked_batch(pictures, side=None)
    count = len(pictures)
    gain = 1 + light * _uniform(generator, count, 1)
    red_green = torch.tensor([0.5, -0.5, 0.0])  # neither axis changes the lightness, the mean of the three
    yellow_blue = torch.tensor([1 / 3, 1 / 3, -2 / 3])
    shift = colour * (_uniform(generator, count, 1) * red_green + _uniform(generator, count, 1) * yellow_blue)  # (N, 3)
    gain, shift = (x[:, :, None, None].to(pictures) for x in (gain, shift))
    return torch.addcmul(shift, pictures, gain).clamp_(0, 1)


def add_noise(pictures: torch.Tensor, generator: torch.Generator, sigma: float = 0.05) -> torch.Tensor:
    """Add Gaussian noise of standard deviation `sigma` (of the range 0…1) to every pixel and channel, and clip."""
    _check(pictures, generator, sigma=sigma)
    return (pictures + sigma * _normal(generator, *pictures.shape).to(pictures)).clamp_(0, 1)


def occlude(
    pictures: torch.Tensor,
    generator: torch.Generator,
    probability: float = 0.5,
    smallest: float = 0.1,
    largest: float = 0.4,
) -> torch.Tensor:
    """Cover a part of each picture, with `probability`, by a rectangle or an ellipse of one random colour.

    Its width and height are between `smallest` and `largest`, fractions of the picture's; its middle is anywhere in the
    picture.
    """
    _check(pictures, generator)
    checked_number(probability, "probability", 0, 1)
    if not 0 <= smallest <= largest <= 1:
        raise ValueError(f"smallest, largest: wanted 0 ≤ smallest ≤ largest ≤ 1, got {smallest!r} and {largest!r}")
    count, channels, height, width = pictures.shape
    middle = 0.5 * _uniform(generator, count, 2)
    half = smallest + (largest - smallest) * 0.5 * (1 + _uniform(generator, count, 2))
    half = (half / 2).clamp_min(1e-6)
    colour = 0.5 * (1 + _uniform(generator, count, channels, 1, 1))
    round_one = _chance(generator, count, 0.5)[:, None, None]
    chosen = _chance(generator, count, probability)[:, None, None]
    x = (((torch.arange(width) + 0.5) / width - 0.5 - middle[:, :1]) / half[:, :1]).square()[:, None]  # (N, 1, W)
    y = (((torch.arange(height) + 0.5) / height - 0.5 - middle[:, 1:]) / half[:, 1:]).square()[:, :, None]  # (N, H, 1)
    inside = torch.where(round_one, x + y, torch.maximum(x, y)) <= 1  # (N, H, W)
    covered = (inside & chosen)[:, None].to(pictures.device)  # (N, 1, H, W)
    return torch.where(covered, colour.to(pictures), pictures)


# --- inside -----------------------------------------------------------------------------------------------------------


def _hats(size: int) -> torch.Tensor:
    """How much each of five nodes, edge to edge, weighs at each of `size` pixels: (size, 5), linear from node to node.

    The same as resizing a 5 × 5 map to 80 × 80 and keeping the middle 64 × 64, as faceswap does.
    """
    place = (torch.arange(size) + 0.5) / size * (NODES - 1)
    return (1 - (place[:, None] - torch.arange(NODES)).abs()).clamp_min(0)


def _moved(height: int, width: int, matrix: torch.Tensor, shift: torch.Tensor) -> torch.Tensor:
    """The pixels' centres, x and y from the middle, shifted by (N, 2), then turned by (N, 2, 2): (N, H, W, 2)."""
    # A row's part and a column's part, added: many times quicker than a product at every pixel.
    x = (torch.arange(width) + 0.5 - width / 2 + shift[:, :1])[..., None] * matrix[:, None, :, 0]  # (N, W, 2)
    y = (torch.arange(height) + 0.5 - height / 2 + shift[:, 1:])[..., None] * matrix[:, None, :, 1]  # (N, H, 2)
    return x[:, None] + y[:, :, None]


def _similarity(source: torch.Tensor, target: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Umeyama's similarity from points (N, P, 2) to (P, 2), as matrix (N, 2, 2) and shift (N, 2).

    In the plane it has a closed form: read points as complex numbers and fit target ≈ factor · source + shift.
    """
    source_mean, target_mean = source.mean(-2), target.mean(-2)
    p, q = source - source_mean[:, None], target - target_mean
    cosine = (p * q).sum((-2, -1))
    sine = (p[..., 0] * q[..., 1] - p[..., 1] * q[..., 0]).sum(-1)
    cosine, sine = torch.stack([cosine, sine]) / p.square().sum((-2, -1))
    matrix = torch.stack([cosine, -sine, sine, cosine], -1).view(-1, 2, 2)
    return matrix, target_mean - (matrix @ source_mean[..., None])[..., 0]


def _to_grid(pictures: torch.Tensor) -> torch.Tensor:
    """What a pixel is in `grid_sample`'s measure, where a picture reaches from −1 to 1: x, y."""
    return torch.tensor([2 / pictures.shape[-1], 2 / pictures.shape[-2]])


def _sample(pictures: torch.Tensor, places: torch.Tensor) -> torch.Tensor:
    """Pictures looked up at places (N, H, W, 2), x and y in −1…1 from edge to edge."""
    return grid_sample(pictures, places.to(pictures), padding_mode="border", align_corners=False)


def _normal(generator: torch.Generator, *shape: int) -> torch.Tensor:
    # Drawn where the generator lives, used on the CPU: the same seed gives the same pictures on every machine.
    return torch.randn(shape, generator=generator, device=generator.device).cpu()


def _uniform(generator: torch.Generator, *shape: int) -> torch.Tensor:
    return torch.rand(shape, generator=generator, device=generator.device).cpu() * 2 - 1


def _chance(generator: torch.Generator, count: int, probability: float) -> torch.Tensor:
    return torch.rand(count, generator=generator, device=generator.device).cpu() < probability


def _check(pictures: torch.Tensor, generator: torch.Generator, **amounts: float) -> None:
    checked_kind(generator, torch.Generator, "generator", "a torch.Generator")
    checked_batch(pictures, side=None, channels=None)
    for name, value in amounts.items():
        checked_number(value, name, 0)
