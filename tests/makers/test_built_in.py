"""The five makers: they forge, tell the truth about it, and touch nothing else."""

import numpy as np
import pytest

from unmasked import makers
from unmasked.makers import Fake, checked_fake, forge, laying


@pytest.fixture(scope="module")
def fakes(clip):
    return {name: forge(maker, clip, 0) for name, maker in makers.built_in().items()}


def test_five_makers_forge_and_tell_the_truth(clip, fakes):
    assert len(fakes) == 5
    for name, fake in fakes.items():
        touched = np.abs(fake.frames.astype(int) - clip.frames).max(-1) > 0
        assert touched.any(), f"{name} changed nothing"
        assert not (touched & (fake.masks == 0)).any(), f"{name} changed pixels that its mask calls real"
        assert 0.01 < fake.masks.mean() < 0.6, f"{name} forges {fake.masks.mean():.0%} of the picture"
        inside = fake.masks > 0.9
        assert np.abs(fake.frames.astype(int) - clip.frames)[inside].mean() > 2, f"{name} shows the recording itself"


def test_the_makers_differ(fakes):
    names = list(fakes)
    for i, a in enumerate(names):
        for b in names[:i]:
            assert not np.array_equal(fakes[a].frames, fakes[b].frames), f"{a} and {b} make the same"


def test_a_fake_is_fixed_by_its_seed(clip, fakes):
    for name, maker in makers.built_in().items():
        again, other = (forge(maker, clip, seed).frames for seed in (0, 1))
        np.testing.assert_array_equal(again, fakes[name].frames, err_msg=name)
        assert not np.array_equal(other, again), f"{name} does not use the generator it is given"


def test_the_recording_stays_as_it_was(clip):
    before = [part.copy() for part in (clip.frames, clip.landmarks, clip.masks, clip.performances)]
    for maker in makers.built_in().values():
        forge(maker, clip, 0)
    for part, old in zip((clip.frames, clip.landmarks, clip.masks, clip.performances), before, strict=True):
        np.testing.assert_array_equal(part, old)


def test_only_the_mask_that_knows_of_the_hand_leaves_it_alone(clip, fakes):
    outline = laying.outlines(clip.landmarks, clip.masks.shape[1:], 3.0) > 0.5
    hand = outline & (clip.masks == 0)
    assert hand.sum() > 20, "in this clip no hand passes before the face: choose another"
    changed = {name: np.abs(f.frames.astype(int) - clip.frames).max(-1)[hand].mean() for name, f in fakes.items()}
    assert changed["another network"] < 1
    assert min(changed[name] for name in changed if name != "another network") > 10


def test_the_rooms_own_example_works(clip):
    code = makers.__doc__.split(":\n\n", 1)[1].split("\n\n`clip`")[0]
    assert "class Mirror" in code and "return Fake(frames, masks[..., 0])" in code
    # The example, written out: what the words promise must hold.
    masks = (clip.masks > 127).astype(np.float32)[..., None]
    mirrored = clip.frames[:, :, ::-1]
    frames = np.rint(clip.frames + masks * (mirrored.astype(float) - clip.frames)).astype(np.uint8)
    checked_fake(Fake(frames, masks[..., 0]), clip, "mirror")


def test_outside_the_mask_a_fake_is_the_recording(clip):
    """So no detector can win by the wall's pixels either: they are the camera's own."""
    for maker in makers.built_in().values():
        fake = makers.forge(maker, clip, 0)
        untouched = fake.masks == 0
        assert untouched.mean() > 0.3
        np.testing.assert_array_equal(fake.frames[untouched], clip.frames[untouched], err_msg=maker.name)
