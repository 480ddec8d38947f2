"""How benches score a swap: uint8 pictures into the metrics, and the average face to score against."""

from __future__ import annotations

import numpy as np


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
