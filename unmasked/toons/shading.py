"""Light on the head: normals of the ellipsoid under every pixel, the relief of the face, blush, shine and soft shadows."""

from functools import lru_cache

import cv2
import numpy as np

from unmasked.toons.colour import lightness
from unmasked.toons.head import Pose, at, profile
from unmasked.toons.identity import Identity

_EXTENT = 1.12  # the texture reaches this far from the middle of the face
_TEXTURE = 256
ELEVATION = np.radians(38.0)  # of the lamp above the horizon


@lru_cache(maxsize=64)
def texture(identity: Identity) -> np.ndarray:
    """The face's relief and paint in its front view: slope in x, slope in y, blush, freckles; float32 (256, 256, 4)."""
    axis = np.linspace(-_EXTENT, _EXTENT, _TEXTURE, dtype=np.float64)
    x, y = np.meshgrid(axis, axis)

    def bump(cx, cy, rx, ry):
        return np.exp(-(((x - cx) / rx) ** 2) - ((y - cy) / ry) ** 2)

    spacing, eye = identity.eye_spacing, identity.eye_height
    socket = 0.28 * identity.eye_size
    height = 0.10 * bump(0, 0.10, 0.10, 0.22)  # bridge of the nose
    height += 0.045 * bump(0, identity.mouth_height + 0.30, 0.22, 0.12)  # chin
    height -= 0.03 * bump(0, identity.mouth_height + 0.17, 0.2, 0.06)
    for side in (-1, 1):
        height += (0.05 + 0.5 * identity.cheeks) * bump(side * 0.46, 0.33, 0.20, 0.17)
        height += 0.04 * bump(side * spacing, eye - 1.5 * socket, 0.28, 0.10)  # brow ridge
        height -= 0.05 * bump(side * spacing, eye, socket, socket)
    slope_y, slope_x = np.gradient(height, axis, axis)
    blush = sum(bump(side * 0.50, 0.34, 0.17, 0.11) for side in (-1, 1)) * identity.blush
    freckles = np.zeros((_TEXTURE, _TEXTURE), np.float32)
    generator = np.random.Generator(np.random.PCG64(identity.marks))
    for index in range(identity.freckles):
        side = -1 if index % 2 else 1
        cx = side * (0.20 + 0.38 * generator.random())
        cy = 0.25 + 0.17 * generator.random() - 0.05 * abs(cx)
        radius = 0.020 + 0.012 * generator.random()
        pixel = [(c + _EXTENT) / (2 * _EXTENT) * (_TEXTURE - 1) * 16 for c in (cx, cy)]
        cv2.circle(
            freckles, tuple(int(p) for p in pixel), int(radius / (2 * _EXTENT) * _TEXTURE * 16), 1.0, -1, cv2.LINE_AA, 4
        )
    freckles = cv2.GaussianBlur(freckles, (0, 0), 0.7)
    return np.ascontiguousarray(np.stack([slope_x, slope_y, blush, freckles], -1).astype(np.float32))


