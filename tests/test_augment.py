"""Augmentation: the grid warp against faceswap's own way of doing it, all else by what it must and must not change."""

import cv2
import numpy as np
import pytest
import torch
from skimage.transform import estimate_transform

from unmasked import augment

EVERY = {
    "grid_warp": lambda x, g: augment.grid_warp(x, g)[0],
    "grid_warp's target": lambda x, g: augment.grid_warp(x, g)[1],
    "affine": augment.affine,
    "flip": augment.flip,
    "colour_jitter": augment.colour_jitter,
    "opponent_jitter": augment.opponent_jitter,
    "add_noise": augment.add_noise,
    "occlude": lambda x, g: augment.occlude(x, g, probability=0.9),
}


def seeded(seed=0):
    return torch.Generator().manual_seed(seed)


def smooth_pictures(count, height, width, channels=3, seed=0):
    """Pictures without fine detail, so that two ways of interpolating them agree closely."""
    rng = np.random.default_rng(seed)
    small = rng.random((count, 6, 6, channels), np.float32)
    big = [cv2.resize(one, (width, height), interpolation=cv2.INTER_LINEAR).reshape(height, width, -1) for one in small]
    return torch.from_numpy(np.stack(big)).permute(0, 3, 1, 2)


def coordinates(height, width):
    """A picture whose two channels are its own pixel coordinates x, y: sampled, it says where each pixel came from."""
    y, x = torch.meshgrid(torch.arange(float(height)), torch.arange(float(width)), indexing="ij")
    return torch.stack([x, y])[None]


# --- every function alike ---


@pytest.mark.parametrize("function", EVERY.values(), ids=EVERY.keys())
def test_the_seed_decides_and_nothing_else(function):
    pictures = torch.rand(5, 3, 20, 28, generator=seeded(1))
    kept = pictures.clone()
    torch.manual_seed(1)
    first = function(pictures, seeded(7))
    torch.manual_seed(2)
    assert torch.equal(first, function(pictures, seeded(7))), "same generator, same outcome"
    assert not torch.equal(first, function(pictures, seeded(8))), "another seed must give another outcome"
    assert torch.equal(pictures, kept), "the input must be left as it was"


@pytest.mark.parametrize("function", EVERY.values(), ids=EVERY.keys())
@pytest.mark.parametrize("shape", [(1, 3, 16, 16), (3, 3, 24, 17), (7, 3, 9, 33)])
def test_shape_type_and_range_are_kept(function, shape):
    result = function(torch.rand(shape, generator=seeded(1)), seeded())
    assert result.shape == shape
    assert result.dtype == torch.float32
    assert result.min() >= 0
    assert result.max() <= 1


@pytest.mark.parametrize("function", EVERY.values(), ids=EVERY.keys())
def test_each_picture_gets_its_own_change(function):
    one = torch.rand(1, 3, 24, 24, generator=seeded(1))
    result = function(one.expand(12, -1, -1, -1), seeded())
    assert len({picture.numpy().tobytes() for picture in result}) > 1, "all twelve copies were changed alike"


@pytest.mark.parametrize("function", EVERY.values(), ids=EVERY.keys())
def test_channels_last_changes_nothing(function):
    pictures = torch.rand(4, 3, 16, 20, generator=seeded(1))
    last = pictures.to(memory_format=torch.channels_last)
    assert torch.allclose(function(pictures, seeded()), function(last, seeded()), atol=1e-6)


