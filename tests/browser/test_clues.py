"""Lesson 12 as a learner meets it."""

import re

import pytest
from lesson_page import EveryLesson

pytestmark = pytest.mark.browser

LESSON = "12_clues"
FIRST_DIFFERENCE = "def trembling(grey):\n    return abs(grey[1:-1] - grey[:-2])"


class TestPage(EveryLesson):
    """What every lesson's page does."""


def test_words_and_alt_text_follow_the_microscope(lesson):
    bench = lesson.widget("microscope")
    before = lesson.words("microscope")
    bench.get_by_role("radio", name="occlusion").check()
    words = lesson.new_words("microscope", before)
    assert words.startswith("occlusion")
    bench.get_by_role("radio", name="another network").check()
    other = lesson.new_words("microscope", words)
    alt = lesson.alt("microscope")
    assert "another network" in alt
    frame = bench.get_by_role("slider", name="Frame")
    frame.press("Home")
    alt = lesson.new_alt("microscope", alt)
    assert alt.startswith("Frame 1 ") and lesson.words("microscope") == other
    bench.get_by_role("radio", name="spectrum").check()
    assert "no frame to choose" in lesson.new_words("microscope", other) and frame.is_disabled()


def test_options_that_wrap_begin_under_the_first(lesson):
    rows = {}
    for radio in lesson.widget("microscope").get_by_role("radiogroup", name="Clue").get_by_role("radio").all():
        box = radio.bounding_box()
        rows.setdefault(round(box["y"]), []).append(round(box["x"]))
    assert len(rows) > 1 and len({min(row) for row in rows.values()}) == 1


def test_the_second_game_tells_after_each_picture_and_is_scored(lesson):
    game = lesson.widget("spot")
    game.locator("canvas").focus()
    alt = lesson.alt("spot")
    for number in range(1, 21):
        assert f"Picture {number} of 20" in alt and "Real or fake?" in alt, f"after {number - 1} answers: {alt}"
        lesson.page.keyboard.press("4" if number % 2 else "1")
        told = lesson.new_alt("spot", alt)
        verdict = game.locator(".um-verdict").inner_text()
        assert f"picture {number} is {'fake' if 'It is fake' in told else 'real'}" in verdict
        lesson.page.keyboard.press("Enter")
        alt = lesson.new_alt("spot", told)
    game.get_by_text("of 20 pictures").first.wait_for()
    score = lesson.run("score")
    assert re.search(r"^second game +\d+% of 20 ", score, re.MULTILINE) and "d′" in score
    assert "criterion" in score
    assert re.search(r"AUC in the second game: [01]\.\d\d", lesson.run("own"))
    assert "not played" not in lesson.run("predictions")


def test_a_first_difference_gets_words(lesson):
    assert "does not hold yet" in lesson.answer("flicker", FIRST_DIFFERENCE)
