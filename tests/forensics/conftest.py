"""What the tests of forensics share: a recording, its crops, and where in them the face is."""

import pytest

from unmasked import makers, toons
from unmasked.forensics import face_crops, regions


@pytest.fixture(scope="session")
def clip():
    return makers.record(toons.sample_identity(61), 2, frames=4, hand=False)


@pytest.fixture(scope="session")
def seen(clip):
    """(crops, inside, around), 96 pixels wide."""
    return face_crops(clip.frames, clip.landmarks, 96), *regions(clip.landmarks, 96)
