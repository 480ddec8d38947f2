"""Sounds as pictures and back; lips and voice apart; a sound that a page plays."""

import io
import wave

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unmasked import sound


def spoken(script="m a s i t o", voice="bo"):
    return sound.synthesise(sound.speak(script), sound.VOICES[voice])


def test_the_way_back_sounds_the_same():
    samples = spoken()
    mel = sound.log_mel(samples)
    assert mel.shape == (len(samples) // 160, 64) and mel.dtype == np.float32
    back = sound.from_log_mel(mel)
    assert back.dtype == np.float32 and len(back) == len(samples) and np.abs(back).max() <= 1
    again = sound.log_mel(back)
    assert np.abs(again - mel).mean() < 0.15 * np.abs(mel - mel.mean(0)).mean()


def test_more_rounds_come_nearer():
    samples = spoken("a i")
    from unmasked.sound.spectrogram import _transform

    amplitudes = np.abs(_transform().stft(samples.astype(float)))[:, : len(samples) // 160]
    off = []
    for rounds in (1, 8, 40):
        made = np.abs(_transform().stft(sound.griffin_lim(amplitudes, rounds)))[:, : amplitudes.shape[1]]
        off.append(np.linalg.norm(made - amplitudes) / np.linalg.norm(amplitudes))
    assert off[0] > off[1] > off[2] and off[2] < 0.2


def test_the_guess_of_phases_is_the_generators():
    mel = sound.log_mel(spoken("a"))
    np.testing.assert_array_equal(sound.from_log_mel(mel, 2), sound.from_log_mel(mel, 2))
    other = sound.from_log_mel(mel, 2, np.random.default_rng(5))
    assert not np.array_equal(sound.from_log_mel(mel, 2), other)


def test_a_voice_is_another_picture_and_a_louder_one_the_same_higher():
    bo, ada = (sound.log_mel(spoken(voice=name)) for name in ("bo", "ada"))
    assert bo.shape == ada.shape and np.abs(bo - ada).mean() > 0.3
    samples = spoken("a a")
    higher = sound.log_mel(samples) - sound.log_mel(samples / 2)
    loud = sound.log_mel(samples) > -4
    np.testing.assert_allclose(higher[loud], np.log(2), atol=0.02)


@settings(max_examples=25, deadline=None)
@given(st.integers(-8, 8), st.integers(0, 1000))
def test_an_offset_is_found(shift, seed):
    curve = np.convolve(np.random.default_rng(seed).standard_normal(160), np.hanning(9), "same")
    late, early = curve[20 - shift : 120 - shift], curve[20:120]
    assert sound.offset_ms(late, early, 25) == pytest.approx(40 * shift, abs=4)
    assert sound.offset_ms(early, late, 25) == pytest.approx(-40 * shift, abs=4)


def test_half_a_frame_is_found_too():
    time = np.arange(100) / 25
    curve = lambda t: np.sin(3 * t) + np.sin(7.3 * t + 1)  # noqa: E731
    assert sound.offset_ms(curve(time - 0.02), curve(time), 25) == pytest.approx(20, abs=3)


def test_the_page_gets_the_sound():
    samples = spoken("m a")
    with wave.open(io.BytesIO(sound.wav_bytes(samples))) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 16_000)
        heard = np.frombuffer(file.readframes(file.getnframes()), "<i2") / 32767
    np.testing.assert_allclose(heard, samples, atol=2e-5)


WAVE = np.sin(np.arange(100) / 5)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: sound.log_mel(spoken("a"), 8000), ValueError, "rate: wanted 16,000"),
        (lambda: sound.from_log_mel(np.zeros(9)), ValueError, "picture: wanted shape"),
        (lambda: sound.griffin_lim(np.ones((9, 9))), ValueError, r"amplitudes: wanted shape \(257, T\)"),
        (lambda: sound.griffin_lim(np.ones((257, 9)), 0), ValueError, "rounds"),
        (lambda: sound.offset_ms(WAVE, WAVE[:-1], 25), ValueError, r"other: wanted shape \(100,\)"),
        (lambda: sound.offset_ms(np.ones(100), WAVE, 25), ValueError, "curve: it stands still"),
        (lambda: sound.offset_ms(WAVE, np.ones(100), 25), ValueError, "other: it stands still"),
        (lambda: sound.offset_ms(WAVE, WAVE, 25, 5000), ValueError, "most: wanted 1940 ms or less for 100 values"),
        (lambda: sound.wav_bytes(WAVE * 3), ValueError, "samples: wanted values in −1…1"),
    ],
)
def test_wrong_input_is_worded(call, error, words):
    with pytest.raises(error, match=words):
        call()
