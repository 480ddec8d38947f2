"""A mitten that passes in front of a face: what a forger's mask may overlook."""

import cv2
import numpy as np

from unmasked.toons.colour import from_hls

_FINE = 4  # drawn so much larger, then averaged: soft edges


def pass_a_hand(
    pictures: np.ndarray, masks: np.ndarray, landmarks: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """A mitten on a sleeve crosses the lower face within the clip, from one side to the other.

    `pictures` uint8 (T, H, W, 3), `masks` uint8 (T, H, W), `landmarks` float (T, 68, 2). Returns new pictures, and the
    masks less what the hand hides.
    """
    count, height, width = masks.shape
    nose, chin = landmarks[:, 33].mean(0), landmarks[:, 8].mean(0)
    face = np.linalg.norm(landmarks[:, 0].mean(0) - landmarks[:, 16].mean(0))  # from ear to ear
    colour = np.float32(from_hls(rng.uniform(0, 360), rng.uniform(0.4, 0.65), rng.uniform(0.5, 0.8)))
    side = 1.0 if rng.random() < 0.5 else -1.0
    start, end = np.sort(rng.uniform(-0.55, 0.55, 2)) if rng.random() < 0.3 else (-0.6, 0.5)
    drop = rng.uniform(0.0, 0.8)
    pictures, masks = pictures.copy(), masks.copy()
    for t, along in enumerate(np.linspace(start, end, count)):
        middle = nose + drop * (chin - nose) + np.array([side * along * face, 0.06 * face * np.sin(3 * along)])
        share = _mitten(middle, side, 0.20 * face, (height, width))
        shade = 1.0 - 0.25 * np.linspace(-1, 1, width, dtype=np.float32)[None, :, None] * side
        pictures[t] = np.rint(pictures[t] + share[..., None] * (np.clip(colour * shade, 0, 255) - pictures[t]))
        masks[t] = np.rint(masks[t] * (1 - share))
    return pictures, masks


def put_a_hand(picture: np.ndarray, landmarks: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """A mitten on a sleeve in front of one face of a still picture, anywhere from a brow to the chin.

    `picture` uint8 (H, W, 3), `landmarks` float (68, 2) in its pixels. Returns a new picture, and where the hand is:
    float32 (H, W) in 0…1.
    """
    shape = height, width = picture.shape[:2]
    brow, nose, chin = landmarks[17:27].mean(0), landmarks[33], landmarks[8]
    face = float(np.linalg.norm(landmarks[0] - landmarks[16]))
    side = 1.0 if rng.random() < 0.5 else -1.0
    top = brow if rng.random() < 0.25 else nose
    across = side * rng.uniform(-0.40, 0.35) * face
    middle = top + rng.uniform(0.0, 0.9) * (chin - top) + np.array([across, rng.uniform(-0.06, 0.06) * face])
    radius = rng.uniform(0.15, 0.24) * face
    colour = np.float32(from_hls(rng.uniform(0, 360), rng.uniform(0.4, 0.65), rng.uniform(0.5, 0.8)))
    share = np.zeros(shape, np.float32)
    # Only the part of the frame that hand and sleeve can reach is drawn: most faces of a crowd are small.
    left, right = np.clip([middle[0] - 5 * radius - 9, middle[0] + 5 * radius + 9], 0, width).astype(int)
    if side > 0:
        left = int(np.clip(middle[0] - 17 * radius, 0, width))
    else:
        right = int(np.clip(middle[0] + 17 * radius, 0, width))
    up, down = np.clip([middle[1] - 2 * radius - 2, middle[1] + 15 * radius + 2], 0, height).astype(int)
    if right <= left or down <= up:
        return picture.copy(), share
    seen = share[up:down, left:right]
    seen[:] = _mitten(middle - (left, up), side, radius, seen.shape)
    shade = 1.0 - 0.25 * side * np.clip((np.arange(left, right) - middle[0]) / (2 * face), -1, 1)[None, :, None]
    picture, lit = picture.copy(), np.clip(colour * shade, 0, 255)
    part = picture[up:down, left:right]
    part[:] = np.rint(part + seen[..., None] * (lit - part))
    return picture, share


def _mitten(middle: np.ndarray, side: float, radius: float, shape: tuple[int, int]) -> np.ndarray:
    """Where the mitten is: float32 (H, W) in 0…1. Its sleeve leaves the picture at the bottom."""
    fine = np.zeros((shape[0] * _FINE, shape[1] * _FINE), np.uint8)

    def at(x: float, y: float) -> tuple[int, int]:
        return round((middle[0] + x * radius + 0.5) * _FINE), round((middle[1] + y * radius + 0.5) * _FINE)

    size = round(radius * _FINE)
    cv2.ellipse(fine, at(0, 0), (size, round(1.25 * size)), 0, 0, 360, 255, -1)
    cv2.ellipse(fine, at(side * 0.95, 0.1), (round(0.38 * size), round(0.75 * size)), side * 35, 0, 360, 255, -1)
    cv2.line(fine, at(0, 0.6), at(-side * 1.2, 12), 255, round(1.3 * size))
    return cv2.resize(fine, shape[::-1], interpolation=cv2.INTER_AREA).astype(np.float32) / 255
