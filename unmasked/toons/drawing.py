"""Portraits: a character and a performance in, a picture with its whole truth out."""

from collections.abc import Iterable
from dataclasses import dataclass

import cv2
import numpy as np

from unmasked.toons import extras, features, hair
from unmasked.toons.features import Drawn
from unmasked.toons.head import Pose, circle_directions, place
from unmasked.toons.identity import Identity
from unmasked.toons.landmarks import gather
from unmasked.toons.materials import NUMBER, PART_OF, PARTS, palette_pairs, response_pairs
from unmasked.toons.performance import Performance, checked
from unmasked.toons.shading import backdrop, shade

_CHUNK = 64  # portraits whose geometry is worked out together
_SHADED = 16  # portraits that are lit together: what fits a processor's cache
_SHIFT = 4  # polygons lie on a grid of 1/16 of a canvas pixel
_SMALLEST, _GREATEST = 16, 2048
_OUTLINE = circle_directions(64)


@dataclass
class Portrait:
    """One drawn portrait: `picture` uint8 (H, W, 3) RGB, `mask` uint8 (H, W) the face 0…255, `parts` uint8 (H, W) indices into
    `PARTS`, `landmarks` float32 (68, 2) x, y in pixels (the middle of the first pixel is 0, 0)."""

    picture: np.ndarray
    mask: np.ndarray
    parts: np.ndarray
    landmarks: np.ndarray


@dataclass
class Portraits:
    """Portraits, stacked: `pictures` (N, H, W, 3), `masks` and `parts` (N, H, W), `landmarks` (N, 68, 2), `performances` (N, 11)."""

    pictures: np.ndarray
    masks: np.ndarray
    parts: np.ndarray
    landmarks: np.ndarray
    performances: np.ndarray

    def __len__(self) -> int:
        return len(self.pictures)

    def __getitem__(self, index: int) -> Portrait:
        return Portrait(self.pictures[index], self.masks[index], self.parts[index], self.landmarks[index])


@dataclass
class Layers:
    """What is known before the background goes in: `colour` float32 (N, H, W, 3) premultiplied, `alpha` float32 (N, H, W) in 0…1."""

    colour: np.ndarray
    alpha: np.ndarray
    masks: np.ndarray
    parts: np.ndarray
    landmarks: np.ndarray


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


def _compose(pose: Pose) -> tuple[list[features.Stroke], dict[str, np.ndarray], np.ndarray]:
    """All strokes from back to front, the landmark curves, and the outline of the head."""
    hair_back, hair_front = hair.hair(pose)
    ears_behind, ears_before = features.ears(pose)
    arms, frames = extras.glasses(pose)
    worn_behind, worn_before = extras.headwear(pose)
    eyes, brows, nose, mouth = features.eyes(pose), features.brows(pose), features.nose(pose), features.mouth(pose)
    outline = pose.outline(pose.skull(), _OUTLINE)
    skin = Drawn([features.stroke("skin", outline)])
    layers = (worn_behind, hair_back, features.body(pose), ears_behind, skin, ears_before, features.freckles(pose), eyes, mouth, brows, nose, arms, hair_front,
              frames, worn_before)  # fmt: skip
    curves = {name: curve for layer in layers for name, curve in layer.curves.items()}
    curves["jaw"] = features.jawline(pose)
    return [stroke for layer in layers for stroke in layer.strokes], curves, outline


