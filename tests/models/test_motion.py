"""Keypoints, local motions and the flow: against scipy and by hand, also on pictures that aren't square."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.ndimage import center_of_mass, map_coordinates
from scipy.special import softmax

from unmasked.models.motion import (
    Keypoints,
    bumps,
    dense_flow,
    invert,
    local_affine,
    look_up,
    occlusion_blend,
    places,
    relative_motion,
    soft_argmax,
)

TURN = torch.tensor([[0.0, -1.0], [1.0, 0.0]])  # a quarter of a turn, clockwise on the screen


def random_keypoints(count: int, points: int, seed: int) -> Keypoints:
    generator = torch.Generator().manual_seed(seed)
    value = 1.6 * torch.rand(count, points, 2, generator=generator, dtype=torch.float64) - 0.8
    noise = torch.randn(count, points, 2, 2, generator=generator, dtype=torch.float64)
    return Keypoints(value, torch.eye(2, dtype=torch.float64) + 0.3 * noise)


def test_places_are_the_pixels_middles():
    grid = places((2, 4))
    assert grid.shape == (2, 4, 2)
    assert grid[0, :, 0].tolist() == [-0.75, -0.25, 0.25, 0.75] and grid[:, 0, 1].tolist() == [-0.5, 0.5]


@settings(deadline=None, max_examples=25)
@given(st.integers(2, 9), st.integers(2, 9), st.integers(1, 4), st.integers(0, 999), st.floats(0.05, 3))
def test_soft_argmax_agrees_with_scipy(height, width, points, seed, temperature):
    logits = torch.randn(2, points, height, width, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    value, heat = soft_argmax(logits, temperature)
    shares = softmax(logits.numpy() / temperature, (2, 3))
    assert np.allclose(heat.numpy(), shares) and heat.shape == logits.shape
    for n in range(2):
        for k in range(points):
            row, column = center_of_mass(shares[n, k])
            expected = ((2 * column + 1) / width - 1, (2 * row + 1) / height - 1)
            assert value[n, k].tolist() == pytest.approx(expected, abs=1e-6)


def test_a_lower_temperature_goes_to_the_hottest_pixel():
    logits = torch.zeros(1, 1, 4, 8)
    logits[0, 0, 1, 6] = 1.0
    near, far = (soft_argmax(logits, temperature)[0][0, 0] for temperature in (0.05, 10.0))
    assert near.tolist() == pytest.approx([0.625, -0.25], abs=1e-3)
    assert far.abs().max() < 0.05


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 999))
def test_inverses_agree_with_numpy(seed):
    matrices = random_keypoints(3, 4, seed).jacobian
    assert np.allclose(invert(matrices).numpy() @ matrices.numpy(), np.eye(2), atol=1e-6)


def test_a_flattened_plane_gives_large_numbers_and_no_infinity():
    assert torch.isfinite(invert(torch.zeros(2, 2))).all()
    assert torch.isfinite(invert(torch.ones(3, 2, 2))).all()


@settings(deadline=None, max_examples=25)
@given(st.integers(1, 7), st.integers(1, 7), st.integers(1, 4), st.integers(0, 999))
def test_local_motions_agree_with_the_formula_place_by_place(height, width, points, seed):
    source, driving = random_keypoints(3, points, seed), random_keypoints(3, points, seed + 1)
    grid = places((height, width)).double()
    motions = local_affine(grid, *source, *driving)
    assert motions.shape == (3, points, height, width, 2)
    for n in range(3):
        for k in range(points):
            turn = source.jacobian[n, k].numpy() @ np.linalg.inv(driving.jacobian[n, k].numpy())
            z = grid[-1, 0].numpy()
            expected = source.value[n, k].numpy() + turn @ (z - driving.value[n, k].numpy())
            assert np.allclose(motions[n, k, -1, 0].numpy(), expected, atol=1e-6)


def test_a_keypoint_is_fetched_from_its_own_place_and_turns_what_is_around_it():
    still = torch.tensor([[[0.2, -0.4]]])
    moved = torch.tensor([[[-0.25, 0.5]]])
    grid = torch.stack([moved[0, 0], moved[0, 0] + torch.tensor([0.1, 0.0])])[None]  # the keypoint, and right of it
    motion = local_affine(grid, still, TURN.expand(1, 1, 2, 2), moved, torch.eye(2).expand(1, 1, 2, 2))[0, 0, 0]
    assert motion[0].tolist() == pytest.approx([0.2, -0.4])
    assert motion[1].tolist() == pytest.approx([0.2, -0.3]), (
        "right of the driving keypoint lies below that of the still"
    )


def test_equal_keypoints_leave_every_place_where_it_is():
    points, grid = random_keypoints(2, 5, 0), places((6, 9)).double()
    motions = local_affine(grid, *points, *points)
    assert torch.allclose(motions, grid.expand_as(motions), atol=1e-6)
    masks = torch.randn(2, 6, 6, 9, dtype=torch.float64).softmax(1)
    flow = dense_flow(masks, motions, grid)
    pictures = torch.rand(2, 3, 6, 9, dtype=torch.float64)
    assert torch.allclose(look_up(pictures, flow), pictures, atol=1e-5)


def test_the_first_mask_is_the_background_which_stays():
    grid = places((4, 5))
    motions = grid + torch.tensor([0.5, 0.0])  # (4, 5, 2), of two keypoints and one picture
    motions = motions.expand(1, 2, 4, 5, 2)
    masks = torch.zeros(1, 3, 4, 5)
    masks[:, 0, :, :2], masks[:, 1, :, 2:4], masks[:, 2, :, 4:] = 1, 1, 1
    moved = (dense_flow(masks, motions, grid) - grid)[0]
    assert torch.allclose(moved[:, :2], torch.zeros(4, 2, 2)) and torch.allclose(moved[:, 2:, 0], torch.tensor(0.5))
    half = dense_flow(torch.full((1, 3, 4, 5), 1 / 3), motions, grid)[0] - grid
    assert torch.allclose(half[..., 0], torch.tensor(1 / 3))


def test_a_picture_is_read_as_scipy_reads_it():
    pictures = torch.rand(1, 2, 7, 10, dtype=torch.float64)
    flow = 1.6 * torch.rand(1, 3, 5, 2, dtype=torch.float64) - 0.8
    read = look_up(pictures, flow)
    columns, rows = ((flow[0, ..., axis].numpy() + 1) / 2 * size - 0.5 for axis, size in ((0, 10), (1, 7)))
    for channel in range(2):
        expected = map_coordinates(pictures[0, channel].numpy(), [rows, columns], order=1, mode="nearest")
        assert np.allclose(read[0, channel].numpy(), expected)


def test_bumps_are_highest_at_their_keypoints():
    grid = places((8, 16))
    values = bumps(grid[2, 5].expand(1, 1, 2), grid)
    assert values.shape == (1, 1, 8, 16) and values[0, 0, 2, 5] == 1
    assert values.flatten().argmax() == 2 * 16 + 5
    assert values[0, 0, 2, 6].item() == pytest.approx(np.exp(-0.5 * 0.125**2 / 0.01))


def test_occlusion_chooses_between_the_moved_and_the_drawn():
    moved, drawn = torch.ones(2, 3, 4, 6), torch.zeros(2, 3, 4, 6)
    occlusion = torch.rand(2, 1, 4, 6)
    assert torch.allclose(occlusion_blend(moved, drawn, occlusion), occlusion.expand(2, 3, 4, 6))
    with pytest.raises(ValueError, match=r"occlusion: wanted shape \(2, 1, 4, 6\)"):
        occlusion_blend(moved, drawn, torch.rand(2, 4, 6))


@settings(deadline=None, max_examples=10)
@given(st.integers(0, 999))
def test_relative_motion_carries_over_the_change(seed):
    still, driving = random_keypoints(1, 4, seed), random_keypoints(3, 4, seed + 1)
    rest = relative_motion(still, driving.take(slice(0, 1)), driving.take(slice(0, 1)))
    assert all(torch.allclose(mine, theirs, atol=1e-6) for mine, theirs in zip(rest, still, strict=True))
    own = relative_motion(driving.take(slice(0, 1)), driving, driving.take(slice(0, 1)))
    assert all(torch.allclose(mine, theirs, atol=1e-5) for mine, theirs in zip(own, driving, strict=True))
    moved = relative_motion(still, driving, driving.take(slice(0, 1)))
    assert torch.allclose(moved.value - still.value, driving.value - driving.value[:1])


def test_wrong_shapes_are_named():
    grid, points = places(4), random_keypoints(2, 3, 0)
    with pytest.raises(ValueError, match=r"driving_jacobian: wanted shape \(2, 3, 2, 2\)"):
        local_affine(grid, *points, points.value, points.jacobian[..., 0])
    with pytest.raises(ValueError, match=r"masks: wanted shape \(2, 4, 4, 4\)"):
        dense_flow(torch.rand(2, 3, 4, 4), torch.rand(2, 3, 4, 4, 2), grid)
    with pytest.raises(ValueError, match=r"logits: wanted shape \(N, C, H, W\), got \(3, 4\)"):
        soft_argmax(torch.rand(3, 4))
    with pytest.raises(ValueError, match="temperature"):
        soft_argmax(torch.rand(1, 1, 3, 4), 0.0)
    with pytest.raises(TypeError, match="motions"):
        dense_flow(torch.rand(2, 3, 4, 4), np.zeros((2, 3, 4, 4, 2)), grid)
