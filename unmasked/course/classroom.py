"""Sources for nbgrader: markers kept, the checks as locked graded cells."""

from pathlib import Path

import nbformat

from unmasked.course import grading, notebooks, stubs
from unmasked.course.lesson import Lesson
from unmasked.course.source import Cell, Source, checked_ids

MAX_STEPS, CHECK_SECONDS, CELL_SECONDS = 20, 20, 120
CONFIG = f'''# Settings that the course's notebooks need; add your own below.
import os

c = get_config()  # noqa: F821
# Grading asks what an answer does, not how well a long training went: trainings stop after a few steps, an answer that
# never ends costs its exercise {CHECK_SECONDS} seconds and a cell that never ends {CELL_SECONDS}.
os.environ.setdefault("UNMASKED_MAX_STEPS", "{MAX_STEPS}")
os.environ.setdefault("UNMASKED_CHECK_SECONDS", "{CHECK_SECONDS}")
c.ClearSolutions.code_stub = {{"python": "{stubs.TURN}\\nreturn ..."}}
c.Execute.timeout = {CELL_SECONDS}
c.OverwriteCells.add_missing_cells = True  # a check that was deleted is put back and counts
# Of the course's own cells only those run that an answer or a check builds on: no figures, no benches.
c.Autograde.autograde_preprocessors.insert(0, "unmasked.course.needed.only_needed")
'''
NEEDED = ("c.ClearSolutions.code_stub", "unmasked.course.needed.only_needed")
# A cell above may have put another `check` in the place of the course's.
FRESH = """import sys

for name in [name for name in sys.modules if name.startswith("unmasked.course") and not name.endswith(".handed")]:
    del sys.modules[name]
from unmasked.course import check"""


def source_notebook(source: Source, lesson: Lesson) -> nbformat.NotebookNode:
    """The notebook that goes into nbgrader's source folder; points are the exercises' difficulty.

    ValueError when a check has no entry in the lesson's .toml.
    """
    cells = [cell for cell in source.cells if "instructor" not in cell.tags]
    made = notebooks.notebook(source.slug, [(cell, _text(cell)) for cell in cells])
    for cell, written in zip(cells, made.cells, strict=True):
        settings = _settings(cell, written.source, lesson)
        if settings:
            written.metadata["nbgrader"] = {"schema_version": 3, "task": False, "grade_id": cell.id, **settings}
    return made


def write(folder: Path, source: Source, lesson: Lesson) -> list[str]:
    """Write a lesson's source under an nbgrader course folder, and the settings it needs; returns what was done.

    An nbgrader_config.py that is there already is never changed.
    """
    path = folder / "source" / source.slug / f"{source.slug}.ipynb"
    notebooks.write(path, notebooks.text_of(source_notebook(source, lesson)))
    said = [f"written: {path}"]
    config = folder / "nbgrader_config.py"
    if not config.exists():
        notebooks.write(config, CONFIG)
        said.append(f"written: {config}")
    elif any(line not in config.read_text(encoding="utf-8") for line in NEEDED):
        said.append(f"{config} is left as it is; it needs these lines:\n{CONFIG}")
    return said


def _text(cell: Cell) -> str:
    if cell.kind != "code":
        return notebooks.prose(cell)
    if checked_ids(cell):
        return _graded_text(cell.text)
    # nbgrader knows one stub, and `return ...` is none outside a function.
    return stubs.stubbed(cell.text, only_outside_functions=True)


def _graded_text(text: str) -> str:
    """The check's cell so that it stands alone: imports `check`; an attempt that never came about counts as open."""
    _, call = grading.check_call(stubs.parse(text).body[0])
    attempt = call.args[1] if len(call.args) > 1 else None
    if isinstance(attempt, stubs.ast.Name):
        lines = text.split("\n")
        line = lines[attempt.lineno - 1].encode()
        # Columns of a syntax tree count bytes.
        changed = (
            line[: attempt.col_offset] + f'globals().get("{attempt.id}", ...)'.encode() + line[attempt.end_col_offset :]
        )
        lines[attempt.lineno - 1] = changed.decode()
        text = "\n".join(lines)
    return f"{FRESH}\n\n{text}"


def _settings(cell: Cell, text: str, lesson: Lesson) -> dict | None:
    ids = checked_ids(cell)
    if ids:
        if ids[0] not in lesson.exercises:
            raise ValueError(f"{lesson.number}_{lesson.slug}.toml: the exercise {ids[0]!r} has no entry")
        return {
            "grade": True,
            "solution": False,
            "locked": True,
            "points": lesson.exercises[ids[0]].difficulty,
            "cell_type": "code",
        }
    if cell.kind == "code" and stubs.has_solution(text):
        return {"grade": False, "solution": True, "locked": False, "cell_type": "code"}
    if "setup" in cell.tags:
        return {"grade": False, "solution": False, "locked": True, "cell_type": cell.kind}
    return None
