"""Hair: a shell around the skull with a hairline cut into it, and tufts, buns, braids and spikes that stand off it."""

from functools import lru_cache

import numpy as np

from unmasked.toons.features import Drawn, band, stroke
from unmasked.toons.hairstyles import BARE, STYLES
from unmasked.toons.head import Pose, Rings, at, circle_directions, profile, smoothstep
from unmasked.toons.identity import Identity

_CIRCLE = circle_directions(20)
_OUTLINE = circle_directions(60)


# Degrees round the head, height, length and lean of the tufts of a mohawk, from the neck to the brow.
MOHAWK = (
    (180, -0.60, 0.30, 0.0),
    (180, -0.84, 0.36, 0.0),
    (0, -0.99, 0.42, -0.10),
    (0, -0.97, 0.44, 0.10),
    (0, -0.90, 0.40, -0.05),
    (0, -0.80, 0.34, 0.04),
)


SPIKES = (
    (-75, -0.55, 0.30),
    (75, -0.55, 0.30),
    (-52, -0.80, 0.38),
    (52, -0.80, 0.38),
    (-24, -0.95, 0.44),
    (24, -0.95, 0.44),
    (0, -0.98, 0.50),
    (-100, -0.25, 0.24),
    (100, -0.25, 0.24),
)
# The wave of a quiff and the two locks on it, as seen from the front.
QUIFF = {
    "hair": (
        (-0.62, -0.72), (-0.66, -1.00), (-0.36, -1.26), (0.10, -1.40), (0.62, -1.36), (0.74, -1.10), (0.60, -0.86),
        (0.20, -0.80), (-0.20, -0.72), (-0.50, -0.66),
    ),
    "hair_light": ((-0.44, -0.80), (-0.34, -1.06), (0.10, -1.24), (0.52, -1.22), (0.10, -1.17), (-0.22, -1.00)),
    "hair_dark": ((-0.24, -0.76), (0.00, -0.94), (0.40, -1.02), (0.66, -0.98), (0.36, -0.96), (0.04, -0.86)),
}  # fmt: skip


def _smooth(points, count: int) -> np.ndarray:
    """A Catmull–Rom curve of `count` points through control points (P, 2)."""
    p = np.asarray(points, np.float64)
    p = np.concatenate([2 * p[:1] - p[1:2], p, 2 * p[-1:] - p[-2:-1]])
    place = np.linspace(0.0, len(p) - 3 - 1e-9, count)
    i = place.astype(int)
    t = (place - i)[:, None]
    a, b, c, d = p[i], p[i + 1], p[i + 2], p[i + 3]
    return 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)


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
    a = at(width, skull) + thick * (1.0 if style.thick > 0.3 else np.where(below, 1.0 - away, 1.0))
    hanging = at(width, 0.0) + thick + style.flare * identity.hair_volume * np.sin(0.5 * np.pi * away)
    tail = np.sqrt(np.clip(1.0 - np.clip((y - style.end + 0.22) / 0.24, 0.0, 1.0) ** 2, 0.02, 1.0))  # the ends turn in
    long = style.flare > 0
    a = np.where(below & long, hanging * tail, a * np.where(below, tail, 1.0))
    c = at(depth, skull) + thick
    c = np.where(below & long, at(depth, np.minimum(skull, 0.3)) + thick, c)
    return Rings(*(part.astype(np.float32) for part in (y, a, c, np.full_like(y, -0.02))))


@lru_cache(maxsize=512)
def hairline(identity: Identity) -> np.ndarray:
    """The hairline from the right (of the picture's left) to the other side: (angle in radians, height), (P, 2)."""
    style = STYLES[identity.hair_style]
    right, left = style.line, style.left_line or style.line
    control = [(-angle, y) for angle, y in left[::-1]] + list(right[1:])
    line = _smooth(control, 61)
    line[:, 0] = np.radians(line[:, 0])
    if style.teeth:
        front = np.cos(np.clip(1.3 * line[:, 0], -np.pi / 2, np.pi / 2))
        phase = (line[:, 0] / np.radians(110) + 0.5) * style.teeth
        wave = np.abs((phase % 1.0) * 2 - 1) if style.curls == 0 else np.abs(np.cos(np.pi * phase))
        line[:, 1] -= style.tooth * (wave * 1.4 - 0.3) * np.sqrt(np.maximum(front, 0.0))
    return line.astype(np.float32)


