"""Mends handed-in notebooks before nbgrader grades them: `python -m unmasked.course.mend submitted/`.

Other editors drop the metadata that nbgrader needs, learners copy, rename and delete cells and files, and one such
notebook stops the grading of a class. Here cells are known again by their id or by what stands in them, get back what
nbgrader needs, and come back where they are gone. What a learner has written is never changed.
"""

import argparse
import ast
import copy
import json
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path

import nbformat

from unmasked import paths
from unmasked.course import classroom, lesson, notebooks, source, stubs
from unmasked.course.commands import Stop, exit_code, say

CHECK = re.compile(r"""\bcheck\(\s*["']([a-z0-9.-]+)["']""")


@dataclass
class Mended:
    """A notebook and, in words, what was done to it and what only the instructor can see to."""

    notebook: nbformat.NotebookNode
    done: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)


def mend(handed: nbformat.NotebookNode, released: nbformat.NotebookNode) -> Mended:
    """The handed-in notebook with everything that nbgrader needs of the `released` one: same cells, ids and metadata.

    Nothing that stands in a learner's cell is changed, but for the checks' own cells, which nbgrader overwrites too.
    """
    made = Mended(copy.deepcopy(handed))
    cells = made.notebook.cells
    wanted = [cell for cell in released.cells if "nbgrader" in cell.metadata]
    found = {one.metadata.nbgrader.grade_id: _find(one, cells, made) for one in wanted}
    kept = {id(cell) for cell in found.values() if cell is not None}
    for cell in cells:
        if id(cell) not in kept and cell.metadata.pop("nbgrader", None) is not None:
            made.done.append(f"a further copy of a cell that counts is now an ordinary one: {_start(cell)}")
    for one in wanted:
        name, cell = one.metadata.nbgrader.grade_id, found[one.metadata.nbgrader.grade_id]
        if cell is None:
            cells.insert(_place(one, released, found, cells), copy.deepcopy(one))
            found[name] = next(cell for cell in cells if cell.get("id") == one.id)
            made.done.append(f"the cell '{name}' was gone and is back as it was handed out")
            continue
        has = cell.metadata.get("nbgrader", {})
        # Of nbgrader's own additions (a checksum) the released source knows nothing.
        if any(has.get(key) != value for key, value in one.metadata.nbgrader.items()):
            made.done.append(f"the cell '{name}' has its metadata back")
            cell.metadata.nbgrader = {**has, **copy.deepcopy(one.metadata.nbgrader)}
        if cell.cell_type != one.cell_type:
            made.done.append(f"the cell '{name}' is {one.cell_type} again")
            _turn(cell, one.cell_type)
    _own_ids(cells)
    order = [cells.index(found[one.metadata.nbgrader.grade_id]) for one in wanted]
    if order != sorted(order):
        made.left.append("its cells stand in another order than in the lesson; they run as they stand")
    if made.notebook.metadata.get("kernelspec", {}).get("name") != released.metadata.kernelspec.name:
        made.notebook.metadata.kernelspec = copy.deepcopy(released.metadata.kernelspec)
        made.done.append("the notebook's kernel is the course's again")
    made.notebook.nbformat, made.notebook.nbformat_minor = released.nbformat, released.nbformat_minor
    return made


def _find(one: nbformat.NotebookNode, cells: list, made: Mended) -> nbformat.NotebookNode | None:
    """The cell that stands for a released one: by nbgrader's name, by id, or by what is in it."""
    name = one.metadata.nbgrader.grade_id
    named = [cell for cell in cells if cell.metadata.get("nbgrader", {}).get("grade_id") == name]
    named = named or [cell for cell in cells if cell.get("id") == one.id]
    named = named or [cell for cell in cells if cell.cell_type == "code" and _is_like(cell.source, one)]
    if len(named) < 2:
        return named[0] if named else None
    # Of copies the last one that was worked on counts: it's the one whose answer a run would use.
    worked = [cell for cell in named if cell.source.strip() != one.source.strip()]
    made.done.append(f"of {len(named)} copies of the cell '{name}' the last one with an answer counts")
    return (worked or named)[-1]


def _is_like(text: str, one: nbformat.NotebookNode) -> bool:
    """Whether a cell without metadata is this released one: the check of the same exercise, or the same names."""
    asked = CHECK.findall(one.source) if one.metadata.nbgrader.grade else []
    if asked:
        return CHECK.findall(text) == asked
    names = _names(one.source)
    return text.strip() == one.source.strip() or bool(names and names <= _names(text) and not CHECK.search(text))


def _names(text: str) -> set[str]:
    """What a cell defines at its top level; by the first lines of functions and classes where it isn't Python."""
    try:
        tree = ast.parse(text)
    except SyntaxError:
        return set(re.findall(r"^(?:def|class)\s+(\w+)", text, re.MULTILINE))
    defined = {node.name for node in tree.body if isinstance(node, (ast.FunctionDef, ast.ClassDef))}
    for node in tree.body:
        if isinstance(node, ast.Assign):
            defined |= {target.id for target in node.targets if isinstance(target, ast.Name)}
    return defined


def _place(one, released, found: dict, cells: list) -> int:
    """Where a cell that is gone belongs: behind the nearest one before it that is there."""
    before = []
    for cell in released.cells:
        if cell is one:
            break
        before.append(cell)
    for cell in reversed(before):
        there = found.get(cell.metadata.get("nbgrader", {}).get("grade_id")) or next(
            (other for other in cells if other.get("id") == cell.id), None
        )
        if there is not None:
            return next(i for i, other in enumerate(cells) if other is there) + 1
    return 0


