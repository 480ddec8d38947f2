"""The patch discriminator: its shapes, how far a verdict sees, and that it learns to tell blur."""

import pytest
import torch

from unmasked.losses import discriminator_loss
from unmasked.models.patch import PatchDiscriminator


@pytest.fixture(autouse=True)
def seed():
    torch.manual_seed(1)


@pytest.mark.parametrize("spectral", [True, False])
@pytest.mark.parametrize(("height", "width"), [(64, 64), (128, 128), (48, 72)])
def test_a_verdict_for_every_eight_pixels(spectral, height, width):
    model = PatchDiscriminator(width=4, spectral=spectral)
    assert model(torch.rand(3, 3, height, width)).shape == (3, 1, height // 8, width // 8)


def test_a_verdict_sees_38_pixels_and_no_more():
    model, pictures = PatchDiscriminator(width=4).eval(), torch.rand(1, 3, 128, 128, requires_grad=True)
    model(pictures)[0, 0, 8, 8].backward()
    seen = pictures.grad[0].abs().sum(0) > 0
    assert int(seen.any(0).sum()) == int(seen.any(1).sum()) == 38


def test_it_is_small_and_every_parameter_learns():
    model = PatchDiscriminator()
    assert sum(p.numel() for p in model.parameters()) < 60_000
    model(torch.rand(2, 3, 64, 64)).square().sum().backward()
    assert all(p.grad is not None and p.grad.abs().sum() > 0 for p in model.parameters())


def test_spectral_norm_holds_the_verdict_back():
    pictures = torch.rand(4, 3, 64, 64)
    spread = {}
    for spectral in (True, False):
        model = PatchDiscriminator(spectral=spectral)
        with torch.no_grad():
            for p in model.parameters():
                p.mul_(10)  # the parts that are normalised forget it
            for _ in range(20):
                model(pictures)  # spectral norm finds the largest singular value step by step
            spread[spectral] = float(model.eval()(pictures).std())
    assert spread[True] < spread[False] / 100


def test_it_learns_to_tell_what_is_blurred():
    generator = torch.Generator().manual_seed(0)
    model = PatchDiscriminator(width=8)
    optimiser = torch.optim.Adam(model.parameters(), 3e-3)
    for _ in range(80):
        real = torch.rand(8, 3, 64, 64, generator=generator)
        loss = discriminator_loss(model(real), model(torch.nn.functional.avg_pool2d(real, 3, 1, 1)))
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    assert loss.item() < 0.08, "saying one half to everything gives 0.25"


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (lambda: PatchDiscriminator(width=0), ValueError, "width: wanted a whole number"),
        (lambda: PatchDiscriminator()(torch.zeros(3, 64, 64)), ValueError, "pictures: wanted shape"),
        (lambda: PatchDiscriminator()([1]), TypeError, "pictures: wanted a floating"),
    ],
)
def test_wrong_input_is_worded(make, error, words):
    with pytest.raises(error, match=words):
        make()
