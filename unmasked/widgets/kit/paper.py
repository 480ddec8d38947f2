"""Still pictures for the page: panels with titles laid out on paper, and the mime bundle in which they travel."""

from __future__ import annotations

import base64
import html
from collections.abc import Sequence

import cv2
import numpy as np

from unmasked.widgets.kit.frames import Panel, encode_png, to_rgb
from unmasked.widgets.kit.lettering import FAINT, INK, text_width, wrap, write

WIDTH = 700  # CSS pixels: what a notebook's output area leaves on a small laptop
SHARP = 2  # paper pixels a CSS pixel, so that letters stay crisp on dense screens
GAP = 12
PAPER = (255, 255, 255)


def blank(width: int, height: int) -> np.ndarray:
    """White paper of `width` × `height` CSS pixels: uint8 (SHARP · height, SHARP · width, 3)."""
    return np.full((height * SHARP, width * SHARP, 3), PAPER, np.uint8)


def side_by_side(pictures: np.ndarray, gap: int) -> np.ndarray:
    """Pictures uint8 (N, H, W, 3) in a row, with transparent gaps: uint8 (H, N · (W + gap) − gap, 4)."""
    # Without the gap two neighbours would look like one.
    opaque = np.concatenate([pictures, np.full_like(pictures[..., :1], 255)], 3)
    row = np.concatenate(list(np.pad(opaque, ((0, 0), (0, 0), (0, gap), (0, 0)))), 1)
    return row[:, : row.shape[1] - gap]


def enlarge(picture: np.ndarray, scale: float, smooth: bool = False) -> np.ndarray:
    """The picture `scale` times as large: crisp squares, or smooth. Smaller than 1 always averages."""
    height, width = picture.shape[:2]
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC if smooth else cv2.INTER_NEAREST
    return cv2.resize(picture, size, interpolation=way)


def compose(panels: Sequence[Panel], words: str = "", width: int = WIDTH) -> np.ndarray:
    """The panels with their titles, side by side in as many rows as `width` (CSS pixels) needs, and `words` below.

    Returns uint8 (H, W, 3), at `SHARP` pixels a CSS pixel.
    """
    rows: list[list[Panel]] = [[]]
    room = width
    for panel in panels:
        wide = min(width, round(panel.picture.shape[1] * panel.scale))
        if rows[-1] and wide > room:
            rows.append([])
            room = width
        rows[-1].append(panel)
        room -= wide + GAP
    strips = [_row(row, width) for row in rows]
    across = max(strip.shape[1] for strip in strips)
    if words:
        longest = max(text_width(line, 13 * SHARP) for line in words.split("\n"))
        across = max(across, min(width * SHARP, longest))
        strips.append(_lines(words, across))
    gap = np.full((GAP * SHARP, across, 3), PAPER, np.uint8)
    parts = []
    for strip in strips:
        parts += [cv2.copyMakeBorder(strip, 0, 0, 0, across - strip.shape[1], cv2.BORDER_CONSTANT, value=PAPER), gap]
    return np.vstack(parts[:-1])


def _row(panels: Sequence[Panel], width: int) -> np.ndarray:
    titled = any(panel.title for panel in panels)
    head = 22 * SHARP if titled else 0
    blocks = []
    for panel in panels:
        scale = min(panel.scale, width / panel.picture.shape[1]) * SHARP
        picture = enlarge(to_rgb(panel.picture, PAPER), scale, panel.smooth)
        wide = max(picture.shape[1], text_width(panel.title, 13 * SHARP) if panel.title else 0)
        block = np.full((head + picture.shape[0], wide, 3), PAPER, np.uint8)
        block[head:, : picture.shape[1]] = picture
        if panel.title:
            write(block, panel.title, 0, 0, 13 * SHARP, INK)
        blocks.append(block)
    high = max(block.shape[0] for block in blocks)
    gap = np.full((high, GAP * SHARP, 3), PAPER, np.uint8)
    parts = []
    for block in blocks:
        parts += [cv2.copyMakeBorder(block, 0, high - block.shape[0], 0, 0, cv2.BORDER_CONSTANT, value=PAPER), gap]
    return np.hstack(parts[:-1])


