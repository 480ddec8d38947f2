"""A toon in a larger frame: a place, a wall behind it and a camera; replayable with another character."""

from dataclasses import dataclass

import cv2
import numpy as np

from unmasked.arguments import checked_generator, checked_kind, checked_number
from unmasked.toons import camera as cameras
from unmasked.toons.camera import CameraSettings
from unmasked.toons.cast import CAST
from unmasked.toons.clips import sample_performances
from unmasked.toons.colour import from_hls
from unmasked.toons.drawing import frame_shape
from unmasked.toons.head import place
from unmasked.toons.identity import Identity, checked_identity
from unmasked.toons.painting import paint
from unmasked.toons.performance import Performance, checked

DEFAULT_CAMERA = CameraSettings()
PORTRAIT = 128  # the side of the portrait that a scene's matrix starts from, in pixels


@dataclass(frozen=True)
class Layout:
    """Everything of a scene but the character and what it does.

    `shape` (H, W) of the frame; `x`, `y` the middle of the portrait in it and `side` its side, in pixels; `tilt` in
    degrees, clockwise; `background_seed` and `camera_seed` name the wall and the camera's noise; `camera` None for a
    clean picture. Raises TypeError or ValueError that names the field.
    """

    shape: tuple[int, int]
    x: float
    y: float
    side: float
    tilt: float
    background_seed: int
    camera_seed: int
    camera: CameraSettings | None = DEFAULT_CAMERA

    def __post_init__(self):
        frame_shape(self.shape, "shape")
        for name, low in (("x", -np.inf), ("y", -np.inf), ("side", 1), ("tilt", -np.inf)):
            checked_number(getattr(self, name), name, low)
        if self.camera is not None:
            checked_kind(self.camera, CameraSettings, "camera", "camera.CameraSettings or None")


@dataclass
class Scene:
    """One frame: `picture` uint8 (H, W, 3), `mask` and `parts` uint8 (H, W), `landmarks` float32 (68, 2) in its pixels.

    `matrix` float32 (2, 3) takes pixels of a portrait of `PORTRAIT` pixels to pixels of the frame; `layout` replays it.
    """

    picture: np.ndarray
    mask: np.ndarray
    parts: np.ndarray
    landmarks: np.ndarray
    identity: Identity
    performance: Performance
    matrix: np.ndarray
    layout: Layout


@dataclass
class Film:
    """Frames of one scene, stacked: `pictures` uint8 (N, H, W, 3), `masks` and `parts` uint8 (N, H, W), `landmarks`
    float32 (N, 68, 2), `performances` float32 (N, 11); the rest as in `Scene`. An index gives one `Scene`."""

    pictures: np.ndarray
    masks: np.ndarray
    parts: np.ndarray
    landmarks: np.ndarray
    identity: Identity
    performances: np.ndarray
    matrix: np.ndarray
    layout: Layout

    def __len__(self) -> int:
        return len(self.pictures)

    def __getitem__(self, index: int) -> Scene:
        return Scene(
            self.pictures[index],
            self.masks[index],
            self.parts[index],
            self.landmarks[index],
            self.identity,
            Performance.from_array(self.performances[index]),
            self.matrix,
            self.layout,
        )


def sample_layout(
    generator: np.random.Generator, shape=(240, 320), camera: CameraSettings | None = DEFAULT_CAMERA
) -> Layout:
    """A layout by chance, the head whole inside the frame; `shape` (H, W)."""
    checked_generator(generator)
    height, width = frame_shape(shape, "shape")
    side = generator.uniform(0.55, 0.95) * min(height, width)
    room = 0.48 * side
    x = generator.uniform(min(room, width / 2), max(width - room, width / 2))
    y = generator.uniform(min(room, height / 2), max(height - room, height / 2))
    seeds = generator.integers(0, 2**31, 2)
    tilt = generator.uniform(-12, 12)
    return Layout((height, width), float(x), float(y), float(side), float(tilt), int(seeds[0]), int(seeds[1]), camera)


def matrix_of(layout: Layout) -> np.ndarray:
    """Pixels of a portrait of `PORTRAIT` pixels → pixels of the frame; float32 (2, 3)."""
    scale = layout.side / PORTRAIT
    angle = np.radians(layout.tilt)
    cos, sin = scale * np.cos(angle), scale * np.sin(angle)
    middle = (PORTRAIT - 1) / 2
    return np.float32(
        [[cos, -sin, layout.x - cos * middle + sin * middle], [sin, cos, layout.y - sin * middle - cos * middle]]
    )


