"""A sound as a picture, time across and tones upwards, and the way back, for which the phase must be guessed."""

import numpy as np
from scipy import signal

from unmasked.arguments import checked_generator, checked_numbers, checked_sound, checked_whole
from unmasked.sound.features import BINS, HOP, mel_filters
from unmasked.sound.voice import RATE

MELS = 64
_PART = 1000  # windows that are worked on at a time: all of a long sound at once would take 50 MB
FLOOR = 1e-4  # amplitude that counts as none: 0.0001 is 80 dB below the loudest


def log_mel(samples: np.ndarray, rate: int = RATE, bands: int = MELS) -> np.ndarray:
    """The log-mel spectrogram: float32 (100 s, bands), natural logarithm of the amplitude, −9.2 for silence.

    `samples` float (S,) in −1…1, 16,000 a second. Raises TypeError or ValueError that names the argument.
    """
    samples = checked_sound(samples, rate=rate, wanted_rate=RATE)
    transform, averages = _transform(), _averages(bands)
    first, count = transform.p_min, -(-len(samples) // HOP)
    ends = [(at, min(at + _PART, count)) for at in range(0, count, _PART)]
    amplitudes = (np.abs(transform.stft(samples, p0=first + at, p1=first + end)) for at, end in ends)
    picture = np.concatenate([some.T @ averages for some in amplitudes])
    return np.log(picture + FLOOR).astype(np.float32)


def from_log_mel(picture: np.ndarray, rounds: int = 32, generator: np.random.Generator | None = None) -> np.ndarray:
    """A sound whose log-mel spectrogram is about that: float32 (160 T,) in −1…1.

    `picture` float (T, bands). What the bands have averaged away is spread evenly again, and the phase is guessed by
    `griffin_lim` in so many `rounds`. Raises TypeError or ValueError that names the argument.
    """
    picture = checked_numbers(picture, "picture", ("T", "bands"), least=3)
    spread = np.linalg.pinv(_averages(picture.shape[1]))
    amplitudes = np.maximum((np.exp(picture) - FLOOR) @ spread, 0).T
    sound = griffin_lim(amplitudes, rounds, generator)
    return (sound / max(1.0, np.abs(sound).max())).astype(np.float32)


def griffin_lim(amplitudes: np.ndarray, rounds: int = 32, generator: np.random.Generator | None = None) -> np.ndarray:
    """A sound whose short-time Fourier transform has about these amplitudes: float64 (160 T,).

    `amplitudes` float (257, T), as `abs` of the transform. Starting from phases by chance (`generator`; the same each
    time where None): to sound and back, keep the phases that come out, put the wanted amplitudes in again.
    Raises TypeError or ValueError that names the argument.
    Source: Griffin and Lim, "Signal estimation from modified short-time Fourier transform", 1984.
    """
    amplitudes = checked_numbers(amplitudes, "amplitudes", (BINS // 2 + 1, "T"))
    rounds, count = checked_whole(rounds, "rounds", 1), HOP * amplitudes.shape[1]
    generator = np.random.default_rng(0) if generator is None else checked_generator(generator)
    transform = _transform()
    # SciPy's way back wants the windows that reach in at the end, too.
    amplitudes = np.pad(amplitudes, ((0, 0), (0, transform.p_num(count) - amplitudes.shape[1])))
    phases = np.exp(2j * np.pi * generator.random(amplitudes.shape))
    for _ in range(rounds):
        seen = transform.stft(transform.istft(amplitudes * phases, k1=count))
        phases = seen / np.maximum(np.abs(seen), 1e-12)
    return transform.istft(amplitudes * phases, k1=count)


def _transform() -> signal.ShortTimeFFT:
    """Windows of 32 ms, one every 10 ms, the first around 10 ms before sample 0; a sine of 1 gives 0.5."""
    return signal.ShortTimeFFT(np.hanning(BINS + 1)[:-1], HOP, RATE, fft_mode="onesided", scale_to="magnitude")


def _averages(bands: int) -> np.ndarray:
    """Mel filters that average what they catch: (257, bands)."""
    filters = mel_filters(bands)
    return filters / filters.sum(0).clip(1e-9)
