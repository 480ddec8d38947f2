"""The sound of a film, which is written as AAC beside its pictures."""

from collections.abc import Sequence
from fractions import Fraction

import av
import numpy as np

from unmasked.arguments import checked_sound

Sound = tuple[np.ndarray, int]  # samples float (S,) in −1…1, mono, and how many a second
RATES = (8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000, 64000, 88200, 96000)  # those that AAC has
_BITS = 96_000  # a second


def checked_film_sound(sound: Sound | None, name: str = "sound") -> Sound | None:
    """`sound` as (samples float32 (S,), rate), if it is such a pair and AAC has the rate; None stays None. Raises
    TypeError or ValueError."""
    if sound is None:
        return None
    if isinstance(sound, np.ndarray) or not isinstance(sound, Sequence) or len(sound) != 2:
        raise TypeError(f"{name}: wanted a pair (samples, rate), got {type(sound).__name__}")
    samples, rate = sound
    if isinstance(rate, bool) or rate not in RATES:
        raise ValueError(f"{name}: wanted a rate among {', '.join(map(str, RATES))} a second, got {rate!r}")
    return checked_sound(samples, name).astype(np.float32), int(rate)


def add_sound(film: av.container.OutputContainer, sound: Sound | None):
    """A new stream for a sound, AAC and mono, in a film that is being written: before its first picture is. None for
    none."""
    if sound is None:
        return None
    stream = film.add_stream("aac", rate=sound[1])
    stream.layout, stream.bit_rate = "mono", _BITS
    return stream


def write_sound(film: av.container.OutputContainer, stream, sound: Sound | None) -> None:
    """Writes the whole sound into the stream that `add_sound` made for it."""
    if sound is None:
        return
    samples, rate = sound
    frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples[None]), format="fltp", layout="mono")
    frame.sample_rate, frame.pts, frame.time_base = rate, 0, Fraction(1, rate)
    film.mux(stream.encode(frame))
    film.mux(stream.encode())