def background(seed: int, shape: tuple[int, int]) -> np.ndarray:
    """A wall with a soft gradient and a few plain shapes; uint8 (H, W, 3)."""
    generator = np.random.Generator(np.random.PCG64(seed))
    height, width = shape
    hue = generator.uniform(0, 360)
    first = np.float32(from_hls(hue, generator.uniform(0.55, 0.75), generator.uniform(0.1, 0.35)))
    second = np.float32(
        from_hls(hue + generator.uniform(-50, 50), generator.uniform(0.35, 0.55), generator.uniform(0.1, 0.35))
    )
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    angle = generator.uniform(0, 2 * np.pi)
    along = (np.cos(angle) * (x / width - 0.5) + np.sin(angle) * (y / height - 0.5)) * 0.7 + 0.5
    wall = first + np.clip(along, 0, 1)[..., None] * (second - first)
    for _ in range(int(generator.integers(3, 7))):
        colour = from_hls(hue + generator.uniform(-80, 80), generator.uniform(0.35, 0.8), generator.uniform(0.15, 0.5))
        middle = generator.uniform(0, 1, 2) * (width, height)
        size = generator.uniform(0.06, 0.30) * min(height, width)
        kind = generator.integers(3)
        corners = {0: 40, 1: 4, 2: 3}[int(kind)]
        around = np.arange(corners) * 2 * np.pi / corners + generator.uniform(0, 2 * np.pi)
        outline = middle + size * np.stack([np.cos(around), np.sin(around)], 1) * (1.0, generator.uniform(0.6, 1.4))
        strength = generator.uniform(0.5, 1.0)
        # Only where the shape is, and the soft edge round it: most of a wall is bare.
        low = np.clip(np.floor(outline.min(0)).astype(int) - 8, 0, (width, height))
        high = np.clip(np.ceil(outline.max(0)).astype(int) + 8, 0, (width, height))
        part = wall[low[1] : high[1], low[0] : high[0]]
        shape_of = np.zeros(part.shape[:2], np.float32)
        cv2.fillPoly(shape_of, [np.rint((outline - low) * 16).astype(np.int32)], 1.0, cv2.LINE_AA, 4)
        shape_of = cv2.GaussianBlur(shape_of, (0, 0), 0.8)[..., None] * strength
        part += shape_of * (np.float32(colour) - part)
    return np.clip(wall + 0.5, 0, 255).astype(np.uint8)


def film(identity: Identity, performances, layout: Layout) -> Film:
    """A character in many performances, float (N, 11) with N ≥ 1, filmed in one go: wall and camera stand still.

    White balance and exposure are those of one camera; the noise is new in every frame. The same layout gives the same
    wall and the same noise. Raises TypeError or ValueError in words.
    """
    checked_identity(identity)
    checked_kind(layout, Layout, "layout", "a scenes.Layout")
    performances = checked(performances)
    if len(performances) == 0:
        raise ValueError("performances: wanted 1 or more, got 0")
    matrix = matrix_of(layout)
    portraits = place(performances, (PORTRAIT, PORTRAIT))
    last = np.tile(np.float32([[[0, 0, 1]]]), (len(performances), 1, 1))
    whole = np.vstack([matrix, [0, 0, 1]]) @ np.concatenate([portraits, last], 1)
    wall = background(layout.background_seed, layout.shape)
    drawn = paint(identity, performances, layout.shape, whole[:, :2].astype(np.float32), wall)
    pictures = drawn.pictures
    if layout.camera is not None:
        pictures = cameras.record(pictures, np.random.Generator(np.random.PCG64(layout.camera_seed)), layout.camera)
    return Film(pictures, drawn.masks, drawn.parts, drawn.landmarks, identity, performances, matrix, layout)


def render(identity: Identity, performance: Performance | np.ndarray, layout: Layout) -> Scene:
    """The scene of a layout with this character and performance: a film of one frame. Raises as `film`."""
    return film(identity, checked(performance, ndim=1)[None], layout)[0]


def scene(
    generator: np.random.Generator,
    identity: Identity | None = None,
    performance: Performance | np.ndarray | None = None,
    shape=(240, 320),
    camera: CameraSettings | None = DEFAULT_CAMERA,
) -> Scene:
    """A scene by chance in a frame of `shape` (H, W).

    Without an identity one of the cast, without a performance one by chance; `camera` None for a clean picture. Raises
    TypeError or ValueError that names the argument.
    """
    layout = sample_layout(generator, shape, camera)
    if identity is None:
        identity = list(CAST.values())[int(generator.integers(len(CAST)))]
    if performance is None:
        performance = sample_performances(generator, 1)[0]
    return render(identity, performance, layout)