def _on(rings: Rings, angle, y, push=0.0) -> np.ndarray:
    """Points of a shell at angles round it and heights: (P, 3)."""
    a, c = (np.interp(y, rings.y, part) + push for part in (rings.width, rings.depth))
    return np.stack([a * np.sin(angle), y + 0 * angle, c * np.cos(angle) + rings.middle[0]], -1).astype(np.float32)


def _normals(rings: Rings, angle, y) -> np.ndarray:
    a, c = (np.interp(y, rings.y, part) for part in (rings.width, rings.depth))
    slope = (np.interp(y + 0.02, rings.y, rings.width) - np.interp(y - 0.02, rings.y, rings.width)) / 0.04
    n = np.stack([np.sin(angle) / a, -slope / a, np.cos(angle) / c], -1)
    return (n / np.linalg.norm(n, axis=-1, keepdims=True)).astype(np.float32)


def _curl(angle: np.ndarray, count: int, pose: Pose) -> np.ndarray:
    """Round curls along a silhouette, 0…1, that turn with the head."""
    return np.abs(np.sin(0.5 * count * (angle + 0.6 * np.radians(pose.yaw)))) ** 0.7


def cap(pose: Pose, rings: Rings, line: np.ndarray, curls: int = 0, size: float = 0.0) -> np.ndarray:
    """The part of a shell above a hairline, as it is seen: one polygon (N, P, 2).

    Hairline points that the head hides slide to the silhouette, so that the hair never tears at the horizon.
    """
    angle, y = line[:, 0], line[:, 1]
    seen = pose.project(_on(rings, angle, y))
    normals = pose.turn(_normals(rings, angle, y))  # (N, P, 3)
    towards = normals[..., :2] / np.maximum(np.linalg.norm(normals[..., :2], axis=-1, keepdims=True), 1e-6)
    # From the middle outwards, the first hidden point of each side ends the visible hairline: all beyond it join it.
    hidden = normals[..., 2] < 0
    count, middle = len(angle), len(angle) // 2
    past_right = np.argmax(np.concatenate([hidden[:, middle:], np.ones((pose.count, 1), bool)], 1), 1) + middle
    past_left = middle - np.argmax(np.concatenate([hidden[:, middle::-1], np.ones((pose.count, 1), bool)], 1), 1)
    index = np.arange(count)
    last, first = np.minimum(past_right, count - 1)[:, None], np.maximum(past_left, 0)[:, None]
    source = np.clip(index, first, last)
    every = np.arange(pose.count)[:, None]
    ends = np.concatenate([towards[every, first], towards[every, last]], axis=1)  # (N, 2, 2)
    edge = pose.outline(rings, ends)
    seen = seen[every, source]
    seen = np.where(((index <= first) & hidden[every, first])[..., None], edge[:, :1], seen)
    seen = np.where(((index >= last) & hidden[every, last])[..., None], edge[:, 1:], seen)
    right = np.arctan2(ends[:, 1, 1], ends[:, 1, 0])
    left = np.arctan2(ends[:, 0, 1], ends[:, 0, 0])
    left = np.where(left > 0, left - 2 * np.pi, left)
    share = np.linspace(0.0, 1.0, max(28, 4 * curls))[None]
    theta = right[:, None] + share * (left - right)[:, None]
    directions = np.stack([np.cos(theta), np.sin(theta)], -1).astype(np.float32)
    arc = pose.outline(rings, directions)
    if curls:
        arc = arc + size * _curl(theta, curls, pose)[..., None] * directions
    return np.concatenate([seen, arc], axis=1)


def _scalloped(pose: Pose, rings: Rings, count: int, size: float) -> np.ndarray:
    """A silhouette with curls round it that turn with the head."""
    directions = circle_directions(max(96, 5 * count))
    edge = pose.outline(rings, directions)
    angle = np.arctan2(directions[:, 1], directions[:, 0])[None]
    return edge + size * _curl(angle, count, pose)[..., None] * directions


