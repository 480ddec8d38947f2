"""The book's front page, and the page of sources."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from pathlib import Path

from unmasked.course.lesson import Lesson
from unmasked.course.source import Source

TEXT = Path(__file__).parent / "front.md"
LICENCE = (
    "The lessons may be copied, shared and changed under CC BY 4.0, the code under the MIT licence. "
    "© 2026 The Unmasked authors."
)
# What a picture shows in words, and its size.
PLAYGROUND = (
    "The playground in a browser: Ada, turned and laughing, with three white handles on her face; beside her the "
    "swapped Bo, who does the same, and the true Bo.",
    (1100, 830),
)
CAST = (
    "Six drawn portraits of Ada, a character with turquoise skin and purple hair; below them six of Bo, with violet "
    "skin and round glasses, each with the pose, the expression and the light of the Ada above; below both, eleven "
    "characters side by side.",
    (960, 419),
)
_PART = re.compile(r"^\| \| \*\*(.+?)\*\* \|", re.M)
_ROW = re.compile(r"^\| (\d\d) \| .+? \| \d+ \| *(●?) *\|", re.M)
_SOURCES = re.compile(r"^\*\*Sources\.\*\* (.+?)(?=\n\n|\Z)", re.M | re.S)


@dataclass(frozen=True)
class Part:
    """A part of the course: its name, the numbers of its lessons, and which of them are on the Core route."""

    name: str
    numbers: tuple[str, ...]
    core: frozenset[str]


def parts(readme: str) -> list[Part]:
    """The course's parts, from README's table of lessons. ValueError where there is no such table."""
    pieces = re.split(_PART, readme)[1:]
    if not pieces:
        raise ValueError("readme: it has no table of lessons with parts in bold")
    found = []
    for name, rows in zip(pieces[::2], pieces[1::2], strict=True):
        lessons = _ROW.findall(rows)
        core = frozenset(number for number, mark in lessons if mark)
        found.append(Part(name, tuple(number for number, _ in lessons), core))
    return found


def page(course: list[Part], lessons: dict[str, Lesson], pdf: str = "") -> str:
    """The front page's Markdown. `lessons`: number → lesson, those that are in this book; `pdf`: the file's address."""
    paper = f' For paper there is <a href="{pdf}">the whole book as one PDF</a>.' if pdf else ""
    return TEXT.read_text(encoding="utf-8").format(
        cast=_picture("pictures/cast.webp", *CAST),
        playground=f'<a class="play" href="../playground.html">{_picture("pictures/playground.webp", *PLAYGROUND)}</a>',
        lessons=_table(course, lessons),
        keys=f"`Ctrl` + `K` searches, and the sun or moon above turns the pages light or dark.{paper}",
        contents=_contents(course, lessons),
    )


def sources(read: list[tuple[Lesson, Source]]) -> str:
    """The page of sources: what each lesson names at its end, by lesson."""
    made = ["# Sources", "What each lesson rests on, as it names it at its end."]
    for words, source in read:
        for cell in source.cells:
            found = _SOURCES.search(cell.text) if cell.kind == "markdown" else None
            if found:
                made.append(f"## {words.number} · {words.title}\n\n{' '.join(found[1].split())}")
    return "\n\n".join(made) + "\n"


def _picture(address: str, alt: str, size: tuple[int, int]) -> str:
    pixels = f'width="{size[0]}" height="{size[1]}"'
    return f'<img class="front dark-light" src="{address}" alt="{html.escape(alt)}" {pixels}>'


def _table(course: list[Part], lessons: dict[str, Lesson]) -> str:
    rows = ["| | | minutes | Core |", "|---|---|--:|:-:|"]
    for part in course:
        inside = [number for number in part.numbers if number in lessons]
        if inside:
            rows.append(f"| | **{part.name}** | | |")
        for number in inside:
            words = lessons[number]
            link = f"[{words.title}]({words.number}_{words.slug}.ipynb)"
            rows.append(f"| {number} | {link} | {words.minutes:g} | {'●' if number in part.core else ''} |")
    return ":::{container} lessons\n" + "\n".join(rows) + "\n:::"


def _contents(course: list[Part], lessons: dict[str, Lesson]) -> str:
    def tree(caption: str, pages: list[str]) -> str:
        return f"```{{toctree}}\n:hidden:\n:caption: {caption}\n\n" + "\n".join(pages) + "\n```"

    made = []
    for part in course:
        pages = [f"{number}_{lessons[number].slug}" for number in part.numbers if number in lessons]
        if pages:
            made.append(tree(part.name, pages))
    return "\n\n".join([*made, tree("Besides", ["glossary", "sources", "instructors"])])
