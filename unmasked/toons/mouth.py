"""The mouth: lips, teeth, tongue and the dimples beside it."""

import numpy as np

from unmasked.toons.head import Pose, clamp
from unmasked.toons.head import on_face as on_skin
from unmasked.toons.strokes import ACROSS, BOTH, COS, SIDES, SIN, Drawn, band, read_along, stroke

# Places along the mouth of the landmarks: corner, three or four above, corner, three or four below.
_OUTER = ((0, 4, 8, 12, 16), (13, 10, 8, 6, 3))
_INNER = ((0, 5, 8, 11, 16), (11, 8, 5))
# Shapes of the lips over `ACROSS`, and of the dimples, which no performance changes.
_AWAY = np.abs(ACROSS)
_SQUARE = ACROSS * ACROSS
_LIFT = _AWAY**1.7
_RISE = np.maximum(1.0 - _AWAY**2.6, 0.0) ** 0.8
_FALL = np.maximum(1.0 - _AWAY**2.2, 0.0) ** 0.75
_DIP = np.exp(-((ACROSS / 0.16) ** 2))
_BOW = 1.0 - _SQUARE
_PAD = np.maximum(_BOW, 0.0) ** 0.8
_BEND = np.linspace(-1.1, 1.1, 7, dtype=np.float32)
_FAR, _NEAR = np.cos(_BEND), np.sin(_BEND)


def on_face(u, v, push=0.02):
    """The lips stand off the skin a little."""
    return on_skin(u, v, push)


def mouth(pose: Pose) -> Drawn:
    """Lips, the dark inside, teeth and tongue; curves `lips` (N, 18, 2): ten outside, eight inside."""
    one = pose.identity
    happy, sad, jaw = np.maximum(pose.smile, 0.0), np.maximum(-pose.smile, 0.0), pose.jaw
    half = one.mouth_width * (1.0 + 0.34 * happy - 0.10 * sad - 0.16 * jaw * (1.0 - happy))
    # A smile lifts the corners, a frown lowers them; the middle goes a little the other way.
    base = one.mouth_height + 0.055 * happy - 0.04 * sad - 0.175 * happy * _LIFT + 0.13 * sad * _SQUARE - 0.035 * jaw
    rise = 0.015 * happy * jaw + 0.05 * jaw + 0.05 * sad * jaw
    fall = 0.30 * jaw - 0.02 * sad * jaw + 0.05 * jaw * happy
    upper = base - rise * _RISE
    lower = base + fall * _FALL
    full = one.lip_fullness * (1.0 - 0.25 * happy)
    bow = 1.0 - 0.30 * _DIP * min(1.0, one.lip_fullness)
    upper_lip = 0.014 + 0.052 * full * _BOW * bow
    lower_lip = 0.014 + 0.072 * full * _PAD
    x = half * ACROSS
    wide = half * ACROSS * (1.0 + 0.03)

    outer_top, outer_bottom = on_face(wide, upper - upper_lip), on_face(wide, lower + lower_lip)
    inner_top, inner_bottom = on_face(x, upper), on_face(x, lower)
    line = 0.013 + 0.009 * _BOW
    gap = lower - upper
    teeth_tall = np.minimum(0.105 * (1.0 - 0.75 * sad), 0.62 * gap)
    teeth_bottom = np.minimum(upper + teeth_tall, lower)

    edges = np.stack([upper, lower])

    def lips_at(across):
        return read_along(edges, across / half)

    def inside(cx, cy, rx, ry):
        across = clamp(cx + rx * COS, -half, half)
        return on_face(across, clamp(cy + ry * SIN, *lips_at(across)), -0.02)

    opened = jaw[:, 0] > 0.06
    wide_open = jaw[:, 0] > 0.22
    middle = lower[:, 8:9]
    tongue_y = middle - 0.02
    strokes = [
        stroke("lip_upper", band(outer_top, on_face(x, upper + line))),
        stroke("lip_lower", band(on_face(x, lower - line), outer_bottom)),
        stroke(
            "mouth_line",
            band(on_face(1.05 * x, upper - 0.5 * line), on_face(1.05 * x, np.maximum(lower, upper + 1.2 * line))),
        ),
        stroke("mouth_inside", band(inner_top, inner_bottom), visible=opened),
        stroke("tongue", inside(0.0, tongue_y, 0.62 * half, 0.42 * gap[:, 8:9]), visible=wide_open),
        stroke("teeth", band(on_face(0.94 * x, upper), on_face(0.94 * x, teeth_bottom)), visible=opened),
    ]
    if one.teeth == "gap":
        tall = teeth_tall[:, 8:9]
        gap_between = inside(0.0, upper[:, 8:9] + 0.5 * tall, 0.018, 0.55 * tall)
        strokes.append(stroke("teeth_gap", gap_between, visible=opened))
    if one.teeth == "fangs":
        fangs = []
        for side in SIDES.values():
            across = 0.36 * half * side + np.float32([[-0.04, 0.04, 0.0]])
            top, bottom = lips_at(across)
            down = top + np.float32([[0.03, 0.03, 0.12]]) + 0.4 * teeth_tall.max(1, keepdims=True)
            fangs.append(on_face(across, np.minimum(down, np.maximum(bottom + 0.05, top + 0.09))))
        strokes.append(stroke("teeth", *fangs))
    shine_x = 0.34 * half * ACROSS
    shine_y = read_along(lower, shine_x / half) + 0.36 * lower_lip[:, 8:9]
    strokes.append(stroke("lip_shine", band(on_face(shine_x, shine_y - 0.012 * full * _BOW),
                                            on_face(shine_x, shine_y + 0.010 * full * _BOW))))  # fmt: skip
    cx, cy = half * 1.06, base[:, -1:]
    reach = 0.055 * np.minimum(1.0, 1.4 * np.abs(pose.smile))
    far, near = reach * _FAR, reach * _NEAR
    dimples = band(on_skin(BOTH * (cx - 0.02 + far), cy + near), on_skin(BOTH * (cx - 0.045 + far * 1.05), cy + near))
    strokes.insert(0, stroke("crease", *dimples, visible=np.abs(pose.smile[:, 0]) > 0.25))
    lips = np.concatenate(
        [outer_top[:, list(_OUTER[0])], outer_bottom[:, list(_OUTER[1])], inner_top[:, list(_INNER[0])],
         inner_bottom[:, list(_INNER[1])]], axis=1)  # fmt: skip
    return Drawn(strokes, {"lips": lips})
