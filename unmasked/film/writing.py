"""Frames to a film file: whole or not at all."""

import os
from collections.abc import Iterable, Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from unmasked.arguments import checked_number, checked_path, checked_picture, checked_whole
from unmasked.film.codec import FPS, h264_stream, video_frame
from unmasked.film.reading import checked_times
from unmasked.film.sound import Sound, add_sound, checked_film_sound, write_sound

_TICKS = 90_000  # a second's parts, in which films note times


def write_film(
    path: str | Path,
    frames: Iterable[np.ndarray],
    fps: float = FPS,
    crf: int = 18,
    times: Sequence[float] | None = None,
    label: str | None = None,
    sound: Sound | None = None,
) -> Path:
    """Writes an H.264 film that browsers play, and returns its path.

    path    ends in .mp4; written aside and then renamed, so that nobody finds half a film, and an old one stays if this
            fails.
    frames  pictures uint8 (H, W, 3) RGB of one size, one or more, from an array or one by one.
    fps     frames a second, above 0…240. `crf`: 0 (best) … 51 (worst).
    times   when each frame is shown, in seconds, each later than the one before: a variable rate, instead of `fps`.
    label   of a progress bar, shown where it is given.
    sound   (samples float (S,) in −1…1, rate), mono, which begins with the first frame; written as AAC.
    Raises TypeError or ValueError that names the argument.
    """
    path = checked_film_path(path)
    fps, crf = checked_number(fps, "fps", 1e-3, 240), checked_whole(crf, "crf", 0, 51)
    if times is not None:
        times = checked_times(np.asarray(times), len(times))
    rate, sound = Fraction(fps).limit_denominator(1001), checked_film_sound(sound)
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(path.name + ".part")
    try:
        with av.open(str(aside), "w", format="mp4") as film:
            stream = None
            for count, picture in enumerate(_shown(frames, label)):
                if stream is None:
                    shape = checked_picture(picture, "frames").shape[:2]
                    stream, heard = h264_stream(film, shape, crf, rate, "faster"), add_sound(film, sound)
                    # Of a variable rate, ticks fine enough for any time; else a tick a frame.
                    stream.codec_context.time_base = 1 / rate if times is None else Fraction(1, _TICKS)
                frame = video_frame(checked_picture(picture, "frames", shape))
                if times is not None and count >= len(times):
                    raise ValueError(f"times: wanted one a frame, got {len(times)} for more frames than that")
                frame.pts = count if times is None else round((times[count] - times[0]) * _TICKS)
                frame.time_base = stream.codec_context.time_base
                film.mux(stream.encode(frame))
            if stream is None:
                raise ValueError("frames: wanted 1 or more, got 0")
            if times is not None and count + 1 != len(times):
                raise ValueError(f"times: wanted one a frame, {count + 1}, got {len(times)}")
            film.mux(stream.encode())
            write_sound(film, heard, sound)
        os.replace(aside, path)
    finally:
        aside.unlink(missing_ok=True)
    return path


def checked_film_path(path: str | Path, name: str = "path") -> Path:
    """Where a film can be written: a path that ends in .mp4. Raises TypeError or ValueError."""
    path = checked_path(path, name)
    if path.suffix.lower() != ".mp4":
        raise ValueError(f"{name}: wanted a name that ends in .mp4, got {path.name!r}")
    return path


def _shown(frames: Iterable[np.ndarray], label: str | None) -> Iterable[np.ndarray]:
    if label is None:
        yield from frames
        return
    from unmasked.training.progress import progress_bar  # only who wants a bar pays for it

    with progress_bar(label, 0, len(frames) if hasattr(frames, "__len__") else None) as bar:
        for frame in frames:
            yield frame
            bar.update()
