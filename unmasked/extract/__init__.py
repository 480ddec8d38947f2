"""From a picture with a face to an aligned crop, and back: position, size and tilt are taken out."""

from unmasked.extract.crops import TEMPLATE, align, align_matrix, stable, warp
from unmasked.extract.similarity import invert, move, similarity

__all__ = ["TEMPLATE", "align", "align_matrix", "invert", "move", "similarity", "stable", "warp"]
