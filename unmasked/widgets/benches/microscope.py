"""The clue microscope: a clue, a maker, a compression; where in the picture the number comes from, beside the real."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import cv2
import numpy as np

from unmasked.forensics import clues as seven
from unmasked.forensics.compression import LEVELS, compressed
from unmasked.forensics.crops import face_crops, regions
from unmasked.makers import Clip, forge
from unmasked.widgets.benches.clue_maps import RINGS, VIEWS, Look, View
from unmasked.widgets.kit import Bench, Choice, Frame, Panel, Slider, two_digits

SCALE = 1.7
LINE = (255, 255, 255)
DIM = 16, 0.22  # least grey, and share of the picture's, where a clue does not look


def microscope(clip: Clip, makers: dict, *, seed: int = 0, levels: Sequence[str] = tuple(LEVELS)) -> Bench:
    """A bench that puts one recording and its fakes under a clue.

    `clip` from `makers.record`; `makers` by name, as `makers.built_in()` gives them; `seed` of the makers' chance. All
    fakes are made and compressed when the bench is made; maps are worked out when first asked for and kept.
    Raises what forging raises.
    """
    view = Microscope(clip, makers, seed, levels)
    knobs = [
        Choice("clue", "Clue", [(name, name) for name in seven.CLUES], "blur ratio"),
        Choice("maker", "Maker", [(name, name) for name in makers], next(iter(makers))),
        Choice("level", "Compression", [(name, name) for name in levels], levels[0]),
        Slider("frame", "Frame", 1, len(clip), 1 + len(clip) // 2, 1),
    ]
    return Bench(view.draw, knobs, title="Clue microscope: where does the number come from?")


class Microscope:
    """The bench's plain function and what it needs."""

    def __init__(self, clip: Clip, makers: dict, seed: int = 0, levels: Sequence[str] = tuple(LEVELS)):
        films = {"": clip.frames} | {name: forge(maker, clip, seed).frames for name, maker in makers.items()}
        self.inside, self.around = regions(clip.landmarks, seven.SIDE)
        self.crops = {
            (name, level): face_crops(compressed(frames, level), clip.landmarks, seven.SIDE)
            for name, frames in films.items()
            for level in levels
        }
        self.compared = lru_cache(maxsize=None)(self._compared)
        self.looked_at = lru_cache(maxsize=None)(self._looked_at)

    def _looked_at(self, clue: str, maker: str, level: str) -> Look:
        return VIEWS[clue].look(self.crops[maker, level], self.inside, self.around)

    def _compared(self, clue: str, maker: str, level: str) -> tuple[Look, Look, float]:
        """The fake, the recording, and the value that is brightest in the maps of both."""
        fake, real = (self.looked_at(clue, who, level) for who in (maker, ""))
        values = np.concatenate([look.maps[np.isfinite(look.maps)] for look in (fake, real)])
        return fake, real, float(np.quantile(values, VIEWS[clue].top)) if values.size else 0.0

    def draw(self, settings: dict) -> Frame:
        """`settings`: clue, maker, level, frame (1…T). Returns the fake and its map, the recording and its map."""
        clue, maker, level = settings["clue"], settings["maker"], settings["level"]
        t, view = round(settings["frame"]) - 1, VIEWS[clue]
        fake, real, top = self.compared(clue, maker, level)
        panels, heard = [], []
        for who, crops, look in (
            (f"Fake: {maker}", self.crops[maker, level], fake),
            ("The recording", self.crops["", level], real),
        ):
            at = min(t, len(look.maps) - 1)
            heard.append(f"{who}: {look.told[at]}.")
            panels.append(Panel(outlined(crops[t], self.inside[t]), who, f"{who}, frame {t + 1}", SCALE, smooth=True))
            drawn = self._map(view, look, at, t, crops[t], top)
            title = view.title
            if look.arrows and t in (0, len(look.maps) - 1):
                title = f"{title} (frame {t + (2 if t == 0 else 0)})"
            said = f"{title}. {heard[-1]}"
            panels.append(Panel(drawn, title, said, SCALE * seven.SIDE / len(drawn), smooth=view.sharp > 1))
        words = f"{clue} at {level}: fake {two_digits(fake.number)}, recording {two_digits(real.number)}. "
        words += verdict(fake.number, real.number)
        if view.parts:
            words += f"\n{view.parts}: fake {fake.parts}, recording {real.parts}."
        words += f"\n{view.bright}"
        if not view.still:
            words += " White line: where the face region ends. Grey: not looked at."
        alt = (
            f"Frame {t + 1} of a face forged by {maker} and of the recording it was made from, each beside its map of "
            f"{clue}. {' '.join(heard)} {words}"
        )
        return Frame(panels, alt, words, ("frame",) if view.still else ())

    def _map(self, view: View, look: Look, at: int, t: int, crop: np.ndarray, top: float) -> np.ndarray:
        """The map with what is drawn on it: uint8 (S · sharp, S · sharp, 3)."""
        heat = coloured(look.maps[at], top, crop)
        if view.sharp > 1:
            heat = np.repeat(np.repeat(heat, view.sharp, 0), view.sharp, 1)
        if view.still:
            return ringed(heat)
        mask = np.repeat(np.repeat(self.inside[t], view.sharp, 0), view.sharp, 1)
        heat = outlined(heat, mask)
        for arrow in look.arrows[at] if look.arrows else ():
            draw_arrow(heat, *(view.sharp * np.array(arrow[:4])), thick=arrow[4])
        return heat


