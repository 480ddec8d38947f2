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


def test_the_loupe_is_dragged_and_moved_by_keys_and_finds_the_brightest_place(lesson):
    bench = lesson.widget("microscope")
    bench.get_by_role("radio", name="blur ratio").check()
    face, loupe = bench.locator(".um-scope-face"), bench.get_by_role("slider", name="Loupe on the forged face")
    box = face.bounding_box()
    alt = lesson.alt("microscope")
    middle = (box["x"] + 0.5 * box["width"], box["y"] + 0.5 * box["height"])
    lesson.notebook.drag((box["x"] + 0.1 * box["width"], box["y"] + 0.1 * box["height"]), middle)
    alt = lesson.notebook.wait_for_change(
        lambda: "50 % from the left and 50 % from above" in lesson.alt("microscope"), False
    )
    assert loupe.get_attribute("aria-valuetext") == "50 % from the left, 50 % from above"
    alt = lesson.alt("microscope")
    loupe.press("ArrowLeft")
    alt = lesson.new_alt("microscope", alt)
    assert "48 % from the left" in alt
    bench.get_by_role("button", name="Brightest place").click()
    assert "48 % from the left and 50 %" not in lesson.new_alt("microscope", alt)
    more = bench.get_by_label("What this shows")
    more.click()
    assert bench.get_by_text("Bright: a pixel unlike its neighbours").is_visible()
    more.click()


def test_what_the_microscope_changes_fits_the_screen(lesson):
    bench = lesson.widget("microscope")
    assert bench.bounding_box()["height"] < 640  # of the 800 that a small screen has, less JupyterLab's own bars
    assert bench.locator(".um-scope-face").bounding_box()["width"] >= 256


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
