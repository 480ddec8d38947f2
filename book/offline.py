"""What Sphinx wrote, looked through: everything a page loads is beside it, every link leads somewhere, all is light."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

HEAVIEST = 2_000_000  # bytes of a page with all that it loads
# What the theme brings and no page of the book uses.
SPARE = (
    "_static/**/*.map",
    "_static/vendor/**/*",
    "_static/*.html",
    "_static/scripts/fontawesome.js*",
    "_sphinx_design_static/**/*",
)
# What the theme's folds are called for those who don't see them: one has no name, and the other hides its own words.
NAMES = {
    '<summary><span class="toctree-toggle"': '<summary aria-label="Pages of this chapter"><span class="toctree-toggle"',
    '<summary aria-label="Toggle hidden content">': "<summary>",
}
_LOADS = {("script", "src"), ("img", "src"), ("audio", "src"), ("source", "src"), ("iframe", "src"), ("video", "src")}
# The theme's icons: their fonts, and a rule for each of two thousand.
_ICONS = re.compile(r"@font-face\s*\{[^}]*\}|\.fa-[\w-]+(?:,\.fa-[\w-]+)*\{--fa:[^}]*\}")
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:|//")
_STYLE_URL = re.compile(r"""url\(\s*["']?([^"')]+)["']?\s*\)""")


@dataclass
class Page:
    """What a page names: `ids`; `links` (addresses of <a>); `loads` (addresses of what it loads); `silent` pictures."""

    ids: set[str] = field(default_factory=set)
    links: list[str] = field(default_factory=list)
    loads: list[str] = field(default_factory=list)
    silent: list[str] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.page = Page()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        found = dict(attributes)
        if found.get("id"):
            self.page.ids.add(found["id"])
        if tag == "a" and found.get("href"):
            self.page.links.append(found["href"])
        if tag == "link" and found.get("href") and found.get("rel") in ("stylesheet", "preload", "icon"):
            self.page.loads.append(found["href"])
        self.page.loads += [value for name, value in attributes if (tag, name) in _LOADS and value]
        if tag == "img" and not (found.get("alt") or "").strip():
            self.page.silent.append(found.get("src") or "?")


def read(path: Path) -> Page:
    """What an HTML file names."""
    reader = _Reader()
    reader.feed(path.read_text(encoding="utf-8"))
    return reader.page


def tidy(out: Path) -> None:
    """Takes away what came with the theme and no page uses, in files and in styles, and names the theme's folds."""
    for path in out.glob("_static/styles/*.css"):
        path.write_text(_ICONS.sub("", path.read_text(encoding="utf-8")), encoding="utf-8")
    for path in out.glob("*.html"):
        text = path.read_text(encoding="utf-8")
        for written, better in NAMES.items():
            text = text.replace(written, better)
        path.write_text(text, encoding="utf-8")
    for pattern in SPARE:
        for path in out.glob(pattern):
            if path.is_file():
                path.unlink()


def weight(path: Path) -> int:
    """Bytes of a page and of all that it loads: styles, scripts, pictures, sounds."""
    loaded = {_file(path, address) for address in read(path).loads if not address.startswith("data:")}
    return path.stat().st_size + sum(file.stat().st_size for file in loaded)


def faults(out: Path, outside: tuple[str, ...] = ("../playground.html",)) -> list[str]:
    """Whatever hinders a reader without a network, in words: what is loaded from elsewhere or isn't there, links that
    lead nowhere, pictures without words, pages that are too heavy. `outside`: addresses that may be missing."""
    paths = sorted(out.rglob("*.html"))
    pages = {path: read(path) for path in paths}
    found = []
    for path, page in pages.items():
        found += [f"{path.name}: {words}" for words in _faults(path, page, pages, outside)]
    for path in sorted(out.rglob("*.css")):
        for address in _STYLE_URL.findall(path.read_text(encoding="utf-8")):
            if address.startswith(("http:", "https:", "//")):
                found.append(f"{path.name}: loads {address[:80]}")
    return found


def _faults(path: Path, page: Page, pages: dict[Path, Page], outside: tuple[str, ...]) -> Iterator[str]:
    for address in page.loads:
        if not _is_beside(path, address):
            yield f"loads {address[:80]}, which isn't beside it"
    yield from (f"a picture has no words: {source[:80]}" for source in page.silent)
    for link in page.links:
        if _SCHEME.match(link) or link.startswith(outside):
            continue
        target, place = _file(path, link), link.partition("#")[2]
        if not target.exists():
            yield f"links to {link[:80]}, which isn't there"
        elif place and target in pages and place not in pages[target].ids:
            yield f"links to {link[:80]}, and there is no such place"
    if all(_is_beside(path, address) for address in page.loads):
        heavy = weight(path)
        if heavy > HEAVIEST:
            yield f"weighs {heavy / 1e6:.2f} MB with all that it loads; {HEAVIEST / 1e6:.0f} are the most"


def _is_beside(page: Path, address: str) -> bool:
    """Whether what a page loads is in the page itself or in a file of the book."""
    if address.startswith("data:"):
        return True
    return not _SCHEME.match(address) and _file(page, address).exists()


def _file(page: Path, address: str) -> Path:
    """The file that an address on a page leads to; the page itself for a place on it."""
    name = re.split(r"[?#]", address)[0]
    return (page.parent / name).resolve() if name else page
