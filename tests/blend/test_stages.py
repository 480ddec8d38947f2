"""Masks, colour, compositing and warping: the stages of putting a face back."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from skimage import color
from soft_pictures import SHAPE, blobs, disc

from unmasked import blend, extract, toons


@pytest.fixture(scope="module")
def portrait():
    return toons.draw(toons.CAST["bo"], toons.Performance(yaw=10, jaw=0.3), (110, 130))


# ---- masks


def test_a_box_is_the_crops_square_in_the_frame(portrait):
    matrix = extract.align_matrix(portrait.landmarks)
    mask = blend.box_mask((110, 130), matrix)
    assert mask.dtype == np.float32 and mask.shape == (110, 130)
    inside = cv2.warpAffine(np.ones((64, 64), np.float32), extract.invert(matrix), (130, 110))
    assert np.abs(mask - inside).mean() < 0.03
    half = blend.box_mask((110, 130), matrix, share=0.5)
    assert half.sum() < mask.sum()
    assert ((half > 0) <= (mask > 0)).all()


def test_a_hull_covers_the_face_and_a_forehead_lifts_it(portrait):
    low, high = (blend.face_mask(portrait.landmarks, (110, 130), forehead) for forehead in (0.0, 0.3))
    face = portrait.mask >= 128
    assert face[low >= 0.5].mean() > 0.9
    assert ((low > 0) <= (high > 0)).all() and high.sum() > 1.1 * low.sum()
    assert blend.mask_error(high, portrait.mask) < blend.mask_error(low, portrait.mask)


@settings(max_examples=20, deadline=None)
@given(st.integers(-12, 12))
def test_growing_a_disc_moves_its_edge(pixels):
    grown = blend.grow(disc(), pixels)
    radius = np.sqrt(grown.sum() / np.pi)
    assert abs(radius - (30 + pixels)) < 1.0
    assert set(np.unique(grown)) <= {0, 1}


def test_shrinking_all_away_and_growing_nothing():
    assert blend.grow(disc(radius=5), -20).sum() == 0
    assert blend.grow(np.zeros(SHAPE, np.float32), 5).sum() == 0
    assert (blend.grow(np.ones(SHAPE, np.float32), -5) == 1).all(), "the picture's edge is no boundary of the face"


def test_feather_takes_masks_of_both_kinds():
    soft = disc()
    # OpenCV's distances differ in the last bit by where an array lies in memory.
    np.testing.assert_allclose(blend.feather(soft, 6), blend.feather((255 * soft).astype(np.uint8), 6), atol=1e-6)


# ---- colour


def test_lab_is_the_one_of_the_books():
    picture = blobs()
    np.testing.assert_allclose(blend.to_lab(picture), color.rgb2lab(picture), atol=0.5)
    assert np.abs(blend.from_lab(blend.to_lab(picture)).astype(int) - picture).max() <= 1


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 1000))
def test_reinhard_gives_the_frames_mean_and_spread(seed):
    face, frame, mask = blobs(seed), blobs(seed + 1), disc()
    # Soft colours both: nothing may run into the limits of what a screen shows, for clipping changes the statistics.
    face, frame = (cv2.addWeighted(picture, 0.3, np.full_like(picture, 128), 0.7, 0) for picture in (face, frame))
    done = blend.reinhard(face, frame, mask)
    for got, wanted in zip(blend.lab_statistics(done, mask), blend.lab_statistics(frame, mask), strict=True):
        np.testing.assert_allclose(got, wanted, atol=0.6)


def test_reinhard_of_a_picture_to_itself_changes_nothing_and_kept_statistics_are_used():
    face, mask = blobs(), disc()
    assert np.abs(blend.reinhard(face, face, mask).astype(int) - face).max() <= 1
    kept = blend.lab_statistics(blobs(3), mask)
    np.testing.assert_array_equal(
        blend.reinhard(face, blobs(5), mask, kept), blend.reinhard(face, blobs(3), mask), "kept statistics must win"
    )


def test_a_plain_face_gets_the_mean_without_a_division_by_zero():
    face, frame = np.full((*SHAPE, 3), 90, np.uint8), blobs()
    done = blend.reinhard(face, frame, disc())
    assert np.ptp(done.reshape(-1, 3), axis=0).max() == 0
    np.testing.assert_allclose(blend.to_lab(done)[0, 0], blend.lab_statistics(frame, disc())[0], atol=0.6)


def test_histograms_agree_inside_and_nothing_changes_outside():
    face, frame, inside = blobs(1), blobs(2), disc() > 0
    done = blend.match_histogram(face, frame, disc())
    np.testing.assert_array_equal(done[~inside], face[~inside])
    for channel in range(3):
        got, wanted = (np.sort(picture[..., channel][inside]).astype(int) for picture in (done, frame))
        assert np.abs(got - wanted).mean() < 3


def test_brightness_contrast_and_sharpness():
    picture = blobs()
    np.testing.assert_array_equal(blend.brightness_contrast(picture), picture)
    np.testing.assert_array_equal(blend.brightness_contrast(np.full_like(picture, 128), 10, 3), 138)
    np.testing.assert_array_equal(blend.brightness_contrast(picture, 255), np.full_like(picture, 255) * (picture > -1))
    np.testing.assert_array_equal(blend.sharpen(picture, 0), picture)
    edge = np.full((20, 30, 3), 60, np.uint8)
    edge[:, 15:] = 180
    spread = {amount: int(np.ptp(blend.sharpen(edge, amount))) for amount in (-1, 0, 1)}
    slope = {amount: np.abs(np.diff(blend.sharpen(edge, amount).astype(int), axis=1)).max() for amount in (-1, 0, 1)}
    assert slope[-1] < slope[0] < slope[1] and spread[1] > spread[0]


# ---- compositing


def test_composite_mixes_by_mask_and_opacity():
    frame, face = blobs(1), blobs(2)
    np.testing.assert_array_equal(blend.composite(frame, face, disc(), 0), frame)
    whole = np.ones(SHAPE, np.float32)
    np.testing.assert_array_equal(blend.composite(frame, face, whole), face)
    half = blend.composite(frame, face, whole, 0.5).astype(float)
    np.testing.assert_allclose(half, (frame.astype(float) + face) / 2, atol=0.5)


def test_poisson_stays_in_place():
    frame = blobs(1)
    mask = disc(middle=(40, 47), radius=21)
    assert np.abs(blend.poisson(frame, frame, mask).astype(int) - frame).max() <= 3


def test_poisson_takes_the_frames_colour_and_the_faces_relief():
    frame = np.full((*SHAPE, 3), 120, np.uint8)
    face = cv2.add(blobs(2) // 2, (60, 10, 0, 0))
    mask = disc()
    done = blend.poisson(frame, face, mask)
    assert (done[mask == 0] == frame[mask == 0]).all()
    step = blend.boundary_step(done, mask)
    assert step < 0.3 * blend.boundary_step(blend.composite(frame, face, mask), mask)
    gradient = [np.diff(picture.astype(float), axis=1)[35:55, 50:70] for picture in (done, face)]
    assert np.corrcoef(gradient[0].ravel(), gradient[1].ravel())[0, 1] > 0.9


def test_poisson_of_a_mask_that_touches_the_edge_or_fills_the_frame():
    frame, face = blobs(1), blobs(2)
    for mask in (np.ones(SHAPE, np.float32), disc(middle=(0, 0)), disc(middle=(89, 119))):
        done = blend.poisson(frame, face, mask)
        assert done.shape == frame.shape
        np.testing.assert_array_equal(done[0], frame[0])


# ---- warping


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


# ---- bad input

PICTURE, MASK = blobs(), disc()
NOWHERE = np.zeros(SHAPE, np.float32)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: blend.grow(MASK, np.nan), ValueError, "pixels.*nan"),
        (lambda: blend.grow(np.full(SHAPE, np.nan, np.float32), 1), ValueError, "mask.*nan"),
        (lambda: blend.grow(MASK * 3, 1), ValueError, "mask.*0…3"),
        (lambda: blend.box_mask(SHAPE, np.zeros((2, 3))), ValueError, "no way back"),
        (lambda: blend.box_mask(SHAPE, np.eye(2, 3), 0), ValueError, "share.*0"),
        (lambda: blend.box_mask(SHAPE, np.full((2, 3), np.nan)), ValueError, "matrix.*NaN"),
        (lambda: blend.box_mask((0, 9), np.eye(2, 3)), ValueError, "shape: wanted 1 or more pixels"),
        (lambda: blend.box_mask(SHAPE, np.eye(2, 3), size=0), ValueError, "size.*got 0"),
        (lambda: blend.face_mask(np.full((68, 2), np.nan), SHAPE), ValueError, "landmarks.*finite"),
        (lambda: blend.face_mask(np.zeros((5, 2)), SHAPE), ValueError, r"landmarks.*\(68, 2\).*\(5, 2\)"),
        (lambda: blend.face_mask(np.random.rand(68, 2) - 900, SHAPE), ValueError, "landmarks.*outside"),
        (lambda: blend.reinhard(PICTURE, PICTURE, NOWHERE), ValueError, "mask.*no face"),
        (lambda: blend.reinhard(PICTURE, PICTURE[:9], MASK), ValueError, "face.*9 × 120"),
        (lambda: blend.match_histogram(PICTURE, PICTURE, NOWHERE), ValueError, "mask.*no face"),
        (lambda: blend.brightness_contrast(PICTURE, np.inf), ValueError, "brightness.*inf"),
        (lambda: blend.brightness_contrast(PICTURE, 0, -1), ValueError, "contrast.*-1"),
        (lambda: blend.sharpen(PICTURE / 255, 1), TypeError, "picture.*float64"),
        (lambda: blend.composite(PICTURE, PICTURE, MASK[:5]), ValueError, "mask.*shape"),
        (lambda: blend.composite(PICTURE, PICTURE, MASK, 1.2), ValueError, "opacity.*1.2"),
        (lambda: blend.poisson(PICTURE, PICTURE, NOWHERE), ValueError, "mask.*no face"),
        (lambda: blend.poisson(PICTURE, PICTURE, disc(radius=0.5)), ValueError, "mask.*3 × 3"),
        (lambda: blend.to_lab(MASK), TypeError, "picture.*float32"),
        (lambda: blend.from_lab(np.full((3, 3, 3), np.nan)), ValueError, "lab.*NaN"),
        (lambda: blend.warp_to_landmarks(PICTURE, np.zeros((3, 2)), np.zeros((4, 2))), ValueError, "target"),
        (lambda: blend.warp_to_landmarks(PICTURE, np.eye(2), np.full((2, 2), np.nan)), ValueError, "target.*finite"),
    ],
)  # fmt: skip
def test_wrong_input_is_worded(call, error, words):
    with pytest.raises(error, match=words):
        call()
