"""The identity mixer: every knob's ends, both ends of the mixture, and what it says when there is no truth."""

import numpy as np
import pytest
import torch

from unmasked import toons
from unmasked.models.identity import IdentityNet
from unmasked.models.one_shot import OneShotSwap
from unmasked.widgets import identity_mixer
from unmasked.widgets.benches.identity_mixer import TILE, TURNED, Mixer

CALM = {name: getattr(toons.Performance(), name) for name in TURNED}
PEOPLE = {"Cleo": toons.character("cleo"), "somebody": toons.sample_identity(690_002)}
ENDS = {"left": "Cleo", "right": "somebody"}


@pytest.fixture(scope="module")
def model():
    torch.manual_seed(3)
    return OneShotSwap(code_size=5, look=4, width=4).eval()


@pytest.fixture(scope="module")
def judge():
    torch.manual_seed(4)
    return IdentityNet(width=4).eval()


@pytest.fixture(scope="module")
def scene(model, judge):
    return Mixer(model, "ada", PEOPLE, judge)


@pytest.mark.parametrize("mix", [0.0, 50.0, 100.0])
def test_every_sliders_least_default_and_greatest_is_drawn(scene, mix):
    told = {scene.draw(CALM | ENDS | {"mix": mix}).alt}
    for name in TURNED:
        for value in toons.RANGES[name]:
            frame = scene.draw(CALM | ENDS | {name: value, "mix": mix})
            assert len(frame.panels) == 6 and len(frame.meters) == 3
            assert {panel.picture.shape[1] * panel.scale for panel in frame.panels} == {TILE}
            assert "Cleo" in frame.alt and "somebody" in frame.alt and "Ada" in frame.alt
            told.add(frame.alt)
    assert len(told) > len(TURNED)


def test_each_end_is_the_swap_from_one_picture(scene, model):
    from unmasked.tensors import to_pictures, to_tensor

    settings = CALM | ENDS | {"smile": 1.0}
    acting = scene.draw(settings | {"mix": 0.0}).panels[0].picture
    for mix, name in ((0.0, "Cleo"), (100.0, "somebody")):
        frame = scene.draw(settings | {"mix": mix})
        with torch.no_grad():
            wanted = to_pictures(model.swap(to_tensor(acting[None]), to_tensor(scene.stills[name])))[0]
        assert np.abs(frame.panels[3].picture.astype(int) - wanted).max() <= 1
        assert name in frame.panels[3].title and name in frame.meters[0].name


def test_stills_and_truth_lie_where_they_must(scene):
    frames = [scene.draw(CALM | ENDS | {"yaw": yaw, "mix": 40.0}) for yaw in (-30.0, 30.0)]
    assert frames[0].panels[1] is frames[1].panels[1] is scene.shown["Cleo"] and scene.shown["Cleo"].lasting
    for at in (4, 5):
        assert (frames[0].panels[at].picture != frames[1].panels[at].picture).any()
    still = scene.draw(CALM | ENDS | {"mix": 0.0})
    assert still.meters[0].value == "–" and np.array_equal(still.panels[4].picture, scene.stills["Cleo"])
    same = scene.draw(CALM | {"smile": 1.0, "left": "Cleo", "right": "Cleo", "mix": 70.0})
    assert same.meters[1].value == same.meters[2].value


def test_the_bench_turns_and_plays_and_keeps_its_own_network(model, judge):
    import copy

    model = copy.deepcopy(model)
    bench = identity_mixer(model, toons.sample_identity(690_009), PEOPLE, judge=judge, start={"smile": -0.5})
    assert bench.settings["smile"] == -0.5 and bench.settings["mix"] == 0 and bench.beside
    before = bench.shown.panels[3].picture
    with torch.no_grad():
        for weight in model.parameters():
            weight.zero_()
    assert (bench.draw(bench.settings).panels[3].picture == before).all()
    bench.set(mix=100, jaw=1.0)
    assert (bench.shown.panels[3].picture != before).any()
    assert set(bench.track[0]) == {*TURNED, "mix"} and bench.track[0] == bench.track[-1]
    assert bench.still().ndim == 3 and bench.title.endswith("?")


def test_the_rings_lie_on_the_performer_and_go_where_they_are_dragged(model, judge):
    bench = identity_mixer(model, "ada", PEOPLE, judge=judge)
    for number, grip in enumerate(bench.grips):
        (name,) = grip["names"]
        low, high = toons.RANGES[name]
        ways = []
        for value in (low, high):
            bench.set(**CALM | {name: value})
            assert bench.places == bench.scene.places and all(0 < part < 1 for part in bench.places[number])
            ways.append(np.array(bench.places[number]))
        turned = (ways[1] - ways[0]) @ np.array(grip["turns"][name])
        assert 0 < turned <= 1.02 * (high - low), f"{grip['label']}: {name} doesn't stay under the hand"
    before = bench.places
    bench.set(yaw=30.0)
    assert bench.places != before, "the rings stay where the face was"
    bench.close()


def test_other_arguments_are_told(model, judge):
    with pytest.raises(TypeError, match="model: wanted a OneShotSwap"):
        identity_mixer(object(), judge=judge)
    with pytest.raises(ValueError, match="nobody"):
        identity_mixer(model, "nobody", PEOPLE, judge=judge)
    with pytest.raises(TypeError, match="performer"):
        identity_mixer(model, 7, PEOPLE, judge=judge)
    with pytest.raises(ValueError, match="people: wanted two or more"):
        identity_mixer(model, "ada", {"Cleo": PEOPLE["Cleo"]}, judge=judge)
    with pytest.raises(TypeError, match="people"):
        identity_mixer(model, "ada", {"Cleo": PEOPLE["Cleo"], "x": 3}, judge=judge)
    with pytest.raises(TypeError, match="judge"):
        identity_mixer(model, "ada", PEOPLE, judge=model)
