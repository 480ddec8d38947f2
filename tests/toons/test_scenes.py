"""Scenes and films of scenes: a toon in a frame, replayed with another character."""

import numpy as np
import pytest

from unmasked import toons
from unmasked.toons import Performance, scenes


def rng(seed=0):
    return np.random.default_rng(seed)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: scenes.Layout((0, 90), 40, 40, 80, 0, 1, 2), ValueError, "shape: wanted 16…2048"),
        (lambda: scenes.Layout((90, 90), np.nan, 40, 80, 0, 1, 2), ValueError, "x: wanted a finite number, got nan"),
        (lambda: scenes.Layout((90, 90), 40, 40, 0, 0, 1, 2), ValueError, "side: wanted 1 or more, got 0"),
        (lambda: scenes.scene(5), TypeError, "generator"),
        (lambda: scenes.scene(rng(), identity="ada"), TypeError, "identity"),
        (lambda: scenes.render(toons.CAST["ada"], Performance(), None), TypeError, "layout"),
        (
            lambda: scenes.film(toons.CAST["ada"], np.zeros((0, 11)), scenes.sample_layout(rng())),
            ValueError,
            "performances: wanted 1 or more, got 0",
        ),
    ],
)
def test_mistakes_are_answered_in_words(call, error, words):
    with pytest.raises(error, match=words):
        call()


def test_a_scene_knows_where_its_toon_is():
    for seed in range(4):
        made = scenes.scene(rng(seed), shape=(120, 200), camera=None)
        assert made.picture.shape == (120, 200, 3) and made.mask.shape == made.parts.shape == (120, 200)
        portrait = toons.draw(made.identity, made.performance, scenes.PORTRAIT)
        moved = portrait.landmarks @ made.matrix[:, :2].T + made.matrix[:, 2]
        assert np.abs(moved - made.landmarks).max() < 0.01, "the matrix does not take the portrait to the frame"
        rows, columns = np.nonzero(made.mask > 127)
        nose = made.landmarks[toons.LANDMARKS["nose"]].mean(0)
        assert columns.min() < nose[0] < columns.max() and rows.min() < nose[1] < rows.max()
        assert 0 < nose[0] < 200 and 0 < nose[1] < 120, "the face lies outside the frame"


def test_a_scene_is_replayed_with_another_character():
    first = scenes.scene(rng(1), identity=toons.CAST["ada"], shape=(100, 140))
    again = scenes.render(first.identity, first.performance, first.layout)
    assert np.array_equal(first.picture, again.picture)
    clean = scenes.render(first.identity, first.performance, OFF_LAYOUT(first.layout))
    other = scenes.render(toons.CAST["bo"], first.performance, OFF_LAYOUT(first.layout))
    wall = (toons.part_mask(clean.parts, "background") > 0) & (toons.part_mask(other.parts, "background") > 0)
    wall[1:-1, 1:-1] &= wall[2:, 1:-1] & wall[:-2, 1:-1] & wall[1:-1, 2:] & wall[1:-1, :-2]
    assert wall.sum() > 1000 and np.abs(clean.picture[wall].astype(int) - other.picture[wall]).mean() < 0.5
    assert np.array_equal(clean.matrix, other.matrix)


def OFF_LAYOUT(layout):
    return scenes.Layout(**{**layout.__dict__, "camera": None})


def test_the_frames_of_a_film_are_its_scenes():
    layout = OFF_LAYOUT(scenes.sample_layout(rng(3), (90, 130)))
    acted = toons.smooth_track(rng(4), 5)
    film = scenes.film(toons.CAST["bo"], acted, layout)
    assert len(film) == 5 and film.pictures.shape == (5, 90, 130, 3) and film.landmarks.shape == (5, 68, 2)
    for number, performance in enumerate(acted):
        alone = scenes.render(toons.CAST["bo"], performance, layout)
        for name in ("picture", "mask", "parts", "landmarks", "matrix"):
            np.testing.assert_array_equal(getattr(film[number], name), getattr(alone, name), err_msg=name)
        assert film[number].performance == alone.performance


def test_one_camera_films_all_frames():
    layout = scenes.sample_layout(rng(3), (90, 130))
    film = scenes.film(toons.CAST["bo"], np.tile(Performance().to_array(), (3, 1)), layout)
    frames = film.pictures.astype(float)
    assert (frames[0] != frames[1]).any(), "the noise is new in every frame"
    assert np.ptp(frames.mean((1, 2)), axis=0).max() < 0.5, "the white balance changes within the film"
    np.testing.assert_array_equal(scenes.render(toons.CAST["bo"], Performance(), layout).picture, film.pictures[0])
