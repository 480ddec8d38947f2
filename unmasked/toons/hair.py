"""Hair: the shell, and the tufts, buns, braids and spikes that stand off it."""

from functools import lru_cache

import numpy as np

from unmasked.toons.hairstyles import BARE, STYLES
from unmasked.toons.head import Pose, circle_directions
from unmasked.toons.identity import Identity
from unmasked.toons.shapes import CIRCLE, ball, smooth_curve, spike
from unmasked.toons.shell import (
    cap,
    curly_outline,
    hairline,
    normals_on,
    points_on,
    shell,
    shell_of_skull,
)
from unmasked.toons.strokes import Drawn, band, only, stroke

_OUTLINE = circle_directions(60)
# Degrees round the head, height, length and lean of the tufts of a mohawk, from the neck to the brow.
MOHAWK = (
    (180, -0.60, 0.30, 0.0),
    (180, -0.84, 0.36, 0.0),
    (0, -0.99, 0.32, -0.10),
    (0, -0.97, 0.34, 0.10),
    (0, -0.90, 0.31, -0.05),
    (0, -0.80, 0.28, 0.04),
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
_QUIFF = {
    "hair": (
        (-0.62, -0.72), (-0.66, -1.00), (-0.36, -1.26), (0.10, -1.40), (0.62, -1.36), (0.74, -1.10), (0.60, -0.86),
        (0.20, -0.80), (-0.20, -0.72), (-0.50, -0.66),
    ),
    "hair_light": ((-0.44, -0.80), (-0.34, -1.06), (0.10, -1.24), (0.52, -1.22), (0.10, -1.17), (-0.22, -1.00)),
    "hair_dark": ((-0.24, -0.76), (0.00, -0.94), (0.40, -1.02), (0.66, -0.98), (0.36, -0.96), (0.04, -0.86)),
}  # fmt: skip
_LOCK = ((-0.06, -0.84), (-0.05, -1.08), (0.02, -1.22), (0.05, -1.08), (0.05, -0.84))  # before a mohawk
SHEETS = {material: smooth_curve(shape, 30) for material, shape in _QUIFF.items()} | {"lock": smooth_curve(_LOCK, 14)}


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
        knots.append(centre + size * (CIRCLE * np.float32([0.94, 0.72])))
    return band(middle - across, middle + across), knots, pose.turn(np.float32([[side * 0.9, 0.6, 0.2]]))[:, 0, 2]


@lru_cache(maxsize=512)
def _strands(identity: Identity) -> tuple[np.ndarray, np.ndarray]:
    """Darker strands on the fringe: the polygon of each, (S, 12, 3), and the normal in its middle, (S, 1, 1, 3)."""
    rings, line = shell(identity), hairline(identity)
    generator = np.random.Generator(np.random.PCG64(identity.marks))
    angles = np.radians(np.linspace(-46, 46, 5) + generator.uniform(-6, 6, 5))
    strands, normals = [], []
    for angle in angles if STYLES[identity.hair_style].strands else ():
        low = float(np.interp(angle, line[:, 0], line[:, 1])) - 0.04
        high = max(float(rings.y[2]), low - generator.uniform(0.18, 0.34))
        y = np.linspace(high, low, 6)
        wide = 0.03 * np.sin(np.pi * np.linspace(0.05, 0.95, 6))
        sway = angle + 0.06 * np.sin(np.linspace(0, np.pi, 6))
        right, left = (points_on(rings, sway + side * wide, y, 0.004) for side in (-1.0, 1.0))
        strands.append(np.concatenate([right, left[::-1]]))
        normals.append(normals_on(rings, angle[None], y[3:4])[0])
    return np.float32(strands), np.float32(normals)[:, None, None]


@lru_cache(maxsize=512)
def _sheet(identity: Identity, shape: str) -> np.ndarray:
    """A flat shape before the forehead that stands up from the hairline: (P, 3)."""
    outline = SHEETS[shape]
    x, y = outline[:, 0], -0.7 + (outline[:, 1] + 0.7) * identity.hair_volume
    z = 0.62 + 0.20 * (y + 0.7)
    return np.stack([x * identity.width / 0.86, y, z], -1).astype(np.float32)


def hair(pose: Pose) -> tuple[Drawn, Drawn]:
    """Hair behind the head, and hair before the face."""
    one = pose.identity
    style = STYLES[one.hair_style]
    rings = shell(one)
    back, front = Drawn(), Drawn()
    volume = one.hair_volume

    def add(disc, depth, material="hair", behind="hair_back"):
        back.strokes.append(stroke(behind, disc, visible=depth < 0.0))
        front.strokes.append(stroke(material, disc, visible=depth >= 0.0))

    def balls(places, radius, curls=0):
        for place in places:
            disc, light, depth = ball(pose, place, radius, curls)
            back.strokes += [
                stroke("hair", disc, visible=depth < 0.0),
                stroke("hair_light", light, visible=depth < 0.0),
            ]
            front.strokes += [
                stroke("hair", disc, visible=depth >= 0.0),
                stroke("hair_light", light, visible=depth >= 0.0),
            ]

    if one.hair_style in BARE:
        front.strokes.append(stroke("scalp", cap(pose, bare=True)))
    else:
        if style.curls:
            back.strokes.append(stroke("hair", curly_outline(pose, rings, style.curls, style.curl * volume)))
            # The shadow inside the curls, which ends where they do.
            inside = 1.06 * pose.outline(shell_of_skull(one), _OUTLINE)
            inside[..., 1] = np.minimum(inside[..., 1], style.end - 0.16)
            back.strokes.append(stroke("hair_back", inside))
        else:
            back.strokes.append(stroke("hair_back", pose.outline(rings, _OUTLINE)))
        front.strokes.append(stroke("hair", cap(pose)))
        strands, normals = _strands(one)
        if len(strands):
            facing = pose.turn(normals)[:, :, 0, 2] > 0.12  # (S, N)
            seen = pose.project(strands.reshape(-1, 3)).reshape(pose.count, *strands.shape[:2], 2)
            front.strokes.append(stroke("hair_dark", *(only(seen[:, i], facing[i]) for i in range(len(strands)))))

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
            base = points_on(rings, np.radians(np.float32([angle])), np.float32([y]), -0.10)[0]
            out = base / np.linalg.norm(base)
            shape, depth = spike(pose, base, base + out * (length * volume + 0.1) + np.float32([0.0, -0.08, 0.0]), 0.19)
            add(shape, depth, behind="hair")
    if one.hair_style == "quiff":
        for material in _QUIFF:
            front.strokes.append(stroke(material, pose.project(_sheet(one, material))))
    if one.hair_style == "mohawk":
        skull = shell_of_skull(one)
        for angle, y, length, lean in MOHAWK:
            base = points_on(skull, np.radians(np.float32([angle])), np.float32([y]), -0.08)[0]
            out = base / np.linalg.norm(base) * np.float32([1.0, 1.0, 0.6]) + np.float32([lean, -0.4, 0.0])
            shape, depth = spike(pose, base, base + out * (length * volume + 0.08), 0.27)
            add(shape, depth - 0.05, behind="hair")
        front.strokes.append(stroke("hair_light", pose.project(_sheet(one, "lock"))))
    if one.hair_style == "tuft":
        for lean, length in ((-0.22, 0.30), (0.20, 0.32), (0.0, 0.42)):
            shape, _ = spike(pose, (lean * 0.2, -0.93, 0.15), (lean, -1.0 - length * volume, 0.18), 0.075)
            front.strokes.append(stroke("hair", shape))
    return back, front
