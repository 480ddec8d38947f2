"""A film with sound: what is written is heard again, at the right moment; silent films stay silent."""

import io
from fractions import Fraction

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unmasked import film

FRAMES = np.zeros((30, 34, 50, 3), np.uint8)
FRAMES[::3] = 180


def tone(seconds, rate, start=0.5):
    """Silence, then a tone that begins at `start` seconds."""
    time = np.arange(round(seconds * rate)) / rate
    return (0.5 * np.sin(2 * np.pi * 440 * time) * (time >= start)).astype(np.float32)


def begins(samples, rate):
    return np.flatnonzero(np.abs(samples) > 0.2)[0] / rate


@pytest.mark.parametrize("rate", [8000, 16000, 44100, 48000])
def test_the_sound_comes_back_when_it_should(tmp_path, rate):
    samples = tone(1.2, rate)
    path = film.write_film(tmp_path / "a.mp4", FRAMES, sound=(samples, rate))
    back, found = film.read_film(path).sound
    assert found == rate and back.dtype == np.float32 and abs(len(back) - len(samples)) < 2100, "whole blocks of AAC"
    assert begins(back, rate) == pytest.approx(begins(samples, rate), abs=0.004)
    count = min(len(back), len(samples))
    assert np.corrcoef(back[:count], samples[:count])[0, 1] > 0.995
    for other in (path.read_bytes(), str(path)):
        np.testing.assert_array_equal(film.read_sound(other)[0], back)
    assert len(film.read_film(path)) == len(FRAMES)


def test_in_memory_too_and_the_same_each_time():
    sound = (tone(1.2, 16000), 16000)
    data = film.encode_h264(FRAMES, sound=sound)
    assert data == film.encode_h264(FRAMES, sound=sound)
    assert film.read_sound(data)[1] == 16000 and film.decode_h264(data).shape == FRAMES.shape


def test_a_silent_film_has_no_sound(tmp_path):
    path = film.write_film(tmp_path / "a.mp4", FRAMES)
    assert film.read_sound(path) is None and film.read_film(path).sound is None


@settings(max_examples=8, deadline=None)
@given(st.integers(400, 40_000))
def test_sound_may_be_shorter_or_longer_than_the_pictures(count):
    samples = np.sin(np.arange(count) / 9).astype(np.float32) / 2
    back, _ = film.read_sound(film.encode_h264(FRAMES[:5], sound=(samples, 16000)))
    assert count <= len(back) < count + 2048
    assert np.abs(back[100 : count - 100] - samples[100 : count - 100]).mean() < 0.05


@pytest.mark.parametrize(("picture_at", "sound_at"), [(0.0, 0.4), (0.6, 0.0)])
def test_streams_that_begin_apart_are_brought_together(picture_at, sound_at):
    """A foreign film, in stereo: what comes before the first picture is cut, and a late sound is waited for."""
    rate, memory = 8000, io.BytesIO()
    with av.open(memory, "w", format="matroska") as out:
        video, audio = out.add_stream("ffv1", rate=25), out.add_stream("pcm_s16le", rate=rate)
        video.height, video.width, video.pix_fmt, audio.layout = 34, 50, "bgr0", "stereo"
        for number, picture in enumerate(FRAMES):
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24").reformat(format="bgr0")
            frame.pts, frame.time_base = round(1000 * picture_at) + 40 * number, Fraction(1, 1000)
            out.mux(video.encode(frame))
        whole = (32767 * tone(1.5, rate, 0.8)).astype(np.int16)
        frame = av.AudioFrame.from_ndarray(np.stack([whole, whole], 1).reshape(1, -1), format="s16", layout="stereo")
        frame.sample_rate, frame.pts, frame.time_base = rate, round(sound_at * rate), Fraction(1, rate)
        out.mux(audio.encode(frame))
        out.mux(video.encode()), out.mux(audio.encode())
    samples, found = film.read_sound(memory.getvalue())
    assert found == rate and begins(samples, rate) == pytest.approx(0.8 + sound_at - picture_at, abs=0.01)


def test_an_odd_rate_becomes_one_that_can_be_written():
    memory = io.BytesIO()
    with av.open(memory, "w", format="matroska") as out:
        video, audio = out.add_stream("ffv1", rate=25), out.add_stream("pcm_s16le", rate=10_000)
        video.height, video.width, video.pix_fmt, audio.layout = 34, 50, "bgr0", "mono"
        out.mux(video.encode(av.VideoFrame.from_ndarray(FRAMES[0], format="rgb24").reformat(format="bgr0")))
        whole = (32767 * tone(0.9, 10_000, 0.5)).astype(np.int16)
        frame = av.AudioFrame.from_ndarray(whole[None], format="s16", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = 10_000, 0, Fraction(1, 10_000)
        out.mux(audio.encode(frame))
        out.mux(video.encode()), out.mux(audio.encode())
    samples, rate = film.read_sound(memory.getvalue())
    assert rate == 48_000 and begins(samples, rate) == pytest.approx(0.5, abs=0.01)
    film.encode_h264(FRAMES[:2], sound=(samples, rate))


def test_a_steady_rate_keeps_the_sound(tmp_path):
    path = film.write_film(tmp_path / "a.mp4", FRAMES, sound=(tone(1.2, 16000), 16000))
    clip = film.read_film(path)
    assert film.at_rate(clip, 10).sound is clip.sound


@pytest.mark.parametrize(
    ("sound", "error", "words"),
    [
        (np.zeros(9), TypeError, r"sound: wanted a pair \(samples, rate\), got ndarray"),
        ((np.zeros(9),), TypeError, "sound: wanted a pair"),
        ((np.zeros(9), 12345), ValueError, "sound: wanted a rate among 8000, .*got 12345"),
        ((np.zeros((9, 2)), 16000), ValueError, "sound: wanted one channel"),
        ((np.full(9, 2.0), 16000), ValueError, "sound: wanted values in −1…1"),
        ((np.zeros(9, np.int16), 16000), TypeError, "sound: .*int16"),
        ((np.zeros(0), 16000), ValueError, "sound: wanted 1 or more"),
    ],
)
def test_wrong_sound_is_worded(sound, error, words, tmp_path):
    for call in (film.encode_h264, lambda frames, sound: film.write_film(tmp_path / "a.mp4", frames, sound=sound)):
        with pytest.raises(error, match=words):
            call(FRAMES, sound=sound)
    assert not list(tmp_path.iterdir()), "nothing half done stays"
