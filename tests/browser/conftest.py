"""A JupyterLab for all browser tests of a session, and notebooks in it."""

import pytest
from jupyter_browser import JupyterLab


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
