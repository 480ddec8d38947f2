"""Lesson 03 as a learner meets it."""

import pytest
from lesson_page import EveryLesson

pytestmark = pytest.mark.browser

LESSON = "03_noise_that_teaches"
NO_WARP = "def warp(pictures, field):\n    return pictures"


class TestPage(EveryLesson):
    """What every lesson's page does."""


def test_the_grid_is_dragged_and_moved_by_keys(lesson):
    grid = lesson.widget("crumple")
    assert "0 of 25 points moved" in lesson.words("crumple")
    grid.locator("canvas").first.scroll_into_view_if_needed()
    picture = grid.locator("canvas").first.bounding_box()
    middle = picture["x"] + picture["width"] / 2, picture["y"] + picture["height"] / 2
    lesson.notebook.drag(middle, (middle[0] + 20, middle[1] - 12), steps=3)
    grid.locator(".um-words", has_text="1 of 25 points moved").wait_for()
    centre = grid.get_by_role("slider", name="middle centre", exact=True)
    assert centre.evaluate("element => element === document.activeElement"), "the dragged point must be the chosen one"
    lesson.page.keyboard.press("Shift+ArrowDown")
    lesson.page.keyboard.press("Tab")
    lesson.page.keyboard.press("ArrowRight")
    grid.locator(".um-words", has_text="2 of 25 points moved").wait_for()
    assert "2 of 25" in lesson.alt("crumple"), "the alt text must follow the points"
    grid.get_by_role("button", name="Move all points").click()
    grid.locator(".um-words", has_text="lies 0.0 from its place in the target").wait_for()
    grid.get_by_role("button", name="Reset all").click()
    grid.locator(".um-words", has_text="0 of 25 points moved").wait_for()


def test_the_wall_follows_the_noise_and_is_drawn_again(lesson):
    wall = lesson.widget("wall")
    assert wall.locator("canvas").count() == 6
    before = lesson.words("wall")
    wall.get_by_role("slider", name="Noise").press("Home")
    after = lesson.new_words("wall", before)
    assert "noise 0 %" in after
    wall.get_by_role("button", name="Draw again").click()
    lesson.new_words("wall", after)


def test_a_warp_that_moves_nothing_gets_words(lesson):
    assert "does not hold yet" in lesson.answer("warp", NO_WARP)
