"""The forgery in which nothing is blended."""

import numpy as np

from unmasked import makers
from unmasked.makers.whole import BentStill


def test_a_bent_still_has_no_seam(clip):
    fake = makers.forge(BentStill(), clip, 0)
    assert (fake.masks == 1).all(), "all of it is forged, so there is no boundary"
    assert fake.frames.shape == clip.frames.shape
    assert np.abs(fake.frames.astype(int) - clip.frames).mean() > 1
    assert makers.forge(BentStill(), clip, 0).frames.tobytes() == fake.frames.tobytes()
