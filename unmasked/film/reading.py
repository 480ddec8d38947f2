"""The frames of a film file, each with its time; and why there are none, in words."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import av
import numpy as np

from unmasked.arguments import checked_number, checked_numbers, checked_pictures, checked_whole
from unmasked.film.codec import FPS, FRAMES, noted_shape
from unmasked.film.sound import RATES, Sound

Source = str | Path | bytes


class Moment(NamedTuple):
    """A frame of a film: `picture` uint8 (H, W, 3) RGB, and `time` in seconds since its first frame."""

    picture: np.ndarray
    time: float


@dataclass(frozen=True)
class Film:
    """A film in memory: `frames` uint8 (T, H, W, 3) RGB, `times` float64 (T,) seconds since the first, rising, `fps`,
    the mean number of frames a second, and `sound`, as `read_sound` gives it. Raises TypeError or ValueError that names
    the field."""

    frames: np.ndarray
    times: np.ndarray
    fps: float
    sound: Sound | None = None

    def __post_init__(self):
        checked_pictures(self.frames, "frames", FRAMES)
        object.__setattr__(self, "times", checked_times(self.times, len(self.frames)))
        checked_number(self.fps, "fps", 0)

    def __len__(self) -> int:
        return len(self.frames)


def checked_times(times: np.ndarray, count: int) -> np.ndarray:
    """`times` as float64 (count,), each later than the one before. Raises TypeError or ValueError."""
    times = checked_numbers(times, "times", (count,))
    if (np.diff(times) <= 0).any():
        at = int(np.flatnonzero(np.diff(times) <= 0)[0]) + 1
        raise ValueError(f"times: wanted each later than the one before, got {times[at]:g} s after {times[at - 1]:g} s")
    return times


def read_film(film: Source, most: int | None = None) -> Film:
    """All frames of a film, or its first `most`, and when each of them is shown.

    film  a file's path, or its bytes. Times are the file's own, so that a variable frame rate is read right. Its sound
          comes along whole.
    Raises ValueError or TypeError that says what is wrong: no such file, foreign or truncated bytes, sound only, a
    still picture, no frame, frames whose size changes.
    """
    with opened_film(film) as opened:
        moments = list(_moments(opened, most))
        rate = float(opened.streams.video[0].average_rate or FPS)
    times = np.array([moment.time for moment in moments])
    fps = rate if len(times) == 1 else (len(times) - 1) / times[-1]
    return Film(np.stack([moment.picture for moment in moments]), times, float(fps), read_sound(film))


def read_sound(film: Source) -> Sound | None:
    """The sound of a film: samples float32 (S,) in −1…1 since its first picture, channels averaged; and their rate.

    film  a file's path, or its bytes. None where the film is silent. Raises as `read_film`.
    """
    with opened_film(film) as opened:
        if not opened.streams.audio:
            return None
        first = next(opened.decode(opened.streams.video[0]), None)
        start = 0.0 if first is None else float(first.time or 0.0)
    with opened_film(film) as opened:
        stream, pieces, begins = opened.streams.audio[0], [], 0.0
        # At a rate at which it can be written again.
        rate = stream.rate if stream.rate in RATES else 48_000
        resampler = av.AudioResampler(format="fltp", layout="mono", rate=rate)
        try:
            for frame in opened.decode(stream):
                begins = begins if pieces else float(frame.time or 0.0)
                pieces += [one.to_ndarray()[0] for one in resampler.resample(frame)]
        except (av.FFmpegError, OSError) as error:
            raise ValueError(f"film: its sound breaks off after {sum(map(len, pieces))} samples ({error})") from error
    if not pieces:
        return None
    # Sound and pictures begin when they like: what comes before the first picture is cut, what comes later waits.
    late, samples = round((begins - start) * rate), np.concatenate(pieces)
    samples = np.pad(samples, (late, 0)) if late > 0 else samples[-late:]
    return samples.clip(-1, 1).astype(np.float32), rate


def iter_film(film: Source, most: int | None = None) -> Iterator[Moment]:
    """The same, one `Moment(picture, time)` after the other, for long films. Raises as `read_film`, in passing."""
    with opened_film(film) as opened:
        yield from _moments(opened, most)


def at_rate(film: Film, fps: float) -> Film:
    """The film at a constant rate: at each tick the frame that is nearest in time, the earlier of two as near.

    fps  frames a second, above 0…240. The first frame stays at 0 s; the last tick is the last that the film reaches.
    """
    fps = checked_number(fps, "fps", 1e-3, 240)
    count = int(np.floor(film.times[-1] * fps + 1e-6)) + 1
    ticks = np.arange(count) / fps
    after = np.searchsorted(film.times, ticks).clip(0, len(film) - 1)
    before = (after - 1).clip(0)
    # A hair's breadth more for the later one: ticks and times are rounded differently.
    nearer = np.where(film.times[after] - ticks < ticks - film.times[before] - 1e-9, after, before)
    return Film(film.frames[nearer], ticks, fps, film.sound)


@contextmanager
def opened_film(film: Source) -> Iterator[av.container.InputContainer]:
    """The film as PyAV opens it, a path's or its bytes', if there are moving pictures in it. Raises as `read_film`."""
    if isinstance(film, bytes):
        file, what = io.BytesIO(film), f"these {len(film)} bytes are"
    elif isinstance(film, str | Path):
        if not Path(film).is_file():
            raise ValueError(f"film: there is no file {str(film)!r}")
        # Opened here and not by PyAV, which would take a name for an address.
        file, what = open(film, "rb"), f"{Path(film).name} is"  # noqa: SIM115
    else:
        raise TypeError(f"film: wanted the path of a file or its bytes, got {type(film).__name__}")
    with file:
        try:
            opened = av.open(file)
        except (av.FFmpegError, OSError, UnicodeDecodeError) as error:
            why = getattr(error, "strerror", None) or error
            raise ValueError(f"film: {what} no film that can be read ({why}): foreign, or cut short") from error
        with opened:
            if not opened.streams.video:
                has = "sound but no pictures" if opened.streams.audio else "no pictures"
                raise ValueError(f"film: {what} no film: there is {has} in it")
            if opened.format.name.endswith("_pipe") or "image2" in opened.format.name:
                raise ValueError(f"film: {what} a still picture, no film")
            yield opened


def _moments(opened: av.container.InputContainer, most: int | None) -> Iterator[Moment]:
    most = None if most is None else checked_whole(most, "most", 1)
    stream = opened.streams.video[0]
    shape, wanted = noted_shape(opened), stream.frames
    step = 1 / float(stream.average_rate or FPS)
    start, last, count = None, -step, 0
    frames = opened.decode(stream)
    while most is None or count < most:
        try:
            frame = next(frames, None)
            picture = None if frame is None else frame.to_ndarray(format="rgb24")
        except (av.FFmpegError, OSError) as error:
            why = getattr(error, "strerror", None) or error
            raise ValueError(f"film: it breaks off after {count} frames ({why}); {_shorter(count)}") from error
        if frame is None:
            break
        if frame.is_corrupt:
            raise ValueError(f"film: frame {count} is damaged; {_shorter(count)}")
        # Some streams don't say when a frame is shown, or say the same time twice: then it is one step after the last.
        time = last + step if frame.time is None or (count and frame.time <= last) else float(frame.time)
        start = time if start is None else start
        if shape is not None:
            picture = picture[: shape[0], : shape[1]]
        if count == 0:
            size = picture.shape
        elif picture.shape != size:
            was, now = (" × ".join(map(str, one[:2])) for one in (size, picture.shape))
            raise ValueError(f"film: frame {count} has {now} pixels, those before {was}; {_shorter(count)}")
        yield Moment(picture, time - start)
        last, count = time, count + 1
    if count == 0:
        raise ValueError("film: it has no frames that can be read; perhaps it was cut short")
    if wanted and count < wanted and most is None:
        raise ValueError(f"film: it ends after {count} of {wanted} frames, so it was cut short; {_shorter(count)}")


def _shorter(count: int) -> str:
    return f"read_film(…, most={count}) reads what is whole" if count else "there is nothing whole before it"
