"""The still parts of a head: nose, freckles, ears, jaw line, and the neck and shoulders under it."""

from functools import lru_cache

import numpy as np

from unmasked.toons.hairstyles import COVERS_EARS
from unmasked.toons.head import Pose, at, on_face, profile, spans
from unmasked.toons.identity import Identity
from unmasked.toons.shapes import smooth_curve
from unmasked.toons.strokes import COS, SIDES, SIN, Drawn, band, only, stroke

_RIDGE = np.float32([-0.08, 0.02, 0.12, 0.235])  # heights down the bridge of the nose to its tip


@lru_cache(maxsize=512)
def _freckles(identity: Identity) -> list[np.ndarray]:
    generator = np.random.Generator(np.random.PCG64(identity.marks))
    places: list[tuple[float, float]] = []
    while len(places) < identity.freckles:
        side = -1.0 if len(places) % 2 else 1.0
        x = side * generator.uniform(0.19, 0.56)
        y = generator.uniform(0.22, 0.42) - 0.06 * abs(x)
        # Two that touch would make a blot, so that one is drawn anew.
        if all(np.hypot(x - a, y - b) > 0.065 for a, b in places):
            places.append((x, y))
    around = np.linspace(0.0, 2 * np.pi, 9)[:-1]
    radii = generator.uniform(0.018, 0.028, len(places))
    return [on_face(x + r * np.cos(around), y + r * np.sin(around)) for (x, y), r in zip(places, radii, strict=True)]


def freckles(pose: Pose) -> Drawn:
    """Freckles over cheeks and nose, each character's own."""
    dots = _freckles(pose.identity)
    return Drawn([stroke("freckle", *dots)] if dots else [])


def nose_ridge(pose: Pose) -> np.ndarray:
    """Three points down the bridge of the nose, and the middle of its tip, in head axes: (N, 4, 3)."""
    return pose.surface(0.0, _RIDGE, np.float32([0.03, 0.03, 0.03, 0.35 * pose.identity.nose_width]))


def nose(pose: Pose, ridge: np.ndarray) -> Drawn:
    """A round nose that stands off the face; curve `nose`: four points down the bridge, five below the tip."""
    rx, ry = pose.identity.nose_width, pose.identity.nose_height
    # The tip alone: BLAS rounds a single point in another way than several, and pictures are to stay as they were.
    bridge, tip = pose.project(ridge[:, :3]), pose.project(ridge[:, 3:])
    ball = tip + np.stack([rx * COS, ry * SIN], -1)
    base = on_face(rx * 0.98 * COS, 0.235 + ry * (0.30 + 0.98 * SIN), 0.0)
    under = tip + np.float32([[-0.8 * rx, 0.45 * ry], [-0.4 * rx, 0.8 * ry], [0, 0.95 * ry], [0.4 * rx, 0.8 * ry],
                              [0.8 * rx, 0.45 * ry]])  # fmt: skip
    return Drawn([stroke("crease", base), stroke("nose", ball)], {"nose": np.concatenate([bridge, tip, under], axis=1)})


@lru_cache(maxsize=512)
def _ears(identity: Identity) -> np.ndarray:
    """Right and left ear: the edges of its shape and of its hollow, in head axes; float32 (2, 4, 13, 3)."""
    one, (width, _) = identity, profile(identity)
    tall = 0.20 * one.ear_size
    s = np.linspace(-1.0, 1.0, 13, dtype=np.float32)
    height = 0.06 + tall * s
    bulge = 0.92 * tall * np.maximum(1.0 - np.abs(s) ** 2.4, 0.0) ** 0.6
    peak = one.ear_point * 1.1 * tall * np.exp(-(((s + 0.75) / 0.32) ** 2))
    edges = []
    for side in SIDES.values():
        root = np.stack([side * 0.985 * at(width, height), height, -0.06 - 0.05 * s], -1)
        outward = np.stack([side * 0.9 * (bulge + peak), -0.25 * bulge - 1.1 * peak, -0.35 * bulge], -1)
        inner = root + np.stack([side * 0.9 * bulge * 0.55, 0.1 * bulge, -0.15 * bulge + 0.01], -1)
        edges.append([root - outward * 0.12, root + outward, root + outward * 0.10, inner])
    return np.float32(edges)


