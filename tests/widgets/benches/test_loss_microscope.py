"""The loss microscope: what each loss says of a spoiled copy, and where it pulls."""

import numpy as np
import pytest

from unmasked import losses
from unmasked.widgets import loss_microscope
from unmasked.widgets.benches.loss_microscope import GREY, Pair, pull_picture

pytestmark = pytest.mark.usefixtures("learner_home")
LOSSES = {"MAE": losses.mae, "MSE": losses.mse, "DSSIM": losses.dssim, "Edges": losses.edge_loss}
AS_IT_WAS = {"blur": 0.0, "right": 0.0, "down": 0.0, "tint": 0.0, "grain": 0.0}


@pytest.fixture
def bench(faces):
    return loss_microscope(faces["bo"].pictures, LOSSES)


def costs(frame):
    return {meter.name: meter.share for meter in frame.meters}


def test_an_unchanged_copy_costs_nothing_and_nobody_pulls(bench):
    frame = bench.set(**AS_IT_WAS)
    assert max(costs(frame).values()) < 1e-6 and "Every loss is content" in frame.words
    assert (frame.panels[2].picture == GREY).all()
    np.testing.assert_array_equal(frame.panels[0].picture, frame.panels[1].picture)


def test_the_average_face_costs_one(faces):
    pair = Pair(faces["bo"].pictures, LOSSES)
    average = np.rint(faces["bo"].pictures.mean(0)).astype(np.uint8)
    found = [pair.costs(average, number, "MSE")[0] for number in range(4)]
    for name in LOSSES:
        assert np.mean([one[name] for one in found]) == pytest.approx(1, abs=0.02)


def test_a_tint_bothers_pixels_and_not_edges_and_a_blur_the_other_way_round(bench):
    tinted = costs(bench.set(**AS_IT_WAS | {"tint": 25.0}))
    blurred = costs(bench.set(**AS_IT_WAS | {"blur": 1.0}))
    assert tinted["MAE"] > 5 * tinted["Edges"] and tinted["MAE"] > 5 * tinted["DSSIM"]
    assert blurred["Edges"] > blurred["MAE"] > blurred["MSE"]


def test_a_step_along_the_pull_makes_the_loss_smaller(faces):
    pair = Pair(faces["bo"].pictures, LOSSES)
    copy = pair.copy(AS_IT_WAS | {"blur": 1.5, "shown": 2})
    for name in LOSSES:
        before, pull = pair.costs(copy, 1, name)
        moved = np.clip(copy + 6 * pull / np.abs(pull).max(), 0, 255)
        after, _ = pair.costs(np.rint(moved).astype(np.uint8), 1, name)
        assert after[name] < before[name], name


def test_dragging_shifts_the_copy(bench):
    frame = bench.set(**AS_IT_WAS | {"right": 2.0})
    true, copy = (panel.picture for panel in frame.panels[:2])
    np.testing.assert_array_equal(copy[:, 2:], true[:, :-2])
    assert bench.hands["panel"] == 1 and "shifted by 2.00" in frame.alt


@pytest.mark.parametrize("end", ["low", "high"])
def test_every_knob_at_its_end_draws(bench, end):
    ends = {knob["name"]: knob[end] for knob in bench.knobs if knob["kind"] == "slider"}
    for name in LOSSES:
        frame = bench.set(**ends, loss=name)
        assert np.isfinite([meter.share for meter in frame.meters]).all()
    assert bench.still().shape[1] >= 3 * 216


def test_a_pull_is_grey_in_the_middle():
    pull = np.zeros((4, 5, 3))
    pull[0, 0], pull[1, 1] = 2.0, -2.0
    drawn = pull_picture(pull)
    assert drawn[0, 0, 0] > GREY > drawn[1, 1, 0] and drawn[2, 2, 0] == GREY


def test_other_arguments_are_refused_in_words(faces):
    with pytest.raises(ValueError, match="two square ones"):
        loss_microscope(faces["bo"].pictures[:1], LOSSES)
    with pytest.raises(TypeError, match="losses"):
        loss_microscope(faces["bo"].pictures, {})
