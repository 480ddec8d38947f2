"""What the models' arguments must be, checked in one place so that a model file shows nothing but its model."""

from collections.abc import Collection, Iterable

import torch


def checked_names(names: Iterable[str], count: int | None = None) -> tuple[str, ...]:
    """The names as a tuple: at least one (or exactly `count`), each different, each a plain word.

    Raises TypeError or ValueError that says what came and what is wanted.
    """
    if isinstance(names, str) or not isinstance(names, Iterable):
        raise TypeError(f"`names` is {names!r}; wanted several names, like ('ada', 'bo')")
    names = tuple(names)
    # A name becomes part of a weight's name, where dots separate.
    wrong = [name for name in names if not (isinstance(name, str) and name.replace("-", "_").isidentifier())]
    if wrong:
        raise ValueError(f"`names` has {wrong[0]!r}; wanted plain words, like 'ada'")
    if len(set(names)) != len(names):
        raise ValueError(f"`names` is {names}; wanted each name once")
    if (count is None and not names) or (count is not None and len(names) != count):
        raise ValueError(f"`names` has {len(names)} names; wanted {count or '1 or more'}")
    return names


def checked_name(name: str, names: Collection[str]) -> str:
    """The name, if it is one of the model's. Raises ValueError that says which there are."""
    if name not in names:
        raise ValueError(f"`name` is {name!r}; this model knows {', '.join(names)}")
    return name


def checked_size(argument: str, value: int, even: bool = False) -> int:
    """A whole number of 1 or more (of 2 or more and even, if `even`). Raises ValueError that names the argument."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 1 or (even and value % 2):
        raise ValueError(f"`{argument}` is {value!r}; wanted {'an even' if even else 'a'} whole number above 0")
    return value


def checked_pictures(pictures: torch.Tensor) -> torch.Tensor:
    """The pictures, if they are float (N, 3, 64, 64). Raises TypeError or ValueError that says what came."""
    if not isinstance(pictures, torch.Tensor) or not pictures.is_floating_point():
        kind = f"a tensor of {pictures.dtype}" if isinstance(pictures, torch.Tensor) else type(pictures).__name__
        raise TypeError(f"`pictures` is {kind}; wanted a float tensor (tensors.to_tensor makes one)")
    if pictures.dim() != 4 or pictures.shape[1:] != (3, 64, 64):
        raise ValueError(f"`pictures` is {tuple(pictures.shape)}; wanted (N, 3, 64, 64)")
    return pictures
