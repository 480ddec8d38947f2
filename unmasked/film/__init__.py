"""From pictures to film and back: files, their frames and times, what flickers, and what can be done about it.

Frames are uint8 (T, H, W, 3) RGB; a track is an array with time first, such as landmarks (T, 68, 2), in which frames
without a value are NaN. What needs a net is loaded when it is first asked for: files and tracks do without torch.
"""

import importlib

from unmasked.film.codec import FPS, decode_h264, encode_h264, through_h264, through_jpeg
from unmasked.film.colour import recoloured, transfers
from unmasked.film.flicker import blink_kept, changes, eye_opening, flicker, lag, landmark_jitter, steadied
from unmasked.film.reading import Film, at_rate, iter_film, read_film, read_sound
from unmasked.film.repair import bad_frames, by_flow, crossfade, fill, flows, in_between
from unmasked.film.smoothing import bridge, ema, forward_backward, kalman, kalman_step
from unmasked.film.writing import write_film

_LATER = {"convert": "conversion", "face_track": "tracking", "track_faces": "tracking"}

__all__ = [
    "FPS",
    "Film",
    "at_rate",
    "bad_frames",
    "blink_kept",
    "bridge",
    "by_flow",
    "changes",
    "convert",
    "crossfade",
    "decode_h264",
    "ema",
    "encode_h264",
    "eye_opening",
    "face_track",
    "fill",
    "flicker",
    "flows",
    "forward_backward",
    "in_between",
    "iter_film",
    "kalman",
    "kalman_step",
    "lag",
    "landmark_jitter",
    "read_film",
    "read_sound",
    "recoloured",
    "steadied",
    "through_h264",
    "through_jpeg",
    "track_faces",
    "transfers",
    "write_film",
]


def __getattr__(name: str):
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_LATER[name]}"), name)


def __dir__() -> list[str]:
    return __all__
