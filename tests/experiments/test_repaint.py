"""The training of the repainting net: its holes, a few steps, its average, and how its paintings are measured."""

import numpy as np
import pytest
import torch
from scipy.linalg import sqrtm

from unmasked.experiments import repaint
from unmasked.models import weights
from unmasked.models.repaint import RepaintNet
from unmasked.tensors import to_tensor


@pytest.fixture(scope="module")
def crowd():
    return repaint.draw(3, 4, 7, repaint.NEVER_SEEN + 900)


def test_a_crowd_is_many_faces_with_their_landmarks(crowd):
    assert crowd.pictures.shape == (12, 64, 64, 3) and crowd.landmarks.shape == (12, 68, 2)
    assert (repaint.draw(1, 4, 7, repaint.NEVER_SEEN + 900).pictures == crowd.pictures[:4]).all()
    assert crowd.landmarks.min() > -16 and crowd.landmarks.max() < 80


def test_every_kind_of_hole_is_drawn_and_none_is_empty(crowd):
    rng = np.random.default_rng(0)
    holes = np.stack([repaint.random_hole(crowd.landmarks[i % 12], rng) for i in range(120)])
    share = (holes > 127).mean((1, 2))
    assert set(np.unique(holes)) <= {0, 255} and share.min() > 0 and share.max() < 0.65
    assert np.std(share) > 0.05


def test_a_batch_is_filmed_and_repeats_with_its_generator(crowd):
    made = [crowd.batch(5, torch.Generator().manual_seed(4)) for _ in range(2)]
    assert made[0][0].shape == (5, 3, 64, 64) and made[0][1].shape == (5, 1, 64, 64)
    assert all(torch.equal(one, other) for one, other in zip(*made, strict=True))


def test_a_few_steps_lower_the_loss_and_the_average_follows(crowd):
    torch.manual_seed(0)
    model = RepaintNet(8)
    run, average = repaint.run_of(model, crowd, steps=16, batch=6, say=lambda words: None)
    before = repaint.held_out_loss(average, crowd)
    run.advance(16)
    assert repaint.held_out_loss(average, crowd) < 0.95 * before
    assert not any(one.requires_grad for one in average.parameters())
    far = sum(
        float((a - b).detach().square().sum()) for a, b in zip(average.parameters(), model.parameters(), strict=True)
    )
    assert far > 0


def test_the_baseline_fills_holes_from_their_edge():
    pictures = np.full((2, 40, 50, 3), 90, np.uint8)
    holes = np.zeros((2, 40, 50), np.uint8)
    holes[:, 10:30, 10:40] = 255
    pictures[holes > 0] = 255
    assert np.abs(repaint.filled(pictures, holes).astype(int) - 90).max() <= 4


def test_the_frechet_distance_is_scipys():
    rng = np.random.default_rng(2)
    a, b = rng.normal(size=(60, 5)), rng.normal(0.3, 1.4, (40, 5)) @ rng.normal(size=(5, 5))
    one, other = np.cov(a.T), np.cov(b.T)
    wanted = np.square(a.mean(0) - b.mean(0)).sum() + np.trace(one + other - 2 * np.real(sqrtm(one @ other)))
    assert repaint.frechet(a, b) == pytest.approx(wanted, rel=1e-6)
    assert repaint.frechet(a, b) == pytest.approx(repaint.frechet(b, a), rel=1e-6)
    assert repaint.frechet(a, a) == pytest.approx(0, abs=1e-9)
    assert repaint.frechet(a[:, :1], a[:, :1] + 2) == pytest.approx(4)
    with pytest.raises(ValueError, match="b: wanted"):
        repaint.frechet(a, b[:, :3])


def test_the_shipped_net_paints_better_than_filling_and_sharper_with_more_steps():
    crowd = repaint.draw(12, 1, 1, repaint.NEVER_SEEN + 700)
    once, often = repaint.quality(weights.load("repaint"), crowd, steps=(1, 12), several=1)
    assert once["one"] > 0.3 and often["one"] > 0.1 and often["sharpness"] > once["sharpness"]
    holes = (255 * repaint.inner_faces(crowd)[:, 0]).byte().numpy()
    true, plain = (repaint.features(to_tensor(one)) for one in (crowd.pictures, repaint.filled(crowd.pictures, holes)))
    assert often["distance"] < repaint.frechet(plain, true)
