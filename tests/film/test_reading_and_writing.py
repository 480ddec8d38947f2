"""Frames to a file and back: sizes, times, rates, and what is no film."""

import io
import wave
from fractions import Fraction

import av
import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unmasked import film


def waves(count=6, height=34, width=50):
    """A smooth moving picture, not square."""
    t, y, x = np.mgrid[:count, :height, :width].astype(float)
    channels = [127 + 90 * np.sin((x + 2 * t) / 9 + k) * np.cos(y / 11) for k in range(3)]
    return np.stack(channels, -1).round().astype(np.uint8)


def off(a, b):
    return np.abs(a.astype(float) - b).mean()


@pytest.mark.parametrize("shape", [(6, 34, 50), (3, 49, 71), (2, 33, 50), (1, 16, 18)])
def test_what_is_written_is_read(tmp_path, shape):
    frames = waves(*shape)
    path = film.write_film(tmp_path / "deep" / "waves.mp4", frames, fps=18, crf=10)
    back = film.read_film(path)
    assert back.frames.shape == frames.shape and off(back.frames, frames) < 4, "odd sides are cut back right"
    np.testing.assert_allclose(back.times, np.arange(len(frames)) / 18, atol=1e-4)
    assert back.fps == pytest.approx(18) and len(back) == len(frames)
    assert [one.name for one in path.parent.iterdir()] == ["waves.mp4"], "nothing is left beside it"
    assert off(film.read_film(path.read_bytes()).frames, back.frames) == 0
    assert off(film.read_film(str(path)).frames, back.frames) == 0


def test_frames_come_one_by_one_and_as_many_as_wanted(tmp_path):
    frames = waves(9)
    path = film.write_film(tmp_path / "a.mp4", iter(frames), fps=30)
    moments = film.iter_film(path)
    first = next(moments)
    assert first.time == 0 and first.picture.shape == frames.shape[1:]
    assert len(list(moments)) == 8
    whole, some = film.read_film(path), film.read_film(path, most=4)
    np.testing.assert_array_equal(some.frames, whole.frames[:4])
    assert some.fps == pytest.approx(30) and len(film.read_film(path, most=99)) == 9


def test_a_variable_rate_is_read_right(tmp_path):
    times = np.array([0, 0.04, 0.1, 0.5, 0.52, 1.0, 1.7])
    frames = waves(len(times))
    back = film.read_film(film.write_film(tmp_path / "v.mp4", frames, times=times))
    np.testing.assert_allclose(back.times, times, atol=1e-4)
    assert off(back.frames, frames) < 5 and back.fps == pytest.approx(6 / 1.7)


def test_a_foreign_film_of_variable_rate_is_read_right():
    """Written by PyAV itself: another codec and container, an odd width, a time base of its own, a start that is
    not 0."""
    shown, memory = [7, 11, 12, 40], io.BytesIO()
    with av.open(memory, "w", format="matroska") as out:
        stream = out.add_stream("ffv1", rate=1000)
        stream.height, stream.width, stream.pix_fmt = 21, 33, "bgr0"
        frames = waves(4, 21, 33)
        for picture, at in zip(frames, shown, strict=True):
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24").reformat(format="bgr0")
            frame.pts, frame.time_base = 25 * at, Fraction(1, 1000)
            out.mux(stream.encode(frame))
        out.mux(stream.encode())
    back = film.read_film(memory.getvalue())
    np.testing.assert_array_equal(back.frames, frames)
    np.testing.assert_allclose(back.times, 0.025 * (np.array(shown) - 7), atol=1e-3)


def test_a_constant_rate_takes_the_nearest_frame():
    clip = film.Film(waves(4), np.array([0.0, 0.1, 0.35, 0.4]), 7.5)
    steady = film.at_rate(clip, 10)
    np.testing.assert_allclose(steady.times, [0, 0.1, 0.2, 0.3, 0.4])
    np.testing.assert_array_equal(steady.frames, clip.frames[[0, 1, 1, 2, 3]])
    assert steady.fps == 10
    one = film.at_rate(film.Film(waves(1), np.zeros(1), 25.0), 12)
    assert len(one) == 1


@settings(max_examples=25, deadline=None)
@given(st.lists(st.floats(0.01, 0.5), min_size=1, max_size=12), st.floats(1, 60))
def test_no_tick_has_a_nearer_frame(steps, fps):
    times = np.cumsum([0, *steps])
    clip = film.Film(np.arange(len(times), dtype=np.uint8)[:, None, None, None].repeat(3, 3), times, 25.0)
    steady = film.at_rate(clip, fps)
    chosen = times[steady.frames[:, 0, 0, 0]]
    np.testing.assert_allclose(np.abs(chosen - steady.times), np.abs(times - steady.times[:, None]).min(1), atol=1e-6)
    assert steady.times[-1] <= times[-1] + 1e-5 and (np.diff(steady.times) > 0).all()


def test_the_same_rate_changes_nothing(tmp_path):
    back = film.read_film(film.write_film(tmp_path / "n.mp4", waves(8), fps=29.97))
    np.testing.assert_array_equal(film.at_rate(back, 29.97).frames, back.frames)


