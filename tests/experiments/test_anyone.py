"""The training of the two swaps that forge for anybody, and what the shipped ones explain."""

import pytest
import torch

from unmasked import tensors
from unmasked.experiments import anyone
from unmasked.models import weights
from unmasked.models.anyone import AnyoneSwap, Translator


@pytest.fixture(scope="module")
def strangers():
    return anyone.draw(4, 6, seed=3, group=2, first=anyone.FIRST + 200_000)


def test_only_the_translator_sees_pairs(strangers):
    generator = torch.Generator().manual_seed(0)
    alone = anyone.batch_of(strangers, 40, False, generator)
    assert torch.equal(alone.acting, alone.appearing)
    paired = anyone.batch_of(strangers, 40, True, generator)
    same = (paired.acting == paired.appearing).flatten(1).all(1)
    assert 5 < same.sum() < 35, "of two in a group each acts about half of the time"


@pytest.mark.parametrize("cls", [AnyoneSwap, Translator])
def test_a_few_steps_lower_the_loss(cls, strangers):
    torch.manual_seed(0)
    run = anyone.run_of(cls(width=8), strangers, steps=50, batch=16, say=lambda words: None)
    run.advance(50)
    losses = run.history.losses["loss"]
    assert sum(losses[-10:]) < sum(losses[:10])


@pytest.mark.parametrize("name", ["swap-anyone", "translate-anyone"])
def test_the_shipped_ones_swap_strangers_they_never_saw(name, strangers):
    """Against the average face, which scores 0; and the code or the branches must carry the performance."""
    model = weights.load(name)
    rebuilt, swapped = anyone.explained(model, strangers)
    assert rebuilt > 0.4 and swapped > 0.2, (rebuilt, swapped)
    pictures = tensors.to_tensor(strangers.pictures[0])
    with torch.no_grad():
        made = model.swap(pictures, strangers.averages[0], strangers.averages[1])
    assert (made - made.roll(1, 0)).abs().mean() > 0.01, "it draws the same whatever is acted"
