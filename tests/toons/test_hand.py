"""A mitten that passes in front: it is drawn, and the mask knows it."""

import numpy as np

from unmasked import toons
from unmasked.toons import scenes
from unmasked.toons.hand import pass_a_hand


def clip(shape=(90, 120)):
    layout = scenes.sample_layout(np.random.default_rng(2), shape, None)
    return scenes.film(toons.CAST["ada"], toons.smooth_track(np.random.default_rng(1), 6), layout)


def test_what_the_hand_covers_leaves_the_mask_and_the_rest_stays():
    bare = clip()
    pictures, masks = pass_a_hand(bare.pictures, bare.masks, bare.landmarks, np.random.default_rng(0))
    assert pictures.shape == bare.pictures.shape and masks.shape == bare.masks.shape
    assert pictures.dtype == masks.dtype == np.uint8
    covered = masks < bare.masks
    assert covered.any() and (masks <= bare.masks).all()
    changed = (pictures != bare.pictures).any(-1)
    assert changed[covered].mean() > 0.95 and not changed.all(), "the hand is not where the mask says"


def test_the_hand_follows_its_generator_and_leaves_the_clip_alone():
    bare = clip()
    kept = bare.pictures.copy(), bare.masks.copy()
    once, again, other = (
        pass_a_hand(bare.pictures, bare.masks, bare.landmarks, np.random.default_rng(seed))[0] for seed in (3, 3, 4)
    )
    np.testing.assert_array_equal(once, again)
    assert not np.array_equal(once, other)
    np.testing.assert_array_equal(bare.pictures, kept[0])
    np.testing.assert_array_equal(bare.masks, kept[1])
