"""The crops that clues and detectors see: one way of cutting, for real and fake alike."""

import cv2
import numpy as np

from unmasked import extract, toons
from unmasked.arguments import checked_numbers, checked_whole
from unmasked.makers.clip import checked_clip

REACH = 1.3  # how much more than a swap's own crop is seen: whatever a forger's edge leaves lies at or beyond that crop


def crop_matrices(landmarks: np.ndarray, side: int = 64) -> np.ndarray:
    """Frame → crop, float64 (T, 2, 3). Only landmarks on the skull count, so an expression does not move the crop."""
    template = (extract.TEMPLATE - 0.5) / REACH + 0.5
    return extract.similarity(landmarks[..., extract.stable(), :], template * side - 0.5)


def face_crops(frames: np.ndarray, landmarks: np.ndarray, side: int = 64) -> np.ndarray:
    """Aligned crops uint8 (T, side, side, 3) with a margin: `REACH` times what a swap's own crop shows.

    `frames` uint8 (T, H, W, 3); `landmarks` float (T, 68, 2), x and y in pixels of the frames: where the head is, the
    same for a recording and its fakes. Raises TypeError or ValueError that names the argument and says what came.
    """
    checked_clip(frames, landmarks)
    side = checked_whole(side, "side", 16, 1024, unit="pixels")
    return np.stack([extract.warp(f, m, side) for f, m in zip(frames, crop_matrices(landmarks, side), strict=True)])


def regions(landmarks: np.ndarray, side: int = 64) -> tuple[np.ndarray, np.ndarray]:
    """Where in the crop the face is, and the band right around it: two bool arrays (T, side, side) without overlap.

    The face: within the line of the jaw and a little over the eyes, drawn in by a twentieth of the crop's side, for
    there a forger's mask would end on skin. The band is as wide as a seventh of the side. Only landmarks of jaw and
    nose are used. Raises ValueError for other landmarks, or a face that lies wholly outside its crop.
    """
    landmarks = checked_numbers(landmarks, "landmarks", ("T", 68, 2), least=1)
    side = checked_whole(side, "side", 16, 1024, unit="pixels")
    points = extract.move(landmarks, crop_matrices(landmarks, side))
    inside, around = np.zeros((2, len(points), side, side), bool)
    drawn_in, band = _disc(max(1, side // 20)), _disc(max(2, side // 7))
    for t, point in enumerate(points):
        jaw = point[toons.LANDMARKS["jaw"]]
        # The jaw's ends lie beside the eyes; from there straight up, by half the way from the nose's root to its tip.
        nose = point[toons.LANDMARKS["nose"]]
        up = 0.9 * (nose[0] - nose[3])
        outline = cv2.convexHull(np.rint(np.concatenate([jaw, jaw[[0, 16]] + up])).astype(np.int32))
        whole = cv2.fillConvexPoly(np.zeros((side, side), np.uint8), outline, 1)
        face = cv2.erode(whole, drawn_in, borderValue=0)
        if not face.any():
            raise ValueError(f"landmarks: in frame {t} they outline no face: nothing of it lies in the crop")
        inside[t] = face > 0
        around[t] = (cv2.dilate(face, band) > 0) & ~inside[t]
    return inside, around


def _disc(radius: int) -> np.ndarray:
    return cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1))
