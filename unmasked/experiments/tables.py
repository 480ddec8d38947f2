"""Kept tables: what experiments over several seeds found, each written by a command that makes it again."""

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

import cv2
import numpy as np

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


def keep_rows(
    name: str,
    table: Mapping,
    columns: Sequence[str],
    wanted: Sequence[tuple],
    make: Callable[[list[tuple]], Iterable[Mapping]],
    *,
    fresh: bool = False,
    folder: Path | None = None,
) -> list[dict]:
    """Makes the rows that a table still lacks, and writes it after each: an interruption loses one row at most.

    table     all that it keeps beside its rows. Rows of an earlier call stay where all of it is the same, and not
              `fresh`.
    columns   those that tell a row from the others; `wanted`: their values, in the order of the rows.
    make      what is missing of `wanted`, in order → its rows, one after the other in that order.
    Prints each new row; returns them all, as `rounded` has them. Raises what `make` raises.
    """
    table = json.loads(json.dumps(table))  # pairs become lists, as they are in what was kept
    rows = {} if fresh else _kept_rows(name, table, columns, folder)
    if rows:
        print(f"{len(rows)} rows with these settings are kept; only the others are made now")
    missing = [key for key in wanted if key not in rows]
    for key, row in zip(missing, make(missing), strict=True):
        rows[key] = rounded(row)
        print(in_words(rows[key]), flush=True)
        save_table(name, table | {"rows": [rows[key] for key in wanted if key in rows]}, folder=folder)
    print(f"{len(wanted)} rows stand in {name}.json")
    return [rows[key] for key in wanted]


def _kept_rows(name: str, table: Mapping, columns: Sequence[str], folder: Path | None) -> dict[tuple, dict]:
    if not table_path(name, folder).exists():
        return {}
    kept = load_table(name, folder=folder)
    if any(kept.get(key) != value for key, value in table.items()):
        return {}
    return {tuple(row[column] for column in columns): row for row in kept["rows"]}


def save_strips(name: str, strips: Mapping[str, np.ndarray], *, folder: Path | None = None) -> Path:
    """Keeps pictures beside a table, one strip of them a name, as one PNG; returns the file.

    strips    name → uint8 (count, S, S, 3), all of one shape. ValueError for others.
    """
    if len({strip.shape for strip in strips.values()}) != 1:
        raise ValueError(f"strips: wanted some, all of one shape, got {[strip.shape for strip in strips.values()]}")
    sheet = np.concatenate([np.concatenate(list(strip), 1) for strip in strips.values()])
    done, coded = cv2.imencode(".png", sheet[..., ::-1], [cv2.IMWRITE_PNG_COMPRESSION, 9])
    if not done:
        raise RuntimeError("OpenCV could not write the PNG")
    path = table_path(name, folder).with_suffix(".png")
    storage.write_aside(path, coded.tobytes())
    return path


def load_strips(
    name: str, names: Sequence[str], count: int, side: int = 64, *, folder: Path | None = None
) -> dict[str, np.ndarray]:
    """The pictures that `save_strips` kept, uint8 (count, side, side, 3) a name of `names`, in the order of saving.

    Raises ValueError, with the command that makes them, where they are missing, damaged or of another size.
    """
    path = table_path(name, folder).with_suffix(".png")
    sheet = cv2.imread(str(path)) if path.exists() else None
    wanted = (side * len(names), side * count, 3)
    if sheet is None or sheet.shape != wanted:
        found = "missing or damaged" if sheet is None else f"of shape {sheet.shape}"
        again = f"make it with: python -m unmasked.experiments.{name.replace('-', '_')}"
        raise ValueError(f"folder: wanted {path} with pictures of shape {wanted}, it is {found}; {again}")
    cells = sheet[..., ::-1].reshape(len(names), side, count, side, 3).transpose(0, 2, 1, 3, 4)
    return dict(zip(names, cells, strict=True))


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
