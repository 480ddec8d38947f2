"""Eyes and brows: all that looks, blinks and scowls."""

import numpy as np

from unmasked.toons.head import Pose, on_face
from unmasked.toons.strokes import ACROSS, ROUND, SIDES, Drawn, band, read_along, stroke


def eyes(pose: Pose) -> Drawn:
    """Eyeballs, irises, pupils, highlights, lids and lashes.

    Curves `right_eye`, `left_eye` (six points each) and `pupils` (two).
    """
    one = pose.identity
    half = 0.225 * one.eye_size
    tall = half * one.eye_aspect
    cheek = 0.16 * np.maximum(pose.smile, 0.0) * tall  # a smile pushes the lower lid up
    scowl = 0.22 * np.maximum(-pose.brows, 0.0) * tall
    opening = pose.lids
    t2 = ACROSS * ACROSS
    upper_wide = -tall * np.maximum(1.0 - np.abs(ACROSS) ** 2.3, 0.0) ** 0.62
    lower_wide = 0.88 * tall * np.maximum(1.0 - np.abs(ACROSS) ** 2.1, 0.0) ** 0.7
    shut = 0.42 * tall * (1.0 - t2)  # a shut eye is a bow that hangs low
    radius = 0.150 * one.iris_size * one.eye_size * min(1.0, 0.5 + 0.5 * one.eye_aspect)
    gaze_x = pose.gaze_x * 0.46 * half
    gaze_y = pose.gaze_y * 0.42 * tall
    light = np.radians(pose.light_azimuth)
    open_enough = pose.lids[:, 0] > 0.07
    glint = 0.42 * radius * np.sin(light)
    # Middle, half width and half height of all that moves with the gaze; the glints follow the lamp.
    discs = {
        "iris_rim": (gaze_x, gaze_y, radius, radius),
        "iris": (gaze_x, gaze_y, 0.82 * radius, 0.82 * radius),
        "iris_glow": (gaze_x, gaze_y + 0.40 * radius, 0.56 * radius, 0.36 * radius),
        "pupil": (gaze_x, gaze_y, 0.50 * radius, 0.50 * radius),
        "highlight": (gaze_x + glint - 0.06 * radius, gaze_y - 0.40 * radius, 0.30 * radius, 0.30 * radius),
        "highlight_small": (gaze_x - glint + 0.2 * radius, gaze_y + 0.46 * radius, 0.13 * radius, 0.13 * radius),
    }
    layers: dict[str, list[np.ndarray]] = {}
    curves: dict[str, np.ndarray] = {}
    pupils = []
    for name, side in SIDES.items():
        inner = -ACROSS * side  # 1 at the corner by the nose
        upper = shut + opening * (upper_wide - shut) + scowl * opening * np.clip(inner + 0.6, 0.0, 1.6) * (1.0 - t2)
        lower = (
            shut
            + np.minimum(1.0, 1.8 * opening) * (lower_wide - shut)
            - cheek * (1.0 - t2) * np.minimum(1.0, opening * 2)
        )
        upper = np.minimum(upper, lower)

        def at_eye(x, y, side=side):
            """Points of the bulging eyeball."""
            bulge = 0.065 - 0.05 * (x / half) ** 2
            return on_face(side * one.eye_spacing + x, one.eye_height + y - one.eye_tilt * x * side, bulge)

        x = half * ACROSS
        top, bottom = at_eye(x, upper), at_eye(x, lower)
        crease = at_eye(1.04 * x, np.minimum(1.10 * upper_wide - 0.05 * pose.brows * tall, upper - 0.04 * half))
        thick = (0.030 + 0.016 * one.lashes) * (0.55 + 0.45 * (1 - t2))
        wing = 0.07 * one.lashes * np.clip(ACROSS * side - 0.55, 0.0, 1.0) / 0.45  # only beyond the outer corner
        lash_top = at_eye(x * (1.03 + wing), upper - thick - 0.6 * wing)
        lash_bottom = at_eye(x, upper + 0.008)
        # Discs on the eyeball, cut by the lids all at once.
        disc_x = np.clip(
            np.concatenate([cx + rx * np.cos(ROUND) for cx, _, rx, _ in discs.values()], axis=1), -half, half
        )
        disc_y = np.concatenate([cy + ry * np.sin(ROUND) for _, cy, _, ry in discs.values()], axis=1)
        disc_y = np.clip(disc_y, read_along(upper, disc_x / half), read_along(lower, disc_x / half))
        cut = np.split(at_eye(disc_x, disc_y), len(discs), axis=1)
        for name_of, polygon in {
            "lid": band(crease, bottom),
            "white": band(top, bottom),
            "white_shade": band(top, at_eye(x, np.minimum(upper + 0.16 * tall, lower))),
            **dict(zip(discs, cut, strict=True)),
            "lower_lash": band(bottom, at_eye(x, lower + 0.014 + 0.010 * (1 - t2))),
            "lash": band(lash_top, lash_bottom),
        }.items():
            layers.setdefault(name_of, []).append(polygon)
        curves[f"{name}_eye"] = np.concatenate([top[:, [0, 5, 11, 16]], bottom[:, [11, 5]]], axis=1)
        pupils.append(at_eye(gaze_x, gaze_y))
    curves["pupils"] = np.concatenate(pupils, axis=1)
    always = ("lid", "lower_lash", "lash")
    strokes = [
        stroke(name.removesuffix("_small"), *polygons, visible=None if name in always else open_enough)
        for name, polygons in layers.items()
    ]
    return Drawn(strokes, curves)


def brows(pose: Pose) -> Drawn:
    """Brows that rise, fall and tilt; curves `right_brow`, `left_brow`, five points each."""
    one = pose.identity
    s = np.float32([0.0, 0.02, 0.06, 0.14, 0.28, 0.44, 0.6, 0.75, 0.87, 0.96, 1.0])  # from the nose outwards
    raised, angry = np.maximum(pose.brows, 0.0), np.maximum(-pose.brows, 0.0)
    eye_top = one.eye_height - 0.225 * one.eye_size * one.eye_aspect
    rest = eye_top - (0.11 if one.glasses else 0.075)  # clear of the frames
    length = 0.40 * one.brow_length
    x = one.eye_spacing - 0.52 * length - 0.035 * angry + length * s
    arch = 0.07 * one.brow_arch + 0.05 * raised
    y = rest - 0.115 * raised - arch * np.sin(np.pi * np.clip(0.15 + 0.8 * s, 0, 1)) + 0.04 * s
    y = y + angry * (0.135 * (1.0 - s) ** 1.2 - 0.035 * s + 0.01) - 0.05 * np.maximum(pose.smile, 0.0) * 0.3
    y = y - 0.05 * np.maximum(-pose.smile, 0.0) * (1.0 - s) * (1.0 - angry)  # a sad face lifts the inner ends
    thick = 0.058 * one.brow_thickness * np.sqrt(1.0 - np.abs(2.0 * s - 1.0) ** 3.5 + 1e-4) * (1.0 - 0.5 * s)
    drawn = Drawn()
    polygons = []
    for name, side in SIDES.items():
        top, bottom = on_face(side * x, y - thick, 0.03), on_face(side * x, y + thick, 0.03)
        polygons.append(band(top, bottom))
        middle = on_face(side * x, y, 0.03)[:, [0, 4, 5, 7, 10]]
        drawn.curves[f"{name}_brow"] = middle[:, ::-1] if side < 0 else middle
    drawn.strokes.append(stroke("brow", *polygons))
    return drawn
