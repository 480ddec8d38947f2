"""Lesson 00 as a learner meets it."""

import re

import pytest
from lesson_page import EveryLesson

pytestmark = pytest.mark.browser

LESSON = "00_start"
COUNTS_FAKES = "def accuracy(said, fake):\n    return sum(word == 'fake' for word in said) / len(said)"


class TestPage(EveryLesson):
    """What every lesson's page does."""


def pixels(canvas):
    """A number that changes with the pixels of a canvas."""
    return canvas.evaluate(
        """canvas => canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data
        .reduce((sum, value) => (sum * 31 + value) | 0, 7)"""
    )


def middle(locator):
    box = locator.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_bo_breathes_and_is_pulled_off_by_hand_and_by_keys(lesson):
    peel = lesson.widget("peel")
    canvas, corner = peel.locator("canvas"), peel.get_by_role("slider", name="corner")
    assert canvas.bounding_box()["width"] >= 420
    breathing = pixels(canvas)
    lesson.notebook.wait_for_change(lambda: pixels(canvas), breathing)
    before = lesson.alt("peel")
    x, y = middle(corner)
    lesson.notebook.drag((x, y), (x - 110, y - 90))
    assert "another portrait comes to light" in lesson.new_alt("peel", before)
    corner.press("End")
    peel.locator(".um-words", has_text="It was Ada all along").wait_for()
    assert corner.get_attribute("aria-valuetext") == "100 % pulled off" and "Ada's portrait" in lesson.alt("peel")
    peel.get_by_role("button", name="Put him back").click()
    peel.locator(".um-words", has_text="This is not Bo").wait_for()
    peel.get_by_role("button", name="Hold still").click()
    lesson.page.wait_for_timeout(200)
    still = pixels(canvas)
    lesson.page.wait_for_timeout(400)
    assert pixels(canvas) == still, "what moves by itself must be able to stop"


def test_adas_mouth_moves_bo_by_hand_and_by_keys(lesson):
    puppet = lesson.widget("puppet")
    puppet.locator(".um-words", has_text="beaming").wait_for()
    smile = puppet.get_by_role("slider", name="Smile, at the corner of the mouth")
    smile.press("Home")
    puppet.locator(".um-words", has_text="frowning").wait_for()
    assert "frowning" in lesson.alt("puppet"), "the alt text must follow"
    x, y = middle(smile)
    lesson.notebook.drag((x, y), (x - 60, y - 120))
    puppet.locator(".um-words", has_text="beaming").wait_for()
    sun = puppet.get_by_role("slider", name="Light, the sun")
    before = middle(sun)
    sun.press("Home")
    x, y = lesson.notebook.wait_for_change(lambda: middle(sun), before)
    lesson.notebook.drag((x, y), (x + 250, y))
    puppet.locator(".um-words", has_text="light from the right").wait_for()
    assert not puppet.get_by_role("slider", name="Nod").is_visible(), "the sliders are folded away"
    puppet.get_by_text("Sliders").click()
    puppet.get_by_role("slider", name="Nod").press("End")
    puppet.locator(".um-words", has_text="face 20° down").wait_for()


def test_bo_answers_to_the_brush_and_to_ready_strokes(lesson):
    paint = lesson.widget("paint")
    ada, bo = paint.locator(".um-panel canvas[role=img]").all()
    clean, before, words = pixels(ada), pixels(bo), lesson.words("paint")
    paint.get_by_role("radio", name="dark").check()
    x, y = middle(ada)
    lesson.notebook.drag((x - 60, y - 60), (x + 60, y + 60))
    assert "1 stroke on Ada" in lesson.new_words("paint", words)
    assert pixels(ada) != clean and pixels(bo) != before
    paint.get_by_role("button", name="Draw a frown").click()
    paint.locator(".um-words", has_text="5 strokes on Ada").wait_for()
    assert "5 painted strokes" in lesson.alt("paint")
    paint.get_by_role("button", name="Undo").click()
    paint.locator(".um-words", has_text="1 stroke on Ada").wait_for()
    paint.get_by_role("button", name="Clear").click()
    paint.locator(".um-words", has_text="Nothing is painted yet").wait_for()
    assert pixels(ada) == clean


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
