"""Lesson 03 as a learner meets it: benches by mouse and keys, exercises open, answered wrongly, answered rightly."""

import nbformat
import pytest

from unmasked import paths
from unmasked.course import notebooks, source, stubs

pytestmark = pytest.mark.browser

WRONG = """def warp(pictures, field):
    return pictures
"""
# Cells in the order of the lesson that a learner needs before the exercise, without the trainings.
BEFORE = ("imports", "data", "score")
STEPS = ("noise", "field", "warp", "colour")
TOPIC = "noise-that-teaches"


@pytest.fixture(scope="module")
def lesson():
    return source.read(paths.LESSONS / "03_noise_that_teaches.py")


@pytest.fixture
def opened(lesson, open_notebook, tmp_path):
    """The student's notebook, open but not run, and a finder of cells."""
    book = notebooks.student(lesson)
    nbformat.write(book, tmp_path / "noise.ipynb")
    ids = [cell.id for cell in book.cells]
    return open_notebook(tmp_path / "noise.ipynb", name="noise.ipynb"), lambda id: ids.index(f"{TOPIC}-{id}")


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


def test_the_exercises_of_lesson_03(lesson, opened):
    notebook, at = opened
    for id in BEFORE:
        notebook.run(at(id), seconds=120)
    for id in STEPS:
        notebook.run(at(id))
        notebook.run(at(f"{id}-check"))
        assert "still open" in text(notebook, at(f"{id}-check")), f"{id}: an open exercise must be called open"
    rewrite(notebook, at("warp"), WRONG)
    notebook.run(at("warp-check"))
    assert "does not hold yet" in text(notebook, at("warp-check"))
    for id in STEPS:
        answer = stubs.solved(next(cell.text for cell in lesson.cells if cell.id == f"{TOPIC}-{id}"))
        rewrite(notebook, at(id), answer)
        notebook.run(at(f"{id}-check"))
        assert "holds." in text(notebook, at(f"{id}-check")), f"{id}: the lesson's own answer must hold"


def test_the_grid_is_dragged_and_moved_by_keys_and_the_wall_answers(opened):
    notebook, at = opened
    notebook.run(at("imports"), seconds=120)
    notebook.run(at("crumple"))
    grid = notebook.widget(at("crumple"))
    before = notebook.words(at("crumple"))
    assert "0 of 25 points moved" in before
    picture = grid.locator("canvas").first.bounding_box()
    middle = picture["x"] + picture["width"] / 2, picture["y"] + picture["height"] / 2
    notebook.page.mouse.move(*middle)
    notebook.page.mouse.down()
    notebook.page.mouse.move(middle[0] + 20, middle[1] - 12, steps=3)
    notebook.page.mouse.up()
    grid.locator(".um-words", has_text="1 of 25 points moved").wait_for()
    centre = grid.get_by_role("slider", name="middle centre", exact=True)
    assert centre.evaluate("element => element === document.activeElement"), "the dragged point must be the chosen one"
    notebook.page.keyboard.press("Shift+ArrowDown")
    notebook.page.keyboard.press("Tab")
    notebook.page.keyboard.press("ArrowRight")
    grid.locator(".um-words", has_text="2 of 25 points moved").wait_for()
    assert "2 of 25" in notebook.alt(at("crumple")), "the alt text must follow the points"
    grid.get_by_role("button", name="Move all points").click()
    grid.locator(".um-words", has_text="from the target mean 0.0").wait_for()
    grid.get_by_role("button", name="Reset all").click()
    grid.locator(".um-words", has_text="0 of 25 points moved").wait_for()

    notebook.run(at("data"), seconds=120)
    notebook.run(at("wall"))
    wall = notebook.widget(at("wall"))
    assert wall.locator("canvas").count() == 6
    before = notebook.words(at("wall"))
    wall.get_by_role("slider", name="Noise").press("Home")
    after = notebook.wait_for_change(lambda: notebook.words(at("wall")), before)
    assert "noise 0 %" in after
    wall.get_by_role("button", name="Draw again").click()
    notebook.wait_for_change(lambda: notebook.words(at("wall")), after)
