"""Eyes, brows, nose, mouth and ears as curves on the face, before projection.

Every function takes a `Pose` of N performances and returns strokes and, where landmarks need them, curves (N, P, 2).
"""

from dataclasses import dataclass, field

import numpy as np

from unmasked.toons.hairstyles import COVERS_EARS
from unmasked.toons.head import Pose, at
from unmasked.toons.materials import NUMBER


@dataclass
class Stroke:
    """Polygons of one material: each (N, P, 2), projected but not yet rolled; drawn where `visible` (N,), or always."""

    material: int
    polygons: list[np.ndarray]
    visible: np.ndarray | None = None


def stroke(material: str, *polygons: np.ndarray, visible=None) -> Stroke:
    """A stroke of the material with that name."""
    return Stroke(NUMBER[material], list(polygons), visible)


@dataclass
class Drawn:
    """Strokes from back to front, and the named curves they were made from."""

    strokes: list[Stroke] = field(default_factory=list)
    curves: dict[str, np.ndarray] = field(default_factory=dict)


_T = -np.cos(np.linspace(0.0, np.pi, 17)).astype(np.float32)  # across an eye or mouth, dense at the corners
_ROUND = np.linspace(0.0, 2 * np.pi, 21)[:-1].astype(np.float32)
SIDES = {"right": -1.0, "left": 1.0}  # the character's right is on the left of the picture


def band(top: np.ndarray, bottom: np.ndarray) -> np.ndarray:
    """The closed polygon between two curves (…, P, 2) that run the same way."""
    return np.concatenate([top, bottom[:, ::-1]], axis=1)


def eyes(pose: Pose) -> Drawn:
    """Eyeballs, irises, pupils, highlights, lids and lashes.

    Curves `right_eye`, `left_eye` (N, 6, 2) and `pupils` (N, 2, 2).
    """
    one = pose.identity
    half = 0.225 * one.eye_size
    tall = half * one.eye_aspect
    cheek = 0.16 * np.maximum(pose.smile, 0.0) * tall  # a smile pushes the lower lid up
    scowl = 0.22 * np.maximum(-pose.brows, 0.0) * tall
    opening = pose.lids
    t2 = _T * _T
    upper_wide = -tall * np.maximum(1.0 - np.abs(_T) ** 2.3, 0.0) ** 0.62
    lower_wide = 0.88 * tall * np.maximum(1.0 - np.abs(_T) ** 2.1, 0.0) ** 0.7
    shut = 0.42 * tall * (1.0 - t2)  # a shut eye is a bow that hangs low
    radius = 0.150 * one.iris_size * one.eye_size * min(1.0, 0.5 + 0.5 * one.eye_aspect)
    gaze_x = pose.gaze_x * 0.46 * half
    gaze_y = pose.gaze_y * 0.42 * tall
    light = np.radians(pose.light_azimuth)
    open_enough = pose.lids[:, 0] > 0.07
    layers: dict[str, list[np.ndarray]] = {}
    curves: dict[str, np.ndarray] = {}
    pupils = []
    for name, side in SIDES.items():
        inner = -_T * side  # 1 at the corner by the nose
        upper = shut + opening * (upper_wide - shut) + scowl * opening * np.clip(inner + 0.6, 0.0, 1.6) * (1.0 - t2)
        lower = (
            shut
            + np.minimum(1.0, 1.8 * opening) * (lower_wide - shut)
            - cheek * (1.0 - t2) * np.minimum(1.0, opening * 2)
        )
        upper = np.minimum(upper, lower)

        def at_eye(x, y, push=0.015, side=side):
            x, y = np.broadcast_arrays(x, y)
            return pose.face(
                side * one.eye_spacing + x,
                one.eye_height + y - one.eye_tilt * x * side,
                push + 0.05 * (1.0 - (x / half) ** 2),
            )

        def seen(cx, cy, rx, ry=None, upper=upper, lower=lower):
            """An ellipse on the eyeball, cut by the lids."""
            x = np.clip(cx + rx * np.cos(_ROUND), -half, half)
            y = cy + (rx if ry is None else ry) * np.sin(_ROUND)
            index = np.arange(pose.count)[:, None]
            position = np.interp(x / half, _T, np.arange(len(_T)))
            low = np.minimum(position.astype(int), len(_T) - 2)
            share = position - low
            top = upper[index, low] * (1.0 - share) + upper[index, low + 1] * share
            bottom = lower[index, low] * (1.0 - share) + lower[index, low + 1] * share
            return at_eye(x, np.clip(y, top, bottom))

        x = half * _T
        top, bottom = at_eye(x, upper), at_eye(x, lower)
        crease = at_eye(1.04 * x, np.minimum(1.10 * upper_wide - 0.05 * pose.brows * tall, upper - 0.04 * half))
        thick = (0.030 + 0.016 * one.lashes) * (0.55 + 0.45 * (1 - t2))
        wing = 0.07 * one.lashes * np.clip(_T * side - 0.55, 0.0, 1.0) / 0.45  # only beyond the outer corner
        lash_top = at_eye(x * (1.03 + wing), upper - thick - 0.6 * wing)
        lash_bottom = at_eye(x, upper + 0.008)
        glint = 0.42 * radius
        for material, polygon in (
            ("lid", band(crease, bottom)),
            ("white", band(top, bottom)),
            ("white_shade", band(top, at_eye(x, np.minimum(upper + 0.16 * tall, lower)))),
            ("iris_rim", seen(gaze_x, gaze_y, radius)),
            ("iris", seen(gaze_x, gaze_y, 0.82 * radius)),
            ("iris_glow", seen(gaze_x, gaze_y + 0.40 * radius, 0.56 * radius, 0.36 * radius)),
            ("pupil", seen(gaze_x, gaze_y, 0.50 * radius)),
            (
                "highlight",
                seen(gaze_x + 0.42 * radius * np.sin(light) - 0.06 * radius, gaze_y - 0.40 * radius, 0.30 * radius),
            ),
            (
                "highlight_small",
                seen(gaze_x - glint * np.sin(light) + 0.2 * radius, gaze_y + 0.46 * radius, 0.13 * radius),
            ),
            ("lower_lash", band(bottom, at_eye(x, lower + 0.014 + 0.010 * (1 - t2)))),
            ("lash", band(lash_top, lash_bottom)),
        ):
            layers.setdefault(material, []).append(polygon)
        order = [0, 5, 11, 16]
        rim = top[:, order], bottom[:, order]
        curves[f"{name}_eye"] = np.stack(
            [rim[0][:, 0], rim[0][:, 1], rim[0][:, 2], rim[0][:, 3], rim[1][:, 2], rim[1][:, 1]], axis=1
        )
        pupils.append(at_eye(gaze_x, gaze_y)[:, 0])
    curves["pupils"] = np.stack(pupils, 1)
    always = ("lid", "lower_lash", "lash")
    strokes = [
        stroke(name.removesuffix("_small"), *polygons, visible=None if name in always else open_enough)
        for name, polygons in layers.items()
    ]
    return Drawn(strokes, curves)


