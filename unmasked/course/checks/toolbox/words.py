"""Values, names and sentences in the checks' words."""

from collections.abc import Iterable
from typing import Any

from unmasked.course.guard import TimeUp


def sentence(what: str) -> str:
    """`what` as a sentence begins: its first letter large."""
    return what[:1].upper() + what[1:]


def listed(names: Iterable[Any]) -> str:
    """Names one after the other, set as code; empty where there are none."""
    return ", ".join(f"`{name}`" for name in names)


def text_of(error: BaseException) -> str:
    """An exception's text, as UTF-8 can write it; empty when it has none or it can't be had."""
    try:
        return str(error).encode("utf-8", "replace").decode("utf-8")
    except TimeUp:
        raise
    except BaseException:
        return ""


def describe(value: Any) -> str:
    """A value in a few words: kind and shape, or the value itself when it is short."""
    kind = type(value).__name__
    if value is None:
        return "None (is a `return` missing?)"
    if hasattr(value, "shape") and hasattr(value, "dtype"):
        name = {"ndarray": "an array", "Tensor": "a tensor"}.get(kind, kind)
        return f"{name} of shape {tuple(value.shape)}" if len(value.shape) else f"{float(value):.6g}"
    if isinstance(value, (list, tuple)):
        return f"a {kind} of {len(value)}"
    if isinstance(value, (bool, int, float, str)):
        return repr(value) if len(repr(value)) <= 60 else f"{repr(value)[:57]}…"
    return f"a value of type {kind}"
