"""Meso4 and the small X-ray: counts, shapes, what they refuse, and that they can learn."""

import numpy as np
import pytest
import torch
from torch import nn

from unmasked.models import weights
from unmasked.models.meso import Meso4
from unmasked.models.xray import XRay, boundary_map, boundary_target, xray_loss


def count(model: nn.Module) -> int:
    return sum(p.numel() for p in model.parameters())


def test_meso4_has_exactly_the_published_count():
    assert count(Meso4()) == 27_977


def test_the_dense_layer_sees_1024_numbers():
    model = Meso4()
    assert model.features(torch.rand(3, 3, 64, 64)).shape == (3, 16, 8, 8)
    assert model.head[2].in_features == 8 * 8 * 16


@pytest.mark.parametrize("kind", [Meso4, XRay])
@pytest.mark.parametrize("pictures", [1, 5])
def test_pictures_become_logits(kind, pictures):
    assert kind().eval()(torch.rand(pictures, 3, 64, 64)).shape == (pictures,)


@pytest.mark.parametrize("kind", [Meso4, XRay])
def test_a_picture_is_judged_by_itself(kind):
    torch.manual_seed(0)
    model, pictures = kind().eval(), torch.rand(6, 3, 64, 64)
    with torch.no_grad():
        together, alone = model(pictures), torch.cat([model(one[None]) for one in pictures])
    torch.testing.assert_close(together, alone, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("kind", [Meso4, XRay])
@pytest.mark.parametrize(
    ("pictures", "error", "words"),
    [
        (torch.zeros(1, 3, 64, 96), ValueError, r"wanted shape \(N, 3, 64, 64\)"),
        (torch.zeros(3, 64, 64), ValueError, r"wanted shape \(N, 3, 64, 64\)"),
        (torch.zeros(1, 3, 64, 64, dtype=torch.uint8), TypeError, "floating torch.Tensor"),
        (np.zeros((1, 3, 64, 64), np.float32), TypeError, "floating torch.Tensor"),
    ],
)
def test_other_pictures_are_refused_in_words(kind, pictures, error, words):
    with pytest.raises(error, match=words):
        kind()(pictures)


def test_dropout_and_width_must_make_sense():
    for wrong in (-0.1, 1.0):
        with pytest.raises(ValueError, match="dropout"):
            Meso4(wrong)
    with pytest.raises(ValueError, match="width"):
        XRay(0)


@pytest.mark.parametrize("kind", [Meso4, XRay])
def test_every_weight_gets_a_gradient(kind):
    torch.manual_seed(0)
    model = kind()
    pictures, fake = torch.rand(6, 3, 64, 64), torch.tensor([0.0, 1, 0, 1, 0, 1])
    if kind is XRay:
        loss = xray_loss(model, pictures, fake, torch.rand(6, 1, 64, 64))
    else:
        loss = nn.functional.binary_cross_entropy_with_logits(model(pictures), fake)
    loss.backward()
    for name, parameter in model.named_parameters():
        assert parameter.grad is not None and torch.isfinite(parameter.grad).all(), name
        assert name.endswith("bias") or parameter.grad.abs().max() > 0, f"{name} learns nothing"


@pytest.mark.parametrize("kind", [Meso4, XRay])
def test_both_learn_a_square_that_is_laid_over(kind):
    """A few steps on the easiest forgery there is: noise, and noise with a smooth square in it."""
    torch.manual_seed(1)
    model = kind()
    optimiser = torch.optim.Adam(model.parameters(), lr=5e-3)
    masks = torch.zeros(16, 1, 64, 64)
    masks[8:, :, 20:44, 18:46] = 1
    fake = masks.amax((1, 2, 3))

    def pictures() -> torch.Tensor:
        return torch.rand(16, 3, 64, 64) * (1 - masks) + 0.5 * masks

    for _ in range(25):
        if kind is XRay:
            loss = xray_loss(model, pictures(), fake, masks)
        else:
            loss = nn.functional.binary_cross_entropy_with_logits(model(pictures()), fake)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    for part in model.modules():  # so few steps leave the kept averages behind: take this batch's own
        if isinstance(part, nn.BatchNorm2d):
            part.train()
    with torch.no_grad():
        logits = model(pictures())
    assert logits[8:].min() > logits[:8].max()


def test_the_boundary_lies_where_two_pictures_meet():
    mask = torch.tensor([0.0, 0.25, 0.5, 0.75, 1.0])
    torch.testing.assert_close(boundary_map(mask), torch.tensor([0.0, 0.75, 1.0, 0.75, 0.0]))
    assert boundary_map(torch.rand(2, 1, 5, 7)).shape == (2, 1, 5, 7)
    for wrong, error in (
        (torch.tensor([1.5]), ValueError),
        (torch.tensor([float("nan")]), ValueError),
        (0.5, TypeError),
    ):
        with pytest.raises(error, match="mask"):
            boundary_map(wrong)


def test_an_xray_has_a_ring_to_draw_and_nothing_without_blending():
    masks = torch.zeros(2, 1, 64, 64)
    masks[1, :, 16:48, 16:48] = 1  # a hard edge, as a pasted box has
    wanted = boundary_target(masks)
    assert wanted.shape == (2, 1, 32, 32) and wanted[0].max() == 0
    ring = wanted[1, 0]
    assert ring[8, 16] > 0.5 and ring[16, 16] == 0 and ring[2, 2] == 0


def test_the_xray_judges_by_its_map_alone():
    model = XRay().eval()
    pictures = torch.rand(3, 3, 64, 64)
    with torch.no_grad():
        drawn = model.boundary(pictures)
        assert drawn.shape == (3, 1, 32, 32)
        torch.testing.assert_close(model(pictures), model.judge(drawn))
        brighter = drawn.clone()
        brighter[0, 0, :8, :8] += 20
        assert model.judge(brighter)[0] > model.judge(drawn)[0]


@pytest.mark.parametrize("kind", [Meso4, XRay])
def test_weights_go_to_disk_and_back(kind, tmp_path):
    torch.manual_seed(2)
    model = kind().eval()
    weights.save(model, "one", "A test.", "pytest", folder=tmp_path)
    again = weights.load("one", folder=tmp_path)
    pictures = torch.rand(2, 3, 64, 64)
    with torch.no_grad():
        torch.testing.assert_close(again(pictures), model(pictures), rtol=1e-2, atol=1e-2)
