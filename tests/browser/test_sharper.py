"""Lesson 07 as a learner meets it."""

import pytest
from lesson_page import EveryLesson

pytestmark = pytest.mark.browser

LESSON = "07_sharper"
EXCHANGED = """
def composite(colour, alpha, pictures):
    return alpha * pictures + (1 - alpha) * colour
"""


class TestPage(EveryLesson):
    """What every lesson's page does."""


def test_the_copy_is_dragged_and_its_knobs_turned(lesson):
    bench = lesson.widget("microscope")
    before = lesson.alt("microscope")
    bench.get_by_role("slider", name="Blur").press("Home")
    unchanged = lesson.new_alt("microscope", before)
    assert "unchanged" in unchanged
    copy = bench.locator("canvas").nth(1)
    box = copy.bounding_box()
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    lesson.notebook.drag(middle, (middle[0] + 12, middle[1]))
    shifted = lesson.new_alt("microscope", unchanged)
    assert "shifted by" in shifted
    bench.get_by_role("slider", name="Warmth").press("PageUp")
    assert "warmer" in lesson.new_alt("microscope", shifted)


def test_the_pull_is_that_of_the_chosen_loss(lesson):
    bench = lesson.widget("microscope")
    bench.get_by_role("slider", name="Blur").press("PageUp")
    bench.get_by_role("radio", name="Edges").check()
    bench.get_by_text("Where Edges pulls the copy").wait_for()


def test_a_choice_brings_the_next_pair(lesson):
    bench = lesson.widget("pairs")
    before = lesson.alt("pairs")
    assert "Pair 1 of 12" in before
    bench.get_by_role("button", name="The left one").click()
    after = lesson.new_alt("pairs", before)
    assert "Pair 2 of 12" in after
    bench.get_by_role("button", name="The right one").click()
    lesson.new_alt("pairs", after)


def test_the_duel_does_a_step_by_the_rules_that_were_set(lesson):
    bench = lesson.widget("bench")
    before = lesson.alt("bench")
    assert "after 0 steps" in before
    bench.get_by_label("Keep the picture loss").uncheck()
    bench.get_by_role("button", name="One step").click()
    after = lesson.new_alt("bench", before)
    assert "after 1 steps" in after
    bench.get_by_role("button", name="Start again").click()
    assert "after 0 steps" in lesson.new_alt("bench", after)


def test_a_composite_the_wrong_way_round_gets_words(lesson):
    assert "exchanged" in lesson.answer("composite", EXCHANGED)
