"""Spot the fake: answers, feedback and the record."""

import numpy as np
import pytest
from stand_in import StandIn

from unmasked.makers import stills
from unmasked.widgets import results, spot_the_fake
from unmasked.widgets.benches.spot_the_fake import rating

pytestmark = pytest.mark.usefixtures("learner_home")


@pytest.fixture(scope="module")
def game_items():
    return stills.items(1, 5, model=StandIn())


def test_the_game_keeps_every_answer_says_nothing_and_can_be_taken_up_again(game_items):
    game = spot_the_fake(game_items)
    assert "1 of 5" in game.shown.alt
    told = []
    for number in range(3):
        game._on_message(None, {"said": "fake", "item": number, "sure": 2}, [])
        told.append(game.shown.words)
    assert set(told) == {"Real or fake?"}, "the first game must not tell"
    again = spot_the_fake(game_items)
    assert again.at == 3 and "4 of 5" in again.shown.alt
    again.answer("real")
    again.answer("real")
    right = sum(
        (said == "fake") == item.fake for said, item in zip(["fake"] * 3 + ["real"] * 2, game_items, strict=True)
    )
    assert again.over and f"right on {right} of 5" in again.shown.words and "95 %" in again.shown.words
    lines = results()
    assert [line["item"] for line in lines] == [0, 1, 2, 3, 4]
    assert [line["sure"] for line in lines] == [2, 2, 2, None, None]
    assert [line["rating"] for line in lines] == [3, 3, 3, 2, 2]
    assert [line["fake"] for line in lines] == [item.fake for item in game_items]


def test_ratings_go_from_surely_real_to_surely_fake():
    answers = ("real", 3), ("real", 2), ("real", None), ("fake", 1), ("fake", 2), ("fake", 3)
    assert [rating(*answer) for answer in answers] == [1, 2, 2, 3, 3, 4]


def test_a_finished_game_stays_sealed_until_it_is_asked_for_with_feedback(game_items):
    game = spot_the_fake(game_items, "sealed")
    for _ in game_items:
        game.answer("fake", 3)
    assert len(game.shown.panels) == 1, "the first game shows its score and nothing else"
    again = spot_the_fake(game_items, "sealed", feedback=True)
    _, *small = again.shown.panels
    assert [panel.picture.tobytes() for panel in small] == [item.picture.tobytes() for item in game_items]
    assert [panel.title for panel in small] == [
        f"{number} ✓ fake" if item.fake else f"{number} ✗ real" for number, item in enumerate(game_items, 1)
    ]


def test_an_answer_to_a_picture_that_is_gone_is_refused(game_items):
    game = spot_the_fake(game_items)
    game.answer("real", item=0)
    game._on_message(None, {"said": "real", "item": 0}, [])
    assert "could not be kept" in game.error and game.at == 1 and len(results()) == 1
    game._on_message(None, {"said": "perhaps", "item": 1}, [])
    assert "could not be kept" in game.error and len(results()) == 1


def test_other_items_begin_anew(game_items):
    first = spot_the_fake(game_items)
    first.answer("real")
    assert spot_the_fake(game_items, "second", feedback=True).at == 0
    assert spot_the_fake(game_items[::-1]).at == 0
    assert len(results()) == 1 and results("second") == [] and results("third") == []


def test_feedback_keeps_the_picture_and_puts_the_truth_beside_a_fake(game_items):
    game = spot_the_fake(game_items, "second", feedback=True)
    for number, item in enumerate(game_items):
        (asked,) = game.shown.panels
        assert (asked.picture == item.picture).all() and game.verdict == ""
        said = "fake" if number % 2 else "real"
        game._on_message(None, {"said": said, "item": number, "sure": None}, [])
        assert game.at == number + 1 and f"{number + 1} of 5" in game.shown.alt and asked.alt != game.shown.alt
        right = (said == "fake") == item.fake
        assert game.verdict.startswith("✓ Right" if right else f"✗ No: you said {said}")
        assert game.verdict.endswith(f"picture {number + 1} is {'fake' if item.fake else 'real'}.")
        shown = [panel.picture for panel in game.shown.panels]
        if item.fake:
            mine, truth = shown
            assert mine.shape == truth.shape == (216, 160, 3) and f"{item.off:.1f}" in game.shown.words
            whole, kept = (np.abs(a.astype(int) - b).sum() for a, b in ((item.picture, item.truth), (mine, truth)))
            assert kept > 0.98 * whole > 0, "cut beside the face"
        else:
            assert len(shown) == 1 and (shown[0] == item.picture).all()
        game._on_message(None, {"next": number}, [])  # of a view that lags behind
        assert game.verdict
        game._on_message(None, {"next": number + 1}, [])
    assert game.over and not game.verdict and "of 5 pictures" in game.shown.words
    assert [line["item"] for line in results("second")] == [0, 1, 2, 3, 4]


def test_with_feedback_no_picture_is_answered_before_it_is_shown(game_items):
    game = spot_the_fake(game_items, "second", feedback=True)
    game.answer("real")
    game._on_message(None, {"said": "real", "item": 1}, [])
    assert "not shown yet" in game.error and len(results("second")) == 1
    again = spot_the_fake(game_items, "second", feedback=True)
    assert again.at == 1 and again.verdict == "" and "2 of 5" in again.shown.alt, "taken up with the next picture"
    game.go_on()
    game.go_on()
    assert "2 of 5" in game.shown.alt, "going on twice must not leave a picture out"


def test_before_an_answer_nothing_tells_whether_a_picture_is_fake(game_items):
    fakes = [item for item in game_items if item.fake]
    reals = [item for item in game_items if not item.fake]
    for first in (fakes[0], reals[0]):
        game = spot_the_fake([first, *game_items], "second", feedback=True)
        state = game.get_state()
        assert len(state["frame"]["panels"]) == 1 and state["verdict"] == ""
        assert state["frame"]["words"] == "Real or fake?" and state["frame"]["panels"][0]["title"] == "Picture 1 of 6"


def test_the_still_game_gives_nothing_away(game_items):
    data, _ = spot_the_fake(game_items)._repr_mimebundle_()
    assert "Real or fake?" in data["text/plain"] and {"image/png", "image/jpeg"} & set(data)
    assert str(game_items[0].fake) not in data["text/html"][:500]
