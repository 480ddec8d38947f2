"""The whole chain: from an aligned crop to a frame, every stage a knob."""

from dataclasses import dataclass

import numpy as np

from unmasked import extract
from unmasked.arguments import checked_choice, checked_mask, checked_number, checked_numbers, checked_picture
from unmasked.blend import colour as colours
from unmasked.blend.compositing import composite, poisson
from unmasked.blend.masks import box_mask, face_mask, feather, grow
from unmasked.blend.warping import warp_to_landmarks

MASKS = ("box", "hull", "new hull", "given")
COLOURS = ("none", "reinhard", "histogram")


@dataclass(frozen=True)
class Recipe:
    """How to put a face back; the default is the baseline, the crop's whole square at full strength.

    Pixels are those of the frame. Raises ValueError for a choice that does not exist or a number out of range.
    """

    # "box": the crop's square; "hull": of jaw and brows of the face in the frame; "new hull": of the new face;
    # "given": the mask handed to `put_back`.
    mask: str = "box"
    box: float = 1.0  # side of the box, as a fraction of the crop's
    forehead: float = 0.3  # how far the hull reaches above the brows
    grow: float = 0.0  # pixels to dilate the mask by; below 0 erodes
    feather: float = 0.0  # pixels over which the new face fades in
    colour: str = "none"  # "reinhard": Lab mean and spread; "histogram": of red, green and blue
    brightness: float = 0.0  # grey levels
    contrast: float = 1.0
    sharpen: float = 0.0  # below 0 blurs
    opacity: float = 1.0
    scale: float = 1.0  # of the new face, about the middle of the crop
    warp: float = 0.0  # 1: the new face's landmarks all the way to the frame's
    poisson: bool = False  # instead of the feathered composite

    def __post_init__(self):
        for name, options in (("mask", MASKS), ("colour", COLOURS)):
            checked_choice(getattr(self, name), options, name)
        limits = {"box": (0.1, 1), "forehead": (0, 0.6), "feather": (0, np.inf), "opacity": (0, 1), "warp": (0, 1)}
        limits |= {
            "grow": (-np.inf, np.inf),
            "scale": (0.5, 2),
            "brightness": (-255, 255),
            "contrast": (0, 4),
            "sharpen": (-1, 5),
        }
        for name, (low, high) in limits.items():
            checked_number(getattr(self, name), name, low, high)


@dataclass(frozen=True)
class PutBack:
    """What `put_back` made: `picture` uint8 (H, W, 3); `mask` float32 (H, W), how much of the new face each pixel took
    (for Poisson: the hard mask); `face` uint8 (H, W, 3), the new face in place, before it was blended."""

    picture: np.ndarray
    mask: np.ndarray
    face: np.ndarray


def put_back(
    frame: np.ndarray,
    crop: np.ndarray,
    matrix: np.ndarray,
    recipe: Recipe | None = None,
    *,
    mask: np.ndarray | None = None,
    landmarks: np.ndarray | None = None,
    crop_landmarks: np.ndarray | None = None,
) -> PutBack:
    """Lay an aligned crop over the face in a frame: warp, place, colour, sharpen, mask, feather, blend.

    `frame`: uint8 (H, W, 3). `crop`: uint8 (S, S, 3), what the network drew. `matrix`: float (2, 3), frame pixels →
    crop pixels, as `extract.align_matrix` gives it. What only some recipes need: `mask` (H, W), the face in the frame,
    for `mask="given"`; `landmarks` float (68, 2) of the frame, for `mask="hull"` and `warp`; `crop_landmarks` float
    (68, 2) of the crop, for `mask="new hull"` and `warp`.
    Raises TypeError or ValueError that names what is missing or does not fit; a mask with no face is refused.
    """
    recipe = Recipe() if recipe is None else recipe
    frame, crop = checked_picture(frame, "frame"), checked_picture(crop, "crop")
    if crop.shape[0] != crop.shape[1]:
        raise ValueError(f"crop: wanted a square, got {crop.shape[0]} × {crop.shape[1]} pixels")
    size, shape = len(crop), frame.shape[:2]
    wanted = {"mask": (mask, recipe.mask == "given", 'mask="given"')}
    wanted["landmarks"] = (landmarks, recipe.mask == "hull" or recipe.warp > 0, 'mask="hull" and for warp')
    wanted["crop_landmarks"] = (
        crop_landmarks,
        recipe.mask == "new hull" or recipe.warp > 0,
        'mask="new hull" and for warp',
    )
    for name, (value, needed, what) in wanted.items():
        if needed and value is None:
            raise ValueError(f"{name}: it is needed for {what}, got None")
    matrix = _scaled(matrix, recipe.scale, size)
    if crop_landmarks is not None:
        crop_landmarks = checked_numbers(crop_landmarks, "crop_landmarks", (68, 2))
    if recipe.warp:
        target = extract.move(checked_numbers(landmarks, "landmarks", (68, 2)), matrix)
        crop = warp_to_landmarks(crop, crop_landmarks, target, recipe.warp)
        crop_landmarks = crop_landmarks + recipe.warp * (target - crop_landmarks)
    back = extract.invert(matrix)
    face = extract.warp(crop, back, shape)
    square = box_mask(shape, matrix, size=size)
    if recipe.mask == "box":
        whole = box_mask(shape, matrix, recipe.box, size)
    elif recipe.mask == "hull":
        whole = face_mask(landmarks, shape, recipe.forehead)
    elif recipe.mask == "new hull":
        whole = face_mask(extract.move(crop_landmarks, back), shape, recipe.forehead)
    else:
        whole = checked_mask(mask, shape=shape)
    # Beyond the crop there is nothing to take.
    whole = np.minimum(grow(whole, recipe.grow), square)
    whole = checked_mask(whole, name=f"mask (after grow={recipe.grow:g})", face=True)
    if recipe.colour == "reinhard":
        face = colours.reinhard(face, frame, whole)
    elif recipe.colour == "histogram":
        face = colours.match_histogram(face, frame, whole)
    if recipe.brightness or recipe.contrast != 1:
        face = colours.brightness_contrast(face, recipe.brightness, recipe.contrast)
    if recipe.sharpen:
        face = colours.sharpen(face, recipe.sharpen)
    if recipe.poisson:
        hard = (whole >= 0.5).astype(np.float32)
        return PutBack(composite(frame, poisson(frame, face, hard), hard, recipe.opacity), recipe.opacity * hard, face)
    soft = feather(whole, recipe.feather) if recipe.feather else whole
    return PutBack(composite(frame, face, soft, recipe.opacity), recipe.opacity * soft, face)


def _scaled(matrix: np.ndarray, scale: float, size: int) -> np.ndarray:
    """Frame pixels → crop pixels, for a crop laid down `scale` times as large about its middle."""
    matrix = checked_numbers(matrix, "matrix", (2, 3))
    middle = (size - 1) / 2
    placed = matrix / scale
    placed[:, 2] += middle - middle / scale
    return placed
