"""The clue microscope: a clue, a maker, a compression; where in the picture the number comes from, beside the real."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

import cv2
import numpy as np

from unmasked.forensics import clues as seven
from unmasked.forensics.compression import LEVELS, compressed
from unmasked.forensics.crops import face_crops, regions
from unmasked.makers import Clip, forge
from unmasked.widgets.frames import Frame, Panel, two_digits
from unmasked.widgets.kit import Bench
from unmasked.widgets.knobs import Choice, Slider

SCALE = 1.7
LINE = (255, 255, 255)


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
        self.looked_at = lru_cache(maxsize=None)(self._looked_at)

    def _looked_at(self, clue: str, maker: str, level: str) -> tuple[float, np.ndarray]:
        """The clue's number, and the map it comes from: float32 (T, S, S), or (S, S) where frames are one."""
        crops = self.crops[maker, level]
        return seven.CLUES[clue](crops, self.inside, self.around), MAPS[clue](crops, self.inside, self.around)

    def draw(self, settings: dict) -> Frame:
        """`settings`: clue, maker, level, frame (1…T). Returns the fake and its map, the recording and its map."""
        clue, maker, level = settings["clue"], settings["maker"], settings["level"]
        t = round(settings["frame"]) - 1
        (fake, fake_map), (real, real_map) = (self.looked_at(clue, who, level) for who in (maker, ""))
        top = float(np.quantile(np.concatenate([fake_map.ravel(), real_map.ravel()]), 0.995))
        panels = []
        for who, crops, shown in (
            (f"Fake: {maker}", self.crops[maker, level], fake_map),
            ("The recording", self.crops["", level], real_map),
        ):
            heat = coloured(shown if shown.ndim == 2 else shown[min(t, len(shown) - 1)], top)
            if heat.shape[:2] == self.inside.shape[1:]:
                heat = outlined(heat, self.inside[t])
            panels.append(Panel(outlined(crops[t], self.inside[t]), who, f"{who}, frame {t + 1}", SCALE, smooth=True))
            scale = SCALE * seven.SIDE / heat.shape[0]
            panels.append(Panel(heat, WHERE[clue], f"{WHERE[clue]}: bright where the number comes from", scale))
        says = "more" if fake > real else "less"
        words = (
            f"{clue} at {level}: fake {two_digits(fake)}, recording {two_digits(real)}. The fake looks {says} forged "
            "than the recording by this clue."
        )
        alt = f"A face forged by {maker} and the recording it was made from, each beside its map of {clue}. {words}"
        idle = ("frame",) if clue in STILL else ()
        return Frame(panels, alt, words, idle)


def coloured(values: np.ndarray, top: float) -> np.ndarray:
    """Values 0…top as a picture from dark blue over green to yellow, bright where they are great: uint8 (H, W, 3)."""
    share = np.clip(values / max(top, 1e-9), 0, 1)
    return cv2.applyColorMap(np.rint(255 * share).astype(np.uint8), cv2.COLORMAP_VIRIDIS)[..., ::-1].copy()


def outlined(picture: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """The picture with the mask's outline as a thin white line."""
    edge = mask & ~(cv2.erode(mask.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0)
    picture = picture.copy()
    picture[edge] = (0.5 * picture[edge] + 0.5 * np.array(LINE)).astype(np.uint8)
    return picture


def _step_map(crops: np.ndarray, inside: np.ndarray, around: np.ndarray) -> np.ndarray:
    """At the rim: how far each pixel's colour is from the mean colour of the other side, in ΔE."""
    lab = seven.to_lab(crops)
    within, without = seven.rims(inside)
    far = np.zeros(inside.shape, np.float32)
    for here, there in ((within, without), (without, within)):
        far[here] = np.linalg.norm(lab[here] - lab[there].mean(0), axis=-1)
    return far


def _rim_only(values: np.ndarray, inside: np.ndarray, width: int) -> np.ndarray:
    within, without = seven.rims(inside, width)
    return values * (within | without)


Map = Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray]
MAPS: dict[str, Map] = {
    "blur ratio": lambda crops, inside, around: seven.laplacian(crops) * (inside | around),
    "boundary step": _step_map,
    "double edge": lambda crops, inside, around: _rim_only(seven.slopes(seven.soft_grey(crops)), inside, 8),
    "spectrum": lambda crops, inside, around: np.log1p(seven.power(crops)).astype(np.float32),
    "noise residual": lambda crops, inside, around: (
        seven.residual(crops) * (seven.flat_ground(crops) & (inside | around))
    ),
    # The first and the last frame have one neighbour only: they show what the second and the last but one do.
    "flicker": lambda crops, inside, around: np.pad(
        seven.trembling(seven.soft_grey(crops)), ((1, 1), (0, 0), (0, 0)), mode="edge"
    ),
    "occlusion": lambda crops, inside, around: seven.news(crops) * (around | seven.rims(inside, 9)[0]),
}
WHERE = {
    "blur ratio": "How sharp each pixel is",
    "boundary step": "Colour across the rim",
    "double edge": "Slopes near the outline",
    "spectrum": "Power by frequency",
    "noise residual": "Grain on flat ground",
    "flicker": "What trembles",
    "occlusion": "News around and inside",
}
STILL = {"spectrum"}  # one map for the whole clip