def _ball(pose: Pose, centre, radius: float, curls: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A ball in space: its disc (N, P, 2), a lighter disc towards the upper left, and its depth (N,)."""
    middle = pose.turn(np.float32([centre]))  # (N, 1, 3)
    ring = _CIRCLE
    if curls:
        ring = circle_directions(6 * curls)
        ring = ring * (1.0 + 0.10 * np.abs(np.sin(0.5 * curls * np.arctan2(ring[:, 1], ring[:, 0]))))[:, None]
    disc = middle[..., :2] + radius * ring
    light = middle[..., :2] + radius * (0.45 * _CIRCLE * np.float32([1.0, 0.8]) + np.float32([-0.22, -0.36]))
    return disc, light, middle[:, 0, 2]


def _spike(pose: Pose, base, tip, wide: float) -> tuple[np.ndarray, np.ndarray]:
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


def _braid(pose: Pose, side: float, volume: float) -> tuple[np.ndarray, list[np.ndarray], np.ndarray]:
    """A braid that hangs beside the jaw: its rope (N, P, 2), the knots on it, and its depth (N,)."""
    s = np.linspace(0.0, 1.0, 41, dtype=np.float32)
    middle = pose.project(np.stack([side * (0.88 + 0.14 * np.sin(2.2 * s)), 0.10 + 1.12 * s, 0.06 + 0.2 * s], -1))
    half = (
        volume
        * (0.16 - 0.06 * s)
        * (0.80 + 0.28 * np.abs(np.sin(5 * np.pi * s)) ** 0.7)
        * np.minimum(1, (1.001 - s) * 12)
    )
    across = np.stack([half, np.zeros_like(half)], -1)
    knots = []
    for knot in range(5):
        centre = middle[:, 4 + 8 * knot][:, None]
        size = volume * (0.145 - 0.055 * (0.1 + 0.2 * knot))
        knots.append(centre + size * (_CIRCLE * np.float32([0.94, 0.72])))
    return band(middle - across, middle + across), knots, pose.turn(np.float32([[side * 0.9, 0.6, 0.2]]))[:, 0, 2]


def hair(pose: Pose) -> tuple[Drawn, Drawn]:
    """Hair behind the head, and hair before the face."""
    one = pose.identity
    style = STYLES[one.hair_style]
    rings, line = shell(one), hairline(one)
    back, front = Drawn(), Drawn()
    volume = one.hair_volume

    def add(disc, depth, material="hair", behind="hair_back"):
        back.strokes.append(stroke(behind, disc, visible=depth < 0.0))
        front.strokes.append(stroke(material, disc, visible=depth >= 0.0))

    def balls(places, radius, curls=0):
        for place in places:
            disc, light, depth = _ball(pose, place, radius, curls)
            back.strokes += [
                stroke("hair", disc, visible=depth < 0.0),
                stroke("hair_light", light, visible=depth < 0.0),
            ]
            front.strokes += [
                stroke("hair", disc, visible=depth >= 0.0),
                stroke("hair_light", light, visible=depth >= 0.0),
            ]

    if one.hair_style in BARE:
        front.strokes.append(stroke("scalp", cap(pose, shell_of_skull(one), hairline_of_bare())))
    else:
        if style.curls:
            back.strokes.append(stroke("hair_back", _scalloped(pose, rings, style.curls, style.curl * volume)))
        else:
            back.strokes.append(stroke("hair_back", pose.outline(rings, _OUTLINE)))
        front.strokes.append(stroke("hair", cap(pose, rings, line, style.curls, style.curl * volume)))
        generator = np.random.Generator(np.random.PCG64(one.marks))
        angles = np.radians(np.linspace(-46, 46, 5) + generator.uniform(-6, 6, 5))
        for angle in angles if style.strands else ():
            low = float(np.interp(angle, line[:, 0], line[:, 1])) - 0.04
            high = max(float(rings.y[2]), low - generator.uniform(0.18, 0.34))
            y = np.linspace(high, low, 6)
            wide = 0.03 * np.sin(np.pi * np.linspace(0.05, 0.95, 6))
            sway = angle + 0.06 * np.sin(np.linspace(0, np.pi, 6))
            shape = band(
                pose.project(_on(rings, sway - wide, y, 0.004)), pose.project(_on(rings, sway + wide, y, 0.004))
            )
            facing = pose.turn(_normals(rings, angle[None], y[3:4]))[:, 0, 2] > 0.12
            front.strokes.append(stroke("hair_dark", shape, visible=facing))

    if one.hair_style == "bun":
        balls([(0.0, -1.20, -0.12)], 0.34 * volume)
    if one.hair_style == "puffs":
        balls([(-0.78, -0.86, -0.10), (0.78, -0.86, -0.10)], 0.36 * volume, curls=9)
    if one.hair_style == "braids":
        for side in (-1.0, 1.0):
            rope, knots, depth = _braid(pose, side, volume)
            for drawn, seen in ((back, depth < 0.0), (front, depth >= 0.0)):
                drawn.strokes += [stroke("hair_dark", rope, visible=seen), stroke("hair", *knots, visible=seen)]
    if one.hair_style == "spikes":
        for angle, y, length in SPIKES:
            base = _on(rings, np.radians(np.float32([angle])), np.float32([y]), -0.10)[0]
            out = base / np.linalg.norm(base)
            shape, depth = _spike(
                pose, base, base + out * (length * volume + 0.1) + np.float32([0.0, -0.08, 0.0]), 0.19
            )
            add(shape, depth, behind="hair")
    if one.hair_style == "quiff":
        for material, shape in QUIFF.items():
            front.strokes.append(stroke(material, _sheet(pose, _smooth(shape, 30), volume)))
    if one.hair_style == "mohawk":
        skull = shell_of_skull(one)
        for angle, y, length, lean in MOHAWK:
            base = _on(skull, np.radians(np.float32([angle])), np.float32([y]), -0.08)[0]
            out = base / np.linalg.norm(base) * np.float32([1.0, 1.0, 0.6]) + np.float32([lean, -0.4, 0.0])
            shape, depth = _spike(pose, base, base + out * (length * volume + 0.08), 0.27)
            add(shape, depth - 0.05, behind="hair")
        lock = _smooth([(-0.06, -0.84), (-0.05, -1.08), (0.02, -1.30), (0.05, -1.08), (0.05, -0.84)], 14)
        front.strokes.append(stroke("hair_light", _sheet(pose, lock, volume)))
    if one.hair_style == "tuft":
        for lean, length in ((-0.22, 0.30), (0.20, 0.32), (0.0, 0.42)):
            shape, _ = _spike(pose, (lean * 0.2, -0.93, 0.15), (lean, -1.0 - length * volume, 0.18), 0.075)
            front.strokes.append(stroke("hair", shape))
    return back, front


def _sheet(pose: Pose, outline: np.ndarray, volume: float) -> np.ndarray:
    """A flat shape before the forehead that stands up from the hairline."""
    x, y = outline[:, 0], -0.7 + (outline[:, 1] + 0.7) * volume
    z = 0.62 + 0.20 * (y + 0.7)
    return pose.project(np.stack([x * pose.identity.width / 0.86, y, z], -1))


@lru_cache(maxsize=512)
def shell_of_skull(identity: Identity) -> Rings:
    """The skull at rest as rings."""
    width, depth = profile(identity)
    y = -np.cos(np.linspace(0.02, np.pi - 0.02, 44)).astype(np.float32)
    return Rings(y, at(width, y), at(depth, y), np.zeros_like(y))


@lru_cache(maxsize=1)
def hairline_of_bare() -> np.ndarray:
    """Where the face ends on a head that has no hairline."""
    right = STYLES["bald"].line
    line = _smooth([(-angle, y) for angle, y in right[::-1]] + list(right[1:]), 61)
    line[:, 0] = np.radians(line[:, 0])
    return line.astype(np.float32)
