"""What the arguments of this room must be, checked in one place."""

import numpy as np


def checked_picture(picture: np.ndarray, name: str = "picture", shape: tuple[int, int] | None = None) -> np.ndarray:
    """`picture` if it is uint8 (H, W, 3), of `shape` (H, W) where one is given. Raises TypeError or ValueError."""
    if not isinstance(picture, np.ndarray) or picture.dtype != np.uint8:
        raise TypeError(f"{name}: wanted a NumPy array of uint8, got {_kind(picture)}")
    if picture.ndim != 3 or picture.shape[2] != 3 or 0 in picture.shape:
        raise ValueError(f"{name}: wanted shape (H, W, 3), got {picture.shape}")
    if shape is not None and picture.shape[:2] != tuple(shape):
        raise ValueError(f"{name}: wanted {shape[0]} × {shape[1]} pixels, got {picture.shape[0]} × {picture.shape[1]}")
    return picture


def checked_mask(
    mask: np.ndarray, shape: tuple[int, int] | None = None, name: str = "mask", face: bool = False
) -> np.ndarray:
    """`mask` as float32 (H, W) in 0…1; given as uint8 0…255, float32 0…1 or bool.

    `shape` (H, W): that of the picture it belongs to. `face`: at least one pixel must be inside (0.5 or more).
    Raises TypeError or ValueError that names the argument.
    """
    if not isinstance(mask, np.ndarray) or mask.dtype not in (np.uint8, np.float32, np.bool_):
        raise TypeError(f"{name}: wanted a NumPy array of uint8 (0…255) or float32 (0…1), got {_kind(mask)}")
    if mask.ndim != 2 or 0 in mask.shape:
        raise ValueError(f"{name}: wanted shape (H, W), got {mask.shape}")
    if shape is not None and mask.shape != tuple(shape):
        raise ValueError(f"{name}: wanted the picture's shape {tuple(shape)}, got {mask.shape}")
    if mask.dtype == np.uint8:
        mask = mask.astype(np.float32) / 255
    elif mask.dtype == np.bool_:
        mask = mask.astype(np.float32)
    elif not (np.isfinite(mask).all() and mask.min() >= -1e-6 and mask.max() <= 1 + 1e-6):
        raise ValueError(f"{name}: wanted values in 0…1, got {mask.min():g}…{mask.max():g}")
    if face and not (mask >= 0.5).any():
        raise ValueError(f"{name}: no pixel of it is inside, so there is no face to work on")
    return mask


def checked_number(value: float, name: str, low: float, high: float = np.inf, unit: str = "") -> float:
    """`value` as a float within `low`…`high`. Raises TypeError or ValueError that names the argument."""
    if isinstance(value, bool) or not isinstance(value, int | float | np.number):
        raise TypeError(f"{name}: wanted a number, got {type(value).__name__}")
    if not (np.isfinite(value) and low <= value <= high):
        wanted = f"{low:g}{unit} or more" if high == np.inf else f"{low:g}…{high:g}{unit}"
        raise ValueError(f"{name}: wanted {wanted}, got {value!r}")
    return float(value)


def checked_points(points: np.ndarray, name: str, count: int | None = None) -> np.ndarray:
    """`points` as float64 (P, 2), finite; `count`: how many there must be. Raises ValueError with the name."""
    points = np.asarray(points, np.float64)
    if points.ndim != 2 or points.shape[1] != 2 or (count is not None and len(points) != count):
        raise ValueError(f"{name}: wanted shape ({'P' if count is None else count}, 2), got {points.shape}")
    if not np.isfinite(points).all():
        raise ValueError(f"{name}: wanted finite coordinates, got NaN or infinity among them")
    return points


def _kind(value) -> str:
    return str(getattr(value, "dtype", type(value).__name__))
