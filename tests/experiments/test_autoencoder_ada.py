"""The training of lesson 02's autoencoders, and how much they rebuild."""

import numpy as np
import pytest
import torch

from unmasked import tensors, toons
from unmasked.experiments import autoencoder_ada
from unmasked.faces import draw_faces
from unmasked.models.autoencoder import Autoencoder


class Same(torch.nn.Module):
    """Copies whatever it gets."""

    def forward(self, pictures):
        return pictures


def quiet(model, pictures, **options):
    return autoencoder_ada.autoencoder_run(model, pictures, say=lambda words: None, **options)


@pytest.fixture(scope="module")
def faces():
    return draw_faces(toons.CAST["ada"], toons.sample_performances(np.random.default_rng(1), 60))


def test_a_run_trains_and_its_seed_decides(faces):
    pictures = tensors.to_tensor(faces.pictures)

    def trained(seed):
        torch.manual_seed(0)
        model = Autoencoder(4, 4).store_average(pictures)
        run = quiet(model, pictures, steps=12, batch=8, seed=seed)
        run.advance(12)
        return model.state_dict(), run.history.losses["loss"]

    (first, losses), (again, _), (other, _) = trained(0), trained(0), trained(1)
    assert np.mean(losses[-3:]) < np.mean(losses[:3])
    assert all(torch.equal(first[key], again[key]) for key in first)
    assert any(not torch.equal(first[key], other[key]) for key in first)


def test_explained_reconstruction_of_the_average_is_zero_and_of_a_copy_one(faces):
    average = tensors.to_tensor(faces.pictures).mean(0)
    model = Autoencoder(4, 2).store_average(tensors.to_tensor(faces.pictures))
    with torch.no_grad():
        for parameter in model.decoder.parameters():
            parameter.zero_()
    assert autoencoder_ada.explained_reconstruction(model, faces, average) == pytest.approx(0, abs=1e-6)
    assert autoencoder_ada.explained_reconstruction(Same(), faces, average) == pytest.approx(1)
