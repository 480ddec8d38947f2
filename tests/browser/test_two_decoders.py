"""Lesson 04 as a learner meets it."""

import pytest
from lesson_page import STEPS, EveryLesson

pytestmark = pytest.mark.browser

LESSON = "04_two_decoders"
NO_BIAS = (
    "def convolution_parameters(channels_in, channels_out, side):\n    return channels_out * channels_in * side**2"
)
WRONG_FACE = "def swap(model, pictures, actor, face):\n    return model.decode(model.encode(pictures, actor), actor)"


class TestPage(EveryLesson):
    """What every lesson's page does."""


def pixels(bench, number):
    """A number that changes with the pixels of a bench's picture."""
    return (
        bench.locator("canvas")
        .nth(number)
        .evaluate(
            """canvas => canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data
            .reduce((sum, value) => (sum * 31 + value) | 0, 7)"""
        )
    )


def test_a_shortened_training_says_so(lesson):
    assert f"shortens this training to {STEPS} of" in lesson.text("train-separate")


def test_compared_nets_get_equally_many_steps(lesson):
    for id in ("train-separate", "share-train", "aligned-train"):
        assert f": {STEPS} steps in" in lesson.text(id), f"{id}: another number of steps than its rivals"


def test_every_slider_of_the_puppet_moves_ada_and_the_words(lesson):
    puppet = lesson.widget("puppet")
    puppet.get_by_text("Sliders").click()
    sliders = puppet.locator("input[type=range]")
    assert sliders.count() == 11
    for number in range(sliders.count()):
        before = pixels(puppet, 0)
        sliders.nth(number).press("End")
        lesson.notebook.wait_for_change(lambda: pixels(puppet, 0), before)
    assert "turned 35° to the right" in lesson.alt("puppet"), lesson.alt("puppet")


def test_other_plugs_and_moments_draw_other_pictures(lesson):
    plugs = lesson.widget("plugs")
    truth, said = plugs.locator("canvas").count() - 1, lesson.words("plugs")
    before = pixels(plugs, truth)
    plugs.get_by_role("radiogroup", name="Decoder").get_by_role("radio").first.check()
    lesson.notebook.wait_for_change(lambda: pixels(plugs, truth), before)
    assert "Ada's decoder draws" in lesson.new_words("plugs", said)
    before = pixels(plugs, 1)
    plugs.get_by_role("slider", name="Performance").press("End")
    lesson.notebook.wait_for_change(lambda: pixels(plugs, 1), before)


def test_the_theatre_takes_one_step_then_trains_to_its_end(lesson):
    theatre = lesson.widget("theatre")
    swap = pixels(theatre, 1)
    theatre.get_by_role("button", name="One step").click()
    theatre.locator(".um-words", has_text=f"Step 1 of {STEPS}").wait_for()
    assert pixels(theatre, 1) != swap, "a step must change what Bo's decoder draws"
    theatre.get_by_role("button", name="Resume").click()
    theatre.locator(".um-words", has_text="done").wait_for()
    assert f"after {STEPS} steps" in lesson.alt("theatre")


def test_a_prediction_comes_back_at_the_end(lesson):
    lesson.predict("predict-third", 0)
    assert "Bo doing what Cleo does" in lesson.run("predictions")


def test_the_quiz_says_what_is_right(lesson):
    quiz = lesson.widget("quiz")
    quiz.get_by_role("button").nth(2).click()
    quiz.get_by_text("Right.").first.wait_for()


@pytest.mark.parametrize(
    ("id", "wrong", "words"), [("count", NO_BIAS, "The biases are missing"), ("swap", WRONG_FACE, "shows Ada, rebuilt")]
)
def test_a_wrong_answer_gets_words(lesson, id, wrong, words):
    said = lesson.answer(id, wrong)
    assert "does not hold yet" in said and words in said, said
