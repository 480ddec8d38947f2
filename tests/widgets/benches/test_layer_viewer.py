"""What each layer sees: fields of view, the most exciting patches, bad input."""

import numpy as np
import pytest
import torch
from noise import noise
from torch import nn

from unmasked.widgets import layer_viewer
from unmasked.widgets.benches.layer_viewer import stages


def small_net(strides=(2, 1, 2)):
    torch.manual_seed(0)
    parts, channels = [], 3
    for number, stride in enumerate(strides):
        parts += [nn.Conv2d(channels, 4 + number, 3, stride, 1), nn.LeakyReLU(0.1)]
        channels = 4 + number
    return nn.Sequential(*parts, nn.Flatten(), nn.Dropout(0.5), nn.LazyLinear(2))


@pytest.mark.parametrize("strides", [(1,), (2, 2, 2), (2, 1, 2), (1, 3)])
def test_a_place_sees_exactly_the_pixels_that_move_it(strides):
    parts = small_net(strides)[: 2 * len(strides)]
    batch = torch.rand(1, 3, 24, 20, requires_grad=True)
    for number, stage in enumerate(stages(parts, batch.detach())):
        maps = parts[: 2 * number + 2](batch)
        assert stage.maps.shape == tuple(maps.shape)
        place = maps.shape[3] + 2  # second row, third column
        maps.abs()[0, :, 1, 2].sum().backward()
        moving = np.argwhere(batch.grad[0].abs().sum(0).numpy() > 0)
        batch.grad = None
        left, top, right, bottom = stage.box(place)
        rows, columns = moving[:, 0], moving[:, 1]
        assert (columns.min(), rows.min()) == (max(0, left), max(0, top))
        assert (columns.max() + 1, rows.max() + 1) == (min(20, right), min(24, bottom))


def test_the_viewer_shows_every_layer_at_the_ends_of_its_knobs_on_pictures_that_are_not_square():
    bench = layer_viewer(small_net(), noise(10, 24, 16, 3))
    alts = set()
    for layer in "012":
        for channel in (1, 3, 99):
            for picture in (1, 10):
                frame = bench.set(layer=layer, channel=channel, picture=picture)
                assert len(frame.panels) == 4 and "Strongest response" in frame.words
                alts.add(frame.alt)
    assert len(alts) == 18


def test_the_viewer_puts_the_most_exciting_picture_first():
    net = nn.Sequential(nn.Conv2d(1, 1, 1), nn.LeakyReLU(0.1))
    nn.init.constant_(net[0].weight, 1.0)
    nn.init.zeros_(net[0].bias)
    pictures = np.zeros((5, 6, 8), np.uint8)
    pictures[3, 2, 5] = 250
    bench = layer_viewer(net, pictures)
    patch = bench.shown.panels[3].picture[:, :100, :3]
    assert (patch == 250).all(), "the brightest pixel is what excites a kernel of one weight most"


def test_the_viewer_keeps_what_it_saw_and_leaves_the_mode_alone():
    net = small_net().train()
    bench = layer_viewer(net, noise(4, 24, 16, 3))
    before = bench.set(channel=2).panels[1].picture
    nn.init.zeros_(net[0].weight)
    assert net.training and (bench.set(channel=2).panels[1].picture == before).all()


def test_the_viewer_refuses_what_it_cannot_look_into():
    with pytest.raises(TypeError, match=r"network: wanted an nn\.Module"):
        layer_viewer(lambda x: x, noise(2, 8, 8))
    with pytest.raises(TypeError, match="begins with convolutions"):
        layer_viewer(nn.Sequential(nn.Flatten(), nn.Linear(64, 2)), noise(2, 8, 8))
    with pytest.raises(ValueError, match="pictures"):
        layer_viewer(nn.Sequential(nn.Conv2d(1, 1, 3), nn.ReLU()), noise(8, 8))
    with pytest.raises(ValueError, match="no layer 4"):
        layer_viewer(small_net(), noise(2, 24, 16, 3), layer=4)
