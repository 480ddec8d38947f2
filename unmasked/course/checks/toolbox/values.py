"""Comparing values, and functions by their values.

What counts as what: a number may be of any kind that `float` takes (a fraction, a 0-d array or tensor); an array is
NumPy's and a tensor torch's, because the next cells compute with it; how precise it is and whether a graph is attached
makes no difference.
"""

import numbers
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import numpy as np

from unmasked.course.checks.toolbox.trial import Open, Refused, Trial, holds_ellipsis, refuse, same
from unmasked.course.checks.toolbox.words import describe, listed, sentence


def compare_functions(
    trial: Trial, *cases: tuple, what: str = "the result", tolerance: float = 1e-4, may_change: bool = False
) -> None:
    """Compare attempt and reference on each case, a tuple of arguments (the same deep copies for both)."""
    if not cases:
        raise TypeError("cases: at least one tuple of arguments is wanted")
    for case in cases:
        values = trial.call(*case, may_change=may_change)
        close(values, trial.expected(*case), f"{what} of {_call(trial.name, case)}", tolerance)


def close(values: Any, expected: Any, what: str = "the result", tolerance: float = 1e-4) -> None:
    """Refuse unless `values` agree with `expected`: kind, shape, then every number.

    A number may be off by `tolerance` times 1 + |expected|. Kinds: numbers, arrays, tensors, words, and lists, tuples
    and dicts of these. A 0-d array or tensor counts as a number; float32 and float64 count as the same.
    """
    if holds_ellipsis(values):
        raise Open
    if isinstance(expected, dict):
        if not isinstance(values, dict):
            refuse(f"{sentence(what)} should be a dict with {listed(expected)}; got {describe(values)}.")
        if set(values) != set(expected):
            refuse(f"{sentence(what)} should have the entries {listed(expected)}; got {listed(values) or 'none'}.")
        for key in expected:
            close(values[key], expected[key], f"entry `{key}` of {what}", tolerance)
    elif isinstance(expected, (tuple, list)):
        if not isinstance(values, (tuple, list)) or len(values) != len(expected):
            refuse(f"{sentence(what)} should be {len(expected)} values; got {describe(values)}.")
        for number, (one, wanted) in enumerate(zip(values, expected, strict=True), start=1):
            close(one, wanted, f"value {number} of {what}", tolerance)
    elif isinstance(expected, (str, bytes)) or expected is None:
        if values != expected:
            refuse(f"{sentence(what)} should be {expected!r}; got {describe(values)}.")
    else:
        _close_numbers(values, expected, what, tolerance)


def known_slips(values: Any, expected: Any, slips: dict[str, Any], tolerance: float = 1e-4) -> None:
    """Refuse in a slip's own words if `values` are what it gives: `slips` has, for the words, the wrong values.

    Values that agree with `expected` pass, whatever a slip gives. All that agrees with neither is left to `close`.
    """
    for words, wrong in slips.items():
        if agrees(values, wrong, tolerance) and not agrees(values, expected, tolerance):
            refuse(words)


def together(slips: Sequence[dict[str, Any]]) -> dict[str, list]:
    """The slips of several cases as those of all at once, for `known_slips`: one case may agree with two by chance."""
    return {words: [case[words] for case in slips] for words in slips[0]}


def agrees(values: Any, expected: Any, tolerance: float = 1e-4) -> bool:
    """Whether `close` would let it pass."""
    try:
        close(values, expected, tolerance=tolerance)
    except Refused:
        return False
    return True


def shape_is(values: Any, shape: tuple, what: str = "the result") -> None:
    """Refuse unless an array or tensor has this shape; None in `shape` stands for any length."""
    if holds_ellipsis(values):
        raise Open
    got = getattr(values, "shape", None)
    if got is None or len(got) != len(shape) or any(w is not None and g != w for g, w in zip(got, shape, strict=True)):
        wanted = str(tuple("any" if side is None else side for side in shape)).replace("'", "")
        refuse(f"{sentence(what)} should have the shape {wanted}; got {describe(values)}.")


def array_of(values: Any, shape: tuple, what: str = "the result") -> np.ndarray:
    """The array as float64, to compute with; refuses whatever is no array of numbers of this shape (None: any)."""
    _kind_is("an array", values, what)
    shape_is(values, shape, what)
    return _numbers(values, what)


def tensor_of(values: Any, shape: tuple, what: str = "the result") -> Any:
    """The tensor as float64 without a graph, to compute with; refuses what is no tensor of this shape (None: any)."""
    import torch

    _kind_is("a tensor", values, what)
    shape_is(values, shape, what)
    return torch.from_numpy(_numbers(values, what))


def numbers_of(values: Any, count: int, what: str = "the result") -> np.ndarray:
    """So many numbers, float64: from a tuple, list, array or tensor. Refuses anything else."""
    if holds_ellipsis(values):
        raise Open
    parts = list(values) if isinstance(values, (tuple, list)) else values
    if isinstance(parts, list):
        parts = np.array([_numbers(part, what) if _is_single(part) else np.nan for part in parts])
        wrong = not all(_is_single(part) for part in values)
    else:
        wrong = _kind(values) == "a number"
    if wrong or tuple(getattr(parts, "shape", ())) != (count,):
        refuse(f"{sentence(what)} should be {count} numbers; got {describe(values)}.")
    return _numbers(parts, what)


