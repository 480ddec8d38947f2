"""The button that gives hints below a check's words."""

import numpy as np
import pytest

from unmasked.course import check, hints, lesson, messages, record
from unmasked.widgets.hint_button import HintButton

pytestmark = pytest.mark.usefixtures("learner_home")
ID = "start.accuracy"


def press(button):
    button._on_message(None, {"hint": True}, [])


def test_each_press_gives_one_more_hint_and_the_record_keeps_which():
    all_hints = lesson.load("start").exercises[ID].hints
    button = HintButton(ID, "ask so")
    assert (button.label, button.given) == ("Show a hint", [])
    seen = []
    for _ in range(4):
        press(button)
        seen.append((len(button.given), button.label))
    assert button.given == list(all_hints)
    assert seen[0] == (1, "Show hint 2 of 3") and seen[2] == seen[3] == (3, "That was the last hint")
    assert [entry["level"] for entry in record.read("start")] == [1, 2, 3, 3]


def test_hints_that_were_taken_before_come_along():
    hints.hint(ID)
    button = HintButton(ID, "ask so")
    assert button.label == "Show hint 2 of 3"
    press(button)
    assert len(button.given) == 2 and "Hint" not in button.error
    hints.hint(ID)
    assert HintButton(ID, "ask so").label == "Show the hints again"


def test_a_record_that_cannot_be_written_stops_no_hint(learner_home):
    learner_home.mkdir()
    (learner_home / "record").write_text("a file where the folder should be", encoding="utf-8")
    button = HintButton(ID, "ask so")
    press(button)
    press(button)
    assert len(button.given) == 2 and button.error


def test_renderers_without_a_kernel_are_told_how_to_ask():
    data, _ = HintButton(ID, 'For a hint: `hint("start.accuracy")`.')._repr_mimebundle_()
    assert data["text/plain"].startswith("For a hint") and "<code>hint(" in data["text/html"]


def test_a_check_offers_the_button_in_a_notebook_and_words_elsewhere(monkeypatch, capsys):
    assert hints.make_button is HintButton, "unmasked.widgets brings the button"
    check(ID, lambda said, fake: 2)
    assert 'hint("start.accuracy")' in capsys.readouterr().out
    shown = []
    monkeypatch.setattr(messages, "in_notebook", lambda: True)
    monkeypatch.setattr("IPython.display.display", lambda what, **_: shown.append(what))
    check(ID, lambda said, fake: 2)
    check(ID, ...)
    assert [type(one).__name__ for one in shown] == ["Message", "HintButton"] * 2
    assert "hint(" not in repr(shown[0]) and "does not hold" in repr(shown[0])
    shown.clear()
    check(ID, lambda said, fake: np.mean((np.array(said) == "fake") == np.array(fake)))
    assert [type(one).__name__ for one in shown] == ["Message"], "what holds needs no hint"
