"""A lesson as a page of the book: its solved notebook, with what would answer a question folded away."""

from __future__ import annotations

import re
from collections.abc import Iterator

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from book import folds, glossary, tables
from book.pictures import Files, moved
from unmasked.course import stubs
from unmasked.course.lesson import Lesson
from unmasked.course.source import Cell, Source

# What a bench is called in a cell → the room of the playground in which the same can be moved.
ROOMS = {
    "puppet": "puppet",
    "plugs": "plugs",
    "code_size": "squeeze",
    "through_the_code": "squeeze",
    "blending": "blend",
    "make_it_vanish": "blend",
    "spot_the_fake": "spot",
    "threshold_dial": "threshold",
}
PLAYGROUND = "../playground.html"  # from a page of the book
BENCH = "An interactive part."  # how the course's benches call themselves where there is no kernel
_HEADING = re.compile(r"^(#{2,3}) +(.+?) {2,}\((.+)\)$", re.M)
_ASKED = re.compile(r"""\bpredict\(\s*["']([^"']+)["']""")
_PROGRESS = re.compile(r"\d+%\|")  # a bar that has run full says nothing on paper
_STATUS = re.compile(r'<div role="status"')


def page(source: Source, words: Lesson, solved: nbformat.NotebookNode, files: Files, rooms: set[str]):
    """The notebook that becomes the lesson's page.

    `solved`: the solved notebook with its outputs; `files` takes its pictures; `rooms`: those that the playground has.
    ValueError where source and notebook don't belong together, or where an output has a picture without words.
    """
    written = {cell.id: cell for cell in source.cells}
    missing = [cell.id for cell in solved.cells if cell.id not in written]
    if missing:
        raise ValueError(f"{source.slug}: its solved notebook has cells that its source doesn't have: {missing[:3]}")
    made = new_notebook(cells=list(_cells(source, written, words, solved, files, rooms)), metadata=solved.metadata)
    made.nbformat_minor = 5
    return made


def _cells(source: Source, written: dict[str, Cell], words: Lesson, solved, files: Files, rooms: set[str]) -> Iterator:
    outputs = {cell.id: cell.outputs for cell in solved.cells if cell.cell_type == "code"}
    answers = {answer.id: (id, check) for id, (answer, check) in source.checks().items()}
    checks = {check.id for _, check in answers.values()}
    came = _outcomes(solved)
    for cell in solved.cells:
        if cell.cell_type == "markdown":
            text = folds.instructor(cell.source) if "instructor" in written[cell.id].tags else cell.source
            yield new_markdown_cell(prose(text, cell.id), id=cell.id)
        elif cell.id in answers:
            id, check = answers[cell.id]
            said = [page for page in _pages(outputs[check.id]) if _STATUS.match(page)]
            text = written[cell.id].text
            turn = folds.exercise(
                stubs.stubbed(text), cell.source, words.exercises[id], "\n".join(map(_one_block, said))
            )
            yield new_markdown_cell(turn, id=cell.id)
            yield from _shown(cell, files, rooms, came, words, "remove-input")
        elif cell.id in checks:
            cell.outputs = [output for output in cell.outputs if not _STATUS.match(_html(output))]
            yield from _shown(cell, files, rooms, came, words, "remove-input")
        else:
            yield from _shown(cell, files, rooms, came, words, _hidden(cell, written[cell.id]))


def prose(text: str, id: str) -> str:
    """A markdown cell as the book writes it: minutes below the headings, terms as links within the book, a place to
    come back to where the glossary does."""
    text = _HEADING.sub(lambda found: f"{found[1]} {found[2]}\n\n{_meta(found[3])}\n", text)
    used = glossary.linked(text)
    text = glossary.rewritten(text)
    return f"({id})=\n{text}" if used and not text.startswith("<") else text


def _meta(words: str) -> str:
    dots = re.match(r"[●○]{3}", words)
    if dots:
        words = words.replace(
            dots[0], f'<span role="img" aria-label="difficulty {dots[0].count("●")} of 3">{dots[0]}</span>'
        )
    return f'<p class="meta">{words.replace(", ", " · ")}</p>'


