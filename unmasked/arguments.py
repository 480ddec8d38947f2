"""What an argument must be, said in one place and in one form: "name: wanted …, got …".

Each function gives back what it was handed, made plain where it says so, or raises TypeError for another kind of thing
and ValueError for another shape or value. `name` is the argument's, and the message begins with it.

A shape is wanted as a tuple of whole numbers and letters, such as ("N", 68, 2). A letter stands for any size; "H" and
"W", a picture's sides, for 1 or more. Torch is loaded by who checks a batch, not by who imports this.
"""

import numbers
from collections.abc import Collection, Iterable
from pathlib import Path

import numpy as np

Shape = tuple[int | str, ...]


def checked_kind(value, kind: type, name: str, wanted: str):
    """`value`, if it is a `kind`; `wanted` says so in words, such as "a toons.Identity". Raises TypeError."""
    if not isinstance(value, kind):
        raise TypeError(f"{name}: wanted {wanted}, got {_came(value)}")
    return value


def checked_generator(generator: np.random.Generator, name: str = "generator") -> np.random.Generator:
    """`generator`, if it is one of NumPy's. Raises TypeError."""
    return checked_kind(generator, np.random.Generator, name, "a numpy.random.Generator")


def checked_path(path: str | Path, name: str = "path") -> Path:
    """`path` as a pathlib.Path. Raises TypeError for what is neither text nor a path."""
    if not isinstance(path, (str, Path)):
        raise TypeError(f"{name}: wanted the path of a file, got {_came(path)}")
    return Path(path)


def checked_choice(value: str, options: Iterable[str], name: str) -> str:
    """`value`, if it is one of `options`. Raises ValueError that lists them."""
    options = tuple(options)
    if not isinstance(value, str) or value not in options:
        raise ValueError(f"{name}: wanted one of {', '.join(map(repr, options))}, got {value!r}")
    return value


def checked_names(names: Iterable[str], name: str = "names", count: int | None = None) -> tuple[str, ...]:
    """Names of characters as a tuple: each different, each a plain word; exactly `count` of them, or one and more.

    Raises TypeError or ValueError.
    """
    if isinstance(names, str) or not isinstance(names, Iterable):
        raise TypeError(f"{name}: wanted several names, such as ('ada', 'bo'), got {_came(names)}")
    names = tuple(names)
    # A name becomes part of a weight's name, where dots separate.
    wrong = [one for one in names if not (isinstance(one, str) and one.replace("-", "_").isidentifier())]
    if wrong:
        raise ValueError(f"{name}: wanted plain words, such as 'ada', got {wrong[0]!r}")
    if len(set(names)) != len(names):
        raise ValueError(f"{name}: wanted each name once, got {names}")
    if (count is None and not names) or (count is not None and len(names) != count):
        raise ValueError(f"{name}: wanted {count or '1 or more'}, got {len(names)}")
    return names


# --- numbers ----------------------------------------------------------------------------------------------------------


def checked_number(
    value: float, name: str, low: float = -np.inf, high: float = np.inf, unit: str = "", finite: bool = True
) -> float:
    """`value` as a float within `low`…`high`, never NaN; infinite only where not `finite`. Raises TypeError or
    ValueError."""
    if isinstance(value, bool | np.bool_) or not isinstance(value, numbers.Real):
        raise TypeError(f"{name}: wanted a number, got {_came(value)}")
    if not low <= value <= high or (finite and np.isinf(value)):
        wanted = "a finite number" if finite else "a number"
        if low > -np.inf or high < np.inf:
            wanted = _within(low, high) + unit
        raise ValueError(f"{name}: wanted {wanted}, got {value}")
    return float(value)


def checked_whole(
    value: int, name: str, low: int = 0, high: int | None = None, unit: str = "", even: bool = False
) -> int:
    """`value` as an int within `low`…`high`, and `even` where that is asked for. Raises TypeError or ValueError."""
    wanted = f"{'an even' if even else 'a'} whole number{unit and f' of {unit}'}"
    wanted += f", {_within(low, np.inf if high is None else high)}"
    if isinstance(value, bool | np.bool_) or not isinstance(value, numbers.Integral):
        raise TypeError(f"{name}: wanted {wanted}, got {_came(value)}")
    if value < low or (high is not None and value > high) or (even and value % 2):
        raise ValueError(f"{name}: wanted {wanted}, got {value}")
    return int(value)


def checked_size(
    size: int | tuple[int, int], name: str = "size", low: int = 1, high: int | None = None
) -> tuple[int, int]:
    """(height, width) in pixels, each within `low`…`high`, from such a pair or the side of a square.

    Raises TypeError or ValueError.
    """
    pair = (size, size) if isinstance(size, numbers.Integral) else size
    if (
        not isinstance(pair, tuple | list)
        or len(pair) != 2
        or not all(isinstance(side, numbers.Integral) and not isinstance(side, bool) for side in pair)
    ):
        raise TypeError(f"{name}: wanted a whole number of pixels or a pair (height, width), got {_came(size)}")
    if not all(low <= side and (high is None or side <= high) for side in pair):
        raise ValueError(f"{name}: wanted {_within(low, np.inf if high is None else high)} pixels, got {size!r}")
    return int(pair[0]), int(pair[1])


