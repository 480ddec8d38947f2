"""The game of making the seam vanish: no number until asked, the best in the record."""

import pytest

from unmasked.course import record
from unmasked.widgets import make_it_vanish
from unmasked.widgets.benches.blending import verdict

pytestmark = pytest.mark.usefixtures("learner_home")


def test_the_game_gives_no_number_until_asked_and_keeps_the_best(shots):
    game = make_it_vanish(shots)
    game.set(mask="given", feather=5)
    assert "core" not in game.shown.words
    assert len(game.shown.panels) == 1
    score = game.measure()
    assert f"Score {score:.2f}".replace("-", "−") in game.shown.words and "best so far" in game.shown.words
    game.set(mask="box")
    assert "Score" not in game.shown.words, "a number must not outlive the settings it was measured at"
    worse = game.measure()
    assert worse < score
    lines = [line for line in record.read("blending") if line["kind"] == "vanish"]
    assert [line["score"] for line in lines] == [score]
    assert f"best on this frame: {score:.2f}".replace("-", "−") in game.shown.words
    game.on_press("reveal")
    assert len(game.shown.panels) == 2 and "Score" in game.shown.words, "what was measured stays"
    game.on_press("next")
    assert len(game.shown.panels) == 1 and "best on this frame" not in game.shown.words
    game.on_press("next")
    assert f"best on this frame: {score:.2f}".replace("-", "−") in game.shown.words
    again = make_it_vanish(shots)
    assert again.best == {0: score}, "the record outlives the kernel"


def test_the_verdict_holds_for_its_numbers():
    good = verdict({"score": 0.3, "step": 5.0, "true_step": 6.0})
    assert "nearer to the truth" in good and "takes 1.0 ΔE from" in good
    bad = verdict({"score": -2.0, "step": 33.0, "true_step": 3.5})
    assert "no nearer to" in bad and "adds 29.5 ΔE to" in bad
    assert "keeps" in verdict({"score": 0.0, "step": 5.0, "true_step": 5.01})
