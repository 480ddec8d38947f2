"""Fakes made of recordings alone."""

import numpy as np
import pytest

from unmasked import makers, toons
from unmasked.forensics import self_blended


def noise(*shape, seed=0):
    return np.random.default_rng(seed).integers(0, 256, shape).astype(np.uint8)


def test_a_self_blended_clip_is_a_fake_of_its_own_recording(clip):
    fakes = [makers.forge(self_blended.SelfBlended(), clip, seed) for seed in range(10)]
    inside, untouched = [], []
    for fake in fakes:
        changed = np.abs(fake.frames.astype(int) - clip.frames).max(-1)
        inside += [change[mask > 0.9].mean() for change, mask in zip(changed, fake.masks, strict=True)]
        untouched += [change[mask == 0].max() == 0 for change, mask in zip(changed, fake.masks, strict=True)]
        assert 0.01 < fake.masks.mean() < 0.6
    assert np.median(inside) > 1
    # In about one of five it is the surroundings that were changed, and the face is the recording's own.
    assert 0.6 < np.mean(untouched) < 1.0
    assert len({fake.frames.tobytes() for fake in fakes}) == 10


def test_pictures_need_not_be_square():
    clip = makers.record(toons.sample_identity(52), 0, frames=3)
    picture, landmarks = clip.frames[0][:, 4:], clip.landmarks[0] - [4, 0]
    blended, mask = self_blended.self_blend(picture, landmarks.astype(np.float32), np.random.default_rng(3))
    assert blended.shape == picture.shape == (96, 92, 3) and blended.dtype == np.uint8
    assert mask.shape == (96, 92) and mask.min() >= 0 and mask.max() <= 1


def test_masks_of_many_kinds_have_soft_edges(clip):
    numbers = np.random.default_rng(0)
    made = [self_blended.random_mask(clip.landmarks[0], (96, 96), numbers) for _ in range(12)]
    assert len({round(float(mask.sum())) for mask in made}) > 6
    assert all(mask.max() > 0.5 for mask in made)


@pytest.mark.parametrize(
    ("picture", "landmarks", "words"),
    [
        (noise(96, 96, 3), np.full((68, 2), np.nan, np.float32), "landmarks"),
        (noise(96, 96, 3), np.full((68, 2), 500, np.float32) + np.random.default_rng(0).random((68, 2)), "landmarks"),
        (noise(96, 96, 3), np.zeros((5, 2), np.float32), "landmarks"),
    ],
)
def test_a_mask_with_no_face_is_refused_in_words(picture, landmarks, words):
    with pytest.raises((TypeError, ValueError), match=words):
        self_blended.self_blend(picture, landmarks, np.random.default_rng(0))
