"""The glossary as a page: every term with a way back to the places that use it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from unmasked.course.lesson import Lesson
from unmasked.course.source import Source

_LINK = re.compile(r"\]\((?:[^)\s]*/)?glossary\.md#([^)\s]+)\)")
_LESSON = re.compile(r"\*Lesson (\d\d)\.\*")
_SECTION = re.compile(r"^## +(.+?)(?: {2,}\(.+\))?$", re.M)


@dataclass(frozen=True)
class Use:
    """A place that links a term: the lesson, the cell's id, and the section's name, short ("section 2")."""

    term: str
    number: str
    slug: str
    cell: str
    place: str


def linked(text: str) -> list[str]:
    """The terms (as anchors) that a Markdown text links, each once, in order."""
    return list(dict.fromkeys(_LINK.findall(text)))


def rewritten(text: str) -> str:
    """A Markdown text whose links to terms stay within the book."""
    return _LINK.sub(r"](glossary.md#\1)", text)


def uses(source: Source, words: Lesson) -> list[Use]:
    """Every place of a lesson that links a term, the first of each section, in order."""
    found: dict[tuple[str, str], Use] = {}
    place = "opening"
    for cell in source.cells:
        if cell.kind != "markdown" or "instructor" in cell.tags:
            continue
        heading = _SECTION.search(cell.text)
        if heading:
            number = re.match(r"(\d+) · ", heading[1])
            place = f"section {number[1]}" if number else "end"
        for term in linked(cell.text):
            here = "terms" if cell.text.startswith("**Terms.**") else place
            found.setdefault((term, here), Use(term, words.number, source.slug, cell.id, here))
    used = list(found.values())
    # The list at a lesson's end counts where the lesson uses the term nowhere else.
    elsewhere = {use.term for use in used if use.place != "terms"}
    return [use for use in used if use.place != "terms" or use.term not in elsewhere]


def page(text: str, used: list[Use], slugs: dict[str, str]) -> str:
    """The glossary's Markdown with links back under each term.

    `text`: lessons/glossary.md; `slugs`: a lesson's number → its page. A lesson that isn't in the book is named only.
    """
    head, *terms = re.split(r"^(?=## )", text, flags=re.M)
    return head + "\n".join(_entry(term.rstrip(), used, slugs) for term in terms)


def anchor(title: str) -> str:
    """A heading's anchor, as the lessons write it: lower case, spaces to hyphens, other punctuation dropped."""
    return re.sub(r"[^\w\- ]", "", title.strip().lower()).replace(" ", "-")


def _entry(term: str, used: list[Use], slugs: dict[str, str]) -> str:
    title = term.partition("\n")[0].removeprefix("## ")
    back = _back([use for use in used if use.term == anchor(title)])

    def first(found: re.Match) -> str:
        slug = slugs.get(found[1])
        return f"*[Lesson {found[1]}]({slug}.ipynb).*" if slug else found[0]

    term = _LESSON.sub(first, term)
    return f"{term}\n\n{back}\n" if back else f"{term}\n"


def _back(used: list[Use]) -> str:
    lessons: dict[str, list[str]] = {}
    for use in used:
        lessons.setdefault(use.number, []).append(f"[{use.place}](#{use.cell})")
    if not lessons:
        return ""
    listed = ", ".join(f"{number} ({', '.join(places)})" for number, places in lessons.items())
    return f":::{{container}} back\nUsed in {'lessons' if len(lessons) > 1 else 'lesson'} {listed}\n:::"
