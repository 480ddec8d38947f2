"""Builds the book: `python -m book.build` writes book/_build/book/, whose index.html opens from disk."""

from __future__ import annotations

import argparse
import importlib.util
import io
import shutil
import sys
import tempfile
from pathlib import Path

import nbformat
from PIL import Image

from book import classroom, front, glossary, lessons, offline
from book.pictures import QUALITY, Files
from book.settings import SETTINGS
from unmasked import paths
from unmasked.course import lesson, source

BUILT = paths.ROOT / "book" / "_build"
NEEDED = ("sphinx", "myst_nb", "sphinx_book_theme", "latex2mathml", "bs4")
PDF = "unmasked.pdf"  # beside index.html


def build(out: Path, numbers: tuple[str, ...] = (), pdf: str = "") -> None:
    """Writes the book's pages into the folder `out`.

    `numbers`: of the lessons that it has, such as ("04",); by default all. `pdf`: the address of the book as a PDF, if
    there is one. ValueError says what is wrong with a lesson, or what in the finished pages would hinder a reader.
    """
    found = [path for path in source.lessons() if not numbers or path.stem[:2] in numbers]
    if not found:
        raise ValueError(f"numbers: there are no lessons {', '.join(numbers)}")
    with tempfile.TemporaryDirectory() as folder:
        written = Path(folder) / "pages"
        kept = prepare(written, found, pdf)
        _sphinx(written, out, Path(folder) / "read")
    for files in kept:
        files.write(out)
    offline.tidy(out)
    wrong = offline.faults(out, (lessons.PLAYGROUND, *([pdf] if pdf else [])))
    if wrong:
        raise ValueError("out: the pages aren't whole:\n" + "\n".join(wrong))


def prepare(written: Path, found: list[Path], pdf: str = "") -> list[Files]:
    """Writes what Sphinx reads into the folder `written`; returns the files that the finished pages load besides."""
    written.mkdir(parents=True)
    read = [(lesson.read(path.with_suffix(".toml")), source.read(path)) for path in found]
    slugs = {words.number: text.slug for words, text in read}
    rooms, kept = playground_rooms(), [_front_pictures()]
    for words, text in read:
        files = Files(f"pictures/{text.slug}")
        solved = nbformat.read(paths.SOLUTIONS / f"{text.slug}.ipynb", as_version=4)
        made = lessons.page(text, words, solved, files, rooms)
        nbformat.write(made, written / f"{text.slug}.ipynb")
        kept.append(files)
    used = [use for words, text in read for use in glossary.uses(text, words)]
    terms = (paths.LESSONS / "glossary.md").read_text(encoding="utf-8")
    course = front.parts((paths.ROOT / "README.md").read_text(encoding="utf-8"))
    pages = {
        "index": front.page(course, {words.number: words for words, _ in read}, pdf),
        "glossary": glossary.page(terms, used, slugs),
        "sources": front.sources(read),
        **classroom.pages(paths.ROOT / "class"),
    }
    for name, text in pages.items():
        (written / f"{name}.md").write_text(text, encoding="utf-8")
    return kept


def playground_rooms() -> set[str]:
    """The rooms that the playground has, by the names in their addresses."""
    page = (paths.ROOT / "book" / "playground" / "page" / "index.html").read_text(encoding="utf-8")
    return {part.partition('"')[0] for part in page.split('id="room-')[1:]}


def _front_pictures() -> Files:
    files = Files("pictures")
    with Image.open(paths.ROOT / "docs" / "picture.png") as picture:
        small = io.BytesIO()
        picture.convert("RGB").save(small, "WEBP", quality=QUALITY)
    files.add("cast", ".webp", small.getvalue())
    files.add("playground", ".webp", (paths.ROOT / "book" / "playground.webp").read_bytes())
    return files


def _sphinx(written: Path, out: Path, read: Path) -> None:
    """Lets Sphinx write the pages. ValueError with what it said if it has a warning."""
    from sphinx.application import Sphinx

    said = io.StringIO()
    app = Sphinx(written, None, out, read, "html", confoverrides=SETTINGS, status=None, warning=said, freshenv=True)
    app.build(force_all=True)
    if said.getvalue().strip():
        raise ValueError(f"pages: Sphinx says\n{said.getvalue()}")


def order(out: Path) -> list[str]:
    """The names of the finished pages in the folder `out`, in the order of the book."""
    numbered = sorted(path.stem for path in out.glob("[0-9][0-9]_*.html"))
    return ["index", *numbered, "glossary", "sources", *classroom.PAGES]


def _print(out: Path) -> None:
    from book import paper

    paper.pdf(out, order(out), out / PDF)
    print(f"{out / PDF}: {(out / PDF).stat().st_size / 1e6:.1f} MB")


def main(argv: list[str] | None = None) -> int:
    """The exit code: 0 well, 1 when the pages aren't whole, which is said."""
    parser = argparse.ArgumentParser(prog="python -m book.build", description=__doc__)
    parser.add_argument("--out", type=Path, default=BUILT / "book", help="the folder that the pages go to")
    parser.add_argument("--lessons", nargs="+", default=[], metavar="NN", help="these lessons only, such as 00 04")
    parser.add_argument("--pdf", action="store_true", help="also print the whole book to unmasked.pdf, with Chromium")
    options = parser.parse_args(argv)
    missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        parser.error(f'{", ".join(missing)} are wanted for this: pip install -e ".[book]"')
    if options.out.exists() and any(options.out.iterdir()):
        if not (options.out / ".buildinfo").exists():  # Sphinx leaves it in what it has built
            parser.error(f"--out: {options.out} holds something else than a book")
        shutil.rmtree(options.out)
    playground = options.out.parent / "playground.html"
    if not playground.exists():
        from book.playground.page import build as playground_page  # loads torch

        print("The pages link to the playground, so that is built first.", flush=True)
        paths.write_aside(playground, playground_page().encode("utf-8"))
    try:
        build(options.out, tuple(options.lessons), PDF if options.pdf else "")
        if options.pdf:
            _print(options.out)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{options.out / 'index.html'}: open it in a browser; it needs no network.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
