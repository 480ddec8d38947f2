"""Putting a swapped face back into its frame, and measuring how well.

Pictures are uint8 (H, W, 3) RGB; masks float32 (H, W) in 0…1 (uint8 0…255 is taken too). `put_back` runs the whole
chain by a `Recipe`; the other functions are its stages, and the measures.
"""

from unmasked.blend.colour import (
    brightness_contrast,
    from_lab,
    lab_statistics,
    match_histogram,
    reinhard,
    sharpen,
    to_lab,
)
from unmasked.blend.compositing import composite, paste, poisson
from unmasked.blend.masks import box_mask, face_mask, feather, grow, within_seam
from unmasked.blend.measures import (
    boundary_step,
    composite_error,
    delta_e,
    explained_composite,
    flicker,
    mask_error,
    sharpness,
)
from unmasked.blend.recipe import PutBack, Recipe, put_back
from unmasked.blend.shots import Shot, shoot, shoot_clip
from unmasked.blend.truth import wearing_the_face_of
from unmasked.blend.warping import warp_to_landmarks

__all__ = [
    "PutBack", "Recipe", "Shot", "boundary_step", "box_mask", "brightness_contrast", "composite", "composite_error",
    "delta_e", "explained_composite", "face_mask", "feather", "flicker", "from_lab", "grow", "lab_statistics",
    "mask_error", "match_histogram", "paste", "poisson", "put_back", "reinhard", "sharpen", "sharpness", "shoot",
    "shoot_clip", "to_lab", "warp_to_landmarks", "wearing_the_face_of", "within_seam",
]  # fmt: skip
