"""What a lip-sync network hears, a hundred times a second: 13 cepstral numbers, the energy, and their differences."""

from collections.abc import Iterator

import numpy as np
from scipy import fft, signal

from unmasked.arguments import checked_numbers, checked_sound
from unmasked.sound.voice import RATE

HOP = RATE // 100  # samples from one window to the next: 10 ms
WINDOW, BINS = 400, 512  # samples of a window, 25 ms; length of its Fourier transform
BANDS, CEPSTRA, FEATURES = 26, 13, 28
_PART = 1000  # pieces that are worked on at a time
_FLOOR = 1e-8  # energy that counts as none: the logarithm of silence would be infinite


def features(samples: np.ndarray, rate: int = RATE) -> np.ndarray:
    """13 MFCC, the log energy, and of these 14 the differences from the moment before: float32 (100 s, 28).

    `samples` float (S,) in −1…1, at a `rate` of 16,000 a second; row i is about the moment i / 100 s. Raises TypeError
    or ValueError in words for stereo, NaN, silence, clipping and another rate.
    Source: Suwajanakorn and others, "Synthesizing Obama", 2017, whose 28 numbers these are.
    """
    samples = checked_sound(samples, rate=rate, wanted_rate=RATE, speech=True)
    heard = np.column_stack([mfcc(samples), log_energy(samples)])
    return np.hstack([heard, differences(heard)]).astype(np.float32)


def log_energy(samples: np.ndarray) -> np.ndarray:
    """The logarithm of each window's mean square: float64 (100 s,)."""
    energies = [np.square(some).mean(1) for some in _parts(windows(samples))]
    return np.log(np.concatenate(energies) + _FLOOR)


def differences(values: np.ndarray) -> np.ndarray:
    """What each row (N, C) has more than the row before; the first has nothing before it, so 0.

    Raises TypeError or ValueError for what is no table of numbers.
    """
    values = checked_numbers(values, "values", ("N", "C"))
    return np.diff(values, axis=0, prepend=values[:1])


def mfcc(samples: np.ndarray) -> np.ndarray:
    """Mel-frequency cepstral coefficients: float64 (100 s, 13), the shape of each window's spectrum.

    `samples`: floats (S,); raises TypeError or ValueError for what is none. Higher tones lifted, windowed, Fourier,
    energies in 26 bands, logarithm, cosine transform, its first 13 numbers.
    Source: Davis and Mermelstein, "Comparison of parametric representations", 1980.
    """
    lifted = signal.lfilter([1.0, -0.97], [1.0], checked_numbers(samples, "samples", ("S",), least=1))
    spectra = (np.abs(np.fft.rfft(some * np.hamming(WINDOW), BINS)) ** 2 for some in _parts(windows(lifted)))
    bands = np.concatenate([spectrum @ mel_filters() / BINS for spectrum in spectra])
    return fft.dct(np.log(bands + _FLOOR), norm="ortho")[:, :CEPSTRA]


def mel_filters(bands: int = BANDS, bins: int = BINS, rate: int = RATE) -> np.ndarray:
    """Triangles over the frequencies, evenly spaced for the ear: float64 (bins / 2 + 1, bands), each 0…1.

    Each rises from the middle of the one before to its own, and falls to the middle of the next.
    """
    edges = _hertz(np.linspace(0, _mel(rate / 2), bands + 2))
    frequencies = np.linspace(0, rate / 2, bins // 2 + 1)[:, None]
    rising = (frequencies - edges[:-2]) / np.diff(edges)[:-1]
    falling = (edges[2:] - frequencies) / np.diff(edges)[1:]
    return np.clip(np.minimum(rising, falling), 0, None)


def windows(samples: np.ndarray, length: int = WINDOW) -> np.ndarray:
    """Overlapping pieces of a sound, one every 10 ms, window i round sample 160 i: float64 (S / 160, length).

    `samples`: numbers (S,), one or more. Raises TypeError or ValueError for what is none.
    """
    samples = checked_numbers(samples, "samples", ("S",), least=1)
    count = -(-len(samples) // HOP)
    padded = np.pad(samples, (length // 2, length // 2 + HOP))
    return np.lib.stride_tricks.sliding_window_view(padded, length)[: count * HOP : HOP]


def _parts(pieces: np.ndarray) -> Iterator[np.ndarray]:
    """The pieces (N, length), ten seconds at a time: all spectra of a long sound at once would take 100 MB."""
    return (pieces[at : at + _PART] for at in range(0, len(pieces), _PART))


def _mel(hertz: float) -> float:
    """The ear's own scale: even steps sound even."""
    return 2595 * np.log10(1 + hertz / 700)


def _hertz(mel: np.ndarray) -> np.ndarray:
    return 700 * (10 ** (mel / 2595) - 1)
