"""Knowing again what `check` handed out: the reference answers."""

import copy
import inspect
from typing import Any

_MARK = "_unmasked_reference_of"
# Strong references on purpose: an id() is only worth something while its object lives.
_HANDED: dict[str, list] = {}
_KEEP = 8


class _Whole(int):
    """A whole number that is not the one the learner would get: small ones are shared by all of Python."""


class _Words(str):
    """The same for words."""

    __slots__ = ()


def handed_out(id: str, answer: Any) -> Any:
    """The reference as it is given to the learner, so that `is_own_reference` knows it again."""
    kind = type(answer)
    if kind is int:
        answer = _Whole(answer)
    elif kind is str:
        answer = _Words(answer)
    elif kind is float:
        answer = float.fromhex(answer.hex())
    elif kind in (list, dict, tuple):
        answer = list(answer) if kind is list else dict(answer) if kind is dict else (*answer,)
    elif not _is_named(answer):
        try:
            setattr(answer, _MARK, id)
        except (AttributeError, TypeError):
            answer = copy.copy(answer)
    kept = _HANDED.setdefault(id, [])
    if not any(one is answer for one in kept):
        kept.append(answer)
        # Results may be large, and only the newest are likely to come back.
        del kept[:-_KEEP]
    return answer


def is_own_reference(id: str, attempt: Any, answer: Any = None) -> bool:
    """Whether an attempt is the course's own answer to `id`: handed out before, or `answer` (function, class) itself.

    Survives a deep copy of an object and a reload of the checks.
    """
    if any(attempt is one for one in _HANDED.get(id, [])):
        return True
    if _is_named(attempt):
        return attempt is answer or (
            _is_named(answer)
            and attempt.__module__ == answer.__module__ != "__main__"
            and attempt.__qualname__ == answer.__qualname__
        )
    return getattr(attempt, "__dict__", {}).get(_MARK) == id or isinstance(attempt, (_Whole, _Words))


def _is_named(value: Any) -> bool:
    return inspect.isclass(value) or inspect.isroutine(value)