def shade(
    pose: Pose, matrices: np.ndarray, nose: tuple[np.ndarray, float, float], flat: np.ndarray, responses: np.ndarray
) -> np.ndarray:
    """Lit colours, premultiplied by coverage.

    `matrices` (N, 2, 3) head units → pixels; `nose` its middle in head axes (N, 3) and half sizes; `flat` uint8 (N, H, W, 4) colour and
    coverage; `responses` uint8 (N, H, W, 4) from `materials.RESPONSES`; returns float32 (N, H, W, 3) in 0…255.
    """
    one = pose.identity
    count, height, width = flat.shape[:3]
    inverse = np.stack([cv2.invertAffineTransform(m) for m in matrices]).astype(np.float32)[:, :, :, None, None]
    px = np.arange(width, dtype=np.float32)[None, None, :]
    py = np.arange(height, dtype=np.float32)[None, :, None]
    x = inverse[:, 0, 0] * px + (
        inverse[:, 0, 1] * py + inverse[:, 0, 2]
    )  # picture axes, in head units, no roll: (N, H, W)
    y = inverse[:, 1, 0] * px + (inverse[:, 1, 1] * py + inverse[:, 1, 2])
    r = pose.rotation[:, :, :, None, None]
    # Where the line of sight meets the head: first a sphere, then the ellipsoid that is as wide there as the head is.
    z = np.sqrt(np.maximum(1.0 - x * x - y * y, 0.0))
    v = r[:, 0, 1] * x + r[:, 1, 1] * y + r[:, 2, 1] * z
    table_width, table_depth = _radii(one)
    place = np.clip((v + 1.4) * (len(table_width) - 1) / 2.8, 0, len(table_width) - 1).astype(np.int32)
    wide, deep = table_width[place], table_depth[place]
    tall = 1.0 + 0.5 * pose.drop[:, :, None] * (v > 0)
    iw, id_, ih = 1.0 / wide, 1.0 / deep, 1.0 / tall
    ox, oy, oz = ((r[:, 0, i] * x + r[:, 1, i] * y) * s for i, s in ((0, iw), (1, ih), (2, id_)))
    dx, dy, dz = (r[:, 2, i] * s for i, s in ((0, iw), (1, ih), (2, id_)))
    a = dx * dx + dy * dy + dz * dz
    b = ox * dx + oy * dy + oz * dz
    c = ox * ox + oy * oy + oz * oz - 1.0
    z = (np.sqrt(np.maximum(b * b - a * c, 0.0)) - b) / a
    ox += z * dx
    oy += z * dy
    oz += z * dz
    u, v = ox * wide, oy * tall
    # Relief and paint of the skin.
    scale = (_TEXTURE - 1) / (2 * _EXTENT)
    map_x, map_y = (u + _EXTENT) * scale, (v + _EXTENT) * scale
    skin = texture(one)
    paint = np.stack([cv2.remap(skin, mx, my, cv2.INTER_LINEAR) for mx, my in zip(map_x, map_y, strict=True)])
    smile = 1.0 + 0.8 * np.maximum(pose.smile, 0.0)[:, :, None]
    textured = responses[..., 2].astype(np.float32) * (1 / 255)
    nx, ny, nz = ox * iw - paint[..., 0] * textured * smile, oy * ih - paint[..., 1] * textured * smile, oz * id_
    length = 1.0 / np.sqrt(nx * nx + ny * ny + nz * nz + 1e-6)
    light = _light(pose)  # (N, 3) in picture axes
    half = light + np.float32([0, 0, 1])
    half /= np.linalg.norm(half, axis=1, keepdims=True)
    to_light = np.einsum("nij,ni->nj", pose.rotation, light)[:, :, None, None]  # in head axes
    to_half = np.einsum("nij,ni->nj", pose.rotation, half)[:, :, None, None]
    lambert = (nx * to_light[:, 0] + ny * to_light[:, 1] + nz * to_light[:, 2]) * length
    shine = (nx * to_half[:, 0] + ny * to_half[:, 1] + nz * to_half[:, 2]) * length
    facing = (nx * r[:, 2, 0] + ny * r[:, 2, 1] + nz * r[:, 2, 2]) * length
    # The nose is a ball of its own.
    middle = np.einsum("nij,nj->ni", pose.rotation, nose[0])[:, :, None, None]
    bx, by = (x - middle[:, 0]) * (1 / nose[1]), (y - middle[:, 1]) * (1 / nose[2])
    inside = bx * bx + by * by
    bz = np.sqrt(np.maximum(1.0 - inside, 0.0))
    light4, half4 = light[:, :, None, None], half[:, :, None, None]
    on_nose = np.clip((1.0 - inside) * 4.0, 0.0, 1.0) * textured
    lambert += on_nose * (0.75 * (bx * light4[:, 0] + by * light4[:, 1] + bz * light4[:, 2]) + 0.25 * lambert - lambert)
    shine += on_nose * (bx * half4[:, 0] + by * half4[:, 1] + bz * half4[:, 2] - shine)
    # Hair throws a soft shadow down the skin.
    hair = responses[..., 3]
    reach = max(1, round(0.022 * min(height, width)))
    shift = np.float32([[1, 0, 0], [0, 1, 1.5 * reach]])
    shadow = np.stack(
        [cv2.blur(cv2.warpAffine(h, shift, (width, height)), (2 * reach + 1, 2 * reach + 1)) for h in hair]
    )
    strength = pose.light_strength[:, :, None]
    wrapped = np.maximum(0.75 * lambert + 0.25, 0.0)  # light that creeps round the edge
    ambient = 0.88 - 0.42 * strength
    key = (0.12 + 0.60 * strength) * wrapped
    rim = 0.22 * (1.0 - np.clip(facing, 0.0, 1.0)) ** 3
    dark = 1.0 - shadow.astype(np.float32) * textured * (0.26 / 255)
    weight = responses[..., 1].astype(np.float32) * (1 / 255)
    gloss = np.maximum(shine, 0.0) ** 24 * (26.0 + 48.0 * strength)
    hairy = hair.astype(np.float32) * (1 / 255)
    band = np.exp(-(((v + 0.62) * 6.0) ** 2)) * np.maximum(shine, 0.0) ** 3
    gloss = gloss * weight * (0.35 + 0.65 * textured) * (1 - hairy) + hairy * band * (18.0 + 40.0 * strength)
    paint_share = textured * (facing > 0)
    freckle = (
        1.0 - 0.34 * paint[..., 3] * paint_share
        if lightness(one.skin) > 45
        else 1.0 + 0.5 * paint[..., 3] * paint_share
    )
    blush = 0.55 * paint[..., 2] * paint_share
    lit = np.empty((count, height, width, 3), np.float32)
    for channel, (warm, cool) in enumerate(((1.02, 0.96), (1.0, 0.98), (0.97, 1.05))):
        colour = flat[..., channel].astype(np.float32)
        if one.blush:
            colour += blush * (one.lips[channel] - colour)
        level = (ambient * cool + key * warm) * dark * freckle + rim * cool
        lit[..., channel] = colour * (1.0 + weight * (level - 1.0)) + gloss
    return lit


