"""Lesson 01 as a learner meets it: its benches by mouse and keyboard, an open, a wrong and a right answer."""

import nbformat
import pytest

from unmasked import paths
from unmasked.course import notebooks, source, stubs

pytestmark = pytest.mark.browser

# What the benches and the first exercise need, and no training: the lesson as a whole is run by tests/test_lessons.py.
NEEDED = ("imports", "gap", "loss", "bench", "step", "step-check", "graph", "pixels", "painter-order", "painter")


@pytest.fixture(scope="module")
def lesson():
    return source.read(paths.LESSONS / "01_machines_that_learn.py")


@pytest.fixture
def opened(lesson, open_notebook, tmp_path):
    """The needed cells of the student's notebook, run with the exercise still open, and a finder of cells."""
    book = notebooks.student(lesson)
    book.cells = [cell for cell in book.cells if cell.id.removeprefix("machines-that-learn-") in NEEDED]
    order = nbformat.v4.new_code_cell("order = list(range(7))", id="machines-that-learn-painter-order")
    book.cells.insert(-1, order)
    nbformat.write(book, tmp_path / "machines.ipynb")
    ids = [cell.id.removeprefix("machines-that-learn-") for cell in book.cells]
    notebook = open_notebook(tmp_path / "machines.ipynb", name="machines.ipynb")
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


def test_a_learner_uses_the_benches_of_lesson_01(lesson, opened):
    notebook, at = opened
    keyboard = notebook.page.keyboard

    # The line: the loss follows the slider, and the map comes on demand.
    line = notebook.widget(at("bench"))
    before = notebook.words(at("bench"))
    line.get_by_role("slider", name="Slope").press("ArrowRight")
    after = notebook.wait_for_change(lambda: notebook.words(at("bench")), before)
    assert "Loss" in after and "not below the baseline" in after
    before = notebook.alt(at("bench"))
    line.get_by_label("Show the map of the loss").check()
    assert "valley" in notebook.wait_for_change(lambda: notebook.alt(at("bench")), before)

    # The graph: forward to the loss, and back by one.
    graph = notebook.widget(at("graph"))
    said = [notebook.words(at("graph"))]
    for name in ("One on", "One on", "One on", "One on", "One back"):
        graph.get_by_role("button", name=name).click()
        said.append(notebook.wait_for_change(lambda: notebook.words(at("graph")), said[-1]))
    assert "L = (a − 1)² = 0.25" in said[3] and "dL/dL = 1" in said[4] and said[5] == said[3]
    assert "Gradients: none yet" in notebook.alt(at("graph"))

    # The painter: a click paints, arrow keys move, a digit types, a drag paints a row, a preset takes over.
    painter = notebook.widget(at("painter"))
    cells = painter.get_by_role("spinbutton")
    assert cells.count() == 9

    def rows():
        return notebook.words(at("painter")).partition("rows ")[2].partition(",")[0]

    assert rows() == "−1 0 1; −1 0 1; −1 0 1"
    cells.nth(4).click()
    assert notebook.wait_for_change(rows, "−1 0 1; −1 0 1; −1 0 1") == "−1 0 1; −1 1 1; −1 0 1"
    keyboard.press("ArrowDown")
    keyboard.press("5")
    now = notebook.wait_for_change(rows, "−1 0 1; −1 1 1; −1 0 1")
    assert now == "−1 0 1; −1 1 1; −1 5 1"
    keyboard.press("-")
    assert notebook.wait_for_change(rows, now) == "−1 0 1; −1 1 1; −1 4 1"
    assert cells.nth(7).get_attribute("aria-valuenow") == "4"
    painter.get_by_label("−2").check()
    first, last = cells.nth(0).bounding_box(), cells.nth(2).bounding_box()
    notebook.page.mouse.move(first["x"] + 20, first["y"] + 20)
    notebook.page.mouse.down()
    notebook.page.mouse.move(last["x"] + 20, last["y"] + 20, steps=12)
    notebook.page.mouse.up()
    painter.locator(".um-words", has_text="rows −2 −2 −2; −1 1 1; −1 4 1").wait_for()
    before = notebook.alt(at("painter"))
    painter.get_by_role("button", name="Blur").click()
    assert "Blur kernel" in notebook.wait_for_change(lambda: notebook.alt(at("painter")), before)
    assert [cells.nth(n).inner_text() for n in range(9)] == ["1"] * 9, "the table must follow the preset"

    # The exercise: open, wrong, right.
    assert "still open" in text(notebook, at("step-check"))
    answer = stubs.solved(next(cell.text for cell in lesson.cells if cell.id == "machines-that-learn-step"))
    rewrite(notebook, at("step"), answer.replace("slope - rate", "slope + rate"))
    notebook.run(at("step-check"))
    assert "does not hold yet" in text(notebook, at("step-check"))
    rewrite(notebook, at("step"), answer)
    notebook.run(at("step-check"))
    assert "holds." in text(notebook, at("step-check"))
