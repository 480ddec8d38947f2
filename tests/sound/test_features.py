"""The 28 features against a computation by hand, on a chirp; and sounds that can't be heard as speech."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import signal

from unmasked import sound


def chirp(seconds=0.35):
    time = np.arange(round(seconds * sound.RATE)) / sound.RATE
    return (0.6 * signal.chirp(time, 200, seconds, 6000)).astype(np.float32)


def by_hand(samples, row):
    """The 14 numbers of one row, by loops over their definitions: Fourier sum, triangles, cosine sum."""
    at = 160 * row - 200
    piece = [float(samples[i]) if 0 <= i < len(samples) else 0.0 for i in range(at - 1, at + 400)]
    energy = np.log(np.mean(np.square(piece[1:])) + 1e-8)
    lifted = [piece[k + 1] - 0.97 * (piece[k] if at + k > 0 else 0.0) for k in range(400)]
    if at + 400 > len(samples):  # the filter stops where the sound does
        lifted[len(samples) - at :] = [0.0] * (at + 400 - len(samples))
    windowed = [lifted[k] * (0.54 - 0.46 * np.cos(2 * np.pi * k / 399)) for k in range(400)]
    k = np.arange(400)
    power = [abs(np.sum(windowed * np.exp(-2j * np.pi * bin * k / 512))) ** 2 for bin in range(257)]
    mel = lambda hertz: 2595 * np.log10(1 + hertz / 700)  # noqa: E731
    hertz = [700 * (10 ** (m / 2595) - 1) for m in np.linspace(0, mel(8000), 28)]
    bands = []
    for left, middle, right in zip(hertz, hertz[1:], hertz[2:], strict=False):
        total = 0.0
        for bin, value in enumerate(power):
            at_hertz = bin * 8000 / 256
            if left < at_hertz <= middle:
                total += value * (at_hertz - left) / (middle - left)
            elif middle < at_hertz < right:
                total += value * (right - at_hertz) / (right - middle)
        bands.append(np.log(total / 512 + 1e-8))
    cosine = []
    for c in range(13):
        scale = np.sqrt((1 if c == 0 else 2) / 26)
        cosine.append(scale * sum(v * np.cos(np.pi * c * (2 * b + 1) / 52) for b, v in enumerate(bands)))
    return [*cosine, energy]


def test_a_chirp_is_what_a_computation_by_hand_makes_of_it():
    samples = chirp()
    found = sound.features(samples)
    assert found.shape == (35, 28) and found.dtype == np.float32
    for row in (0, 1, 17, 33, 34):
        np.testing.assert_allclose(found[row, :14], by_hand(samples, row), rtol=2e-4, atol=2e-3)
    np.testing.assert_allclose(found[1:, 14:], np.diff(found[:, :14], axis=0), atol=1e-4)
    assert not found[0, 14:].any()


def test_a_chirp_rises_through_the_bands():
    filters = sound.mel_filters()
    assert filters.shape == (257, 26) and filters.min() >= 0 and filters.max() <= 1
    assert (np.diff(filters.argmax(0)) > 0).all()
    np.testing.assert_allclose(filters[5:225].sum(1), 1, atol=1e-9, err_msg="a tone is shared between two bands")
    loudest = sound.log_mel(chirp())[3:-3].argmax(1)
    assert (np.diff(loudest) >= 0).all() and loudest[-1] - loudest[0] > 30


@settings(max_examples=15, deadline=None)
@given(st.integers(1, 4000), st.floats(0.05, 1.0))
def test_rows_are_a_hundredth_of_a_second(count, loud):
    samples = (loud * np.random.default_rng(count).uniform(-0.9, 0.9, count)).astype(np.float32)
    found = sound.features(samples)
    assert len(found) == -(-count // 160) and np.isfinite(found).all()


def test_louder_changes_the_energy_and_the_first_coefficient_alone():
    samples = chirp() / 2
    quiet, loud = sound.features(samples), sound.features(2 * samples)
    np.testing.assert_allclose(loud[2:-2, 1:13], quiet[2:-2, 1:13], atol=0.06)
    np.testing.assert_allclose(loud[2:-2, 13] - quiet[2:-2, 13], 2 * np.log(2), atol=1e-3)


GOOD = chirp()


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: sound.features(np.zeros(4000, np.float32)), ValueError, "samples: there is silence"),
        (lambda: sound.features(np.clip(8 * GOOD, -1, 1)), ValueError, "samples: it is clipped"),
        (lambda: sound.features(3 * GOOD), ValueError, r"samples: wanted values in −1…1, got -1.8"),
        (
            lambda: sound.features(GOOD, 44100),
            ValueError,
            "rate: wanted 16,000 samples a second, got 44100; .*resample",
        ),
        (lambda: sound.features(np.stack([GOOD, GOOD], 1)), ValueError, "samples: wanted one channel.*stereo"),
        (lambda: sound.features((GOOD * 32767).astype(np.int16)), TypeError, "samples: .*int16; divide 16-bit"),
        (lambda: sound.features(np.where(np.arange(len(GOOD)) == 9, np.nan, GOOD)), ValueError, "samples: .*NaN"),
        (lambda: sound.features(GOOD[:0]), ValueError, "samples: wanted 1 or more, got 0"),
        (lambda: sound.features(list(GOOD)), TypeError, "samples: wanted a NumPy array of floats, got list"),
    ],
)
def test_what_cannot_be_heard_is_worded(call, error, words):
    with pytest.raises(error, match=words):
        call()
