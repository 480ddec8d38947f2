"""Slides of a lesson as one file that opens from disk: `python -m unmasked.course.slides 04 DIR`.

Made of what the lesson has anyway: its headings, its figures as the solved notebook shows them, its predictions,
exercises and quiz. What would answer a question never stands on the question's own slide.
"""

import argparse
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
from markdown_it import MarkdownIt
from markdown_it.token import Token

from unmasked import paths
from unmasked.course import lesson, pages, source, stubs
from unmasked.course.commands import Stop, exit_code, say
from unmasked.course.lesson import Lesson
from unmasked.course.pages import escaped
from unmasked.course.source import Cell, Source

STYLE = """
:root { color-scheme: light dark; --ink: #1d1d1f; --paper: #fdfcfa; --soft: #5f6368; --accent: #7a3e9d;
  --card: #f1edf5; }
@media (prefers-color-scheme: dark) { :root { --ink: #ececec; --paper: #16171a; --soft: #a9adb3; --accent: #c79be3;
  --card: #26222c; } }
html { scroll-snap-type: y proximity; scroll-behavior: smooth; }
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
body { margin: 0; font: clamp(17px, 3.4vmin, 40px)/1.4 system-ui, sans-serif; color: var(--ink);
  background: var(--paper); }
section { box-sizing: border-box; min-height: 100vh; padding: 6vh 7vw 8vh; scroll-snap-align: start; position: relative;
  display: flex; flex-direction: column; justify-content: center; align-items: flex-start; }
h1 { font-size: 2em; line-height: 1.15; margin: 0 0 .4em; } h2 { font-size: 1.5em; line-height: 1.2; margin: 0 0 .5em; }
p { max-width: 42em; margin: 0 0 .7em; } li { margin: .25em 0; max-width: 36em; }
.kind { color: var(--accent); font-weight: 600; font-size: .75em; letter-spacing: .04em; margin-bottom: .6em; }
img { display: block; max-width: 100%; max-height: 74vh; object-fit: contain; background: #fff; border-radius: 4px; }
img.picture { height: 74vh; width: auto; }
ol.choices { list-style: upper-alpha; padding-left: 1.6em; font-size: 1.05em; }
code { font-size: .85em; background: var(--card); padding: .1em .25em; border-radius: 3px; }
pre { background: var(--card); padding: .6em .9em; border-radius: 6px; overflow-x: auto; max-width: 100%;
  box-sizing: border-box; } pre code { padding: 0; font-size: .68em; line-height: 1.35; }
table { border-collapse: collapse; } td, th { padding: .2em .6em .2em 0; text-align: left; vertical-align: top; }
section.close { font-size: .76em; } section.exercise { font-size: .82em; }
.result { overflow-x: auto; max-width: 100%; font-size: .85em; }
.result table { font-size: inherit; }
.notes { display: none; font-size: .6em; color: var(--soft); border-top: 1px solid; margin-top: 1.2em;
  padding-top: .5em; max-width: 60em; } .notes p { max-width: none; } body.told .notes { display: block; }
nav { position: absolute; right: 3vw; bottom: 2.2vh; font-size: .6em; color: var(--soft); }
nav a { color: inherit; text-decoration: none; padding: .5em .7em; }
a:focus-visible { outline: 2px solid var(--accent); }
@media print { @page { size: A4 landscape; margin: 1.2cm; } html { scroll-snap-type: none; } body { font-size: 15pt; }
  section { min-height: 17cm; padding: 0; break-after: page; break-inside: avoid; }
  section:last-of-type { break-after: auto; } img, img.picture { height: auto; max-height: 13.5cm; }
  nav a { display: none; } }
"""
SCRIPT = """
const slides = [...document.querySelectorAll("section")];
const here = () => slides.reduce((best, slide, i) => {
  const far = Math.abs(slide.getBoundingClientRect().top);
  return far < best[0] ? [far, i] : best;
}, [Infinity, 0])[1];
const go = (i) => slides[Math.max(0, Math.min(slides.length - 1, i))].scrollIntoView();
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const space = event.key === " ";
  const next = ["ArrowRight", "ArrowDown", "PageDown"].includes(event.key) || (space && !event.shiftKey);
  const back = ["ArrowLeft", "ArrowUp", "PageUp"].includes(event.key) || (space && event.shiftKey);
  if (next || back) go(here() + (next ? 1 : -1));
  else if (event.key === "Home") go(0);
  else if (event.key === "End") go(slides.length - 1);
  else if (event.key === "n") document.body.classList.toggle("told");
  else return;
  event.preventDefault();
});
"""
HEADING = re.compile(r"^(#{1,3}) +(.+?)(?:  \((.+)\))?$")
KEPT = ("image/jpeg", "image/png")
_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")


