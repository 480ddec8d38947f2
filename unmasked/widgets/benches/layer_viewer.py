"""What each layer sees: a channel's response on a picture, place by place, and the patches that excite it most."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import cv2
import numpy as np

from unmasked.models import swapping
from unmasked.widgets.benches.tiles import TileBench, Tiles, grid
from unmasked.widgets.kit import (
    SHARP,
    Choice,
    Frame,
    Panel,
    check_picture,
    enlarge,
    source,
    to_rgb,
    two_digits,
)

SIDE = 190  # CSS pixels: the picture, the map and the sheet of all channels
SHOWN = 8  # patches in their row
OTHERS = 4  # pictures to choose from, two beside each other
CELL = 96  # CSS pixels for each of them
FRAME = (255, 190, 40)
# Blue below 0, white at 0, orange above: told apart in greyscale by the words, and by each map's own title.
BLUE, WHITE, ORANGE = np.array((28, 84, 160.0)), np.array((250, 250, 250.0)), np.array((204, 92, 0.0))


def layer_viewer(
    network, pictures: np.ndarray, layer: int = 1, channel: int = 1, title: str = "What each layer sees"
) -> TileBench:
    """A bench of thumbnails to click that shows where every channel of every convolution responds, and to what.

    network   an nn.Sequential that begins with convolutions, each followed by an activation, or a module that holds one
              as `layers`; it gets pictures as `unmasked.tensors` makes batches. What it gives is worked out once: later
              training does not reach the bench.
    pictures  uint8 (N, H, W, 3), or (N, H, W) for one grey channel: where the exciting patches are looked for. Best
              held-out ones. A few hundred are enough.
    layer, channel  what is shown at first, both counted from 1.
    Raises TypeError or ValueError for anything else.
    """
    scene = Layers(network, pictures)
    if not (1 <= layer <= len(scene.stages) and 1 <= channel <= scene.stages[layer - 1].channels):
        raise ValueError(f"layer and channel: the network has no layer {layer} with a channel {channel}")
    options = [(str(number), f"{number + 1} ({stage.label})") for number, stage in enumerate(scene.stages)]
    knobs = [
        Choice("layer", "Layer", options, str(layer - 1)),
        Tiles("channel", "Channel", channel, 1),
        Tiles("picture", "Picture", 1, 1),
        Tiles("place", "Place", -1, -1),
    ]
    return Viewer(scene, knobs, title=title)


class Viewer(TileBench):
    """See `layer_viewer`. It fills the page's width."""

    _css = source("kit/kit.css", "benches/cells.css", "benches/tiles.css", "benches/layer_viewer.css")


class Stage:
    """One convolution with its activation: what it gave on all pictures, and where its places look.

    `maps`: float32 (N, C, h, w). The place (i, j) sees the pixels from first + jump · j over `side` pixels.
    """

    def __init__(self, maps: np.ndarray, side: int, jump: int, first: float):
        self.maps, self.side, self.jump, self.first = maps, side, jump, first
        self.channels = maps.shape[1]
        flat = maps.reshape(*maps.shape[:2], -1)
        self.peaks, self.places = flat.max(2), flat.argmax(2)  # (N, C): the strongest response, and where
        self.greatest = flat.max((0, 2))  # (C,)
        self.scale = np.maximum(np.abs(flat).max((0, 2)), 1e-6)  # (C,): what is shown as white or as black

    @property
    def label(self) -> str:
        """How much of the picture one place sees, in words."""
        return f"sees {self.side}×{self.side} pixels"

    def box(self, place: int) -> tuple[int, int, int, int]:
        """Left, top, right, bottom, in pixels of the picture, of what a place sees; it may go beyond the edge."""
        row, column = divmod(int(place), self.maps.shape[3])
        left, top = (round(self.first + self.jump * at) for at in (column, row))
        return left, top, left + self.side, top + self.side


def stages(network, batch) -> list[Stage]:
    """The convolutions at the start of a Sequential, with their responses on `batch`, float (N, C, H, W).

    Raises TypeError for a network that does not begin so.
    """
    import torch
    from torch import nn

    parts = list(getattr(network, "layers", network).children())
    found: list[Stage] = []
    side, jump, first = 1, 1, 0.0
    with torch.inference_mode(), swapping.one_thread():
        for number, part in enumerate(parts):
            if isinstance(part, nn.Conv2d):
                if len({*part.kernel_size}) > 1 or len({*part.stride}) > 1 or part.dilation != (1, 1):
                    raise TypeError("network: wanted convolutions with square kernels and one stride, undilated")
                first -= jump * part.padding[0]
                side += jump * (part.kernel_size[0] - 1)
                jump *= part.stride[0]
            elif isinstance(part, nn.Flatten | nn.Linear):
                break
            elif not isinstance(part, nn.LeakyReLU | nn.ReLU | nn.Dropout | nn.Identity):
                raise TypeError(f"network: wanted convolutions and activations first, got {type(part).__name__}")
            batch = part(batch)
            after = parts[number + 1] if number + 1 < len(parts) else None
            convolved = isinstance(part, nn.Conv2d) and not isinstance(after, nn.LeakyReLU | nn.ReLU)
            if convolved or isinstance(part, nn.LeakyReLU | nn.ReLU):
                found.append(Stage(batch.float().contiguous().numpy(), side, jump, first))
    if not found:
        raise TypeError("network: wanted an nn.Sequential that begins with convolutions, or one as `network.layers`")
    return found


