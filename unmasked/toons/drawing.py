"""Portraits: a character and a performance in, a picture with its whole truth out."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from unmasked.arguments import checked_size, checked_whole
from unmasked.toons.head import place
from unmasked.toons.identity import Identity, checked_identity
from unmasked.toons.materials import PARTS
from unmasked.toons.painting import Painted, paint
from unmasked.toons.performance import Performance, checked
from unmasked.toons.shading import backdrop

_CHUNK = 128  # portraits whose geometry is worked out together
_SMALLEST, _GREATEST = 16, 2048


@dataclass
class Portrait:
    """One drawn portrait.

    `picture` uint8 (H, W, 3) RGB; `mask` uint8 (H, W) the face, 0…255; `parts` uint8 (H, W) indices into `PARTS`;
    `landmarks` float32 (68, 2) x, y in pixels (the middle of the first pixel is 0, 0).
    """

    picture: np.ndarray
    mask: np.ndarray
    parts: np.ndarray
    landmarks: np.ndarray


@dataclass
class Portraits:
    """Portraits, stacked: `pictures` (N, H, W, 3), `masks` and `parts` (N, H, W), `landmarks` (N, 68, 2).

    `performances` float32 (N, 11) is what was asked for. An index gives one `Portrait`.
    """

    pictures: np.ndarray
    masks: np.ndarray
    parts: np.ndarray
    landmarks: np.ndarray
    performances: np.ndarray

    def __len__(self) -> int:
        return len(self.pictures)

    def __getitem__(self, index: int) -> Portrait:
        return Portrait(self.pictures[index], self.masks[index], self.parts[index], self.landmarks[index])


def frame_shape(size: int | tuple[int, int], name: str = "size") -> tuple[int, int]:
    """(H, W) of a frame that can be drawn, from a side or a pair. Raises TypeError or ValueError in words."""
    return checked_size(size, name, _SMALLEST, _GREATEST)


def _draw_chunk(identity: Identity, performances: np.ndarray, shape: tuple[int, int]) -> Painted:
    return paint(identity, performances, shape, place(performances, shape), backdrop(identity.backdrop, *shape))


def draw_many(identities: Identity | Iterable[Identity], performances, size=64, workers: int = 1) -> Portraits:
    """Many portraits at once: one identity for all `performances` (N, 11), or a sequence of N identities.

    `size` is a side in pixels or (H, W), 16…2048; `workers` processes share the work (the result is the same). Raises
    ValueError or TypeError that names the argument.
    """
    performances = checked(performances)
    shape = frame_shape(size)
    count = len(performances)
    workers = checked_whole(workers, "workers", 1)
    if isinstance(identities, Identity):
        groups = {identities: np.arange(count)}
    else:
        if isinstance(identities, str):
            checked_identity(identities, "identities")
        identities = [checked_identity(one, "identities") for one in identities]
        if len(identities) != count:
            raise ValueError(f"identities: wanted as many as performances, {count}, got {len(identities)}")
        groups = {}
        for index, one in enumerate(identities):
            groups.setdefault(one, []).append(index)
        groups = {one: np.array(indices) for one, indices in groups.items()}
    chunk = max(1, min(_CHUNK, _CHUNK * 64 * 64 // (shape[0] * shape[1])))
    jobs = [
        (one, indices[start : start + chunk])
        for one, indices in groups.items()
        for start in range(0, len(indices), chunk)
    ]
    result = Portraits(
        np.empty((count, *shape, 3), np.uint8),
        np.empty((count, *shape), np.uint8),
        np.empty((count, *shape), np.uint8),
        np.empty((count, 68, 2), np.float32),
        performances,
    )
    if workers == 1 or len(jobs) < 2:
        done = (_draw_chunk(one, performances[indices], shape) for one, indices in jobs)
    else:
        from joblib import Parallel, delayed  # starting processes is slow: only who asks for workers pays

        parallel = Parallel(n_jobs=min(workers, len(jobs)), return_as="generator", max_nbytes=None)
        done = parallel(delayed(_draw_chunk)(one, performances[indices], shape) for one, indices in jobs)
    for (_, indices), (pictures, masks, parts, landmarks) in zip(jobs, done, strict=True):
        result.pictures[indices], result.masks[indices] = pictures, masks
        result.parts[indices], result.landmarks[indices] = parts, landmarks
    return result


def draw(identity: Identity, performance: Performance | np.ndarray, size=64) -> Portrait:
    """One portrait; `performance` a Performance or its eleven numbers, `size` a side in pixels or (H, W), 16…2048."""
    checked_identity(identity)
    return draw_many(identity, checked(performance, ndim=1)[None], size)[0]


def draw_pair(
    first: Identity, second: Identity, performances, size=64, workers: int = 1
) -> tuple[Portraits, Portraits]:
    """Matched pairs: the same performances by two characters, so that each is the other's true swap."""
    checked_identity(first, "first")
    checked_identity(second, "second")
    return draw_many(first, performances, size, workers), draw_many(second, performances, size, workers)


def part_mask(parts: np.ndarray, *names: str) -> np.ndarray:
    """Where `parts` (any shape) is one of the named parts: uint8 0 or 255, same shape.

    Raises ValueError for an unknown name.
    """
    unknown = [name for name in names if name not in PARTS]
    if unknown or not names:
        raise ValueError(f"names: wanted some of {', '.join(PARTS)}, got {repr(unknown[0]) if unknown else 'none'}")
    table = np.zeros(256, np.uint8)
    table[[PARTS.index(name) for name in names]] = 255
    return table[parts]
