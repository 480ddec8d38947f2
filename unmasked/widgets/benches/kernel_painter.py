"""The kernel painter: nine numbers under your hand, and what they find in a picture, live."""

from __future__ import annotations

from collections.abc import Mapping

import cv2
import numpy as np

from unmasked.widgets.benches.cells import CellBench, Cells
from unmasked.widgets.kit import Button, Choice, Frame, Panel, Slider, check_picture, minus, two_digits

SIDE = 165  # CSS pixels: four pictures beside each other
# Name → label, the nine numbers, what the sum is divided by, how it is shown, what it is in words.
PRESETS = {
    "copy": ("Copy", (0, 0, 0, 0, 1, 0, 0, 0, 0), 1, "picture"),
    "blur": ("Blur", (1, 1, 1, 1, 1, 1, 1, 1, 1), 9, "picture"),
    "sharpen": ("Sharpen", (0, -1, 0, -1, 5, -1, 0, -1, 0), 1, "picture"),
    "upright": ("Upright edges", (-1, 0, 1, -1, 0, 1, -1, 0, 1), 3, "signed"),
    "level": ("Level edges", (-1, -1, -1, 0, 0, 0, 1, 1, 1), 3, "signed"),
    "spots": ("Spots", (-1, -1, -1, -1, 8, -1, -1, -1, -1), 8, "signed"),
}


def kernel_painter(pictures: Mapping[str, np.ndarray], start: str = "upright") -> KernelPainter:
    """A bench where nine numbers are painted and the feature map of each picture follows.

    pictures  a label → a picture, uint8 (H, W) or (H, W, 3); colours become grey. Two fit beside each other.
    start     the preset that is painted at first: copy, blur, sharpen, upright, level or spots.
    Raises ValueError or TypeError for anything else.
    """
    if start not in PRESETS:
        raise ValueError(f"start: wanted one of {', '.join(PRESETS)}, got {start!r}")
    if not pictures:
        raise ValueError("pictures: wanted at least one, got none")
    return KernelPainter(pictures, start)


def feature_map(picture: np.ndarray, kernel: np.ndarray, stride: int = 1) -> np.ndarray:
    """Σ kernel · patch at every `stride`-th place of a picture float (H, W), with one pixel of 0 around it.

    `kernel`: (3, 3). Returns float64 (⌈H / stride⌉, ⌈W / stride⌉): what `nn.Conv2d(1, 1, 3, stride, padding=1)` does.
    """
    padded = np.pad(np.asarray(picture, np.float64), 1)
    patches = np.lib.stride_tricks.sliding_window_view(padded, (3, 3))[::stride, ::stride]
    return np.einsum("hwij,ij->hw", patches, kernel)


class KernelPainter(CellBench):
    """See `kernel_painter`."""

    def __init__(self, pictures: Mapping[str, np.ndarray], start: str):
        self.greys = {}
        for label, picture in pictures.items():
            picture = np.asarray(picture)
            check_picture(picture, f"pictures[{label!r}]")
            grey = picture if picture.ndim == 2 else cv2.cvtColor(picture[..., :3], cv2.COLOR_RGB2GRAY)
            self.greys[label] = grey.astype(np.float64) / 255
        _, numbers, divisor, shown = PRESETS[start]
        knobs = [
            Cells("kernel", "The kernel", numbers),
            Slider("divisor", "Divide by", 1, 16, divisor, 1),
            Choice("stride", "Stride", [("1", "every place"), ("2", "every second place")], "1"),
            Choice(
                "shown",
                "Show the map",
                [("signed", "0 is mid-grey"), ("picture", "as a picture, 0 is black"), ("leaky", "after a LeakyReLU")],
                shown,
            ),
        ]
        buttons = [Button(name, label) for name, (label, *_) in PRESETS.items()]
        super().__init__(self.paint, knobs, title="Kernel painter", buttons=buttons)

    def on_press(self, name: str) -> None:
        """A preset was pressed: its nine numbers, and how they are best looked at."""
        _, numbers, divisor, shown = PRESETS[name]
        self.set(kernel=numbers, divisor=divisor, shown=shown)

    def paint(self, settings: Mapping) -> Frame:
        """`settings`: kernel (nine numbers), divisor, stride ("1" or "2"), shown. Returns every picture and its map."""
        kernel = np.array(settings["kernel"], np.float64).reshape(3, 3) / settings["divisor"]
        stride, shown = int(settings["stride"]), settings["shown"]
        panels, ranges = [], []
        for label, grey in self.greys.items():
            found = feature_map(grey, kernel, stride)
            low, high = two_digits(found.min()), two_digits(found.max())
            ranges.append(f"{label} {low} to {high}")
            panels += [
                Panel(_bytes(grey), label, f"{label}, in grey, {_size(grey)} pixels", SIDE / grey.shape[1]),
                Panel(
                    _bytes(_visible(found, shown)),
                    f"its map, {_size(found)}",
                    f"The feature map of {label}, {_size(found)}: values from {low} to {high}",
                    SIDE / found.shape[1],
                ),
            ]
        name = next((label for label, numbers, *_ in PRESETS.values() if list(numbers) == list(settings["kernel"])), "")
        rows = "; ".join(" ".join(f"{round(n)}" for n in row) for row in np.reshape(settings["kernel"], (3, 3)))
        rows = minus(rows)
        total = two_digits(kernel.sum())
        called = f"{name} kernel" if name else "Kernel of your own"
        return Frame(
            panels,
            alt=f"{called}, rows {rows}. Feature maps of {' and '.join(self.greys)} beside the pictures.",
            words=f"{called}: rows {rows}, divided by {settings['divisor']:.0f}; the nine add up to {total}. "
            f"Values of the maps: {'; '.join(ranges)}.",
        )


def _visible(found: np.ndarray, shown: str) -> np.ndarray:
    """Values as light, 0…1."""
    if shown == "picture":
        return found
    if shown == "leaky":
        found = np.where(found > 0, found, 0.1 * found)
    return 0.5 + found / 2


def _bytes(grey: np.ndarray) -> np.ndarray:
    return np.rint(np.clip(grey, 0, 1) * 255).astype(np.uint8)


def _size(grey: np.ndarray) -> str:
    return f"{grey.shape[0]}×{grey.shape[1]}"
