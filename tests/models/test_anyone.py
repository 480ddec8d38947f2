"""The two swaps that are told who acts and who appears by average faces."""

import pytest
import torch

from unmasked.models.anyone import AnyoneSwap, Translator

BOTH = pytest.mark.parametrize("cls", [AnyoneSwap, Translator])


@BOTH
def test_pictures_go_in_and_come_out_for_one_average_or_one_each(cls):
    torch.manual_seed(0)
    model = cls(width=8).eval()
    pictures, acting, appearing = torch.rand(3, 3, 64, 64), torch.rand(3, 64, 64), torch.rand(3, 64, 64)
    with torch.no_grad():
        one = model.swap(pictures, acting, appearing)
        each = model.swap(pictures, acting.expand(3, -1, -1, -1), appearing.expand(3, -1, -1, -1))
        alone = torch.cat([model.swap(picture[None], acting, appearing) for picture in pictures])
    assert one.shape == (3, 3, 64, 64)
    assert torch.allclose(one, each, atol=1e-5) and torch.allclose(one, alone, atol=1e-4)


@BOTH
def test_before_training_the_average_face_appears(cls):
    torch.manual_seed(0)
    average = torch.rand(3, 64, 64)
    with torch.no_grad():
        made = cls(width=8).swap(torch.rand(2, 3, 64, 64), torch.rand(3, 64, 64), average)
    assert (made - average).abs().mean() < 0.05


@BOTH
def test_every_weight_learns(cls):
    torch.manual_seed(0)
    model = cls(width=8)
    model.swap(torch.rand(2, 3, 64, 64), torch.rand(3, 64, 64), torch.rand(3, 64, 64)).square().sum().backward()
    idle = [name for name, weight in model.named_parameters() if weight.grad is None or not weight.grad.abs().sum()]
    assert not idle


@BOTH
@pytest.mark.parametrize(("given", "error"), [(torch.zeros(2, 3, 32, 64), ValueError), (torch.zeros(3), ValueError)])
def test_other_pictures_are_refused(cls, given, error):
    with pytest.raises(error, match="pictures"):
        cls(width=8).swap(given, torch.zeros(3, 64, 64), torch.zeros(3, 64, 64))
    with pytest.raises(ValueError, match="width"):
        cls(width=0)
