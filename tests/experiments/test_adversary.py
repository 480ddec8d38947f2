"""The adversary: whose weights move in whose step, and that it learns to tell."""

import copy

import pytest
import torch

from unmasked import losses
from unmasked.experiments.adversary import Adversary, discriminator_step
from unmasked.models.patch import PatchDiscriminator


@pytest.fixture(autouse=True)
def seed():
    torch.manual_seed(0)


def tiny(**options) -> Adversary:
    return Adversary(PatchDiscriminator(width=4), **options)


def weights_of(module: torch.nn.Module) -> list[torch.Tensor]:
    return [p.detach().clone() for p in module.parameters()]


def test_its_verdict_joins_the_picture_loss_by_its_weight():
    adversary, rebuilt, target = tiny(weight=0.25), torch.rand(3, 3, 32, 32), torch.rand(3, 3, 32, 32)
    adversary.discriminator.eval()  # spectral norm moves on while training
    weights = torch.rand(3, 1, 32, 32)
    found = adversary.beside(losses.l1_l2)(rebuilt, target, weights=weights)
    wanted = losses.l1_l2(rebuilt, target, weights=weights)
    wanted = wanted + 0.25 * losses.generator_loss(adversary.discriminator(rebuilt))
    assert found.item() == pytest.approx(wanted.item(), rel=1e-5)


def test_the_generators_step_reaches_its_pictures_and_leaves_the_discriminator_alone():
    adversary, rebuilt = tiny(), torch.rand(2, 3, 32, 32, requires_grad=True)
    adversary.beside(lambda a, b: 0 * a.sum())(rebuilt, torch.rand(2, 3, 32, 32)).backward()
    assert rebuilt.grad.abs().sum() > 0
    assert all(p.grad is None and p.requires_grad for p in adversary.discriminator.parameters())


def test_its_own_step_moves_it_alone_and_forgets_what_it_saw():
    adversary, rebuilt = tiny(), torch.rand(2, 3, 32, 32, requires_grad=True)
    loss = adversary.beside(losses.mae)
    for _ in range(2):  # one batch of each character
        loss(rebuilt, torch.rand(2, 3, 32, 32))
    before = weights_of(adversary.discriminator)
    assert set(adversary.learn()) == {"discriminator"}
    assert rebuilt.grad is None
    assert all(not torch.equal(a, b) for a, b in zip(before, weights_of(adversary.discriminator), strict=True))
    with pytest.raises(ValueError, match="unpack"):
        adversary.learn()  # nothing was seen since


def test_a_step_is_what_it_says():
    real, drawn = torch.rand(3, 3, 32, 32), torch.rand(2, 3, 32, 32, requires_grad=True)
    model = PatchDiscriminator(width=4, spectral=False)
    twin = copy.deepcopy(model)
    said = discriminator_step(model, torch.optim.SGD(model.parameters(), 0.1), real, 2 * drawn)
    wanted = losses.discriminator_loss(twin(real), twin(2 * drawn.detach()))
    wanted.backward()
    assert said.item() == pytest.approx(wanted.item()) and not said.requires_grad and drawn.grad is None
    for p, q in zip(model.parameters(), twin.parameters(), strict=True):
        torch.testing.assert_close(p, q - 0.1 * q.grad)


def test_steps_teach_it_to_tell_flat_pictures_from_others():
    model = PatchDiscriminator(width=4)
    optimiser = torch.optim.Adam(model.parameters(), 3e-3)
    flat = torch.rand(6, 3, 1, 1).expand(6, 3, 32, 32)
    told = [discriminator_step(model, optimiser, torch.rand(6, 3, 32, 32), flat).item() for _ in range(60)]
    assert told[-1] < 0.1 < told[0]


def test_wrong_settings_are_worded():
    with pytest.raises(ValueError, match="weight: wanted"):
        Adversary(weight=-1)
    with pytest.raises(ValueError, match="rate: wanted"):
        Adversary(rate=float("nan"))
