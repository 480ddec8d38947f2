"""Footage: everything by maker and level."""

import numpy as np
import pytest

from unmasked import makers, toons
from unmasked.forensics import footage, self_blended


def test_footage_holds_everything_by_maker_and_level(clip):
    other = makers.record(toons.sample_identity(53), 0, frames=4)
    some = {"self-blended": self_blended.SelfBlended()}
    made = footage.gather([clip, other], some, {"real": ("JPEG 95", "JPEG 60"), "self-blended": ("JPEG 95",)}, 0)
    assert set(made.crops) == {("real", "JPEG 95"), ("real", "JPEG 60"), ("self-blended", "JPEG 95")}
    assert all(crops.shape == (2, 4, 64, 64, 3) and crops.dtype == np.uint8 for crops in made.crops.values())
    assert made.masks["real"].max() == 0 and made.masks["self-blended"].max() > 200
    assert made.makers == ["self-blended"] and len(made) == 2
    assert list(made.characters) == [clip.identity.marks, other.identity.marks]


def test_footage_wants_clips_of_one_length(clip):
    longer = makers.record(toons.sample_identity(53), 0, frames=5)
    for clips in ([], [clip, longer]):
        with pytest.raises(ValueError, match="clips: wanted one or more of the same length"):
            footage.gather(clips, {}, ("JPEG 95",), 0)