def brows(pose: Pose) -> Drawn:
    """Brows that rise, fall and tilt; curves `right_brow`, `left_brow` (N, 5, 2)."""
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
        top, bottom = pose.face(side * x, y - thick, 0.03), pose.face(side * x, y + thick, 0.03)
        polygons.append(band(top, bottom))
        middle = pose.face(side * x, y, 0.03)[:, [0, 4, 5, 7, 10]]
        drawn.curves[f"{name}_brow"] = middle[:, ::-1] if side < 0 else middle
    drawn.strokes.append(stroke("brow", *polygons))
    return drawn


def freckles(pose: Pose) -> Drawn:
    """Freckles over cheeks and nose, each character's own."""
    generator = np.random.Generator(np.random.PCG64(pose.identity.marks))
    places: list[tuple[float, float]] = []
    while len(places) < pose.identity.freckles:
        side = -1.0 if len(places) % 2 else 1.0
        x = side * generator.uniform(0.19, 0.56)
        y = generator.uniform(0.22, 0.42) - 0.06 * abs(x)
        # Two that touch would make a blot, so that one is drawn anew.
        if all(np.hypot(x - a, y - b) > 0.065 for a, b in places):
            places.append((x, y))
    around = np.linspace(0.0, 2 * np.pi, 9)[:-1]
    dots = []
    for x, y in places:
        radius = generator.uniform(0.018, 0.028)
        dots.append(pose.face((x + radius * np.cos(around))[None], (y + radius * np.sin(around))[None]))
    return Drawn([stroke("freckle", *dots)] if dots else [])


def nose_place(pose: Pose) -> tuple[np.ndarray, float, float]:
    """Middle (N, 3), half width and half height of the tip of the nose."""
    one = pose.identity
    middle = pose.surface(np.zeros((pose.count, 1)), np.full((pose.count, 1), 0.235), 0.35 * one.nose_width)
    return middle[:, 0], one.nose_width, one.nose_height


