"""Lesson 05 as a learner meets it."""

import pytest
from lesson_page import EveryLesson

pytestmark = pytest.mark.browser

LESSON = "05_extraction"
SIDES_NOT_CUT = """
def overlap(box, boxes):
    sides = np.minimum(box[2:], boxes[:, 2:]) - np.maximum(box[:2], boxes[:, :2])
    shared = sides.prod(1)
    areas = (boxes[:, 2:] - boxes[:, :2]).prod(1)
    return shared / ((box[2:] - box[:2]).prod() + areas - shared)
"""


class TestPage(EveryLesson):
    """What every lesson's page does."""


def test_counts_and_boxes_follow_the_threshold(lesson):
    bench = lesson.widget("threshold")
    before = lesson.alt("threshold")
    bench.get_by_role("slider", name="Threshold").press("Home")
    after = lesson.new_alt("threshold", before)
    assert "threshold of 0.00" in after
    bench.get_by_label("Non-maximum suppression").uncheck()
    assert lesson.new_alt("threshold", after) != after


def test_the_threshold_is_dragged_on_the_scores(lesson):
    bench = lesson.widget("threshold")
    before = lesson.alt("threshold")
    scores = bench.locator("canvas").nth(2)
    box = scores.bounding_box()
    y = box["y"] + box["height"] / 3
    lesson.notebook.drag((box["x"] + 0.3 * box["width"], y), (box["x"] + 0.6 * box["width"], y))
    lesson.new_alt("threshold", before)


def test_a_steady_point_moves_the_crop_by_hand_and_by_keys(lesson):
    bench = lesson.widget("dragger")
    bench.get_by_role("button", name="Put the points back").click()
    before = lesson.alt("dragger")
    bench.locator(".um-point[tabindex='0']").first.press("PageDown")
    assert bench.locator(".um-point[tabindex='0']").count() == 1, "the points are one stop for the keyboard"
    bench.get_by_role("slider", name="right eye 1", exact=True).press("Shift+ArrowUp")
    moved = lesson.new_alt("dragger", before)
    assert "1 of 68 points moved" in moved and "gone 0.0 pixels" not in moved
    box = bench.get_by_role("slider", name="jaw 9", exact=True).bounding_box()
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    lesson.notebook.drag(middle, (middle[0], middle[1] + 25))
    assert "2 of 68 points moved" in lesson.new_alt("dragger", moved)


def test_an_opened_mouth_moves_the_crop_by_all_points_alone(lesson):
    bench = lesson.widget("dragger")
    bench.get_by_role("radio", name="the eight steady points").check()
    bench.get_by_role("button", name="Open the mouth wide").click()
    bench.locator(".um-words", has_text="gone 0.0 pixels").wait_for()
    bench.get_by_role("radio", name="all 68 points").check()
    bench.locator(".um-words", has_text="changed its size to 9").wait_for()


def test_a_click_on_the_wall_cuts_it(lesson):
    wall = lesson.widget("wall")
    before = lesson.alt("wall")
    tiles = wall.get_by_role("slider", name="The last crop that stays")
    box = tiles.bounding_box()
    tiles.click(position={"x": 0.5 * box["width"], "y": 0.4 * box["height"]})
    after = lesson.new_alt("wall", before)
    assert "0 dropped" not in after
    tiles.press("ArrowRight")
    later = lesson.new_alt("wall", after)
    wall.get_by_role("radio", name="size").check()
    lesson.new_alt("wall", later)


def test_sides_that_are_not_cut_off_get_words(lesson):
    assert "two negative sides" in lesson.answer("overlap", SIDES_NOT_CUT)