class Layers:
    """The bench's plain function and what it needs."""

    def __init__(self, network, pictures: np.ndarray):
        from torch import nn

        from unmasked import tensors

        if not isinstance(network, nn.Module):
            raise TypeError(f"network: wanted an nn.Module, got {type(network).__name__}")
        pictures = np.asarray(pictures)
        if pictures.ndim not in (3, 4) or not len(pictures):
            raise ValueError(f"pictures: wanted (N, H, W, 3) or (N, H, W), got shape {pictures.shape}")
        check_picture(pictures[0], "pictures")
        self.pictures = np.stack([to_rgb(picture) for picture in pictures])
        self._choice: Panel | None = None
        batch = tensors.to_tensor(pictures) if pictures.ndim == 4 else tensors.masks_to_tensor(pictures)
        training = network.training
        network.eval()
        try:
            self.stages = stages(network, batch)
        finally:
            network.train(training)

    def chosen(self, settings: Mapping) -> tuple[Stage, int, int, int]:
        """Stage, channel, picture and place of settings, counted from 0; a place that is none is the strongest one."""
        stage = self.stages[int(settings["layer"])]
        channel = min(round(settings["channel"]), stage.channels) - 1
        index = min(round(settings["picture"]), len(self.pictures)) - 1
        place, count = int(settings["place"]), stage.maps.shape[2] * stage.maps.shape[3]
        return stage, channel, index, place if 0 <= place < count else int(stage.places[index, channel])

    def best(self, stage: Stage, channel: int) -> np.ndarray:
        """The pictures to which the channel responds most, the strongest first."""
        return np.argsort(-stage.peaks[:, channel], kind="stable")[:SHOWN]

    @property
    def offered(self) -> np.ndarray:
        """The pictures to choose from, spread over all."""
        return np.unique(np.linspace(0, len(self.pictures) - 1, min(OTHERS, len(self.pictures))).astype(int))

    def grids(self, settings: Mapping) -> list[dict]:
        """What can be clicked: places of the map, channels of the sheet, exciting patches, pictures."""
        stage, channel, index, place = self.chosen(settings)
        rows, columns = stage.maps.shape[2:]
        side = _columns(stage.channels)
        best, anew = self.best(stage, channel), {"place": -1}
        shown = np.flatnonzero(best == index)
        at = int(shown[0]) if len(shown) and place == stage.places[index, channel] else -1
        return [
            grid("place", 1, rows, columns, at=place, words="Places of the map"),
            grid("channel", 2, side, side, range(1, stage.channels + 1), at=channel, also=anew, words="Channels"),
            grid("picture", 4, 1, SHOWN, best + 1, at=at, also=anew, words="Patches that excite it most"),
            grid("picture", 3, 2, OTHERS // 2, self.offered + 1, also=anew, words="Pictures"),
        ]

    def marks(self, settings: Mapping) -> list[dict]:
        """No marks: the frame on the picture has no grid."""
        return []

    def draw(self, settings: Mapping) -> Frame:
        """`settings`: layer ("0" …), channel and picture (from 1), place (−1: the strongest).

        Returns picture, map, all channels, pictures to choose from, and the exciting patches.
        """
        number = int(settings["layer"])
        stage, channel, index, place = self.chosen(settings)
        found = stage.maps[index, channel]
        here = two_digits(float(found.flat[place]))
        peak = two_digits(float(stage.peaks[index, channel]))
        greatest = two_digits(float(stage.greatest[channel]))
        best = self.best(stage, channel)
        height, width = self.pictures.shape[1:3]
        name = f"Layer {number + 1}, channel {channel + 1} of {stage.channels}"
        boxed = _boxed(self.pictures[index], stage.box(place))
        row, column = divmod(place, found.shape[1])
        where = f"row {row + 1}, column {column + 1}"
        panels = [
            Panel(boxed, f"Picture {index + 1}", f"Picture {index + 1}; a frame on what the place sees", 1 / SHARP),
            Panel(
                _signed(found / stage.scale[channel]),
                f"where it responds, {_size(found)}",
                f"{name}: its map, {_size(found)}, strongest {peak}",
                SIDE / found.shape[1],
            ),
            _sheet(stage, index),
            self.choice,
            self._row(
                [_patch(self.pictures[k], stage.box(stage.places[k, channel])) for k in best],
                f"what excites it most, of {len(self.pictures)} pictures",
                f"The {len(best)} patches to which {name} responds most, strongest first",
                SHOWN,
            ),
        ]
        seen = f"{min(stage.side, height)} × {min(stage.side, width)}"
        words = (
            f"{name}, picture {index + 1}. The place at {where} sees up to {seen} pixels and responds with {here}; the "
            f"strongest place of this picture with {peak}, of all pictures {greatest}. Orange is above 0, blue below."
        )
        alt = f"{name} on picture {index + 1}: strongest response {peak}, at {where} {here}."
        return Frame(panels, alt, words)

    @property
    def choice(self) -> Panel:
        """Pictures to choose from, always the same."""
        if self._choice is None:
            pictures = [self.pictures[k] for k in self.offered]
            self._choice = self._row(pictures, "other pictures", "Pictures to choose from", OTHERS // 2, lasting=True)
        return self._choice

    def _row(self, pictures: Sequence[np.ndarray], title: str, alt: str, columns: int, lasting: bool = False) -> Panel:
        """Pictures as tiles in rows of `columns`, on transparent ground."""
        gap = 2
        rows = max(1, OTHERS // columns)
        sheet = np.zeros((rows * CELL, columns * CELL, 4), np.uint8)
        inner = CELL - 2 * gap
        for number, picture in enumerate(pictures):
            # Smooth where a picture is looked at; a few pixels are shown as the squares that a layer sees.
            small = enlarge(picture, inner / max(picture.shape[:2]), smooth=picture.shape[0] > 32)[:inner, :inner]
            top, left = (at * CELL + gap for at in divmod(number, columns))
            place = np.s_[top : top + small.shape[0], left : left + small.shape[1]]
            sheet[place] = np.dstack([small, np.full(small.shape[:2], 255, np.uint8)])
        return Panel(sheet, title, alt, smooth=True, lasting=lasting)


def _boxed(picture: np.ndarray, box: tuple[int, int, int, int]) -> np.ndarray:
    """The picture, enlarged, with a frame around what one place sees."""
    scale = SIDE * SHARP / picture.shape[1]
    large = enlarge(picture, scale, smooth=True).copy()
    height, width = large.shape[:2]
    left, top, right, bottom = (round(v * scale) for v in box)
    corner, far = (max(2, left), max(2, top)), (min(width - 3, right), min(height - 3, bottom))
    cv2.rectangle(large, corner, far, (0, 0, 0), 7)
    cv2.rectangle(large, corner, far, FRAME, 4)
    return large


def _columns(channels: int) -> int:
    return max(4, math.ceil(math.sqrt(channels)))


def _signed(values: np.ndarray) -> np.ndarray:
    """Values in −1…1 as colours, white at 0: uint8 (…, 3)."""
    strength = np.clip(np.abs(values), 0, 1)[..., None]
    full = np.where(values[..., None] < 0, BLUE, ORANGE)
    return np.rint(WHITE + strength * (full - WHITE)).astype(np.uint8)


def _sheet(stage: Stage, index: int) -> Panel:
    """All channels of a layer on one picture, small, on transparent ground."""
    columns = _columns(stage.channels)
    cell, gap = SIDE // columns, 2
    sheet = np.zeros((cell * columns, cell * columns, 4), np.uint8)
    for number in range(stage.channels):
        colours = _signed(stage.maps[index, number] / stage.scale[number])
        small = cv2.resize(colours, (cell - 2 * gap, cell - 2 * gap), interpolation=cv2.INTER_NEAREST)
        top, left = (at * cell + gap for at in divmod(number, columns))
        sheet[top : top + cell - 2 * gap, left : left + cell - 2 * gap, :3] = small
        sheet[top : top + cell - 2 * gap, left : left + cell - 2 * gap, 3] = 255
    title, alt = f"all its {stage.channels} channels", f"All {stage.channels} channels of the layer on this picture"
    return Panel(sheet, title, alt, SIDE / sheet.shape[1])


def _patch(picture: np.ndarray, box: tuple[int, int, int, int]) -> np.ndarray:
    """What a place sees of a picture; beyond its edge a layer sees nothing: grey says so."""
    left, top, right, bottom = box
    height, width = picture.shape[:2]
    away = max(0, -left, -top, right - width, bottom - height)
    padded = np.pad(picture, ((away, away), (away, away), (0, 0)), constant_values=205)
    return padded[top + away : bottom + away, left + away : right + away]


def _size(found: np.ndarray) -> str:
    return f"{found.shape[0]} × {found.shape[1]}"
