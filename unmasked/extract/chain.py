"""From a frame to its faces, whole: find, landmarks, alignment, crop, mask."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np
from torch import nn

from unmasked.arguments import checked_picture, checked_whole
from unmasked.extract.crops import SMALLEST, align_matrix, warp
from unmasked.extract.finding import THRESHOLD, Found, find, shipped_finder
from unmasked.extract.landmarks import find_landmarks, shipped_landmarker
from unmasked.extract.masks import learned_mask, shipped_segmenter


class Nets(NamedTuple):
    """The nets of the chain: `finder`, `landmarker`, `segmenter`, and `close`, the landmarker of the second look
    (where None, the landmarker itself)."""

    finder: nn.Module
    landmarker: nn.Module
    segmenter: nn.Module
    close: nn.Module | None = None


@dataclass(frozen=True)
class Extracted:
    """One face that was found in a picture.

    `box` float64 (4,) and `score` 0…1, as the finder gives them; `landmarks` float32 (68, 2), in the picture's pixels;
    `matrix` float64 (2, 3), picture pixels → crop pixels; `crop` uint8 (S, S, 3), aligned; `mask` uint8 (S, S), what of
    the crop is the face, seen and inside the picture, 0…255.
    """

    box: np.ndarray
    score: float
    landmarks: np.ndarray
    matrix: np.ndarray
    crop: np.ndarray
    mask: np.ndarray


def shipped_nets() -> Nets:
    """The course's own nets, loaded once. Raises `weights.WeightsError` where one is missing."""
    return Nets(shipped_finder(), shipped_landmarker(), shipped_segmenter(), shipped_landmarker(close=True))


def extract_faces(
    picture: np.ndarray,
    size: int = 64,
    *,
    nets: Nets | None = None,
    threshold: float = THRESHOLD,
    most: int | None = None,
) -> list[Extracted]:
    """The faces of a picture, found, aligned and masked, the surest first; an empty list where there is none.

    picture    uint8 (H, W, 3).
    size       S, the side of the crops in pixels, 8 or more.
    nets       the shipped ones where None.
    threshold  the least score of a find, 0…1.
    most       how many faces to keep, all where None.
    Raises TypeError or ValueError that names the argument.
    """
    checked_picture(picture)
    size = checked_whole(size, "size", SMALLEST, unit="pixels")
    most = None if most is None else checked_whole(most, "most", 1)
    nets = shipped_nets() if nets is None else nets
    return cut_out(picture, find(picture, nets.finder, threshold)[:most], size, nets)


def cut_out(picture: np.ndarray, found: Sequence[Found], size: int = 64, nets: Nets | None = None) -> list[Extracted]:
    """The faces that `find` gave of a picture, in its order: their landmarks, crops and masks. As `extract_faces`."""
    nets = shipped_nets() if nets is None else nets
    if not found:
        return []
    points = find_landmarks(picture, np.stack([one.box for one in found]), nets.landmarker, close=nets.close)
    matrices = align_matrix(points, size)
    crops = np.stack([warp(picture, matrix, size) for matrix in matrices])
    seen = learned_mask(crops, nets.segmenter)
    inside = np.full(picture.shape[:2], 255, np.uint8)
    for mask, matrix in zip(seen, matrices, strict=True):
        # Beyond the picture's edge its border is repeated, also a border that is face: nothing is there to be taken.
        np.minimum(mask, cv2.warpAffine(inside, matrix, (size, size), flags=cv2.INTER_NEAREST), out=mask)
    return [
        Extracted(one.box, one.score, *rest) for one, *rest in zip(found, points, matrices, crops, seen, strict=True)
    ]


def extract_clip(
    frames: Iterable[np.ndarray],
    size: int = 64,
    *,
    nets: Nets | None = None,
    threshold: float = THRESHOLD,
    most: int | None = None,
) -> list[list[Extracted]]:
    """`extract_faces` of every frame: one list a frame, empty where no face was found, so that a clip goes on.

    `frames`: pictures uint8 (H, W, 3), or an array (N, H, W, 3). Raises as `extract_faces`.
    """
    nets = shipped_nets() if nets is None else nets
    return [extract_faces(frame, size, nets=nets, threshold=threshold, most=most) for frame in frames]
