"""Lesson 15 as a learner meets it."""

import pytest
from lesson_page import EveryLesson

pytestmark = pytest.mark.browser

LESSON = "15_new_makers"
EXCHANGED = """
def noised(x, noise, times):
    t = times.view(-1, *[1] * (x.ndim - 1))
    return t * x + (1 - t) * noise, noise - x
"""
BACKWARDS = """
def step_to(net, x, now, then):
    return x - (then - now) * net(x, torch.full((len(x),), float(now)))
"""
UNUSUAL = """
def adain(maps, scale, shift):
    calm = nn.functional.group_norm(maps, maps.shape[1])
    return torch.addcmul(shift[:, :, None, None], calm, scale[:, :, None, None])
"""


class TestPage(EveryLesson):
    """What every lesson's page does."""


def test_the_exchanged_mixture_gets_words(lesson):
    assert "Face and noise are exchanged" in lesson.answer("noised", EXCHANGED)


def test_a_step_backwards_gets_words(lesson):
    assert "It goes the other way" in lesson.answer("step", BACKWARDS)


def test_an_unusual_adain_holds(lesson):
    assert "holds." in lesson.answer("adain", UNUSUAL)


def test_the_mixer_walks_from_one_to_the_other_and_the_face_smiles(lesson):
    bench = lesson.widget("mixer")
    before = lesson.alt("mixer")
    bench.get_by_role("slider", name="To the right").press("End")
    there = lesson.new_alt("mixer", before)
    bench.get_by_role("slider", name="Smile", exact=True).press("Home")
    assert lesson.new_alt("mixer", there) != before


def test_noise_is_scrubbed_to_a_face_in_one_step_and_in_many(lesson):
    bench = lesson.widget("scrubber")
    before = lesson.words("scrubber")
    bench.get_by_role("slider", name="From noise to face").press("Home")
    noise = lesson.new_words("scrubber", before)
    bench.get_by_role("slider", name="From noise to face").press("End")
    arrived = lesson.new_words("scrubber", noise)
    bench.get_by_role("slider", name="Steps").press("Home")
    one = lesson.new_words("scrubber", arrived)
    assert "1 of one step done" in one, one
    bench.get_by_role("slider", name="Steps").press("End")
    assert "32 of 32 steps done" in lesson.new_words("scrubber", one)
