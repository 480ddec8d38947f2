"""The head in three dimensions: a stack of elliptic rings that is turned, opened at the jaw and projected.

Axes as in the picture: x to the right, y down, z towards the viewer; 1 is half a head's height. A point of the face is
named by (u, v), its place in the front view of the head at rest, and lies on the surface by construction.
"""

from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

import numpy as np

from unmasked.toons.identity import Identity
from unmasked.toons.performance import PARAMETERS

HEAD_SHARE = 0.348  # half a head's height beside the side of the portrait
CENTRE = (0.5, 0.585)  # of the head, in portraits; a little low, for there is hair above
PIVOT = 0.55  # the height about which the head tilts, so that it stays on its neck
JAW_DROP = 0.17
_SINKS = (0.25, 0.80)  # an open jaw lowers nothing above the first height, and all below the second in full
_STEPS = 4096  # so fine a table is read without interpolation
_TABLE = np.linspace(-1.0, 1.0, _STEPS + 1, dtype=np.float32)


def clamp(x, low, high):
    """`x` within `low`…`high`, as `np.clip` has it, whose wrappers take longer than the work on a few points."""
    return np.minimum(np.maximum(x, low), high)


def smoothstep(low: float, high: float, x):
    """0 below `low`, 1 above `high`, smooth between."""
    t = clamp((x - low) / (high - low), 0.0, 1.0)
    return t * t * (3.0 - 2.0 * t)


_SKULL = -np.cos(np.linspace(0.02, np.pi - 0.02, 32)).astype(np.float32)  # heights of the rings of the head
_SKULL_SINK = smoothstep(*_SINKS, _SKULL)
_APPLES = np.exp(-(((_SKULL - 0.3) / 0.22) ** 2))  # where a smile raises the cheeks


@dataclass(frozen=True)
class Rings:
    """Horizontal ellipses that make a body: heights, half widths and half depths, each (K,) or (N, K).

    `middle` is the z that all their middles share.
    """

    y: np.ndarray
    width: np.ndarray
    depth: np.ndarray
    middle: float = 0.0


@lru_cache(maxsize=512)
def profile(identity: Identity) -> tuple[np.ndarray, np.ndarray]:
    """Half width and half depth of the head at the heights of the table, −1…1; two float32 (4097,)."""
    v = _TABLE.astype(np.float64)
    n = identity.squareness
    round_off = np.maximum(1.0 - np.abs(v) ** n, 0.0) ** (1.0 / n)
    taper = 1.0 - (1.0 - identity.jaw) * smoothstep(-0.05, 1.05, v)
    cheeks = identity.cheeks * np.exp(-(((v - 0.35) / 0.28) ** 2)) * round_off
    width = identity.width * round_off * taper + cheeks
    depth = identity.depth * round_off * (1.0 - 0.10 * smoothstep(0.1, 1.0, v))
    return width.astype(np.float32), depth.astype(np.float32)


