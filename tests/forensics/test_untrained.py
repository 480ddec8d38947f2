"""Examiners without training: what they compare, that the camera counts little, and words for what is no clip."""

import numpy as np
import pytest

from unmasked.forensics import untrained
from unmasked.forensics.untrained import NearestFeatures, RebuildError, features_of
from unmasked.makers import built_in, forge


def test_a_face_that_an_autoencoder_drew_is_rebuilt_better(clip):
    examiner = RebuildError()
    (real,) = examiner(clip.frames, clip.landmarks).values()
    fake = forge(built_in()["feathered swap"], clip, 0)
    (forged,) = examiner(fake.frames, clip.landmarks).values()
    assert np.isfinite([real, forged]).all() and forged != real


def test_features_say_how_a_picture_is_made_and_are_one_row_a_frame(clip):
    found = features_of(clip.frames, clip.landmarks)
    assert found.shape == (4, 48) and np.isfinite(found).all() and (found >= 0).all()
    dark = clip.frames // 2 + 20  # so that nothing is cut off below
    rough = dark + np.random.default_rng(0).normal(0, 12, dark.shape)
    plain, rough, brighter = (
        features_of(np.rint(one).clip(0, 255).astype(np.uint8), clip.landmarks) for one in (dark, rough, dark + 40.0)
    )
    np.testing.assert_allclose(brighter, plain, atol=1e-4)
    assert np.abs(rough - plain).mean() > 100 * np.abs(brighter - plain).mean()


def test_a_known_clip_is_nearest_to_its_own_kind(clip):
    known = features_of(clip.frames, clip.landmarks)
    away = known + 3 * known.std() + 0.1
    assert NearestFeatures(away, known)(clip.frames, clip.landmarks)["nearest features"] > 0
    assert NearestFeatures(known, away)(clip.frames, clip.landmarks)["nearest features"] < 0


def test_a_bank_is_made_of_recordings_and_of_the_older_makers_fakes():
    examiner = untrained.bank(1)
    levels = len(untrained.LEVELS)
    assert len(examiner.real) == 8 * levels and len(examiner.fake) == 8 * levels * len(built_in())


def test_other_clips_and_banks_are_told(clip):
    with pytest.raises(TypeError, match="frames"):
        RebuildError()(clip.frames.astype(float), clip.landmarks)
    with pytest.raises(ValueError, match="landmarks"):
        features_of(clip.frames, clip.landmarks[:2])
    with pytest.raises(ValueError, match="fake"):
        NearestFeatures(np.zeros((3, 4)), np.zeros((3, 5)))
    with pytest.raises(ValueError, match="characters"):
        untrained.bank(0)
