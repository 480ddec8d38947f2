"""Lesson 13 as a learner meets it."""

import re

import pytest
from lesson_page import EveryLesson

pytestmark = pytest.mark.browser

LESSON = "13_detector"
BY_FRAME = "def clean_split(whose, share, generator):\n    return generator.random(len(whose)) < share"
HIT_RATE = "def ppv(hit_rate, alarm_rate, prevalence):\n    return hit_rate"


class TestPage(EveryLesson):
    """What every lesson's page does."""


def test_line_and_base_rate_change_words_and_alt_text(lesson):
    dial = lesson.widget("dial")
    alt = lesson.alt("dial")
    dial.get_by_role("slider", name="Threshold").press("Home")
    alt = lesson.new_alt("dial", alt)
    assert "100 % hits, 100 % false alarms" in alt, alt
    # The base rate's slider rests on chosen numbers: 10 is one of them, its neighbours are 8 and 12.
    rate = dial.get_by_role("slider", name="Fakes in 1,000")
    for key, fakes in (("ArrowLeft", 8), ("ArrowRight", 10), ("ArrowRight", 12)):
        rate.press(key)
        alt = lesson.new_alt("dial", alt)
        assert f"with {fakes} fakes" in alt and rate.get_attribute("aria-valuetext") == str(fakes), alt
    rate.press("End")
    alt = lesson.new_alt("dial", alt)
    assert "with 500 fakes" in alt and "Of the flagged are fakes: 50 %" in alt, alt


def test_the_line_is_dragged_and_somebody_is_accused_by_name(lesson):
    dial = lesson.widget("dial")
    alt, scores = lesson.alt("dial"), dial.locator(".um-dial-scores").bounding_box()
    y = scores["y"] + scores["height"] / 2
    lesson.notebook.drag((scores["x"] + 0.6 * scores["width"], y), (scores["x"] + 0.97 * scores["width"], y))
    alt = lesson.new_alt("dial", alt)
    dial.get_by_role("slider", name="Threshold").press("End")
    dial.get_by_text("Nobody is accused").wait_for()
    assert "0 wrongly accused" in lesson.alt("dial")
    dial.get_by_role("slider", name="Threshold").press("Home")
    dial.get_by_text("You have accused").wait_for()
    handle = dial.get_by_role("slider", name="Threshold")
    assert handle.get_attribute("aria-valuenow") == handle.get_attribute("aria-valuemin")


def test_the_dial_fits_the_screen_and_labels_take_one_line(lesson):
    dial = lesson.widget("dial")
    for label in dial.locator(".um-knob:not([hidden]) label").all():
        assert label.bounding_box()["height"] < 28, f"{label.inner_text()!r} needs two lines"
    assert dial.bounding_box()["height"] < 600
    people, scores, accused = (canvas.bounding_box() for canvas in dial.locator("canvas").all())
    assert people["y"] + people["height"] <= scores["y"] and scores["x"] + scores["width"] <= accused["x"]


def test_another_detector_has_another_map_and_a_larger_smear_another_score(lesson):
    heat = lesson.widget("heat")
    alt = lesson.alt("heat")
    heat.get_by_role("radiogroup", name="Trained on").get_by_role("radio").nth(1).check()
    alt = lesson.new_alt("heat", alt)
    assert "trained on self-blended" in alt, alt
    heat.get_by_role("slider", name="Smear size").press("End")
    assert "40 pixels wide" in lesson.new_alt("heat", alt)


def test_a_prediction_comes_back_at_the_end(lesson):
    lesson.predict("base-predict", 0)
    assert "About 95 %" in lesson.run("predictions")


def test_the_mark_beside_an_answer_stays_on_one_line_however_long_the_answer(lesson):
    for question in lesson.widget("quiz").locator("fieldset").all():
        question.get_by_role("button").nth(2).click()
        mark = question.get_by_text(re.compile("^[✓✗]$"))
        mark.wait_for()
        assert mark.bounding_box()["height"] < 30, mark.inner_text()


@pytest.mark.parametrize(("id", "wrong"), [("split", BY_FRAME), ("ppv", HIT_RATE)])
def test_a_wrong_answer_gets_words(lesson, id, wrong):
    said = lesson.answer(id, wrong)
    assert "does not hold yet" in said, said
