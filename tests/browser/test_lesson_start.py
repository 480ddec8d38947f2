"""Lesson 00 as a learner meets it: unsolved from top to bottom, played, answered wrongly, answered rightly."""

import nbformat
import pytest

from unmasked import paths
from unmasked.course import notebooks, source, stubs

pytestmark = pytest.mark.browser

RED = "def accuracy(said, fake):\n    return sum(word == 'fake' for word in said) / len(said)"
PICTURES = (
    "start-kinds",
    "start-year",
    "start-swap",
    "start-worst",
    "start-third",
    "start-laughing-show",
    "start-films",
)
STEPS = ("start-difference", "start-laughing", "start-accuracy", "start-guessing")


@pytest.fixture(scope="module")
def lesson():
    return source.read(paths.LESSONS / "00_start.py")


@pytest.fixture
def opened(lesson, open_notebook, tmp_path):
    """The student's notebook, open and run to its end with every exercise still open, and a finder of cells."""
    book = notebooks.student(lesson)
    nbformat.write(book, tmp_path / "start.ipynb")
    ids = [cell.id for cell in book.cells]
    notebook = open_notebook(tmp_path / "start.ipynb", name="start.ipynb")
    notebook.run_all(seconds=240)
    return notebook, ids.index


def rewrite(notebook, index, text):
    """Puts other code into a cell and runs it."""
    cell = "window.jupyterapp.shell.currentWidget.content.widgets[index]"
    notebook.page.evaluate(f"([index, text]) => {cell}.model.sharedModel.setSource(text)", [index, text])
    notebook.run(index)


def text(notebook, index):
    """What a cell has put out, as text."""
    return "\n".join(
        "".join(out.get("text", "")) + "".join(out.get("data", {}).get("text/plain", ""))
        for out in notebook.outputs(index)
    )


def answer_of(lesson, id):
    """The lesson's own answer to an exercise."""
    return stubs.solved(next(cell.text for cell in lesson.cells if cell.id == id))


def test_a_learner_gets_through_lesson_00(lesson, opened):
    notebook, at = opened
    for id in STEPS:
        assert "still open" in text(notebook, at(f"{id}-check")), f"{id}: an open exercise must be called open"

    for id in PICTURES:
        assert len(notebook.alt(at(id))) > 40, f"{id}: no alt text arrives in the page"

    # The first code cell is a working swap: Ada's smile moves Bo.
    puppet = notebook.widget(at("start-puppet"))
    puppet.locator(".um-words", has_text="beaming").wait_for()
    puppet.get_by_role("slider", name="Smile").press("Home")
    puppet.locator(".um-words", has_text="frowning").wait_for()
    assert "frowning" in notebook.alt(at("start-puppet")), "the alt text must follow the slider"

    # A prediction, to be seen again at the end.
    third = notebook.widget(at("start-third-predict"))
    third.get_by_role("radio").nth(1).check()
    third.get_by_role("button", name="Predict").click()
    third.get_by_text("Noted").wait_for()

    # Twenty pictures, no word on any of them, then a score.
    game = notebook.widget(at("start-spot"))
    game.locator("canvas").focus()
    alt = notebook.alt(at("start-spot"))
    for number in range(2, 22):
        notebook.page.keyboard.press("f" if number % 2 else "r")
        alt = notebook.wait_for_change(lambda: notebook.alt(at("start-spot")), alt)
        assert f"Picture {number} of 20" in alt or number == 21, f"after {number - 1} answers: {alt}"
    game.get_by_text("of 20 pictures").first.wait_for()
    notebook.run(at("start-score"))
    assert "you: " in text(notebook, at("start-score")) and "of 20" in text(notebook, at("start-score"))

    # A wrong answer gets words, a hint the next hint, a right answer a tick.
    rewrite(notebook, at("start-accuracy"), RED)
    notebook.run(at("start-accuracy-check"))
    assert "does not hold yet" in text(notebook, at("start-accuracy-check"))
    notebook.run(at("start-hint"))
    assert "Hint 2 of 3" in text(notebook, at("start-hint"))
    for id in STEPS:
        rewrite(notebook, at(id), answer_of(lesson, id))
        notebook.run(at(f"{id}-check"))
        assert "holds." in text(notebook, at(f"{id}-check")), f"{id}: the lesson's own answer must hold"

    notebook.run(at("start-predictions"))
    seen = text(notebook, at("start-predictions"))
    assert "Bo, doing what Cleo does" in seen and "not played" not in seen
