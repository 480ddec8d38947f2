"""Losses against references."""

from functools import partial

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from skimage.metrics import structural_similarity

from unmasked import losses


@pytest.fixture
def generator():
    return torch.Generator().manual_seed(3)


def test_l1_l2_is_both_means_with_their_weight(generator):
    a, b = torch.rand(2, 3, 5, 7, generator=generator), torch.rand(2, 3, 5, 7, generator=generator)
    difference = (a - b).numpy().astype(np.float64)
    wanted = np.abs(difference).mean() + 2.5 * np.square(difference).mean()
    assert losses.l1_l2(a, b, l2_weight=2.5).item() == pytest.approx(wanted, rel=1e-5)
    assert losses.l1_l2(a, a).item() == 0


@pytest.mark.parametrize("shape", [(2, 3, 24, 37), (1, 1, 64, 64), (5, 3, 11, 16)])
def test_dssim_agrees_with_scikit_image(generator, shape):
    a = torch.rand(shape, generator=generator)
    b = (a + 0.2 * torch.randn(shape, generator=generator)).clamp(0, 1)
    similar = [
        structural_similarity(
            one, other, channel_axis=0, data_range=1.0, gaussian_weights=True, sigma=1.5, use_sample_covariance=False
        )
        for one, other in zip(a.double().numpy(), b.double().numpy(), strict=True)
    ]
    assert losses.dssim(a, b).item() == pytest.approx((1 - np.mean(similar)) / 2, abs=1e-5)


def test_dssim_of_equal_opposite_and_flat_pictures(generator):
    a = torch.rand(2, 3, 16, 20, generator=generator)
    assert losses.dssim(a, a).item() == pytest.approx(0, abs=1e-6)
    assert losses.dssim(a, 1 - a).item() > 0.5, "a negative has the opposite pattern: its similarity is below 0"
    flat = torch.full((1, 3, 16, 16), 0.5)
    assert losses.dssim(flat, flat).item() == pytest.approx(0, abs=1e-6), "a flat picture must not divide by zero"


def test_gradients_are_right(generator):
    a = torch.rand(2, 1, 8, 9, generator=generator, dtype=torch.float64, requires_grad=True)
    b = torch.rand(2, 1, 8, 9, generator=generator, dtype=torch.float64)
    assert torch.autograd.gradcheck(lambda x: losses.dssim(x, b, window=5), (a,))
    assert torch.autograd.gradcheck(lambda x: losses.l1_l2(x, b), (a,))


def test_dssim_keeps_its_digits_under_autocast(generator):
    a = torch.rand(2, 3, 32, 32, generator=generator)
    b = (a + 0.02 * torch.randn(a.shape, generator=generator)).clamp(0, 1)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        inside = losses.dssim(a, b).item()
    assert inside == pytest.approx(losses.dssim(a, b).item(), rel=1e-4)


def test_a_smaller_dssim_is_found_by_descent(generator):
    target = torch.rand(1, 3, 16, 16, generator=generator)
    guess = torch.full_like(target, 0.5).requires_grad_()
    first = losses.dssim(guess + 0.05 * torch.randn(guess.shape, generator=generator), target).item()
    optimiser = torch.optim.Adam([guess], lr=0.05)
    for _ in range(60):
        optimiser.zero_grad()
        loss = losses.dssim(guess, target, window=7)
        loss.backward()
        optimiser.step()
    assert loss.item() < 0.3 * first, "sixty steps of descent should bring the picture near its target"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((torch.zeros(2, 3, 16, 16), torch.zeros(1, 3, 16, 16)), "one shape.*2, 3.*1, 3"),
        ((torch.zeros(3, 16, 16), torch.zeros(3, 16, 16)), r"a: wanted shape \(N, C, H, W\)"),
        ((torch.zeros(1, 3, 16, 9), torch.zeros(1, 3, 16, 9)), "window.*picture's 9, got 11"),
        ((torch.zeros(1, 3, 16, 16), torch.zeros(1, 3, 16, 16), 8), "window.*odd.*8"),
        ((torch.zeros(1, 3, 16, 16), torch.zeros(1, 3, 16, 16), 5, 0.0), "sigma"),
    ],
)
def test_wrong_input_is_worded(arguments, words):
    with pytest.raises(ValueError, match=words):
        losses.dssim(*arguments)


def test_unequal_shapes_never_stretch():
    with pytest.raises(ValueError, match="one shape"):
        losses.l1_l2(torch.zeros(4, 3, 8, 8), torch.zeros(1, 3, 8, 8))


def test_covariance_gap_of_the_same_shifted_and_reordered_codes_is_zero():
    codes = torch.randn(9, 5, generator=torch.Generator().manual_seed(1))
    assert losses.covariance_gap(codes, codes) == 0
    assert losses.covariance_gap(codes, codes.flip(0) + 3).item() == pytest.approx(0, abs=1e-10)


