"""Bad frames are found, and filled by what lies between."""

import numpy as np
import pytest

from unmasked import film
from unmasked.film.repair import flows


def boxes(places, size=(40, 64)):
    """A textured square on a textured wall, its left edge at each of the places."""
    wall = np.random.default_rng(0).integers(60, 120, (*size, 3), dtype=np.uint8)
    square = np.random.default_rng(1).integers(140, 255, (16, 16, 3), dtype=np.uint8)
    clip = np.repeat(wall[None], len(places), 0)
    for frame, x in zip(clip, places, strict=True):
        frame[12:28, x : x + 16] = square
    return clip


def off(a, b):
    return np.abs(a.astype(float) - b).mean()


def marks(count=12, seed=0):
    face = np.random.default_rng(seed).uniform(20, 80, (68, 2))
    face[36], face[45] = (30, 40), (70, 40)
    return face + 0.5 * np.arange(count)[:, None, None]


def test_a_given_flow_moves_both_frames_to_the_middle():
    before, after = boxes([10, 18])
    forward, backward = np.zeros((2, 40, 64, 2), np.float32)
    forward[..., 0], backward[..., 0] = 8, -8
    for t, x in ((0.25, 12), (0.5, 14), (0.75, 16)):
        made = film.by_flow(before, after, forward, backward, t)
        np.testing.assert_array_equal(made[12:28, x : x + 16], boxes([x])[0][12:28, x : x + 16])
    np.testing.assert_array_equal(film.by_flow(before, after, forward, backward, 0), before)
    np.testing.assert_array_equal(film.by_flow(before, after, forward, backward, 1), after)
    up = np.zeros((40, 64, 2), np.float32)
    up[..., 1] = -4
    made = film.by_flow(before, np.roll(before, -4, 0), up, -up, 0.5)
    np.testing.assert_array_equal(made[6:30], np.roll(before, -2, 0)[6:30])


def test_flow_draws_what_lies_between_and_a_crossfade_shows_it_twice():
    before, middle, after = boxes([20, 23, 26])
    flowed, faded = film.in_between(before, after), film.crossfade(before, after)
    place = (slice(13, 27), slice(24, 38))
    assert off(flowed[place], middle[place]) < 0.4 * off(faded[place], middle[place])
    np.testing.assert_array_equal(film.in_between(before, before, 0.3), before)
    forward, backward = flows(before, after)
    assert forward[16:24, 24:32, 0].mean() == pytest.approx(6, abs=1)
    assert backward[16:24, 30:38, 0].mean() == pytest.approx(-6, abs=1)


def test_a_crossfade_is_a_mixture():
    before, after = boxes([5, 30])
    np.testing.assert_array_equal(film.crossfade(before, after, 0), before)
    np.testing.assert_array_equal(film.crossfade(before, after, 1), after)
    expected = np.rint(0.75 * before.astype(float) + 0.25 * after)
    np.testing.assert_array_equal(film.crossfade(before, after, 0.25), expected)


def test_bad_frames_are_filled_from_their_neighbours():
    clip = boxes([10, 12, 14, 16, 18, 20])
    bad = np.array([True, False, True, True, False, True])
    asked = []

    def between(before, after, t):
        asked.append((before is not after, t))
        return film.crossfade(before, after, t)

    filled = film.fill(clip, bad, between)
    np.testing.assert_array_equal(filled[[0, 1, 4, 5]], clip[[1, 1, 4, 4]])
    np.testing.assert_array_equal(filled[2], film.crossfade(clip[1], clip[4], 1 / 3))
    assert asked == [(True, pytest.approx(1 / 3)), (True, pytest.approx(2 / 3))]
    np.testing.assert_array_equal(clip, boxes([10, 12, 14, 16, 18, 20]))
    np.testing.assert_array_equal(film.fill(clip, np.zeros(6, bool)), clip)


def test_missing_jumping_unsure_and_blurred_frames_are_bad():
    landmarks = marks()
    assert not film.bad_frames(landmarks).any(), "steady motion is no jump"
    landmarks[3] = np.nan
    landmarks[7] += 12
    scores, sharpness = np.full(12, 0.9), np.full(12, 200.0)
    scores[9], sharpness[[1, 3]] = 0.2, (60, np.nan)
    assert np.flatnonzero(film.bad_frames(landmarks)).tolist() == [3, 7]
    assert np.flatnonzero(film.bad_frames(landmarks, scores, sharpness)).tolist() == [1, 3, 7, 9]
    assert np.flatnonzero(film.bad_frames(landmarks, jump=0.5)).tolist() == [3]


def test_a_face_that_jumps_and_stays_is_a_cut_and_not_bad():
    landmarks = marks()
    landmarks[6:] += 40
    assert not film.bad_frames(landmarks)[[0, 1, 2, 3, 8, 9, 10, 11]].any()


CLIP = boxes([4, 8, 12])
FLOW = np.zeros((40, 64, 2), np.float32)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: film.by_flow(CLIP[0], CLIP[1], FLOW[:9], FLOW, 0.5), ValueError, "forward: wanted shape"),
        (lambda: film.by_flow(CLIP[0], CLIP[1], FLOW, FLOW.astype(int), 0.5), TypeError, "backward.*floats"),
        (lambda: film.in_between(CLIP[0], CLIP[1], 1.5), ValueError, "t: wanted 0…1"),
        (lambda: film.in_between(CLIP[0], CLIP[1][:30]), ValueError, "after: wanted 40 × 64"),
        (lambda: film.in_between(CLIP[0][:9], CLIP[1][:9]), ValueError, "before: wanted at least 16 × 16"),
        (lambda: film.crossfade(CLIP[0] / 255, CLIP[1]), TypeError, "before.*float64"),
        (lambda: film.fill(CLIP, np.ones(3, bool)), ValueError, "bad: all frames are"),
        (lambda: film.fill(CLIP, np.ones(2, bool)), ValueError, r"bad: wanted bool \(3,\)"),
        (lambda: film.fill(CLIP, [0, 1, 0]), ValueError, "bad: wanted bool"),
        (lambda: film.bad_frames(np.full((3, 68, 2), np.nan)), ValueError, "landmarks: no frame"),
        (lambda: film.bad_frames(marks(), np.ones(3)), ValueError, "scores: wanted one a frame"),
        (lambda: film.bad_frames(marks(), jump=-1), ValueError, "jump"),
    ],
)
def test_wrong_input_is_worded(call, error, words):
    with pytest.raises(error, match=words):
        call()
