"""Paint by numbers: every surface has a number, and tables say what colour and part a number is."""

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from unmasked.toons.colour import lightness, mix, shade, to_hls
from unmasked.toons.identity import Identity

PARTS = (
    "background",
    "skin",
    "hair",
    "eyes",
    "mouth",
    "teeth",
    "eyelids",
    "brows",
    "ears",
    "neck",
    "clothes",
    "glasses",
    "extras",
)


class Material(NamedTuple):
    """How one part of a drawing takes light, and whether it belongs to the face."""

    part: str
    shaded: float = 1.0  # how much the light changes it
    face: bool = False  # inside the face mask where it lies on the face
    texture: bool = False  # carries the skin's own relief and blush
    hair: bool = False  # shines as hair does, and throws a soft shadow on the skin


MATERIALS: dict[str, Material] = {
    "background": Material("background", 0.0),
    "hair_back": Material("hair", 0.9),
    "neck": Material("neck", 0.8),
    "neck_shadow": Material("neck", 0.6),
    "clothes": Material("clothes", 0.6),
    "clothes_trim": Material("clothes", 0.6),
    "extra": Material("extras", 0.8),
    "extra_light": Material("extras", 0.6),
    "ear": Material("ears", 0.9),
    "ear_inner": Material("ears", 0.7),
    "skin": Material("skin", 1.0, True, True),
    "scalp": Material("skin", 1.0, False, True),
    "nose": Material("skin", 1.0, True, True),
    "nostril": Material("skin", 0.5, True),
    "crease": Material("skin", 0.7, True),
    "freckle": Material("skin", 0.9, True, True),
    "lid": Material("eyelids", 0.9, True, True),
    "lash": Material("eyelids", 0.3, True),
    "lower_lash": Material("eyelids", 0.5, True),
    "white": Material("eyes", 0.45, True),
    "white_shade": Material("eyes", 0.35, True),
    "iris_rim": Material("eyes", 0.3, True),
    "iris": Material("eyes", 0.3, True),
    "iris_glow": Material("eyes", 0.3, True),
    "pupil": Material("eyes", 0.1, True),
    "highlight": Material("eyes", 0.0, True),
    "brow": Material("brows", 0.5, True),
    "lip_upper": Material("mouth", 0.9, True),
    "lip_lower": Material("mouth", 0.9, True),
    "lip_shine": Material("mouth", 0.6, True),
    "mouth_line": Material("mouth", 0.4, True),
    "mouth_inside": Material("mouth", 0.4, True),
    "tongue": Material("mouth", 0.5, True),
    "tongue_light": Material("mouth", 0.5, True),
    "teeth": Material("teeth", 0.45, True),
    "teeth_gap": Material("teeth", 0.3, True),
    "arm": Material("glasses", 0.6, True),
    "hair": Material("hair", 1.0, hair=True),
    "hair_dark": Material("hair", 0.9, hair=True),
    "hair_light": Material("hair", 0.9, hair=True),
    "frame": Material("glasses", 0.5, True),
    "frame_light": Material("glasses", 0.3, True),
}
NUMBER = {name: number for number, name in enumerate(MATERIALS)}


def _table(values) -> np.ndarray:
    table = np.zeros(256, np.uint8)
    table[: len(MATERIALS)] = np.round(list(values))
    return table


PART_OF = _table(PARTS.index(material.part) for material in MATERIALS.values())
_ALPHA = _table([0] + [255] * (len(MATERIALS) - 1))
_SHADED = _table(255 * material.shaded for material in MATERIALS.values())
_TEXTURE = _table(255 * material.texture for material in MATERIALS.values())
_HAIR = _table(255 * material.hair for material in MATERIALS.values())
_FACE = _table(255 * material.face for material in MATERIALS.values())
RESPONSES = np.stack([_FACE, _SHADED, _TEXTURE, _HAIR], 1)  # (256, 4)


def _pairs(table: np.ndarray) -> np.ndarray:
    """The mean of every two entries of a table (256, 4), to look two neighbours up at once; uint32 (65536,)."""
    used = len(MATERIALS)
    wide = table.astype(np.uint16)
    pairs = np.zeros((256, 256, 4), np.uint8)
    pairs[:used, :used] = (wide[:used, None] + wide[None, :used] + 1) // 2
    return pairs.view(np.uint32).reshape(-1)


@lru_cache(maxsize=1)
def response_pairs() -> np.ndarray:
    """How pairs of neighbours answer: face mask, light, skin relief, hair, a byte each; uint32 (65536,)."""
    return _pairs(RESPONSES)


@lru_cache(maxsize=64)
def palette_pairs(identity: Identity) -> np.ndarray:
    """The mean colours of pairs of neighbours: red, green, blue, coverage, a byte each; uint32 (65536,)."""
    return _pairs(palette(identity))


def palette(identity: Identity) -> np.ndarray:
    """Colour and coverage of every material for a character: uint8 (256, 4) red, green, blue, coverage."""
    skin, hair, lips = identity.skin, identity.hair, identity.lips
    deep_lips = shade(lips, 0.86)
    dark_hair = to_hls(hair)[1] < 0.35
    colours = {
        "background": (0, 0, 0),
        "hair_back": shade(hair, 0.70),
        "neck": shade(skin, 0.86),
        "neck_shadow": shade(skin, 0.68),
        "clothes": identity.clothes,
        "clothes_trim": shade(identity.clothes, 0.75),
        "extra": identity.extra,
        "extra_light": mix(identity.extra, (255, 255, 255), 0.45),
        "ear": skin,
        "ear_inner": shade(skin, 0.74),
        "skin": skin,
        "scalp": skin,
        "nose": mix(shade(skin, 0.97), lips, 0.14),
        "nostril": shade(skin, 0.55),
        "crease": shade(skin, 0.66),
        "freckle": shade(skin, 0.74) if lightness(skin) > 50 else shade(skin, 1.28),
        "lid": shade(skin, 0.80),
        "lash": mix(shade(hair, 0.35), (24, 16, 36), 0.75),
        "lower_lash": shade(skin, 0.6),
        "white": (250, 250, 252),
        "white_shade": mix((206, 214, 232), skin, 0.12),
        "iris_rim": shade(identity.iris, 0.45),
        "iris": identity.iris,
        "iris_glow": mix(identity.iris, (255, 255, 255), 0.42),
        "pupil": (18, 14, 28),
        "highlight": (255, 255, 255),
        "brow": shade(hair, 1.12 if dark_hair else 0.66),
        "lip_upper": deep_lips,
        "lip_lower": lips,
        "lip_shine": mix(lips, (255, 255, 255), 0.4),
        "mouth_line": mix(shade(lips, 0.4), (40, 10, 40), 0.4),
        "mouth_inside": (70, 16, 44),
        "tongue": (232, 92, 118),
        "tongue_light": (246, 130, 150),
        "teeth": (255, 252, 246),
        "teeth_gap": (70, 16, 44),
        "hair": hair,
        "hair_dark": shade(hair, 0.84),
        "hair_light": mix(hair, (255, 255, 255), 0.15),
        "arm": shade(identity.frames, 0.82),
        "frame": identity.frames,
        "frame_light": mix(identity.frames, (255, 255, 255), 0.55),
    }
    table = np.zeros((256, 4), np.uint8)
    for name, number in NUMBER.items():
        table[number, :3] = colours[name]
    table[:, 3] = _ALPHA
    return table
