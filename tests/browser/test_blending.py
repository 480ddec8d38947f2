"""Lesson 08 as a learner meets it."""

import pytest
from lesson_page import EveryLesson

pytestmark = pytest.mark.browser

LESSON = "08_blending"
SWAPPED = """
def composite(frame, face, mask):
    return np.rint(mask[..., None] * frame + (1 - mask[..., None]) * face).astype(np.uint8)
"""


class TestPage(EveryLesson):
    """What every lesson's page does."""


def test_score_words_and_alt_text_follow_the_bench(lesson):
    bench = lesson.widget("bench-shots")
    before = lesson.alt("bench-shots")
    bench.get_by_role("radio", name="face mask").check()
    after = lesson.new_alt("bench-shots", before)
    bench.get_by_role("slider", name="Feather").press("PageUp")
    lesson.new_alt("bench-shots", after)
    bench.get_by_role("radio", name="Poisson").check()
    bench.locator(".um-words", has_text="Score").wait_for()


def test_the_game_tells_no_number_until_it_is_asked(lesson):
    game = lesson.widget("game")
    score = game.locator(".um-answers")
    assert "?" in score.inner_text()
    game.get_by_role("button", name="Measure it").click()
    game.locator(".um-words", has_text="Nothing gained yet").wait_for()
    assert "?" not in score.inner_text()
    game.get_by_role("button", name="Next frame").click()
    game.get_by_text("Frame 2").first.wait_for()


def test_a_composite_the_wrong_way_round_gets_words(lesson):
    assert "does not hold yet" in lesson.answer("composite", SWAPPED)


def test_the_clip_plays_and_stops(lesson):
    player = lesson.widget("play")
    before = lesson.alt("play")
    player.get_by_role("button", name="Play").click()
    assert "beside the true composite" in lesson.new_alt("play", before)
    player.get_by_role("button", name="Pause").click()
