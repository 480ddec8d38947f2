"""What each layer sees: a channel's response on a picture, and the patches that excite it most."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import cv2
import numpy as np

from unmasked.models import swapping
from unmasked.widgets.kit import (
    SHARP,
    Bench,
    Choice,
    Frame,
    Panel,
    Slider,
    check_picture,
    enlarge,
    side_by_side,
    to_rgb,
    two_digits,
)

SIDE = 200  # CSS pixels: the picture and the map
PATCH = 76
SHOWN = 8  # patches in the row
FRAME = (255, 190, 40)


def layer_viewer(
    network, pictures: np.ndarray, layer: int = 1, channel: int = 1, title: str = "What each layer sees"
) -> Bench:
    """A bench that shows, for every channel of every convolution, where it responds and to what.

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
    most = max(stage.channels for stage in scene.stages)
    knobs = [
        Choice("layer", "Layer", options, str(layer - 1)),
        Slider("channel", "Channel", 1, max(2, most), channel, 1),
        Slider("picture", "Picture", 1, max(2, len(scene.pictures)), 1, 1),
    ]
    return Bench(scene.draw, knobs, title=title)


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
        batch = tensors.to_tensor(pictures) if pictures.ndim == 4 else tensors.masks_to_tensor(pictures)
        training = network.training
        network.eval()
        try:
            self.stages = stages(network, batch)
        finally:
            network.train(training)

    def draw(self, settings: Mapping) -> Frame:
        """`settings`: layer ("0" …), channel and picture (from 1). Returns picture, map and the exciting patches."""
        number = int(settings["layer"])
        stage = self.stages[number]
        channel = min(round(settings["channel"]), stage.channels) - 1
        index = min(round(settings["picture"]), len(self.pictures)) - 1
        found = stage.maps[index, channel]
        peak = two_digits(float(stage.peaks[index, channel]))
        greatest = two_digits(float(stage.greatest[channel]))
        best = np.argsort(-stage.peaks[:, channel], kind="stable")[:SHOWN]
        height, width = self.pictures.shape[1:3]
        light = 0.5 + 0.5 * found / stage.scale[channel]
        name = f"Layer {number + 1}, channel {channel + 1} of {stage.channels}"
        boxed = _boxed(self.pictures[index], stage.box(stage.places[index, channel]))
        panels = [
            Panel(boxed, f"Picture {index + 1}", f"Picture {index + 1}; a frame where it excites most", 1 / SHARP),
            Panel(
                np.rint(np.clip(light, 0, 1) * 255).astype(np.uint8),
                "where it responds",
                f"{name}: its map, {_size(found)}, strongest {peak}",
                SIDE / found.shape[1],
            ),
            _sheet(stage, index, channel),
            Panel(
                _patches(self.pictures, stage, best, channel),
                f"what excites it most, of {len(self.pictures)} pictures",
                f"The {len(best)} patches to which {name} responds most, strongest first",
                1 / SHARP,
            ),
        ]
        seen = f"{min(stage.side, height)} × {min(stage.side, width)}"
        words = (
            f"{name}: {_size(found)} places, each sees up to {seen} pixels. Strongest response in this picture {peak}, "
            f"in all pictures {greatest}. Mid-grey is 0, light is strong."
        )
        return Frame(panels, f"{name} on picture {index + 1}: strongest response {peak}.", words)


def _boxed(picture: np.ndarray, box: tuple[int, int, int, int]) -> np.ndarray:
    """The picture, enlarged, with a frame around what one place sees."""
    scale = SIDE * SHARP / picture.shape[1]
    large = enlarge(picture, scale).copy()
    height, width = large.shape[:2]
    left, top, right, bottom = (round(v * scale) for v in box)
    corner, far = (max(2, left), max(2, top)), (min(width - 3, right), min(height - 3, bottom))
    cv2.rectangle(large, corner, far, (0, 0, 0), 7)
    cv2.rectangle(large, corner, far, FRAME, 4)
    return large


def _sheet(stage: Stage, index: int, channel: int) -> Panel:
    """All channels of a layer on one picture, small, on transparent ground; the chosen one framed."""
    gap, across = 8, SIDE * SHARP
    columns = max(4, math.ceil(math.sqrt(stage.channels)))
    tile = across // columns - gap
    sheet = np.zeros((across, across, 4), np.uint8)
    for number in range(stage.channels):
        light = 0.5 + 0.5 * stage.maps[index, number] / stage.scale[number]
        small = cv2.resize(np.clip(light, 0, 1), (tile, tile), interpolation=cv2.INTER_NEAREST)
        top, left = (at * (tile + gap) + gap // 2 for at in divmod(number, columns))
        if number == channel:
            sheet[top - 4 : top + tile + 4, left - 4 : left + tile + 4] = (*FRAME, 255)
        sheet[top : top + tile, left : left + tile, :3] = np.rint(small * 255).astype(np.uint8)[..., None]
        sheet[top : top + tile, left : left + tile, 3] = 255
    return Panel(sheet, "all its channels", f"All {stage.channels} channels of the layer", 1 / SHARP)


def _patches(pictures: np.ndarray, stage: Stage, best: Sequence[int], channel: int) -> np.ndarray:
    """The patches that the channel's strongest places see, beside each other on transparent ground."""
    side, patches = PATCH * SHARP, []
    height, width = pictures.shape[1:3]
    for index in best:
        left, top, right, bottom = stage.box(stage.places[index, channel])
        away = max(0, -left, -top, right - width, bottom - height)
        # Beyond the picture a layer sees nothing: grey says so.
        padded = np.pad(pictures[index], ((away, away), (away, away), (0, 0)), constant_values=205)
        patch = padded[top + away : bottom + away, left + away : right + away]
        patches.append(cv2.resize(patch, (side, side), interpolation=cv2.INTER_NEAREST))
    return side_by_side(np.stack(patches), 6 * SHARP)


def _size(found: np.ndarray) -> str:
    return f"{found.shape[0]} × {found.shape[1]}"
