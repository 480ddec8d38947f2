"""Numbers to sort found faces by, and the cut: what people do by eye on a wall of crops.

Every function gives one number a face; which end is bad, its docstring says. None of them knows the truth.
"""

from collections.abc import Sequence

import cv2
import numpy as np

from unmasked.arguments import checked_number, checked_numbers, checked_pictures, checked_whole

_BINS = 32  # of a palette, each way
_DARK = 10.0  # added to a lightness of 0…100: in the dark, colours are guesses


def sharpness(crops: np.ndarray) -> float | np.ndarray:
    """How much fine detail there is: the variance of the grey picture's Laplacian, in grey levels²; low is blurred.

    crops: uint8 (N, S, S, 3) gives float (N,), one crop gives a float. Grey is the mean of red, green and blue, the
    Laplacian four times the middle less its four neighbours, inner pixels only. It depends on the crop's side and on
    the camera's noise: compare crops of one size and one camera.
    Source: Pech-Pacheco and others, "Diatom autofocusing in brightfield microscopy", 2000.
    """
    checked_pictures(crops, "crops", ("N", "H", "W", 3), ("H", "W", 3), least=0)
    if min(crops.shape[-3:-1]) < 3:
        raise ValueError(f"crops: wanted at least 3 × 3 pixels, got {crops.shape[-3]} × {crops.shape[-2]}")
    grey = crops.mean(-1)
    middle = grey[..., 1:-1, 1:-1]
    around = grey[..., :-2, 1:-1] + grey[..., 2:, 1:-1] + grey[..., 1:-1, :-2] + grey[..., 1:-1, 2:]
    found = (4 * middle - around).var((-2, -1))
    return found if crops.ndim == 4 else float(found)


def face_size(boxes: np.ndarray) -> float | np.ndarray:
    """The longer side of a box in the frame's pixels; low is small. Boxes float (N, 4) give (N,), one (4,) a float."""
    boxes = checked_numbers(boxes, "boxes", (4,), ("N", 4))
    found = (boxes[..., 2:] - boxes[..., :2]).max(-1)
    return found if boxes.ndim == 2 else float(found)


def company(counts: Sequence[int]) -> np.ndarray:
    """How many faces the frame of each face holds: int64, one a face. More than 1: somebody else may be meant.

    `counts`: of the faces in each frame, in the order of the frames, as `[len(faces) for faces in extract_clip(…)]`.
    """
    counts = np.array([checked_whole(count, "counts") for count in counts], np.int64)
    return np.repeat(counts, counts)


def palettes(crops: np.ndarray, masks: np.ndarray) -> np.ndarray:
    """What colours a face has, whatever the light: histograms float32 (N, 1024) over hue and saturation, each of sum 1.

    crops uint8 (N, S, S, 3); masks uint8 (N, S, S), what of them is the face. Colour is a* and b* of Lab over the
    lightness, so that a shaded cheek counts as a lit one does. Raises TypeError or ValueError for other kinds or
    shapes, or a mask that is empty.
    """
    checked_pictures(crops, "crops", ("N", "H", "W", 3), least=0)
    checked_pictures(masks, "masks", crops.shape[:3], least=0)
    found = np.empty((len(crops), _BINS * _BINS), np.float32)
    for row, crop, mask in zip(found, crops, masks, strict=True):
        if not mask.any():
            raise ValueError("masks: one is empty, so there is no face whose colours to count")
        lab = cv2.cvtColor(crop.astype(np.float32) / 255, cv2.COLOR_RGB2Lab)
        tint = lab[..., 1:] * (60 / (lab[..., :1] + _DARK))
        x, y = np.clip((tint + 100) * (_BINS / 200), 0, _BINS - 1).astype(int).transpose(2, 0, 1)
        counted = np.bincount((y * _BINS + x).ravel(), mask.ravel() / 255.0, _BINS * _BINS)
        # Softened, so that a colour on the border of two bins is not two colours.
        soft = cv2.GaussianBlur(counted.reshape(_BINS, _BINS), (0, 0), 1.0)
        row[:] = soft.ravel() / soft.sum()
    return found


