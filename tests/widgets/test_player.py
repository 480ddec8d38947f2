"""A film in the page: it plays, it has words, and its stills stay where no film can."""

import base64
import re

import numpy as np
import pytest
from nbformat.v4 import new_output

from unmasked import film, widgets
from unmasked.course.execute import _tidy

FRAMES = np.zeros((9, 30, 46, 3), np.uint8)
for number, frame in enumerate(FRAMES):
    frame[5:20, 4 * number : 4 * number + 8] = 255
ALT = "A white box moves to the right."


def test_the_film_in_the_page_is_the_film():
    data, _ = widgets.play(FRAMES, 18, alt=ALT, label="The box")._repr_mimebundle_()
    page = data["text/html"]
    coded = re.search(r'<video [^>]*src="data:video/mp4;base64,([^"]+)"', page)[1]
    played = film.read_film(base64.b64decode(coded))
    assert played.frames.shape == FRAMES.shape and played.fps == pytest.approx(18)
    assert np.abs(played.frames.astype(float) - FRAMES).mean() < 6
    assert f'aria-label="{ALT}"' in page and "<figcaption>The box" in page and "http" not in page


def test_its_words_and_stills_come_along():
    data, metadata = widgets.play(FRAMES, alt=ALT)._repr_mimebundle_()
    assert data["text/plain"] == ALT and f'<img alt="{ALT}"' in data["text/html"]
    kind = next(kind for kind in data if kind.startswith("image/"))
    assert metadata[kind]["alt"] == ALT
    assert "figcaption" not in data["text/html"]


def test_a_solved_notebook_keeps_the_stills_and_loses_the_film():
    data, metadata = widgets.play(FRAMES, alt=ALT)._repr_mimebundle_()
    kept = _tidy(new_output("display_data", data=data, metadata=metadata), {}).data["text/html"]
    assert "video" not in kept and f'<details open><summary>The film as stills</summary><img alt="{ALT}"' in kept


def test_a_film_brings_its_rate_and_one_frame_is_a_film():
    clip = film.Film(FRAMES, np.arange(9) / 30, 30.0)
    assert film.read_film(widgets.play(clip, alt=ALT).data).fps == pytest.approx(30)
    assert len(film.read_film(widgets.play(FRAMES[:1], alt=ALT).data)) == 1


def test_a_film_with_sound_is_heard():
    samples = (np.sin(np.arange(8000) / 9) / 2).astype(np.float32)
    player = widgets.play(FRAMES, alt=ALT, sound=(samples, 16000))
    page = player._repr_mimebundle_()[0]["text/html"]
    assert film.read_sound(player.data)[1] == 16000 and "muted" not in page and " loop" not in page
    heard = widgets.play(film.Film(FRAMES, np.arange(9) / 30, 30.0, (samples, 16000)), alt=ALT)
    assert film.read_sound(heard.data)[1] == 16000
    assert "loop muted" in widgets.play(FRAMES, alt=ALT)._repr_mimebundle_()[0]["text/html"]


def test_words_that_need_it_are_escaped():
    data, _ = widgets.play(FRAMES[:2], alt='A "white" box <moves>.', label="1 < 2")._repr_mimebundle_()
    assert "<moves>" not in data["text/html"] and "1 &lt; 2" in data["text/html"]


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: widgets.play(FRAMES / 255, alt=ALT), TypeError, "frames.*float64"),
        (lambda: widgets.play(FRAMES[0], alt=ALT), ValueError, "frames: wanted shape"),
        (lambda: widgets.play(FRAMES[:0], alt=ALT), ValueError, "frames: wanted 1 or more"),
        (lambda: widgets.play(FRAMES, 0, alt=ALT), ValueError, "fps"),
        (lambda: widgets.play(FRAMES, alt="box"), ValueError, "alt"),
        (lambda: widgets.play(FRAMES, alt=ALT, sound=np.zeros(9)), TypeError, "sound: wanted a pair"),
        (lambda: widgets.play(FRAMES, alt=ALT, label=3), TypeError, "label: wanted a text"),
    ],
)
def test_wrong_input_is_worded(call, error, words):
    with pytest.raises(error, match=words):
        call()
