"""Checking experiments: the table's schema, and one of its rows run again."""

from collections.abc import Callable
from typing import Any

from unmasked.course.checks.toolbox.trial import Open, Trial, holds_ellipsis, refuse
from unmasked.course.checks.toolbox.values import close
from unmasked.course.checks.toolbox.words import describe, listed

_WORDS = {float: "a number", int: "a whole number", str: "words", bool: "True or False"}


def has_columns(rows: Any, columns: dict[str, type], at_least: int = 1) -> None:
    """Refuse unless `rows` is a list of dicts with these entries, each of its type, at least so many of them.

    float takes any finite number, NumPy's and 0-d tensors too.
    """
    if holds_ellipsis(rows):
        raise Open
    if not isinstance(rows, (list, tuple)) or not all(isinstance(row, dict) for row in rows):
        refuse(f"A list of dicts was expected, one a row; got {describe(rows)}.")
    if len(rows) < at_least:
        refuse(f"At least {at_least} rows were expected; got {len(rows)}.")
    for number, row in enumerate(rows, start=1):
        missing = [name for name in columns if name not in row]
        if missing:
            refuse(f"Row {number} should have {listed(columns)}; missing: {listed(missing)}.")
        for name, kind in columns.items():
            if row[name] is ...:
                raise Open
            if not _is(row[name], kind):
                refuse(
                    f"`{name}` in row {number} should be {_WORDS.get(kind, kind.__name__)}; got {describe(row[name])}."
                )


def rerun_agrees(trial: Trial, row: dict, rerun: Callable[[dict], Any], column: str, tolerance: float = 1e-2) -> None:
    """Refuse unless running one row again gives its value of `column`, within `tolerance` times 1 + |value|.

    `rerun(row)` computes it by the reference's way from the row's own settings.
    """
    settings = {name: value for name, value in row.items() if name != column}
    close(row[column], float(rerun(row)), f"`{column}` for {_settings(settings)}, run again,", tolerance)


def _is(value: Any, kind: type) -> bool:
    if kind in (float, int):
        if isinstance(value, (str, bytes)) or (isinstance(value, bool) and kind is float):
            return False
        try:
            number = float(value)
        except (TypeError, ValueError):
            return False
        return number == number and abs(number) != float("inf") and (kind is float or number == int(number))
    return isinstance(value, kind)


def _settings(settings: dict) -> str:
    return ", ".join(
        f"{name} {value if isinstance(value, str) else describe(value)}" for name, value in settings.items()
    )
