"""The map of codes: with two numbers a code is a place, and the decoder draws whatever place the hand points at."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping

import cv2
import numpy as np

from unmasked.models import swapping
from unmasked.widgets.kit import FAINT, PAPER, SHARP, Bench, Choice, Frame, Panel, Points, font, minus, source, write

SIDE = 480  # CSS pixels: the map
DRAWN = 150  # CSS pixels: about the side of a drawn picture
SHOWN = 500  # codes on the map; more would lie on top of each other
GRID = 15  # drawn pictures a side, where the map shows what is drawn
# Ten inks of about one darkness on white. The numerals tell the classes apart, the colours only help.
INKS = (
    (31, 78, 140), (178, 60, 20), (20, 120, 70), (150, 30, 110), (110, 80, 10), (60, 60, 70), (190, 30, 60),
    (0, 115, 135), (100, 60, 170), (90, 110, 0),
)  # fmt: skip


def latent_map(
    decode: Callable, codes: np.ndarray, pictures: np.ndarray, labels: np.ndarray, *, start: tuple | None = None
) -> Bench:
    """A bench with a draggable point on the map of two-number codes; what the decoder makes of it stands beside.

    decode     a network or function: codes, float tensor (N, 2), to pictures of as many values as `pictures` have, in
               0…1. The bench works on a copy.
    codes      float (N, 2), of `pictures`, uint8 (N, H, W), with `labels` 0…9, int (N,).
    start      where the point stands at first, as a code; the middle of the map if left out.
    Raises ValueError or TypeError for anything else.
    """
    scene = LatentMap(decode, codes, pictures, labels)
    middle = (scene.low + scene.high) / 2
    place = scene.place_of(middle if start is None else np.asarray(start, np.float64)).clip(0, 1)
    return MapBench(
        scene.draw,
        [
            Points("place", "Code", [tuple(place)], names=["code"], step=0.02),
            Choice(
                "map", "The map shows", [("codes", "where the digits lie"), ("drawn", "what is drawn where")], "codes"
            ),
        ],
        title="A map of digits",
        beside=True,
        hero=True,
    )


class MapBench(Bench):
    """A bench whose first picture is a large map."""

    _css = source("kit/kit.css", "benches/latent_map.css")


class LatentMap:
    """The bench's plain function and what it needs."""

    def __init__(self, decode, codes, pictures, labels):
        if not callable(decode):
            raise TypeError(f"decode: wanted a network or a function, got {type(decode).__name__}")
        self.codes, self.pictures, self.labels = np.asarray(codes, np.float64), np.asarray(pictures), np.asarray(labels)
        if self.codes.ndim != 2 or self.codes.shape[1] != 2 or len(self.codes) < 2:
            raise ValueError(f"codes: wanted two or more of two numbers each, (N, 2), got shape {self.codes.shape}")
        if not np.isfinite(self.codes).all():
            raise ValueError("codes: wanted finite numbers, got NaN or infinity among them")
        if self.pictures.ndim != 3 or self.pictures.dtype != np.uint8 or len(self.pictures) != len(self.codes):
            got = f"{self.pictures.dtype} of shape {self.pictures.shape}"
            raise ValueError(f"pictures: wanted uint8 (N, H, W), one a code ({len(self.codes)}), got {got}")
        if self.labels.shape != (len(self.codes),) or self.labels.min() < 0 or self.labels.max() > 9:
            raise ValueError(f"labels: wanted one of 0…9 a code ({len(self.codes)}), got shape {self.labels.shape}")
        self.decode = copy.deepcopy(decode)
        # A few far-off codes must not squeeze all the others into a corner.
        low, high = np.percentile(self.codes, [0.5, 99.5], axis=0)
        margin = 0.06 * np.maximum(high - low, 1e-6)
        self.low, self.high = low - margin, high + margin
        self.maps = {"codes": self._map_of_codes(), "drawn": self._map_of_drawings()}
        self.scale = max(1, round(DRAWN / max(self.pictures.shape[1:])))

    def place_of(self, codes: np.ndarray) -> np.ndarray:
        """Codes (…, 2) as places on the map, 0…1 right and down: the second number grows upwards."""
        across = (codes - self.low) / (self.high - self.low)
        return np.stack([across[..., 0], 1 - across[..., 1]], -1)

    def code_of(self, places: np.ndarray) -> np.ndarray:
        """Places (…, 2) as codes: the way back."""
        across = np.stack([places[..., 0], 1 - places[..., 1]], -1)
        return self.low + across * (self.high - self.low)

    def drawings(self, codes: np.ndarray) -> np.ndarray:
        """What the decoder makes of codes (N, 2): uint8 (N, H, W)."""
        import torch

        with torch.inference_mode(), swapping.one_thread():
            drawn = self.decode(torch.from_numpy(np.asarray(codes, np.float32)))
        values = np.asarray(drawn, np.float32).reshape(len(codes), *self.pictures.shape[1:])
        return np.rint(values.clip(0, 1) * 255).astype(np.uint8)

    def draw(self, settings: Mapping) -> Frame:
        """`settings`: place (1, 2) in 0…1 and map ("codes" or "drawn"). Returns the map, the drawing, the neighbour."""
        code = self.code_of(settings["place"])
        drawn = self.drawings(code)[0]
        away = np.linalg.norm(self.codes - code, axis=1)
        nearest = int(away.argmin())
        label = self.labels[nearest]
        article = "an" if label == 8 else "a"
        first, second = (minus(f"{value:z.1f}") for value in code[0])
        words = (
            f"Code ({first}, {second}). The nearest of {len(self.codes):,} real digits is {article} {label}, "
            f"{away[nearest]:.2f} away."
        )
        # Ink is dark on paper, as on the map.
        return Frame(
            [
                self.maps[settings["map"]],
                Panel(
                    255 - drawn,
                    "Drawn from here",
                    f"What the decoder draws at ({first}, {second})",
                    self.scale,
                    smooth=True,
                    drawing=True,
                ),
                Panel(
                    255 - self.pictures[nearest],
                    f"Nearest real digit: {label}",
                    "",
                    self.scale,
                    smooth=True,
                    drawing=True,
                ),
            ],
            alt=f"A map of codes with a point at ({first}, {second}), what the decoder draws there, and the nearest "
            f"real digit, {article} {label}.",
            words=words,
        )

    def _paper(self) -> np.ndarray:
        return np.full((SIDE * SHARP, SIDE * SHARP, 3), PAPER, np.uint8)

    def _map_of_codes(self) -> Panel:
        from PIL import Image, ImageDraw

        paper = self._paper()
        zero = self.place_of(np.zeros(2)) * SIDE * SHARP
        for x, y in ((zero[0], None), (None, zero[1])):
            at = x if y is None else y
            if 0 < at < SIDE * SHARP:
                start, end = (
                    ((round(at), 0), (round(at), SIDE * SHARP))
                    if y is None
                    else ((0, round(at)), (SIDE * SHARP, round(at)))
                )
                cv2.line(paper, start, end, (225, 228, 232), SHARP)
        canvas = Image.fromarray(paper)
        pen, letters, edge = ImageDraw.Draw(canvas), font(13 * SHARP), 7 * SHARP
        chosen = np.linspace(0, len(self.codes) - 1, min(SHOWN, len(self.codes))).astype(int)
        for (x, y), label in zip(self.place_of(self.codes[chosen]) * SIDE * SHARP, self.labels[chosen], strict=True):
            if edge < min(x, y) and max(x, y) < SIDE * SHARP - edge:  # the far-off ones would be cut in half
                pen.text((x, y), str(label), font=letters, fill=INKS[label], anchor="mm")
        paper = np.array(canvas)
        write(paper, "first number →", (SIDE - 6) * SHARP, (SIDE - 4) * SHARP, 13 * SHARP, FAINT, anchor="rs")
        write(paper, "↑ second number", 6 * SHARP, 4 * SHARP, 13 * SHARP, FAINT)
        return Panel(
            paper,
            "Codes of real digits",
            "Numerals, each where the code of such a digit lies",
            1 / SHARP,
            smooth=True,
            drawing=True,
            lasting=True,
        )

    def _map_of_drawings(self) -> Panel:
        steps = (np.arange(GRID) + 0.5) / GRID
        across, down = np.meshgrid(steps, steps)
        drawn = 255 - self.drawings(self.code_of(np.stack([across.ravel(), down.ravel()], 1)))
        edge = max(1, drawn.shape[1] // 8)  # neighbours must not run into each other
        drawn = np.pad(drawn, ((0, 0), (edge, edge), (edge, edge)), constant_values=255)
        height, width = drawn.shape[1:]
        sheet = drawn.reshape(GRID, GRID, height, width).swapaxes(1, 2).reshape(GRID * height, GRID * width)
        sheet = cv2.resize(sheet, (SIDE * SHARP, SIDE * SHARP), interpolation=cv2.INTER_AREA)
        title, alt = "What the decoder draws", f"{GRID} × {GRID} small pictures, each drawn from the code of its place"
        return Panel(sheet, title, alt, 1 / SHARP, smooth=True, drawing=True, lasting=True)
