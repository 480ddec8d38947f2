"""What benches need of a swap model: a copy of its own, and pictures in, pictures out."""

from __future__ import annotations

import contextlib
import copy

import numpy as np


def own_copy(model):
    """A frozen copy in evaluation mode: a bench shows the weights of the moment it was made, whatever trains on.

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


@contextlib.contextmanager
def one_thread():
    """One thread for one picture: more would wait for each other, the longer the busier the machine is."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def swap_pictures(model, pictures: np.ndarray, source: str, target: str) -> np.ndarray:
    """`pictures` uint8 (N, 64, 64, 3), encoded as `source` and decoded as `target`: uint8 of the same shape."""
    import torch

    from unmasked.tensors import to_pictures, to_tensor

    with torch.inference_mode(), one_thread():
        return to_pictures(model.decode(model.encode(to_tensor(pictures), source), target))


def explained(swap: np.ndarray, truth: np.ndarray, mean_picture: np.ndarray, masks: np.ndarray | None = None) -> float:
    """Explained swap of pictures uint8 (N, H, W, 3) inside `masks` uint8 (N, H, W): see `unmasked.metrics`."""
    from unmasked import metrics
    from unmasked.tensors import masks_to_tensor, to_tensor

    mask = None if masks is None else masks_to_tensor(masks)
    return metrics.explained_swap(to_tensor(swap), to_tensor(truth), to_tensor(mean_picture), mask)


def mean_picture(pictures: np.ndarray) -> np.ndarray:
    """The mean of pictures uint8 (N, H, W, 3), uint8 (H, W, 3)."""
    return np.rint(pictures.mean(0, dtype=np.float64)).astype(np.uint8)


def kept_average(model, name: str) -> np.ndarray | None:
    """The average picture of a character that a model keeps from its training, uint8 (64, 64, 3), or None."""
    from unmasked.tensors import to_pictures

    average = getattr(model, "average", None)
    return to_pictures(average(name)[None])[0] if callable(average) else None
