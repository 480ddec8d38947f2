"""What the painter is handed: polygons of one material, from back to front, and the curves they were made from."""

from dataclasses import dataclass, field

import numpy as np

from unmasked.toons.materials import NUMBER

ACROSS = -np.cos(np.linspace(0.0, np.pi, 17)).astype(np.float32)  # across an eye or mouth, dense at the corners
ROUND = np.linspace(0.0, 2 * np.pi, 21)[:-1].astype(np.float32)
SIDES = {"right": -1.0, "left": 1.0}  # the character's right is on the left of the picture


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
    """The closed polygon between two curves that run the same way, (N or 1, P, 2 or 3) each."""
    if len(top) != len(bottom):
        count = max(len(top), len(bottom))
        top, bottom = (np.broadcast_to(curve, (count, *curve.shape[1:])) for curve in (top, bottom))
    return np.concatenate([top, bottom[:, ::-1]], axis=1)


def read_along(curve: np.ndarray, place: np.ndarray) -> np.ndarray:
    """A curve (N, 17) over `ACROSS`, read at places −1…1 of shape (N, P) or (P,): (N, P)."""
    position = np.interp(place, ACROSS, np.arange(len(ACROSS)))
    low = np.minimum(position.astype(int), len(ACROSS) - 2)
    share = position - low
    index = np.arange(len(curve))[:, None]
    return curve[index, low] * (1.0 - share) + curve[index, low + 1] * share
