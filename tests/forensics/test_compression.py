"""The ways in which a clip reaches an examiner."""

import numpy as np
import pytest

from unmasked.forensics.compression import LEVELS, compressed


def test_levels_keep_shape_and_lose_more_and_more(clip):
    error = {}
    for level in LEVELS:
        sent = compressed(clip.frames, level)
        assert sent.shape == clip.frames.shape and sent.dtype == np.uint8
        error[level] = np.abs(sent.astype(float) - clip.frames).mean()
    assert error["JPEG 95"] < error["JPEG 60"] and error["H.264 23"] < error["H.264 40"]
    with pytest.raises(ValueError, match=r"level.*JPEG 95.*got 'GIF'"):
        compressed(clip.frames, "GIF")
