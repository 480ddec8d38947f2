"""Light on the head: the head's normals under the picture, the relief of the face, blush, shine and soft shadows."""

from functools import lru_cache

import cv2
import numpy as np

from unmasked.toons.colour import mix
from unmasked.toons.head import Pose, at, clamp, profile, smoothstep
from unmasked.toons.identity import Identity

_EXTENT = 1.12  # the texture reaches this far from the middle of the face
_TEXTURE = 128
_STEP = 2  # light is smooth: it is worked out on every second pixel and stretched
ELEVATION = np.radians(34.0)  # of the lamp above the horizon


@lru_cache(maxsize=256)
def texture(identity: Identity) -> np.ndarray:
    """The face's relief and paint in its front view: slope in x, slope in y, blush; float32 (128, 128, 3)."""
    axis = np.linspace(-_EXTENT, _EXTENT, _TEXTURE, dtype=np.float32)
    x, y = axis[None, :], axis[:, None]

    def bump(cx, cy, rx, ry):
        return np.exp(-(((x - cx) / rx) ** 2)) * np.exp(-(((y - cy) / ry) ** 2))

    spacing, eye = identity.eye_spacing, identity.eye_height
    socket = 0.28 * identity.eye_size
    height = 0.09 * bump(0, 0.08, 0.11, 0.22)  # bridge of the nose
    height += 0.045 * bump(0, identity.mouth_height + 0.30, 0.22, 0.12)  # chin
    height -= 0.03 * bump(0, identity.mouth_height + 0.17, 0.2, 0.06)
    for side in (-1, 1):
        height += (0.05 + 0.5 * identity.cheeks) * bump(side * 0.46, 0.33, 0.20, 0.17)
        height += 0.04 * bump(side * spacing, eye - 1.5 * socket, 0.28, 0.10)  # brow ridge
        height -= 0.05 * bump(side * spacing, eye, socket, socket)
    slope_y, slope_x = np.gradient(height, axis, axis)
    apple = sum(np.maximum(1 - ((x - side * 0.52) / 0.22) ** 2 - ((y - 0.34) / 0.145) ** 2, 0) for side in (-1, 1))
    blush = 0.8 * identity.blush * smoothstep(0.0, 0.45, apple)
    return np.stack([slope_x, slope_y, blush], -1).astype(np.float32)


def light_up(
    pose: Pose, matrices: np.ndarray, nose, flat: np.ndarray, responses: np.ndarray, wall: np.ndarray
) -> np.ndarray:
    """Flat colours under the lamp, before the wall: uint8 (N, H, W, 3).

    `matrices` (N, 2, 3) head units → pixels; `nose` its middle in head axes (N, 3) and its half sizes; `flat` uint8
    (N, H, W, 4) colour and coverage; `responses` uint8 (N, H, W, 4) from `materials.RESPONSES`; `wall` uint8
    (H, W, 3).
    """
    count, height, width = flat.shape[:3]
    fields = _fields(pose, matrices, nose, responses)  # (5, N, h, w)
    size = (_STEP * fields.shape[3], _STEP * fields.shape[2])
    smooth = np.empty((5, count, size[1], size[0]), np.float32)
    for field, stretched in zip(fields, smooth, strict=True):
        for n in range(count):
            cv2.resize(field[n], size, stretched[n], interpolation=cv2.INTER_LINEAR)
    # From here on the pictures lie under one another, as one tall picture, plane by plane.
    tall = (count * height, width)
    smooth = smooth[:, :, :height, :width].reshape(5, *tall)
    _, weight, skin, hair = cv2.split(responses.reshape(*tall, 4))
    gloss = skin * smooth[3]
    gloss += hair * smooth[4]
    weight = weight.astype(np.float32)
    *colours, cover = cv2.split(flat.reshape(*tall, 4))
    planes = []
    for level, colour in zip(smooth, colours, strict=False):
        level *= weight
        level += 1.0
        level *= colour
        level += gloss
        planes.append(cv2.convertScaleAbs(level))
    lit = cv2.merge(planes)
    if wall.shape[0] != tall[0]:
        wall = np.tile(wall, (count, 1, 1))
    behind = cv2.bitwise_not(cover)
    return cv2.add(lit, cv2.multiply(wall, cv2.merge([behind] * 3), scale=1 / 255)).reshape(count, height, width, 3)


