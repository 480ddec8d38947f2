"""New words for an old film: candidates, the median, teeth, the jaw, and the head's timing."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unmasked import faces, toons
from unmasked.makers import talking

JAW, SMILE = (toons.PARAMETERS.index(name) for name in ("jaw", "smile"))


@pytest.fixture(scope="module")
def clip():
    """Bo, forty frames: mouths of all kinds, the head turned a little."""
    generator = np.random.default_rng(3)
    acted = np.tile(toons.Performance().to_array(), (40, 1))
    acted[:, JAW], acted[:, SMILE] = generator.random(40), generator.uniform(-0.8, 0.9, 40)
    acted[:, 0], acted[:, 1] = generator.uniform(-8, 8, 40), generator.uniform(-5, 5, 40)
    acted[0, [0, 1, JAW]], acted[1, [0, 1, JAW]] = (0, 0, 0), (0, 0, 0.9)  # shut and wide open, the same pose
    drawn = faces.draw_faces(toons.CAST["bo"], acted, 128)
    return talking.TargetClip(drawn.pictures, drawn.landmarks)


def test_seen_from_the_nose_a_turned_head_counts_little(clip):
    acted = np.tile(toons.Performance(jaw=0.4).to_array(), (3, 1))
    acted[1, 0], acted[2, JAW] = 8, 0.8
    drawn = faces.draw_faces(toons.CAST["bo"], acted, 128)
    one = talking.TargetClip(drawn.pictures, drawn.landmarks)
    straight, turned, open_ = one.lips
    assert np.abs(turned - straight).mean() < 0.5 * np.abs(open_ - straight).mean()
    assert clip.mouths().shape == (40, 56, 72, 3)


def test_the_nearest_come_first_and_are_the_nearest(clip):
    wanted = clip.lips[7] + 0.01
    chosen, distances = talking.nearest(wanted, clip.lips, 6)
    assert chosen[0] == 7 and (np.diff(distances) >= 0).all()
    all_of_them = [np.hypot(*(one - wanted).T).mean() for one in clip.lips]
    np.testing.assert_allclose(distances, np.sort(all_of_them)[:6])
    np.testing.assert_array_equal(talking.nearest(wanted, clip.lips, 40)[0][:6], chosen)


def test_nearer_ones_count_more_and_one_counts_as_all():
    weights = talking.nearness(np.array([0.5, 1.0, 4.0]))
    assert weights.sum() == pytest.approx(1) and (np.diff(weights) < 0).all()
    np.testing.assert_allclose(talking.nearness(np.array([900.0])), [1])
    np.testing.assert_allclose(talking.nearness(np.full(4, 2.0)), 0.25)


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 9), st.integers(0, 10**6))
def test_the_median_is_the_value_at_which_half_the_weight_lies_below(count, seed):
    generator = np.random.default_rng(seed)
    pictures = generator.integers(0, 6, (count, 3, 5, 3), dtype=np.uint8)
    weights = generator.integers(1, 5, count).astype(float)
    found = talking.weighted_median(pictures, weights)
    # With whole weights: each picture so many times, and the lower of the two in the middle.
    repeated = np.sort(pictures.repeat(weights.astype(int), 0), axis=0)
    np.testing.assert_array_equal(found, repeated[(len(repeated) - 1) // 2])


def test_a_median_of_one_is_it_and_of_odd_equals_numpys():
    pictures = np.random.default_rng(0).integers(0, 256, (7, 4, 6, 3), dtype=np.uint8)
    np.testing.assert_array_equal(talking.weighted_median(pictures[:1], np.ones(1)), pictures[0])
    np.testing.assert_array_equal(talking.weighted_median(pictures, np.full(7, 0.1)), np.median(pictures, 0))
    np.testing.assert_array_equal(talking.weighted_median(pictures, np.eye(7)[3]), pictures[3])


def test_only_what_lies_between_the_lips_is_sharpened(clip):
    picture, lips = clip.pictures[1], clip.landmarks[1, toons.LANDMARKS["lips"]]
    sharp = talking.sharpen_teeth(picture, lips, 2.0)
    changed = np.argwhere((sharp != picture).any(-1))[:, ::-1]
    inner = lips[10:]
    assert len(changed) > 20
    assert (changed >= inner.min(0) - 4).all() and (changed <= inner.max(0) + 4).all()
    assert sharp.std() > picture.std() - 1e-9
    np.testing.assert_array_equal(talking.sharpen_teeth(picture, lips, 0), picture)


def test_a_jaw_goes_where_it_is_wanted(clip):
    """Shut made open, and open made shut: nearer to the true picture, and the eyes stay as they were."""
    for old, new in ((0, 1), (1, 0)):
        lines = clip.landmarks[:, toons.LANDMARKS["jaw"]]
        moved = talking.move_jaw(clip.pictures[old], lines[old], lines[new], clip.pictures[new])
        band = slice(96, 118), slice(20, 44)  # beside the mouth
        off = [np.abs(one[band].astype(float) - clip.pictures[new][band]).mean() for one in (clip.pictures[old], moved)]
        assert off[1] < 0.35 * off[0], (old, off)
        np.testing.assert_array_equal(moved[:40], clip.pictures[old][:40])
    still = talking.move_jaw(clip.pictures[0], lines[0], lines[0], clip.pictures[1])
    assert np.abs(still.astype(float) - clip.pictures[0]).max() <= 1


def test_how_a_jaw_falls_is_read_from_the_clip(clip):
    falls = talking.jaw_falls(clip)
    assert falls.shape == (17,) and np.abs(falls[[0, 1, 15, 16]]).max() < 0.03
    assert (falls[5:12] > 0.3).all() and falls[5:12].max() < 0.5
    np.testing.assert_allclose(falls, falls[::-1], atol=0.05)


def test_a_face_says_what_is_wanted(clip):
    """Its own mouths, wanted in other frames: nearer to them than the frames were."""
    wanted, frames = clip.lips[[1, 0, 5]], np.array([0, 1, 0])
    made = talking.talk(clip, wanted, frames, 3)
    assert made.shape == (3, 128, 128, 3)
    for picture, frame, lips in zip(made, frames, wanted, strict=True):
        truth = clip.pictures[(np.abs(clip.lips - lips).sum((1, 2))).argmin()]
        box = slice(72, 108), slice(40, 88)
        new, old = (np.abs(one[box].astype(float) - truth[box]).mean() for one in (picture, clip.pictures[frame]))
        assert new < 0.6 * old
        np.testing.assert_array_equal(picture[:40], clip.pictures[frame][:40])
    same = talking.talk(clip, clip.lips[3:6], np.arange(3, 6), 1, teeth=0)
    assert np.abs(same.astype(float) - clip.pictures[3:6]).mean() < 0.6, "its own mouths in its own frames"


def test_a_mouth_that_somebody_drew_is_laid_in(clip):
    red = np.zeros((2, 56, 72, 3), np.uint8)
    red[..., 0] = 255
    made = talking.talk(clip, clip.lips[:2], mouths=red, teeth=0, jaw=False)
    for picture, nose, lips in zip(made, clip.noses, clip.lips, strict=False):
        x, y = np.rint(nose + lips.mean(0)).astype(int)
        np.testing.assert_array_equal(picture[y, x], [255, 0, 0])
        assert (picture[:50] == clip.pictures[0][:50]).mean() > 0.3


# --- the head ---------------------------------------------------------------------------------------------------------


def price(path, motion, loudness, cost):
    moving, pausing = motion / motion.max(), (1 - loudness / (0.2 * loudness.max())).clip(0)
    return sum(cost if t and path[t - 1] == at else pausing[t] * moving[at] for t, at in enumerate(path))


def all_paths(count, moments):
    for start in range(count):
        for held in itertools.product((0, 1), repeat=moments - 1):
            path = start + np.cumsum([0, *(1 - one for one in held)])
            if path[-1] < count and np.bincount(path).max() <= 2:
                yield path


@settings(max_examples=60, deadline=None)
@given(st.integers(3, 6), st.integers(1, 6), st.integers(0, 10**6), st.sampled_from([0.0, 0.05, 0.4]))
def test_no_other_way_through_the_film_is_cheaper(count, moments, seed, cost):
    generator = np.random.default_rng(seed)
    moments = min(moments, 2 * count)
    motion, loudness = generator.random(count), 0.3 * generator.random(moments)
    loudness[generator.integers(moments)] = 1
    path = talking.retimed(motion, loudness, cost)
    assert len(path) == moments and set(np.diff(path)) <= {0, 1} and np.bincount(path).max() <= 2
    best = min(price(other, motion, loudness, cost) for other in all_paths(count, moments))
    assert price(path, motion, loudness, cost) == pytest.approx(best, abs=1e-9)


def test_the_head_rests_in_a_pause():
    motion = np.tile([1.0, 1, 1, 1, 0, 0, 0, 0], 6)
    loudness = np.tile([0.0, 0, 0, 1, 1, 1, 1, 1], 4)
    path = talking.retimed(motion, loudness)
    assert motion[path][loudness == 0].mean() < 0.4 * motion.mean()


def test_head_motion_is_how_far_the_nose_goes():
    marks = np.zeros((3, 68, 2))
    marks[1:, talking.NOSE] = (3, 4)
    np.testing.assert_allclose(talking.head_motion(marks), [0, 5, 0])


LIPS = np.zeros((4, 18, 2))


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda c: talking.TargetClip(c.pictures[:, :64], c.landmarks), ValueError, r"pictures: wanted shape \(N, 128"),
        (lambda c: talking.TargetClip(c.pictures, c.landmarks[:5]), ValueError, r"landmarks: wanted shape \(40, 68, 2"),
        (lambda c: talking.nearest(LIPS[0], LIPS, 5), ValueError, "count: wanted a whole number, 1…4"),
        (lambda c: talking.weighted_median(c.pictures[:3], np.zeros(3)), ValueError, "weights: wanted 0 or more each"),
        (lambda c: talking.weighted_median(c.pictures[:3], np.ones(2)), ValueError, r"weights: wanted shape \(3,\)"),
        (lambda c: talking.sharpen_teeth(c.pictures[0], LIPS[0], 9), ValueError, "amount"),
        (lambda c: talking.talk(c, LIPS, np.arange(3)), ValueError, "frames: wanted whole numbers, one for each of 4"),
        (lambda c: talking.talk(c, LIPS, np.arange(4) + 37), ValueError, "frames: wanted 0…39, got 37…40"),
        (lambda c: talking.talk(c, LIPS, count=41), ValueError, "count: wanted a whole number, 1…40"),
        (lambda c: talking.retimed(np.ones(4), np.ones(9)), ValueError, "motion: wanted 5 frames or more for 9"),
        (lambda c: talking.retimed(-np.ones(4), np.ones(4)), ValueError, "motion and loudness: wanted 0 or more"),
    ],
)
def test_wrong_input_is_worded(call, error, words, clip):
    with pytest.raises(error, match=words):
        call(clip)