def _hidden(cell, written: Cell) -> str:
    """How much of a code cell the book shows: all of it, "hide-input" (folded) or "remove-input"."""
    if _ASKED.search(cell.source) or re.search(r"^quiz\(", cell.source, re.M):
        return "remove-input"
    benches = any(_plain(output).startswith(BENCH) for output in cell.outputs)
    return "hide-input" if {"setup", "figure", "opening"} & set(written.tags) or benches or _table_of(cell) else ""


def _shown(cell, files: Files, rooms: set[str], came: dict[str, str], words: Lesson, hidden: str) -> Iterator:
    """A code cell with its outputs as the book shows them; nothing where nothing would be seen."""
    outputs = []
    for output in cell.outputs:
        made = _output(cell, output, files, rooms, came, words)
        if made is not None:
            outputs.append(made)
    if outputs or hidden != "remove-input":
        tags = [hidden] if hidden else []
        id = f"{cell.id}-shown" if hidden == "remove-input" else cell.id
        yield new_code_cell(cell.source, id=id[:64], outputs=outputs, metadata={"tags": tags})


def _output(cell, output, files: Files, rooms: set[str], came: dict[str, str], words: Lesson):
    if output.output_type == "stream":
        return output
    page, plain = _html(output), _plain(output)
    if not page:
        return None if _PROGRESS.search(plain) else output
    if page.startswith("<p><b>Your prediction."):
        asked = words.predictions[_ASKED.search(cell.source)[1]]
        page = folds.prediction(asked, came.get(asked.question, ""))
    elif page.startswith("<p><b>1. ") and plain.startswith(BENCH):
        page = folds.quiz(words.quiz)
    elif _table_of(cell) and "What came out" in page:
        page = f'<div class="scroll">{folds.outcome_table(came)}</div>'
    else:
        page = moved(page, files, cell.id)
        if page.startswith("<table"):
            page = f'<div class="scroll">{tables.plain(page)}</div>'
        elif page.startswith("<figure"):
            page = _film(page)
        elif plain.startswith(BENCH):
            page += _live(cell.source, rooms)
    return new_output("display_data", {"text/html": page})


def _film(page: str) -> str:
    """A film's stills, without the fold that a notebook has around them."""
    strip = re.search(r"<img[^>]*>", page)
    title = re.search(r"<figcaption>(.*?)</figcaption>", page, re.S)
    if not strip or not title:
        raise ValueError(f"page: wanted a film's caption and stills, got {page[:80]!r}")
    return (
        f'<figure class="film">{strip[0]}<figcaption>{title[1]}. A film: here are some of its frames, and the notebook '
        "plays it.</figcaption></figure>"
    )


def _live(source: str, rooms: set[str]) -> str:
    called = [room for name, room in ROOMS.items() if re.search(rf"\b{name}\(", source) and room in rooms]
    link = f' <a href="{PLAYGROUND}#{called[0]}">Play it live</a>' if called else ""
    return f'<p class="bench">In the notebook this picture moves under your hand.{link}</p>'


def _table_of(cell) -> bool:
    return re.search(r"^predictions\(", cell.source, re.M) is not None


def _outcomes(solved) -> dict[str, str]:
    for cell in solved.cells:
        if cell.cell_type == "code" and _table_of(cell):
            for page in _pages(cell.outputs):
                return folds.outcomes(page)
    return {}


def _pages(outputs) -> list[str]:
    return [page for page in map(_html, outputs) if page]


def _html(output) -> str:
    return "".join(output.get("data", {}).get("text/html", "")).strip()


def _plain(output) -> str:
    return "".join(output.get("data", {}).get("text/plain", ""))


def _one_block(page: str) -> str:
    """HTML without empty lines, which would end it as a block of Markdown."""
    return re.sub(r"\n\s*\n", "\n", page)