# --- what is no film --------------------------------------------------------------------------------------------------


def sound_only() -> bytes:
    memory = io.BytesIO()
    with wave.open(memory, "wb") as sound:
        sound.setnchannels(1), sound.setsampwidth(2), sound.setframerate(8000)
        sound.writeframes(bytes(1600))
    return memory.getvalue()


def streamed(path, count: int = 30) -> bytes:
    """A film whose index comes first, so that a truncated one can be read in part."""
    frames = np.random.default_rng(0).integers(0, 256, (count, 32, 48, 3), dtype=np.uint8)
    with av.open(str(path), "w", format="mp4", options={"movflags": "faststart"}) as out:
        stream = out.add_stream("libx264", rate=25)
        stream.height, stream.width, stream.pix_fmt = 32, 48, "yuv420p"
        for picture in frames:
            out.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        out.mux(stream.encode())
    return path.read_bytes()


def test_a_truncated_film_says_so():
    whole = film.encode_h264(waves(20))
    for count in (len(whole) // 2, len(whole) - 100):
        with pytest.raises(ValueError, match=r"can be read.*cut short"):
            film.read_film(whole[:count])


def test_of_a_film_that_breaks_off_the_whole_frames_can_be_read(tmp_path):
    whole = streamed(tmp_path / "a.mp4")
    assert len(film.read_film(whole)) == 30
    with pytest.raises(ValueError, match=r"most=\d+\) reads what is whole") as told:
        film.read_film(whole[: len(whole) * 2 // 3])
    count = int(str(told.value).split("most=")[1].split(")")[0])
    assert 5 < count < 30
    part = film.read_film(whole[: len(whole) * 2 // 3], most=count)
    np.testing.assert_array_equal(part.frames, film.read_film(whole).frames[:count])


def still(ending: str) -> bytes:
    return cv2.imencode(ending, waves(1)[0])[1].tobytes()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "film: these 0 bytes are no film"),
        (b"no film at all, but text " * 40, "no film that can be read"),
        (bytes(range(256)) * 20, "no film that can be read"),
        (sound_only(), "there is sound but no pictures in it"),
        (still(".png"), "a still picture, no film"),
        (still(".jpg"), "a still picture, no film"),
    ],
)
def test_what_is_no_film_is_worded(data, words, tmp_path):
    with pytest.raises(ValueError, match=words):
        film.read_film(data)
    path = tmp_path / "it.mp4"
    path.write_bytes(data)
    with pytest.raises(ValueError, match=r"film: it\.mp4 is"):
        next(film.iter_film(path))


GOOD = waves(3)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda at: film.read_film(at / "none.mp4"), ValueError, "there is no file .*none.mp4"),
        (lambda at: film.read_film("http://127.0.0.1/a.mp4"), ValueError, "there is no file"),
        (lambda at: film.read_film(3), TypeError, "film: wanted the path of a file or its bytes, got int"),
        (lambda at: film.read_film(film.encode_h264(GOOD), most=0), ValueError, "most: wanted"),
        (lambda at: film.write_film(at / "a.avi", GOOD), ValueError, r"path: .*\.mp4, got 'a.avi'"),
        (lambda at: film.write_film(at / "a.mp4", []), ValueError, "frames: wanted 1 or more, got 0"),
        (lambda at: film.write_film(at / "a.mp4", GOOD / 255), TypeError, "frames.*float64"),
        (lambda at: film.write_film(at / "a.mp4", [GOOD[0], GOOD[1, :9]]), ValueError, "frames: wanted 34 × 50"),
        (lambda at: film.write_film(at / "a.mp4", GOOD, fps=0), ValueError, "fps"),
        (lambda at: film.write_film(at / "a.mp4", GOOD, crf=99), ValueError, "crf.*0…51"),
        (lambda at: film.write_film(at / "a.mp4", GOOD, times=[0, 1]), ValueError, "times: wanted one a frame"),
        (
            lambda at: film.write_film(at / "a.mp4", GOOD, times=[0, 1, 2, 3]),
            ValueError,
            "times: wanted one a frame, 3",
        ),
        (lambda at: film.write_film(at / "a.mp4", GOOD, times=[0, 2, 1]), ValueError, "times: .*1 s after 2"),
        (lambda at: film.Film(GOOD, np.arange(2), 25), ValueError, r"times: wanted shape \(3,\)"),
        (lambda at: film.at_rate(film.Film(GOOD, np.arange(3), 1), 0), ValueError, "fps"),
    ],
)
def test_wrong_input_is_worded(call, error, words, tmp_path):
    with pytest.raises(error, match=words):
        call(tmp_path)
    assert not list(tmp_path.iterdir()), "nothing half done stays"


def test_an_old_film_stays_where_a_new_one_fails(tmp_path):
    path = film.write_film(tmp_path / "a.mp4", GOOD)
    before = path.read_bytes()

    def broken():
        yield GOOD[0]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        film.write_film(path, broken())
    assert path.read_bytes() == before and len(list(tmp_path.iterdir())) == 1
