"""The kernel painter: nine numbers under your hand, what they find in a picture, and how a window becomes a number."""

from __future__ import annotations

from collections.abc import Mapping

import cv2
import numpy as np

from unmasked.widgets.benches.cells import Cells
from unmasked.widgets.benches.tiles import TileBench, Tiles, grid, mark
from unmasked.widgets.kit import SHARP, Button, Choice, Frame, Panel, Slider, check_picture, font, minus, two_digits

SIDE = 256  # CSS pixels: the picture, and the map beside it
CELL = (46, 34)  # CSS pixels: one of the nine numbers in the sum below
GREY = (128, 128, 128, 255)  # letters that show on light and on dark ground
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
    """A bench where nine numbers are painted and the feature map follows; under the pointer, how one number is made.

    pictures  a label → a picture, uint8 (H, W) or (H, W, 3); colours become grey. One is shown at a time.
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


class KernelPainter(TileBench):
    """See `kernel_painter`."""

    def __init__(self, pictures: Mapping[str, np.ndarray], start: str):
        _, numbers, divisor, shown = PRESETS[start]
        scene = Painter(pictures)
        knobs = [
            Cells("kernel", "The kernel", numbers),
            Slider("divisor", "Divide by", 1, 16, divisor, 1),
            Choice("stride", "Stride", [("1", "every place"), ("2", "every second")], "1"),
            Choice(
                "shown",
                "The map",
                [("signed", "0 is mid-grey"), ("picture", "0 is black"), ("leaky", "after a LeakyReLU")],
                shown,
            ),
            Tiles("place", "The window", -1, -1),
        ]
        if len(scene.greys) > 1:
            knobs.insert(
                0, Choice("picture", "Picture", [(label, label) for label in scene.greys], next(iter(pictures)))
            )
        buttons = [Button(name, label) for name, (label, *_) in PRESETS.items()]
        super().__init__(scene, knobs, title="Kernel painter", buttons=buttons, beside=True)

    def on_press(self, name: str) -> None:
        """A preset was pressed: its nine numbers, and how they are best looked at."""
        _, numbers, divisor, shown = PRESETS[name]
        self.set(kernel=numbers, divisor=divisor, shown=shown)


class Painter:
    """The bench's plain function and what it needs."""

    def __init__(self, pictures: Mapping[str, np.ndarray]):
        self.greys, self.given = {}, {}
        for label, picture in pictures.items():
            picture = np.asarray(picture)
            check_picture(picture, f"pictures[{label!r}]")
            grey = picture if picture.ndim == 2 else cv2.cvtColor(picture[..., :3], cv2.COLOR_RGB2GRAY)
            self.greys[label] = grey.astype(np.float64) / 255
            alt = f"{label}, in grey, {_size(grey)} pixels"
            self.given[label] = Panel(grey, f"{label}, {_size(grey)}", alt, SIDE / grey.shape[1], lasting=True)
        self.kept: tuple[tuple, np.ndarray, Panel] | None = None  # the newest map: the window moves more often than it

    def _label(self, settings: Mapping) -> str:
        return settings.get("picture", next(iter(self.greys)))

    def place(self, settings: Mapping) -> tuple[int, int]:
        """The window's middle, row and column of the picture's pixels, where the stride lets it be."""
        height, width = self.greys[self._label(settings)].shape
        stride, at = int(settings["stride"]), settings["place"]
        row, column = divmod(int(at), width) if 0 <= at < height * width else (height // 2, width // 2)
        return row // stride * stride, column // stride * stride

    def _map(self, settings: Mapping) -> tuple[np.ndarray, Panel]:
        label, stride, shown = self._label(settings), int(settings["stride"]), settings["shown"]
        key = (label, tuple(settings["kernel"]), settings["divisor"], stride, shown)
        if self.kept is None or self.kept[0] != key:
            kernel = np.array(settings["kernel"], np.float64).reshape(3, 3) / settings["divisor"]
            found = feature_map(self.greys[label], kernel, stride)
            low, high = two_digits(found.min()), two_digits(found.max())
            alt = f"The feature map of {label}, {_size(found)}: values from {low} to {high}"
            light = _bytes(_visible(found, shown))
            panel = Panel(light, f"its feature map, {_size(found)}", alt, SIDE / found.shape[1], lasting=True)
            self.kept = (key, found, panel)
        return self.kept[1:]

    def grids(self, settings: Mapping) -> list[dict]:
        """The picture's pixels are tiles: the window lies around the one under the pointer."""
        height, width = self.greys[self._label(settings)].shape
        row, column = self.place(settings)
        words = "The window on the picture"
        return [grid("place", 0, height, width, at=row * width + column, hover=True, around=1, words=words)]

    def marks(self, settings: Mapping) -> list[dict]:
        """The pixel of the map that the window makes."""
        found, _ = self._map(settings)
        row, column = (part // int(settings["stride"]) for part in self.place(settings))
        return [mark(1, *found.shape, row * found.shape[1] + column)]

    def draw(self, settings: Mapping) -> Frame:
        """`settings`: kernel (nine numbers), divisor, stride ("1" or "2"), shown, place (of the window; −1 is the
        middle), and picture (its label) where there are several. Returns the picture, its map and the window's sum.
        """
        label = self._label(settings)
        found, panel = self._map(settings)
        kernel = np.array(settings["kernel"], np.float64).reshape(3, 3)
        row, column = self.place(settings)
        window = np.pad(self.greys[label], 1)[row : row + 3, column : column + 3]
        products = window * kernel
        value = products.sum() / settings["divisor"]
        name = next((title for title, numbers, *_ in PRESETS.values() if list(numbers) == list(settings["kernel"])), "")
        rows = minus("; ".join(" ".join(f"{round(n)}" for n in numbers) for numbers in kernel))
        called = f"{name} kernel" if name else "Kernel of your own"
        summed = f"the nine products add up to {two_digits(products.sum())}"
        if settings["divisor"] != 1:
            summed += f", divided by {settings['divisor']:.0f} that is {two_digits(value)}"
        at = f"Around row {row + 1}, column {column + 1}: {summed}"
        low, high = two_digits(found.min()), two_digits(found.max())
        total = two_digits(kernel.sum() / settings["divisor"])
        return Frame(
            [
                self.given[label],
                panel,
                Panel(_sum(window, kernel, products, settings["divisor"], value), "", f"{at}.", 1 / SHARP, smooth=True),
            ],
            alt=f"{called}, rows {rows}. The feature map of {label} beside the picture. {at}.",
            words=f"{called}: rows {rows}, divided by {settings['divisor']:.0f}; the nine add up to {total}. "
            f"Values of the map: {low} to {high}.\n{at}.",
        )


def _sum(window: np.ndarray, kernel: np.ndarray, products: np.ndarray, divisor: float, value: float) -> np.ndarray:
    """The window times the kernel, number by number, and the sum of the products: uint8 (H, W, 4), transparent."""
    from PIL import Image, ImageDraw

    wide, high = (part * SHARP for part in CELL)
    gap, head = 26 * SHARP, 20 * SHARP
    paper = Image.new("RGBA", (3 * (3 * wide + gap) + 100 * SHARP, head + 3 * high), (0, 0, 0, 0))
    pen, letters, large = ImageDraw.Draw(paper), font(13 * SHARP), font(26 * SHARP, True)
    most = max(1.0, float(np.abs(kernel).max()))
    tables = (
        ("pixels", "×", window, window, two_digits),
        ("kernel", "=", kernel, 0.5 + kernel / most / 2, lambda number: minus(f"{number:.0f}")),
        ("products", "", products, 0.5 + products / most / 2, two_digits),
    )
    for number, (title, sign, values, light, written) in enumerate(tables):
        left = number * (3 * wide + gap)
        pen.text((left + 1.5 * wide, 0), title, font=letters, fill=GREY, anchor="ma")
        for (row, column), each in np.ndenumerate(values):
            x, y = left + column * wide, head + row * high
            shade = round(255 * float(np.clip(light[row, column], 0, 1)))
            pen.rectangle((x, y, x + wide - SHARP, y + high - SHARP), fill=(shade, shade, shade, 255), outline=GREY)
            ink = (0, 0, 0, 255) if shade > 115 else (255, 255, 255, 255)
            pen.text((x + wide / 2, y + high / 2), written(each), font=letters, fill=ink, anchor="mm")
        pen.text((left + 3 * wide + gap / 2, head + 1.5 * high), sign, font=large, fill=GREY, anchor="mm")
    left = 3 * (3 * wide + gap) - gap + 10 * SHARP
    pen.text((left, 0), "their sum" if divisor == 1 else f"sum ÷ {divisor:.0f}", font=letters, fill=GREY)
    pen.text((left, head + 1.5 * high), two_digits(value), font=large, fill=GREY, anchor="lm")
    return np.array(paper)


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
