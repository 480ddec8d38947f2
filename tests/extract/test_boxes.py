"""Boxes: how far two overlap, which of many is kept, and the rough crop of one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from unmasked import toons
from unmasked.extract import boxes as bx
from unmasked.extract import move

NUMBERS = st.floats(-200, 200)
CORNERS = arrays(np.float64, (5, 2, 2), elements=NUMBERS)


def ordered(corners):
    return np.concatenate([corners.min(1), corners.max(1)], -1)


def by_pixels(a, b):
    """The plain reference: two boxes with whole corners, counted pixel by pixel."""
    grid = np.zeros((2, 60, 60), bool)
    for plane, (x0, y0, x1, y1) in zip(grid, (a, b), strict=True):
        plane[y0:y1, x0:x1] = True
    return (grid[0] & grid[1]).sum() / max(1, (grid[0] | grid[1]).sum())


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: bx.iou([0, 0, 1], [0, 0, 1, 1]), ValueError, "a: wanted shape"),
        (lambda: bx.iou([3, 0, 1, 1], [0, 0, 1, 1]), ValueError, "a: wanted x0 ≤ x1"),
        (lambda: bx.iou([0, 0, 1, np.nan], [0, 0, 1, 1]), ValueError, "a: wanted finite"),
        (lambda: bx.iou(np.zeros((2, 4)), np.zeros((3, 4))), ValueError, "b: wanted one box or as many as a has, 2"),
        (lambda: bx.iou("box", [0, 0, 1, 1]), TypeError, "a: wanted numbers"),
        (lambda: bx.non_maximum_suppression(np.zeros((3, 4)), [1, 2]), ValueError, "scores: wanted one for each of 3"),
        (lambda: bx.non_maximum_suppression(np.zeros((1, 4)), [1], 2), ValueError, "overlap"),
        (lambda: bx.rough_matrix([5, 5, 5, 5]), ValueError, "box: it has no length"),
        (lambda: bx.rough_matrix([0, 0, 5, 5], 0), ValueError, "size"),
    ],
)
def test_mistakes_are_answered_in_words(call, error, words):
    with pytest.raises(error, match=words):
        call()


def test_iou_counts_pixels():
    generator = np.random.default_rng(0)
    for _ in range(30):
        a, b = (ordered(generator.integers(0, 60, (1, 2, 2)))[0] for _ in range(2))
        assert bx.iou(a, b) == pytest.approx(by_pixels(a, b))


@given(CORNERS, CORNERS)
def test_iou_is_a_share_is_the_same_both_ways_and_moves_along(first, second):
    a, b = ordered(first), ordered(second)
    share = bx.iou(a, b)
    assert share.shape == (5,) and (share >= 0).all() and (share <= 1 + 1e-9).all()
    np.testing.assert_allclose(share, bx.iou(b, a))
    np.testing.assert_allclose(bx.iou(a[0], b), [bx.iou(a[0], one) for one in b])
    whole = bx.iou(a, a)
    assert all(one == pytest.approx(1.0) for one, box in zip(whole, a, strict=True) if (box[2:] - box[:2]).min() > 1e-3)
    np.testing.assert_allclose(bx.overlaps(a, b[:3]), [[bx.iou(one, other) for other in b[:3]] for one in a])


def test_nothing_overlaps_a_box_without_area_nor_one_that_only_touches():
    assert bx.iou([2, 2, 2, 2], [2, 2, 2, 2]) == 0 and bx.iou([0, 0, 2, 2], [2, 0, 4, 2]) == 0
    assert bx.overlaps(np.zeros((0, 4)), np.zeros((3, 4))).shape == (0, 3)


@given(CORNERS, arrays(np.float64, 5, elements=st.floats(0, 1)), st.floats(0, 1))
def test_suppression_keeps_no_two_that_overlap_and_drops_only_for_a_better_one(corners, scores, overlap):
    boxes = ordered(corners)
    kept = bx.non_maximum_suppression(boxes, scores, overlap)
    assert (np.diff(scores[kept]) <= 0).all() and scores[kept[0]] == scores.max()
    shared = bx.overlaps(boxes, boxes)
    for i, one in enumerate(kept):
        assert (shared[one, kept[i + 1 :]] <= overlap).all()
    for one in set(range(5)) - set(kept.tolist()):
        assert any(shared[one, other] > overlap and scores[other] >= scores[one] for other in kept)


def test_suppression_of_nothing_is_nothing_and_leaves_its_input_alone():
    assert bx.non_maximum_suppression(np.zeros((0, 4)), np.zeros(0)).shape == (0,)
    boxes, scores = np.array([[0.0, 0, 10, 10], [1, 1, 11, 11], [30, 0, 40, 10]]), np.array([0.4, 0.9, 0.5])
    before = boxes.copy(), scores.copy()
    np.testing.assert_array_equal(bx.non_maximum_suppression(boxes, scores), [1, 2])
    np.testing.assert_array_equal(boxes, before[0])
    np.testing.assert_array_equal(scores, before[1])


def test_the_rough_crop_holds_the_box_in_its_middle():
    generator = np.random.default_rng(1)
    boxes = ordered(generator.uniform(-20, 300, (6, 2, 2)))
    matrices = bx.rough_matrix(boxes, 64)
    np.testing.assert_allclose(matrices[2], bx.rough_matrix(boxes[2], 64))
    corners = move(boxes.reshape(6, 2, 2), matrices)
    np.testing.assert_allclose(corners.mean(1), 31.5, atol=1e-3)
    np.testing.assert_allclose((corners[:, 1] - corners[:, 0]).max(-1), 64 / bx.ROOM, rtol=1e-4)


def test_the_box_of_a_face_holds_its_landmarks_brows_and_chin():
    acted = toons.sample_performances(np.random.default_rng(0), 8)
    drawn = toons.draw_many(toons.CAST["ada"], acted, 128)
    boxes = bx.face_box(drawn.landmarks)
    assert boxes.shape == (8, 4)
    for box, landmarks, parts in zip(boxes, drawn.landmarks, drawn.parts, strict=True):
        assert (landmarks > box[:2]).all() and (landmarks < box[2:]).all()
        rows, columns = np.nonzero(toons.part_mask(parts, "eyes", "mouth", "brows"))
        inside = (columns > box[0]) & (columns < box[2]) & (rows > box[1]) & (rows < box[3])
        assert inside.mean() > 0.99
        np.testing.assert_allclose(bx.face_box(landmarks + 7), box + 7, atol=1e-3)
