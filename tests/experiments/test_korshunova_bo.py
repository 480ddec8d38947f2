"""The four losses, what each of them minds, and a few steps of the training."""

import pytest
import torch

from unmasked import tensors
from unmasked.experiments import korshunova_bo
from unmasked.experiments.pairs import NAMES, true_faces
from unmasked.faces import paired_faces, unpaired_faces
from unmasked.models import weights
from unmasked.models.korshunova import Korshunova


@pytest.fixture(scope="module")
def faces():
    return unpaired_faces(NAMES, 60, 5)


@pytest.fixture(scope="module")
def four(faces):
    return korshunova_bo.FourLosses(faces["bo"], styles=8)


@pytest.fixture(scope="module")
def judged(four):
    """What the four say of the true Bo, of Ada herself, of another Bo, and of a noisy one: {name: {loss: value}}."""
    both = paired_faces(NAMES, 12, 6)
    acted, true = (tensors.to_tensor(both[name].pictures) for name in NAMES)
    noisy = (true + 0.1 * torch.randn(true.shape, generator=torch.Generator().manual_seed(0))).clamp(0, 1)
    drawn = {"true": true, "ada": acted, "other": true.roll(1, 0), "noisy": noisy}
    motions = korshunova_bo.motion_of(both["ada"])
    return {name: {key: float(v) for key, v in four(one, acted, motions).items()} for name, one in drawn.items()}


def test_each_loss_minds_something_else(judged):
    assert judged["ada"]["content"] == judged["ada"]["light"] == 0
    assert judged["ada"]["style"] > 2 * judged["true"]["style"]
    assert judged["other"]["content"] > 2 * judged["true"]["content"]
    assert judged["other"]["light"] > 2 * judged["true"]["light"]
    assert judged["noisy"]["variation"] > judged["true"]["variation"]
    totals = {name: sum(parts.values()) for name, parts in judged.items()}
    assert min(totals, key=totals.get) == "true", "the truth must be the best answer, though no loss has seen it"


def test_the_nearest_styles_are_those_that_moved_alike(faces, four):
    found = four.nearest(four.motions[:5])
    assert found.shape == (5, 8)
    assert found[:, 0].tolist() == [0, 1, 2, 3, 4]
    shifted = four.nearest(korshunova_bo.motion_of(faces["bo"]) + 0.0)
    assert torch.equal(shifted[:5], found), "where a face lies as a whole doesn't count"


def test_a_few_steps_lower_the_losses(faces):
    torch.manual_seed(0)
    model = Korshunova(4)
    run = korshunova_bo.run_of(model, faces["ada"], faces["bo"], 40, batch=2, say=lambda words: None)
    run.advance(40)
    losses = [sum(step) for step in zip(*run.history.losses.values(), strict=True)]
    assert list(run.history.losses) == list(korshunova_bo.LOSSES)
    assert sum(losses[-5:]) < 0.9 * sum(losses[:5])


def test_the_shipped_one_draws_bo():
    truth = true_faces(NAMES, 24, seed=77)
    assert korshunova_bo.explained(weights.load(korshunova_bo.WEIGHTS), truth) > 0.2