def _halve(canvas: np.ndarray) -> np.ndarray:
    """Half the size, four pixels to one."""
    return cv2.resize(canvas, (canvas.shape[1] // 2, canvas.shape[0] // 2), interpolation=cv2.INTER_AREA)


def _halve_rows(canvas: np.ndarray) -> np.ndarray:
    """Half the height: the mean of two rows."""
    return cv2.addWeighted(canvas[0::2], 0.5, canvas[1::2], 0.5, 0.0)


def _look_up(pairs: np.ndarray, canvas: np.ndarray) -> np.ndarray:
    """Four bytes for every two neighbours in a row of material numbers: uint8 (h, w / 2, 4)."""
    return np.take(pairs, canvas.view(np.uint16), mode="wrap").view(np.uint8).reshape(*canvas.shape[:1], -1, 4)


def layers(identity: Identity, performances: np.ndarray, shape: tuple[int, int], matrices: np.ndarray) -> Layers:
    """One character in many performances, without a background; `matrices` (N, 2, 3) take head units to pixels of `shape`."""
    count = len(performances)
    pose = Pose(identity, performances)
    strokes, curves, outline = _compose(pose)
    height, width = shape
    factor = 4 if max(shape) <= 256 else 2  # canvas pixels to a pixel, each way
    # All points of all strokes go to the canvas in one product.
    polygons = [polygon for stroke in strokes for polygon in stroke.polygons] + [outline]
    ends = np.cumsum([polygon.shape[1] for polygon in polygons])
    points = np.concatenate([np.broadcast_to(polygon, (count, *polygon.shape[1:])) for polygon in polygons], axis=1)
    pixels = points @ matrices[:, :, :2].transpose(0, 2, 1) + matrices[:, None, :, 2]
    fixed = np.rint(((pixels + 0.5) * factor - 0.5) * (1 << _SHIFT)).astype(np.int32)
    plan, first, k = [], 0, 0
    for stroke in strokes:
        spans = []
        for _ in stroke.polygons:
            spans.append((first, int(ends[k])))
            first, k = int(ends[k]), k + 1
        visible = np.ones(count, bool) if stroke.visible is None else stroke.visible
        plan.append((stroke.material, spans, visible.tolist()))
    head = slice(first, int(ends[-1]))
    colours = palette_pairs(identity)
    responding = response_pairs()
    flat = np.empty((count, height, width, 4), np.uint8)
    responses = np.empty((count, height, width, 4), np.uint8)
    masks = np.empty((count, height, width), np.uint8)
    parts = np.empty((count, height, width), np.uint8)
    canvas = np.empty((height * factor, width * factor), np.uint8)
    inside = np.empty((height * 2, width * 2), np.uint8)
    silhouette = fixed[:, head] if factor == 2 else (fixed[:, head] - (1 << _SHIFT) // 2) // 2
    for n in range(count):
        canvas.fill(0)
        mine = fixed[n]
        for material, spans, visible in plan:
            if visible[n]:
                cv2.fillPoly(canvas, [mine[a:b] for a, b in spans], material, cv2.LINE_8, _SHIFT)
        inside.fill(0)
        cv2.fillPoly(inside, [silhouette[n]], 255, cv2.LINE_8, _SHIFT)
        colour = _look_up(colours, canvas)
        if factor == 4:
            flat[n] = _halve_rows(_halve(colour))
            responses[n] = _halve(_look_up(responding, canvas[1::2].copy()))
        else:
            flat[n] = _halve_rows(colour)
            responses[n] = _halve_rows(_look_up(responding, canvas))
        np.minimum(responses[n, ..., 0], _halve(inside), out=masks[n])
        parts[n] = PART_OF[canvas[factor // 2 :: factor, factor // 2 :: factor]]
    nose, nose_width, nose_height = features.nose_place(pose)
    lit = np.empty((count, height, width, 3), np.float32)
    step = max(1, _SHADED * 64 * 64 // (height * width))
    for i in range(0, count, step):
        some = slice(i, i + step)
        lit[some] = shade(pose[some], matrices[some], (nose[some], nose_width, nose_height), flat[some], responses[some])
    landmarks = gather(curves) @ matrices[:, :, :2].transpose(0, 2, 1) + matrices[:, None, :, 2]
    return Layers(lit, flat[..., 3].astype(np.float32) / 255, masks, parts, landmarks.astype(np.float32))


def _draw_chunk(identity: Identity, performances: np.ndarray, shape: tuple[int, int]) -> tuple[np.ndarray, ...]:
    drawn = layers(identity, performances, shape, place(performances, shape))
    wall = backdrop(identity.backdrop, *shape)
    colour = drawn.colour + (1.0 - drawn.alpha)[..., None] * wall
    pictures = np.clip(colour + 0.5, 0, 255).astype(np.uint8)
    return pictures, drawn.masks, drawn.parts, drawn.landmarks


def draw_many(identities: Identity | Iterable[Identity], performances, size=64, workers: int = 1) -> Portraits:
    """Many portraits at once: one identity for all `performances` (N, 11), or a sequence of N identities.

    `size` is a side in pixels or (H, W), 16…2048; `workers` processes share the work (the result is the same). Raises ValueError or
    TypeError that names the argument.
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
        np.empty((count, *shape, 3), np.uint8), np.empty((count, *shape), np.uint8), np.empty((count, *shape), np.uint8),
        np.empty((count, 68, 2), np.float32), performances,
    )  # fmt: skip
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
    """Where `parts` (any shape) is one of the named parts: uint8 0 or 255, same shape. Raises ValueError for an unknown name."""
    unknown = [name for name in names if name not in PARTS]
    if unknown or not names:
        raise ValueError(f"names must be among {', '.join(PARTS)}; got {unknown[0] if unknown else 'none'!r}")
    table = np.zeros(256, np.uint8)
    table[[PARTS.index(name) for name in names]] = 255
    return table[parts]


assert NUMBER["background"] == 0
