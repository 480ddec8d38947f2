"""Builds the notebooks from the lessons.

`python -m unmasked.course.build [--check] [--execute [NN…]] [--force] [--nbgrader DIR]`.
The format is in lessons/README.md.
"""

import argparse
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import nbformat

from unmasked import paths
from unmasked.course import classroom, execute, lesson, notebooks, source


@dataclass(frozen=True)
class Folders:
    """A course's folders: where lessons are edited, and where both kinds of notebook go."""

    lessons: Path
    notebooks: Path
    solutions: Path

    @classmethod
    def under(cls, root: Path) -> "Folders":
        return cls(root / "lessons", root / "notebooks", root / "solutions")


@dataclass(frozen=True)
class Built:
    """A lesson's two notebooks as they should lie on disk, as text, and whether the solved one still has to be run."""

    slug: str
    student: str
    solved: nbformat.NotebookNode
    fingerprint: str
    has_run: bool


def plan(path: Path, folders: Folders) -> Built:
    """What the files of one lesson should hold; a solved notebook's outputs are kept while its code is the same."""
    read = source.read(path)
    solved = notebooks.solved(read)
    words = path.with_suffix(".toml")
    mark = notebooks.fingerprint(solved, words.read_text(encoding="utf-8") if words.exists() else "")
    old = _load(folders.solutions / f"{path.stem}.ipynb")
    has_run = old is not None and old.metadata.get("unmasked", {}).get("ran") == mark
    if has_run:
        _take_outputs(old, solved, mark)
    return Built(path.stem, notebooks.text_of(notebooks.student(read)), solved, mark, has_run)


def build(folders: Folders, run: list[str] | None = None, force: bool = False, say=print) -> bool:
    """Write every lesson's notebooks; True when all went well.

    `run`: None runs nothing, an empty list every lesson whose code or words changed, else those whose slug starts
    with one of the entries ("04"); `force` runs them even if nothing changed. A lesson that fails is named, and leaves
    its solved notebook as it was.
    """
    fine = True
    sources = source.lessons(folders.lessons)
    for entry in run or []:
        if not any(path.stem.startswith(entry) for path in sources):
            say(f"no lesson's file begins with {entry!r}; there are: {', '.join(p.stem for p in sources) or 'none'}")
            fine = False
    for path in sources:
        try:
            built = plan(path, folders)
        except ValueError as error:
            say(f"{path.stem}: {error}")
            fine = False
            continue
        _write_if_new(folders.notebooks / f"{path.stem}.ipynb", built.student, say)
        chosen = run is not None and (not run or any(path.stem.startswith(entry) for entry in run))
        solved = built.solved
        if chosen and (force or not built.has_run):
            say(f"{path.stem}: running …")
            start = time.monotonic()
            try:
                # What is kept is the full training, whatever the environment of whoever builds would shorten.
                solved = execute.run(notebooks.solved(source.read(path)), UNMASKED_MAX_STEPS="")
            except execute.LessonError as error:
                say(f"{path.stem}: did not run to its end: {error}")
                fine = False
                continue
            solved.metadata["unmasked"]["ran"] = built.fingerprint
            say(f"{path.stem}: ran in {time.monotonic() - start:.0f} s")
        _write_if_new(folders.solutions / f"{path.stem}.ipynb", notebooks.text_of(solved), say)
    for extra in _without_lesson(folders):
        say(f"{extra} has no lesson any more; remove it")
    return fine


def stale(folders: Folders) -> list[str]:
    """What is not as the lessons would make it, one sentence each with the reason; empty when all is fresh."""
    found = []
    for path in source.lessons(folders.lessons):
        try:
            built = plan(path, folders)
        except ValueError as error:
            found.append(f"{path.stem}: {error}")
            continue
        student, solved = (folder / f"{path.stem}.ipynb" for folder in (folders.notebooks, folders.solutions))
        found += _difference(student, built.student)
        found += _difference(solved, notebooks.text_of(built.solved))
        if not built.has_run and solved.exists():
            found.append(
                f"{_short(solved)}: not run since the lesson's code or words changed (--execute {path.stem[:2]})"
            )
    return found + [f"{extra}: there is no such lesson" for extra in _without_lesson(folders)]