@lru_cache(maxsize=512)
def _radii(identity: Identity) -> tuple[np.ndarray, np.ndarray]:
    """At heights −1.4…1.4, the half width and depth of the ellipsoid of half height 1 that matches the head there."""
    v = np.linspace(-1.4, 1.4, 257)
    clipped = np.clip(v, -0.97, 0.97)
    ball = np.sqrt(1.0 - clipped**2)
    width, depth = profile(identity)
    return tuple((np.maximum(at(table, clipped) / ball, 0.3)).astype(np.float32) for table in (width, depth))


def _light(pose: Pose) -> np.ndarray:
    azimuth = np.radians(pose.light_azimuth[:, 0])
    cos = np.cos(ELEVATION)
    return np.stack(
        [np.sin(azimuth) * cos, np.full_like(azimuth, -np.sin(ELEVATION)), np.cos(azimuth) * cos], 1
    ).astype(np.float32)


@lru_cache(maxsize=64)
def backdrop(colour: tuple[int, int, int], height: int, width: int) -> np.ndarray:
    """A studio wall with a soft glow behind the head: float32 (H, W, 3) in 0…255."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    side = min(height, width)
    distance = np.hypot((x - width / 2) / side, (y - 0.45 * height) / side)
    glow = 1.10 - 0.34 * np.clip(distance, 0.0, 1.0) ** 1.6 / 0.6
    return np.clip(glow[..., None] * np.float32(colour), 0, 255)
