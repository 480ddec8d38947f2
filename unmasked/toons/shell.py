"""The shell of hair round the skull, and the hairline cut into it."""

from functools import lru_cache

import numpy as np

from unmasked.toons.hairstyles import STYLES
from unmasked.toons.head import Pose, Rings, at, circle_directions, clamp, profile, smoothstep
from unmasked.toons.identity import Identity
from unmasked.toons.shapes import smooth_curve

_AROUND = circle_directions(60)
_SHARE = np.linspace(0.0, 1.0, 28)[None]  # along the arc of a cap, from one end of the hairline to the other


@lru_cache(maxsize=512)
def shell(identity: Identity) -> Rings:
    """The rings of the hair's shell."""
    style = STYLES[identity.hair_style]
    width, depth = profile(identity)
    thick = style.thick * identity.hair_volume if identity.hair_style not in ("bald", "tuft") else 0.0
    top = 1.0 + 1.15 * thick
    y = np.concatenate([-top * np.cos(np.linspace(0.03, np.pi / 2, 20)), np.linspace(0.04, max(style.end, 0.05), 16)])
    skull = np.where(y < 0, y / top, np.minimum(y, 0.94))
    away = smoothstep(0.0, max(style.end, 0.1), y)
    below = y > 0
    # Short hair comes to lie on the neck: no rim stands out beside the cheek.
    full = 1.0 if style.thick > 0.3 else 1.0 - away
    w0, d0 = at(width, 0.0), at(depth, 0.0)
    a = np.where(below, at(width, skull) + thick * full, at(width, skull) * (1.0 + thick / w0))
    hanging = at(width, 0.0) + thick + style.flare * identity.hair_volume * np.sin(0.5 * np.pi * away)
    tail = np.sqrt(np.clip(1.0 - np.clip((y - style.end + 0.22) / 0.24, 0.0, 1.0) ** 2, 0.02, 1.0))  # the ends turn in
    long = style.flare > 0
    a = np.where(below & long, hanging * tail, a * np.where(below, tail, 1.0))
    c = np.where(below, at(depth, skull) + thick * full, at(depth, skull) * (1.0 + thick / d0))
    c = np.where(below & long, at(depth, np.minimum(skull, 0.3)) + thick, c)
    return Rings(*(part.astype(np.float32) for part in (y, a, c)), middle=-0.02)


@lru_cache(maxsize=512)
def shell_of_skull(identity: Identity) -> Rings:
    """The skull at rest as rings."""
    width, depth = profile(identity)
    y = -np.cos(np.linspace(0.02, np.pi - 0.02, 44)).astype(np.float32)
    return Rings(y, at(width, y), at(depth, y))


@lru_cache(maxsize=512)
def hairline(identity: Identity) -> np.ndarray:
    """The hairline from the right (of the picture's left) to the other side: (angle in radians, height), (P, 2)."""
    style = STYLES[identity.hair_style]
    right, left = style.line, style.left_line or style.line
    control = [(-angle, y) for angle, y in left[::-1]] + list(right[1:])
    line = smooth_curve(control, 111 if style.teeth else 61)
    line[:, 0] = np.radians(line[:, 0])
    if style.teeth:
        front = np.cos(np.clip(1.3 * line[:, 0], -np.pi / 2, np.pi / 2))
        phase = (line[:, 0] / np.radians(110) + 0.5) * style.teeth
        wave = np.abs((phase % 1.0) * 2 - 1) if style.curls == 0 else np.abs(np.cos(np.pi * phase)) ** 0.8
        line[:, 1] -= style.tooth * (wave * 1.4 - 0.3) * np.sqrt(np.maximum(front, 0.0))
    return line.astype(np.float32)


@lru_cache(maxsize=1)
def hairline_of_bare() -> np.ndarray:
    """Where the face ends on a head that has no hairline."""
    right = STYLES["bald"].line
    line = smooth_curve([(-angle, y) for angle, y in right[::-1]] + list(right[1:]), 61)
    line[:, 0] = np.radians(line[:, 0])
    return line.astype(np.float32)


def points_on(rings: Rings, angle, y, push=0.0) -> np.ndarray:
    """Points of a shell at angles round it and heights: (P, 3)."""
    a, c = (np.interp(y, rings.y, part) + push for part in (rings.width, rings.depth))
    return np.stack([a * np.sin(angle), y + 0 * angle, c * np.cos(angle) + rings.middle], -1).astype(np.float32)


