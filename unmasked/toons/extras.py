"""What a character wears: glasses, horns, antennae, cat ears."""

from functools import lru_cache

import numpy as np

from unmasked.toons.hairstyles import BARE, STYLES
from unmasked.toons.head import Pose, at, profile
from unmasked.toons.identity import Identity
from unmasked.toons.shapes import ball, spike
from unmasked.toons.strokes import SIDES, Drawn, stroke

_ANGLES = np.linspace(0.0, 2 * np.pi, 33)[:-1]


@lru_cache(maxsize=512)
def _glasses(identity: Identity) -> dict[str, list[np.ndarray]]:
    """Polygons of glasses in head axes, float32 (P, 3) each: two of each name, but one `bridge`."""
    one, (width, depth) = identity, profile(identity)
    radius = 0.225 * one.eye_size * max(1.0, one.eye_aspect) * 1.25
    power = 1.0 if one.glasses == "round" else 0.45
    flat = 1.0 if one.glasses == "round" else 0.86
    cos, sin = np.cos(_ANGLES), np.sin(_ANGLES)
    corner = np.stack([np.sign(cos) * np.abs(cos) ** power, flat * np.sign(sin) * np.abs(sin) ** power], -1)
    cheek = 1.0 - (one.eye_spacing / float(at(width, one.eye_height))) ** 2
    z = float(at(depth, one.eye_height)) * np.sqrt(max(0.0, cheek)) + 0.14
    thick = 0.044
    found = {"arm": [], "rim": [], "bridge": [], "glint": []}
    for side in SIDES.values():
        middle = np.float32([side * max(one.eye_spacing, radius + 0.05), one.eye_height + 0.01])

        def rim(scale, middle=middle, side=side):
            xy = middle + corner * scale
            return np.stack([xy[:, 0], xy[:, 1], z - 0.25 * np.maximum(side * (xy[:, 0] - middle[0]), 0.0)], -1)

        inner, outer = rim(radius - 0.5 * thick), rim(radius + 0.5 * thick)
        # One ring as one polygon: out along the outer rim, back along the inner.
        found["rim"].append(np.concatenate([outer, outer[:1], inner[:1], inner[::-1]]))
        arc = slice(19, 23)
        found["glint"].append(np.concatenate([rim(radius + 0.2 * thick)[arc], rim(radius - 0.1 * thick)[arc][::-1]]))
        edge = middle[0] + side * radius
        ear = side * float(at(width, -0.02)) * 1.01
        arm = np.float32([[edge, middle[1] - 0.06, z - 0.25 * radius], [ear, -0.07, -0.05], [ear, -0.03, -0.05],
                          [edge, middle[1] - 0.01, z - 0.25 * radius]])  # fmt: skip
        found["arm"].append(arm)
    gap = max(one.eye_spacing, radius + 0.05) - radius
    x = np.linspace(-gap - 0.01, gap + 0.01, 7)
    lift = one.eye_height - 0.03 - 0.05 * (1 - (x / gap) ** 2)
    bridge = np.stack([x, lift, np.full(7, z)], -1)
    found["bridge"].append(np.concatenate([bridge, (bridge + np.float32([0, 0.05, 0]))[::-1]]))
    return {name: [polygon.astype(np.float32) for polygon in polygons] for name, polygons in found.items()}


def glasses(pose: Pose) -> tuple[Drawn, Drawn]:
    """The side pieces, which hair may cover, and the frames with their bridge, which stand off the eyes."""
    sides, frames = Drawn(), Drawn()
    if not pose.identity.glasses:
        return sides, frames
    seen = {name: [pose.project(one) for one in polygons] for name, polygons in _glasses(pose.identity).items()}
    turned = np.sin(np.radians(pose.yaw[:, 0]))
    for side, arm in zip(SIDES.values(), seen["arm"], strict=True):
        sides.strokes.append(stroke("arm", arm, visible=-side * turned > -0.30))
    frames.strokes += [stroke("frame", polygon) for polygon in seen["rim"] + seen["bridge"]]
    frames.strokes.append(stroke("frame_light", *seen["glint"]))
    return sides, frames


def headwear(pose: Pose) -> tuple[Drawn, Drawn]:
    """Horns, antennae or cat ears: what of them is behind the hair, and what before."""
    one = pose.identity
    behind, before = Drawn(), Drawn()
    thick = 0.0 if one.hair_style in BARE else STYLES[one.hair_style].thick * one.hair_volume
    lift = np.float32([0.0, -0.8 * thick, 0.0])  # on top of the hair, however thick

    def up(x, y, z):
        return lift + np.float32([x, y, z])

    for side in SIDES.values() if one.extras else ():
        if one.extras == "horns":
            shape, _ = spike(pose, up(side * 0.42, -0.80, 0.30), up(side * 0.62, -1.36, 0.28), 0.13)
            before.strokes.append(stroke("extra", shape))
        elif one.extras == "antennae":
            stalk, _ = spike(pose, (side * 0.26, -0.90, 0.10), up(side * 0.46, -1.38, 0.10), 0.06)
            behind.strokes.append(stroke("ear_inner", stalk))
            disc, light, _ = ball(pose, up(side * 0.46, -1.38, 0.10), 0.13)
            behind.strokes += [stroke("extra", disc), stroke("extra_light", light)]
        else:
            corners = np.float32(
                [
                    [0.26, -0.86, 0.25],
                    [0.40, -1.22, 0.22],
                    [0.62, -1.48, 0.18],
                    [0.70, -1.48, 0.18],
                    [0.84, -1.10, 0.2],
                    [0.90, -0.58, 0.2],
                ]
            )
            inner = np.float32(
                [
                    [0.40, -0.92, 0.28],
                    [0.52, -1.18, 0.24],
                    [0.66, -1.34, 0.22],
                    [0.76, -1.06, 0.22],
                    [0.80, -0.78, 0.22],
                ]
            )
            before.strokes.append(stroke("hair", pose.project(corners * np.float32([side, 1, 1]) + lift)))
            before.strokes.append(stroke("extra", pose.project(inner * np.float32([side, 1, 1]) + lift)))
    return behind, before
