"""The seven clues: each answers to the fault that it is made for."""

import cv2
import numpy as np
import pytest

from unmasked import makers, toons
from unmasked.forensics import clues


def test_the_seven_give_finite_numbers(clip):
    values = clues.clue_values(clip.frames, clip.landmarks)
    assert list(values) == list(clues.CLUES) and len(values) == 7
    assert np.isfinite(list(values.values())).all()


def faulty(seen, fault):
    crops, inside, around = seen
    return fault(crops.copy(), inside), inside, around


def softened(crops, inside):
    soft = np.stack([cv2.GaussianBlur(one, (0, 0), 2.0) for one in crops])
    return np.where(inside[..., None], soft, crops)


def tinted(crops, inside):
    return np.where(inside[..., None], np.clip(crops.astype(int) + np.array([18, -12, 6]), 0, 255), crops).astype(
        np.uint8
    )


def boxed(crops, inside):
    crops[:, 12:80, 14:82] = np.clip(crops[:, 12:80, 14:82].astype(int) + 25, 0, 255)
    return crops


def grainy(crops, inside):
    noise = np.random.default_rng(0).normal(0, 14, crops.shape)
    return np.where(inside[..., None], np.clip(crops + noise, 0, 255), crops).astype(np.uint8)


def shaken(crops, inside):
    moved = np.stack([np.roll(one, 2 * (t % 2) - 1, 1) for t, one in enumerate(crops)])
    return np.where(inside[..., None], moved, crops)


@pytest.mark.parametrize(
    ("clue", "fault"),
    [
        ("blur ratio", softened),
        ("boundary step", tinted),
        ("boundary step", boxed),
        ("spectrum", softened),
        ("noise residual", softened),
        ("flicker", shaken),
    ],
)
def test_a_clue_rises_with_its_fault(seen, clue, fault):
    before = clues.CLUES[clue](*seen)
    after = clues.CLUES[clue](*faulty(seen, fault))
    assert after > before, f"{clue}: {before:.3f} on the recording, {after:.3f} with the fault"


def test_grain_is_missed_when_it_lacks_and_forgiven_when_it_abounds(seen):
    value = clues.CLUES["noise residual"]
    assert value(*faulty(seen, grainy)) < value(*seen) < value(*faulty(seen, softened))


def test_news_that_stops_at_the_face_is_told_from_news_that_goes_on(seen):
    crops, inside, around = seen
    through, stopped = crops.copy(), crops.copy()
    for t in range(len(crops)):
        strip = np.zeros(crops.shape[1:3], bool)
        strip[:, 20 * t : 20 * t + 20] = True
        through[t][strip] = 250
        stopped[t][strip & ~inside[t]] = 250
    values = [clues.occlusion(one, inside, around) for one in (through, stopped)]
    assert values[1] > values[0] + 0.3


def test_a_second_jaw_raises_the_double_edge():
    side = 96
    y, x = np.mgrid[:side, :side]
    radius = np.hypot(x - 48, y - 40)
    inside = np.repeat((radius < 30)[None], 3, 0)
    around = np.repeat(((radius >= 30) & (radius < 40))[None], 3, 0)
    one = np.where(radius < 34, 200, 80)
    two = np.where(radius < 27, 150, one)
    values = [
        clues.double_edge(np.repeat(np.repeat(face[None, ..., None], 3, -1), 3, 0).astype(np.uint8), inside, around)
        for face in (one, two)
    ]
    assert values[1] > values[0] + 0.2


def test_a_hand_in_front_is_no_fault():
    """A real hand crosses the outline: far less is missing inside than when the face was painted over it."""
    real = makers.record(toons.sample_identity(28), 3, frames=6, hand=True)
    painted = makers.forge(makers.built_in()["feathered swap"], real, 0)
    values = [clues.clue_values(frames, real.landmarks)["occlusion"] for frames in (real.frames, painted.frames)]
    assert values[1] > values[0]


def test_brighter_recordings_do_not_look_forged(seen):
    """Ratios: a camera with more gain changes the clues far less than a fault does."""
    crops, inside, around = seen
    for name in ("blur ratio", "spectrum", "flicker"):
        dark = clues.CLUES[name]((crops * 0.7).astype(np.uint8), inside, around)
        assert dark == pytest.approx(clues.CLUES[name](crops, inside, around), abs=0.35), name
