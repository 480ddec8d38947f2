"""Eyes and brows: all that looks, blinks and scowls."""

import numpy as np

from unmasked.toons.head import Pose, clamp, on_face
from unmasked.toons.strokes import ACROSS, BOTH, COS, SIDES, SIN, Drawn, band, read_along, stroke

# Shapes of lids and brows that no performance changes, over `ACROSS` and from the nose outwards.
_BOW = 1.0 - ACROSS * ACROSS
_UPPER = np.maximum(1.0 - np.abs(ACROSS) ** 2.3, 0.0) ** 0.62
_LOWER = np.maximum(1.0 - np.abs(ACROSS) ** 2.1, 0.0) ** 0.7
_SCOWL = np.clip(-ACROSS * BOTH + 0.6, 0.0, 1.6)  # strongest at the corners by the nose
_WING = np.clip(ACROSS * BOTH - 0.55, 0.0, 1.0)  # only beyond the outer corners
_BROW = np.float32([0.0, 0.02, 0.06, 0.14, 0.28, 0.44, 0.6, 0.75, 0.87, 0.96, 1.0])
_ARCH = np.sin(np.pi * np.clip(0.15 + 0.8 * _BROW, 0, 1))
_ANGRY = 0.135 * (1.0 - _BROW) ** 1.2 - 0.035 * _BROW + 0.01
_THICK = np.sqrt(1.0 - np.abs(2.0 * _BROW - 1.0) ** 3.5 + 1e-4)


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
    upper_wide = -tall * _UPPER
    lower_wide = 0.88 * tall * _LOWER
    shut = 0.42 * tall * _BOW  # a shut eye is a bow that hangs low
    lower = shut + np.minimum(1.0, 1.8 * opening) * (lower_wide - shut) - cheek * _BOW * np.minimum(1.0, opening * 2)
    # From here on both eyes at once, (2, N, P): the right one and the left one.
    upper = np.minimum(shut + opening * (upper_wide - shut) + scowl * opening * _SCOWL * _BOW, lower)

    def at_eye(x, y):
        """Points of the bulging eyeballs."""
        bulge = 0.065 - 0.05 * (x / half) ** 2
        return on_face(BOTH * one.eye_spacing + x, one.eye_height + y - one.eye_tilt * x * BOTH, bulge)

    thick = (0.030 + 0.016 * one.lashes) * (0.55 + 0.45 * _BOW)
    wing = 0.07 * one.lashes * _WING / 0.45
    along = half * ACROSS
    edges = (
        (along, upper),
        (along, lower),
        (1.04 * along, np.minimum(1.10 * upper_wide - 0.05 * pose.brows * tall, upper - 0.04 * half)),
        (along, np.minimum(upper + 0.16 * tall, lower)),
        (along * (1.03 + wing), upper - thick - 0.6 * wing),
        (along, upper + 0.008),
        (along, lower + 0.014 + 0.010 * _BOW),
    )
    x, y = np.empty((7, 2, 1, len(ACROSS)), np.float32), np.empty((7, *upper.shape), np.float32)
    for i, edge in enumerate(edges):
        x[i], y[i] = edge
    top, bottom, crease, shade, lash_top, lash_bottom, lashes_below = at_eye(x, y)

    radius = 0.150 * one.iris_size * one.eye_size * min(1.0, 0.5 + 0.5 * one.eye_aspect)
    gaze_x = pose.gaze_x * 0.46 * half
    gaze_y = pose.gaze_y * 0.42 * tall
    glint = 0.42 * radius * np.sin(np.radians(pose.light_azimuth))
    # Middle, half width and half height of all that moves with the gaze; the glints follow the lamp.
    discs = {
        "iris_rim": (gaze_x, gaze_y, radius, radius),
        "iris": (gaze_x, gaze_y, 0.82 * radius, 0.82 * radius),
        "iris_glow": (gaze_x, gaze_y + 0.40 * radius, 0.56 * radius, 0.36 * radius),
        "pupil": (gaze_x, gaze_y, 0.50 * radius, 0.50 * radius),
        "highlight": (gaze_x + glint - 0.06 * radius, gaze_y - 0.40 * radius, 0.30 * radius, 0.30 * radius),
        "highlight_small": (gaze_x - glint + 0.2 * radius, gaze_y + 0.46 * radius, 0.13 * radius, 0.13 * radius),
    }
    middle_x, middle_y, wide, high = zip(*discs.values(), strict=True)
    # Discs on the eyeball, cut by the lids all at once.
    x = np.concatenate(middle_x, axis=1)[:, :, None] + np.float32(wide)[:, None] * COS  # (N, 6, 20)
    y = np.concatenate(middle_y, axis=1)[:, :, None] + np.float32(high)[:, None] * SIN
    x = clamp(x.reshape(pose.count, -1), -half, half)
    lids = read_along(np.concatenate([upper, lower[None]]), x / half)
    cut = at_eye(x, clamp(y.reshape(pose.count, -1), lids[:2], lids[2]))
    cut = cut.reshape(2, pose.count, len(discs), len(COS), 3)

    visible = pose.lids[:, 0] > 0.07
    strokes = [
        stroke("lid", *band(crease, bottom)),
        stroke("white", *band(top, bottom), visible=visible),
        stroke("white_shade", *band(top, shade), visible=visible),
        *(stroke(name.removesuffix("_small"), *cut[:, :, i], visible=visible) for i, name in enumerate(discs)),
        stroke("lower_lash", *band(bottom, lashes_below)),
        stroke("lash", *band(lash_top, lash_bottom)),
    ]
    corners = np.concatenate([top[:, :, [0, 5, 11, 16]], bottom[:, :, [11, 5]]], axis=2)
    curves = {f"{name}_eye": curve for name, curve in zip(SIDES, corners, strict=True)}
    curves["pupils"] = np.concatenate([*at_eye(gaze_x, gaze_y)], axis=1)
    return Drawn(strokes, curves)


def brows(pose: Pose) -> Drawn:
    """Brows that rise, fall and tilt; curves `right_brow`, `left_brow`, five points each."""
    one = pose.identity
    s = _BROW
    happy, sad = np.maximum(pose.smile, 0.0), np.maximum(-pose.smile, 0.0)
    raised, angry = np.maximum(pose.brows, 0.0), np.maximum(-pose.brows, 0.0)
    eye_top = one.eye_height - 0.225 * one.eye_size * one.eye_aspect
    rest = eye_top - (0.11 if one.glasses else 0.075)  # clear of the frames
    length = 0.40 * one.brow_length
    x = BOTH * (one.eye_spacing - 0.52 * length - 0.035 * angry + length * s)
    arch = 0.07 * one.brow_arch + 0.05 * raised
    y = rest - 0.115 * raised - arch * _ARCH + 0.04 * s
    y = y + angry * _ANGRY - 0.05 * happy * 0.3
    y = y - 0.05 * sad * (1.0 - s) * (1.0 - angry)  # a sad face lifts the inner ends
    thick = 0.058 * one.brow_thickness * _THICK * (1.0 - 0.5 * s)
    right, left = on_face(x, y, 0.03)[:, :, [0, 4, 5, 7, 10]]
    polygons = band(on_face(x, y - thick, 0.03), on_face(x, y + thick, 0.03))
    return Drawn([stroke("brow", *polygons)], {"right_brow": right[:, ::-1], "left_brow": left})
