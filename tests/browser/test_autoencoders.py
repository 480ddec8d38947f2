"""Lesson 02 as a learner meets it."""

import pytest
from lesson_page import EveryLesson

pytestmark = pytest.mark.browser

LESSON = "02_autoencoders"
BACKWARDS = """def walk(decode, start, end, stops):
    along = torch.linspace(0, 1, stops)[:, None]
    return decode(end + along * (start - end))"""


class TestPage(EveryLesson):
    """What every lesson's page does."""


def test_another_code_size_gets_other_scores(lesson):
    scrubber = lesson.widget("scrubber")
    before = lesson.words("scrubber")
    scrubber.get_by_role("radio", name="128", exact=True).check()
    words = lesson.new_words("scrubber", before)
    assert "128 of 12,288 numbers" in words and "128 of 12,288 numbers" in lesson.alt("scrubber")
    scrubber.get_by_role("radio", name="0: the average face").check()
    assert "No code at all" in lesson.new_words("scrubber", words)


def test_the_map_is_walked_by_keys_and_mouse_and_turned_over(lesson):
    chart = lesson.widget("map")
    before = lesson.words("map")
    chart.get_by_role("slider", name="code").press("Shift+ArrowRight")
    moved = lesson.new_words("map", before)
    assert moved.startswith("Code (")
    box = chart.locator("canvas").first.bounding_box()
    start, end = (
        (box["x"] + across * box["width"], box["y"] + down * box["height"]) for across, down in ((0.2, 0.3), (0.8, 0.6))
    )
    lesson.notebook.drag(start, end)
    lesson.new_words("map", moved)
    chart.get_by_role("radio", name="what is drawn where").check()
    chart.get_by_text("What the decoder draws").first.wait_for()


def test_a_slid_skin_says_what_comes_out_of_each_net(lesson):
    bench = lesson.widget("through-bench")
    before = lesson.words("through-bench")
    bench.get_by_role("slider", name="Skin").press("ArrowRight")
    words = lesson.new_words("through-bench", before)
    assert "Of the colour alone" in words
    assert all(name in words for name in ("Ada alone", "six characters", "Ada alone, shipped"))


def test_a_walk_backwards_gets_words(lesson):
    said = lesson.answer("walk", BACKWARDS)
    assert "does not hold yet" in said and "`start`" in said
