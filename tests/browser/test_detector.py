"""Lesson 13 as a learner meets it: unsolved from top to bottom, both benches, wrong answers and right ones."""

import re

import pytest
from jupyter_browser import JupyterLab

pytestmark = pytest.mark.browser

STEPS = 4  # of every training: whether a net learns is tested elsewhere
PICTURES = (
    "detector-first-look",
    "detector-data-look",
    "detector-table-look",
    "detector-blend-look",
    "detector-self-look",
    "detector-calibration-look",
)
EXERCISES = tuple(f"detector-{name}" for name in ("auc", "split", "blend", "ppv"))
BY_FRAME = "def clean_split(whose, share, generator):\n    return generator.random(len(whose)) < share"
HIT_RATE = "def ppv(hit_rate, alarm_rate, prevalence):\n    return hit_rate"


@pytest.fixture(scope="module")
def lab(tmp_path_factory, chromium):
    """In the place of the other tests' server: one whose trainings are short."""
    with JupyterLab(tmp_path_factory.mktemp("lab"), environment={"UNMASKED_MAX_STEPS": str(STEPS)}) as server:
        yield server


def test_a_learner_gets_through_lesson_13(open_lesson):
    lesson = open_lesson("13_detector")
    change = lesson.notebook.wait_for_change
    for id in EXERCISES:
        assert "still open" in lesson.text(f"{id}-check"), f"{id}: an open exercise must be called open"
    for id in PICTURES:
        assert len(lesson.alt(id)) > 40, f"{id}: no alt text arrives in the page"

    # Both dials change words and alt text; everything is flagged at the lowest threshold.
    dial = lesson.widget("detector-dial")
    alt = lesson.alt("detector-dial")
    dial.get_by_role("slider", name="Threshold").press("Home")
    alt = change(lambda: lesson.alt("detector-dial"), alt)
    assert "100 % false alarms and 100 % hits" in alt, alt
    # The base rate's slider rests on chosen numbers: 10 is one of them, its neighbours are 8 and 12.
    rate = dial.get_by_role("slider", name="Fakes in 1,000")
    for key, fakes in (("ArrowLeft", 8), ("ArrowRight", 10), ("ArrowRight", 12)):
        rate.press(key)
        alt = change(lambda: lesson.alt("detector-dial"), alt)
        assert f"with {fakes} fakes" in alt and rate.get_attribute("aria-valuetext") == str(fakes), alt
    for label in dial.locator(".um-knob label").all():
        assert label.bounding_box()["height"] < 28, f"{label.inner_text()!r} needs two lines"
    tops = [canvas.bounding_box()["y"] for canvas in dial.locator("canvas").all()]
    assert tops[0] == tops[1] < tops[2], "scores and ROC side by side, the crowd below"
    rate.press("End")
    alt = change(lambda: lesson.alt("detector-dial"), alt)
    assert "with 500 fakes" in alt and "50.0 % of what is flagged is fake" in alt, alt

    # Another detector, another map; a larger smear, another score.
    heat = lesson.widget("detector-heat")
    alt = lesson.alt("detector-heat")
    heat.get_by_role("radiogroup", name="Trained on").get_by_role("radio").nth(1).check()
    alt = change(lambda: lesson.alt("detector-heat"), alt)
    assert "trained on self-blended" in alt, alt
    heat.get_by_role("slider", name="Smear size").press("End")
    assert "40 pixels wide" in change(lambda: lesson.alt("detector-heat"), alt)

    base = lesson.widget("detector-base-predict")
    base.get_by_role("radio").nth(0).check()
    base.get_by_role("button", name="Predict").click()
    base.get_by_text("Noted").wait_for()
    assert "About 95 %" in lesson.run("detector-predictions")

    # The mark beside an answer stays on one line, however long the answer is.
    for question in lesson.widget("detector-quiz").locator("fieldset").all():
        question.get_by_role("radio").nth(2).check()
        question.get_by_role("button", name="Answer").click()
        mark = question.get_by_text(re.compile("✓ right|✗ not this"))
        mark.wait_for()
        assert mark.bounding_box()["height"] < 30, mark.inner_text()

    for id, wrong in (("detector-split", BY_FRAME), ("detector-ppv", HIT_RATE)):
        said = lesson.answer(id, wrong)
        assert "does not hold yet" in said, said
    for id in EXERCISES:
        assert "holds." in lesson.answer(id), f"{id}: the lesson's own answer must hold"
