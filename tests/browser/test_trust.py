"""Lesson 14 as a learner meets it."""

import pytest
from lesson_page import EveryLesson

pytestmark = pytest.mark.browser

LESSON = "14_trust"
WRAPS = """
def embed(picture, pattern, strength):
    moved = np.rint(picture + strength * pattern[..., None])
    return np.mod(moved, 256).astype(np.uint8)
"""


class TestPage(EveryLesson):
    """What every lesson's page does."""


def test_lamps_go_out_and_what_was_done_stays_listed(lesson):
    bench = lesson.widget("bench")
    lit = lesson.alt("bench")
    assert "Signed by somebody on your list" in lit
    bench.get_by_role("button", name="Strip the credentials").click()
    stripped = lesson.new_alt("bench", lit)
    assert "No credentials in this file" in stripped and "Mark: Found" in stripped
    bench.get_by_role("button", name="Draw it anew").click()
    redrawn = lesson.new_alt("bench", stripped)
    assert "Mark: Not found" in redrawn and "Hash: Found" in redrawn
    assert "strip the credentials, then draw it anew" in lesson.words("bench")
    bench.get_by_role("button", name="Sign it as a stranger").click()
    assert "who isn't on your list" in lesson.new_alt("bench", redrawn)
    bench.get_by_role("button", name="Start again").click()
    # Not in the live region, which may still say what it first said.
    bench.locator(".um-words", has_text="Done: nothing yet").wait_for()


def test_the_lamps_stand_beside_the_picture(lesson):
    panels = lesson.widget("bench").locator(".um-panel")
    picture, lamps = (panels.nth(place).bounding_box() for place in (0, 1))
    assert lamps["x"] >= picture["x"] + picture["width"] and abs(lamps["y"] - picture["y"]) < 2


def test_the_dials_sliders_are_wide_and_aligned(lesson):
    sliders = lesson.widget("dial").locator("input[type=range]")
    assert min(sliders.nth(place).bounding_box()["width"] for place in (0, 1)) > 120


def test_a_guess_comes_back_at_the_result(lesson):
    lesson.predict("predict-lie", 1)
    assert "You predicted" in lesson.run("lie")


def test_a_mark_that_wraps_round_gets_words(lesson):
    assert "wrapped round" in lesson.answer("embed", WRAPS)
