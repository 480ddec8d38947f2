"""Lesson 11 as a learner meets it."""

import pytest
from lesson_page import EveryLesson

pytestmark = pytest.mark.browser

LESSON = "11_lip_sync"
FUTURE = """
def delayed(targets, delay):
    return np.concatenate([targets[delay:], np.repeat(targets[-1:], delay, 0)])[: len(targets)]
"""


class TestPage(EveryLesson):
    """What every lesson's page does."""


def test_the_scrubber_plays_and_stops(lesson):
    bench = lesson.widget("step")
    before = lesson.words("step")
    bench.get_by_role("button", name="Play with sound").click()
    lesson.new_words("step", before)
    bench.get_by_role("button", name="Pause").click()
    stopped = lesson.words("step")
    assert "the voice" in stopped
    assert lesson.words("step") == stopped


def test_the_line_of_time_is_dragged_and_walked(lesson):
    bench = lesson.widget("step")
    strip = bench.get_by_role("slider", name="Frame")
    strip.press("Home")
    before = lesson.words("step")
    assert "Frame 1 of 91" in before
    box = strip.bounding_box()
    y = box["y"] + box["height"] / 2
    lesson.notebook.drag((box["x"] + 80, y), (box["x"] + box["width"] - 2, y))
    after = lesson.new_words("step", before)
    assert "Frame 91 of 91" in after or "Frame 90 of 91" in after
    strip.press("Shift+ArrowLeft")
    assert "at 3." in lesson.new_words("step", after)


def test_the_sound_is_moved_and_put_back(lesson):
    bench = lesson.widget("step")
    before = lesson.alt("step")
    slider = bench.get_by_role("slider", name="Earlier, later")
    slider.press("ArrowRight")
    moved = lesson.new_alt("step", before)
    assert "Sound 20 milliseconds later" in moved
    assert "+20 ms" in bench.inner_text()
    slider.press("Backspace")
    assert "Sound not moved" in lesson.new_alt("step", moved)


def test_two_films_stand_beside_each_other(lesson):
    bench = lesson.widget("made-bench")
    assert bench.locator("figure").count() == 2
    assert "Mouth open, px: made" in lesson.words("made-bench") and "true" in lesson.words("made-bench")
    assert "Where do the made mouth and the true one part?" in bench.inner_text()


def test_a_greater_n_asks_more_mouths(lesson):
    bench = lesson.widget("n")
    before = lesson.words("n")
    assert "n = 1:" in before
    bench.get_by_role("slider", name="Mouths, n").press("End")
    after = lesson.new_words("n", before)
    assert "n = 64:" in after
    assert "64 nearest" in lesson.alt("n")


def test_the_film_with_sound_plays_in_the_page(lesson):
    video = lesson.notebook.output(lesson.ids.index("made")).locator("video")
    video.scroll_into_view_if_needed()
    video.evaluate("one => one.play()")
    lesson.page.wait_for_function(
        "() => [...document.querySelectorAll('video')].some(one => one.currentTime > 0.2)", timeout=20_000
    )
    video.evaluate("one => one.pause()")


def test_a_mouth_of_the_future_gets_words(lesson):
    assert "FUTURE" in lesson.answer("delayed", FUTURE)
