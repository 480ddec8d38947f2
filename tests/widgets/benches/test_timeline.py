"""The timeline: what travels to the page, the curtain, the strip, and words about what doesn't fit."""

import cv2
import numpy as np
import pytest

from unmasked.widgets.benches.timeline import timeline

SHAPE = (6, 30, 44, 3)


@pytest.fixture(scope="module")
def films() -> dict[str, np.ndarray]:
    return {
        "dark": np.full(SHAPE, 40, np.uint8),
        "middle": np.full(SHAPE, 120, np.uint8),
        "light": np.full(SHAPE, 200, np.uint8),
    }


@pytest.fixture(scope="module")
def changes() -> dict[str, list[float]]:
    return {"dark": [0, 1, 5, 2, 0.5], "middle": [1] * 5, "light": [0] * 5}


def test_every_frame_of_every_film_travels_once_in_its_colours(films, changes):
    bench = timeline(films, changes, fps=18)
    assert [len(film) for film in bench.frames] == [6, 6, 6]
    for film, name in zip(bench.frames, bench.names, strict=True):
        shown = cv2.imdecode(np.frombuffer(film[3], np.uint8), cv2.IMREAD_COLOR)[..., ::-1]
        assert np.abs(shown.astype(int) - films[name][3]).max() <= 2
    assert bench.plan == {"width": 44, "height": 30, "fps": 18.0, "shown": 400, "most": 5.0}


@pytest.mark.parametrize("curtain", [0, 0.5, 1])
def test_the_curtain_parts_two_films_of_the_same_moment(films, changes, curtain):
    bench = timeline(films, changes)
    shown = bench.picture(2, curtain)
    cut = round(44 * curtain)
    assert (shown[:, : max(0, cut - 1)] == 40).all() and (shown[:, cut + 1 :] == 200).all()
    assert (bench.picture(2, 1, "middle")[:, :40] == 120).all()


def test_the_still_shows_the_largest_jump_and_says_it(films, changes):
    bench = timeline(films, changes, fps=10)
    assert bench.worst() == 3
    assert "Frame 4 of 6, at 0.30 s" in bench.words(3) and "dark 5.00" in bench.words(3)
    assert "Change" not in bench.words(0)
    data, _ = bench._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in data and bench.alt in data["text/html"]
    strips = [bench.strip(frame) for frame in (0, 5)]
    assert strips[0].shape == strips[1].shape and (strips[0] != strips[1]).any()


def test_what_does_not_fit_is_said_in_words(films, changes):
    one = {"dark": films["dark"]}
    with pytest.raises(ValueError, match="films: wanted two or more, got 1"):
        timeline(one, {"dark": changes["dark"]})
    with pytest.raises(ValueError, match="changes: wanted those of dark, middle, light"):
        timeline(films, {"dark": changes["dark"]})
    with pytest.raises(ValueError, match=r"changes\['light'\]: wanted 5 numbers"):
        timeline(films, changes | {"light": [0] * 6})
    with pytest.raises(ValueError, match=r"films\['light'\]"):
        timeline(films | {"light": films["light"][:, :20]}, changes)
    with pytest.raises(ValueError, match="fps"):
        timeline(films, changes, fps=0)
