"""Lesson 00 as a learner meets it."""

import re

import pytest
from lesson_page import EveryLesson

pytestmark = pytest.mark.browser

LESSON = "00_start"
COUNTS_FAKES = "def accuracy(said, fake):\n    return sum(word == 'fake' for word in said) / len(said)"


class TestPage(EveryLesson):
    """What every lesson's page does."""


def test_adas_smile_moves_bo(lesson):
    puppet = lesson.widget("puppet")
    puppet.locator(".um-words", has_text="beaming").wait_for()
    puppet.get_by_role("slider", name="Smile").press("Home")
    puppet.locator(".um-words", has_text="frowning").wait_for()
    assert "frowning" in lesson.alt("puppet"), "the alt text must follow the slider"


def test_twenty_pictures_are_told_apart_by_keys_and_come_back_with_a_prediction(lesson):
    lesson.predict("third-predict", 1)
    game = lesson.widget("spot")
    game.locator("canvas").focus()
    alt = lesson.alt("spot")
    for number in range(2, 22):
        lesson.page.keyboard.press("4" if number % 2 else "1")
        alt = lesson.new_alt("spot", alt)
        assert f"Picture {number} of 20" in alt or number == 21, f"after {number - 1} answers: {alt}"
    game.get_by_text("of 20 pictures").first.wait_for()
    assert re.search(r"^you +\d+ of 20 ", lesson.run("score"), re.MULTILINE)
    seen = lesson.run("predictions")
    assert "Bo, doing what Cleo does" in seen and "not played" not in seen


def test_a_wrong_answer_gets_words_and_the_next_hint(lesson):
    assert "does not hold yet" in lesson.answer("accuracy", COUNTS_FAKES)
    assert "Hint 2 of 3" in lesson.run("hint")