def checked_numbers(values: np.ndarray, name: str, *shapes: Shape, least: int = 0) -> np.ndarray:
    """`values` (an array, or what NumPy makes one of) as float64 of one of `shapes`, finite; along its first axis
    `least` or more. For points and matrices. Raises TypeError or ValueError."""
    try:
        array = np.asarray(values, np.float64)
    except (TypeError, ValueError):
        raise TypeError(f"{name}: wanted numbers, got {_came(values)}") from None
    _check_shape(array.shape, name, shapes)
    _check_count(array, name, least)
    return _finite(array, name)


def checked_scores(scores: np.ndarray, name: str) -> np.ndarray:
    """`scores` as float64 (N,), one or more, finite. Raises TypeError or ValueError."""
    return checked_numbers(scores, name, ("N",), least=1)


def checked_floats(values: np.ndarray, name: str, *shapes: Shape) -> np.ndarray:
    """`values`, if they are a NumPy array of floats of one of `shapes`, finite. Raises TypeError or ValueError."""
    if not isinstance(values, np.ndarray) or values.dtype.kind != "f":
        raise TypeError(f"{name}: wanted a NumPy array of floats, got {_came(values)}")
    _check_shape(values.shape, name, shapes)
    return _finite(values, name)


# --- pictures and masks -----------------------------------------------------------------------------------------------


def checked_picture(
    picture: np.ndarray, name: str = "picture", shape: tuple[int, int] | None = None, channels: tuple[int, ...] = (3,)
) -> np.ndarray:
    """`picture`, if it is uint8 (H, W, 3), of `shape` (H, W) where one is given.

    `channels`: how many it may have; 1 stands for grey, (H, W). Raises TypeError or ValueError.
    """
    _check_uint8(picture, name)
    _check_shape(picture.shape, name, [("H", "W", count) if count > 1 else ("H", "W") for count in channels])
    if shape is not None and picture.shape[:2] != tuple(shape):
        raise ValueError(f"{name}: wanted {_times(shape)} pixels, got {_times(picture.shape[:2])}")
    return picture


def checked_pictures(
    pictures: np.ndarray, name: str = "pictures", *shapes: Shape, least: int = 1, smallest: int = 1
) -> np.ndarray:
    """`pictures`, if they are uint8 of one of `shapes`, (N, H, W, 3) if none is given; `least` of them or more.

    `smallest`: the least side in pixels. Raises TypeError or ValueError.
    """
    _check_uint8(pictures, name)
    _check_shape(pictures.shape, name, shapes or [("N", "H", "W", 3)])
    if pictures.ndim == 4:
        _check_count(pictures, name, least)
        if min(pictures.shape[1:3]) < smallest:
            raise ValueError(
                f"{name}: wanted at least {smallest} × {smallest} pixels, got {_times(pictures.shape[1:3])}"
            )
    return pictures


def checked_mask(
    mask: np.ndarray, name: str = "mask", shape: tuple[int, int] | None = None, face: bool = False
) -> np.ndarray:
    """`mask` as float32 (H, W) in 0…1; given as uint8 0…255, floats 0…1 or bool.

    `shape` (H, W): that of the picture it belongs to. `face`: at least one pixel must be inside (0.5 or more).
    Raises TypeError or ValueError.
    """
    if not isinstance(mask, np.ndarray) or (mask.dtype.kind != "f" and mask.dtype not in (np.uint8, np.bool_)):
        raise TypeError(f"{name}: wanted a NumPy array of uint8 (0…255) or floats (0…1), got {_came(mask)}")
    _check_shape(mask.shape, name, [("H", "W")])
    if shape is not None and mask.shape != tuple(shape):
        raise ValueError(f"{name}: wanted the picture's shape {tuple(shape)}, got {mask.shape}")
    if mask.dtype == np.uint8:
        mask = mask.astype(np.float32) / 255
    elif mask.dtype == np.bool_:
        mask = mask.astype(np.float32)
    elif not (np.isfinite(mask).all() and mask.min() >= -1e-6 and mask.max() <= 1 + 1e-6):
        raise ValueError(f"{name}: wanted values in 0…1, got {mask.min():g}…{mask.max():g}")
    mask = mask.astype(np.float32, copy=False)
    if face and not (mask >= 0.5).any():
        raise ValueError(f"{name}: no pixel of it is inside, so there is no face to work on")
    return mask


def checked_batch(batch, name: str = "pictures", *, side: int | None = 64, channels: int | None = 3):
    """`batch`, if it is a floating torch.Tensor (N, `channels`, `side`, `side`); None stands for any.

    Raises TypeError or ValueError.
    """
    checked_tensor(batch, name)
    _check_shape(tuple(batch.shape), name, [("N", channels or "C", side or "H", side or "W")])
    return batch