def main(arguments: list[str] | None = None) -> int:
    """The command; 0 when all went well."""
    parser = argparse.ArgumentParser(
        prog="python -m unmasked.course.build", description="Build the notebooks from the lessons."
    )
    parser.add_argument("--check", action="store_true", help="write nothing; name what is stale and why")
    parser.add_argument(
        "--execute", nargs="*", metavar="NN", help="run solved lessons that changed, or of those only NN …"
    )
    parser.add_argument("--force", action="store_true", help="with --execute: run them even if nothing changed")
    parser.add_argument(
        "--nbgrader", type=Path, metavar="DIR", help="write nbgrader sources into this course folder instead"
    )
    parser.add_argument(
        "--root", type=Path, default=paths.ROOT, help="another folder with lessons/, notebooks/, solutions/"
    )
    options = parser.parse_args(arguments)
    if options.check and options.execute is not None:
        parser.error("--check only looks, --execute writes: give one of them")
    folders = Folders.under(options.root)
    if options.check:
        found = stale(folders)
        print("\n".join(found) if found else f"fresh: {len(source.lessons(folders.lessons))} lessons")
        return 1 if found else 0
    if options.nbgrader is not None:
        return _for_class(folders, options.nbgrader)
    return 0 if build(folders, options.execute, options.force) else 1


def _for_class(folders: Folders, folder: Path) -> int:
    fine = True
    for path in source.lessons(folders.lessons):
        try:
            said = classroom.write(folder, source.read(path), lesson.read(path.with_suffix(".toml")))
        except (ValueError, FileNotFoundError) as error:
            said, fine = [f"{path.stem}: {error}"], False
        print("\n".join(said))
    return 0 if fine else 1


def _load(path: Path) -> nbformat.NotebookNode | None:
    """A notebook on disk, or None when there is none or it can't be read (a build puts a good one in its place)."""
    try:
        return nbformat.from_dict(nbformat.reads(path.read_text(encoding="utf-8"), as_version=4))
    except (FileNotFoundError, UnicodeDecodeError, nbformat.reader.NotJSONError, nbformat.ValidationError):
        return None


def _take_outputs(old: nbformat.NotebookNode, new: nbformat.NotebookNode, mark: str) -> None:
    outputs = {cell.id: cell for cell in old.cells if cell.cell_type == "code"}
    for cell in new.cells:
        if cell.cell_type == "code" and cell.id in outputs:
            cell.outputs = outputs[cell.id].outputs
            cell.execution_count = outputs[cell.id].execution_count
    new.metadata["unmasked"]["ran"] = mark


def _difference(path: Path, wanted: str) -> list[str]:
    if not path.exists():
        return [f"{_short(path)}: missing"]
    there = path.read_text(encoding="utf-8")
    if there == wanted:
        return []
    old, new = _load(path), nbformat.reads(wanted, as_version=4)
    if old is None:
        return [f"{_short(path)}: not a readable notebook"]
    ids, wanted_ids = [cell.get("id") for cell in old.cells], [cell.id for cell in new.cells]
    for cell in new.cells:
        if cell.id not in ids:
            return [f"{_short(path)}: the lesson has a cell {cell.id!r} that is not in it"]
    for cell in old.cells:
        if cell.get("id") not in wanted_ids:
            return [f"{_short(path)}: its cell {cell.get('id')!r} is not in the lesson"]
    if ids != wanted_ids:
        return [f"{_short(path)}: its cells have another order than the lesson's"]
    for cell, wanted_cell in zip(old.cells, new.cells, strict=True):
        if cell != wanted_cell:
            return [f"{_short(path)}: the cell {cell.id!r} differs from the lesson's"]
    return [f"{_short(path)}: its metadata differ from what the build writes"]


def _without_lesson(folders: Folders) -> list[str]:
    slugs = {path.stem for path in source.lessons(folders.lessons)}
    there = [path for folder in (folders.notebooks, folders.solutions) for path in sorted(folder.glob("*.ipynb"))]
    return [_short(path) for path in there if path.stem not in slugs]


def _write_if_new(path: Path, text: str, say) -> None:
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return
    notebooks.write(path, text)
    say(f"written: {_short(path)}")


def _short(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"


if __name__ == "__main__":
    sys.exit(main())
