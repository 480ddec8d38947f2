"""A frame with several toons in it, or none: large and small, tilted, cut by the edge, one behind another.

What a face finder has to cope with, and the truth of it: where every face is, and how much of it can be seen.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from unmasked.arguments import checked_generator, checked_kind, checked_number, checked_numbers, checked_whole
from unmasked.toons import camera as cameras
from unmasked.toons import scenes
from unmasked.toons.camera import CameraSettings
from unmasked.toons.clips import sample_performances
from unmasked.toons.drawing import frame_shape
from unmasked.toons.hand import put_a_hand
from unmasked.toons.head import HEAD_SHARE, place
from unmasked.toons.identity import Identity, checked_identity
from unmasked.toons.painting import Painted, paint
from unmasked.toons.performance import PARAMETERS, Performance
from unmasked.toons.sampling import sample_identity

SIDES = (20.0, 160.0)  # pixels: the longer side of a face's box
MOST = 4  # faces in a frame, where chance decides
GROWN = 0.08  # of the longer side: so much the landmarks' bounding box grows on each side
_HANDS = 0.2  # the share of faces with a hand in front, where chance decides
_CUT = 0.2  # the share of faces that may be cut by the frame's edge
_BOX = 1.98  # side of an upright face's box beside half a head's height, about: known exactly once it is drawn
_REACH = 1.8  # from the middle of the head to the end of its hair and horns, in half heads
LEAST = 0.25  # of a face's mask is seen at least: of less nobody could say whether it should be found
_TRIES = 60  # places for a face
_REDRAWN = 8  # whole frames; a small one may be too full for the rule above


@dataclass(frozen=True)
class CrowdFace:
    """One face of a crowd, in the frame's pixels.

    `box` float64 (4,) x0, y0, x1, y1, as `face_box` has it: of the whole face, also where a part is hidden or outside;
    `landmarks` float32 (68, 2); `mask` uint8 (H, W) of the face that is SEEN, 0…255; `shown` the share 0…1 of the
    face's mask that is inside the frame with nothing in front; `tilt` degrees clockwise, roll included; `hand` whether
    one is in front.
    """

    box: np.ndarray
    landmarks: np.ndarray
    mask: np.ndarray
    shown: float
    identity: Identity
    performance: Performance
    tilt: float
    hand: bool

    @property
    def side(self) -> float:
        """The longer side of the box, in pixels: how large the face is."""
        return float((self.box[2:] - self.box[:2]).max())

    @property
    def whole(self) -> bool:
        """Whether nearly all of the face is seen: at least 98 %."""
        return self.shown >= 0.98


@dataclass(frozen=True)
class Crowd:
    """A frame: `picture` uint8 (H, W, 3), and its `faces` from back to front."""

    picture: np.ndarray
    faces: list[CrowdFace]

    @property
    def boxes(self) -> np.ndarray:
        """The boxes of all faces, float64 (N, 4)."""
        return np.array([face.box for face in self.faces], float).reshape(-1, 4)


def face_box(landmarks: np.ndarray) -> np.ndarray:
    """The box x0, y0, x1, y1 of a face: its landmarks' bounding box, grown so that brows and chin are in.

    `landmarks` float (P, 2) or (N, P, 2) of P ≥ 2 points, in pixels. Returns float64 (4,) or (N, 4); it may reach
    beyond the frame. Raises TypeError or ValueError for another shape or values that are not finite.
    """
    landmarks = checked_numbers(landmarks, "landmarks", ("P", 2), ("N", "P", 2))
    if landmarks.shape[-2] < 2:
        raise ValueError(f"landmarks: wanted two points or more, got {landmarks.shape[-2]}")
    low, high = landmarks.min(-2), landmarks.max(-2)
    room = GROWN * (high - low).max(-1, keepdims=True)
    return np.concatenate([low - room, high + room], -1)


def sample_crowd(
    generator: np.random.Generator,
    shape: int | tuple[int, int] = (256, 256),
    count: int | None = None,
    camera: CameraSettings | None = scenes.DEFAULT_CAMERA,
    identities: Sequence[Identity] | None = None,
    hand: bool | None = None,
    *,
    sides: tuple[float, float] = SIDES,
    tilt: float = 45.0,
) -> Crowd:
    """A frame by chance with `count` toons in it, 0…4 where None: sampled strangers unless `identities` are given.

    A quarter of every face is seen at least, unless a small frame holds too many.

    shape       (H, W) of the frame, 64…2048 pixels each; `camera` None for a clean picture.
    hand        True: one in front of every face, False: none, None: by chance.
    sides       least and greatest side of a face's box in pixels; the greatest is never more than 0.7 of the frame's.
    tilt        the most degrees a face is turned, either way, 0…60.
    Raises TypeError or ValueError that names the argument.
    """
    checked_generator(generator)
    height, width = frame_shape(shape, "shape")
    if min(height, width) < 64:
        raise ValueError(f"shape: wanted 64…2048 pixels, got {height} × {width}")
    if camera is not None:
        checked_kind(camera, CameraSettings, "camera", "camera.CameraSettings or None")
    if hand is not None:
        checked_kind(hand, bool | np.bool_, "hand", "True, False or None")
    low, high = checked_numbers(sides, "sides", (2,))
    low, high = checked_number(low, "sides", 8), checked_number(min(high, 0.7 * min(height, width)), "sides", low)
    tilt = checked_number(tilt, "tilt", 0, 60)
    count = int(generator.integers(MOST + 1)) if count is None else checked_whole(count, "count", 0, 16)
    people = _people(generator, count, identities)
    for _ in range(_REDRAWN):
        crowd = _crowd(generator, people, (height, width), camera, hand, (low, high), tilt)
        if all(face.shown >= LEAST for face in crowd.faces):
            break
    return crowd


def _crowd(
    generator: np.random.Generator,
    people: list[Identity],
    shape: tuple[int, int],
    camera: CameraSettings | None,
    hand: bool | None,
    sides: tuple[float, float],
    tilt: float,
) -> Crowd:
    canvas = _Canvas(scenes.background(int(generator.integers(2**31)), shape))
    light = sample_performances(generator, 1)[0, -2:]  # one room has one lamp
    known = []
    for identity, where in zip(people, _places(generator, len(people), shape, *sides), strict=True):
        acted = sample_performances(generator, 1)
        turned = float(generator.uniform(-tilt, tilt))
        # A third of the tilt, or so, is the head's own; the rest is the camera's, and takes the shoulders along.
        roll = float(np.clip(turned / 3 + generator.normal(0, 4), -15, 15)) if tilt else 0.0
        acted[:, -2:], acted[:, PARAMETERS.index("roll")] = light, roll
        drawn, corner = _draw(identity, acted, where, turned - roll, canvas.picture, sides)
        canvas.lay(drawn, corner)
        landmarks = drawn.landmarks[0] + np.float32(corner)
        has_hand = bool(generator.random() < _HANDS) if hand is None else bool(hand)
        if has_hand:
            canvas.hide(*put_a_hand(canvas.picture, landmarks, generator))
        known.append((landmarks, identity, Performance.from_array(acted[0]), turned, has_hand))
    picture = canvas.picture if camera is None else cameras.record(canvas.picture, generator, camera)
    faces = [
        CrowdFace(face_box(landmarks), landmarks, mask, float(mask.sum(dtype=np.int64) / whole), *rest)
        for (landmarks, *rest), mask, whole in zip(known, canvas.masks, canvas.whole, strict=True)
    ]
    return Crowd(picture, faces)


class _Canvas:
    """A frame that is drawn from back to front, and what is still seen of each face in it."""

    def __init__(self, picture: np.ndarray):
        self.picture = picture
        self.masks: list[np.ndarray] = []  # uint8 (H, W), 0…255
        self.whole: list[int] = []  # the sum of each mask with nothing outside and nothing in front

    def lay(self, drawn: Painted, corner: tuple[int, int]) -> None:
        """Lays a drawn window into the frame, its first pixel at `corner` (x, y)."""
        (height, width), (left, top) = self.picture.shape[:2], corner
        tall, wide = drawn.masks[0].shape
        own = slice(max(0, -top), min(tall, height - top)), slice(max(0, -left), min(wide, width - left))
        there = slice(max(0, top), min(height, top + tall)), slice(max(0, left), min(width, left + wide))
        self.picture[there] = drawn.pictures[0][own]
        for mask in self.masks:
            mask[there][drawn.parts[0][own] > 0] = 0
        self.masks.append(np.zeros((height, width), np.uint8))
        self.masks[-1][there] = drawn.masks[0][own]
        self.whole.append(max(1, int(drawn.masks[0].sum(dtype=np.int64))))

    def hide(self, picture: np.ndarray, share: np.ndarray) -> None:
        """Takes a picture with something new in front, and where that is: float32 (H, W) in 0…1."""
        self.picture = picture
        for mask in self.masks:
            mask[:] = np.rint(mask * (1 - share))


def _people(generator: np.random.Generator, count: int, identities: Sequence[Identity] | None) -> list[Identity]:
    if identities is None:
        return [sample_identity(int(generator.integers(2**31))) for _ in range(count)]
    identities = [checked_identity(one, "identities") for one in identities]
    if count and not identities:
        raise ValueError("identities: wanted one or more, got none")
    order = generator.permutation(len(identities))  # nobody comes twice before everybody came once
    return [identities[order[i % len(order)]] for i in range(count)]


def _places(
    generator: np.random.Generator, count: int, shape: tuple[int, int], low: float, high: float
) -> list[tuple[float, float, float]]:
    """Middle x, y and side of so many boxes, small ones (those in the back) first; most are not hidden by the next."""
    height, width = shape
    sides = np.sort(np.exp(generator.uniform(np.log(low), np.log(high), count)))
    placed: list[tuple[float, float, float]] = []
    for side in sides[::-1]:  # from the front to the back, so that who is behind looks for a gap
        room = 0.0 if generator.random() < _CUT else 0.55
        most = 0.5 if generator.random() < 0.3 else 0.1
        best, least = None, np.inf
        for tried in range(_TRIES):
            margin = min(room * side, 0.5 * width), min(room * side, 0.5 * height)
            x = float(generator.uniform(margin[0], width - margin[0]))
            y = float(generator.uniform(margin[1], height - margin[1]))
            hidden = max((_hidden((x, y, side), front) for front in placed), default=0.0)
            if hidden < least:
                best, least = (x, y, float(side)), hidden
            if hidden <= most:
                break
            if tried % 4 == 3:  # in a full frame only smaller ones find room
                side = max(low, 0.93 * side)
        placed.append(best)
    return sorted(placed, key=lambda one: one[2])


def _hidden(back: tuple[float, float, float], front: tuple[float, float, float]) -> float:
    """About what share of a face is behind another's head and shoulders."""
    steps = np.linspace(-0.4, 0.4, 6)
    u = (back[0] + back[2] * steps[None, :] - front[0]) / front[2]
    v = (back[1] + back[2] * steps[:, None] - front[1]) / front[2]
    head = (u / 0.68) ** 2 + ((v + 0.12) / 0.80) ** 2 < 1
    body = (np.abs(u) < 0.62 + 0.5 * v) & (v > 0.35) & (v < 3)  # wherever it leans
    return float((head | body).mean())