def test_covariance_gap_has_a_known_value():
    a = torch.tensor([[1.0, 0.0], [-1.0, 0.0]])  # covariance [[1, 0], [0, 0]]
    b = torch.tensor([[2.0, 2.0], [-2.0, -2.0], [2.0, 2.0], [-2.0, -2.0]])  # [[4, 4], [4, 4]]
    assert losses.covariance_gap(a, b).item() == pytest.approx((9 + 16 + 16 + 16) / 4)


@settings(deadline=None, max_examples=25)
@given(st.integers(2, 9), st.integers(2, 9), st.integers(1, 6), st.integers(0, 999))
def test_covariance_gap_is_symmetric_and_agrees_with_numpy(many, few, length, seed):
    generator = torch.Generator().manual_seed(seed)
    a, b = (torch.randn(count, length, generator=generator, dtype=torch.float64) for count in (many, few))
    gap = losses.covariance_gap(a, b).item()
    assert gap == pytest.approx(losses.covariance_gap(b, a).item())
    covariances = [np.cov(codes.numpy(), rowvar=False, bias=True) for codes in (a, b)]
    assert gap == pytest.approx(np.square(covariances[0] - covariances[1]).mean())


@pytest.mark.parametrize(
    ("a", "b", "words"),
    [
        ((4, 3), (4, 2), r"b: wanted at least two codes of one length, got shape \(4, 2\)"),
        ((1, 3), (4, 3), r"a: wanted at least two codes of one length, got shape \(1, 3\)"),
        ((4, 3), (1, 3), r"b: wanted at least two codes"),
        ((4, 3, 2), (4, 3), r"a: wanted at least two codes of one length, got shape \(4, 3, 2\)"),
        ((4, 3), (12,), r"b: wanted at least two codes of one length, got shape \(12,\)"),
    ],
)
def test_covariance_gap_of_wrong_shapes_is_worded(a, b, words):
    with pytest.raises(ValueError, match=words):
        losses.covariance_gap(torch.zeros(a), torch.zeros(b))


def test_weights_multiply_each_pixels_error():
    generator = torch.Generator().manual_seed(0)
    a, b = torch.rand(2, 3, 5, 7, generator=generator), torch.rand(2, 3, 5, 7, generator=generator)
    weights = torch.rand(2, 1, 5, 7, generator=generator)
    error = (a - b).abs() + 12 * (a - b).square()
    assert losses.l1_l2(a, b, weights=weights).item() == pytest.approx((weights * error).mean().item(), rel=1e-5)
    assert losses.l1_l2(a, b, weights=torch.ones(2, 1, 5, 7)).item() == pytest.approx(losses.l1_l2(a, b).item())
    assert losses.l1_l2(a, b, weights=torch.zeros(2, 1, 5, 7)) == 0
    inside = torch.zeros(2, 1, 5, 7)
    inside[..., :3, :4] = 1
    changed = torch.where(inside > 0, a, 0.0)
    assert torch.equal(losses.l1_l2(a, b, weights=inside), losses.l1_l2(changed, b, weights=inside))


PICTURE_LOSSES = {
    "mae": losses.mae,
    "mse": losses.mse,
    "l1_l2": losses.l1_l2,
    "edge_loss": losses.edge_loss,
    "dssim": losses.dssim,
    "dssim_mse": losses.dssim_mse,
    "perceptual": partial(losses.perceptual, features=lambda x: [x, torch.nn.functional.avg_pool2d(x, 2)]),
}


@pytest.mark.parametrize("name", PICTURE_LOSSES)
def test_every_picture_loss_is_zero_for_the_same_and_lets_go_where_the_weights_do(name, generator):
    loss = PICTURE_LOSSES[name]
    a, b = torch.rand(2, 3, 34, 24, generator=generator), torch.rand(2, 3, 34, 24, generator=generator)
    assert loss(a, a).item() == pytest.approx(0, abs=1e-6)
    assert loss(a, b).item() > 0
    ones = torch.ones(2, 1, 34, 24)
    assert loss(a, b, weights=ones).item() == pytest.approx(loss(a, b).item(), rel=1e-5)
    assert loss(a, b, weights=3 * ones).item() == pytest.approx(3 * loss(a, b).item(), rel=1e-5)
    first = torch.cat([ones[:1], 0 * ones[:1]])
    assert loss(a, b, weights=first).item() > 0
    other = torch.cat([a[:1], b[1:]])
    assert loss(other, b, weights=1 - first).item() == pytest.approx(0, abs=1e-6), "a picture without weight counted"


