"""The painter: strokes onto a canvas by numbers, and the light over it."""

from itertools import islice
from typing import NamedTuple

import cv2
import numpy as np

from unmasked.toons import extras, eyes, face, hair, mouth
from unmasked.toons.head import Pose, circle_directions, spans
from unmasked.toons.identity import Identity
from unmasked.toons.landmarks import gather
from unmasked.toons.materials import PART_OF, palette_pairs, response_pairs
from unmasked.toons.shading import light_up
from unmasked.toons.strokes import Drawn, Stroke, stroke

_SHIFT = 4  # polygons lie on a grid of 1/16 of a canvas pixel
_LIT_TOGETHER = 16 * 64 * 64  # pixels that are lit together: what fits a processor's cache
_OUTLINE = circle_directions(56)


class Painted(NamedTuple):
    """Portraits of one character: `pictures` uint8 (N, H, W, 3), `masks` and `parts` uint8 (N, H, W).

    `landmarks` float32 (N, 68, 2).
    """

    pictures: np.ndarray
    masks: np.ndarray
    parts: np.ndarray
    landmarks: np.ndarray


def _compose(pose: Pose, ridge: np.ndarray) -> tuple[list[Stroke], dict[str, np.ndarray], np.ndarray]:
    """All strokes from back to front, the landmark curves, and the outline of the head."""
    hair_back, hair_front = hair.hair(pose)
    ears_behind, ears_before = face.ears(pose)
    arms, frames = extras.glasses(pose)
    worn_behind, worn_before = extras.headwear(pose)
    outline = pose.outline(pose.skull(), _OUTLINE)
    behind = [worn_behind, hair_back, face.body(pose), ears_behind, Drawn([stroke("skin", outline)])]
    features = [eyes.eyes(pose), mouth.mouth(pose), eyes.brows(pose), face.nose(pose, ridge)]
    layers = [*behind, ears_before, face.freckles(pose), *features, arms, hair_front, frames, worn_before]
    curves = {name: curve for layer in layers for name, curve in layer.curves.items()}
    curves["jaw"] = face.jawline(pose)
    strokes = [one for layer in layers for one in layer.strokes]
    # What lies on the face was only named so far: it is projected here, all at once.
    named = [(one.polygons, i) for one in strokes for i, polygon in enumerate(one.polygons) if polygon.shape[-1] == 3]
    named += [(curves, name) for name, curve in curves.items() if curve.shape[-1] == 3]
    for (holder, key), points in zip(named, pose.faces([holder[key] for holder, key in named]), strict=True):
        holder[key] = points
    return strokes, curves, outline


def _halve(canvas: np.ndarray) -> np.ndarray:
    """Half the size, four pixels to one."""
    return cv2.resize(canvas, (canvas.shape[1] // 2, canvas.shape[0] // 2), interpolation=cv2.INTER_AREA)


def _halve_rows(canvas: np.ndarray) -> np.ndarray:
    """Half the height: the mean of two rows."""
    return cv2.addWeighted(canvas[0::2], 0.5, canvas[1::2], 0.5, 0.0)


def _look_up(pairs: np.ndarray, canvas: np.ndarray) -> np.ndarray:
    """Four bytes for every two neighbours in a row of material numbers: uint8 (h, w / 2, 4)."""
    return np.take(pairs, canvas.view(np.uint16), mode="wrap").view(np.uint8).reshape(*canvas.shape[:1], -1, 4)


class _Plan(NamedTuple):
    """What to fill, from back to front: material number, spans of points, and for which pictures."""

    points: np.ndarray  # int32 (N, P, 2) in 1/16 canvas pixels
    fills: list[tuple[int, list[slice], list[bool]]]


def _plan(strokes: list[Stroke], matrices: np.ndarray, factor: int) -> _Plan:
    polygons = [polygon for one in strokes for polygon in one.polygons]
    points = np.concatenate(polygons, axis=1, dtype=np.float32, casting="same_kind")
    # All points go to the canvas in one product.
    scale = np.float32(factor * (1 << _SHIFT))
    turn = matrices[:, :, :2].transpose(0, 2, 1) * scale
    shift = (matrices[:, None, :, 2] + 0.5) * scale - np.float32(0.5 * (1 << _SHIFT))
    fixed = np.rint(points @ turn + shift).astype(np.int32)
    where = iter(spans(polygons))
    always = [True] * len(matrices)
    fills = [
        (one.material, list(islice(where, len(one.polygons))), always if one.visible is None else one.visible.tolist())
        for one in strokes
    ]
    return _Plan(fixed, fills)


def _fill(canvas: np.ndarray, plan: _Plan, n: int) -> None:
    canvas.fill(0)
    points = plan.points[n]
    for material, where, visible in plan.fills:
        if visible[n]:
            cv2.fillPoly(canvas, [points[span] for span in where], material, cv2.LINE_8, _SHIFT)


def paint(
    identity: Identity, performances: np.ndarray, shape: tuple[int, int], matrices: np.ndarray, wall: np.ndarray
) -> Painted:
    """One character in many performances before a wall.

    `performances` float32 (N, 11); `matrices` float32 (N, 2, 3) take head units to pixels of `shape` (H, W); `wall`
    uint8 (H, W, 3).
    """
    count = len(performances)
    height, width = shape
    pose = Pose(identity, performances)
    ridge = face.nose_ridge(pose)
    strokes, curves, outline = _compose(pose, ridge)
    factor = 4 if max(shape) <= 256 else 2  # canvas pixels to a pixel, each way
    plan = _plan(strokes, matrices, factor)
    silhouette = _plan([Stroke(255, [outline])], matrices, 2)
    colours, responding = palette_pairs(identity), response_pairs()
    flat = np.empty((count, height, width, 4), np.uint8)
    responses = np.empty((count, height, width, 4), np.uint8)
    masks = np.empty((count, height, width), np.uint8)
    parts = np.empty((count, height, width), np.uint8)
    canvas = np.empty((height * factor, width * factor), np.uint8)
    inside = np.empty((height * 2, width * 2), np.uint8)
    for n in range(count):
        _fill(canvas, plan, n)
        _fill(inside, silhouette, n)
        if factor == 4:
            flat[n] = _halve_rows(_halve(_look_up(colours, canvas)))
            responses[n] = _halve(_look_up(responding, canvas[1::2].copy()))
        else:
            flat[n] = _halve_rows(_look_up(colours, canvas))
            responses[n] = _halve_rows(_look_up(responding, canvas))
        # The mask ends where the head does, though glasses may reach beyond it.
        cv2.min(cv2.extractChannel(responses[n], 0), _halve(inside), dst=masks[n])
        cv2.LUT(canvas[factor // 2 :: factor, factor // 2 :: factor].copy(), PART_OF, dst=parts[n])
    pictures = np.empty((count, height, width, 3), np.uint8)
    step = max(1, _LIT_TOGETHER // (height * width))
    for i in range(0, count, step):
        some = slice(i, i + step)
        tip = (ridge[some, 3], identity.nose_width, identity.nose_height)
        pictures[some] = light_up(pose[some], matrices[some], tip, flat[some], responses[some], wall)
    landmarks = gather(curves) @ matrices[:, :, :2].transpose(0, 2, 1) + matrices[:, None, :, 2]
    return Painted(pictures, masks, parts, landmarks.astype(np.float32))