@pytest.mark.parametrize("function", EVERY.values(), ids=EVERY.keys())
def test_a_generator_is_required_and_pictures_are_checked(function):
    pictures = torch.rand(2, 3, 16, 16)
    with pytest.raises(TypeError, match=r"generator.*int"):
        function(pictures, 3)
    with pytest.raises(TypeError, match=r"pictures.*floating"):
        function(pictures.mul(255).to(torch.uint8), seeded())
    with pytest.raises(ValueError, match=r"pictures: wanted shape \(N, C, H, W\)"):
        function(pictures[0], seeded())


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda x: augment.grid_warp(x, seeded(), spread=-1), "spread.*-1"),
        (lambda x: augment.grid_warp(x, seeded(), coverage=0), "coverage.*0"),
        (lambda x: augment.affine(x, seeded(), zoom=1.0), "zoom.*1.0"),
        (lambda x: augment.affine(x, seeded(), rotation=float("nan")), "rotation.*nan"),
        (lambda x: augment.flip(x, seeded(), probability=40), "probability.*40"),
        (lambda x: augment.occlude(x, seeded(), smallest=0.5, largest=0.2), "smallest"),
        (lambda x: augment.grid_warp(x, seeded(), size=0), "size.*0"),
        (lambda x: augment.opponent_jitter(x[:, :1], seeded()), r"pictures: wanted shape \(N, 3, H, W\)"),
    ],
)
def test_settings_out_of_range_are_worded(call, words):
    with pytest.raises(ValueError, match=words):
        call(torch.rand(2, 3, 16, 16))


# --- the grid warp ---


def faceswap(picture, jitter, start=48):
    """faceswap's `random_warp`, step by step, for one picture 256×256×3 and given jitter (2, 5, 5) in pixels.

    Returns warped and target 64×64×3, and how many pixels each warped one lies from its place in the target. The
    target is given on the warped picture's own raster, without the half pixel that lies between the two in faceswap;
    the distances are faceswap's own, with it.
    """
    grid_x, grid_y = np.meshgrid(np.linspace(start, start + 160, 5), np.linspace(start, start + 160, 5))
    map_x, map_y = grid_x + jitter[0], grid_y + jitter[1]
    inner_x, inner_y = (cv2.resize(one, (80, 80))[8:72, 8:72].astype(np.float32) for one in (map_x, map_y))
    warped = cv2.remap(picture, inner_x, inner_y, cv2.INTER_LINEAR)
    source = np.stack([map_x.ravel(), map_y.ravel()], -1)
    wanted = np.mgrid[0:65:16, 0:65:16].T.reshape(-1, 2)
    matrix = estimate_transform("similarity", source, wanted).params[:2]
    aligned = cv2.warpAffine(picture, matrix - [[0, 0, 0.5], [0, 0, 0.5]], (64, 64))
    x, y = np.meshgrid(np.arange(64), np.arange(64))
    places = np.stack([inner_x, inner_y, np.ones_like(inner_x)], -1) @ matrix.T
    return warped, aligned, np.hypot(places[..., 0] - x, places[..., 1] - y)


def jitters(seed, count):
    """The numbers that `grid_warp` draws with this seed, as pixels of faceswap's grid: (N, 2, 5, 5)."""
    drawn = torch.randn(count, 5, 5, 2, generator=seeded(seed))
    return 5 * drawn.permute(0, 3, 1, 2).double().numpy()


def test_warped_and_target_are_faceswaps():
    pictures = smooth_pictures(6, 256, 256)
    warped, target = augment.grid_warp(pictures, seeded(4), coverage=160 / 256, size=64)
    assert warped.shape == target.shape == (6, 3, 64, 64)
    for i, jitter in enumerate(jitters(4, 6)):
        # faceswap's grid is centred on pixel 128, ours on the middle of 256 pixels, which is 127.5.
        wanted, aligned, _ = faceswap(pictures[i].permute(1, 2, 0).numpy(), jitter, start=47.5)
        np.testing.assert_allclose(warped[i].permute(1, 2, 0), wanted, atol=4e-3, err_msg=f"warped picture {i}")
        np.testing.assert_allclose(target[i].permute(1, 2, 0), aligned, atol=4e-3, err_msg=f"target {i}")


