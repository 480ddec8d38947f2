"""Lesson 00 as a learner meets it: unsolved from top to bottom, played, answered wrongly, answered rightly."""

import pytest

pytestmark = pytest.mark.browser

RED = "def accuracy(said, fake):\n    return sum(word == 'fake' for word in said) / len(said)"
PICTURES = (
    "start-kinds",
    "start-year",
    "start-swap",
    "start-worst",
    "start-third",
    "start-laughing-show",
    "start-films",
)
STEPS = ("start-difference", "start-laughing", "start-accuracy", "start-guessing")


def test_a_learner_gets_through_lesson_00(open_lesson):
    lesson = open_lesson("00_start")
    for id in STEPS:
        assert "still open" in lesson.text(f"{id}-check"), f"{id}: an open exercise must be called open"

    for id in PICTURES:
        assert len(lesson.alt(id)) > 40, f"{id}: no alt text arrives in the page"

    # The first code cell is a working swap: Ada's smile moves Bo.
    puppet = lesson.widget("start-puppet")
    puppet.locator(".um-words", has_text="beaming").wait_for()
    puppet.get_by_role("slider", name="Smile").press("Home")
    puppet.locator(".um-words", has_text="frowning").wait_for()
    assert "frowning" in lesson.alt("start-puppet"), "the alt text must follow the slider"

    # A prediction, to be seen again at the end.
    third = lesson.widget("start-third-predict")
    third.get_by_role("radio").nth(1).check()
    third.get_by_role("button", name="Predict").click()
    third.get_by_text("Noted").wait_for()

    # Twenty pictures, no word on any of them, then a score.
    game = lesson.widget("start-spot")
    game.locator("canvas").focus()
    alt = lesson.alt("start-spot")
    for number in range(2, 22):
        lesson.notebook.page.keyboard.press("f" if number % 2 else "r")
        alt = lesson.notebook.wait_for_change(lambda: lesson.alt("start-spot"), alt)
        assert f"Picture {number} of 20" in alt or number == 21, f"after {number - 1} answers: {alt}"
    game.get_by_text("of 20 pictures").first.wait_for()
    score = lesson.run("start-score")
    assert "you: " in score and "of 20" in score

    # A wrong answer gets words, a hint the next hint, a right answer a tick.
    assert "does not hold yet" in lesson.answer("start-accuracy", RED)
    assert "Hint 2 of 3" in lesson.run("start-hint")
    for id in STEPS:
        assert "holds." in lesson.answer(id), f"{id}: the lesson's own answer must hold"

    seen = lesson.run("start-predictions")
    assert "Bo, doing what Cleo does" in seen and "not played" not in seen
