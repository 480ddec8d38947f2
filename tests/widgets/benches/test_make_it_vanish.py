"""The game of making the seam vanish: no number until asked, every frame begins unsolved, the best in the record."""

import pytest

from unmasked.course import record
from unmasked.widgets import make_it_vanish
from unmasked.widgets.benches.blending import verdict
from unmasked.widgets.benches.flaws import Flaws
from unmasked.widgets.benches.make_it_vanish import said

pytestmark = pytest.mark.usefixtures("learner_home")


def numbers(game):
    return [meter.value for meter in game.shown.meters]


def test_the_game_gives_no_number_until_asked_and_keeps_the_best(shots):
    game = make_it_vanish(shots)
    game.set(mask="given", feather=5, colour="reinhard")
    assert numbers(game) == ["?"] * 4 and len(game.shown.panels) == 3
    score = game.measure()
    assert score > 0.05 and numbers(game)[0] == f"{score:.2f}" and "best so far" in game.shown.words
    assert game.shown.panels[1].picture.shape == (120, 150, 3), "what still shows is seen"
    game.set(mask="box", feather=0, colour="none")
    assert numbers(game)[0] == "?", "a number must not outlive the settings it was measured at"
    assert game.measure() < score and "Nothing gained" in game.shown.words
    lines = [line for line in record.read("blending") if line["kind"] == "seam"]
    assert [line["score"] for line in lines] == [score]
    assert f"your best: {score:.2f}" in game.shown.meters[0].note
    game.on_press("reveal")
    assert (game.shown.panels[2].picture == shots[0].truth).all() and "?" not in numbers(game), (
        "what was measured stays"
    )
    again = make_it_vanish(shots)
    assert again.best == {0: score}, "the record outlives the kernel"


def test_every_frame_begins_unsolved(shots):
    game = make_it_vanish(shots)
    begin = dict(game.settings)
    game.set(mask="given", feather=5, grow=-3)
    game.on_press("next")
    assert game.settings == begin and "Frame 2 of 2" in game.shown.panels[0].title
    assert game.shown.panels[2].picture.shape == (2, 2), "the truth is asked for anew"


def test_nothing_is_praised_where_nothing_was_gained():
    found = Flaws(20, 0.5, 9, 0.01, "the seam")
    assert said(found, 0.0, 0.7) == "Nothing gained yet: look for the seam. A search over the knobs got 0.70."
    better = Flaws(0, 0.3, 4, 0.4, "the tint of the face")
    assert "Your best so far: 0.40 of the 0.70" in said(better, 0.2, 0.7)
    assert "best so far" not in said(better, 0.395, 0.7)
    assert "better than the 0.30" in said(better, 0.0, 0.3)


def test_what_can_be_reached_is_looked_for_once_somebody_looks(shots):
    game = make_it_vanish(shots[:1])
    assert game._search is None
    game.on_view(1)
    game._search.join(60)
    assert "best" in vars(game.examined[0])


def test_the_verdict_holds_for_its_numbers():
    good = verdict({"score": 0.3, "step": 5.0, "true_step": 6.0})
    assert "nearer to the truth" in good and "takes 1.0 ΔE from" in good
    bad = verdict({"score": -2.0, "step": 33.0, "true_step": 3.5})
    assert "no nearer to" in bad and "adds 29.5 ΔE to" in bad
    assert "keeps" in verdict({"score": 0.0, "step": 5.0, "true_step": 5.01})
