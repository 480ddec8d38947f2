"""Warping to landmarks."""

import cv2
import numpy as np
import pytest
from soft_pictures import blobs, disc

from unmasked import blend, toons


def test_warping_brings_points_to_points():
    picture = np.full((64, 80, 3), 20, np.uint8)
    source = np.array([[30.0, 30], [50, 32], [40, 50]])
    target = source + np.array([[3, -2], [-2, 4], [1, 3]])
    for x, y in source:
        cv2.circle(picture, (int(x), int(y)), 2, (250, 250, 250), -1)
    warped = blend.warp_to_landmarks(picture, source, target)
    for x, y in target:
        near = warped[int(y) - 4 : int(y) + 5, int(x) - 4 : int(x) + 5, 0].astype(float)
        rows, columns = np.mgrid[-4:5, -4:5]
        weight = near - near.min()
        assert abs((weight * rows).sum() / weight.sum()) < 0.8 and abs((weight * columns).sum() / weight.sum()) < 0.8
    np.testing.assert_array_equal(blend.warp_to_landmarks(picture, source, target, 0), picture)
    assert np.abs(blend.warp_to_landmarks(picture, source, source).astype(int) - picture).max() <= 1


def test_points_of_shut_lips_may_fall_together():
    shut = toons.draw(toons.CAST["kit"], toons.Performance(jaw=0, lids=0), (64, 80))
    open_mouth = toons.draw(toons.CAST["bo"], toons.Performance(jaw=0.5), (64, 80))
    warped = blend.warp_to_landmarks(open_mouth.picture, open_mouth.landmarks, shut.landmarks)
    assert warped.shape == (64, 80, 3)
    corners = np.index_exp[[0, 0, -1, -1], [0, -1, 0, -1]]
    assert np.abs(warped[corners].astype(int) - open_mouth.picture[corners]).max() <= 12, "the corners stay"


PICTURE, MASK = blobs(), disc()


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: blend.warp_to_landmarks(PICTURE, np.zeros((3, 2)), np.zeros((4, 2))), ValueError, "target"),
        (lambda: blend.warp_to_landmarks(PICTURE, np.eye(2), np.full((2, 2), np.nan)), ValueError, "target.*finite"),
    ],
)
def test_wrong_input_is_worded(call, error, words):
    with pytest.raises(error, match=words):
        call()