def normals_on(rings: Rings, angle, y) -> np.ndarray:
    """Outward unit normals of a shell at angles round it and heights: (P, 3)."""
    a, c = (np.interp(y, rings.y, part) for part in (rings.width, rings.depth))
    slope = (np.interp(y + 0.02, rings.y, rings.width) - np.interp(y - 0.02, rings.y, rings.width)) / 0.04
    n = np.stack([np.sin(angle) / a, -slope / a, np.cos(angle) / c], -1)
    return (n / np.linalg.norm(n, axis=-1, keepdims=True)).astype(np.float32)


@lru_cache(maxsize=512)
def rim(identity: Identity, bare: bool) -> tuple[Rings, np.ndarray, np.ndarray]:
    """A shell, the points of its hairline and the normals there, each (P, 3): of the hair, or of a `bare` skull."""
    rings, line = (shell_of_skull(identity), hairline_of_bare()) if bare else (shell(identity), hairline(identity))
    angle, y = line[:, 0], line[:, 1]
    return rings, points_on(rings, angle, y), normals_on(rings, angle, y)


def cap(pose: Pose, bare: bool = False) -> np.ndarray:
    """The part of a shell above its hairline, as it is seen: one polygon (N, P, 2). Of the hair, or of a `bare` skull.

    Hairline points that the head hides slide to the silhouette, so that the hair never tears at the horizon.
    """
    rings, points, upright = rim(pose.identity, bare)
    seen = pose.project(points)
    normals = pose.turn(upright)  # (N, P, 3)
    towards = normals[..., :2] / np.maximum(np.linalg.norm(normals[..., :2], axis=-1, keepdims=True), 1e-6)
    # From the middle outwards, the first hidden point of each side ends the visible hairline: all beyond it join it.
    hidden = normals[..., 2] < 0
    count, middle = len(points), len(points) // 2
    past = np.ones((pose.count, 1), bool)
    past_right = np.argmax(np.concatenate([hidden[:, middle:], past], 1), 1) + middle
    past_left = middle - np.argmax(np.concatenate([hidden[:, middle::-1], past], 1), 1)
    index = np.arange(count)
    last, first = np.minimum(past_right, count - 1)[:, None], np.maximum(past_left, 0)[:, None]
    source = clamp(index, first, last)
    every = np.arange(pose.count)[:, None]
    directions = np.empty((pose.count, 30, 2), np.float32)
    directions[:, :1], directions[:, 1:2] = ends = towards[every, first], towards[every, last]  # each (N, 1, 2)
    left, right = (np.arctan2(end[..., 1], end[..., 0]) for end in ends)  # each (N, 1)
    left = np.where(left > 0, left - 2 * np.pi, left)
    theta = right + _SHARE * (left - right)
    directions[:, 2:, 0], directions[:, 2:, 1] = np.cos(theta), np.sin(theta)
    edge = pose.outline(rings, directions)
    seen = seen[every, source]
    seen = np.where(((index <= first) & hidden[every, first])[..., None], edge[:, :1], seen)
    seen = np.where(((index >= last) & hidden[every, last])[..., None], edge[:, 1:2], seen)
    return np.concatenate([seen, edge[:, 2:]], axis=1)


def curly_outline(pose: Pose, rings: Rings, count: int, size: float) -> np.ndarray:
    """A silhouette with `count` round curls along it, which turn with the head: (N, 8 count, 2)."""
    edge = pose.outline(rings, _AROUND)
    edge = np.concatenate([edge, edge[:, :1]], axis=1)
    along = np.cumsum(np.linalg.norm(np.diff(edge, axis=1), axis=-1), axis=1)
    along = np.concatenate([np.zeros_like(along[:, :1]), along], axis=1)
    along /= along[:, -1:]
    # Even steps along the silhouette, so that every curl is as wide as the next.
    even = np.arange(8 * count, dtype=np.float32) / (8 * count)
    left = np.minimum((along[:, None, :] <= even[:, None]).sum(-1) - 1, edge.shape[1] - 2)
    every = np.arange(pose.count)[:, None]
    step = np.maximum(along[every, left + 1] - along[every, left], 1e-6)
    share = ((even - along[every, left]) / step)[..., None]
    points = edge[every, left] * (1.0 - share) + edge[every, left + 1] * share
    tangent = np.roll(points, -2, axis=1) - np.roll(points, 2, axis=1)
    outward = np.stack([tangent[..., 1], -tangent[..., 0]], -1)
    outward /= np.maximum(np.linalg.norm(outward, axis=-1, keepdims=True), 1e-6)
    bump = np.abs(np.sin(np.pi * count * even + 2.0 * np.radians(pose.yaw))) ** 0.8
    return points + size * bump[..., None] * outward
