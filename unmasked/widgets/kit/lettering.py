"""Words on pictures: one calm typeface, anti-aliased, the same on every machine."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np

INK = (31, 35, 40)
FAINT = (100, 108, 117)


@cache
def font(size: float, bold: bool = False):
    """DejaVu Sans, which Matplotlib brings along, at `size` pixels."""
    import matplotlib
    from PIL import ImageFont

    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    return ImageFont.truetype(str(Path(matplotlib.get_data_path()) / "fonts" / "ttf" / name), size)


def text_width(words: str, size: float, bold: bool = False) -> int:
    """How many pixels wide `words` will be."""
    return int(np.ceil(font(size, bold).getlength(words)))


def wrap(words: str, width: int, size: float, bold: bool = False) -> list[str]:
    """`words` in lines of at most `width` pixels; a word that is longer gets a line of its own."""
    lines: list[str] = []
    for paragraph in words.split("\n"):
        line = ""
        for word in paragraph.split():
            longer = f"{line} {word}".strip()
            if line and text_width(longer, size, bold) > width:
                lines.append(line)
                longer = word
            line = longer
        lines.append(line)
    return lines


def write(
    picture: np.ndarray,
    words: str,
    x: float,
    y: float,
    size: float = 13,
    colour: tuple[int, ...] = INK,
    anchor: str = "la",
    bold: bool = False,
) -> None:
    """Writes one line into `picture`, uint8 (H, W, 3) or (H, W, 4), in place.

    x, y in pixels; `anchor` as Pillow has it: l, m, r (left, middle, right) and a, m, s (ascender, middle, baseline).
    """
    from PIL import Image, ImageDraw

    canvas = Image.fromarray(picture)
    draw = ImageDraw.Draw(canvas)
    fill = (*colour[:3], 255) if picture.shape[2] == 4 else tuple(colour[:3])
    draw.text((x, y), words, font=font(size, bold), fill=fill, anchor=anchor)
    picture[:] = np.asarray(canvas)
