"""A swap net in use: a copy that nothing trains any more, and pictures in, pictures out.

Torch is loaded by who swaps, not by who imports this.
"""

from __future__ import annotations

import contextlib
import copy

import numpy as np


def own_copy(model):
    """A frozen copy in evaluation mode, so that what is shown stays while the original trains on.

    Raises TypeError for something without `encode` and `decode`.
    """
    for name in ("encode", "decode"):
        if not callable(getattr(model, name, None)):
            raise TypeError(f"model: wanted encode(pictures, name) and decode(codes, name), got {type(model).__name__}")
    model = copy.deepcopy(model)
    if hasattr(model, "eval"):
        model.eval()
    if hasattr(model, "requires_grad_"):
        model.requires_grad_(False)
    return model


def side_of(model) -> int:
    """The side, in pixels, of the pictures that a swap net sees and draws: its own `side`, 64 where it names none."""
    return getattr(model, "side", 64)


@contextlib.contextmanager
def one_thread():
    """One thread inside, as many as before afterwards; with `@one_thread()` a function has one.

    For a single picture, or beside other workers, more would wait for each other, the longer the busier the machine is.
    """
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def swap_pictures(model, pictures: np.ndarray, source: str, target: str) -> np.ndarray:
    """`pictures` uint8 (N, S, S, 3), encoded as `source`, decoded as `target`: uint8 of that shape; S by `side_of`.

    A part at a time: the middle layers of all at once would fill a small machine.
    """
    import torch

    from unmasked.tensors import to_pictures, to_tensor

    def swapped(some: np.ndarray) -> np.ndarray:
        return to_pictures(model.decode(model.encode(to_tensor(some), source), target))

    with torch.inference_mode(), one_thread():
        return np.concatenate([swapped(pictures[i : i + 50]) for i in range(0, max(len(pictures), 1), 50)])
