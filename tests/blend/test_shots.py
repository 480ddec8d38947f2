"""Shots: what the forger has, what the truth is, and that a clip is filmed by one camera."""

from dataclasses import replace

import numpy as np
import pytest
from stand_in import StandIn

from unmasked import blend, extract, toons
from unmasked.toons import scenes

LAYOUT = scenes.Layout((120, 150), 75, 62, 105, 3.0, 5, 7)
SHIFT = np.zeros((68, 2))


@pytest.fixture(scope="module")
def clip():
    performances = toons.smooth_track(np.random.default_rng(2), 3)
    return performances, blend.shoot_clip(StandIn(), performances, LAYOUT, SHIFT)


def test_the_forger_gets_what_the_camera_recorded(clip):
    performances, shots = clip
    here = scenes.render(toons.CAST["kit"], performances[0], LAYOUT)
    np.testing.assert_array_equal(shots[0].frame, here.picture)
    np.testing.assert_array_equal(shots[0].landmarks, here.landmarks)
    np.testing.assert_array_equal(shots[0].matrix, extract.align_matrix(here.landmarks))
    clean = scenes.render(toons.CAST["kit"], performances[0], replace(LAYOUT, camera=None)).picture
    assert (shots[0].frame != clean).any()
    assert shots[0].crop.shape == (64, 64, 3)


def test_one_shot_is_the_first_of_its_clip(clip):
    performances, shots = clip
    alone = blend.shoot(StandIn(), toons.Performance.from_array(performances[0]), LAYOUT, SHIFT)
    for name in ("frame", "truth", "true_mask", "true_parts", "landmarks", "crop", "crop_landmarks"):
        np.testing.assert_array_equal(getattr(alone, name), getattr(shots[0], name), err_msg=name)


def test_a_camera_keeps_its_white_balance_over_the_clip():
    still = np.repeat(toons.Performance().to_array()[None], 3, 0)
    frames = np.stack([shot.frame for shot in blend.shoot_clip(StandIn(), still, LAYOUT, SHIFT)]).astype(float)
    assert (frames[0] != frames[1]).any(), "the noise is new in every frame"
    assert np.ptp(frames.mean((1, 2)), axis=0).max() < 0.5


def test_measures_of_the_untouched_frame_and_of_the_truth(clip):
    shot = clip[1][0]
    mask = shot.mask.astype(np.float32) / 255
    untouched = shot.measure(blend.PutBack(shot.frame, mask, shot.frame))
    perfect = shot.measure(blend.PutBack(shot.truth, mask, shot.truth))
    assert untouched["score"] == 0 and perfect["score"] == 1
    assert perfect["error"] == 0 and perfect["step"] == perfect["true_step"]
    made = shot.put_back(blend.Recipe("given", feather=4))
    assert set(shot.measure(made)) == {"score", "error", "step", "true_step", "mask_error"}


def test_an_empty_clip_is_refused_in_words():
    with pytest.raises(ValueError, match=r"performances: wanted 1 or more, got 0"):
        blend.shoot_clip(StandIn(), np.zeros((0, 11), np.float32), LAYOUT, SHIFT)
    with pytest.raises(ValueError, match="no character is called 'nobody'"):
        blend.shoot(StandIn(), toons.Performance(), LAYOUT, SHIFT, body="nobody")
