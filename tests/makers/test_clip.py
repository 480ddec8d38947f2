"""Recordings, and the words for what is no fake."""

from types import SimpleNamespace

import numpy as np
import pytest

from unmasked import toons
from unmasked.makers import Fake, MakerError, checked_fake, forge, laying, record
from unmasked.makers.clip import sample_camera


def test_a_recording_has_everything_an_examiner_and_a_forger_need(clip):
    assert clip.frames.shape == (4, 96, 96, 3) and clip.frames.dtype == np.uint8
    assert clip.landmarks.shape == (4, 68, 2) and np.isfinite(clip.landmarks).all()
    assert clip.masks.shape == (4, 96, 96) and clip.masks.max() == 255
    assert clip.performances.shape == (4, 11) and len(clip) == 4
    assert (clip.landmarks.min() > -10) and (clip.landmarks.max() < 106), "the head leaves the picture"


def test_a_recording_is_fixed_by_character_and_seed():
    one, again = (record(toons.sample_identity(4), 1, frames=3) for _ in range(2))
    np.testing.assert_array_equal(one.frames, again.frames)
    assert not np.array_equal(one.frames, record(toons.sample_identity(4), 2, frames=3).frames)
    assert not np.array_equal(one.frames, record(toons.sample_identity(5), 1, frames=3).frames)


def test_sides_may_differ_from_the_default():
    small = record(toons.sample_identity(4), 1, frames=3, side=64)
    assert small.frames.shape == (3, 64, 64, 3)


def test_a_hand_hides_part_of_the_face():
    bare, hidden = (record(toons.sample_identity(8), 5, frames=4, hand=hand) for hand in (False, True))
    assert hidden.hand and not bare.hand
    assert hidden.masks.sum() < bare.masks.sum()


def test_every_recording_has_grain_and_cameras_differ():
    """The camera comes first: no recording has a flat wall, and clips differ in how much grain they carry."""
    strengths = [laying.noise_of(record(toons.sample_identity(30 + i), i, frames=3)) for i in range(8)]
    assert min(strengths) > 0.4, "a recording without grain betrays itself"
    assert max(strengths) > 1.5 * min(strengths)
    cameras = [sample_camera(np.random.default_rng(i)) for i in range(20)]
    assert len({one.jpeg_quality for one in cameras}) > 3 and all(one.noise >= 1 for one in cameras)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: record("ada", 0), TypeError, "identity.*str"),
        (lambda: record(toons.sample_identity(1), -1), ValueError, "seed.*-1"),
        (lambda: record(toons.sample_identity(1), 0, frames=2), ValueError, "frames.*3…500"),
        (lambda: record(toons.sample_identity(1), 0, frames=3.5), TypeError, "frames.*float"),
        (lambda: record(toons.sample_identity(1), 0, side=20), ValueError, "side"),
    ],
)
def test_recordings_refuse_in_words(call, error, words):
    with pytest.raises(error, match=words):
        call()


def spoiled(clip, **change):
    frames, masks = clip.frames.copy(), np.ones(clip.masks.shape, np.float32)
    frames[:] = 7
    return Fake(change.get("frames", frames), change.get("masks", masks))


def nan_masks(clip):
    masks = np.ones(clip.masks.shape, np.float32)
    masks[0, 0, 0] = np.nan
    return masks


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda c: None, "wanted a Fake with frames and masks, got NoneType"),
        (lambda c: spoiled(c, frames=c.frames / 255), "frames: wanted a NumPy array of uint8, got ndarray of float64"),
        (lambda c: spoiled(c, frames=c.frames[:2]), r"frames: wanted shape \(4, 96, 96, 3\), got \(2, 96, 96, 3\)"),
        (lambda c: spoiled(c, frames=[1, 2]), "frames: wanted.*got list"),
        (lambda c: spoiled(c, frames=c.frames.copy()), "nothing was forged"),
        (lambda c: spoiled(c, masks=c.masks), "masks: wanted.*floats, got ndarray of uint8"),
        (lambda c: spoiled(c, masks=np.ones(c.frames.shape, np.float32)), r"masks: wanted shape \(4, 96, 96\)"),
        (lambda c: spoiled(c, masks=nan_masks(c)), "NaN"),
        (lambda c: spoiled(c, masks=255 * np.ones(c.masks.shape, np.float32)), "0…1, got 255"),
        (lambda c: spoiled(c, masks=np.zeros(c.masks.shape, np.float32)), "the mask is empty"),
    ],
)
def test_what_is_no_fake_is_said_in_words(clip, make, words):
    with pytest.raises(MakerError, match=words) as told:
        forge(SimpleNamespace(name="stranger", make=lambda given, rng: make(given)), clip, 0)
    assert str(told.value).startswith("stranger: ")


@pytest.mark.parametrize("error", [KeyError("face"), SystemExit(3), ZeroDivisionError("division by zero")])
def test_a_maker_that_raises_is_said_in_words(clip, error):
    def make(given, rng):
        raise error

    with pytest.raises(MakerError, match=f"stranger: it raised {type(error).__name__}"):
        forge(SimpleNamespace(name="stranger", make=make), clip, 0)


def test_a_maker_that_spoils_its_clip_spoils_a_copy(clip):
    before = clip.frames.copy()

    def make(given, rng):
        given.frames[:] = 0
        given.landmarks[:] = np.nan
        return Fake(given.frames, np.ones(given.masks.shape))

    fake = forge(SimpleNamespace(name="rough", make=make), clip, 0)
    np.testing.assert_array_equal(clip.frames, before)
    assert fake.masks.dtype == np.float32


def test_a_pair_of_arrays_is_a_fake_too(clip):
    fake = checked_fake((255 - clip.frames, np.ones(clip.masks.shape, np.float32)), clip, "pair")
    assert isinstance(fake, Fake)


def test_makers_error_is_a_value_error():
    assert issubclass(MakerError, ValueError)
