"""The strength dial: a step against one detector, shown to all of them."""

import numpy as np
import pytest
import torch

from unmasked.models.meso import Meso4
from unmasked.widgets import attack_dial
from unmasked.widgets.benches.attack_dial import GREY, STRONGEST, TIMES

pytestmark = pytest.mark.usefixtures("learner_home")


@pytest.fixture
def nets():
    found = {}
    for seed, name in enumerate(("one", "other")):
        torch.manual_seed(seed)
        found[name] = Meso4().eval(), 0.0
    return found


@pytest.fixture
def bench(nets):
    crops = np.random.default_rng(0).integers(40, 216, (2, 64, 64, 3)).astype(np.uint8)
    return attack_dial(nets, {"paste": crops[0], "swap": crops[1]})


def test_no_strength_changes_nothing(bench):
    frame = bench.set(levels=0.0)
    before, after, difference = (panel.picture for panel in frame.panels)
    np.testing.assert_array_equal(before, after)
    assert (difference == GREY).all() and "0 grey levels" in frame.words


def test_values_move_by_the_strength_and_the_attacked_detector_is_less_sure(bench):
    sure = [meter.share for meter in bench.set(levels=0.0).meters]
    frame = bench.set(levels=3.0, against="other", fake="paste")
    before, after, difference = (panel.picture.astype(int) for panel in frame.panels)
    assert np.abs(after - before).max() == 3
    np.testing.assert_array_equal(difference, np.clip(GREY + TIMES * (after - before), 0, 255))
    assert frame.meters[1].share < sure[1] and frame.meters[1].main and not frame.meters[0].main
    assert "against other" in frame.alt and "one says" in frame.alt


def test_the_greatest_strength_and_every_choice_draw(bench):
    for against in ("one", "other"):
        for fake in ("paste", "swap"):
            frame = bench.set(levels=float(STRONGEST), against=against, fake=fake)
            assert {meter.note for meter in frame.meters} <= {"✓ flagged", "✗ passes for real"}
    assert bench.still().ndim == 3


def test_too_few_detectors_and_other_pictures_get_words(nets):
    crop = np.zeros((64, 64, 3), np.uint8)
    with pytest.raises(ValueError, match="wanted two detectors or more and a fake, got 1 and 1"):
        attack_dial({"one": nets["one"]}, {"paste": crop})
    with pytest.raises(ValueError, match="paste"):
        attack_dial(nets, {"paste": crop[:32]})
