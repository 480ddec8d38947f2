"""Tables that fit the page, read well aloud, and say how far seeds lie apart."""

from __future__ import annotations

import html
import re
import statistics
import textwrap
from collections.abc import Callable, Iterable, Mapping, Sequence
from numbers import Integral, Real

import numpy as np

Form = str | Callable[[object], str] | None

HEADING = 12  # letters: a heading of the plain text is wrapped at this width, or at its column's where that is wider
NUMBER = re.compile(r"[-+−]?\d")
# Written into each element: a page may drop an output's style sheet, and Jupyter's own centres and stripes all tables.
PLAIN = "background: transparent; color: inherit; vertical-align: bottom; padding: 3px 12px 3px 0"
HEAD = PLAIN + "; max-width: 9em; border-bottom: 1px solid rgba(128, 128, 128, 0.6)"
TABLE = "margin: 4px 0 10px 0; width: auto; table-layout: auto; border-collapse: collapse; background: transparent; "
TABLE += "font-size: inherit; font-variant-numeric: tabular-nums"
CAPTION = "caption-side: top; text-align: left; color: inherit; padding: 0 0 4px 0; white-space: "
LONG = 60  # letters: up to this a caption keeps to one line, and a narrow table grows as wide as it


class Table:
    """A finished table: `repr` is its plain text, and a notebook shows its HTML."""

    def __init__(self, titles: Sequence[str], rows: Sequence[Sequence[str]], caption: str = ""):
        self.titles, self.rows, self.caption = titles, rows, caption
        self.aligned = [_alignment([row[column] for row in rows]) for column in range(len(titles))]

    def __repr__(self) -> str:
        longest = [max((len(row[column]) for row in self.rows), default=0) for column in range(len(self.titles))]
        heads = [
            textwrap.wrap(title, max(HEADING, wide), break_long_words=False) or [""]
            for title, wide in zip(self.titles, longest, strict=True)
        ]
        widths = [max(wide, *map(len, head)) for wide, head in zip(longest, heads, strict=True)]
        high = max(map(len, heads))
        lines = [self.caption] if self.caption else []
        lines += [self._line(parts, widths) for parts in zip(*([""] * (high - len(h)) + h for h in heads), strict=True)]
        lines += [self._line(row, widths) for row in self.rows] or ["(no rows)"]
        return "\n".join(lines)

    def _line(self, parts: Sequence[str], widths: Sequence[int]) -> str:
        put = {"left": str.ljust, "right": str.rjust}
        cells = [put[side](part, wide) for part, wide, side in zip(parts, widths, self.aligned, strict=True)]
        return "  ".join(cells).rstrip()

    def _repr_html_(self) -> str:
        wrap = "normal" if len(self.caption) > LONG else "nowrap"
        caption = f'<caption style="{CAPTION}{wrap}">{html.escape(self.caption)}</caption>' if self.caption else ""
        head = self._row(self.titles, ["col"] * len(self.titles), HEAD)
        body = [self._row(row, ["row"] + [""] * (len(row) - 1), PLAIN) for row in self.rows]
        body = body or [f'<tr><td colspan="{len(self.titles)}" style="{PLAIN}; text-align: left">no rows</td></tr>']
        body = "\n".join(body)
        return f'<table style="{TABLE}">{caption}\n<thead>{head}</thead>\n<tbody>\n{body}\n</tbody>\n</table>'

    def _row(self, parts: Sequence[str], scopes: Sequence[str], style: str) -> str:
        cells = []
        for part, scope, side in zip(parts, scopes, self.aligned, strict=True):
            weight = "600" if scope == "col" else "normal"
            wrap = "nowrap" if side == "right" and scope != "col" else "normal"
            look = f'style="{style}; text-align: {side}; font-weight: {weight}; white-space: {wrap}"'
            # An empty heading is nothing that a screen reader could announce: the table's corner is a plain cell.
            cells.append(
                f'<th scope="{scope}" {look}>{html.escape(part)}</th>'
                if scope and part
                else f"<td {look}>{html.escape(part)}</td>"
            )
        return f'<tr style="background: transparent">{"".join(cells)}</tr>'


def show_table(
    rows: Sequence[Mapping] | Mapping,
    columns: Sequence[str] | Mapping[str, Form] | None = None,
    *,
    caption: str | None = None,
    names: str = "",
    form: str = ".2f",
) -> None:
    """Shows a table no wider than it must be, numbers on the right, with `caption` above it.

    `rows`: a list of {column: cell}; or {name: {column: cell}}, and the names come first, under the title `names`; or
    {name: cell} with one column. A cell is text, a number, a tuple such as a shape, or None (empty). A list or array of
    numbers, one a seed, becomes mean ± standard deviation (the sample's); of one seed only the value. `columns`: which,
    in order, or {column: form} (all, by default). A column's form says how its numbers are written, such as ".1f" or
    ".0%", or is a function from a cell to its text; a column without one writes whole numbers whole and all others by
    `form`. Raises TypeError or ValueError when a cell, a column or a form does not fit.
    """
    from IPython.display import display

    display(table(rows, columns, caption=caption, names=names, form=form))


