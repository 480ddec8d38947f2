"""The toon world: characters drawn by identity and performance, so that the truth of every picture is known."""

from unmasked.toons import camera, scenes
from unmasked.toons.cast import CAST, character
from unmasked.toons.clips import sample_performances, smooth_track
from unmasked.toons.drawing import Portrait, Portraits, draw, draw_many, draw_pair, part_mask
from unmasked.toons.gallery import published
from unmasked.toons.identity import Identity
from unmasked.toons.landmarks import LANDMARKS
from unmasked.toons.materials import PARTS
from unmasked.toons.performance import EXPRESSION, PARAMETERS, RANGES, Performance, neutral_expression, with_expression
from unmasked.toons.sampling import sample_identity

__all__ = [
    "CAST",
    "EXPRESSION",
    "LANDMARKS",
    "PARAMETERS",
    "PARTS",
    "RANGES",
    "Identity",
    "Performance",
    "Portrait",
    "Portraits",
    "camera",
    "character",
    "draw",
    "draw_many",
    "draw_pair",
    "neutral_expression",
    "part_mask",
    "published",
    "sample_identity",
    "sample_performances",
    "scenes",
    "smooth_track",
    "with_expression",
]