def _draw(
    identity: Identity,
    acted: np.ndarray,
    middle: tuple[float, float, float],
    lean: float,
    behind: np.ndarray,
    sides: tuple[float, float],
) -> tuple[Painted, tuple[int, int]]:
    """One toon before what is behind it, in a window just large enough; and the window's first x and y in the frame."""
    x, y, side = middle
    scale, shape = side / _BOX, behind.shape[:2]
    while True:
        matrix = _matrix(acted, x, y, scale, lean)
        left, top, right, bottom = _window(matrix, scale, lean, shape)
        matrix[:, :, 2] -= (left, top)
        rows = np.clip(np.arange(top, bottom), 0, shape[0] - 1)
        columns = np.clip(np.arange(left, right), 0, shape[1] - 1)
        drawn = paint(identity, acted, (bottom - top, right - left), matrix, behind[rows[:, None], columns[None, :]])
        box = face_box(drawn.landmarks[0])
        found = float((box[2:] - box[:2]).max())
        wanted = np.clip(found, *sides)
        if abs(found - wanted) < 1e-3 * wanted:
            return drawn, (left, top)
        scale *= wanted / found


def _matrix(acted: np.ndarray, x: float, y: float, scale: float, lean: float) -> np.ndarray:
    """Head units → pixels of the frame, float32 (1, 2, 3): half a head is `scale` pixels, the face's middle at x, y."""
    side = scale / HEAD_SHARE
    portrait = np.vstack([place(acted, (scenes.PORTRAIT, scenes.PORTRAIT))[0], [0, 0, 1]])
    layout = scenes.Layout(scenes.PORTRAIT, 0.0, 0.0, side, lean, 0, 0, None)
    matrix = scenes.matrix_of(layout) @ portrait
    matrix[:, 2] += (x, y) - (matrix[:, :2] @ (0.0, 0.25) + matrix[:, 2])
    return matrix[None].astype(np.float32)


def _window(matrix: np.ndarray, scale: float, lean: float, shape: tuple[int, int]) -> tuple[int, int, int, int]:
    """What has to be drawn: all of the head, also outside the frame, and what of the body is inside it."""
    head = matrix[0, :, 2]
    angle = np.radians(lean)
    axes = scale * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    body = head + np.array([[-1.3, 0.0], [1.3, 0.0], [-1.3, 6.6], [1.3, 6.6]]) @ axes.T
    frame = np.array(shape[::-1], float)
    low = np.minimum(head - _REACH * scale, np.clip(body.min(0), 0, frame))
    high = np.maximum(head + _REACH * scale, np.clip(body.max(0), 0, frame))
    return (*np.floor(low).astype(int).tolist(), *np.ceil(high).astype(int).tolist())