def table(rows, columns=None, *, caption: str | None = None, names: str = "", form: str = ".2f") -> Table:
    """What `show_table` shows, from the same arguments."""
    for argument, words in (("caption", caption or ""), ("names", names), ("form", form)):
        if not isinstance(words, str):
            raise TypeError(f"{argument}: wanted text, got {type(words).__name__}")
    forms = _forms(columns)
    named = isinstance(rows, Mapping)
    if named and rows and not any(isinstance(row, Mapping) for row in rows.values()):
        if len(forms) != 1:
            raise ValueError(f"columns: wanted one, as each name has a single cell; got {len(forms)}")
        rows = {name: dict.fromkeys(forms, cell) for name, cell in rows.items()}
    bodies = list(rows.values()) if named else _listed(rows)
    for number, row in enumerate(bodies):
        if not isinstance(row, Mapping):
            raise TypeError(f"rows: wanted a dict of cells a row, got {type(row).__name__} in row {number}")
    known = list(dict.fromkeys(column for row in bodies for column in row))
    forms = forms or dict.fromkeys(known)
    if not forms:
        raise ValueError("rows: wanted at least one row with a cell, or else the columns of an empty table; got none")
    for column in forms:
        if bodies and column not in known:
            raise ValueError(f"columns: no row has {column!r}; the rows have {', '.join(map(repr, known))}")
    cells = [[_text(row.get(column), own, form, column) for column, own in forms.items()] for row in bodies]
    titles = [str(column) for column in forms]
    if named:
        titles = [names, *titles]
        cells = [[_text(name, ",", form, names), *row] for name, row in zip(rows, cells, strict=True)]
    return Table(titles, cells, caption or "")


def _listed(rows) -> list:
    if isinstance(rows, str) or not isinstance(rows, Iterable):
        raise TypeError(f"rows: wanted a list of dicts or a dict of rows by name, got {type(rows).__name__}")
    return list(rows)


def _forms(columns) -> dict[str, Form]:
    if columns is None:
        return {}
    if isinstance(columns, str) or not isinstance(columns, Iterable):
        raise TypeError(f"columns: wanted a list of names or a dict from name to form, got {type(columns).__name__}")
    return dict(columns) if isinstance(columns, Mapping) else dict.fromkeys(columns)


def _text(cell, own: Form, form: str, column: str) -> str:
    """A cell as it is written: by its column's `own` form, or else by the table's."""
    if callable(own):
        return str(own(cell))
    if cell is None or isinstance(cell, str):
        return cell or ""
    if isinstance(cell, tuple):  # a shape, say: nothing to average
        return str(tuple(cell))
    if isinstance(cell, bool | np.bool_):
        return "yes" if cell else "no"
    numbers = _numbers(cell, column)
    several = len(numbers) > 1
    parts = [statistics.fmean(numbers), statistics.stdev(numbers)] if several else numbers
    write = own or ("," if isinstance(parts[0], Integral) else form)
    try:
        return " ± ".join(_unsigned_zero(format(part, write)) for part in parts)
    except (ValueError, TypeError) as error:
        raise ValueError(f"columns: the form {write!r} of {column!r} does not fit {parts[0]!r}: {error}") from None


def _unsigned_zero(text: str) -> str:
    return text if re.search("[1-9a-z]", text) else text.lstrip("-")


def _numbers(cell, column: str) -> list[Real]:
    """The numbers of a cell: one, or several of a list, an array or a tensor."""
    wanted = f"rows: a cell of {column!r} is text, a number, or several numbers in a list"
    numbers = cell.tolist() if hasattr(cell, "tolist") else cell  # NumPy's and torch's
    numbers = list(numbers) if isinstance(numbers, list) else [numbers]
    numbers = [number.item() if hasattr(number, "item") else number for number in numbers]
    if not numbers:
        raise ValueError(f"{wanted}; got an empty list")
    for number in numbers:
        if not isinstance(number, Real):
            raise TypeError(f"{wanted}; got {type(number).__name__}")
    return numbers


def _alignment(cells: Sequence[str]) -> str:
    filled = [cell for cell in cells if cell]
    return "right" if filled and all(NUMBER.match(cell) for cell in filled) else "left"