def verdict(fake: float, real: float) -> str:
    """Which of the two looks more forged, in a sentence; numbers that read alike are about the same."""
    if two_digits(fake) == two_digits(real):
        return "By this clue the two look about the same."
    return f"By this clue the fake looks {'more' if fake > real else 'less'} forged."


def coloured(values: np.ndarray, top: float, ground: np.ndarray | None = None) -> np.ndarray:
    """Values 0…top as a picture from dark blue over green to yellow, bright where they are great: uint8 (H, W, 3).

    Where a value is NaN there is `ground`, uint8 (H, W, 3), dimly and in grey; black where it is left out.
    """
    share = np.clip(np.nan_to_num(values) / max(top, 1e-9), 0, 1)
    heat = cv2.applyColorMap(np.rint(255 * share).astype(np.uint8), cv2.COLORMAP_VIRIDIS)[..., ::-1].copy()
    unseen = ~np.isfinite(values)
    if unseen.any():
        dim = 0 if ground is None else DIM[0] + DIM[1] * ground[unseen].mean(-1, keepdims=True)
        heat[unseen] = np.asarray(dim).astype(np.uint8)
    return heat


def outlined(picture: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """The picture with the mask's outline as a thin white line."""
    edge = mask & ~(cv2.erode(mask.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0)
    picture = picture.copy()
    picture[edge] = (0.5 * picture[edge] + 0.5 * np.array(LINE)).astype(np.uint8)
    return picture


def ringed(picture: np.ndarray) -> np.ndarray:
    """A map of frequencies, 0 in its middle and 1/2 at its border, with the circles that bound the clue's bands."""
    picture, side = picture.copy(), len(picture)
    middle = round(16 * side / 2)  # in sixteenths of a pixel
    for radius in RINGS:
        cv2.circle(picture, (middle, middle), round(16 * radius * (side - 1)), LINE, 1, cv2.LINE_AA, 4)
    return picture


def draw_arrow(picture: np.ndarray, x: float, y: float, across: float, down: float, thick: bool) -> None:
    """An arrow from x, y, white with a dark edge so that it shows on any ground, in place; a dot where it is short."""
    length = float(np.hypot(across, down))
    start, end = np.array([x, y]), np.array([x + across, y + down])
    wide = 3 if thick else 1
    for colour, more in (((20, 20, 20), 2), (LINE, 0)):
        place = tuple(np.rint(16 * start).astype(int).tolist())
        cv2.circle(picture, place, 16 * (wide + more // 2), colour, -1, cv2.LINE_AA, 4)
        if length < 3:
            continue
        ahead = np.array([across, down]) / length
        side, tip = np.array([-ahead[1], ahead[0]]), min(0.4 * length + 1, 9.0 if thick else 7.0)
        lines = [start, end], [end - tip * ahead + 0.6 * tip * side, end, end - tip * ahead - 0.6 * tip * side]
        for line in lines:
            points = np.rint(16 * np.array(line)).astype(np.int32)[:, None]
            cv2.polylines(picture, [points], False, colour, wide + more, cv2.LINE_AA, 4)
