"""The directions in which the codes of a character's faces differ most."""

from __future__ import annotations

import numpy as np
import torch

from unmasked import toons
from unmasked.faces import draw_faces
from unmasked.tensors import to_tensor

FACES, KEPT = 500, 16


@torch.inference_mode()
def directions(model, name: str = "ada", count: int = FACES) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(C,) the mean code of `count` faces, (16, C) the directions, each of length 1, and (16,) the spread along each.

    Principal components by the singular value decomposition. A direction has no sign of its own: the greatest of its
    numbers is made positive. The page prints these lines, so what changes here changes there.
    """
    acted = toons.sample_performances(np.random.default_rng(0), count)
    codes = model.encode(to_tensor(draw_faces(toons.character(name), acted).pictures), name)
    mean = codes.mean(0)
    _, sizes, found = torch.linalg.svd(codes - mean, full_matrices=False)
    found = found[:KEPT] * found[:KEPT].gather(1, found[:KEPT].abs().argmax(1, keepdim=True)).sign()
    return mean.numpy(), found.numpy(), (sizes[:KEPT] / (count - 1) ** 0.5).numpy()
