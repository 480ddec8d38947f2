"""The still parts of a head: nose, freckles, ears, jaw line, and the neck and shoulders under it."""

from functools import lru_cache

import numpy as np

from unmasked.toons.hairstyles import COVERS_EARS
from unmasked.toons.head import Pose, at, on_face, profile
from unmasked.toons.identity import Identity
from unmasked.toons.shapes import smooth_curve
from unmasked.toons.strokes import ROUND, SIDES, Drawn, band, only, stroke


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


def nose_place(pose: Pose) -> tuple[np.ndarray, float, float]:
    """Middle (N, 3), half width and half height of the tip of the nose."""
    one = pose.identity
    zero = np.zeros((pose.count, 1), np.float32)
    middle = pose.surface(zero, zero + 0.235, 0.35 * one.nose_width)
    return middle[:, 0], one.nose_width, one.nose_height


def nose(pose: Pose) -> Drawn:
    """A round nose that stands off the face; curve `nose`: four points down the bridge, five below the tip."""
    middle, rx, ry = nose_place(pose)
    tip = pose.project(middle[:, None])  # (N, 1, 2)
    ball = tip + np.stack([rx * np.cos(ROUND), ry * np.sin(ROUND)], -1)
    base = on_face(rx * 0.98 * np.cos(ROUND), 0.235 + ry * (0.30 + 0.98 * np.sin(ROUND)), 0.0)
    (bridge,) = pose.faces([on_face(np.zeros(3), np.float32([-0.08, 0.02, 0.12]), 0.03)])
    under = tip + np.float32([[-0.8 * rx, 0.45 * ry], [-0.4 * rx, 0.8 * ry], [0, 0.95 * ry], [0.4 * rx, 0.8 * ry],
                              [0.8 * rx, 0.45 * ry]])  # fmt: skip
    return Drawn([stroke("crease", base), stroke("nose", ball)], {"nose": np.concatenate([bridge, tip, under], axis=1)})


def ears(pose: Pose) -> tuple[Drawn, Drawn]:
    """Ears, and which of them lie behind the head and which before it: two sets of strokes."""
    one = pose.identity
    behind, before = Drawn(), Drawn()
    if one.hair_style in COVERS_EARS:
        return behind, before
    tall = 0.20 * one.ear_size
    s = np.linspace(-1.0, 1.0, 13, dtype=np.float32)
    height = 0.06 + tall * s
    bulge = 0.92 * tall * np.maximum(1.0 - np.abs(s) ** 2.4, 0.0) ** 0.6
    peak = one.ear_point * 1.1 * tall * np.exp(-(((s + 0.75) / 0.32) ** 2))
    found = []
    for side in SIDES.values():
        root = np.stack([side * 0.985 * at(pose.width, height), height, -0.06 - 0.05 * s], -1)
        outward = np.stack([side * 0.9 * (bulge + peak), -0.25 * bulge - 1.1 * peak, -0.35 * bulge], -1)
        inner = root + np.stack([side * 0.9 * bulge * 0.55, 0.1 * bulge, -0.15 * bulge + 0.01], -1)
        shape = band(pose.project(root - outward * 0.12), pose.project(root + outward))
        hollow = band(pose.project(root + outward * 0.10)[:, 3:11], pose.project(inner)[:, 3:11])
        found.append((shape, hollow, -side * np.sin(np.radians(pose.yaw[:, 0])) > -0.06))
    for drawn, near in ((before, True), (behind, False)):
        shapes = [only(shape, facing == near) for shape, _, facing in found]
        hollows = [only(hollow, facing == near) for _, hollow, facing in found]
        drawn.strokes += [stroke("ear", *shapes), stroke("ear_inner", *hollows)]
    return behind, before


@lru_cache(maxsize=512)
def _jaw(identity: Identity) -> tuple[np.ndarray, np.ndarray]:
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


def body(pose: Pose) -> Drawn:
    """Neck and shoulders, which follow the head only a little; they reach far below the portrait."""
    lean = 0.10 * np.sin(np.radians(pose.yaw))  # (N, 1)
    nod = 0.05 * np.sin(np.radians(pose.pitch))
    upright = -np.radians(pose.roll)  # undo the tilt that the whole drawing gets: shoulders stay level

    def level(points):
        x, y = points[..., 0] + lean * np.float32(0.4), points[..., 1] - 0.55 + nod
        return np.stack(
            [x * np.cos(upright) - y * np.sin(upright), x * np.sin(upright) + y * np.cos(upright) + 0.55], -1
        )

    def both(half):
        half = np.float32(half)
        return level(np.concatenate([half, (half * [-1, 1])[::-1]])[None])

    width = 0.34 * pose.identity.width / 0.86
    neck = both([[width, 0.5], [width, 1.02], [width + 0.05, 1.2], [width + 0.25, 1.6]])
    shadow = both([[width, 0.5], [width, 1.02], [0.7 * width, 1.09], [0.3 * width, 1.13]])
    shoulder = [[width + 0.02, 1.10], [0.60, 1.15], [0.88, 1.24], [1.05, 1.44], [1.12, 1.80], [1.15, 2.40]]
    shirt = both([[0.16, 1.27], *smooth_curve(shoulder, 20), [1.15, 6.0]])
    trim = both([[0.15, 1.30], [width + 0.02, 1.13], [width + 0.04, 1.06], [width - 0.03, 1.08], [0.13, 1.24]])
    return Drawn(
        [stroke("neck", neck), stroke("neck_shadow", shadow), stroke("clothes", shirt), stroke("clothes_trim", trim)]
    )
