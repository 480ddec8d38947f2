"""The crops that examiners see: the same place for every face, the skull's."""

import numpy as np
import pytest

from unmasked import extract, makers, toons
from unmasked.forensics import clues, face_crops, regions
from unmasked.forensics.crops import crop_matrices


def test_crops_put_every_face_in_the_same_place(clip):
    eyes = [36, 45]
    for side in (64, 96):
        assert face_crops(clip.frames, clip.landmarks, side).shape == (4, side, side, 3)
        moved = np.stack(
            [
                one @ m[:, :2].T + m[:, 2]
                for one, m in zip(clip.landmarks, crop_matrices(clip.landmarks, side), strict=True)
            ]
        )
        middle = moved[:, eyes].mean(1) / side
        assert np.abs(middle - middle.mean(0)).max() < 0.03
        assert (middle > 0.3).all() and (middle < 0.7).all()


def test_crops_follow_the_skull_not_the_expression(clip):
    talking = clip.landmarks.copy()
    talking[:, toons.LANDMARKS["lips"]] += 5
    talking[:, toons.LANDMARKS["left_brow"]] -= 5
    np.testing.assert_array_equal(face_crops(clip.frames, talking), face_crops(clip.frames, clip.landmarks))
    for mine, other in zip(regions(talking), regions(clip.landmarks), strict=True):
        np.testing.assert_array_equal(mine, other)


def test_regions_lie_on_the_face_and_around_it(clip, seen):
    _, inside, around = seen
    assert not (inside & around).any()

    faces = np.stack(
        [extract.warp(m, k, 96) for m, k in zip(clip.masks, crop_matrices(clip.landmarks, 96), strict=True)]
    )
    assert (faces[inside] > 127).mean() > 0.85, "the inner region leaves the face"
    assert (faces[around] > 127).mean() < 0.6
    assert inside.mean() > 0.08 and around.mean() > 0.08


@pytest.mark.parametrize("shape", [(80, 120), (120, 64)])
def test_frames_need_not_be_square(shape):
    frames = np.random.default_rng(0).integers(0, 256, (3, *shape, 3), dtype=np.uint8)
    points = makers.record(toons.sample_identity(1), 0, frames=3, side=64).landmarks
    assert face_crops(frames, points, 48).shape == (3, 48, 48, 3)


BAD = np.full((2, 68, 2), np.nan, np.float32)


@pytest.mark.parametrize(
    ("frames", "landmarks", "error", "words"),
    [
        (np.zeros((0, 96, 96, 3), np.uint8), np.zeros((0, 68, 2)), ValueError, "frames: wanted 1 or more, got 0"),
        (np.zeros((2, 96, 96), np.uint8), np.zeros((2, 68, 2)), ValueError, r"frames.*\(T, H, W, 3\).*\(2, 96, 96\)"),
        (np.zeros((2, 8, 8, 3), np.uint8), np.zeros((2, 68, 2)), ValueError, "16 × 16.*8 × 8"),
        (np.zeros((2, 96, 96, 3)), np.zeros((2, 68, 2)), TypeError, "frames.*float64"),
        (np.zeros((2, 96, 96, 3), np.uint8), BAD, ValueError, "landmarks.*NaN"),
        (np.zeros((2, 96, 96, 3), np.uint8), np.zeros((2, 67, 2)), ValueError, r"landmarks.*\(2, 68, 2\)"),
        (np.zeros((2, 96, 96, 3), np.uint8), np.zeros((2, 68, 2), int), TypeError, "landmarks.*floats"),
        (np.zeros((2, 96, 96, 3), np.uint8), np.zeros((2, 68, 2)), ValueError, "coincide"),
    ],
)
def test_a_clip_that_is_none_is_worded(frames, landmarks, error, words):
    for function in (face_crops, clues.clue_values):
        with pytest.raises(error, match=words):
            function(frames, landmarks)


def test_too_few_frames_for_a_flicker_are_worded(clip):
    with pytest.raises(ValueError, match="at least 3 frames"):
        clues.clue_values(clip.frames[:2], clip.landmarks[:2])
    with pytest.raises(ValueError, match=r"side.*16…1024"):
        face_crops(clip.frames, clip.landmarks, 8)
    with pytest.raises(ValueError, match=r"landmarks.*\(T, 68, 2\)"):
        regions(clip.landmarks[0])
