"""The kernel painter against a convolution, and at every preset."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from noise import noise
from torch import nn

from unmasked.widgets import kernel_painter
from unmasked.widgets.benches.kernel_painter import PRESETS, feature_map
from unmasked.widgets.kit import two_digits


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
    shapes = {}
    for label in ("a toon", "a digit"):
        bench.set(kernel=[0, 0, 0, 0, 1, 0, 0, 0, 0], divisor=1, shown="picture", picture=label, stride="1")
        given, seen, _ = (panel.picture for panel in bench.shown.panels)
        assert (given == seen).all(), "a 1 amid 0s copies"
        shapes[label] = [panel.picture.shape for panel in bench.set(stride="2").panels[:2]]
    assert shapes == {"a toon": [(12, 20), (6, 10)], "a digit": [(8, 6), (4, 3)]}
    for shown in ("signed", "picture", "leaky"):
        for number in (-9, 9):
            bench.set(kernel=[number] * 9, shown=shown, divisor=16)
    assert "Kernel of your own" in bench.shown.words


@pytest.mark.parametrize("stride", ["1", "2"])
def test_the_window_makes_the_number_that_stands_in_the_map(stride):
    grey = noise(9, 7)
    bench = kernel_painter({"a": grey}, start="level")
    for place in (0, 8, 31, 62, -1, 999):
        frame = bench.set(place=place, stride=stride)
        row, column = bench.scene.place(bench.settings)
        window = np.pad(grey / 255, 1)[row : row + 3, column : column + 3]
        products = window * np.reshape(PRESETS["level"][1], (3, 3))
        assert f"Around row {row + 1}, column {column + 1}: " in frame.words
        assert (
            f"add up to {two_digits(products.sum())}, divided by 3 that is {two_digits(products.sum() / 3)}"
            in frame.alt
        )
        (lit,) = bench.marks
        found = feature_map(grey / 255, np.reshape(PRESETS["level"][1], (3, 3)) / 3, int(stride))
        assert found.flat[lit["at"]] == pytest.approx(products.sum() / 3)
        (tiles,) = bench.grids
        assert (tiles["rows"], tiles["columns"], tiles["at"]) == (9, 7, row * 7 + column)


def test_the_map_does_not_travel_again_while_only_the_window_moves():
    bench = kernel_painter({"a": noise(9, 7)})
    first = bench.set(place=3).panels[:2]
    assert all(before is after for before, after in zip(first, bench.set(place=20).panels[:2], strict=True))


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
