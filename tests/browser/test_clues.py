"""Lesson 12 as a learner meets it: unsolved, under the microscope, played, answered wrongly, answered rightly."""

import nbformat
import pytest

from unmasked import paths
from unmasked.course import notebooks, source, stubs

pytestmark = pytest.mark.browser

RED = "def trembling(grey):\n    return abs(grey[1:-1] - grey[:-2])"
STEPS = ("clues-blur", "clues-roc", "clues-step", "clues-noise", "clues-flicker")
FIGURES = ("film-look", "crops-look", "roc-look", "flicker-look", "seven-look", "table-look")


@pytest.fixture(scope="module")
def lesson():
    return source.read(paths.LESSONS / "12_clues.py")


@pytest.fixture
def opened(lesson, open_notebook, tmp_path):
    """The student's notebook, run to its end with every exercise open, and a finder of cells."""
    book = notebooks.student(lesson)
    nbformat.write(book, tmp_path / "clues.ipynb")
    ids = [cell.id for cell in book.cells]
    notebook = open_notebook(tmp_path / "clues.ipynb", name="clues.ipynb")
    notebook.run_all(seconds=400)
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


def test_a_learner_gets_through_lesson_12(lesson, opened):
    notebook, at = opened
    for id in STEPS:
        assert "still open" in text(notebook, at(f"{id}-check")), f"{id}: an open exercise must be called open"
    for id in (f"clues-{name}" for name in FIGURES):
        assert len(notebook.alt(at(id))) > 40, f"{id}: no alt text arrives in the page"

    # The microscope: another clue, another maker; words and alt text follow.
    bench = notebook.widget(at("clues-microscope"))
    before = notebook.words(at("clues-microscope"))
    bench.get_by_role("radio", name="occlusion").check()
    words = notebook.wait_for_change(lambda: notebook.words(at("clues-microscope")), before)
    assert words.startswith("occlusion")
    bench.get_by_role("radio", name="another network").check()
    other = notebook.wait_for_change(lambda: notebook.words(at("clues-microscope")), words)
    assert other != words
    alt = notebook.alt(at("clues-microscope"))
    assert "another network" in alt
    frame = bench.get_by_role("slider", name="Frame")
    frame.press("Home")
    alt = notebook.wait_for_change(lambda: notebook.alt(at("clues-microscope")), alt)
    assert alt.startswith("Frame 1 ") and notebook.words(at("clues-microscope")) == other
    bench.get_by_role("radio", name="spectrum").check()
    words = notebook.wait_for_change(lambda: notebook.words(at("clues-microscope")), other)
    assert "no frame to choose" in words and frame.is_disabled()
    rows = {}
    for radio in bench.get_by_role("radiogroup", name="Clue").get_by_role("radio").all():
        box = radio.bounding_box()
        rows.setdefault(round(box["y"]), []).append(round(box["x"]))
    assert len(rows) > 1 and len({min(row) for row in rows.values()}) == 1, "options that wrap begin under the first"

    # The second game tells after each picture.
    game = notebook.widget(at("clues-spot"))
    game.locator("canvas").focus()
    alt = notebook.alt(at("clues-spot"))
    for number in range(1, 21):
        assert f"Picture {number} of 20" in alt and "Real or fake?" in alt, f"after {number - 1} answers: {alt}"
        notebook.page.keyboard.press("f" if number % 2 else "r")
        told = notebook.wait_for_change(lambda: notebook.alt(at("clues-spot")), alt)
        verdict = game.locator(".um-verdict").inner_text()
        assert f"picture {number} is {'fake' if 'It is fake' in told else 'real'}" in verdict
        notebook.page.keyboard.press("Enter")
        alt = notebook.wait_for_change(lambda: notebook.alt(at("clues-spot")), told)
    game.get_by_text("of 20 pictures").first.wait_for()
    notebook.run(at("clues-score"))
    assert "second game: " in text(notebook, at("clues-score")) and "d′" in text(notebook, at("clues-score"))

    # A wrong answer gets words, a right answer a tick.
    rewrite(notebook, at("clues-flicker"), RED)
    notebook.run(at("clues-flicker-check"))
    assert "does not hold yet" in text(notebook, at("clues-flicker-check"))
    for id in STEPS:
        rewrite(notebook, at(id), stubs.solved(next(cell.text for cell in lesson.cells if cell.id == id)))
        notebook.run(at(f"{id}-check"))
        assert "holds." in text(notebook, at(f"{id}-check")), f"{id}: the lesson's own answer must hold"

    notebook.run(at("clues-predictions"))
    assert "not played" not in text(notebook, at("clues-predictions"))
