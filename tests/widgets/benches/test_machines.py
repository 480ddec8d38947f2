"""The benches of lesson 01: their plain functions at the ends of their knobs, against references, and bad input."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from unmasked.widgets import graph_stepper, kernel_painter, layer_viewer, line_fit
from unmasked.widgets.benches import graph_stepper as bench_graph
from unmasked.widgets.benches.graph_stepper import LAST, backward, forward
from unmasked.widgets.benches.kernel_painter import PRESETS, feature_map
from unmasked.widgets.benches.layer_viewer import stages
from unmasked.widgets.benches.line_fit import MAP, LineFit
from unmasked.widgets.kit.cells import Cells

X, Y = np.array([0.1, 0.4, 0.9, 1.4]), np.array([0.1, 0.45, 0.5, 0.95])
RANGES = {"slopes": (-1, 1.5), "biases": (-0.6, 1.0), "start": (-0.4, 0.8)}


def noise(*shape):
    return np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)


# ---- the line


def test_the_line_is_drawn_at_every_end_with_and_without_its_map():
    bench = line_fit(X, Y, **RANGES)
    pictures, words = set(), set()
    for shown in (False, True):
        for slope in (-1, 0.3, 1.5):
            for bias in (-0.6, 0.1, 1.0):
                frame = bench.set(slope=slope, bias=bias, map=shown)
                pictures.add(frame.panels[0].picture.tobytes())
                words.add(frame.words)
    assert len(pictures) == 18 and len(words) == 9


@given(st.floats(-1, 1.5), st.floats(-0.6, 1))
@settings(max_examples=25, deadline=None)
def test_the_bench_says_the_mean_squared_error(slope, bias):
    scene = LineFit(X, Y, RANGES["slopes"], RANGES["biases"])
    loss = sum((slope * x + bias - y) ** 2 for x, y in zip(X, Y, strict=True)) / 4
    assert math.isclose(scene.loss(slope, bias), loss, rel_tol=1e-9)
    assert f"Loss {loss:.4f}" in scene.draw({"slope": slope, "bias": bias, "map": False}).words


def test_the_map_is_darkest_where_the_best_line_lies():
    scene = LineFit(X, Y, RANGES["slopes"], RANGES["biases"])
    slope, bias = np.polyfit(X, Y, 1)
    x, y = scene._on_map(slope, bias)
    left, top, right, bottom = (2 * v for v in MAP)
    shades = scene._shades(right - left, bottom - top).mean(2)
    row, column = int(y * 2) - top, int(x * 2) - left
    assert shades[row, column] == shades.min()


@pytest.mark.parametrize(
    ("x", "y", "words"),
    [([1.0], [1.0], "two or more points"), ([1.0, 2.0], [1.0], "shapes"), ([1.0, np.nan], [1.0, 2.0], "finite")],
)
def test_the_line_refuses_points_that_are_none(x, y, words):
    with pytest.raises(ValueError, match=words):
        line_fit(x, y, **RANGES)


# ---- the graph


@given(st.floats(-2, 2), st.floats(-2, 2), st.floats(-2, 2))
@settings(max_examples=200, deadline=None)
def test_the_graph_agrees_with_autograd(w, x, b):
    leaves = [torch.tensor(value, dtype=torch.float64, requires_grad=True) for value in (w, x, b)]
    s = leaves[0] * leaves[1] + leaves[2]
    a = nn.functional.leaky_relu(s, bench_graph.LEAK)
    loss = (a - bench_graph.TARGET) ** 2
    for inner in (s, a, loss):
        inner.retain_grad()
    loss.backward()
    values = forward(w, x, b)
    gradients = backward(values)
    tensors = dict(zip(("w", "x", "b", "s", "a", "L"), (*leaves, s, a, loss), strict=True))
    for name, tensor in tensors.items():
        assert abs(values[name] - tensor.item()) < 1e-6, name
        assert abs(gradients[name] - tensor.grad.item()) < 1e-6, name


def test_the_graph_shows_only_what_was_reached_and_steps_both_ways():
    bench = graph_stepper()
    assert "s " not in bench.shown.alt.split("Values:")[1]
    said = [bench.shown.words]
    for step in range(1, LAST + 1):
        bench.on_press("on")
        assert bench.settings["step"] == step
        said.append(bench.shown.words)
    bench.on_press("on")
    assert bench.settings["step"] == LAST, "beyond the last step it stays"
    assert len(set(said)) == LAST + 1
    assert "dL/dw −1.5, dL/dx −0.6, dL/db −1" in bench.shown.alt
    assert "from 0.25 to 0.031" in bench.shown.words
    for step in reversed(range(LAST)):
        bench.on_press("back")
        assert bench.shown.words == said[step]
    bench.on_press("back")
    assert bench.settings["step"] == 0


def test_the_graph_is_drawn_at_every_end_of_its_knobs():
    bench = graph_stepper()
    for step in range(LAST + 1):
        for value in (-2, 0, 2):
            assert "nan" not in bench.set(step=step, w=value, x=value, b=-value).words


@pytest.mark.parametrize(
    ("value", "said"), [(0.0, "0"), (-0.0, "0"), (-0.0001, "0"), (-0.5, "−0.5"), (12.3456, "12.346"), (10, "10")]
)
def test_numbers_are_written_short(value, said):
    assert bench_graph.digits(value) == said


# ---- the kernel


@given(st.integers(3, 9), st.integers(3, 9), st.sampled_from([1, 2, 3]))
@settings(max_examples=30, deadline=None)
def test_the_feature_map_is_a_convolution_with_padding(height, width, stride):
    generator = np.random.default_rng(height * 10 + width)
    picture, kernel = generator.random((height, width)), generator.normal(size=(3, 3))
    theirs = nn.functional.conv2d(
        torch.from_numpy(picture)[None, None], torch.from_numpy(kernel)[None, None], None, stride, 1
    )
    mine = feature_map(picture, kernel, stride)
    assert mine.shape == tuple(theirs.shape[2:]) and np.allclose(mine, theirs[0, 0].numpy(), atol=1e-12)


def test_the_painter_follows_every_preset_and_knob_on_pictures_that_are_not_square():
    bench = kernel_painter({"a toon": noise(12, 20, 3), "a digit": noise(8, 6)})
    maps = set()
    for name, (label, numbers, divisor, shown) in PRESETS.items():
        bench.on_press(name)
        assert bench.settings["kernel"] == list(numbers) and label in bench.shown.words
        assert (bench.settings["divisor"], bench.settings["shown"]) == (divisor, shown)
        maps.add(bench.shown.panels[1].picture.tobytes())
    assert len(maps) == len(PRESETS)
    bench.set(kernel=[0, 0, 0, 0, 1, 0, 0, 0, 0], divisor=1, shown="picture")
    for before, after in ((0, 1), (2, 3)):
        assert (bench.shown.panels[before].picture == bench.shown.panels[after].picture).all(), "a 1 amid 0s copies"
    frame = bench.set(stride="2")
    assert [panel.picture.shape for panel in frame.panels] == [(12, 20), (6, 10), (8, 6), (4, 3)]
    for shown in ("signed", "picture", "leaky"):
        for number in (-9, 9):
            bench.set(kernel=[number] * 9, shown=shown, divisor=16)
    assert "Kernel of your own" in bench.shown.words


def test_an_even_ground_is_mid_grey_to_a_kernel_that_adds_up_to_0():
    bench = kernel_painter({"even": np.full((9, 9), 200, np.uint8)}, start="spots")
    inside = bench.shown.panels[1].picture[1:-1, 1:-1]
    assert (abs(inside.astype(int) - 128) <= 1).all()


def test_the_painter_refuses_what_it_cannot_paint():
    with pytest.raises(ValueError, match="start"):
        kernel_painter({"a": noise(8, 8)}, start="emboss")
    with pytest.raises(ValueError, match="pictures"):
        kernel_painter({})
    with pytest.raises(TypeError, match="uint8"):
        kernel_painter({"a": np.zeros((8, 8))})


@pytest.mark.parametrize(
    ("value", "error"), [("abc", TypeError), ([1] * 8, ValueError), ([0.5] * 9, ValueError), ([np.nan] * 9, ValueError)]
)
def test_cells_take_whole_numbers_only(value, error):
    with pytest.raises(error, match="kernel: wanted"):
        Cells("kernel", "Kernel", [0] * 9).accept(value)


def test_cells_travel_as_a_list_and_stop_at_their_ends():
    cells = Cells("kernel", "Kernel", np.arange(6).reshape(2, 3), rows=2, low=-3, high=4)
    assert cells.describe()["start"] == [0, 1, 2, 3, 4, 4] and cells.describe()["kind"] == "cells"
    assert cells.accept([[9, -9, 0], [0, 0, 1]]) == [4, -3, 0, 0, 0, 1]
    for wrong in ({"rows": 0}, {"low": 3, "high": 3}, {"brush": 7}, {"brushes": (1, 99)}):
        with pytest.raises(ValueError, match="cells 'kernel'"):
            Cells("kernel", "Kernel", [0] * 9, **wrong)


# ---- the layers


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
