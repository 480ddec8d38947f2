"""Lesson 04 as a learner meets it: unsolved from top to bottom, played with, answered wrongly, answered rightly."""

import pytest
from jupyter_browser import JupyterLab

pytestmark = pytest.mark.browser

STEPS = 8  # of every training: whether a net learns is tested elsewhere
PICTURES = (
    "two-decoders-data-look",
    "two-decoders-truth-look",
    "two-decoders-cross-look",
    "two-decoders-both-look",
    "two-decoders-recovery-look",
    "two-decoders-aligned-look",
    "two-decoders-aligned-recovery",
    "two-decoders-third-look",
)
EXERCISES = tuple(f"two-decoders-{name}" for name in ("step", "net", "swap", "score", "standardise", "count"))
NO_BIAS = (
    "def convolution_parameters(channels_in, channels_out, side):\n    return channels_out * channels_in * side**2"
)
WRONG_FACE = "def swap(model, pictures, actor, face):\n    return model.decode(model.encode(pictures, actor), actor)"


@pytest.fixture(scope="module")
def lab(tmp_path_factory, chromium):
    """In the place of the other tests' server: one whose trainings are short."""
    environment = {"UNMASKED_MAX_STEPS": str(STEPS)}
    with JupyterLab(tmp_path_factory.mktemp("lab"), environment=environment) as server:
        yield server


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


def test_a_learner_gets_through_lesson_04(open_lesson):
    lesson = open_lesson("04_two_decoders")
    change = lesson.notebook.wait_for_change
    for id in EXERCISES:
        assert "still open" in lesson.text(f"{id}-check"), f"{id}: an open exercise must be called open"
    assert f"shortens this training to {STEPS} of" in lesson.text("two-decoders-share-train")

    for id in PICTURES:
        assert len(lesson.alt(id)) > 40, f"{id}: no alt text arrives in the page"

    # Every slider of the puppet moves Ada, the swap or both, and the words with them.
    puppet = lesson.widget("two-decoders-puppet")
    sliders = puppet.get_by_role("slider")
    assert sliders.count() == 11
    for number in range(sliders.count()):
        before = pixels(puppet, 0)
        sliders.nth(number).press("End")
        change(lambda: pixels(puppet, 0), before)
    assert "turned 35° to the right" in lesson.alt("two-decoders-puppet"), lesson.alt("two-decoders-puppet")

    # Other plugs, another picture, other words.
    plugs = lesson.widget("two-decoders-plugs")
    before, alt = pixels(plugs, 2), lesson.alt("two-decoders-plugs")
    plugs.get_by_role("radiogroup", name="Decoder").get_by_role("radio").first.check()
    change(lambda: pixels(plugs, 2), before)
    assert change(lambda: lesson.alt("two-decoders-plugs"), alt)
    before = pixels(plugs, 1)
    plugs.get_by_role("slider").press("End")
    change(lambda: pixels(plugs, 1), before)

    # The theatre takes one step, then trains to its end.
    theatre = lesson.widget("two-decoders-theatre")
    swap = pixels(theatre, 2)
    theatre.get_by_role("button", name="One step").click()
    theatre.locator(".um-words", has_text=f"Step 1 of {STEPS}").wait_for()
    assert pixels(theatre, 2) != swap, "a step must change what Bo's decoder draws"
    theatre.get_by_role("button", name="Resume").click()
    theatre.locator(".um-words", has_text="done").wait_for()
    assert f"after {STEPS} steps" in lesson.alt("two-decoders-theatre")

    # A prediction, to be seen again at the end, and a question of the quiz.
    third = lesson.widget("two-decoders-predict-third")
    third.get_by_role("radio").nth(0).check()
    third.get_by_role("button", name="Predict").click()
    third.get_by_text("Noted").wait_for()
    assert "Bo doing what Cleo does" in lesson.run("two-decoders-predictions")
    quiz = lesson.widget("two-decoders-quiz")
    quiz.get_by_role("radio").nth(2).check()
    quiz.get_by_role("button", name="Answer").first.click()
    quiz.get_by_text("Right.").first.wait_for()

    # Wrong answers are refused with words; the lesson's own hold.
    wrong_answers = {"count": (NO_BIAS, "should be"), "swap": (WRONG_FACE, "The swapped pictures")}
    for name, (wrong, words) in wrong_answers.items():
        said = lesson.answer(f"two-decoders-{name}", wrong)
        assert "does not hold yet" in said and words in said, said
    for id in EXERCISES:
        assert "holds." in lesson.answer(id), f"{id}: the lesson's own answer must hold"
