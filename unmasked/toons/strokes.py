"""What the painter is handed: polygons of one material, from back to front, and the curves they were made from."""

from dataclasses import dataclass, field

import numpy as np

from unmasked.toons.materials import NUMBER

ACROSS = -np.cos(np.linspace(0.0, np.pi, 17)).astype(np.float32)  # across an eye or mouth, dense at the corners
_INDEX = np.arange(len(ACROSS), dtype=np.float64)
_ROUND = np.linspace(0.0, 2 * np.pi, 21)[:-1].astype(np.float32)
COS, SIN = np.cos(_ROUND), np.sin(_ROUND)  # round a disc
SIDES = {"right": -1.0, "left": 1.0}  # the character's right is on the left of the picture
BOTH = np.float32(list(SIDES.values()))[:, None, None]  # the sides as an axis before those of the points


@dataclass
class Stroke:
    """Polygons of one material, drawn where `visible` (N,), or always.

    Each is (N, P, 2), projected but not yet rolled, or (N or 1, P, 3), points of the face from `head.on_face`.
    """

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


def only(polygon: np.ndarray, seen: np.ndarray) -> np.ndarray:
    """The polygon where it is `seen` (N,), and far off the canvas where not: several can share one stroke."""
    return np.where(seen[:, None, None], polygon, np.float32(-40.0))


def band(top: np.ndarray, bottom: np.ndarray) -> np.ndarray:
    """The closed polygon between two curves that run the same way, (…, N or 1, P, 2 or 3) each."""
    if top.shape[-3] != bottom.shape[-3]:
        count = max(top.shape[-3], bottom.shape[-3])
        top, bottom = (np.broadcast_to(curve, (*curve.shape[:-3], count, *curve.shape[-2:])) for curve in (top, bottom))
    return np.concatenate([top, bottom[..., ::-1, :]], axis=-2)


def read_along(curves: np.ndarray, place: np.ndarray) -> np.ndarray:
    """Curves (…, N, 17) over `ACROSS`, read at places −1…1 of shape (N, P) or (P,): (…, N, P)."""
    position = np.interp(place, ACROSS, _INDEX)
    low = np.minimum(position.astype(int), len(ACROSS) - 2)
    share = position - low
    every = np.arange(curves.shape[-2])[:, None]
    return curves[..., every, low] * (1.0 - share) + curves[..., every, low + 1] * share
