"""The repainting net: what it is shown and what it mustn't see, what it leaves alone, and the shipped one's size."""

import pytest
import torch

from unmasked.models import weights
from unmasked.models.repaint import RepaintNet, repaint, surroundings


@pytest.fixture
def model():
    torch.manual_seed(0)
    net = RepaintNet(8).eval()
    with torch.no_grad():
        for one in net.parameters():  # it begins by saying nothing, and nothing would be seen of what it looks at
            one.add_(0.1 * torch.randn_like(one))
    return net


@pytest.fixture
def parts():
    generator = torch.Generator().manual_seed(1)
    pictures, noise = (torch.rand(3, 3, 64, 64, generator=generator) for _ in range(2))
    masks = torch.zeros(3, 1, 64, 64)
    masks[:, :, 20:41, 13:50] = 1
    return pictures, masks, 2 * noise - 1


def test_surroundings_show_the_picture_without_its_hole_and_the_hole(parts):
    pictures, masks, _ = parts
    shown = surroundings(pictures, masks)
    assert shown.shape == (3, 4, 64, 64) and torch.equal(shown[:, 3:], masks)
    inside = masks.expand_as(pictures) > 0
    assert (shown[:, :3][inside] == 0).all()
    torch.testing.assert_close(shown[:, :3][~inside], 2 * pictures[~inside] - 1)


def test_what_the_hole_hides_changes_nothing_and_the_rest_stays(model, parts):
    pictures, masks, noise = parts
    painted = repaint(model, pictures, masks, noise, 3)
    other = torch.where(masks > 0, torch.rand_like(pictures), pictures)
    assert torch.equal(repaint(model, other, masks, noise, 3), painted)
    outside = masks.expand_as(pictures) == 0
    assert torch.equal(painted[outside], pictures[outside])
    assert painted.min() >= 0 and painted.max() <= 1
    assert not torch.allclose(painted[~outside], pictures[~outside], atol=0.05)


def test_noise_outside_the_hole_is_not_looked_at(model, parts):
    pictures, masks, noise = parts
    other = torch.where(masks > 0, noise, torch.rand_like(noise))
    assert torch.equal(repaint(model, pictures, masks, noise, 2), repaint(model, pictures, masks, other, 2))


def test_each_picture_is_painted_by_itself_and_from_its_own_noise(model, parts):
    pictures, masks, noise = parts
    together = repaint(model, pictures, masks, noise, 2, keep=True)
    assert together.shape == (3, 3, 3, 64, 64)
    alone = repaint(model, pictures[1:2], masks[1:2], noise[1:2], 2)
    torch.testing.assert_close(alone, together[-1, 1:2], atol=1e-4, rtol=1e-4)
    assert not torch.equal(repaint(model, pictures, masks, noise.flip(0), 2), together[-1])


def test_every_weight_is_used_once_it_has_left_its_start(model, parts):
    pictures, masks, noise = parts
    model(noise, torch.rand(3), surroundings(pictures, masks)).square().mean().backward()
    assert all(one.grad is not None and one.grad.abs().sum() > 0 for one in model.parameters())


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda m, p, h, e: RepaintNet(12), "width: wanted a multiple of 8"),
        (lambda m, p, h, e: surroundings(p, h[:2]), "masks"),
        (lambda m, p, h, e: surroundings(p[:, :, :32], h), "pictures"),
        (lambda m, p, h, e: m(e, 0.5, surroundings(p, h)[:, :3]), "condition"),
        (lambda m, p, h, e: m(e[:, :, :48], 0.5, surroundings(p, h)), "x: wanted"),
        (lambda m, p, h, e: repaint(m, p, h, e, 0), "steps"),
    ],
)
def test_what_does_not_fit_is_told(model, parts, call, words):
    with pytest.raises((TypeError, ValueError), match=words):
        call(model, *parts)


def test_the_shipped_one_is_small():
    entry = weights.shipped()["repaint"]
    assert entry["bytes"] <= 5e6 and entry["class"] == "RepaintNet"