@pytest.mark.parametrize("name", PICTURE_LOSSES)
def test_every_picture_loss_has_a_gradient_and_refuses_unequal_shapes(name, generator):
    loss = PICTURE_LOSSES[name]
    a = torch.rand(1, 3, 13, 12, generator=generator, requires_grad=True)
    loss(a, torch.rand(1, 3, 13, 12, generator=generator)).backward()
    assert torch.isfinite(a.grad).all() and (a.grad != 0).float().mean() > 0.9
    with pytest.raises(ValueError, match="one shape"):
        loss(a, torch.rand(2, 3, 13, 12, generator=generator))


def test_mae_and_mse_are_numpys(generator):
    a, b = torch.rand(2, 3, 5, 7, generator=generator), torch.rand(2, 3, 5, 7, generator=generator)
    gap = (a - b).numpy().astype(np.float64)
    assert losses.mae(a, b).item() == pytest.approx(np.abs(gap).mean(), rel=1e-5)
    assert losses.mse(a, b).item() == pytest.approx(np.square(gap).mean(), rel=1e-5)


@settings(deadline=None, max_examples=25)
@given(st.integers(2, 9), st.integers(2, 9), st.integers(0, 999))
def test_edges_are_the_first_differences_down_and_across(height, width, seed):
    generator = torch.Generator().manual_seed(seed)
    a, b = torch.rand(2, 3, height, width, generator=generator), torch.rand(2, 3, height, width, generator=generator)
    wanted = sum(np.abs(np.diff(a.numpy(), axis=n) - np.diff(b.numpy(), axis=n)).mean() for n in (2, 3))
    assert losses.edge_loss(a, b).item() == pytest.approx(wanted, rel=1e-4)
    assert losses.edge_loss(a + 0.25, a).item() == pytest.approx(0, abs=1e-6), "an even shift has no edge"
    assert losses.edge_loss(a.mT, b.mT).item() == pytest.approx(wanted, rel=1e-4)


def test_blur_costs_edges_more_than_colour_does():
    picture = torch.zeros(1, 3, 16, 16)
    picture[..., 8:] = 1
    blurred = torch.nn.functional.avg_pool2d(picture, (1, 5), 1, (0, 2), count_include_pad=False)
    shifted = picture * 0.8 + 0.1
    assert losses.mse(blurred, picture) > losses.mse(shifted, picture)
    assert losses.edge_loss(blurred, picture) > losses.edge_loss(shifted, picture)
    assert losses.edge_loss(-picture, picture).item() == pytest.approx(2 / 15), (
        "an edge the wrong way round costs twice"
    )


@pytest.mark.parametrize(("side", "window"), [(64, 5), (128, 11), (20, 3)])
def test_dssim_and_mse_are_weighed_as_deepfacelab_weighs_them(side, window, generator):
    a, b = torch.rand(1, 3, side, side, generator=generator), torch.rand(1, 3, side, side, generator=generator)
    wanted = 10 * losses.dssim(a, b, window) + 10 * losses.mse(a, b)
    assert losses.dssim_mse(a, b).item() == pytest.approx(wanted.item(), rel=1e-6)
    wanted = 2 * losses.dssim(a, b, window) + 5 * losses.mse(a, b)
    assert losses.dssim_mse(a, b, 2, 5).item() == pytest.approx(wanted.item(), rel=1e-6)


def test_perceptual_sees_only_what_the_features_see_and_in_their_own_size(generator):
    a, b = torch.rand(3, 3, 8, 6, generator=generator), torch.rand(3, 3, 8, 6, generator=generator)
    red = losses.perceptual(a, b, lambda x: [x[:, :1]])
    assert red.item() == pytest.approx(((a - b)[:, :1].abs().mean() / b[:, :1].mean()).item(), rel=1e-5)
    assert losses.perceptual(a, b, lambda x: [1000 * x[:, :1]]).item() == pytest.approx(red.item(), rel=1e-4)
    assert losses.perceptual(a, b, lambda x: [x[:, :1], x[:, :1]]).item() == pytest.approx(red.item(), rel=1e-5)
    with pytest.raises(ValueError, match="features: wanted one map or more"):
        losses.perceptual(a, b, lambda x: [])


def test_an_edge_needs_two_pixels():
    with pytest.raises(ValueError, match="2 × 2 pixels"):
        losses.edge_loss(torch.zeros(1, 3, 1, 9), torch.zeros(1, 3, 1, 9))


def test_the_adversaries_want_opposite_verdicts():
    real, fake = torch.tensor([1.0, 1.0, 0.0]), torch.tensor([[0.0, 0.5]])
    assert losses.discriminator_loss(real, fake).item() == pytest.approx(0.5 * (1 / 3 + 0.125))
    assert losses.discriminator_loss(torch.ones(4), torch.zeros(2)) == 0
    assert losses.discriminator_loss(torch.full((5,), 0.5), torch.full((2,), 0.5)).item() == pytest.approx(0.25)
    assert losses.generator_loss(fake).item() == pytest.approx(0.5 * (1 + 0.25) / 2)
    assert losses.generator_loss(torch.ones(3, 1, 8, 8)) == 0
