"""The landmarker: a heat map a point, and the mean place under each."""

import pytest
import torch

from unmasked.models import weights
from unmasked.models.landmarker import CELL, SIDE, Landmarker


@pytest.fixture(autouse=True)
def seed():
    torch.manual_seed(1)


def test_reads_each_crop_alone():
    model, pictures = Landmarker(width=8).eval(), torch.rand(5, 3, 64, 64)
    with torch.no_grad():
        found = model(pictures)
        assert found.shape == (5, 68, 2) and model.heat_maps(pictures).shape == (5, 68, SIDE // CELL, SIDE // CELL)
        assert torch.allclose(model(pictures[2:3]), found[2:3], atol=1e-4)


def test_a_point_lies_where_its_heat_map_is_hot(monkeypatch):
    model = Landmarker(width=8)
    heat = torch.full((2, 68, 16, 16), -50.0)
    heat[0, :, 3, 5] = 50.0  # row 3, column 5: pixels 12…15 down, 20…23 across
    heat[1, :, 0, 0] = heat[1, :, 0, 1] = 50.0  # two cells alike: the point lies between them
    monkeypatch.setattr(model, "heat_maps", lambda _: heat)
    found = model(torch.rand(2, 3, 64, 64))
    assert torch.allclose(found[0], torch.tensor([21.5, 13.5]).expand(68, 2), atol=1e-4)
    assert torch.allclose(found[1], torch.tensor([3.5, 1.5]).expand(68, 2), atol=1e-4)


def test_stays_small():
    with torch.device("meta"):
        count = sum(p.numel() for p in Landmarker().parameters())
    assert 250_000 < count < 400_000


def test_every_parameter_learns():
    model = Landmarker(width=8)
    model(torch.rand(4, 3, 64, 64)).square().sum().backward()
    assert all(p.grad is not None and p.grad.abs().sum() > 0 for p in model.parameters())


def test_is_saved_and_loaded(tmp_path):
    model, pictures = Landmarker(width=8).eval(), torch.rand(3, 3, 64, 64)
    weights.save(model, "points", "a test", "none", folder=tmp_path)
    with torch.no_grad():
        assert torch.allclose(weights.load("points", folder=tmp_path)(pictures), model(pictures), atol=0.1)


def test_wrong_arguments_are_told():
    with pytest.raises(ValueError, match=r"pictures: wanted shape \(N, 3, 64, 64\), got \(2, 3, 32, 64\)"):
        Landmarker(width=8)(torch.rand(2, 3, 32, 64))
    with pytest.raises(ValueError, match="width: wanted an even whole number, 2 or more, got 0"):
        Landmarker(width=0)