def _lines(words: str, width: int) -> np.ndarray:
    lines = wrap(words, width, 13 * SHARP)
    step = 20 * SHARP
    block = np.full((step * len(lines), width, 3), PAPER, np.uint8)
    for number, line in enumerate(lines):
        write(block, line, 0, number * step, 13 * SHARP, FAINT)
    return block


def with_points(panel: Panel, points: Sequence[Sequence[float]], lines: Sequence[Sequence[int]] = ()) -> Panel:
    """The panel with points (P, 2), fractions of the picture, and lines through them, drawn as the page shows them."""
    scale = panel.scale * SHARP
    picture = enlarge(to_rgb(panel.picture, PAPER), scale, panel.smooth).copy()
    height, width = picture.shape[:2]
    places = np.rint(np.asarray(points, np.float64) * (width, height) * 16).astype(np.int32)
    for colour, thick in (((255, 255, 255), 3), (INK, 1)):  # dark on light: seen on any ground
        for line in lines:
            cv2.polylines(picture, [places[list(line)][:, None]], False, colour, thick * SHARP, cv2.LINE_AA, 4)
    for place in places:
        for colour, radius in (((255, 255, 255), 7), (INK, 6), ((255, 255, 255), 4)):
            cv2.circle(picture, tuple(map(int, place)), radius * SHARP * 16, colour, -1, cv2.LINE_AA, 4)
    return Panel(picture, panel.title, panel.alt, 1 / SHARP, smooth=True, drawing=panel.drawing)


def bundle(
    picture: np.ndarray, alt: str, width: int | None = None, small: bool = False, smooth: bool = False
) -> tuple[dict, dict]:
    """The mime bundle (data, metadata) of a still picture whose alt text arrives.

    JupyterLab's picture renderer drops alt text, so `text/html` with an <img alt> goes first: it is what JupyterLab,
    nbviewer and most others choose. It holds every pixel, or nearly, if `small` (the stills of benches, which nobody
    measures) or `smooth` (enlarged so that no pixel shows). For renderers that show pictures only there is the picture
    at one pixel a CSS pixel, `image/png` or `image/jpeg`, whichever is smaller: a notebook must not carry everything
    twice. `width` in CSS pixels.
    """
    width = width or picture.shape[1] // SHARP
    # At a quality above 100 nothing is lost, and crisp squares take three quarters of a PNG's bytes. Of what is smooth
    # that would take six times the bytes, and a second of work for a wide figure.
    quality = 90 if small else 95 if smooth else 101
    page = _encode(picture, ".webp", cv2.IMWRITE_WEBP_QUALITY, quality)
    image = (
        f'<img alt="{html.escape(alt, quote=True)}" width="{width}" style="max-width: 100%; height: auto" '
        f'src="data:image/webp;base64,{base64.b64encode(page).decode()}">'
    )
    plain = enlarge(picture, 1 / SHARP)
    copies = {
        "image/png": encode_png(plain),
        "image/jpeg": _encode(plain, ".jpg", cv2.IMWRITE_JPEG_QUALITY, 90),
    }
    kind = min(copies, key=lambda name: len(copies[name]))
    data = {"text/plain": alt, "text/html": image, kind: base64.b64encode(copies[kind]).decode()}
    return data, {kind: {"alt": alt, "width": width}}


def _encode(picture: np.ndarray, ending: str, setting: int, quality: int) -> bytes:
    done, data = cv2.imencode(ending, np.ascontiguousarray(picture[..., ::-1]), [setting, quality])
    if not done:
        raise RuntimeError(f"OpenCV could not write a {ending} of a picture with shape {picture.shape}")
    return data.tobytes()
