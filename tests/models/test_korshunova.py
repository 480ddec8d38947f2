"""Korshunova's branches: their count and size; and its losses against patches cut out one by one."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from unmasked.models.korshunova import Korshunova, style_loss, total_variation


@pytest.mark.parametrize(("side", "branches"), [(16, 2), (64, 4), (128, 5)])
def test_a_branch_for_each_doubling(side, branches):
    model = Korshunova(3, side)
    assert len(model.branches) == branches and len(model.joins) == branches - 1
    assert model(torch.rand(2, 3, side, side)).shape == (2, 3, side, side)


def test_at_the_papers_size_it_has_about_a_million_parameters():
    assert 0.9e6 < sum(p.numel() for p in Korshunova(32, 128).parameters()) < 1.2e6


def test_every_branch_has_a_say():
    torch.manual_seed(0)
    model = Korshunova(4, 32)
    model(torch.rand(2, 3, 32, 32)).square().mean().backward()
    assert all(p.grad is not None and p.grad.abs().sum() > 0 for p in model.parameters())


@given(st.integers(0, 1000), st.sampled_from([1, 3]))
@settings(max_examples=20, deadline=None)
def test_style_is_the_distance_to_the_nearest_patch(seed, size):
    generator = torch.Generator().manual_seed(seed)
    maps = torch.randn(2, 3, 5, 7, generator=generator)
    styles = torch.randn(2, 4, 3, 5, 7, generator=generator)
    reach, nearest = size // 2, []
    for n in range(2):
        for y in range(5):
            for x in range(7):
                rows = slice(max(0, y - reach), y + reach + 1), slice(max(0, x - reach), x + reach + 1)
                mine, theirs = maps[n][(slice(None), *rows)], styles[n][(slice(None), slice(None), *rows)]
                nearest.append(min(float((mine - one).square().mean()) for one in theirs))
    wanted = np.mean(nearest) / float(styles.square().mean())
    assert float(style_loss(maps, styles, size)) == pytest.approx(wanted, rel=1e-4)


def test_a_picture_that_is_among_the_styles_costs_nothing():
    styles = torch.randn(3, 5, 2, 6, 4)
    assert float(style_loss(styles[:, 2], styles)) == pytest.approx(0, abs=1e-7)


def test_variation_counts_both_directions():
    stripes = torch.zeros(1, 1, 4, 6)
    stripes[..., ::2] = 1
    assert float(total_variation(stripes)) == pytest.approx(1.0)
    assert float(total_variation(stripes.mT)) == pytest.approx(1.0)
    assert float(total_variation(torch.full((2, 3, 5, 4), 0.3))) == 0


def test_other_shapes_are_told():
    with pytest.raises(ValueError, match="side"):
        Korshunova(4, 48)
    with pytest.raises(ValueError, match="pictures"):
        Korshunova(4, 32)(torch.rand(1, 3, 64, 64))
    with pytest.raises(ValueError, match="styles"):
        style_loss(torch.rand(2, 3, 4, 4), torch.rand(1, 5, 3, 4, 4))
    with pytest.raises(ValueError, match="odd"):
        style_loss(torch.rand(1, 3, 4, 4), torch.rand(1, 5, 3, 4, 4), size=2)
