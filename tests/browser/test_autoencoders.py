"""Lesson 02 as a learner meets it: unsolved from top to bottom, benches turned, answered wrongly, answered rightly."""

import nbformat
import pytest

from unmasked import paths
from unmasked.course import notebooks, source, stubs

pytestmark = pytest.mark.browser

SHORT = "import os\n\nos.environ['UNMASKED_MAX_STEPS'] = '20'"  # this is a test of the page, not of the training
BACKWARDS = """def walk(decode, start, end, stops):
    along = torch.linspace(0, 1, stops)[:, None]
    return decode(end + along * (start - end))"""
STEPS = ("autoencoders-walk", "autoencoders-encoder", "autoencoders-decoder", "autoencoders-probe")
PICTURES = (
    "autoencoders-walk-look",
    "autoencoders-faces-look",
    "autoencoders-train-look",
    "autoencoders-sizes-look",
    "autoencoders-elsewhere-look",
    "autoencoders-between-look",
    "autoencoders-skin-look",
)


@pytest.fixture(scope="module")
def lesson():
    return source.read(paths.LESSONS / "02_autoencoders.py")


@pytest.fixture
def opened(lesson, open_notebook, tmp_path):
    """The student's notebook, open and run to its end with every exercise still open, and a finder of cells."""
    book = notebooks.student(lesson)
    book.cells.insert(0, nbformat.v4.new_code_cell(SHORT, id="short"))
    nbformat.write(book, tmp_path / "autoencoders.ipynb")
    ids = [cell.id for cell in book.cells]
    notebook = open_notebook(tmp_path / "autoencoders.ipynb", name="autoencoders.ipynb")
    notebook.run_all(seconds=300)
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


def test_a_learner_gets_through_lesson_02(lesson, opened):
    notebook, at = opened
    for id in STEPS:
        assert "still open" in text(notebook, at(f"{id}-check")), f"{id}: an open exercise must be called open"
    for id in PICTURES:
        assert len(notebook.alt(at(id))) > 40, f"{id}: no alt text arrives in the page"

    # The scrubber: another size, other scores.
    here = at("autoencoders-scrubber")
    scrubber = notebook.widget(here)
    before = notebook.words(here)
    scrubber.get_by_role("radio", name="128", exact=True).check()
    words = notebook.wait_for_change(lambda: notebook.words(here), before)
    assert "128 of 12,288 numbers" in words and "128 of 12,288 numbers" in notebook.alt(here)
    scrubber.get_by_role("radio", name="0: the average face").check()
    assert "No code at all" in notebook.wait_for_change(lambda: notebook.words(here), words)

    # The map: by the arrow keys, by the mouse, and turned over.
    here = at("autoencoders-map")
    chart = notebook.widget(here)
    before = notebook.words(here)
    chart.get_by_role("slider", name="code").press("Shift+ArrowRight")
    moved = notebook.wait_for_change(lambda: notebook.words(here), before)
    assert moved.startswith("Code (")
    box = chart.locator("canvas").first.bounding_box()
    notebook.page.mouse.move(box["x"] + 0.2 * box["width"], box["y"] + 0.3 * box["height"])
    notebook.page.mouse.down()
    notebook.page.mouse.move(box["x"] + 0.8 * box["width"], box["y"] + 0.6 * box["height"], steps=6)
    notebook.page.mouse.up()
    notebook.wait_for_change(lambda: notebook.words(here), moved)
    chart.get_by_role("radio", name="what is drawn where").check()
    chart.get_by_text("What the decoder draws").first.wait_for()

    # A wrong answer gets words, right ones a tick.
    rewrite(notebook, at("autoencoders-walk"), BACKWARDS)
    notebook.run(at("autoencoders-walk-check"))
    assert "does not hold yet" in text(notebook, at("autoencoders-walk-check"))
    assert "`start`" in text(notebook, at("autoencoders-walk-check"))
    for id in STEPS:
        rewrite(notebook, at(id), answer_of(lesson, id))
        notebook.run(at(f"{id}-check"))
        assert "holds." in text(notebook, at(f"{id}-check")), f"{id}: the lesson's own answer must hold"
