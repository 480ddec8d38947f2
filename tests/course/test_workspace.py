"""The learner's notebooks in work/: copied once, never overwritten, begun anew with a backup."""

import json
from pathlib import Path

import pytest

from unmasked import paths
from unmasked.course import workspace
from unmasked.course.commands import Stop


@pytest.fixture
def course(tmp_path) -> Path:
    """A folder with two lessons."""
    (tmp_path / "notebooks").mkdir()
    for name in ("00_start", "04_two_decoders"):
        (tmp_path / "notebooks" / f"{name}.ipynb").write_text(json.dumps({"cells": [name]}))
    return tmp_path


def test_notebooks_are_copied_once_and_never_overwritten(course):
    assert any("2 notebooks copied" in line for line in workspace.copy_notebooks(course))
    copy = course / "work" / "04_two_decoders.ipynb"
    assert copy.read_bytes() == (course / "notebooks" / copy.name).read_bytes()
    copy.write_text("my own work")
    assert workspace.copy_notebooks(course) == []
    assert copy.read_text() == "my own work"


def test_a_newer_lesson_is_offered_and_not_forced(course):
    workspace.copy_notebooks(course)
    (course / "work" / "00_start.ipynb").write_text("my own work")
    for name in ("00_start", "04_two_decoders"):
        (course / "notebooks" / f"{name}.ipynb").write_text(json.dumps({"cells": ["newer"]}))
    lines = workspace.copy_notebooks(course)
    assert len(lines) == 2
    assert "has work of your own" in lines[0] and "start.py reset 00" in lines[0]
    assert "is as it came" in lines[1] and "start.py reset 04" in lines[1]
    assert (course / "work" / "00_start.ipynb").read_text() == "my own work"
    workspace.reset("04", course)
    assert len(workspace.copy_notebooks(course)) == 1, "a lesson that was reset is no longer offered"


@pytest.mark.parametrize("wanted", ["04", "4", "04_two_decoders", "two_decoders"])
def test_reset_keeps_every_copy(course, wanted):
    workspace.copy_notebooks(course)
    copy = course / "work" / "04_two_decoders.ipynb"
    for text in ("first", "second", "third"):  # within one second
        copy.write_text(text)
        lines = workspace.reset(wanted, course)
        assert "kept as" in lines[0]
    kept = sorted(path.read_text() for path in (course / "work" / "backups").iterdir())
    assert kept == ["first", "second", "third"]
    assert copy.read_bytes() == (course / "notebooks" / copy.name).read_bytes()


@pytest.mark.parametrize("wanted", ["07", "", "..", "0*"])
def test_reset_of_no_lesson_says_which_there_are(course, wanted):
    with pytest.raises(Stop, match="00, 04"):
        workspace.reset(wanted, course)


def test_a_copy_without_lessons_says_so(tmp_path):
    with pytest.raises(Stop, match="incomplete"):
        workspace.copy_notebooks(tmp_path)


def test_an_interrupted_copy_leaves_nothing_half_written(course, monkeypatch):
    def die(*arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(paths.os, "replace", die)
    with pytest.raises(KeyboardInterrupt):
        workspace.copy_notebooks(course)
    monkeypatch.undo()
    assert not list((course / "work").glob("*.ipynb"))
    workspace.copy_notebooks(course)
    assert len(list((course / "work").glob("*.ipynb"))) == 2