def likeness(palette: np.ndarray, references: np.ndarray) -> float | np.ndarray:
    """How like the reference's colours a face's are, 0…1: low is another character.

    palette float (P,) or (N, P), and references float (M, P), each of sum 1, as `palettes` gives them: of faces that
    are known to be the right one. It is Bhattacharyya's coefficient, Σ √(p·q), with the references' mean.
    """
    references = checked_numbers(references, "references", ("M", "P"), least=1)
    width = references.shape[1]
    palette = checked_numbers(palette, "palette", (width,), ("N", width))
    found = np.sqrt(palette.clip(0) * references.clip(0).mean(0)).sum(-1)
    return found if palette.ndim == 2 else float(found)


def fingerprints(crops: np.ndarray) -> np.ndarray:
    """A perceptual hash a crop, bool (N, 64): near-duplicates differ in few of the bits.

    crops uint8 (N, H, W, 3). The lowest 8 × 8 frequencies of the grey crop at 32 × 32, each above or below their
    median, the mean grey left out.
    Source: Zauner, "Implementation and benchmarking of perceptual image hash functions", 2010.
    """
    checked_pictures(crops, "crops", least=0)
    found = np.empty((len(crops), 64), bool)
    for row, crop in zip(found, crops, strict=True):
        small = cv2.resize(crop.mean(-1, dtype=np.float32), (32, 32), interpolation=cv2.INTER_AREA)
        low = cv2.dct(small)[:8, :8].ravel()
        row[:] = low > np.median(low[1:])
        row[0] = False  # the mean grey is light, not the picture
    return found


def novelty(landmarks: np.ndarray, size: float = 1.0) -> np.ndarray:
    """How far each face is from the nearest EARLIER one: float (N,), the first infinite; low is a near-duplicate.

    `landmarks`: float (N, P, 2), aligned (moved by each face's matrix); the distance is the points' mean, over `size`,
    the crop's side.
    """
    landmarks = checked_numbers(landmarks, "landmarks", ("N", "P", 2))
    size = checked_number(size, "size", 1e-9)
    found = np.full(len(landmarks), np.inf)
    for i in range(1, len(landmarks)):
        found[i] = np.linalg.norm(landmarks[:i] - landmarks[i], axis=-1).mean(-1).min() / size
    return found


def thin_out(landmarks: np.ndarray, least: float, size: float = 1.0) -> np.ndarray:
    """Indices of faces no two of which are nearer than `least`, int64: each is kept that differs from all kept before.

    `landmarks` and `size` as in `novelty`. A film that moves slowly is thinned out evenly; by `novelty` alone all of it
    would fall.
    """
    landmarks = checked_numbers(landmarks, "landmarks", ("N", "P", 2))
    least, size = checked_number(least, "least", 0), checked_number(size, "size", 1e-9)
    kept: list[int] = []
    for i, points in enumerate(landmarks):
        if not kept or np.linalg.norm(landmarks[kept] - points, axis=-1).mean(-1).min() / size >= least:
            kept.append(i)
    return np.array(kept, np.int64)


def keep(values: np.ndarray, least: float | None = None, most: float | None = None) -> np.ndarray:
    """Indices of the faces whose number lies within `least`…`most` (either may be None: no bound), int64, in order.

    `values`: (N,), infinite allowed. Raises TypeError or ValueError for another shape, NaN, or bounds that cross.
    """
    values = np.asarray(values, np.float64)
    if values.ndim != 1 or np.isnan(values).any():
        raise ValueError(f"values: wanted shape (N,) without NaN, got shape {values.shape}")
    low = -np.inf if least is None else checked_number(least, "least")
    high = np.inf if most is None else checked_number(most, "most")
    if low > high:
        raise ValueError(f"least, most: wanted least ≤ most, got {low:g} and {high:g}")
    return np.flatnonzero((values >= low) & (values <= high))
