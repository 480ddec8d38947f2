"""Lesson 09 as a learner meets it."""

import pytest
from lesson_page import EveryLesson

pytestmark = pytest.mark.browser

LESSON = "09_film"
FROM_NOTHING = """
def ema(track, share):
    last, smooth = np.zeros_like(track[0]), []
    for value in track:
        last = share * value + (1 - share) * last
        smooth.append(last)
    return np.stack(smooth)
"""


class TestPage(EveryLesson):
    """What every lesson's page does."""


def test_the_films_play_in_the_page(lesson):
    video = lesson.notebook.output(lesson.ids.index("play")).locator("video")
    video.scroll_into_view_if_needed()
    video.evaluate("one => one.play()")
    lesson.page.wait_for_function(
        "() => [...document.querySelectorAll('video')].some(one => one.currentTime > 0.2)", timeout=20_000
    )
    video.evaluate("one => one.pause()")


def test_the_timeline_plays_at_speed_and_stops_at_the_largest_jump(lesson):
    bench = lesson.widget("timeline")
    before = lesson.alt("timeline")
    bench.get_by_role("button", name="Play").click()
    lesson.new_alt("timeline", before)
    bench.get_by_role("button", name="To the largest jump").click()
    bench.get_by_role("button", name="Play").wait_for()  # it no longer plays
    stopped = lesson.words("timeline")
    assert "Change since the frame before" in stopped
    assert lesson.words("timeline") == stopped
    strip = bench.get_by_role("slider", name="Frame")
    strip.press("Home")
    first = lesson.new_words("timeline", stopped)
    assert "Frame 1 of 54" in first
    strip.press("Shift+ArrowRight")
    assert "Frame 11 of 54" in lesson.new_words("timeline", first)


def test_the_curtain_is_dragged_over_the_picture(lesson):
    bench = lesson.widget("timeline")
    handle = bench.get_by_role("slider", name="Curtain")
    handle.press("Home")
    before = lesson.alt("timeline")
    box = bench.locator("canvas[role=img]").bounding_box()
    y = box["y"] + box["height"] / 3
    lesson.notebook.drag((box["x"] + 4, y), (box["x"] + 0.6 * box["width"], y))
    assert "at 60 per cent" in lesson.new_alt("timeline", before)
    assert handle.get_attribute("aria-valuenow") == "60"


def test_the_strip_is_dragged_and_another_film_is_chosen(lesson):
    bench = lesson.widget("timeline")
    before = lesson.words("timeline")
    box = bench.get_by_role("slider", name="Frame").bounding_box()
    y = box["y"] + box["height"] / 2
    lesson.notebook.drag((box["x"] + 0.2 * box["width"], y), (box["x"] + 0.9 * box["width"], y))
    after = lesson.new_words("timeline", before)
    assert "Frame 49 of 54" in after
    bench.get_by_label("Right of it", exact=True).select_option(label="Kit, as filmed")
    assert "Kit, as filmed" in lesson.new_words("timeline", after)


def test_the_dial_trades_jitter_for_lag(lesson):
    bench = lesson.widget("dial")
    before = lesson.words("dial")
    bench.get_by_role("slider", name="Share", exact=True).press("Home")
    after = lesson.new_words("dial", before)
    assert "Share 0.05" in after
    seen = lesson.alt("dial")
    bench.get_by_role("radio", name="nose, sideways").check()
    assert "nose, sideways" in lesson.new_alt("dial", seen)


def test_an_average_that_begins_at_nothing_gets_words(lesson):
    assert "It begins at 0" in lesson.answer("ema", FROM_NOTHING)
