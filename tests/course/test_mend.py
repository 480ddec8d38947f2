"""Mending handed-in notebooks: cells are known again, and nothing that a learner wrote is changed."""

import copy
import json
import shutil
from pathlib import Path

import nbformat
import pytest

from unmasked.course import mend
from unmasked.course.commands import Stop

DEMO = Path(__file__).parents[1] / "demo"
SLUG = "01_demo"


@pytest.fixture(scope="module")
def released():
    """The demo lesson as it's handed out."""
    return mend.released_notebook(SLUG, DEMO)


def answered(released):
    """A copy in which the three answers were worked on."""
    handed = copy.deepcopy(released)
    for cell in handed.cells:
        if cell.metadata.get("nbgrader", {}).get("solution"):
            cell.source += "\n# my own words"
    return handed


def graded(notebook) -> list[tuple[str, str]]:
    """(nbgrader's name, text) of the cells that count, in order."""
    return [(c.metadata.nbgrader.grade_id, c.source) for c in notebook.cells if "nbgrader" in c.metadata]


def test_a_sound_notebook_is_left_as_it_is(released):
    handed = answered(released)
    for cell in handed.cells:
        if "nbgrader" in cell.metadata:
            cell.metadata.nbgrader.checksum = "nbgrader's own"
    made = mend.mend(handed, released)
    assert made.notebook == handed and not made.done and not made.left


@pytest.mark.parametrize("by", ["id", "content"])
def test_stripped_metadata_comes_back(released, by):
    handed = answered(released)
    wanted = graded(handed)
    for number, cell in enumerate(handed.cells):
        cell.metadata = nbformat.from_dict({})
        if by == "content":
            cell.id = f"c{number}"
    made = mend.mend(handed, released)
    assert graded(made.notebook) == wanted
    assert [c.source for c in made.notebook.cells] == [c.source for c in handed.cells], "a learner's text was changed"
    assert any("metadata back" in words for words in made.done)


def test_of_copies_the_last_one_with_an_answer_counts(released):
    handed = answered(released)
    at = next(i for i, c in enumerate(handed.cells) if c.id == "demo-double")
    older, stub = copy.deepcopy(handed.cells[at]), copy.deepcopy(released.cells[at])
    older.source = "def double(values):\n    return None"
    handed.cells[at:at] = [older]
    handed.cells.append(stub)  # an untouched copy at the end
    made = mend.mend(handed, released)
    assert dict(graded(made.notebook))["demo-double"].endswith("# my own words")
    assert len([name for name, _ in graded(made.notebook) if name == "demo-double"]) == 1
    assert len(made.notebook.cells) == len(handed.cells), "a copy is an ordinary cell now, and still there"
    ids = [c.id for c in made.notebook.cells]
    assert len(ids) == len(set(ids))
    assert any("3 copies of the cell 'demo-double'" in words for words in made.done)


def test_deleted_cells_come_back_in_their_place(released):
    handed = answered(released)
    handed.cells = [c for c in handed.cells if c.id not in ("demo-double-check", "demo-counter")]
    made = mend.mend(handed, released)
    assert [name for name, _ in graded(made.notebook)] == [name for name, _ in graded(released)]
    assert sum("was gone and is back" in words for words in made.done) == 2


def test_a_folder_is_mended_in_place_and_what_came_is_kept(tmp_path, released):
    shutil.copytree(DEMO / "lessons", tmp_path / "lessons")
    folder = tmp_path / "submitted"
    handed = answered(released)
    del next(c for c in handed.cells if c.id == "demo-rows").metadata["nbgrader"]
    places = {who: folder / who / SLUG for who in ("renamed", "torn", "two", "nobody")}
    for place in places.values():
        place.mkdir(parents=True)
    nbformat.write(handed, places["renamed"] / "homework final.ipynb")
    (places["torn"] / f"{SLUG}.ipynb").write_text('{"cells": [')
    for name in ("a.ipynb", "b.ipynb"):
        nbformat.write(handed, places["two"] / name)
    (folder / "lost" / "99_other").mkdir(parents=True)
    done, left = mend.mend_folder(folder, tmp_path)
    assert any("homework final.ipynb is 01_demo.ipynb under another name" in words for words in done)
    assert nbformat.read(places["renamed"] / f"{SLUG}.ipynb", as_version=4).cells
    kept = places["renamed"] / "homework final.ipynb.handed-in"
    assert json.loads(kept.read_text()) == json.loads((places["renamed"] / "homework final.ipynb").read_text())
    said = "\n".join(left)
    for words in (
        "torn, 01_demo: 01_demo.ipynb can't be read as a notebook",
        "a.ipynb, b.ipynb",
        "no lesson '99_other'",
    ):
        assert words in said, said
    assert "nobody, 01_demo: 01_demo.ipynb is missing" in said
    with pytest.raises(Stop, match="nothing is there"):
        mend.mend_folder(tmp_path / "elsewhere", tmp_path)
