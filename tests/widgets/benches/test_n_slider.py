"""The n slider: every n is drawn, the mouths in their places, the curves, and words about what doesn't fit."""

import numpy as np
import pytest

from unmasked.widgets.benches.n_slider import ACROSS, DOWN, SCORES, n_slider

T, SHAPE = 8, (8, 40, 52, 3)


@pytest.fixture
def parts() -> dict:
    rng = np.random.default_rng(0)
    films = {n: rng.integers(0, 255, SHAPE, dtype=np.uint8) for n in (1, 4, 16)}
    scores = {n: {"flicker": 4 / n, "sharpness": 1 - n / 20, "error": 3.0} for n in films}
    mouths = np.arange(30, dtype=np.uint8)[:, None, None, None] * np.ones((30, 12, 20, 3), np.uint8) * 8
    nearest = np.stack([rng.permutation(30)[:16] for _ in range(T)])
    truth = np.full(SHAPE, 90, np.uint8)
    return {"films": films, "truth": truth, "scores": scores, "mouths": mouths, "nearest": nearest}


@pytest.mark.parametrize("n", [1, 4, 16])
@pytest.mark.parametrize("frame", [1, T])
def test_every_n_is_drawn_at_both_ends(parts, n, frame):
    shown = n_slider(**parts).draw({"n": n, "frame": frame})
    assert len(shown.panels) == 4 and len(shown.meters) == 3
    assert f"Over all 0.32 seconds, n = {n}: flicker {4 / n:.2f}" in shown.words
    assert f"Frame {frame} of 8" in shown.words


def test_panels_keep_their_size_whatever_n_is(parts):
    bench = n_slider(**parts)
    sizes = {n: [panel.picture.shape for panel in bench.draw({"n": n, "frame": 2}).panels] for n in (1, 4, 16)}
    assert sizes[1] == sizes[4] == sizes[16]


def test_the_nearest_mouth_comes_first_and_as_many_as_fit(parts):
    bench = n_slider(**parts)
    for n, shown in ((1, 1), (4, 4), (16, ACROSS * DOWN)):
        panel = bench.draw({"n": n, "frame": 3}).panels[2]
        assert set(np.unique(panel.picture[..., 3])) <= {0, 255}, "no white block in a dark theme"
        grey = set(np.unique(panel.picture[panel.picture[..., 3] > 0][:, :3]))
        assert grey == {8 * int(which) for which in parts["nearest"][2, :shown]}, n
        assert panel.picture[4, 4, 0] == 8 * parts["nearest"][2, 0]
    assert "nearest 12 of 16" in panel.title


def test_it_opens_at_the_largest_jump_of_the_smallest_n(parts):
    calm = np.full(SHAPE, 50, np.uint8)
    calm[5:] = 200
    bench = n_slider(**{**parts, "films": parts["films"] | {1: calm}})
    assert bench.settings == {"n": 1, "frame": 6}
    assert [step["frame"] for step in bench.track] == list(range(1, T + 1))


def test_the_curve_marks_another_n(parts):
    bench = n_slider(**parts)
    curves = [bench.draw({"n": n, "frame": 1}).panels[3].picture for n in (1, 16)]
    assert (curves[0] != curves[1]).any()


@pytest.mark.parametrize(
    ("changed", "error", "words"),
    [
        ({"films": {1: np.zeros(SHAPE, np.uint8)}}, ValueError, "films: wanted two n or more"),
        ({"films": {0: np.zeros(SHAPE, np.uint8), 2: np.zeros(SHAPE, np.uint8)}}, ValueError, "films"),
        ({"truth": np.zeros((8, 40, 51, 3), np.uint8)}, ValueError, r"films\[1\]"),
        ({"scores": {1: dict.fromkeys(SCORES, 0.0)}}, ValueError, "scores: wanted those of n"),
        ({"scores": {n: {"flicker": 1.0, "error": 2.0} for n in (1, 4, 16)}}, TypeError, "sharpness"),
        ({"nearest": np.full((T, 4), 30)}, ValueError, "nearest: wanted places in 30 mouths"),
        ({"nearest": np.zeros((T - 1, 4))}, ValueError, "nearest"),
        ({"mouths": np.zeros((3, 12, 20), np.uint8)}, ValueError, "mouths"),
    ],
)
def test_what_does_not_fit_is_said_in_words(parts, changed, error, words):
    with pytest.raises(error, match=words):
        n_slider(**{**parts, **changed})
