"""Sound beside pictures: by how much one comes late, and a sound that a page can play."""

import io
import wave

import numpy as np

from unmasked.arguments import checked_number, checked_numbers, checked_sound, checked_whole
from unmasked.sound.voice import RATE


def offset_ms(curve: np.ndarray, other: np.ndarray, rate: float, most: float = 500.0) -> float:
    """By how many milliseconds `curve` comes later than `other`, by cross-correlation; below 0 where it comes earlier.

    Both float (N,), `rate` values a second. Shifts of up to `most` ms are tried; a parabola through the best and its
    neighbours says where between two values the best lies. Raises TypeError or ValueError that names the argument, also
    where a curve stands still.
    """
    curve = checked_numbers(curve, "curve", ("N",), least=3)
    other = checked_numbers(other, "other", (len(curve),))
    rate, most = checked_number(rate, "rate", 1e-6), checked_number(most, "most", 0)
    reach = int(np.ceil(most * rate / 1000))
    if len(curve) < 2 * reach + 3:
        longest = 500 * (len(curve) - 3) / rate
        raise ValueError(f"most: wanted {longest:.0f} ms or less for {len(curve)} values, got {most:g}")
    shifts = np.arange(-reach, reach + 1)
    scores = np.array([_correlation(curve, other, shift) for shift in shifts])
    best = int(scores.argmax())
    between = 0.0
    if 0 < best < len(shifts) - 1:
        left, middle, right = scores[best - 1 : best + 2]
        bend = left - 2 * middle + right
        between = 0.5 * (left - right) / bend if bend < 0 else 0.0
    return float(1000 * (shifts[best] + between) / rate)


def _correlation(curve: np.ndarray, other: np.ndarray, shift: int) -> float:
    """Of a curve with another `shift` values earlier, where both are there."""
    count = len(curve) - abs(shift)
    late, early = curve[max(0, shift) :][:count], other[max(0, -shift) :][:count]
    late, early = late - late.mean(), early - early.mean()
    size = np.sqrt(np.square(late).sum() * np.square(early).sum())
    if size < 1e-12:
        name = "curve" if np.ptp(late) < 1e-6 else "other"
        raise ValueError(f"{name}: it stands still, so any shift would fit")
    return float((late * early).sum() / size)


def wav_bytes(samples: np.ndarray, rate: int = RATE) -> bytes:
    """A sound as the bytes of a WAV file, which a page plays (`IPython.display.Audio(data=…)`): 16 bits, mono.

    `samples` float (S,) in −1…1. Raises TypeError or ValueError that names the argument.
    """
    samples, rate = checked_sound(samples), checked_whole(rate, "rate", 1)
    memory = io.BytesIO()
    with wave.open(memory, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(np.rint(32767 * samples).astype("<i2").tobytes())
    return memory.getvalue()