def checked_faces(batch, name: str = "pictures", *, side: int | None = 64):
    """`checked_batch`, with something to see in each picture: one of one colour everywhere has no face in it.

    Raises TypeError or ValueError. Whether what is seen IS a face, nothing here can know.
    """
    checked_batch(batch, name, side=side)
    flat = (batch.amax((2, 3)) == batch.amin((2, 3))).all(1)  # (N,)
    if flat.any():
        number = int(flat.nonzero()[0])
        raise ValueError(f"{name}: picture {number} has one colour everywhere, so there is no face in it")
    return batch


def checked_tensor(tensor, name: str, *shapes: Shape):
    """`tensor`, if it is a floating torch.Tensor, of one of `shapes` where some are given. Raises TypeError or
    ValueError."""
    import torch

    if not isinstance(tensor, torch.Tensor) or not tensor.is_floating_point():
        raise TypeError(
            f"{name}: wanted a floating torch.Tensor, got {_came(tensor)} (tensors.to_tensor makes one of pictures)"
        )
    if shapes:
        _check_shape(tuple(tensor.shape), name, shapes)
    return tensor


# --- sound ------------------------------------------------------------------------------------------------------------


def checked_sound(
    samples: np.ndarray,
    name: str = "samples",
    rate: float | None = None,
    wanted_rate: float | None = None,
    speech: bool = False,
) -> np.ndarray:
    """`samples`, if they are a NumPy array of floats (S,), mono, one or more, finite, in −1…1.

    rate, wanted_rate  samples a second that it has and must have, where that matters.
    speech             it must also be more than silence, and not clipped. Raises TypeError or ValueError.
    """
    if isinstance(samples, np.ndarray) and samples.dtype.kind in "iu":
        raise TypeError(f"{name}: wanted floats in −1…1, got {_came(samples)}; divide 16-bit samples by 32768.0")
    if isinstance(samples, np.ndarray) and samples.ndim == 2:
        raise ValueError(f"{name}: wanted one channel, shape (S,), got {samples.shape}; take the mean of stereo's two")
    samples = checked_floats(samples, name, ("S",))
    _check_count(samples, name, 1)
    loudest = np.abs(samples).max()
    if loudest > 1 + 1e-6:
        raise ValueError(f"{name}: wanted values in −1…1, got {samples.min():g}…{samples.max():g}")
    if wanted_rate is not None and rate != wanted_rate:
        raise ValueError(
            f"rate: wanted {wanted_rate:,} samples a second, got {rate!r}; scipy.signal.resample_poly changes it"
        )
    if speech and loudest < 1e-4:
        raise ValueError(f"{name}: there is silence in it and nothing else, so there is nothing to hear")
    if speech and loudest > 0 and (np.abs(samples) > 0.999 * max(loudest, 0.9)).mean() > 0.002:
        raise ValueError(f"{name}: it is clipped: too many values lie at ±{loudest:.2f}; record it at half the volume")
    return samples


# --- the words --------------------------------------------------------------------------------------------------------


def _check_uint8(array, name: str) -> None:
    if not isinstance(array, np.ndarray) or array.dtype != np.uint8:
        raise TypeError(f"{name}: wanted a NumPy array of uint8, got {_came(array)}")


def _check_shape(shape: tuple[int, ...], name: str, wanted: Collection[Shape]) -> None:
    if not any(len(shape) == len(one) and all(map(_fits, shape, one)) for one in wanted):
        raise ValueError(f"{name}: wanted shape {' or '.join(map(_in_words, wanted))}, got {tuple(shape)}")


def _fits(size: int, wanted: int | str) -> bool:
    return size == wanted if isinstance(wanted, int) else size >= (wanted in ("H", "W"))


def _check_count(array: np.ndarray, name: str, least: int) -> None:
    if len(array) < least:
        raise ValueError(f"{name}: wanted {least} or more, got {len(array)}")


def _finite(array: np.ndarray, name: str) -> np.ndarray:
    if not np.isfinite(array).all():
        raise ValueError(f"{name}: wanted finite numbers, got NaN or infinity among them")
    return array


def _in_words(shape: Shape) -> str:
    return f"({', '.join(map(str, shape))}{',' if len(shape) == 1 else ''})"


def _times(shape: tuple[int, int]) -> str:
    return f"{shape[0]} × {shape[1]}"


def _within(low: float, high: float) -> str:
    if high == np.inf:
        return f"{_plain(low)} or more"
    return f"{_plain(high)} or less" if low == -np.inf else f"{_plain(low)}…{_plain(high)}"


def _plain(number: float) -> str:
    return str(int(number)) if number == int(number) else f"{number:g}"


def _came(value) -> str:
    kind = type(value).__name__
    if hasattr(value, "dtype"):
        return f"{kind} of {value.dtype}"
    words = repr(value)
    return f"{kind} {words}" if isinstance(value, bool | int | float | str | tuple | list) and len(words) < 40 else kind
