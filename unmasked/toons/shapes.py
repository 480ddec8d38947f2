"""Solid shapes that stand off the head: balls, cones, and smooth outlines."""

import numpy as np

from unmasked.toons.head import Pose, circle_directions

CIRCLE = circle_directions(20)


def smooth_curve(points, count: int) -> np.ndarray:
    """A Catmull–Rom curve of `count` points through control points (P, 2)."""
    p = np.asarray(points, np.float64)
    p = np.concatenate([2 * p[:1] - p[1:2], p, 2 * p[-1:] - p[-2:-1]])
    place = np.linspace(0.0, len(p) - 3 - 1e-9, count)
    i = place.astype(int)
    t = (place - i)[:, None]
    a, b, c, d = p[i], p[i + 1], p[i + 2], p[i + 3]
    return 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)


def ball(pose: Pose, centre, radius: float, curls: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A ball in space: its disc (N, P, 2), a lighter disc towards the upper left, and its depth (N,)."""
    middle = pose.turn(np.float32([centre]))  # (N, 1, 3)
    ring = CIRCLE
    if curls:
        ring = circle_directions(6 * curls)
        ring = ring * (1.0 + 0.10 * np.abs(np.sin(0.5 * curls * np.arctan2(ring[:, 1], ring[:, 0]))))[:, None]
    disc = middle[..., :2] + radius * ring
    light = middle[..., :2] + radius * (0.45 * CIRCLE * np.float32([1.0, 0.8]) + np.float32([-0.22, -0.36]))
    return disc, light, middle[:, 0, 2]


def spike(pose: Pose, base, tip, wide: float) -> tuple[np.ndarray, np.ndarray]:
    """A cone with bent flanks from a base on the head to a tip: (N, P, 2) and the depth of its base (N,)."""
    ends = pose.turn(np.float32([base, tip]))
    foot, point = ends[:, 0, :2], ends[:, 1, :2]
    along = point - foot
    normal = np.stack([-along[:, 1], along[:, 0]], -1)
    normal /= np.maximum(np.linalg.norm(normal, axis=-1, keepdims=True), 1e-6)
    s = np.float32([0.0, 0.35, 0.7, 1.0, 0.7, 0.35, 0.0])
    half = wide * np.float32([1.0, 0.80, 0.42, 0.03, -0.42, -0.80, -1.0])
    bend = 0.10 * np.sin(np.pi * s)
    return foot[:, None] + s[:, None] * along[:, None] + (half + bend * wide)[:, None] * normal[:, None], ends[:, 0, 2]
