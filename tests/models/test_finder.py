"""The finder's net: any size in, a cell for every four pixels out, and what it is to say."""

import numpy as np
import pytest
import torch

from unmasked.models.finder import CELL, Finder, finder_loss, targets


@pytest.fixture(scope="module")
def net():
    torch.manual_seed(0)
    return Finder(8).eval()


@pytest.mark.parametrize("shape", [(64, 64), (50, 90), (33, 5), (1, 1)])
def test_any_frame_gives_a_cell_for_every_four_pixels(net, shape):
    heat, boxes = net(torch.rand(2, 3, *shape))
    cells = tuple(-(-side // CELL) for side in shape)
    assert heat.shape == (2, 1, *cells) and boxes.shape == (2, 4, *cells)
    assert (boxes[:, 2:] > boxes[:, :2]).all() and torch.isfinite(boxes).all()


def test_pictures_of_a_batch_do_not_see_each_other(net):
    pictures = torch.rand(3, 3, 40, 60)
    together, alone = net(pictures), [net(one[None]) for one in pictures]
    for k in range(2):
        torch.testing.assert_close(together[k], torch.cat([one[k] for one in alone]), rtol=1e-4, atol=1e-4)


def test_a_shifted_picture_gives_a_shifted_map(net):
    wide = torch.rand(1, 3, 64, 320)
    heat, boxes = net(wide)
    moved_heat, moved_boxes = net(wide[..., 32:])
    middle = slice(28, 36)  # far from the borders, which are seen differently
    later = slice(28 + 8, 36 + 8)
    torch.testing.assert_close(moved_heat[..., middle], heat[..., later], rtol=1e-3, atol=1e-3)
    shift = torch.tensor([32.0, 0, 32, 0]).view(1, 4, 1, 1)
    torch.testing.assert_close(moved_boxes[..., middle] + shift, boxes[..., later], rtol=1e-3, atol=5e-2)


def test_gradients_reach_every_parameter():
    model = Finder(8)
    heat, boxes = model(torch.rand(2, 3, 64, 64))
    true = targets([torch.tensor([[10.0, 10, 40, 44]]), torch.zeros(0, 4)], (64, 64))
    sum(finder_loss(heat, boxes, *true)).backward()
    assert all(p.grad is not None and p.grad.abs().sum() > 0 for p in model.parameters())


def test_the_truth_has_a_hill_at_every_middle_and_its_box_there():
    boxes = [torch.tensor([[8.0, 12, 40, 40], [60, 4, 80, 28]]), torch.zeros(0, 4)]
    heat, aims = targets(boxes, (50, 90))
    assert heat.shape == (2, 1, 13, 23) and aims.shape == (2, 4, 13, 23)
    assert (heat[0] == 1).sum() == 2 and (heat[1] == 0).all() and heat.max() == 1
    for box in boxes[0]:
        x, y = ((box[:2] + box[2:]) / 2).tolist()
        cell = int((y + 0.5) // CELL), int((x + 0.5) // CELL)
        assert heat[0, 0][cell] == 1
        torch.testing.assert_close(aims[0][:, cell[0], cell[1]], box)
        assert heat[0, 0, cell[0], cell[1] + 1] < 1


def test_a_middle_outside_the_picture_is_for_the_nearest_cell():
    heat, _ = targets([torch.tensor([[-30.0, 10, 20, 40]])], (50, 90))
    assert heat[0, 0, :, 0].max() == 1


def test_the_losses_are_least_for_the_truth():
    heat, aims = targets([torch.tensor([[8.0, 12, 40, 40]])], (48, 64))
    certain = torch.where(heat == 1, 12.0, -12.0)
    missed, off = finder_loss(certain, aims, heat, aims)
    assert missed < 1e-3 and off < 1e-5
    blind, wide = finder_loss(torch.full_like(heat, -12.0), aims + 3, heat, aims)
    loud, _ = finder_loss(torch.full_like(heat, 12.0), aims, heat, aims)
    assert blind > 1 and wide > 0.05 and loud > 1
    nothing = finder_loss(-12 * torch.ones(1, 1, 12, 16), aims, *targets([torch.zeros(0, 4)], (48, 64)))
    assert nothing[0] < 1e-3 and nothing[1] == 0


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda: Finder(2), ValueError),
        (lambda: Finder(8)(torch.rand(1, 4, 64, 64)), ValueError),
        (lambda: Finder(8)(np.zeros((1, 3, 64, 64))), TypeError),
        (lambda: finder_loss(torch.rand(1, 2, 4, 4), None, torch.rand(1, 1, 4, 4), None), ValueError),
    ],
)
def test_mistakes_are_answered(call, error):
    with pytest.raises(error):
        call()
