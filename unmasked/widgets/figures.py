"""Still figures whose alt text arrives in the page: Matplotlib's, and grids of pictures."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from unmasked.course import lesson
from unmasked.widgets.kit import (
    FAINT,
    INK,
    PAPER,
    SHARP,
    WIDTH,
    bundle,
    check_alt,
    check_picture,
    enlarge,
    text_width,
    to_rgb,
    wrap,
    write,
)

LETTERS = 12.5  # CSS pixels
_ID = re.compile(r"[a-z0-9-]+\.[a-z0-9-]+")


def alt_text(id: str, **values) -> str:
    """The words of a figure for those who don't see it, from the lesson's .toml, where they don't give anything away.

    `id`: as in "two-decoders.crossed". `values` fill the {names} in the words. Raises ValueError for an id that the
    lesson doesn't have, and for a name without a value.
    """
    topic = lesson.topic_of(id)
    words = lesson.load(topic).figures.get(id)
    if words is None:
        raise ValueError(f"id: the .toml of the lesson {topic!r} has no [figures] entry {id!r}")
    try:
        return words.format(**values)
    except (KeyError, IndexError) as error:
        raise ValueError(f"values: the words of {id!r} want a value for {error}") from None


def words_of(alt: str) -> str:
    """The words that `alt` is, or names. Raises as `show`."""
    alt = alt_text(alt) if isinstance(alt, str) and _ID.fullmatch(alt) else alt
    check_alt(alt)
    return alt


def show(figure, alt: str) -> None:
    """Shows a Matplotlib figure with its alt text, and closes it so that it does not come twice.

    `alt`: what the figure shows and what is to be seen in it, in a sentence or two; or the id of such words in the
    lesson's .toml, "two-decoders.crossed". Raises TypeError or ValueError when it is missing or says too little, or
    when `figure` is no figure.
    """
    alt = words_of(alt)
    if not hasattr(figure, "savefig"):
        raise TypeError(f"figure: wanted a Matplotlib figure, got {type(figure).__name__}")
    from IPython.display import display
    from matplotlib import pyplot

    pyplot.close(figure)  # before it's drawn: nobody else may draw it at the same time
    picture = _pixels(figure)
    data, metadata = bundle(picture, alt, width=min(WIDTH, picture.shape[1] // SHARP))
    display(data, metadata=metadata, raw=True)


def _pixels(figure) -> np.ndarray:
    from io import BytesIO

    import cv2

    memory = BytesIO()
    # 100 CSS pixels an inch, as notebooks show figures: then 10-point letters are as large as the text around them.
    figure.savefig(memory, format="png", dpi=100 * SHARP, bbox_inches="tight", facecolor="white")
    picture = cv2.imdecode(np.frombuffer(memory.getvalue(), np.uint8), cv2.IMREAD_COLOR)
    return picture[..., ::-1].copy()


def show_pictures(
    pictures,
    titles: Sequence[str] = (),
    rows: Sequence[str] = (),
    *,
    alt: str,
    scale: float | None = None,
    smooth: bool = False,
) -> None:
    """Shows a row or a grid of pictures, crisp and labelled, at most as wide as a notebook.

    `pictures`: a sequence of pictures (one row), or a sequence of rows of pictures. A picture is uint8 (H, W, 3) or
    (H, W), or float (H, W, 3), (H, W), (3, H, W) or a torch tensor like that in 0…1. A batch (N, H, W, 3), (N, H, W) or
    (N, 3, H, W) is a row. None leaves a place empty. `titles` stand above the columns, `rows` beside the rows. `scale`:
    CSS pixels a pixel of the picture; by default whatever fits. `smooth`: upscale smoothly rather than in squares.
    `alt`: as in `show`.
    Raises TypeError or ValueError when pictures, labels or `alt` do not fit.
    """
    from IPython.display import display

    alt = words_of(alt)
    picture = picture_grid(pictures, titles, rows, scale=scale, smooth=smooth)
    data, metadata = bundle(picture, alt, smooth=smooth)
    display(data, metadata=metadata, raw=True)


def picture_grid(
    pictures,
    titles: Sequence[str] = (),
    rows: Sequence[str] = (),
    *,
    scale: float | None = None,
    smooth: bool = False,
    width: int = WIDTH,
) -> np.ndarray:
    """The grid of `show_pictures` as one picture, uint8 (H, W, 3), at two pixels a CSS pixel; `width` in CSS pixels."""
    grid = _grid(pictures)
    columns = max(len(row) for row in grid)
    titles, rows = list(titles), list(rows)
    if titles and len(titles) != columns:
        raise ValueError(f"titles: wanted one a column, {columns}, got {len(titles)}")
    if rows and len(rows) != len(grid):
        raise ValueError(f"rows: wanted one a row, {len(grid)}, got {len(rows)}")
    size = LETTERS * SHARP
    gap = 6 * SHARP
    beside = min(150 * SHARP, max(text_width(row, size) for row in rows) + 10 * SHARP) if rows else 0

    heights = [max(picture.shape[0] for picture in row if picture is not None) for row in grid]
    widths = [
        max((row[column].shape[1] for row in grid if column < len(row) and row[column] is not None), default=1)
        for column in range(columns)
    ]
    room = (width * SHARP - beside - gap * (columns - 1)) / sum(widths)
    factor = min(room, scale * SHARP if scale else _comfortable(max(widths + heights)))
    if factor >= 2 and not smooth:
        factor = int(factor)  # whole squares: else some pixels would look wider than others

    cells = [[None if p is None else enlarge(p, factor, smooth) for p in row] for row in grid]
    wide = [max(1, round(w * factor)) for w in widths]
    high = [max(1, round(h * factor)) for h in heights]
    headings = [wrap(title, max(wide[column], 40 * SHARP), size) for column, title in enumerate(titles)]
    line = round(17 * SHARP)
    head = line * max((len(heading) for heading in headings), default=0) + (3 * SHARP if titles else 0)

    # A title may be wider than its column: the columns move apart rather than write over each other.
    for column, heading in enumerate(headings):
        wide[column] = max(wide[column], max(text_width(words, size) for words in heading))
    across = beside + sum(wide) + gap * (columns - 1)
    paper = np.full((head + sum(high) + gap * (len(grid) - 1), across, 3), PAPER, np.uint8)
    lefts = [beside + sum(wide[:column]) + gap * column for column in range(columns)]
    for left, heading in zip(lefts, headings, strict=False):
        above = head - 3 * SHARP - line * len(heading)
        for number, words in enumerate(heading):
            write(paper, words, left, above + number * line, size, INK)
    top = head
    for index, row in enumerate(cells):
        if rows:
            lines = wrap(rows[index], beside - 10 * SHARP, size)
            start = top + high[index] / 2 - line * (len(lines) - 1) / 2
            for number, words in enumerate(lines):
                write(paper, words, 0, start + number * line, size, FAINT, anchor="lm")
        for left, cell in zip(lefts, row, strict=False):
            if cell is not None:
                paper[top : top + cell.shape[0], left : left + cell.shape[1]] = cell
        top += high[index] + gap
    return paper


def _comfortable(largest: int) -> float:
    """Paper pixels a pixel: small pictures become about 150 CSS pixels, large ones keep their size."""
    return SHARP * max(1.0, 150 / largest)


def _grid(pictures) -> list[list[np.ndarray | None]]:
    if isinstance(pictures, np.ndarray) or hasattr(pictures, "detach"):
        pictures = list(pictures) if pictures.ndim in (4, 5) or _is_row(pictures) else [pictures]
    try:
        pictures = list(pictures)
    except TypeError:
        raise TypeError(f"pictures: wanted pictures or rows of them, got {type(pictures).__name__}") from None
    if not pictures:
        raise ValueError("pictures: wanted at least one, got none")
    if all(_is_row(item) for item in pictures):
        grid = [[_picture(item) for item in row] for row in pictures]
    else:
        grid = [[_picture(item) for item in pictures]]
    if any(all(picture is None for picture in row) for row in grid):
        raise ValueError("pictures: a row has no picture at all")
    return grid


def _is_row(item) -> bool:
    if isinstance(item, list | tuple):
        return True
    shape = tuple(getattr(item, "shape", ()))
    grey = len(shape) == 3 and shape[0] not in (1, 3) and shape[2] not in (1, 3, 4)
    return len(shape) == 4 or grey


def _picture(item) -> np.ndarray | None:
    if item is None:
        return None
    if hasattr(item, "detach"):
        item = item.detach().float().cpu().numpy() if item.is_floating_point() else item.cpu().numpy()
        if item.ndim == 3 and item.shape[0] in (1, 3) and item.shape[2] not in (1, 3):
            item = np.moveaxis(item, 0, 2)
    if not isinstance(item, np.ndarray):
        raise TypeError(f"pictures: wanted NumPy arrays or torch tensors, got {type(item).__name__}")
    if item.ndim == 3 and item.shape[0] in (1, 3) and item.shape[2] not in (1, 3, 4):
        item = np.moveaxis(item, 0, 2)
    if item.ndim == 3 and item.shape[2] == 1:
        item = item[..., 0]
    if item.dtype == bool:
        item = item.astype(np.uint8) * 255
    if np.issubdtype(item.dtype, np.floating):
        if not np.isfinite(item).all():
            raise ValueError("pictures: floats must be finite and in 0…1, got NaN or infinity among them")
        if item.min() < -0.5 or item.max() > 1.5:  # a network may overshoot a little; anything more is another scale
            raise ValueError(f"pictures: floats must be in 0…1, got {item.min():g}…{item.max():g}")
        item = np.rint(np.clip(item, 0, 1) * 255).astype(np.uint8)
    check_picture(item, "pictures")
    return to_rgb(item)
