"""The noise scrubber: both ends of every way, what a guess is, and words about what doesn't fit."""

import numpy as np
import pytest
import torch

from unmasked.models.repaint import RepaintNet
from unmasked.widgets import noise_scrubber
from unmasked.widgets.benches.noise_scrubber import COUNTS, GUESS, PLACES, STAGE, Ways


@pytest.fixture(scope="module")
def parts():
    torch.manual_seed(0)
    model = RepaintNet(8).eval()
    with torch.no_grad():
        for one in model.parameters():
            one.add_(0.05 * torch.randn_like(one))
    picture = np.random.default_rng(0).integers(0, 255, (64, 64, 3), dtype=np.uint8)
    hole = np.zeros((64, 64), np.uint8)
    hole[20:44, 16:48] = 255
    return model, picture, hole


@pytest.fixture(scope="module")
def scene(parts):
    return Ways(*parts)


@pytest.mark.parametrize("steps", [COUNTS[0], 8, COUNTS[-1]])
@pytest.mark.parametrize("view", [STAGE, GUESS])
@pytest.mark.parametrize("place", [0, 16, PLACES])
def test_every_setting_is_drawn_and_the_rest_of_the_face_stays(scene, parts, steps, view, place):
    frame = scene.draw({"place": place, "steps": steps, "view": view})
    assert len(frame.panels) == 4 and len(frame.meters) == 2
    for panel in frame.panels:
        assert (panel.picture[parts[2] == 0] == parts[1][parts[2] == 0]).all()
    assert f"{place * steps // PLACES} of " in frame.words


def test_at_the_end_there_is_the_face_on_the_left_and_stage_and_guess_are_one(scene, parts):
    stage, guess = (scene.draw({"place": PLACES, "steps": 4, "view": view}) for view in (STAGE, GUESS))
    assert (stage.panels[0].picture == parts[1]).all() and "t = 0.00" in stage.alt
    for one, other in zip(stage.panels, guess.panels, strict=True):
        assert (one.picture == other.picture).all()


def test_one_step_is_the_guess_from_noise(scene):
    guess = scene.draw({"place": 0, "steps": 32, "view": GUESS})
    end = scene.draw({"place": PLACES, "steps": 1, "view": STAGE})
    for one, other in zip(guess.panels[1:], end.panels[1:], strict=True):
        assert np.abs(one.picture.astype(int) - other.picture).max() <= 1


def test_a_coarse_way_stands_still_between_two_stages(scene):
    some = [scene.draw({"place": place, "steps": 2, "view": STAGE}).panels[1].picture for place in (0, 15, 16, 31)]
    assert (some[0] == some[1]).all() and (some[2] == some[3]).all() and (some[1] != some[2]).any()


def test_seeds_differ_and_the_same_seed_does_not(parts):
    frame = Ways(*parts, seeds=(5, 5, 6)).draw({"place": 0, "steps": 1, "view": STAGE})
    one, same, other = (panel.picture for panel in frame.panels[1:])
    assert (one == same).all() and (one != other).any()


def test_the_bench_plays_there_and_back(parts):
    bench = noise_scrubber(*parts, seeds=(3,))
    assert [step["place"] for step in bench.track][:3] == [0, 1, 2] and bench.track[-1]["place"] == 0
    assert max(step["place"] for step in bench.track) == PLACES and bench.still().ndim == 3


def test_what_does_not_fit_is_said_in_words(parts):
    model, picture, hole = parts
    for wrong, words in (
        ((torch.nn.Identity(), picture, hole), "model: wanted a RepaintNet"),
        ((model, picture[:32], hole), "picture"),
        ((model, picture, np.zeros_like(hole)), "hole: no pixel"),
        ((model, picture, hole, (1, 2, 3, 4)), "seeds: wanted one to three"),
    ):
        with pytest.raises((TypeError, ValueError), match=words):
            Ways(*wrong)
