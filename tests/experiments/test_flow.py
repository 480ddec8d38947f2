"""Flow on codes: what is encoded, what a short training brings, and the two tests against copying."""

import numpy as np
import pytest
import torch
from sklearn.neighbors import NearestNeighbors

from unmasked import toons
from unmasked.experiments import flow
from unmasked.experiments.flow import Codes
from unmasked.faces import draw_faces
from unmasked.models import weights
from unmasked.tensors import to_tensor


@pytest.fixture(scope="module")
def model():
    return weights.load("swap-ada-bo")


@pytest.fixture(scope="module")
def codes(model):
    return flow.codes_of(model, "bo", count=60, held_out=70, seed=3)


def of(train: torch.Tensor, held_out: torch.Tensor) -> Codes:
    ones = torch.ones(train.shape[1])
    return Codes(train, held_out, 0 * ones, ones)


def test_codes_are_standardised_and_find_their_way_back(model, codes):
    assert codes.train.shape == (60, 128) and codes.held_out.shape == (70, 128)
    torch.testing.assert_close(codes.train.mean(0), torch.zeros(128), atol=1e-4, rtol=0)
    torch.testing.assert_close(codes.train.std(0), torch.ones(128), atol=1e-3, rtol=0)
    acted = toons.sample_performances(np.random.default_rng([3, 15]), 130)
    pictures = to_tensor(draw_faces(toons.CAST["bo"], acted[[0, 1, 60, 129]]).pictures)
    both = torch.cat([codes.train, codes.held_out])[[0, 1, 60, 129]]
    with torch.no_grad():
        torch.testing.assert_close(codes.back(both), model.encode(pictures, "bo"), atol=1e-3, rtol=1e-3)
    assert torch.equal(codes.few(5).train, codes.train[:5]) and len(codes.few(5).held_out) == 70
    with pytest.raises(ValueError, match="count"):
        codes.few(61)


def test_a_short_training_learns_a_crowd_and_is_repeatable():
    generator = torch.Generator().manual_seed(0)
    turn = torch.randn(6, 6, generator=generator)
    both = torch.randn(2, 200, 6, generator=generator) @ turn
    codes = of(*(both - both.mean(1, keepdim=True)) / both.std(1, keepdim=True))
    before = torch.get_rng_state()
    net, history = flow.train_codes(codes, steps=150, batch=64, width=64, progress=False)
    assert torch.equal(torch.get_rng_state(), before), "the learner's own random numbers were moved"
    losses = history.losses["loss"]
    assert sum(losses[-20:]) < 0.8 * sum(losses[:20])
    samples = flow.new_codes(net, 300)
    chance = flow.moments(codes.held_out, codes.train)
    noise = flow.moments(torch.randn(300, 6, generator=generator), codes.train)
    assert flow.moments(samples, codes.train)["covariance"] < 0.5 * noise["covariance"] + chance["covariance"]
    again, _ = flow.train_codes(codes, steps=150, batch=64, width=64, progress=False)
    torch.testing.assert_close(flow.new_codes(again, 300), samples)


def test_moments_are_numpys():
    one, other = torch.randn(40, 5), torch.randn(60, 5) + 0.3
    found = flow.moments(one, other)
    mean = np.sqrt(np.square(one.numpy().mean(0) - other.numpy().mean(0)).mean())
    a, b = (np.cov(x.numpy().T) for x in (one, other))
    assert found == pytest.approx({"mean": mean, "covariance": np.linalg.norm(a - b) / np.linalg.norm(b)}, rel=1e-3)
    assert flow.moments(other, other) == {"mean": 0, "covariance": 0}


def test_the_nearest_are_sklearns():
    samples, known = torch.randn(7, 4), torch.randn(30, 4)
    distances, which = NearestNeighbors(n_neighbors=1).fit(known.numpy()).kneighbors(samples.numpy())
    found, at = flow.nearest(samples, known)
    np.testing.assert_allclose(found, distances[:, 0], rtol=1e-3)
    np.testing.assert_array_equal(at, which[:, 0])


def test_a_copy_is_told_from_something_new():
    generator = torch.Generator().manual_seed(1)
    codes = of(torch.randn(200, 4, generator=generator), torch.randn(260, 4, generator=generator))
    new = flow.copying(torch.randn(400, 4, generator=generator), codes)
    copied = flow.copying(codes.train + 0.01 * torch.randn(200, 4, generator=generator), codes)
    assert 0.85 < new.median() < 1.15 and copied.median() < 0.1
    with pytest.raises(ValueError, match="held-out"):
        flow.copying(codes.train, of(codes.held_out, codes.train))
