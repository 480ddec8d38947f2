"""What each layer sees: fields of view, the most exciting patches, bad input."""

import numpy as np
import pytest
import torch
from noise import noise
from torch import nn

from unmasked.widgets import layer_viewer
from unmasked.widgets.benches.layer_viewer import _signed, stages
from unmasked.widgets.kit import two_digits


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
                for place in (-1, 0, 9999):
                    frame = bench.set(layer=layer, channel=channel, picture=picture, place=place)
                    assert len(frame.panels) == 5 and "responds with" in frame.words
                    alts.add(frame.alt)
    assert len(alts) >= 18


def test_a_click_on_a_thumbnail_shows_what_is_on_it():
    bench = layer_viewer(small_net(), noise(10, 24, 16, 3), layer=2, channel=3)
    places, channels, patches, pictures = bench.grids
    stage = bench.scene.stages[1]
    assert (places["rows"], places["columns"]) == stage.maps.shape[2:]
    assert channels["values"] == [1, 2, 3, 4, 5] and channels["at"] == 2
    assert pictures["values"][0] == 1 and pictures["values"][-1] == 10
    for picture in patches["values"]:
        bench.set(picture=picture, **patches["also"])
        again = bench.grids
        assert again[2]["values"][again[2]["at"]] == picture, "the patch that was clicked has the ring"
        assert again[0]["at"] == stage.places[picture - 1, 2], "its place is the lit one"
    frame = bench.set(place=5)
    assert bench.grids[0]["at"] == 5 and bench.grids[2]["at"] == -1
    assert f"responds with {two_digits(float(stage.maps[picture - 1, 2].flat[5]))}" in frame.words


def test_the_viewer_puts_the_most_exciting_picture_first():
    net = nn.Sequential(nn.Conv2d(1, 1, 1), nn.LeakyReLU(0.1))
    nn.init.constant_(net[0].weight, 1.0)
    nn.init.zeros_(net[0].bias)
    pictures = np.zeros((5, 6, 8), np.uint8)
    pictures[3, 2, 5] = 250
    bench = layer_viewer(net, pictures)
    assert bench.grids[2]["values"][0] == 4
    patch = bench.shown.panels[4].picture[4:90, 4:90, :3]
    assert (patch == 250).all(), "the brightest pixel is what excites a kernel of one weight most"


def test_above_0_is_orange_and_below_is_blue():
    colours = _signed(np.array([[-1.0, 0.0, 1.0]]))[0].astype(int)
    assert colours[0, 2] > colours[0, 0] and colours[2, 0] > colours[2, 2] and np.ptp(colours[1]) == 0


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