@dataclass
class Slide:
    """One slide: `kind` "title", "section", "exercise", "prediction", "figure", "table", "question", "answer" or
    "close"; `body`: HTML; `notes`: markdown for whoever teaches, shown after pressing N."""

    kind: str
    body: str
    notes: list[str] = field(default_factory=list)


def deck(path: Path, solution: Path | None = None) -> str:
    """The slides of the lesson whose source is at `path`, as one HTML page.

    `solution`: the solved notebook, whose figures are taken; without it solutions/NN_slug.ipynb. Where that isn't there
    the slides have no figures. ValueError names what is wrong with the lesson.
    """
    read, words = source.read(path), lesson.read(path.with_suffix(".toml"))
    made = list(slides(read, words, outputs(solution or paths.SOLUTIONS / f"{path.stem}.ipynb")))
    body = "\n".join(_section(slide, number, len(made)) for number, slide in enumerate(made, start=1))
    return pages.page(f"{words.number} · {words.title}", body, STYLE, SCRIPT)


def outputs(path: Path) -> dict[str, list[dict]]:
    """Cell id → the outputs of a solved notebook; empty where there is no such notebook."""
    if not path.exists():
        return {}
    book = nbformat.read(str(path), as_version=4)
    return {cell.id: cell.outputs for cell in book.cells if cell.cell_type == "code"}


def slides(read: Source, words: Lesson, shown: dict[str, list[dict]]) -> Iterator[Slide]:
    """The slides of a lesson, in its order. `shown`: cell id → outputs."""
    before = ""
    made: list[Slide] = []
    begun = False
    for cell in read.cells:
        fresh: list[Slide] = []
        if cell.kind == "code":
            if made and made[-1].kind == "exercise" and stubs.has_solution(cell.text):
                made[-1].body += f"<pre><code>{escaped(stubs.stubbed(cell.text).strip())}</code></pre>"
            fresh = [*_asked(cell, words), *_results(shown.get(cell.id, []))]
            if not fresh:
                continue
            if before and fresh[0].kind in ("figure", "table"):
                fresh[0].notes.append(before)
            before = ""
        elif {"instructor", "saw"} & set(cell.tags):
            if made:
                # A note tells outcomes: it goes where none of the questions stand.
                kinds = ("section", "title") if "instructor" in cell.tags else ("figure", "table", "section")
                at = next((slide for slide in reversed(made) if slide.kind in kinds), made[0])
                at.notes.append(cell.text)
        else:
            heading, rest = _heading(cell.text)
            if not begun:
                fresh, begun = [_title(heading or words.title, rest, read, words)], True
            elif heading and heading.startswith("Your turn"):
                fresh = [Slide("exercise", f"<h2>{inline(heading)}</h2>{html_of(rest)}")]
            elif heading and heading.startswith("What you can now do"):
                fresh = [Slide("close", f"<h2>{inline(heading)}</h2>{html_of(rest)}")]
            elif heading:
                first = rest.split("\n\n")[0]
                fresh = [Slide("section", f"<h2>{inline(heading)}</h2>{html_of(first)}")]
            elif "| Time |" in cell.text:
                fresh = [Slide("title", html_of(cell.text))]
            else:
                before = cell.text
        made += fresh
    yield from made


def html_of(markdown: str) -> str:
    """Markdown as HTML: links become their words, pictures their alt texts, HTML plain text."""
    tokens = _MARKDOWN.parse(markdown)
    for token in tokens:
        if token.children:
            token.children = [child for child in map(_unlinked, token.children) if child is not None]
    return _MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {})


def inline(markdown: str) -> str:
    """A line of markdown as HTML, without a paragraph around it."""
    return html_of(markdown).strip().removeprefix("<p>").removesuffix("</p>")


def _unlinked(token: Token) -> Token | None:
    if token.type in ("link_open", "link_close"):
        return None
    if token.type == "image":
        return Token("text", "", 0, content=token.content)
    return token


def _heading(text: str) -> tuple[str, str]:
    """A cell's heading, with single spaces, and what follows; ("", text) without one."""
    first, _, rest = text.partition("\n")
    found = HEADING.match(first.strip())
    if not found:
        return "", text
    return found[2] + (f" ({found[3]})" if found[3] else ""), rest.strip()


