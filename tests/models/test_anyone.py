"""The two swaps that are told who acts and who appears by average faces, and their recipe."""

import pytest
import torch

from unmasked import tensors
from unmasked.experiments import anyone as recipe
from unmasked.models import weights
from unmasked.models.anyone import AnyoneSwap, Translator

BOTH = pytest.mark.parametrize("cls", [AnyoneSwap, Translator])


@pytest.fixture(scope="module")
def strangers():
    return recipe.draw(4, 6, seed=3, group=2, first=recipe.FIRST + 200_000)


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


def test_only_the_translator_sees_pairs(strangers):
    generator = torch.Generator().manual_seed(0)
    alone = recipe.batch_of(strangers, 40, False, generator)
    assert torch.equal(alone.acting, alone.appearing)
    paired = recipe.batch_of(strangers, 40, True, generator)
    same = (paired.acting == paired.appearing).flatten(1).all(1)
    assert 5 < same.sum() < 35, "of two in a group each acts about half of the time"


@pytest.mark.parametrize("cls", [AnyoneSwap, Translator])
def test_a_few_steps_lower_the_loss(cls, strangers):
    torch.manual_seed(0)
    run = recipe.run_of(cls(width=8), strangers, steps=50, batch=16, say=lambda words: None)
    run.advance(50)
    losses = run.history.losses["loss"]
    assert sum(losses[-10:]) < sum(losses[:10])


@pytest.mark.parametrize("name", ["swap-anyone", "translate-anyone"])
def test_the_shipped_ones_swap_strangers_they_never_saw(name, strangers):
    """Against the average face, which scores 0; and the code or the branches must carry the performance."""
    model = weights.load(name)
    rebuilt, swapped = recipe.explained(model, strangers)
    assert rebuilt > 0.4 and swapped > 0.2, (rebuilt, swapped)
    pictures = tensors.to_tensor(strangers.pictures[0])
    with torch.no_grad():
        made = model.swap(pictures, strangers.averages[0], strangers.averages[1])
    assert (made - made.roll(1, 0)).abs().mean() > 0.01, "it draws the same whatever is acted"