def test_displacements_are_those_of_the_facts():
    """Measured on faceswap's code: 1.63 pixels on average at 64, the most moved one of a picture 5.1."""
    blank = np.zeros((256, 256), np.float32)
    moved = [faceswap(blank, jitter)[2] for jitter in jitters(0, 400)]
    assert np.mean(moved) == pytest.approx(1.63, rel=0.03), "the reference of this test is not faceswap's"
    assert np.mean([one.max() for one in moved]) == pytest.approx(5.1, rel=0.03)
    # Ours, straight from the pictures: how far the warp carries each pixel from where the even grid has it.
    ramp = coordinates(256, 256).expand(400, -1, -1, -1)
    even, _ = augment.grid_warp(ramp[:1], seeded(0), spread=0, coverage=160 / 256, size=64)
    warped, target = augment.grid_warp(ramp, seeded(0), coverage=160 / 256, size=64)
    carried = (warped - even).norm(dim=1) * 64 / 160
    assert carried.mean().item() == pytest.approx(1.63, rel=0.04)
    assert carried.amax((1, 2)).mean().item() == pytest.approx(5.1, rel=0.04)
    # What is left against the target is a little less: the similarity has taken its part, and no half pixel is lost.
    left = (warped - target).norm(dim=1).mean().item() * 64 / 160
    assert 0.85 * carried.mean().item() < left < carried.mean().item()


def test_the_default_bends_a_picture_of_any_size_alike():
    for height, width in ((64, 64), (96, 48)):
        # A wide margin, cut off by `coverage`, so that no border is repeated inside.
        ramp = coordinates(2 * height, 2 * width).expand(300, -1, -1, -1)
        even, _ = augment.grid_warp(ramp[:1], seeded(2), spread=0, coverage=0.5, size=(height, width))
        warped, _ = augment.grid_warp(ramp, seeded(2), coverage=0.5, size=(height, width))
        carried = (warped - even).abs().mean((0, 2, 3))
        wanted = torch.tensor([width, height]) * carried[1] / height
        assert torch.allclose(carried, wanted, rtol=0.1), f"{height}×{width}: a fraction of each side, not pixels"


def test_no_spread_means_no_change():
    pictures = smooth_pictures(3, 40, 56)
    warped, target = augment.grid_warp(pictures, seeded(), spread=0)
    assert torch.allclose(warped, pictures, atol=1e-5)
    assert torch.allclose(target, pictures, atol=1e-5)


@pytest.mark.parametrize(("height", "width"), [(64, 64), (48, 80)])
def test_the_target_is_turned_scaled_and_shifted_but_not_bent(height, width):
    ramp = coordinates(3 * height, 3 * width).expand(5, -1, -1, -1)
    warped, target = augment.grid_warp(ramp, seeded(5), coverage=1 / 3, size=(height, width))
    pixels = coordinates(height, width)[0].flatten(1).T.double().numpy()
    for i in range(5):
        came_from = target[i].flatten(1).T.double().numpy()
        fit = estimate_transform("similarity", pixels, came_from)
        assert np.abs(fit(pixels) - came_from).max() < 0.02, "the target must be an exact similarity of the picture"
        assert fit.scale == pytest.approx(1, abs=0.06)
        bent = warped[i].flatten(1).T.double().numpy()
        assert np.abs(fit(pixels) - bent).mean() > 0.3, "the warped picture must differ from its target"


def test_the_closed_form_is_umeyamas():
    rng = np.random.default_rng(0)
    source, target = rng.normal(size=(6, 25, 2)), rng.normal(size=(25, 2))
    target += source.mean(0)  # some agreement, so that no fit is a mirror image
    matrix, shift = augment._similarity(torch.from_numpy(source), torch.from_numpy(target))
    for i in range(6):
        wanted = estimate_transform("similarity", source[i], target).params
        np.testing.assert_allclose(matrix[i], wanted[:2, :2], atol=1e-9)
        np.testing.assert_allclose(shift[i], wanted[:2, 2], atol=1e-9)


def test_the_grid_warp_is_a_bend_by_a_random_push():
    pictures = smooth_pictures(3, 40, 56)
    push = 0.03 * torch.randn(3, 5, 5, 2, generator=seeded(6))
    for mine, wanted in zip(
        augment.bend(pictures, push, 0.8, 32), augment.grid_warp(pictures, seeded(6), 0.03, 0.8, 32), strict=True
    ):
        assert torch.equal(mine, wanted)


