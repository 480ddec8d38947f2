"""Lesson 06 as a learner meets it."""

import pytest
from lesson_page import EveryLesson

pytestmark = pytest.mark.browser

LESSON = "06_data_decides"
STAYS_SMALL = "def shrink(pictures, detail):\n    return pictures[:, ::2, ::2]"


class TestPage(EveryLesson):
    """What every lesson's page does."""


def test_the_atlas_shows_another_experiment_and_another_group(lesson):
    atlas = lesson.widget("atlas")
    before = lesson.words("atlas")
    assert "as found: Ada acts, Bo appears" in before
    atlas.get_by_text("Amount and quality", exact=True).click()
    after = lesson.new_words("atlas", before)
    assert "30 pictures, 64 pixels" in after
    atlas.get_by_text("back to the first", exact=True).click()
    assert "Bo acts, Ada appears" in lesson.new_words("atlas", after)
    assert "Bo" in lesson.alt("atlas")


def test_pictures_that_stay_small_get_words(lesson):
    assert "stay small" in lesson.answer("shrink", STAYS_SMALL)
