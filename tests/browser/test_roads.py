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
