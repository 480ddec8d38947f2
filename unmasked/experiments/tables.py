"""Kept tables: what experiments over several seeds found, each written by a command that makes it again."""

import json
import re
from collections.abc import Mapping
from pathlib import Path

from unmasked import paths, storage


def load_table(name: str, *, folder: Path | None = None) -> dict:
    """The kept table of that name: its command, settings, rows, and what else its experiment keeps.

    name     of the experiment's module, with hyphens; `folder`: data/tables where None.
    Raises ValueError for an unknown or damaged table, naming the command that makes it.
    """
    path = table_path(name, folder)
    again = f"make it with: python -m unmasked.experiments.{name.replace('-', '_')}"
    if not path.exists():
        raise ValueError(f"name: there is no table {name!r} ({path} is missing); {again}")
    try:
        table = json.loads(path.read_text("utf-8"))
        if not isinstance(table["rows"], list):
            raise TypeError("its rows are no list")
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(f"name: {path} is damaged ({error}); {again}") from error
    return table


def save_table(name: str, table: Mapping, *, folder: Path | None = None) -> Path:
    """Writes a table, aside and then renamed, one row a line; returns the file. ValueError where it holds NaN."""
    rows = ",\n".join("    " + json.dumps(row, allow_nan=False) for row in table["rows"])
    rest = json.dumps({key: value for key, value in table.items() if key != "rows"}, indent=2, allow_nan=False)
    path = table_path(name, folder)
    storage.write_aside(path, (rest.removesuffix("\n}") + f',\n  "rows": [\n{rows}\n  ]\n}}\n').encode())
    return path


def table_path(name: str, folder: Path | None = None) -> Path:
    """The file of the table of that name, there or not; `folder`: data/tables where None."""
    if not isinstance(name, str) or not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name):
        raise ValueError(f"name: wanted lower-case letters, digits and hyphens, like 'two-decoders', got {name!r}")
    return (paths.DATA / "tables" if folder is None else Path(folder)) / f"{name}.json"


def rounded(row: Mapping) -> dict:
    """A row as it is kept: its floats to four decimals."""
    return {key: round(value, 4) if isinstance(value, float) else value for key, value in row.items()}


def in_words(row: Mapping) -> str:
    """A row as it is printed."""
    return "  ".join(f"{key} {value}" for key, value in row.items())
