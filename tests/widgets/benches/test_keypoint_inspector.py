"""The keypoint inspector: every frame's end, every keypoint, and a click that finds the nearest."""

import numpy as np
import pytest
import torch

from unmasked import toons
from unmasked.faces import draw_faces
from unmasked.models.first_order_motion import FirstOrderMotion
from unmasked.widgets import keypoint_inspector
from unmasked.widgets.benches.keypoint_inspector import HERO
from unmasked.widgets.benches.keypoints import CHOSEN


@pytest.fixture(scope="module")
def model():
    torch.manual_seed(4)
    return FirstOrderMotion(keypoints=5, width=4)


@pytest.fixture(scope="module")
def frames():
    track = toons.smooth_track(np.random.default_rng(1), 9, 25)
    return draw_faces(toons.character("dot"), track).pictures


@pytest.fixture(scope="module")
def bench(model, frames):
    return keypoint_inspector(model, frames, fps=18)


@pytest.mark.parametrize("frame", [1, 5, 9])
@pytest.mark.parametrize("which", [1, 5])
def test_every_frame_and_keypoint_is_drawn(bench, frame, which):
    shown = bench.draw({"frame": float(frame), "which": float(which)})
    assert len(shown.panels) == 3 and shown.panels[0].picture.shape == (2 * HERO, 2 * HERO, 3)
    assert f"Frame {frame} of 9" in shown.words and f"Keypoint {which}:" in shown.words
    x, y = (bench.clip.value[frame - 1, which - 1] + 1) / 2 * 64
    assert f"x {x:.1f}, y {y:.1f}" in shown.words and f"number {which} is chosen" in shown.alt


def test_places_follow_the_frame(bench):
    bench.set(frame=2)
    first = bench.places
    assert np.allclose(first, (bench.clip.value[1] + 1) / 2, atol=1e-3)
    bench.set(frame=9, which=3)
    assert np.allclose(bench.places, (bench.clip.value[8] + 1) / 2, atol=1e-3)


def test_ellipses_are_circles_in_the_first_frame(bench):
    assert np.allclose(bench.clip.jacobian[0], np.eye(2), atol=1e-3)


def test_the_chosen_keypoint_is_orange_where_it_lies(bench):
    for which in (1, 4):
        shown = bench.draw({"frame": 3.0, "which": float(which)})
        x, y = np.rint((bench.clip.value[2, which - 1] + 1) / 2 * 2 * HERO).astype(int)
        around = shown.panels[0].picture[y - 14 : y + 15, x - 14 : x + 15].reshape(-1, 3)
        assert (around == CHOSEN).all(-1).mean() > 0.2


def test_the_model_is_left_as_it_was(model, frames):
    model.train()
    bench = keypoint_inspector(model, frames)
    assert model.training and 1 <= bench.settings["which"] <= 5
    assert bench.settings["which"] == bench.clip.value.std(0).sum(-1).argmax() + 1


def test_other_arguments_are_told(model, frames):
    with pytest.raises(ValueError, match="frames"):
        keypoint_inspector(model, frames[:1])
    with pytest.raises(ValueError, match="frames"):
        keypoint_inspector(model, frames[:, :32])
    with pytest.raises(TypeError, match="model: wanted a FirstOrderMotion"):
        keypoint_inspector(None, frames)