def ears(pose: Pose) -> tuple[Drawn, Drawn]:
    """Ears, and which of them lie behind the head and which before it: two sets of strokes."""
    behind, before = Drawn(), Drawn()
    if pose.identity.hair_style in COVERS_EARS:
        return behind, before
    edges = _ears(pose.identity)
    seen = pose.project(edges.reshape(-1, 3)).reshape(pose.count, *edges.shape[:3], 2)
    turned = np.sin(np.radians(pose.yaw[:, 0]))
    found = []
    for i, side in enumerate(SIDES.values()):
        shape = band(seen[:, i, 0], seen[:, i, 1])
        hollow = band(seen[:, i, 2, 3:11], seen[:, i, 3, 3:11])
        found.append((shape, hollow, -side * turned > -0.06))
    for drawn, near in ((before, True), (behind, False)):
        shapes = [only(shape, facing == near) for shape, _, facing in found]
        hollows = [only(hollow, facing == near) for _, hollow, facing in found]
        drawn.strokes += [stroke("ear", *shapes), stroke("ear_inner", *hollows)]
    return behind, before


@lru_cache(maxsize=512)
def _jaw(identity: Identity) -> tuple[np.ndarray, np.ndarray]:
    """Half width and height of the seventeen points of the jaw line, at rest."""
    width, _ = profile(identity)
    v = np.linspace(-0.12, 1.0, 200)
    edge = np.stack([at(width, v), v], -1)
    edge = np.concatenate([edge, [[0.0, 1.0]]])  # down the cheek, and under the chin to the middle
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(edge, axis=0).T))])
    half, height = (np.interp(np.linspace(0.0, along[-1], 9), along, part) for part in edge.T)
    return tuple(np.concatenate([part, part[-2::-1]]).astype(np.float32) for part in (half, height))


def jawline(pose: Pose) -> np.ndarray:
    """Seventeen points from ear to ear round the chin, evenly spaced where the face is widest: (N, 17, 2)."""
    half, height = _jaw(pose.identity)
    points = np.empty((pose.count, 17, 3), np.float32)
    points[..., 0] = half * np.sign(np.arange(17) - 8.0)
    points[..., 1] = height + pose.sink(height)
    points[..., 2] = 0.12 * np.maximum(height, 0.0)  # the chin lies before the ears
    return pose.project(points)


@lru_cache(maxsize=512)
def _body(identity: Identity) -> list[np.ndarray]:
    """Neck, the shadow on it, shirt and its trim, as they are seen from the front: (1, P, 2) each."""

    def both(half):
        half = np.float32(half)
        return np.concatenate([half, (half * [-1, 1])[::-1]])[None]

    width = 0.34 * identity.width / 0.86
    neck = both([[width, 0.5], [width, 1.02], [width + 0.05, 1.2], [width + 0.25, 1.6]])
    shadow = both([[width, 0.5], [width, 1.02], [0.7 * width, 1.09], [0.3 * width, 1.13]])
    shoulder = [[width + 0.02, 1.10], [0.60, 1.15], [0.88, 1.24], [1.05, 1.44], [1.12, 1.80], [1.15, 2.40]]
    shirt = both([[0.16, 1.27], *smooth_curve(shoulder, 20), [1.15, 6.0]])
    trim = both([[0.15, 1.30], [width + 0.02, 1.13], [width + 0.04, 1.06], [width - 0.03, 1.08], [0.13, 1.24]])
    return [neck, shadow, shirt, trim]


def body(pose: Pose) -> Drawn:
    """Neck and shoulders, which follow the head only a little; they reach far below the portrait."""
    lean = 0.10 * np.sin(np.radians(pose.yaw))  # (N, 1)
    nod = 0.05 * np.sin(np.radians(pose.pitch))
    upright = -np.radians(pose.roll)  # undo the tilt that the whole drawing gets: shoulders stay level
    polygons = _body(pose.identity)
    points = np.concatenate(polygons, axis=1)
    x, y = points[..., 0] + lean * np.float32(0.4), points[..., 1] - 0.55 + nod
    cos, sin = np.cos(upright), np.sin(upright)
    level = np.stack([x * cos - y * sin, x * sin + y * cos + 0.55], -1)
    materials = ("neck", "neck_shadow", "clothes", "clothes_trim")
    return Drawn([stroke(name, level[:, span]) for name, span in zip(materials, spans(polygons), strict=True)])
