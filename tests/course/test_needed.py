"""Which cells of a submission grading runs: answers, checks, imports, what a learner wrote, what those look up."""

import ast
import builtins
from pathlib import Path

import nbformat
import pytest

from unmasked.course import mend, needed, source

DEMO = Path(__file__).parents[1] / "demo"
SLUG = "01_demo"


def _left_out(notebook) -> set[str]:
    return {cell.id for cell in needed.unneeded(notebook, DEMO)}


@pytest.fixture
def handed_in():
    """The demo lesson as it was handed out, by cell id."""
    return mend.released_notebook(SLUG, DEMO)


def _cell(notebook, id):
    return next(cell for cell in notebook.cells if cell.id == id)


def test_what_only_shows_is_left_out_and_what_counts_runs(handed_in):
    assert _left_out(handed_in) == {"demo-use", "demo-guess", "demo-bench"}


def test_what_a_learner_has_changed_runs(handed_in):
    _cell(handed_in, "demo-use").source = "print(double([[4]]))"
    assert _left_out(handed_in) == {"demo-guess", "demo-bench"}


def test_a_learners_own_cell_runs_with_what_it_looks_up(handed_in):
    handed_in.cells.append(nbformat.v4.new_code_cell("mine = Bench()", id="mine"))
    assert _left_out(handed_in) == {"demo-use", "demo-guess"}


@pytest.mark.parametrize("line", ["exec('guess')", "%time guess", "from numpy import *", "globals()['guess']"])
def test_where_names_cant_be_told_everything_runs(handed_in, line):
    handed_in.cells.append(nbformat.v4.new_code_cell(line))
    assert _left_out(handed_in) == set()


def test_a_cell_that_isnt_python_hinders_nothing(handed_in):
    _cell(handed_in, "demo-double").source = "def double(values:\n    return"
    assert _left_out(handed_in) == {"demo-use", "demo-guess", "demo-bench"}


@pytest.mark.parametrize("lesson", [None, "99_unknown", "../demo"])
def test_a_notebook_of_no_lesson_runs_whole(handed_in, lesson):
    handed_in.metadata.unmasked = {"lesson": lesson}
    assert _left_out(handed_in) == set()


def test_a_check_that_came_tagged_runs_all_the_same(handed_in):
    for cell in handed_in.cells:
        cell.metadata.tags = [needed.SKIP, "mine"]
    needed.only_needed(handed_in, {})
    for id in ("demo-double", "demo-double-check"):
        assert _cell(handed_in, id).metadata.tags == ["mine"], "a check that doesn't run counts as held"


# A notebook of cells, and of those that grading has to run when the last one is a learner's.
CHAINS = {
    "the last binding before": (["x = 1", "x = 2", "y = x", "print(y)"], {1, 2, 3}),
    "a binding that may not happen": (["x = 1", "if input():\n    x = 2", "print(x)"], {0, 1, 2}),
    "built up in place": (["x = []", "x.append(1)", "x[0] = 2", "x = 3", "print(x)"], {3, 4}),
    "changed after it was bound": (["x = []", "x.append(1)", "y = len(x)", "print(x)"], {0, 1, 3}),
    "changed by a function": (["x = []", "def add():\n    x.append(1)", "add()", "print(x)"], {0, 1, 2, 3}),
    "read by a function that is called later": (["x = 1", "def f():\n    return x", "x = 2", "f()"], {0, 1, 2, 3}),
    "a function's own name for it": (["x = 1", "def f(x):\n    return x", "f(2)"], {1, 2}),
    "a loop's variable": (["x = 1", "y = [1]", "for x in y:\n    print(x)"], {1, 2}),
    "only shown": (["x = 1", "from unmasked.widgets import show\nshow(x)", "x"], {0, 2}),
    "read before it is bound again": (["x = 1", "x = x + 1", "print(x)"], {0, 1, 2}),
    "handed to a function that changes it": (
        ["x = []", "import random", "random.shuffle(x)", "print(x)"],
        {0, 1, 2, 3},
    ),
}


@pytest.mark.parametrize("name", CHAINS)
def test_a_name_is_followed_to_where_it_comes_from(name, monkeypatch):
    texts, runs = CHAINS[name]
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(text, id=str(i)) for i, text in enumerate(texts)]
    )
    monkeypatch.setattr(needed, "_own_texts", lambda slug, root: set(texts[:-1]))
    left = {int(cell.id) for cell in needed.unneeded(notebook)}
    assert set(range(len(texts))) - left == runs


@pytest.mark.parametrize("path", source.lessons(), ids=lambda path: path.stem)
def test_of_every_lesson_few_cells_run_and_no_name_is_missing(path):
    notebook = mend.released_notebook(path.stem)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    left = {cell.id for cell in needed.unneeded(notebook)}
    run = [cell for cell in code if cell.id not in left]
    assert all(cell in run for cell in code if cell.metadata.get("nbgrader", {}).get("grade"))
    assert all(cell in run for cell in code if cell.metadata.get("nbgrader", {}).get("solution"))
    assert len(run) < len(code) / 2, f"{path.stem}: {len(run)} of {len(code)} cells run"
    known = set(dir(builtins)) | {"__file__", "__name__"}
    for cell in run:
        names = needed.names_of(cell.source, is_check=False) if "check(" not in cell.source else None
        if names is not None:
            missing = names.reads - known
            assert not missing, f"{path.stem}, {cell.id}: {missing} would be missing"
            known |= names.binds
        else:
            known |= {node.id for node in ast.walk(ast.parse(cell.source)) if isinstance(node, ast.Name)}
