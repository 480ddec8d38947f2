"""The segmenter: a small U-Net from an aligned crop to its mask."""

import pytest
import torch
from torch.nn.functional import binary_cross_entropy_with_logits

from unmasked.models import weights
from unmasked.models.segmenter import Segmenter


@pytest.fixture(autouse=True)
def seed():
    torch.manual_seed(1)


def test_masks_each_crop_alone():
    model, pictures = Segmenter(width=4).eval(), torch.rand(5, 3, 64, 64)
    with torch.no_grad():
        logits = model(pictures)
        assert logits.shape == (5, 1, 64, 64)
        assert torch.allclose(model(pictures[2:3]), logits[2:3], atol=1e-5)


def test_stays_small():
    with torch.device("meta"):
        count = sum(p.numel() for p in Segmenter().parameters())
    assert 100_000 < count < 250_000


def test_every_parameter_learns():
    model = Segmenter(width=4)
    model(torch.rand(4, 3, 64, 64)).square().sum().backward()
    assert all(p.grad is not None and p.grad.abs().sum() > 0 for p in model.parameters())


def test_learns_a_mask_with_a_fine_edge():
    """Bright discs: single pixels of their edge come out, though no layer works at full size."""
    model = Segmenter(width=4)
    optimiser = torch.optim.Adam(model.parameters(), 1e-2)
    y, x = torch.meshgrid(torch.arange(64.0), torch.arange(64.0), indexing="ij")
    for _ in range(60):
        middle, radius = 20 + 24 * torch.rand(8, 2, 1, 1), 8 + 12 * torch.rand(8, 1, 1)
        masks = ((x - middle[:, 0]) ** 2 + (y - middle[:, 1]) ** 2 < radius**2).float()[:, None]
        loss = binary_cross_entropy_with_logits(model(masks.expand(-1, 3, -1, -1) * 0.8 + 0.1), masks)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    assert loss < 0.1


def test_is_saved_and_loaded(tmp_path):
    model, pictures = Segmenter(width=4).eval(), torch.rand(3, 3, 64, 64)
    weights.save(model, "mask", "a test", "none", folder=tmp_path)
    with torch.no_grad():
        assert torch.allclose(weights.load("mask", folder=tmp_path)(pictures), model(pictures), atol=0.02)


def test_wrong_arguments_are_told():
    with pytest.raises(ValueError, match=r"pictures: wanted shape \(N, 3, 64, 64\), got \(2, 3, 96, 96\)"):
        Segmenter(width=2)(torch.rand(2, 3, 96, 96))
    with pytest.raises(ValueError, match="width: wanted a whole number, 1 or more, got 0"):
        Segmenter(width=0)
