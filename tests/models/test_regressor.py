"""The performance regressor."""

import numpy as np
import pytest
import torch

from unmasked import toons
from unmasked.models import weights
from unmasked.models.regressor import PerformanceRegressor


@pytest.fixture(autouse=True)
def seed():
    torch.manual_seed(1)


def test_reads_a_performance_from_each_picture_alone():
    model, pictures = PerformanceRegressor(width=3).eval(), torch.rand(5, 3, 64, 64)
    with torch.no_grad():
        read = model(pictures)
        assert read.shape == (5, len(toons.PARAMETERS))
        assert torch.allclose(model(pictures[2:3]), read[2:3], atol=1e-5)


def test_its_maps_lead_to_what_it_reads():
    model, pictures = PerformanceRegressor(width=3).eval(), torch.rand(2, 3, 64, 64)
    with torch.no_grad():
        coarse, fine = model.maps(pictures)[::-1]
        assert fine.shape == (2, 4, 16, 16) and coarse.shape == (2, 9, 8, 8)
        assert torch.equal(model.layers[9:](coarse), model.standardised(pictures))


def test_stays_small():
    with torch.device("meta"):
        count = sum(p.numel() for p in PerformanceRegressor().parameters())
    assert 400_000 < count < 500_000


def test_every_parameter_learns():
    model = PerformanceRegressor(width=3)
    model(torch.rand(4, 3, 64, 64)).square().sum().backward()
    assert all(p.grad is not None and p.grad.abs().sum() > 0 for p in model.parameters())


def test_scale_comes_from_the_performances_and_is_kept(tmp_path):
    model = PerformanceRegressor(width=3)
    performances = torch.from_numpy(toons.sample_performances(np.random.default_rng(1), 500))
    model.fit_scale(performances)
    even = model.standardise(performances)
    assert torch.allclose(even.mean(0), torch.zeros(11), atol=1e-4)
    assert torch.allclose(even.std(0), torch.ones(11), atol=1e-4)
    pictures = torch.rand(3, 3, 64, 64)
    with torch.no_grad():
        assert torch.allclose(model.standardise(model(pictures)), model.standardised(pictures), atol=1e-4)
        weights.save(model, "r", "a test", "none", folder=tmp_path)
        again = weights.load("r", folder=tmp_path)
        assert torch.allclose(again.standardised(pictures), model.standardised(pictures), atol=5e-3)
        assert torch.allclose(again.std, model.std, rtol=1e-3)


def test_wrong_arguments_are_told():
    model = PerformanceRegressor(width=2)
    with pytest.raises(ValueError, match=r"pictures: wanted shape \(N, 3, 64, 64\), got \(2, 3, 32, 32\)"):
        model(torch.rand(2, 3, 32, 32))
    with pytest.raises(ValueError, match=r"performances: wanted shape \(N, 11\), got \(4, 3\)"):
        model.fit_scale(torch.rand(4, 3))
    with pytest.raises(ValueError, match="never changes"):
        model.fit_scale(torch.ones(4, 11))
    with pytest.raises(ValueError, match="width: wanted a whole number, 1 or more, got 0"):
        PerformanceRegressor(width=0)
