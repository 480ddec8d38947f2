"""Where the faces of a frame are: the heat map's peaks, each with its box, and of boxes that say the same the best."""

from functools import cache
from typing import NamedTuple

import numpy as np
import torch
from torch.nn.functional import max_pool2d, pad

from unmasked.arguments import checked_kind, checked_number, checked_picture
from unmasked.extract.boxes import non_maximum_suppression, overlaps
from unmasked.models import weights
from unmasked.models.finder import CELL, Finder
from unmasked.tensors import to_tensor

WEIGHTS = "face-finder"
THRESHOLD = 0.35  # of the score: above it at most one find in twenty frames is false, found with the mirror image
OVERLAP = 0.4  # intersection over union: two boxes that share more are taken for one face
MOST = 100  # peaks of one frame that are looked at


class Found(NamedTuple):
    """A face that was found: `box` float64 (4,) x0, y0, x1, y1 in the frame's pixels, and `score` 0…1."""

    box: np.ndarray
    score: float


@cache
def shipped_finder() -> Finder:
    """The finder that comes with the course, loaded once. Raises weights.WeightsError where it is missing."""
    return weights.load(WEIGHTS)


def heat_map(picture: np.ndarray, finder: Finder | None = None, mirrored: bool = True) -> np.ndarray:
    """How sure the finder is that a face's middle lies in each cell of 4 × 4 pixels: float32 (⌈H/4⌉, ⌈W/4⌉) in 0…1.

    `picture` uint8 (H, W, 3); `finder` and `mirrored` as in `find`. Raises TypeError or ValueError.
    """
    return _look(picture, finder, mirrored)[0].numpy()


def find(
    picture: np.ndarray,
    finder: Finder | None = None,
    threshold: float = THRESHOLD,
    overlap: float = OVERLAP,
    mirrored: bool = True,
) -> list[Found]:
    """The faces of a picture uint8 (H, W, 3), best first; an empty list where there is none.

    finder      the shipped one where None.
    threshold   the least score, 0…1: a lower one finds more, among it more that is no face.
    overlap     as in `boxes.non_maximum_suppression`, 0…1.
    mirrored    whether it also looks at the mirror image and takes the mean: twice the time, half the false finds.
    Raises TypeError or ValueError for grey or four-channel pictures, other types than uint8, or settings that make no
    sense.
    """
    threshold = checked_number(threshold, "threshold", 0, 1)
    overlap = checked_number(overlap, "overlap", 0, 1)
    heat, boxes = _look(picture, finder, mirrored)
    # A peak is a cell that is warmer than the eight round it.
    peaks = (heat >= threshold) & (heat == max_pool2d(heat[None], 3, stride=1, padding=1)[0])
    scores, boxes = heat[peaks].numpy().astype(float), boxes[:, peaks].T.numpy().astype(float)  # (K,), (K, 4)
    best = np.argsort(-scores, kind="stable")[:MOST]
    scores, boxes = scores[best], boxes[best]
    return [Found(boxes[i], float(scores[i])) for i in non_maximum_suppression(boxes, scores, overlap)]


def matched(found: list[Found], boxes: np.ndarray, overlap: float = 0.5) -> np.ndarray:
    """Which find is which true face: for each of `boxes` float (N, 4) the index of its find, −1 where it has none.

    Finds take their turn, best first; each takes the box that it shares most with and that is still free, if that is
    at least `overlap` (intersection over union). A find that gets none is false. Returns int64 (N,).
    """
    given = np.full(len(boxes), -1, np.int64)
    if len(found) == 0 or len(boxes) == 0:
        return given
    shared = overlaps(np.stack([one.box for one in found]), boxes)
    for i in np.argsort([-one.score for one in found], kind="stable"):
        free = np.where(given < 0, shared[i], -1.0)
        if free.max() >= overlap:
            given[free.argmax()] = i
    return given


@torch.no_grad()
def _look(picture: np.ndarray, finder: Finder | None, mirrored: bool) -> tuple[torch.Tensor, torch.Tensor]:
    """Heat (h, w) in 0…1 and boxes (4, h, w) of one picture."""
    checked_picture(picture)
    finder = shipped_finder() if finder is None else checked_kind(finder, torch.nn.Module, "finder", "a Finder")
    batch = to_tensor(picture).to(next(finder.parameters()).device)
    if not mirrored:
        heat, boxes = finder(batch)
        return heat[0, 0].sigmoid().cpu(), boxes[0].cpu()
    # Filled up to whole cells, in the grey that the finder fills with: else the mirror's cells would lie between.
    batch = pad(batch, (0, -batch.shape[3] % CELL), value=0.5)
    heat, boxes = finder(torch.cat([batch, batch.flip(3)]))
    back, last = boxes[1].flip(2), batch.shape[3] - 1
    back = torch.stack([last - back[2], back[1], last - back[0], back[3]])
    heat = heat.sigmoid()
    return ((heat[0, 0] + heat[1, 0].flip(1)) / 2).cpu(), ((boxes[0] + back) / 2).cpu()
