"""A JupyterLab for all browser tests of a session, and notebooks in it."""

import nbformat
import pytest
from jupyter_browser import JupyterLab

from unmasked import paths
from unmasked.course import notebooks, source, stubs


@pytest.fixture(scope="session")
def lab(tmp_path_factory, chromium):
    """JupyterLab in its light theme, with its own UNMASKED_HOME (`lab.home`)."""
    with JupyterLab(tmp_path_factory.mktemp("lab")) as server:
        yield server


@pytest.fixture
def open_notebook(lab, browser):
    """A function: cells or the path of an .ipynb → an open Notebook. Kernels and pages are gone after the test."""
    opened = []

    def open_one(cells, **more):
        opened.append(lab.open(browser, cells, **more))
        return opened[-1]

    yield open_one
    for notebook in opened:
        notebook.shut()


class OpenLesson:
    """A student's notebook, open in JupyterLab, its cells found by their ids; `notebook` for whatever is not here."""

    def __init__(self, lesson, book, notebook):
        self.lesson, self.notebook = lesson, notebook
        self.at = [cell.id for cell in book.cells].index

    def run(self, id: str) -> str:
        """Runs a cell; returns what it puts out, as text."""
        self.notebook.run(self.at(id))
        return self.text(id)

    def text(self, id: str) -> str:
        """What a cell has put out, as text."""
        return "\n".join(
            "".join(out.get("text", "")) + "".join(out.get("data", {}).get("text/plain", ""))
            for out in self.notebook.outputs(self.at(id))
        )

    def alt(self, id: str) -> str:
        """The alt text of the picture in a cell's output, as the page has it now."""
        return self.notebook.alt(self.at(id))

    def widget(self, id: str):
        """Locator of the widget in a cell's output, scrolled to and visible."""
        return self.notebook.widget(self.at(id))

    def answer(self, id: str, code: str | None = None) -> str:
        """Answers an exercise, with the lesson's own answer or with `code`; returns what its check says."""
        if code is None:
            code = stubs.solved(next(cell.text for cell in self.lesson.cells if cell.id == id))
        self.notebook.rewrite(self.at(id), code)
        self.notebook.run(self.at(id))
        return self.run(f"{id}-check")


@pytest.fixture
def open_lesson(open_notebook, tmp_path):
    """A function: "04_two_decoders" → that student's notebook as an OpenLesson, run to its end, every exercise open."""

    def open_one(slug: str, seconds: float = 480) -> OpenLesson:
        lesson = source.read(paths.LESSONS / f"{slug}.py")
        book = notebooks.student(lesson)
        nbformat.write(book, tmp_path / "lesson.ipynb")
        notebook = open_notebook(tmp_path / "lesson.ipynb", name=f"{slug}.ipynb")
        notebook.run_all(seconds=seconds)
        return OpenLesson(lesson, book, notebook)

    return open_one
