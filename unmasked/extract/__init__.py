"""From a picture with faces in it to aligned crops, and back: found, measured, cut out, masked and sorted.

What needs a net is loaded when it is first asked for: alignment and boxes do without torch.
"""

import importlib

from unmasked.extract.boxes import face_box, iou, non_maximum_suppression, overlaps, rough_matrix
from unmasked.extract.crops import TEMPLATE, align, align_matrix, stable, warp
from unmasked.extract.similarity import invert, move, similarity

_LATER = {
    "Extracted": "chain",
    "Found": "finding",
    "Nets": "chain",
    "company": "sorting",
    "extract_clip": "chain",
    "extract_faces": "chain",
    "face_size": "sorting",
    "find": "finding",
    "find_landmarks": "landmarks",
    "fingerprints": "sorting",
    "heat_map": "finding",
    "hull_mask": "masks",
    "keep": "sorting",
    "learned_mask": "masks",
    "likeness": "sorting",
    "novelty": "sorting",
    "palettes": "sorting",
    "sharpness": "sorting",
    "shipped_nets": "chain",
    "thin_out": "sorting",
}

__all__ = [
    "TEMPLATE",
    "Extracted",
    "Found",
    "Nets",
    "align",
    "align_matrix",
    "company",
    "extract_clip",
    "extract_faces",
    "face_box",
    "face_size",
    "find",
    "find_landmarks",
    "fingerprints",
    "heat_map",
    "hull_mask",
    "invert",
    "iou",
    "keep",
    "learned_mask",
    "likeness",
    "move",
    "non_maximum_suppression",
    "novelty",
    "overlaps",
    "palettes",
    "rough_matrix",
    "sharpness",
    "shipped_nets",
    "similarity",
    "stable",
    "thin_out",
    "warp",
]


def __getattr__(name: str):
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_LATER[name]}"), name)


def __dir__() -> list[str]:
    return __all__