def test_one_pushed_node_bends_its_neighbourhood_only_and_looks_where_it_is_pushed():
    height, width = 80, 160
    ramp = coordinates(height, width)
    even, _ = augment.bend(ramp, torch.zeros(1, 5, 5, 2))
    push = torch.zeros(1, 5, 5, 2)
    push[0, 1, 2] = torch.tensor([0.05, -0.1])  # row 1, column 2: a quarter down, in the middle across
    warped, _ = augment.bend(ramp, push)
    carried = (warped - even)[0]
    assert carried[0, 20, 80].item() == pytest.approx(0.05 * width, abs=0.3)
    assert carried[1, 20, 80].item() == pytest.approx(-0.1 * height, abs=0.3)
    touched = carried.abs().sum(0) > 1e-3
    rows, columns = touched.nonzero().T
    assert rows.min() >= 0 and rows.max() < 40, "from the node above it to the one below"
    assert columns.min() >= 40 and columns.max() < 120


def test_a_grid_moved_as_a_whole_moves_the_target_along():
    pictures = smooth_pictures(2, 48, 64)
    warped, target = augment.bend(pictures, torch.full((2, 5, 5, 2), 0.06))
    assert torch.allclose(warped, target, atol=1e-5), "a shift is no crumpling: nothing may be left to undo"


@pytest.mark.parametrize("shape", [(5, 5, 2), (2, 5, 5, 2), (1, 4, 5, 2), (1, 5, 5, 1)])
def test_pushes_of_another_shape_are_worded(shape):
    with pytest.raises(ValueError, match=r"push: wanted shape \(1, 5, 5, 2\), got"):
        augment.bend(torch.rand(1, 3, 16, 16), torch.zeros(shape))


def test_a_mask_joined_to_its_picture_goes_along():
    pictures = smooth_pictures(4, 32, 32)
    four = torch.cat([pictures, pictures[:, :1]], 1)
    warped, target = augment.grid_warp(four, seeded())
    assert torch.equal(warped[:, 0], warped[:, 3])
    assert torch.equal(target[:, 0], target[:, 3])


# --- the rest ---


def test_affine_stays_within_its_limits_and_keeps_angles():
    height, width, margin = 40, 64, 40
    ramp = coordinates(height + 2 * margin, width + 2 * margin).expand(200, -1, -1, -1)
    result = augment.affine(ramp, seeded(1), rotation=10, zoom=0.05, shift=0.05)
    pixels = coordinates(height, width)[0].flatten(1).T.double().numpy() + margin
    middle = np.array([width + 2 * margin - 1, height + 2 * margin - 1]) / 2
    turns, zooms, shifts = [], [], []
    for one in result[:, :, margin:-margin, margin:-margin]:
        came_from = one.flatten(1).T.double().numpy()
        fit = estimate_transform("similarity", came_from, pixels)
        assert np.abs(fit(came_from) - pixels).max() < 0.02, "not a similarity: an affine change must not shear"
        turns.append(np.degrees(fit.rotation))
        zooms.append(fit.scale)
        shifts.append((fit(middle) - middle)[0] / [width + 2 * margin, height + 2 * margin])
    for values, low, high in ((turns, -10, 10), (zooms, 0.95, 1.05), (shifts, -0.05, 0.05)):
        spread = high - low
        assert low - 0.01 * spread <= np.min(values) < low + 0.1 * spread, f"{low}…{high} is not used to its lower end"
        assert high + 0.01 * spread >= np.max(values) > high - 0.1 * spread, (
            f"{low}…{high} is not used to its upper end"
        )


def test_affine_with_nothing_to_do():
    pictures = smooth_pictures(2, 17, 30)
    assert torch.allclose(augment.affine(pictures, seeded(), 0, 0, 0), pictures, atol=1e-5)


