"""Clips through H.264 and JPEG."""

import numpy as np
import pytest

from unmasked import film


def waves(count=6, height=50, width=70):
    """A smooth moving picture, neither square nor of even sides' multiple of eight."""
    t, y, x = np.mgrid[:count, :height, :width].astype(float)
    channels = [127 + 90 * np.sin((x + 2 * t) / 9 + k) * np.cos(y / 11) for k in range(3)]
    return np.stack(channels, -1).round().astype(np.uint8)


def off(a, b):
    return np.abs(a.astype(float) - b).mean()


@pytest.mark.parametrize("shape", [(6, 50, 70), (3, 49, 71), (1, 16, 18)])
def test_h264_keeps_shape_and_nearly_the_picture(shape):
    frames = waves(*shape)
    back = film.through_h264(frames, 18)
    assert back.shape == frames.shape and back.dtype == np.uint8
    assert off(back, frames) < 5


def test_a_higher_crf_loses_more_and_weighs_less():
    frames = waves(count=10)
    frames = np.clip(frames + np.random.default_rng(0).normal(0, 6, frames.shape), 0, 255).astype(np.uint8)
    films = [film.encode_h264(frames, crf) for crf in (10, 25, 40)]
    assert len(films[0]) > len(films[1]) > len(films[2])
    errors = [off(film.decode_h264(one), frames) for one in films]
    assert errors[0] < errors[1] < errors[2]


def test_the_same_frames_give_the_same_film():
    generator = np.random.default_rng(0)
    for shape in ((6, 50, 70), (10, 120, 168), (10, 120, 160)):
        frames = waves(*shape) // 2 + generator.integers(0, 60, (*shape, 3), dtype=np.uint8)
        assert len({film.encode_h264(frames) for _ in range(6)}) == 1


def test_colours_stay_in_their_channels():
    frames = np.zeros((4, 32, 48, 3), np.uint8)
    frames[..., 0] = 200
    back = film.through_h264(frames, 10)
    assert back[..., 0].mean() > 180 and back[..., 1:].max() < 30


def test_jpeg_loses_more_at_lower_quality():
    frames = waves()
    errors = [off(film.through_jpeg(frames, quality), frames) for quality in (95, 60, 20)]
    assert errors[0] < errors[1] < errors[2] < 12


GOOD = waves(2, 16, 16)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: film.through_h264(GOOD / 255), TypeError, "frames.*float64"),
        (lambda: film.through_h264(GOOD[0]), ValueError, r"frames.*\(16, 16, 3\)"),
        (lambda: film.through_h264(GOOD[:0]), ValueError, "frames: wanted 1 or more, got 0"),
        (lambda: film.encode_h264(GOOD, crf=60), ValueError, "crf.*0…51.*60"),
        (lambda: film.encode_h264(GOOD, crf=2.5), TypeError, "crf.*float"),
        (lambda: film.encode_h264(GOOD, fps=0), ValueError, "fps"),
        (lambda: film.through_jpeg(GOOD, quality=0), ValueError, "quality.*1…100"),
        (lambda: film.decode_h264(b"no film"), ValueError, "no film that can be read"),
    ],
)
def test_wrong_input_is_worded(call, error, words):
    with pytest.raises(error, match=words):
        call()
