"""Lesson 10 as a learner meets it."""

import pytest
from lesson_page import EveryLesson

pytestmark = pytest.mark.browser

LESSON = "10_roads"
EXCHANGED = """
def occlusion_blend(moved, drawn, occlusion):
    return occlusion * drawn + (1 - occlusion) * moved
"""
UNUSUAL = """
def soft_argmax(logits, temperature=0.1):
    heat = (logits / temperature).flatten(2).softmax(-1).view_as(logits)
    return torch.einsum("nkhw,hwc->nkc", heat, places(tuple(logits.shape[-2:])))
"""


class TestPage(EveryLesson):
    """What every lesson's page does."""


def test_the_exchanged_blend_gets_words(lesson):
    assert "The two are exchanged" in lesson.answer("blend", EXCHANGED)


def test_an_unusual_soft_argmax_holds(lesson):
    assert "holds." in lesson.answer("keypoints", UNUSUAL)


def test_a_still_is_driven_by_the_smile_and_by_the_places(lesson):
    bench = lesson.widget("bench")
    before = lesson.alt("bench")
    bench.get_by_role("slider", name="Smile, at the corner of the mouth").press("Home")
    after = lesson.new_alt("bench", before)
    bench.get_by_role("radio", name="the places (absolute)").check()
    assert lesson.new_alt("bench", after) != before


def test_another_keypoint_is_chosen_and_the_clip_is_scrubbed(lesson):
    bench = lesson.widget("inspector")
    before = lesson.words("inspector")
    keypoint = bench.get_by_role("slider", name="Keypoint", exact=True)
    keypoint.press("Home")
    first = lesson.new_words("inspector", before)
    assert "Keypoint 1:" in first
    keypoint.press("ArrowRight")
    after = lesson.new_words("inspector", first)
    assert "Keypoint 2:" in after
    bench.get_by_role("slider", name="Frame", exact=True).press("End")
    assert "Frame 60 of 60" in lesson.new_words("inspector", after)
