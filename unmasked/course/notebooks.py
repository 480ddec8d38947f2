"""From a lesson's cells to notebooks: the student's and the solved one. The same source gives the same bytes."""

import base64
import hashlib
import html
import json
import os
import tempfile
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from unmasked.course import stubs
from unmasked.course.source import Cell, Source

OPENING = 440  # CSS pixels of the picture that a lesson opens with
SAW = "What you saw (open this once the cell above has run)"


def student(source: Source) -> nbformat.NotebookNode:
    """The student's notebook: stubs for answers, no instructor's notes, no outputs but the picture it opens with."""
    cells = [cell for cell in source.cells if "instructor" not in cell.tags]
    made = notebook(source.slug, [(cell, _unsolved(cell)) for cell in cells])
    for cell, built in zip(cells, made.cells, strict=True):
        if "opening" in cell.tags:
            built.outputs = [_opening(*source.opening)]
    return made


def solved(source: Source) -> nbformat.NotebookNode:
    """The solved notebook, not run: answers without markers, instructor's notes kept."""
    cells = [cell for cell in source.cells if "hide-solved" not in cell.tags]
    return notebook(source.slug, [(cell, stubs.solved(cell.text) if _is_code(cell) else cell.text) for cell in cells])


def notebook(slug: str, cells: list[tuple[Cell, str]]) -> nbformat.NotebookNode:
    """A notebook (format 4.5) of these cells and their texts, ids as written in the source."""
    made = []
    for cell, text in cells:
        metadata = {"tags": list(cell.tags)} if cell.tags else {}
        if "opening" in cell.tags:
            metadata["jupyter"] = {"source_hidden": True}  # the picture is what is looked at; a click shows the code
        new = new_code_cell if _is_code(cell) else new_markdown_cell
        made.append(new(text, id=cell.id, metadata=metadata))
    metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
        "unmasked": {"lesson": slug},
    }
    result = new_notebook(cells=made, metadata=metadata)
    result.nbformat, result.nbformat_minor = 4, 5
    return result


def fingerprint(notebook: nbformat.NotebookNode, words: str) -> str:
    """A hash of what a solved notebook's outputs come from: its code cells, and the lesson's `words` (its .toml)."""
    code = [[cell.id, cell.source] for cell in notebook.cells if cell.cell_type == "code"]
    return hashlib.sha256(json.dumps([code, words], ensure_ascii=False).encode()).hexdigest()


def text_of(notebook: nbformat.NotebookNode) -> str:
    """The notebook as the text of its file, checked against the format first."""
    nbformat.validate(notebook)
    return nbformat.writes(notebook).rstrip("\n") + "\n"


def write(path: Path, text: str) -> None:
    """Write a file aside, then rename it: whatever happens, the file is the old one or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, aside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
        # mkstemp makes files that others can't read; notebooks are for everybody whom the folder lets in.
        os.chmod(aside, 0o644)
        os.replace(aside, path)
    except BaseException:
        Path(aside).unlink(missing_ok=True)
        raise


def _unsolved(cell: Cell) -> str:
    if _is_code(cell):
        return stubs.stubbed(cell.text)
    return prose(cell)


def _opening(picture: bytes, words: str) -> nbformat.NotebookNode:
    """The output that stands under a cell before it is run: a picture whose alt text arrives."""
    data = base64.b64encode(picture).decode()
    image = f'<img alt="{html.escape(words, quote=True)}" width="{OPENING}" src="data:image/webp;base64,{data}">'
    return new_output("display_data", {"text/plain": words, "text/html": image})


def prose(cell: Cell) -> str:
    """A markdown cell as a learner gets it: what came out is folded away until they ask for it."""
    if "saw" not in cell.tags:
        return cell.text
    return f"<details><summary><b>{SAW}</b></summary>\n\n{cell.text}\n\n</details>"


def _is_code(cell: Cell) -> bool:
    return cell.kind == "code"
