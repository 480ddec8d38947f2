"""The book on paper: all its pages as one, printed to PDF by a Chromium that is on this machine."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from bs4 import BeautifulSoup, Tag
from PIL import Image

CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
SECONDS = 600  # for the print; a slow machine takes two minutes
QUALITY = 75  # of JPEG, which a PDF takes as it is; from WebP Chromium would write every pixel out
WIDEST = 1200  # pixels of a picture's width: 175 to the inch
SHEET = Path(__file__).parent / "theme" / "paper.css"
STYLES = (
    "_static/styles/theme.css",
    "_static/styles/pydata-sphinx-theme.css",
    "_static/pygments.css",
    "_static/book.css",
)


def chromium() -> str:
    """The path of a Chromium, Chrome or Edge; `UNMASKED_CHROMIUM` names another one. ValueError where there is none."""
    found = os.environ.get("UNMASKED_CHROMIUM") or next((path for path in map(shutil.which, CHROMIUMS) if path), None)
    if found is None:
        raise ValueError("no Chromium or Chrome found to print with: install one, or name it in UNMASKED_CHROMIUM")
    return found


def pdf(book: Path, order: list[str], out: Path) -> None:
    """Prints the pages of the finished book in the folder `book`, in this order, into the file `out`."""
    with tempfile.TemporaryDirectory() as folder:
        written = Path(folder) / "book.html"
        written.write_text(joined(book, order, Path(folder)), encoding="utf-8")
        flags = ["--headless", "--disable-gpu", "--no-first-run", f"--user-data-dir={folder}/profile"]
        if hasattr(os, "geteuid") and os.geteuid() == 0:
            flags.append("--no-sandbox")
        flags += ["--no-pdf-header-footer", "--generate-pdf-document-outline", f"--print-to-pdf={out}"]
        done = subprocess.run([chromium(), *flags, written.as_uri()], capture_output=True, text=True, timeout=SECONDS)
    if done.returncode or not out.exists():
        raise ValueError(f"out: Chromium wrote no PDF: {done.stderr[-800:]}")


def joined(book: Path, order: list[str], folder: Path) -> str:
    """The pages as one page that loads its styles from `book` and its pictures, as JPEG, from `folder`."""
    chapters = [
        chapter(BeautifulSoup((book / f"{name}.html").read_text(encoding="utf-8"), "html.parser"), name, order)
        for name in order
    ]
    for made in chapters:
        for picture in made.find_all("img"):
            picture["src"] = _jpeg(book / picture["src"], folder)
    styles = "".join(f'<link rel="stylesheet" href="{(book / style).as_uri()}">' for style in STYLES)
    sheet = SHEET.read_text(encoding="utf-8")
    body = "\n".join(map(str, chapters))
    return (
        f'<!doctype html><html lang="en" data-theme="light" data-mode="light"><head><meta charset="utf-8">'
        f"<title>Unmasked</title>{styles}<style>{sheet}</style></head><body>{body}</body></html>"
    )


def chapter(soup: BeautifulSoup, name: str, order: list[str]) -> Tag:
    """A page as it stands on paper: hints open, answers at its end, links inside, no instructor's notes."""
    article = soup.select_one("article.bd-article")
    for gone in article.select(
        ".toctree-wrapper, .prev-next-footer, .sound audio, details.hide, details.note, p.bench a, .headerlink"
    ):
        gone.decompose()
    _answers_last(soup, article)
    for fold in article.find_all("details"):
        fold["open"] = ""
    for one in article.find_all(id=True):
        one["id"] = f"{name}--{one['id']}"
    for link in article.find_all("a", href=True):
        target = _target(link["href"], name, order)
        if target is None:
            link.unwrap()
        else:
            link["href"] = target
    for picture in article.find_all("img"):
        picture.attrs.pop("loading", None)
    article["class"] = "bd-article chapter"
    article["id"] = name
    return article


def _answers_last(soup: BeautifulSoup, article: Tag) -> None:
    """Takes the answers out of their places and puts them, numbered, at the end of the page."""
    answers = article.select("details.answer")
    if not answers:
        return
    last = soup.new_tag("section", attrs={"class": "answers"})
    heading = soup.new_tag("h2")
    heading.string = "Answers"
    last.append(heading)
    for number, answer in enumerate(answers, start=1):
        told = soup.new_tag("p", attrs={"class": "told"})
        told.string = f"Answer {number} is at the end of this chapter."
        question = answer.find_parent(class_="ask") or answer.find_parent(class_="turn")
        title = _title(answer)
        answer.extract()
        if question is not None:
            question.append(told)
        answer.find("summary").string = f"{number} · {title}"
        last.append(answer)
    article.append(last)


def _title(answer: Tag) -> str:
    """What an answer answers: the exercise's heading, or the question."""
    asked = answer.find_parent(class_="ask")
    if asked is not None:
        words = [line for line in asked.find_all("p", recursive=False) if "kind" not in (line.get("class") or [])]
        return re.sub(r"^\d+\.\s*", "", words[0].get_text().strip())
    heading = answer.find_previous(["h2", "h3"])
    return heading.get_text().strip() if heading else "Answer"


def _target(address: str, name: str, order: list[str]) -> str | None:
    """Where a link leads on the one page; None for what paper doesn't have."""
    if re.match(r"[a-z]+:", address):
        return address
    page, _, place = address.partition("#")
    page = page.removesuffix(".html") or name
    if page not in order:
        return None
    return f"#{page}--{place}" if place else f"#{page}"


def _jpeg(path: Path, folder: Path) -> str:
    kept = folder / "pictures" / f"{path.parent.name}-{path.stem}.jpg"
    kept.parent.mkdir(exist_ok=True)
    with Image.open(path) as picture:
        picture = picture.convert("RGB")
        picture.thumbnail((WIDEST, 2 * WIDEST))
        picture.save(kept, "JPEG", quality=QUALITY)
    return kept.as_uri()
