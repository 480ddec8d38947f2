"""From a notebook's outputs to files beside the pages: pictures as WebP, sounds as they are."""

from __future__ import annotations

import base64
import html
import io
import re
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image

QUALITY = 72  # of WebP: a grid of faces then takes a tenth of what it does without any loss
_IMAGE = re.compile(r"<img\b[^>]*>")
_SOUND = re.compile(r'<p>(.*?)</p>\s*<audio[^>]*>\s*<source src="data:audio/wav;base64,([^"]+)"[^>]*>.*?</audio>', re.S)


@dataclass
class Files:
    """What the pages of one lesson load: file name → its bytes, to be written into `folder` (as pages name it)."""

    folder: str
    kept: dict[str, bytes] = field(default_factory=dict)

    def add(self, name: str, ending: str, data: bytes) -> str:
        """Keeps a file under a name that is still free; returns its address as a page of the book writes it."""
        free, number = f"{name}{ending}", 1
        while free in self.kept:
            number += 1
            free = f"{name}-{number}{ending}"
        self.kept[free] = data
        return f"{self.folder}/{free}"

    def write(self, out: Path) -> None:
        """Writes them all under the folder `out`, where the pages are."""
        for name, data in self.kept.items():
            path = out / self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)


def moved(page: str, files: Files, name: str) -> str:
    """An output's HTML with its pictures and sounds taken out into `files` and named by address.

    ValueError for a picture without words: nothing may come into the book that some readers can't get at.
    """
    page = _IMAGE.sub(lambda found: _picture(found[0], files, name), page)
    return _SOUND.sub(lambda found: _sound(found[1], found[2], files, name), page)


def tag(address: str, alt: str, width: int, size: tuple[int, int], lazy: bool = True) -> str:
    """A picture's HTML. `width`: CSS pixels; `size`: pixels of the file, from which the page knows its height."""
    height = round(width * size[1] / size[0])
    later = ' loading="lazy"' if lazy else ""
    # The theme dims pictures in the dark unless they say that they stand it, and these are measured by their colours.
    return (
        f'<img class="drawn dark-light" src="{html.escape(address)}" alt="{html.escape(alt)}" width="{width}" '
        f'height="{height}"{later}>'
    )


def _picture(written: str, files: Files, name: str) -> str:
    alt, width, source = (re.search(rf'\b{key}="([^"]*)"', written) for key in ("alt", "width", "src"))
    if not alt or not html.unescape(alt[1]).strip():
        raise ValueError(f"{files.folder}, {name}: a picture has no alt text")
    if not source or not source[1].startswith("data:image/"):
        raise ValueError(
            f"{files.folder}, {name}: a picture comes from {source and source[1][:60]!r}, not from the page"
        )
    picture = Image.open(io.BytesIO(base64.b64decode(source[1].partition(",")[2])))
    kept = io.BytesIO()
    picture.convert("RGB").save(kept, "WEBP", quality=QUALITY, method=2)
    address = files.add(name, ".webp", kept.getvalue())
    return tag(address, html.unescape(alt[1]), int(width[1]) if width else picture.width // 2, picture.size)


def _sound(words: str, data: str, files: Files, name: str) -> str:
    address = files.add(name, ".wav", base64.b64decode(data))
    return (
        f'<p class="sound"><span>{words}</span> <audio controls preload="none" aria-label="{words}" src="{address}">'
        "</audio></p>"
    )
