"""Reading a lesson's source (py:percent) into cells, and what the lesson says about itself."""

import re
from dataclasses import dataclass
from pathlib import Path

import jupytext

from unmasked import paths
from unmasked.course import grading, lesson, stubs

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
TAGS = ("figure", "hide-solved", "instructor", "opening", "saw", "setup")


@dataclass(frozen=True)
class Cell:
    """A cell of the source: `kind` "code" or "markdown", `id` as written there, tags, text with its markers."""

    id: str
    kind: str
    tags: tuple[str, ...]
    text: str


@dataclass(frozen=True)
class Source:
    """A lesson's source: slug ("04_two_decoders") and cells.

    `opening`: the picture that a cell tagged "opening" shows before it is run, as WebP, and what it shows in words.
    """

    slug: str
    cells: tuple[Cell, ...]
    opening: tuple[bytes, str] | None = None

    def checks(self) -> dict[str, tuple[Cell, Cell]]:
        """Exercise id → (its answer cell, its check cell), in the lesson's order."""
        found = {}
        for before, cell in zip((None, *self.cells), self.cells, strict=False):
            for id in checked_ids(cell):
                found[id] = (before, cell)
        return found


def lessons(folder: Path | None = None) -> list[Path]:
    """The sources of all lessons, in their order."""
    return sorted((folder or paths.LESSONS).glob("[0-9][0-9]_*.py"))


def read(path: Path) -> Source:
    """Read a lesson's source. ValueError names the file, the cell and what is wrong with it."""
    notebook = jupytext.reads(path.read_text(encoding="utf-8"), fmt="py:percent")
    cells, seen = [], set()
    for number, cell in enumerate(notebook.cells, start=1):
        start = cell.source.strip().split("\n")[0][:40]
        where = f"{path.name}, cell {number} ({start!r})"
        id = cell.metadata.get("id")
        if not isinstance(id, str) or not _ID.fullmatch(id) or len(id) > 64:
            raise ValueError(
                f"{where}: every cell needs an id of lower-case letters, digits and hyphens, at most 64 characters, "
                f"as in '# %% id=\"two-decoders-swap\"'; got {id!r}"
            )
        if id in seen:
            raise ValueError(f"{where}: the id {id!r} is taken by an earlier cell")
        if cell.cell_type not in ("code", "markdown"):
            raise ValueError(f"{where}: a cell is code or markdown; got {cell.cell_type!r}")
        tags = tuple(sorted(cell.metadata.get("tags", [])))
        unknown = [tag for tag in tags if tag not in TAGS]
        if unknown:
            raise ValueError(f"{where}: the tag {unknown[0]!r} is unknown; there are {', '.join(TAGS)}")
        if "instructor" in tags and cell.cell_type == "code":
            raise ValueError(f"{where}: an instructor's note is a markdown cell")
        if "saw" in tags and (cell.cell_type == "code" or cell.source.lstrip().startswith("#")):
            raise ValueError(f"{where}: what is tagged 'saw' is folded: a markdown cell without a heading is wanted")
        seen.add(id)
        made = Cell(id, cell.cell_type, tags, cell.source)
        _look_through(made, where)
        cells.append(made)
    if not cells:
        raise ValueError(f"{path.name}: no cells found; a cell begins with '# %%'")
    return Source(path.stem, tuple(cells), _opening(path, cells))


def _opening(path: Path, cells: list[Cell]) -> tuple[bytes, str] | None:
    """lessons/NN_slug.webp and its words, [figures] "topic.opening", where a cell asks for them."""
    tagged = [cell for cell in cells if "opening" in cell.tags]
    if not tagged:
        return None
    if len(tagged) > 1 or tagged[0].kind != "code":
        raise ValueError(f"{path.name}: one code cell may be tagged 'opening'; got {[cell.id for cell in tagged]}")
    words = lesson.read(path.with_suffix(".toml"))
    picture, id = path.with_suffix(".webp"), f"{words.topic}.opening"
    if not picture.exists() or id not in words.figures:
        raise ValueError(f"{path.name}: a cell is tagged 'opening': {picture.name} and [figures] {id!r} are wanted")
    return picture.read_bytes(), words.figures[id]


def checked_ids(cell: Cell) -> list[str]:
    """The exercise ids that a cell checks."""
    if cell.kind != "code" or "check(" not in cell.text:
        return []
    calls = [grading.check_call(node) for node in stubs.parse(cell.text).body]
    return [call[0] for call in calls if call is not None]


def _look_through(cell: Cell, where: str) -> None:
    try:
        if cell.kind == "code":
            stubs.parse(cell.text)
            stubs.stubbed(cell.text)
        elif stubs.has_solution(cell.text):
            raise ValueError("a solution block belongs in a code cell")
    except ValueError as error:
        raise ValueError(f"{where}: {error}") from error
    if checked_ids(cell) and len(stubs.parse(cell.text).body) != 1:
        raise ValueError(f"{where}: a check stands alone in its cell")