def nose(pose: Pose) -> Drawn:
    """A round nose that stands off the face; curves `nose` (N, 9, 2): four down the bridge, five below the tip."""
    middle, rx, ry = nose_place(pose)
    tip = pose.project(middle[:, None])  # (N, 1, 2)
    ball = tip + np.stack([rx * np.cos(_ROUND), ry * np.sin(_ROUND)], -1)
    base = pose.face(rx * 0.98 * np.cos(_ROUND), 0.235 + ry * (0.30 + 0.98 * np.sin(_ROUND)), 0.0)
    bridge = pose.face(
        np.zeros((pose.count, 3)), np.broadcast_to(np.float32([-0.08, 0.02, 0.12]), (pose.count, 3)), 0.03
    )
    under = tip + np.float32([[-0.8 * rx, 0.45 * ry], [-0.4 * rx, 0.8 * ry], [0, 0.95 * ry], [0.4 * rx, 0.8 * ry],
                              [0.8 * rx, 0.45 * ry]])  # fmt: skip
    return Drawn([stroke("crease", base), stroke("nose", ball)], {"nose": np.concatenate([bridge, tip, under], axis=1)})


# Places along the mouth of the landmarks: corner, three or four above, corner, three or four below.
_OUTER = ((0, 4, 8, 12, 16), (13, 10, 8, 6, 3))
_INNER = ((0, 5, 8, 11, 16), (11, 8, 5))


def mouth(pose: Pose) -> Drawn:
    """Lips, the dark inside, teeth and tongue; curves `lips` (N, 18, 2): ten outside, eight inside."""
    one = pose.identity
    happy, sad, jaw = np.maximum(pose.smile, 0.0), np.maximum(-pose.smile, 0.0), pose.jaw
    half = one.mouth_width * (1.0 + 0.34 * happy - 0.10 * sad - 0.16 * jaw * (1.0 - happy))
    t = np.abs(_T)
    t2 = _T * _T
    # A smile lifts the corners, a frown lowers them; the middle goes a little the other way.
    base = one.mouth_height + 0.055 * happy - 0.04 * sad - 0.175 * happy * t**1.7 + 0.13 * sad * t2 - 0.035 * jaw
    rise = 0.015 * happy * jaw + 0.05 * jaw + 0.05 * sad * jaw
    fall = 0.30 * jaw - 0.02 * sad * jaw + 0.05 * jaw * happy
    upper = base - rise * np.maximum(1.0 - t**2.6, 0.0) ** 0.8
    lower = base + fall * np.maximum(1.0 - t**2.2, 0.0) ** 0.75
    full = one.lip_fullness * (1.0 - 0.25 * happy)
    bow = 1.0 - 0.30 * np.exp(-((_T / 0.16) ** 2)) * min(1.0, one.lip_fullness)
    upper_lip = 0.014 + 0.052 * full * np.maximum(1.0 - t**2.0, 0.0) * bow
    lower_lip = 0.014 + 0.072 * full * np.maximum(1.0 - t2, 0.0) ** 0.8
    x = half * _T
    wide = half * _T * (1.0 + 0.03)

    def on_face(across, y, push=0.02):
        return pose.face(across, y, push)

    outer_top, outer_bottom = on_face(wide, upper - upper_lip), on_face(wide, lower + lower_lip)
    inner_top, inner_bottom = on_face(x, upper), on_face(x, lower)
    line = 0.013 + 0.009 * (1.0 - t2)
    gap = lower - upper
    teeth_tall = np.minimum(0.105 * (1.0 - 0.75 * sad), 0.62 * gap)
    teeth_bottom = np.minimum(upper + teeth_tall, lower)
    index = np.arange(pose.count)[:, None]

    def lip_at(curve, across):
        position = np.interp(across / half, _T, np.arange(len(_T)))
        low = np.minimum(position.astype(int), len(_T) - 2)
        return curve[index, low] * (1 - position + low) + curve[index, low + 1] * (position - low)

    def inside(cx, cy, rx, ry):
        across = np.clip(cx + rx * np.cos(_ROUND), -half, half)
        return on_face(across, np.clip(cy + ry * np.sin(_ROUND), lip_at(upper, across), lip_at(lower, across)), -0.02)

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
            top = lip_at(upper, across)
            down = top + np.float32([[0.03, 0.03, 0.12]]) + 0.4 * teeth_tall.max(1, keepdims=True)
            fangs.append(on_face(across, np.minimum(down, np.maximum(lip_at(lower, across) + 0.05, top + 0.09))))
        strokes.append(stroke("teeth", *fangs))
    shine_x = 0.34 * half * _T
    shine_y = lip_at(lower, shine_x) + 0.36 * lower_lip[:, 8:9]
    strokes.append(stroke("lip_shine", band(on_face(shine_x, shine_y - 0.012 * full * (1 - t2)),
                                            on_face(shine_x, shine_y + 0.010 * full * (1 - t2)))))  # fmt: skip
    dimples = []
    for side in SIDES.values():
        bend = np.linspace(-1.1, 1.1, 7, dtype=np.float32)
        cx, cy = half * 1.06, base[:, -1:]
        reach = 0.055 * np.minimum(1.0, 1.4 * np.abs(pose.smile))
        far, near = reach * np.cos(bend), reach * np.sin(bend)
        dimples.append(
            band(pose.face(side * (cx - 0.02 + far), cy + near), pose.face(side * (cx - 0.045 + far * 1.05), cy + near))
        )
    strokes.insert(0, stroke("crease", *dimples, visible=np.abs(pose.smile[:, 0]) > 0.25))
    lips = np.concatenate(
        [outer_top[:, list(_OUTER[0])], outer_bottom[:, list(_OUTER[1])], inner_top[:, list(_INNER[0])],
         inner_bottom[:, list(_INNER[1])]], axis=1)  # fmt: skip
    return Drawn(strokes, {"lips": lips})