def test_flip_mirrors_some_and_leaves_the_others():
    pictures = torch.rand(2000, 1, 2, 3, generator=seeded(1))
    result = augment.flip(pictures, seeded(2), probability=0.4)
    mirrored = torch.tensor([torch.equal(a, b.flip(-1)) for a, b in zip(result, pictures, strict=True)])
    kept = torch.tensor([torch.equal(a, b) for a, b in zip(result, pictures, strict=True)])
    assert (mirrored ^ kept).all(), "each picture is either mirrored left to right or as it was"
    assert mirrored.float().mean().item() == pytest.approx(0.4, abs=0.04)
    assert torch.equal(augment.flip(pictures, seeded(), 0), pictures)
    assert torch.equal(augment.flip(pictures, seeded(), 1), pictures.flip(-1))


@pytest.mark.parametrize("function", [augment.colour_jitter, augment.opponent_jitter])
def test_colour_changes_are_one_straight_line_a_channel(function):
    grey = (
        torch.linspace(0.35, 0.65, 60).view(1, 1, 6, 10).expand(50, 3, 6, 10)
    )  # far enough from 0 and 1 not to be clipped
    result = function(grey, seeded(), 0.1)
    x = grey[:, :, 0, 0], grey[:, :, -1, -1]
    y = result[:, :, 0, 0], result[:, :, -1, -1]
    gain = (y[1] - y[0]) / (x[1] - x[0])
    line = y[0][..., None, None] + gain[..., None, None] * (grey - x[0][..., None, None])
    assert torch.allclose(result, line, atol=1e-5)
    assert (gain > 0.8).all()
    assert (gain < 1.22).all()
    assert gain.std() > 0.02
    assert torch.allclose(function(grey, seeded(), 0.0), grey, atol=1e-6) or function is augment.opponent_jitter


def test_opponent_jitter_shifts_colour_apart_from_lightness():
    grey = torch.full((40, 3, 2, 2), 0.5)
    only_colour = augment.opponent_jitter(grey, seeded(), light=0, colour=0.1)
    assert torch.allclose(only_colour.mean(1), grey.mean(1), atol=1e-6), "lightness, the mean of the three, must stay"
    assert only_colour.std(dim=1).mean() > 0.01
    only_light = augment.opponent_jitter(grey, seeded(), light=0.3, colour=0)
    assert torch.allclose(only_light.std(dim=1), torch.zeros(40, 2, 2), atol=1e-6), "grey must stay grey"


def test_noise_has_its_strength():
    grey = torch.full((4, 3, 50, 60), 0.5)
    noise = augment.add_noise(grey, seeded(), sigma=0.05) - grey
    assert noise.std().item() == pytest.approx(0.05, rel=0.03)
    assert abs(noise.mean().item()) < 0.002
    assert torch.equal(augment.add_noise(grey, seeded(), sigma=0), grey)


def test_occlusions_are_of_one_colour_and_of_the_size_asked():
    height, width = 40, 60
    pictures = torch.full((400, 3, height, width), 0.5)
    result = augment.occlude(pictures, seeded(), probability=0.5, smallest=0.2, largest=0.5)
    covered = (result != pictures).any(1)  # (N, H, W)
    share = covered.flatten(1).any(1).float().mean().item()
    assert share == pytest.approx(0.5, abs=0.08)
    filled = []
    for picture, where in zip(result, covered, strict=True):
        if not where.any():
            continue
        assert len(picture[:, where].T.unique(dim=0)) == 1, "an occlusion has one colour"
        rows, columns = where.any(1).nonzero(), where.any(0).nonzero()
        tall, wide = rows.max() - rows.min() + 1, columns.max() - columns.min() + 1
        assert tall <= 0.5 * height + 1
        assert wide <= 0.5 * width + 1
        filled.append((where.sum() / (tall * wide)).item())
    filled = np.array(filled)
    assert (filled > 0.999).mean() > 0.3, "about half should be rectangles, which fill their box"
    assert (filled < 0.95).mean() > 0.2, "about half should be ellipses, which do not"
