"""Losses against references."""

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
