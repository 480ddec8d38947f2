"""The two makers of lesson 15: what all makers must do, and what the one-shot swap takes for its victim."""

import numpy as np
import pytest
import torch

from unmasked import makers
from unmasked.makers import forge, one_shot
from unmasked.makers.swaps import FeatheredSwap


@pytest.fixture(scope="module")
def fakes(clip):
    return {name: forge(maker, clip, 0) for name, maker in makers.newer().items()}


def test_they_are_no_part_of_the_five():
    assert list(makers.newer()) == ["one-shot swap", "diffusion repaint"]
    assert not set(makers.newer()) & set(makers.built_in())


def test_they_forge_and_tell_the_truth(clip, fakes):
    for name, fake in fakes.items():
        touched = np.abs(fake.frames.astype(int) - clip.frames).max(-1) > 0
        assert touched.any() and not (touched & (fake.masks == 0)).any(), name
        assert 0.01 < fake.masks.mean() < 0.6, name
        assert np.abs(fake.frames.astype(int) - clip.frames)[fake.masks > 0.9].mean() > 2, name


def test_a_fake_is_fixed_by_its_seed(clip, fakes):
    for name, maker in makers.newer().items():
        again, other = (forge(maker, clip, seed).frames for seed in (0, 1))
        np.testing.assert_array_equal(again, fakes[name].frames, err_msg=name)
        assert not np.array_equal(other, again), name


def test_the_one_shot_swap_is_laid_as_the_feathered_swap_is(clip, fakes):
    feathered = forge(FeatheredSwap(), clip, 0)
    np.testing.assert_allclose(fakes["one-shot swap"].masks, feathered.masks, atol=1e-6)
    np.testing.assert_array_equal(fakes["one-shot swap"].performances, feathered.performances)
    assert not np.array_equal(fakes["one-shot swap"].frames, feathered.frames)


def test_it_looks_at_the_frame_that_a_hand_hides_least(clip):
    still = one_shot.still_of(clip)
    assert still.shape == (64, 64, 3) and still.dtype == np.uint8
    seen = clip.masks.reshape(len(clip), -1).sum(1, dtype=int)
    alone = type(clip)(**{**vars(clip), "masks": np.where(np.arange(len(clip))[:, None, None] == 2, clip.masks, 0)})
    assert np.array_equal(one_shot.still_of(alone), still) == (seen.argmax() == 2)


def test_one_frame_is_all_it_asks_of_its_victim(clip, monkeypatch):
    asked = []

    class Net(torch.nn.Module):
        def swap(self, pictures, of):
            asked.append((len(pictures), of.shape))
            return pictures

    monkeypatch.setattr(one_shot, "network", lambda name: Net())
    one_shot.OneShotForger().make(clip, np.random.default_rng(0))
    assert asked in ([(len(clip), (3, 64, 64))], [(len(clip), (1, 3, 64, 64))])