def at(table: np.ndarray, v) -> np.ndarray:
    """A table of `profile` read at heights `v` of any shape."""
    return table[np.rint((clamp(v, -1.0, 1.0) + 1.0) * (_STEPS // 2)).astype(np.intp)]


@lru_cache(maxsize=512)
def _skull(identity: Identity) -> tuple[np.ndarray, np.ndarray]:
    """Half width and half depth of the rings of the head at rest."""
    return tuple(at(table, _SKULL) for table in profile(identity))


def on_face(u, v, push=0.0) -> np.ndarray:
    """Name points of the face: u, v and how far in front of the skin; each (…, N, P) or (P,).

    Returns (…, N or 1, P, 3).

    They are named first and projected together later (`Pose.faces`): a hundred small projections are slower than one.
    """
    points = np.empty((*np.broadcast(u, v, push).shape, 3), np.float32)
    points[..., 0], points[..., 1], points[..., 2] = u, v, push
    return points if points.ndim > 2 else points[None]


def spans(groups: list[np.ndarray]) -> list[slice]:
    """Where groups of points (N, P, …) lie when they are put one after the other along their second axis."""
    ends = list(accumulate(group.shape[1] for group in groups))
    return [slice(first, end) for first, end in zip([0, *ends[:-1]], ends, strict=True)]


class Pose:
    """One identity's head under a batch of performances (N, 11), ready to project points of shape (N, P, 3)."""

    def __init__(self, identity: Identity, performances: np.ndarray):
        self.identity = identity
        self.performances = performances
        self.count = len(performances)
        columns = np.ascontiguousarray(performances.T, np.float32)[:, :, None]
        for name, column in zip(PARAMETERS, columns, strict=True):
            setattr(self, name, column)  # (N, 1)
        yaw, pitch = np.radians(self.yaw[:, 0]), np.radians(self.pitch[:, 0])
        cy, sy, cp, sp = np.cos(yaw), np.sin(yaw), np.cos(pitch), np.sin(pitch)
        # Yaw first, then pitch: the rows are the picture's x, y and depth in the head's own axes.
        r = self.rotation = np.zeros((self.count, 3, 3), np.float32)
        r[:, 0, 0], r[:, 0, 2] = cy, sy
        r[:, 1, 0], r[:, 1, 1], r[:, 1, 2] = -sp * sy, cp, sp * cy
        r[:, 2, 0], r[:, 2, 1], r[:, 2, 2] = -cp * sy, -sp, cp * cy
        self.width, self.depth = profile(identity)
        self.drop = JAW_DROP * self.jaw

    def __getitem__(self, some: slice) -> "Pose":
        """The same head in some of its performances."""
        performances = self.performances[some]
        return self if len(performances) == self.count else Pose(self.identity, performances)

    def sink(self, v):
        """How far the open jaw lowers a point at height `v`."""
        return self.drop * smoothstep(*_SINKS, v)

    def surface(self, u: np.ndarray, v: np.ndarray, push) -> np.ndarray:
        """Points of the face, `push` in front of the skin; (N, P) or (P,) each; returns (N, P, 3) in head axes."""
        v = clamp(v, -0.999, 0.999)
        half_width = at(self.width, v)
        inside = clamp(u / half_width, -1.0, 1.0)
        z = at(self.depth, v) * np.sqrt(1.0 - inside * inside) + push
        height = v + self.sink(v)
        points = np.empty((*height.shape, 3), np.float32)
        points[..., 0] = inside * half_width
        points[..., 1] = height
        points[..., 2] = z
        return points

    def turn(self, points) -> np.ndarray:
        """Head axes to picture axes; (…, N or 1, P, 3) or (P, 3) → (…, N, P, 3)."""
        points = np.asarray(points, np.float32)
        return points @ self.rotation.transpose(0, 2, 1)

    def project(self, points) -> np.ndarray:
        """Parallel projection before roll; (N, P, 3) or (P, 3) → (N, P, 2)."""
        return np.asarray(points, np.float32) @ self.rotation[:, :2].transpose(0, 2, 1)

    def faces(self, groups: list[np.ndarray]) -> list[np.ndarray]:
        """Groups of points of the face (N or 1, P, 3), as `on_face` names them, projected at once: each (N, P, 2)."""
        whole = (self.count,)
        named = np.concatenate(
            [
                group if len(group) == self.count else np.broadcast_to(group, whole + group.shape[1:])
                for group in groups
            ],
            axis=1,
        )
        points = self.project(self.surface(named[..., 0], named[..., 1], named[..., 2]))
        return [points[:, span] for span in spans(groups)]

    def skull(self) -> Rings:
        """The head's rings, with the jaw as open and the cheeks as raised as the performance has them."""
        width, depth = _skull(self.identity)
        return Rings(_SKULL + self.drop * _SKULL_SINK, width + 0.035 * np.maximum(self.smile, 0.0) * _APPLES, depth)

    def outline(self, rings: Rings, directions: np.ndarray) -> np.ndarray:
        """The outermost points of a body's silhouette in picture `directions`, (D, 2) or (N, D, 2); returns (N, D, 2).

        For each ring the support point of its projected ellipse is known in closed form; the outermost ring wins.
        """
        axes = self.rotation[:, :2].transpose(2, 0, 1)[:, :, None]  # across, down and towards, each (N, 1, 2)
        directions = np.asarray(directions, np.float32)
        dx, dy, dz = directions[..., 0] * axes[..., 0] + directions[..., 1] * axes[..., 1]  # each (N, D)
        parts = [part if part.ndim == 2 else part[None] for part in (rings.y, rings.width, rings.depth)]
        best = np.empty(dx.shape, np.intp)
        for i in range(0, self.count, 16):  # blocks that stay in the processor's cache
            some = slice(i, i + 16)
            y, a, c = (part[some, None] if len(part) > 1 else part[:, None] for part in parts)
            reach = a * dx[some, :, None]
            other = c * dz[some, :, None]
            reach *= reach
            other *= other
            reach += other
            np.sqrt(reach, out=reach)
            reach += np.multiply(y, dy[some, :, None], out=other)
            best[some] = reach.argmax(-1)
        every = np.arange(self.count)[:, None]
        y, a, c = (part[every, best] if len(part) > 1 else part[0, best] for part in parts)
        x, z = a * a * dx, c * c * dz
        length = np.maximum(np.sqrt(a * a * dx * dx + c * c * dz * dz), 1e-6)
        x, z = (x / length)[..., None], (z / length + rings.middle)[..., None]
        return x * axes[0] + y[..., None] * axes[1] + z * axes[2]


def place(performances: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """Head units → pixels of a portrait of `shape` (H, W), the roll in it; float32 (N, 2, 3)."""
    height, width = shape
    side = min(height, width)
    roll = np.radians(performances[:, PARAMETERS.index("roll")])
    cos, sin = HEAD_SHARE * side * np.cos(roll), HEAD_SHARE * side * np.sin(roll)
    x0 = width / 2 - 0.5 + (CENTRE[0] - 0.5) * side
    y0 = height / 2 - 0.5 + (CENTRE[1] - 0.5) * side + HEAD_SHARE * side * PIVOT
    matrices = np.empty((len(performances), 2, 3), np.float32)
    matrices[:, 0, 0], matrices[:, 0, 1], matrices[:, 0, 2] = cos, -sin, x0 + sin * PIVOT
    matrices[:, 1, 0], matrices[:, 1, 1], matrices[:, 1, 2] = sin, cos, y0 - cos * PIVOT
    return matrices


def circle_directions(count: int) -> np.ndarray:
    """Unit vectors around the circle, from the right, clockwise in the picture; float32 (count, 2)."""
    angle = np.arange(count) * (2 * np.pi / count)
    return np.stack([np.cos(angle), np.sin(angle)], 1).astype(np.float32)
