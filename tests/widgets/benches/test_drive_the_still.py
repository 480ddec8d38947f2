"""Driving a still: every slider's ends, both ways of carrying over, and the still that stays itself."""

import copy

import numpy as np
import pytest
import torch

from unmasked import toons
from unmasked.models.first_order_motion import FirstOrderMotion
from unmasked.widgets import drive_the_still
from unmasked.widgets.benches import keypoints
from unmasked.widgets.benches.drive_the_still import ABSOLUTE, RELATIVE, TURNED, Stage

CALM = {name: getattr(toons.Performance(), name) for name in TURNED}


@pytest.fixture(scope="module")
def model():
    torch.manual_seed(3)
    return FirstOrderMotion(keypoints=4, width=4).eval()


@pytest.fixture(scope="module")
def stage(model):
    return Stage(model, "ada", toons.sample_identity(800_001))


@pytest.mark.parametrize("mode", [RELATIVE, ABSOLUTE])
def test_every_sliders_least_default_and_greatest_is_drawn(stage, mode):
    told = {stage.draw(CALM | {"mode": mode}).alt}
    for name in TURNED:
        for value in toons.RANGES[name]:
            frame = stage.draw(CALM | {name: value, "mode": mode})
            wide = {panel.picture.shape[1] * panel.scale for panel in frame.panels}
            assert len(frame.panels) == 6 and wide == {keypoints.TILE}
            told.add(frame.alt)
            assert "a stranger" in frame.alt.lower() and len(frame.meters) == 1
    assert len(told) > len(TURNED)


def test_in_the_stills_own_pose_nothing_moves_and_no_score_is_given(stage):
    frame = stage.draw(CALM | {"mode": RELATIVE})
    assert frame.meters[0].value == "–" and "the pose of the still" in frame.alt
    made, _ = stage.moved(stage.picture, ABSOLUTE)  # driven by itself
    pale = keypoints.arrows(stage.picture, made["flow"][0].numpy())
    still = np.rint(255 - 0.45 * (255 - keypoints.enlarged(stage.picture).astype(np.float32)))
    assert np.array_equal(pale, still), "an arrow where nothing moves"


def test_the_still_and_light_stay_whatever_the_driver_does(stage):
    frames = [stage.draw(CALM | {"yaw": yaw, "mode": RELATIVE}) for yaw in (-35.0, 35.0)]
    assert frames[0].panels[1] is frames[1].panels[1] is stage.shown and stage.shown.lasting
    assert (frames[0].panels[0].picture != frames[1].panels[0].picture).any()
    settings = CALM | {"yaw": 35.0}
    assert stage.performance(settings).light_azimuth == stage.pose.light_azimuth
    assert stage.performance(settings).yaw == 35.0


def test_the_bench_turns_and_plays_and_keeps_its_own_network(model):
    model = copy.deepcopy(model)
    bench = drive_the_still(model, "cleo", "bo", pose={"yaw": -10.0}, start={"smile": -0.5}, mode=ABSOLUTE)
    assert bench.settings["smile"] == -0.5 and bench.settings["mode"] == ABSOLUTE and bench.beside
    before = bench.shown.panels[4].picture
    with torch.no_grad():
        for weight in model.parameters():
            weight.zero_()  # the cell below trains on
    assert (bench.draw(bench.settings).panels[4].picture == before).all()
    bench.set(mode=RELATIVE, jaw=1.0)
    assert (bench.shown.panels[4].picture != before).any()
    assert set(bench.track[0]) == set(TURNED)
    assert bench.still().ndim == 3 and "Cleo" in bench.title and "Bo" in bench.title


def test_what_is_dragged_stays_under_the_hand(stage):
    for at, (grip, turns) in enumerate(zip(stage.grips, stage.turns(), strict=True)):
        ((name, turn),) = turns.items()
        low, high = toons.RANGES[name]
        places = []
        for value in (low, high):
            stage.draw(CALM | {name: value, "mode": RELATIVE})
            places.append(np.array(stage.places[at]))
            assert ((places[-1] > 0) & (places[-1] < 1)).all(), grip.label
        moved = (places[1] - places[0]) @ np.array(turn)
        assert 0 < moved <= (high - low) * 1.05, f"{grip.label} runs ahead of the hand, or away from it"
    (_, down) = stage.turns()[1]["jaw"]
    assert down > 0, "a chin goes down"


def test_the_grips_follow_the_face(model):
    bench = drive_the_still(model)
    before = bench.places
    bench.set(jaw=1.0, yaw=-30.0)
    assert bench.places == bench.scene.places != before
    assert [tuple(grip["names"]) for grip in bench.grips] == [("smile",), ("jaw",)]


def test_other_arguments_are_told(model):
    with pytest.raises(ValueError, match="nobody"):
        drive_the_still(model, "nobody")
    with pytest.raises(ValueError, match="mode"):
        drive_the_still(model, mode="sideways")
    with pytest.raises(TypeError, match="model: wanted a FirstOrderMotion"):
        drive_the_still(object())
    with pytest.raises(TypeError, match="still"):
        drive_the_still(model, "ada", 7)


def test_an_arrow_goes_from_where_a_place_is_fetched_to_where_it_is_put():
    flow = np.stack(np.meshgrid((np.arange(8) + 0.5) / 4 - 1, (np.arange(8) + 0.5) / 4 - 1), -1)
    flow[3, 4] += (-0.5, 0.0)  # that place is fetched from half the width further left
    white = np.full((64, 64, 3), 255, np.uint8)
    drawn = keypoints.arrows(white, flow, side=64, every=1)
    rows, columns = np.nonzero((drawn != 255).any(-1))
    y, x = (3 + 0.5) / 8 * 128, (4 + 0.5) / 8 * 128
    assert rows.min() > y - 8 and rows.max() < y + 8
    assert columns.min() == pytest.approx(x - 32, abs=4) and columns.max() == pytest.approx(x, abs=6)


def test_a_jacobian_bends_its_circle_and_the_chosen_one_lies_on_top():
    paper = np.full((200, 200, 3), 128, np.uint8)
    wide = np.array([[[3.0, 0.0], [0.0, 1.0]]])
    drawn = keypoints.marked(paper.copy(), np.zeros((1, 2)), wide)
    rows, columns = np.nonzero((drawn != 128).any(-1))
    assert np.ptp(columns) > 2 * np.ptp(rows)
    both = keypoints.marked(paper.copy(), np.zeros((2, 2)), np.eye(2)[None].repeat(2, 0), chosen=0)
    assert (both[100, 100] == keypoints.CHOSEN).all()