def ears(pose: Pose) -> tuple[Drawn, Drawn]:
    """Ears, and which of them lie behind the head and which before it: two sets of strokes."""
    one = pose.identity
    behind, before = Drawn(), Drawn()
    if one.hair_style in COVERS_EARS:
        return behind, before
    tall = 0.20 * one.ear_size
    for side in SIDES.values():
        s = np.linspace(-1.0, 1.0, 13, dtype=np.float32)
        height = 0.06 + tall * s
        root = np.stack([side * 0.985 * at(pose.width, height), height, -0.06 - 0.05 * s], -1)
        bulge = 0.92 * tall * np.maximum(1.0 - np.abs(s) ** 2.4, 0.0) ** 0.6
        peak = one.ear_point * 1.1 * tall * np.exp(-(((s + 0.75) / 0.32) ** 2))
        outward = np.stack([side * 0.9 * (bulge + peak), -0.25 * bulge - 1.1 * peak, -0.35 * bulge], -1)
        inner = root + np.stack([side * 0.9 * bulge * 0.55, 0.1 * bulge, -0.15 * bulge + 0.01], -1)
        shape = band(pose.project(root - outward * 0.12), pose.project(root + outward))
        hollow = band(pose.project(root + outward * 0.10)[:, 3:11], pose.project(inner)[:, 3:11])
        facing = -side * np.sin(np.radians(pose.yaw[:, 0])) > -0.06
        before.strokes += [stroke("ear", shape, visible=facing), stroke("ear_inner", hollow, visible=facing)]
        behind.strokes += [stroke("ear", shape, visible=~facing), stroke("ear_inner", hollow, visible=~facing)]
    return behind, before


def jawline(pose: Pose) -> np.ndarray:
    """Seventeen points from ear to ear round the chin, evenly spaced where the face is widest: (N, 17, 2)."""
    v = np.linspace(-0.12, 0.999, 200)
    side = at(pose.width, v)
    along = np.concatenate([[0.0], np.cumsum(np.hypot(np.diff(side), np.diff(v)))])
    along += side[-1] * np.linspace(0.0, 1.0, 200) ** 8  # the last step, from the tip of the profile to the middle
    even = np.interp(np.linspace(0.0, along[-1], 9), along, v)
    even = np.concatenate([even, even[-2::-1]])
    half = at(pose.width, even) * np.sign(np.arange(17) - 8.0)
    points = np.empty((pose.count, 17, 3), np.float32)
    points[..., 0] = half
    points[..., 1] = even + pose.sink(even)
    points[..., 2] = 0.12 * np.maximum(even, 0.0)  # the chin lies before the ears
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
    shirt = both(
        [[0.16, 1.27], [width + 0.02, 1.10], [0.62, 1.16], [0.90, 1.25], [1.06, 1.42], [1.12, 1.8], [1.15, 6.0]]
    )
    trim = both([[0.15, 1.30], [width + 0.02, 1.13], [width + 0.04, 1.06], [width - 0.03, 1.08], [0.13, 1.24]])
    return Drawn(
        [stroke("neck", neck), stroke("neck_shadow", shadow), stroke("clothes", shirt), stroke("clothes_trim", trim)]
    )
