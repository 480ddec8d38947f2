"""The swap with a mask: what is composited, and what stays."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from unmasked.models import weights
from unmasked.models.alpha import AlphaSwapNet, composite


def net(**options) -> AlphaSwapNet:
    torch.manual_seed(0)
    return AlphaSwapNet(("ada", "bo"), code_size=12, width=4, **options)


@settings(deadline=None, max_examples=25)
@given(st.integers(1, 4), st.integers(1, 9), st.integers(1, 9), st.integers(0, 999))
def test_a_composite_lies_between_its_two_and_is_either_at_the_ends(count, height, width, seed):
    generator = torch.Generator().manual_seed(seed)
    colour, pictures = (torch.rand(count, 3, height, width, generator=generator) for _ in range(2))
    alpha = torch.rand(count, 1, height, width, generator=generator)
    mixed = composite(colour, alpha, pictures)
    assert (mixed >= torch.minimum(colour, pictures) - 1e-6).all()
    assert (mixed <= torch.maximum(colour, pictures) + 1e-6).all()
    assert torch.equal(composite(colour, torch.ones_like(alpha), pictures), colour)
    assert torch.equal(composite(colour, torch.zeros_like(alpha), pictures), pictures)


@pytest.mark.parametrize("shape", [(2, 3, 8, 6), (2, 8, 6), (1, 1, 8, 6), (2, 1, 6, 8)])
def test_a_mask_that_doesnt_fit_is_worded(shape):
    with pytest.raises(ValueError, match="alpha: wanted"):
        composite(torch.zeros(2, 3, 8, 6), torch.zeros(shape), torch.zeros(2, 3, 8, 6))
    with pytest.raises(ValueError, match="alpha: wanted"):
        composite(torch.zeros(2, 3, 8, 6), torch.zeros(2, 1, 8, 6), torch.zeros(1, 3, 8, 6))


@pytest.mark.parametrize(("side", "shared"), [(64, True), (64, False), (128, True)])
def test_it_draws_colour_and_a_mask_that_begins_open(side, shared):
    model, pictures = net(side=side, shared=shared).eval(), torch.rand(3, 3, side, side)
    with torch.no_grad():
        codes = model.encode(pictures, "ada")
        colour, alpha = model.decode(codes, "bo")
        assert colour.shape == (3, 3, side, side) and alpha.shape == (3, 1, side, side)
        assert alpha.min() > 0.5 and alpha.max() < 1
        assert torch.allclose(model.swap(pictures, "ada", "bo"), composite(colour, alpha, pictures))
        assert torch.equal(model(pictures, "bo"), model.swap(pictures, "bo", "bo"))
        alone, _ = model.decode(codes[1:2], "bo")
        assert torch.allclose(alone, colour[1:2], atol=1e-5)
    with pytest.raises(ValueError, match="this net knows ada, bo"):
        model.decode(codes, "cleo")


def test_gradients_reach_the_encoder_by_colour_and_by_mask():
    for part in (0, 1):
        model = net()
        model.decode(model.encode(torch.rand(4, 3, 64, 64), "ada"), "bo")[part].square().sum().backward()
        assert all(p.grad is not None and p.grad.abs().sum() > 0 for p in model.encoder.parameters())


def test_it_is_kept_and_comes_back(tmp_path):
    model, pictures = net().eval(), torch.rand(2, 3, 64, 64)
    weights.save(model, "alpha", "a swap with a mask", "python", folder=tmp_path)
    again = weights.load("alpha", folder=tmp_path)
    with torch.no_grad():
        assert torch.allclose(again.swap(pictures, "ada", "bo"), model.swap(pictures, "ada", "bo"), atol=2e-2)