def _fields(pose: Pose, matrices: np.ndarray, nose, responses: np.ndarray) -> np.ndarray:
    """The share by which light changes red, green and blue, and the gloss of skin and of hair: float32 (5, N, h, w).

    All are over 255, for the responses that they are multiplied with are bytes.
    """
    one = pose.identity
    full_height, full_width = responses.shape[1:3]
    responses = responses[:, ::_STEP, ::_STEP]
    count, height, width = responses.shape[:3]
    inverse = np.float32([cv2.invertAffineTransform(m) for m in matrices])[:, :, :, None, None]
    px = _STEP * np.arange(width, dtype=np.float32)[None, None, :] + (_STEP - 1) / 2
    py = _STEP * np.arange(height, dtype=np.float32)[None, :, None] + (_STEP - 1) / 2
    x = inverse[:, 0, 0] * px + (inverse[:, 0, 1] * py + inverse[:, 0, 2])  # picture axes without roll, in head units
    y = inverse[:, 1, 0] * px + (inverse[:, 1, 1] * py + inverse[:, 1, 2])
    r = pose.rotation[:, :, :, None, None]
    # Where the line of sight meets the head: first a ball, then the ellipsoid that is as wide there as the head is.
    z = np.sqrt(np.maximum(1.0 - x * x - y * y, 0.0))
    hx, hy, hz = (r[:, 0, i] * x + r[:, 1, i] * y for i in range(3))
    width_at, depth_at = _radii(one)
    place = clamp((hy + r[:, 2, 1] * z + 1.4) * ((len(width_at) - 1) / 2.8), 0, len(width_at) - 1).astype(np.intp)
    wide, deep = width_at[place], depth_at[place]
    tall = 1.0 + 0.5 * pose.drop[:, :, None] * (y > 0)
    per_wide, per_deep, per_tall = 1.0 / wide, 1.0 / deep, 1.0 / tall
    hx, hy, hz = hx * per_wide, hy * per_tall, hz * per_deep
    dx, dy, dz = r[:, 2, 0] * per_wide, r[:, 2, 1] * per_tall, r[:, 2, 2] * per_deep
    a = dx * dx + dy * dy + dz * dz
    b = hx * dx + hy * dy + hz * dz
    c = hx * hx + hy * hy + hz * hz - 1.0
    z = (np.sqrt(np.maximum(b * b - a * c, 0.0)) - b) / a
    hx, hy, hz = hx + z * dx, hy + z * dy, hz + z * dz
    u, v = hx * wide, hy * tall
    textured = responses[..., 2].astype(np.float32) * (1 / 255)
    # Relief and paint of the skin, for all pictures in one look-up.
    scale = (_TEXTURE - 1) / (2 * _EXTENT)
    shape = (count * height, width)
    paint = cv2.remap(texture(one), ((u + _EXTENT) * scale).reshape(shape), ((v + _EXTENT) * scale).reshape(shape),
                      cv2.INTER_LINEAR).reshape(count, height, width, 3)  # fmt: skip
    relief = textured * (1.0 + 0.8 * np.maximum(pose.smile, 0.0)[:, :, None])
    nx, ny, nz = hx * per_wide - paint[..., 0] * relief, hy * per_tall - paint[..., 1] * relief, hz * per_deep
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
    light, half = light[:, :, None, None], half[:, :, None, None]
    on_nose = clamp((1.0 - inside) * 4.0, 0.0, 1.0) * textured
    lambert += 0.75 * on_nose * (bx * light[:, 0] + by * light[:, 1] + bz * light[:, 2] - lambert)
    shine += on_nose * (bx * half[:, 0] + by * half[:, 1] + bz * half[:, 2] - shine)
    # Hair throws a soft shadow down the skin.
    reach = max(1, round(0.022 * min(full_height, full_width) / _STEP))
    hair = np.ascontiguousarray(responses[..., 3]).transpose(1, 2, 0)
    fallen = np.zeros_like(hair, order="C")
    drop = min(height - 1, round(1.5 * reach))
    fallen[drop:] = hair[: height - drop]
    shadow = _blur(fallen, reach).transpose(2, 0, 1)
    strength = pose.light_strength[:, :, None]
    key = (0.12 + 0.68 * strength) * np.maximum(0.56 * lambert + 0.44, 0.0)  # light that creeps round the edge
    ambient = 0.88 - 0.48 * strength
    away = 1.0 - clamp(facing, 0.0, 1.0)
    rim = 0.16 * away * away * away
    dark = 1.0 - shadow * textured * (0.26 / 255)
    blush = paint[..., 2] * textured * (facing > 0)
    rosy = mix(one.lips, (255, 255, 255), 0.22)
    fields = np.empty((5, count, height, width), np.float32)
    for channel, (warm, cool) in enumerate(((1.02, 0.96), (1.0, 0.98), (0.97, 1.05))):
        tone = (ambient * cool + key * warm) * dark + rim * cool
        if one.blush:
            tone *= 1.0 + blush * (rosy[channel] / max(1, one.skin[channel]) - 1.0)
        fields[channel] = (tone - 1.0) * (1 / 255)
    shine = np.maximum(shine, 0.0)
    shine2 = shine * shine
    shine4 = shine2 * shine2
    shine8 = shine4 * shine4
    fields[3] = shine8 * shine8 * shine8 * ((26.0 + 48.0 * strength) / 255)
    fields[4] = np.exp(-(((v + 0.60) * 6.5) ** 2)) * shine2 * ((22.0 + 44.0 * strength) / 255)
    return fields


def _blur(pictures: np.ndarray, reach: int) -> np.ndarray:
    """A box blur of many pictures (h, w, N) at once: OpenCV takes four of them for the channels of one."""
    side = (2 * reach + 1, 2 * reach + 1)
    blurred = [cv2.blur(np.ascontiguousarray(pictures[..., i : i + 4]), side) for i in range(0, pictures.shape[-1], 4)]
    blurred = [b[..., None] if b.ndim == 2 else b for b in blurred]
    return np.concatenate(blurred, axis=-1).astype(np.float32)


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
    up = np.full_like(azimuth, -np.sin(ELEVATION))
    return np.stack([np.sin(azimuth) * cos, up, np.cos(azimuth) * cos], 1).astype(np.float32)


@lru_cache(maxsize=64)
def backdrop(colour: tuple[int, int, int], height: int, width: int) -> np.ndarray:
    """A studio wall with a soft glow behind the head: uint8 (H, W, 3)."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    side = min(height, width)
    distance = np.hypot((x - width / 2) / side, (y - 0.45 * height) / side)
    glow = 1.10 - 0.34 * np.clip(distance, 0.0, 1.0) ** 1.6 / 0.6
    return np.clip(glow[..., None] * np.float32(colour) + 0.5, 0, 255).astype(np.uint8)