def _title(heading: str, rest: str, read: Source, words: Lesson) -> Slide:
    picture = ""
    if read.opening:
        picture = _picture("image/webp", pages.base64_of(read.opening[0]), read.opening[1])
    asked, _, prose = rest.partition("\n\n")
    table = rest if "| Time |" in rest else ""
    if table:
        parts = rest.split("\n\n")
        asked, prose = "\n\n".join(parts[:2]), "\n\n".join(parts[2:])
    notes = ["Keys: arrows, space or page keys turn the slides; N shows and hides these notes.", prose]
    return Slide("title", f"<h1>{inline(heading)}</h1>{html_of(asked)}{picture}", [note for note in notes if note])


def _asked(cell: Cell, words: Lesson) -> Iterator[Slide]:
    for id in re.findall(r"""\bpredict\(\s*["']([^"']+)["']""", cell.text):
        if id in words.predictions:
            asked = words.predictions[id]
            yield Slide("prediction", f"<h2>{inline(asked.question)}</h2>{_choices(asked.choices)}")
    if re.search(r"""\bquiz\(\s*["']""", cell.text):
        for number, asked in enumerate(words.quiz, start=1):
            yield Slide("question", f"<h2>{number}. {inline(asked.question)}</h2>{_choices(asked.choices)}")
            letter = "ABCDEFGH"[asked.answer]
            yield Slide(
                "answer",
                f"<h2>{number}. {letter}: {inline(asked.choices[asked.answer])}</h2>"
                f"<p>{inline(asked.why[asked.answer])}</p>",
                [f"*{choice}*: {why}" for choice, why in zip(asked.choices, asked.why, strict=True)],
            )


def _choices(choices: tuple[str, ...]) -> str:
    return f'<ol class="choices">{"".join(f"<li>{inline(choice)}</li>" for choice in choices)}</ol>'


def _results(found: list[dict]) -> Iterator[Slide]:
    for output in found:
        data = output.get("data", {})
        kind = next((kind for kind in KEPT if kind in data), None)
        page = "".join(data.get("text/html", ""))
        if kind:
            alt = output.get("metadata", {}).get(kind, {}).get("alt") or "".join(data.get("text/plain", ""))
            yield Slide("figure", _picture(kind, "".join(data[kind]).strip(), alt))
        elif page.startswith("<table style"):
            yield Slide("table", f'<div class="result">{page}</div>')


def _picture(kind: str, data: str, alt: str) -> str:
    return f'<img class="picture" alt="{escaped(alt)}" src="data:{kind};base64,{data}">'


_KINDS = {
    "section": "",
    "exercise": "Build",
    "prediction": "Predict",
    "figure": "See",
    "table": "See",
    "question": "Quiz",
    "answer": "Quiz: the answer",
    "close": "",
    "title": "",
}


def _section(slide: Slide, number: int, count: int) -> str:
    kind = f'<div class="kind">{_KINDS[slide.kind]}</div>' if _KINDS[slide.kind] else ""
    notes = f'<aside class="notes">{"".join(map(html_of, slide.notes))}</aside>' if slide.notes else ""
    back = f'<a href="#s{number - 1}" aria-label="back">‹</a>' if number > 1 else ""
    on = f'<a href="#s{number + 1}" aria-label="next">›</a>' if number < count else ""
    return (
        f'<section id="s{number}" class="{slide.kind}" aria-label="slide {number} of {count}">\n{kind}{slide.body}\n'
        f"{notes}<nav>{back}{number} / {count}{on}</nav></section>"
    )


def main(argv: list[str] | None = None) -> int:
    """The exit code: 0 well, 1 when something hinders."""
    parser = argparse.ArgumentParser(
        prog="python -m unmasked.course.slides",
        description="Slides of a lesson, one HTML file that opens without a network. Keys: arrows, space; N for notes.",
    )
    parser.add_argument("lesson", help="its number, such as 04, or all")
    parser.add_argument("folder", help="where the file NN_slug.html goes")
    options = parser.parse_args(argv)

    def work() -> int:
        found = [path for path in source.lessons() if options.lesson in ("all", path.stem[:2], str(int(path.stem[:2])))]
        if not found:
            have = ", ".join(path.stem[:2] for path in source.lessons())
            raise Stop(f"There is no lesson {options.lesson!r}. There is: {have}, and all.")
        for path in found:
            written = Path(options.folder) / f"{path.stem}.html"
            pages.write(written, deck(path))
            bare = "" if (paths.SOLUTIONS / f"{path.stem}.ipynb").exists() else ", without figures: it has not run yet"
            say(f"Written: {written}{bare}")
        return 0

    return exit_code(work)


if __name__ == "__main__":
    sys.exit(main())