def _turn(cell: nbformat.NotebookNode, kind: str) -> None:
    cell.cell_type = kind
    if kind == "code":
        cell.setdefault("outputs", [])
        cell.setdefault("execution_count", None)
    else:
        cell.pop("outputs", None)
        cell.pop("execution_count", None)


def _own_ids(cells: list) -> None:
    """Every cell an id, and none twice: copies made elsewhere often share one."""
    seen: set[str] = set()
    for number, cell in enumerate(cells):
        if not re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", str(cell.get("id", ""))) or cell.id in seen:
            cell.id = f"mended-{number}"
        seen.add(cell.id)


def _start(cell: nbformat.NotebookNode) -> str:
    lines = cell.source.strip().splitlines()
    return repr(lines[0][:60]) if lines else "an empty one"


# --- a folder of submissions ------------------------------------------------------------------------------------------


def released_notebook(slug: str, root: Path = paths.ROOT) -> nbformat.NotebookNode:
    """What nbgrader releases of a lesson (`04_two_decoders`): its source with stubs for answers. Stop if unknown."""
    path = root / "lessons" / f"{slug}.py"
    if not path.is_file():
        known = ", ".join(sorted(one.stem for one in (root / "lessons").glob("[0-9][0-9]_*.py")))
        raise Stop(f"There is no lesson {slug!r}. There is: {known}")
    read = source.read(path)
    made = classroom.source_notebook(read, lesson.read(path.with_suffix(".toml")))
    texts = {cell.id: cell.text for cell in read.cells}
    for cell in made.cells:
        if stubs.has_solution(cell.source):
            cell.source = stubs.stubbed(texts[cell.id])
    return made


def mend_folder(folder: Path, root: Path = paths.ROOT) -> tuple[list[str], list[str]]:
    """Mends `STUDENT/LESSON/*.ipynb` under a folder in place, each first copied to `….ipynb.handed-in`.

    Returns what was done and what only the instructor can see to, in words. Raises Stop where there is nothing.
    """
    places = sorted(path for path in folder.glob("*/*") if path.is_dir())
    if not places:
        raise Stop(f"{folder}: wanted nbgrader's folder of submissions, STUDENT/LESSON/LESSON.ipynb; nothing is there")
    done, left, released = [], [], {}
    for place in places:
        who = f"{place.parent.name}, {place.name}"
        try:
            released.setdefault(place.name, released_notebook(place.name, root))
        except Stop as reason:
            left.append(f"{who}: {reason}")
            continue
        words, rest = _mend_place(place, released[place.name])
        done += [f"{who}: {one}" for one in words]
        left += [f"{who}: {one}" for one in rest]
    return done, left


def _mend_place(place: Path, released: nbformat.NotebookNode) -> tuple[list[str], list[str]]:
    wanted = place / f"{place.name}.ipynb"
    others = sorted(path for path in place.glob("*.ipynb") if path != wanted)
    done: list[str] = []
    taken = wanted
    if not wanted.exists():
        read = {path: _read(path) for path in others}
        like = {path: _likeness(one, released) for path, one in read.items() if not isinstance(one, str)}
        best = [path for path, count in like.items() if count and count == max(like.values())]
        if len(best) != 1:
            names = ", ".join(path.name for path in others) or "nothing"
            return [], [f"{wanted.name} is missing, and which of these it is can't be told: {names}"]
        taken = best[0]
        done.append(f"{taken.name} is {wanted.name} under another name")
    handed = _read(taken)
    if isinstance(handed, str):
        return done, [f"{taken.name} {handed}; ask for it again"]
    made = mend(handed, released)
    done += made.done
    if done:
        kept = place / f"{taken.name}.handed-in"
        if not kept.exists():
            kept.write_bytes(taken.read_bytes())
        notebooks.write(wanted, nbformat.writes(made.notebook))
    return done, made.left


def _read(path: Path) -> nbformat.NotebookNode | str:
    """A notebook, or in words why it can't be read."""
    try:
        read = nbformat.reads(path.read_text(encoding="utf-8"), as_version=4)
        json.dumps(read)
        cells = read.cells
    except UnicodeDecodeError:
        return "isn't written in UTF-8"
    except Exception as error:  # whatever nbformat makes of a file that is no notebook
        return f"can't be read as a notebook ({type(error).__name__})"
    if not all(isinstance(cell.get("source"), str) and isinstance(cell.get("metadata"), dict) for cell in cells):
        return "has cells without text or metadata"
    return read


def _likeness(handed: nbformat.NotebookNode, released: nbformat.NotebookNode) -> int:
    made = Mended(handed)
    wanted = [cell for cell in released.cells if "nbgrader" in cell.metadata]
    return sum(_find(one, handed.cells, made) is not None for one in wanted)


def main(argv: list[str] | None = None) -> int:
    """The exit code: 0 all can be graded, 1 something is left for the instructor."""
    parser = argparse.ArgumentParser(
        prog="python -m unmasked.course.mend",
        description="Gives handed-in notebooks back what nbgrader needs. What a learner has written is never changed; "
        "a notebook that was mended is kept as it came beside it, as NAME.ipynb.handed-in.",
    )
    parser.add_argument("folder", type=Path, help="nbgrader's folder of submissions, usually submitted/")
    options = parser.parse_args(argv)

    def work() -> int:
        done, left = mend_folder(options.folder)
        for line in done:
            say(f"mended  {line}")
        for line in left:
            say(f"LEFT    {line}")
        say("Nothing needed mending." if not done and not left else f"{len(done)} mended, {len(left)} left for you.")
        return int(bool(left))

    return exit_code(work)


if __name__ == "__main__":
    sys.exit(main())