def picture_is(values: Any, shape: tuple[int, int], what: str = "the result") -> None:
    """Refuse unless it is a picture of `shape` (H, W): an array uint8 (H, W, 3)."""
    shape_is(values, (*shape, 3), what)
    if not isinstance(values, np.ndarray) or values.dtype != np.uint8:
        kind = values.dtype if isinstance(values, np.ndarray) else describe(values)
        refuse(f"{sentence(what)} should be a picture of uint8; it is {kind}.")


def between(values: Any, low: float, high: float, what: str = "the result") -> None:
    """Refuse unless every number lies in low…high."""
    numbers = _numbers(values, what)
    if not np.isfinite(numbers).all() or numbers.min() < low or numbers.max() > high:
        refuse(f"{sentence(what)} should lie in {low:g}…{high:g}; got {numbers.min():.4g}…{numbers.max():.4g}.")


def unchanged(before: Any, after: Any, what: str) -> None:
    """Refuse unless `after` still equals `before`."""
    if not same(before, after):
        refuse(f"{sentence(what)} should have stayed as before, and was changed.")


def _close_numbers(values: Any, expected: Any, what: str, tolerance: float) -> None:
    if not (np.ndim(_bare(expected)) == 0 and _is_single(values)):
        _kind_is(_kind(expected), values, what)
    wanted, got = _numbers(expected, "the reference"), _numbers(values, what)
    if wanted.shape != got.shape:
        refuse(f"{sentence(what)} should have the shape {wanted.shape}; got {got.shape}.")
    if wanted.size == 0:
        return
    if np.isnan(got).any() and not np.isnan(wanted).any():
        refuse(f"{sentence(what)}: {int(np.isnan(got).sum())} of {got.size} values are not a number (NaN).")
    agree = np.isclose(got, wanted, rtol=tolerance, atol=tolerance, equal_nan=True)
    if agree.all():
        return
    if wanted.ndim == 0:
        refuse(f"{sentence(what)} should be {_number(wanted)}; got {_number(got)}.")
    with np.errstate(invalid="ignore"):
        off = np.where(agree, -1.0, np.nan_to_num(np.abs(got - wanted), nan=np.inf, posinf=np.inf))
    worst = np.unravel_index(int(off.argmax()), off.shape)
    place = ", ".join(str(int(i)) for i in worst)
    refuse(
        f"{sentence(what)}: the shape is right, but {int((~agree).sum())} of {agree.size} values differ; "
        f"furthest off, at [{place}]: expected {_number(wanted[worst])}, got {_number(got[worst])}."
    )


_CONVERT = {
    ("an array", "Tensor"): " `.numpy()` makes an array of a tensor.",
    ("an array", "list"): " `np.array(…)` makes an array of a list.",
    ("an array", "tuple"): " `np.array(…)` makes an array of a tuple.",
    ("a tensor", "ndarray"): " `torch.from_numpy(…)` makes a tensor of an array.",
    ("a tensor", "list"): " `torch.stack(…)` makes one tensor of a list of them.",
}


def _kind_is(kind: str, values: Any, what: str) -> None:
    if holds_ellipsis(values):
        raise Open
    if _kind(values) != kind:
        how = _CONVERT.get((kind, type(values).__name__), "")
        refuse(f"{sentence(what)} should be {kind}; got {describe(values)}.{how}")


def _bare(value: Any) -> Any:
    if isinstance(value, (numbers.Rational, Decimal)) and not isinstance(value, int):
        return float(value)
    if not (type(value).__module__.startswith("torch") and hasattr(value, "detach")):
        return value
    tensor = value.detach().cpu()
    # NumPy has no bfloat16.
    return (tensor.float() if str(tensor.dtype) == "torch.bfloat16" else tensor).numpy()


def _numbers(value: Any, what: str) -> np.ndarray:
    bare = _bare(value)
    try:
        array = np.asarray(bare)
    except (TypeError, ValueError):
        array = np.asarray(None)
    # NumPy would turn None into NaN and "1" into 1 on the way to float64.
    if array.dtype.kind not in "biufc":
        refuse(f"{sentence(what)} should be numbers; got {describe(value)}.")
    return array.astype(np.complex128 if array.dtype.kind == "c" else np.float64)


def _kind(value: Any) -> str:
    module = type(value).__module__
    if module.startswith("torch") and hasattr(value, "detach"):
        return "a tensor"
    return "an array" if isinstance(value, np.ndarray) else "a number"


def _is_single(value: Any) -> bool:
    bare = _bare(value)
    return isinstance(bare, (bool, int, float, complex, np.generic)) or (
        isinstance(bare, np.ndarray) and bare.ndim == 0
    )


def _number(value: Any) -> str:
    return f"{value.item():.6g}" if value.dtype.kind != "c" else str(value.item())


def _call(name: str, case: tuple) -> str:
    def word(value: Any) -> str:
        if hasattr(value, "shape") and len(value.shape):
            return "×".join(str(side) for side in value.shape)
        if isinstance(value, (bool, int, float, str)):
            return repr(value) if not isinstance(value, float) else f"{value:.4g}"
        return type(value).__name__

    return f"`{name}({', '.join(word(value) for value in case)})`"
