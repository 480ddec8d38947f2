"""Portraits: a character and a performance in, a picture with its whole truth out."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from unmasked.toons.head import place
from unmasked.toons.identity import Identity
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


def frame_shape(size) -> tuple[int, int]:
    """(H, W) from a side or a pair. Raises TypeError or ValueError in words for anything else."""
    pair = (size, size) if isinstance(size, int | np.integer) and not isinstance(size, bool) else size
    if not isinstance(pair, tuple | list) or len(pair) != 2 or not all(isinstance(s, int | np.integer) for s in pair):
        raise TypeError(f"size must be a whole number of pixels or a pair (height, width), got {size!r}")
    if not all(_SMALLEST <= side <= _GREATEST for side in pair):
        raise ValueError(f"size must lie in {_SMALLEST}…{_GREATEST} pixels, got {size!r}")
    return int(pair[0]), int(pair[1])


def _checked_identity(identity, name="identity") -> Identity:
    if not isinstance(identity, Identity):
        hint = f"; use toons.character({identity!r})" if isinstance(identity, str) else ""
        raise TypeError(f"{name} must be an Identity, not {type(identity).__name__}{hint}")
    return identity


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
    if isinstance(workers, bool) or not isinstance(workers, int | np.integer):
        raise TypeError(f"workers must be a whole number, not {type(workers).__name__}")
    if workers < 1:
        raise ValueError(f"workers must be at least 1, got {workers}")
    if isinstance(identities, Identity):
        groups = {identities: np.arange(count)}
    else:
        if isinstance(identities, str):
            _checked_identity(identities, "identities")
        identities = [_checked_identity(one, "identities") for one in identities]
        if len(identities) != count:
            raise ValueError(f"identities and performances must be as many: got {len(identities)} and {count}")
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
    _checked_identity(identity)
    return draw_many(identity, checked(performance, ndim=1)[None], size)[0]


def draw_pair(
    first: Identity, second: Identity, performances, size=64, workers: int = 1
) -> tuple[Portraits, Portraits]:
    """Matched pairs: the same performances by two characters, so that each is the other's true swap."""
    _checked_identity(first, "first")
    _checked_identity(second, "second")
    return draw_many(first, performances, size, workers), draw_many(second, performances, size, workers)


def part_mask(parts: np.ndarray, *names: str) -> np.ndarray:
    """Where `parts` (any shape) is one of the named parts: uint8 0 or 255, same shape.

    Raises ValueError for an unknown name.
    """
    unknown = [name for name in names if name not in PARTS]
    if unknown or not names:
        raise ValueError(f"names must be among {', '.join(PARTS)}; got {unknown[0] if unknown else 'none'!r}")
    table = np.zeros(256, np.uint8)
    table[[PARTS.index(name) for name in names]] = 255
    return table[parts]
