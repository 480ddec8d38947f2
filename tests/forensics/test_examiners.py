"""Examiners: numbers by name."""

import pytest

from unmasked.forensics import clues, combine
from unmasked.forensics.examiners import examine, shipped


def test_an_examiner_that_gives_no_number_is_worded(clip):
    with pytest.raises(ValueError, match=r"mystery.*nan"):
        examine(clip.frames, clip.landmarks, [lambda frames, landmarks: {"mystery": float("nan")}])
    assert set(examine(clip.frames, clip.landmarks, shipped())) >= {*clues.CLUES, combine.NAME}
