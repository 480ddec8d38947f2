"""A JupyterLab and a browser for all browser tests of a session, notebooks in it, and one lesson a test file."""

import os

import nbformat
import pytest
from jupyter_browser import JupyterLab, chromium
from lesson_page import STEPS, OpenLesson
from run import find_chromium

from unmasked import paths
from unmasked.course import notebooks, source


@pytest.fixture(scope="session")
def browser():
    """A headless Chromium of Playwright's. Without one the test is skipped, on a CI server it fails."""
    if find_chromium() is None:
        words = "no Chromium found: install one (Debian: apt install chromium) or name it in UNMASKED_CHROMIUM"
        if os.environ.get("CI") == "true":
            pytest.fail(words)
        pytest.skip(words)
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="session")
def lab(tmp_path_factory, browser):
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


@pytest.fixture(scope="module")
def lesson(request, lab, browser, tmp_path_factory):
    """The student's notebook of the file's LESSON ("04_two_decoders"), run to its end once for all of its tests."""
    slug = request.module.LESSON
    book = notebooks.student(source.read(paths.LESSONS / f"{slug}.py"))
    path = tmp_path_factory.mktemp("lesson") / f"{slug}.ipynb"
    nbformat.write(book, path)
    notebook = lab.open(browser, path, name=path.name)
    try:
        notebook.execute(f"import os; os.environ['UNMASKED_MAX_STEPS'] = '{STEPS}'")
        notebook.run_all(seconds=1200)  # a busy machine takes its time
        yield OpenLesson(slug, book, notebook)
    finally:
        notebook.shut()
