"""Quality: the truth scores 1, the recording 0, and the truth is filmed by the same camera."""

from dataclasses import replace

import numpy as np
import pytest

from unmasked import makers, toons
from unmasked.forensics import quality
from unmasked.makers import Fake
from unmasked.makers.clip import recorded_again


@pytest.fixture(scope="module", params=[0, 5])
def clip(request):
    """One without a hand in front and one with a hand."""
    return makers.record(toons.sample_identity(8), request.param, frames=3)


@pytest.fixture(scope="module")
def other(clip):
    return toons.with_expression(clip.performances, toons.smooth_track(np.random.default_rng(1), len(clip)))


def test_the_same_performances_give_the_same_recording(clip):
    np.testing.assert_array_equal(recorded_again(clip, clip.performances), clip.frames)


def test_another_expression_changes_the_face_and_little_else(clip, other):
    changed = np.abs(recorded_again(clip, other).astype(int) - clip.frames).mean(-1)
    inside, outside = changed[clip.masks > 127], changed[:, :12]
    # JPEG carries a little of the change beyond the face; the grain of the wall stays what it was.
    assert inside.mean() > 4 * outside.mean() and np.median(outside) <= 1


def test_truth_is_one_recording_is_zero_and_halfway_between(clip, other):
    masks, truth = (clip.masks > 127).astype(np.float32), recorded_again(clip, other)
    assert quality.explained(Fake(truth, masks, other), clip) == 1
    assert quality.explained(Fake(clip.frames, masks, other), clip) == 0
    half = np.rint((truth.astype(float) + clip.frames) / 2).astype(np.uint8)
    assert quality.explained(Fake(half, masks, other), clip) == pytest.approx(0.75, abs=0.02)
    assert quality.explained(Fake(255 - clip.frames, masks, other), clip) < 0


def test_who_does_not_say_what_it_shows_is_not_measured(clip):
    masks = np.ones(clip.masks.shape, np.float32)
    assert quality.explained(Fake(255 - clip.frames, masks), clip) is None
    assert quality.explained(Fake(255 - clip.frames, masks, clip.performances), clip) is None


def test_what_can_not_be_filmed_again_is_refused_in_words(clip, other):
    with pytest.raises(ValueError, match=r"performances: wanted shape \(3, 11\)"):
        recorded_again(clip, other[:2])
    with pytest.raises(ValueError, match="yaw"):
        recorded_again(clip, other + 500)
    asked_for = makers.record(clip.identity, clip.seed, frames=3, hand=not clip.hand)
    assert np.isfinite(recorded_again(asked_for, other)).all(), "a hand that was asked for or kept away is no hindrance"
    with pytest.raises(ValueError, match="can't be filmed again"):
        recorded_again(replace(clip, frames=255 - clip.frames), other)


def test_the_courses_swaps_say_what_they_show():
    clip = makers.record(toons.sample_identity(8), 0, frames=3)
    for name, maker in makers.built_in().items():
        fake = makers.forge(maker, clip, 0)
        assert fake.performances.shape == (3, 11), name
        assert np.isfinite(quality.explained(fake, clip))


def test_who_hardly_forges_is_told_from_who_forges(clip, other):
    face, truth = (clip.masks > 127).astype(np.float32), recorded_again(clip, other)
    whole = quality.measured(Fake(truth, face, other), clip)
    assert (whole.explained, whole.share, whole.moved) == (1, 1, 1) and whole.is_forged
    frames, spot = clip.frames.copy(), np.zeros_like(face)
    frames[0, 40, 40], spot[0, 40, 40] = 255 - frames[0, 40, 40], 1
    dot = quality.measured(Fake(frames, spot, other), clip)
    assert dot.share < 0.01 and dot.moved < 0.05 and not dot.is_forged
    claimed = quality.measured(Fake(frames, face, other), clip)
    assert claimed.share == 1 and not claimed.is_forged, "a mask alone forges nothing"
