"""One gradient step against a net: how far it goes, which way, and what stays as it was."""

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.functional import binary_cross_entropy_with_logits

from unmasked.forensics.attack import attacked, one_step
from unmasked.models.meso import Meso4


class Judge(nn.Module):
    def __init__(self):
        super().__init__()
        self.see, self.say = nn.Conv2d(3, 4, 3), nn.Linear(4, 1)

    def forward(self, pictures):
        return self.say(torch.tanh(self.see(pictures)).mean((2, 3)))[:, 0]


@pytest.fixture
def judge():
    torch.manual_seed(3)
    return Judge().eval()


@pytest.mark.parametrize("shape", [(3, 3, 9, 14), (1, 3, 12, 7)])
def test_every_value_moves_by_the_strength_and_the_net_errs_more(judge, shape):
    pictures = 0.1 + 0.8 * torch.rand(shape, generator=torch.Generator().manual_seed(1))
    fake = (torch.arange(len(pictures)) % 2).float()
    moved = one_step(judge, pictures, fake, 0.01)
    assert (moved - pictures).abs().max() <= 0.01 + 1e-6
    assert ((moved - pictures).abs() > 0.0099).float().mean() > 0.9
    loss = [binary_cross_entropy_with_logits(judge(some), fake, reduction="none") for some in (pictures, moved)]
    assert (loss[1] > loss[0]).all()
    assert not moved.requires_grad and all(weight.grad is None for weight in judge.parameters())


def test_a_step_of_nothing_changes_nothing_and_no_step_leaves_the_scale(judge):
    pictures = torch.rand(2, 3, 8, 10, generator=torch.Generator().manual_seed(2)).round()
    torch.testing.assert_close(one_step(judge, pictures, torch.ones(2), 0.0), pictures)
    moved = one_step(judge, pictures, torch.ones(2), 0.3)
    assert moved.min() >= 0 and moved.max() <= 1


def test_recordings_and_fakes_go_opposite_ways(judge):
    pictures = 0.2 + 0.6 * torch.rand(1, 3, 8, 8, generator=torch.Generator().manual_seed(5))
    real, fake = (one_step(judge, pictures, torch.tensor([what]), 0.05) - pictures for what in (0.0, 1.0))
    torch.testing.assert_close(real, -fake)


def test_crops_come_back_as_pictures_a_batch_at_a_time():
    torch.manual_seed(0)
    net = Meso4().eval()
    crops = np.random.default_rng(0).integers(8, 248, (5, 64, 64, 3)).astype(np.uint8)
    moved = attacked(net, crops, 3, batch=2)
    assert moved.dtype == np.uint8 and moved.shape == crops.shape
    assert np.abs(moved.astype(int) - crops).max() == 3
    np.testing.assert_array_equal(moved, attacked(net, crops, 3))
    np.testing.assert_array_equal(attacked(net, crops, 0), crops)


def test_bad_arguments_get_words(judge):
    pictures = torch.rand(2, 3, 8, 8)
    with pytest.raises(ValueError, match="strength: wanted"):
        one_step(judge, pictures, torch.ones(2), 3)
    with pytest.raises(ValueError, match=r"fake: wanted one number a picture, shape \(2,\)"):
        one_step(judge, pictures, torch.ones(3), 0.1)
    with pytest.raises(TypeError, match="pictures"):
        one_step(judge, pictures.numpy(), torch.ones(2), 0.1)
    with pytest.raises((TypeError, ValueError), match="crops"):
        attacked(judge, np.zeros((2, 8, 8)), 1)
