"""Crops that follow the head, not the mouth, and show the same at all sizes."""

import cv2
import numpy as np
import pytest

from unmasked import extract, toons

ADA = toons.character("ada")


def portrait(size=96, **performance):
    return toons.draw(ADA, toons.Performance(**performance), size=size)


@pytest.mark.parametrize("size", [32, 64, 100])
def test_the_stable_landmarks_meet_the_template(size):
    landmarks = portrait(96, roll=12, yaw=-10).landmarks
    matrix = extract.align_matrix(landmarks, size)
    moved = extract.move(landmarks, matrix)[extract.stable()]
    assert np.abs((moved + 0.5) / size - extract.TEMPLATE).max() < 0.12
    np.testing.assert_allclose(moved.mean(0), (extract.TEMPLATE * size - 0.5).mean(0), atol=1e-3)
    rows = matrix[:, :2] @ matrix[:, :2].T
    np.testing.assert_allclose(
        rows, np.eye(2) * rows[0, 0], atol=1e-9, err_msg="a similarity neither shears nor stretches"
    )


def test_crops_of_all_sizes_show_the_same():
    face = portrait(128, yaw=10, smile=1)
    small = extract.align(face.picture, face.landmarks, 48)
    large = extract.align(face.picture, face.landmarks, 96)
    shrunk = cv2.resize(large, (48, 48), interpolation=cv2.INTER_AREA)
    assert np.abs(small.astype(float) - shrunk).mean() < 4, "half as large a crop must be the same crop, half as large"


def test_roll_size_and_position_are_taken_out():
    straight = portrait(96)
    wanted = extract.align(straight.picture, straight.landmarks)
    h, w = 140, 220
    turn = cv2.getRotationMatrix2D((48, 48), 25, 1.3)
    turn[:, 2] += (90, 20)
    frame = cv2.warpAffine(straight.picture, turn, (w, h), flags=cv2.INTER_CUBIC)
    crop = extract.align(frame, extract.move(straight.landmarks, turn))
    seen = extract.align(
        cv2.warpAffine(np.full((96, 96), 255, np.uint8), turn, (w, h)), extract.move(straight.landmarks, turn)
    )
    error = np.abs(crop.astype(float) - wanted)[seen == 255].mean()
    assert error < 3, f"the crop of a turned, enlarged, shifted face is {error:.1f} grey levels off the straight one's"


@pytest.mark.parametrize("expression", ["smile", "jaw", "lids", "brows", "gaze_x"])
@pytest.mark.parametrize("end", [0, 1])
def test_expression_does_not_move_the_crop(expression, end):
    neutral = extract.align_matrix(portrait(128).landmarks)
    acting = extract.align_matrix(portrait(128, **{expression: toons.RANGES[expression][end]}).landmarks)
    corners = np.array([[0, 0], [127, 0], [0, 127], [127, 127]])
    moved = np.abs(extract.move(corners, acting) - extract.move(corners, neutral)).max()
    assert moved < 0.5, f"{expression} moves the crop by {moved:.2f} pixels of 64"


def test_the_size_stays_when_the_head_turns():
    scales = [
        np.sqrt(np.linalg.det(extract.align_matrix(portrait(128, yaw=yaw, pitch=pitch).landmarks)[:, :2]))
        for yaw, pitch in ((0, 0), (35, 0), (-35, 0), (0, 20), (0, -20))
    ]
    assert np.ptp(scales) < 0.1 * scales[0], f"scales over the poses: {np.round(scales, 3)}"


def test_the_border_is_repeated():
    picture = np.full((10, 14, 3), 90, np.uint8)
    matrix = np.array([[0.8, 0, 12], [0, 0.8, -3]])
    assert (extract.warp(picture, matrix, (20, 30)) == 90).all()
    assert extract.warp(picture, matrix, (20, 30)).shape == (20, 30, 3)


def test_shrinking_does_not_flicker():
    stripes = np.zeros((256, 256), np.uint8)
    stripes[:, ::2] = 255
    shrunk = extract.warp(stripes, np.array([[0.23, 0, 0], [0, 0.23, 0]]), 58)
    assert shrunk[4:-4, 4:-4].std() < 12, "fine stripes must melt to grey, not to coarse stripes"


@pytest.mark.parametrize("scale", [1e-4, 3e-5, 1e-9])
def test_a_picture_shrunk_to_nothing_is_soon_done(scale, monkeypatch):
    blurs = []
    blur = cv2.GaussianBlur
    monkeypatch.setattr(cv2, "GaussianBlur", lambda *arguments: blurs.append(arguments[2]) or blur(*arguments))
    picture = np.random.default_rng(0).integers(0, 256, (90, 120, 3), dtype=np.uint8)
    shrunk = extract.warp(picture, np.array([[scale, 0, 4.0], [0, scale, 4.0]]), 8)
    assert shrunk.shape == (8, 8, 3)
    assert blurs == [64.0], "without a bound the blur grows with 1 / scale, and at 3e-5 it never ended"


GREY = np.zeros((9, 12), np.uint8)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: extract.align_matrix(np.zeros((67, 2))), ValueError, r"landmarks.*\(68, 2\).*\(67, 2\)"),
        (lambda: extract.align_matrix(np.zeros((68, 2))), ValueError, "coincide"),
        (lambda: extract.align_matrix(np.full((68, 2), np.nan)), ValueError, "finite"),
        (lambda: extract.align_matrix(portrait(32).landmarks, 4), ValueError, "size.*4"),
        (lambda: extract.align_matrix(portrait(32).landmarks, 64.0), TypeError, r"size.*64\.0"),
        (lambda: extract.warp(np.zeros((4, 4)), np.eye(2, 3), 4), TypeError, "picture.*float64"),
        (lambda: extract.warp(np.zeros((4, 4), np.uint8), np.eye(3), 4), ValueError, r"matrix.*\(2, 3\)"),
        (lambda: extract.warp(GREY, np.full((2, 3), np.nan), 4), ValueError, "matrix: wanted finite.*NaN"),
        (lambda: extract.warp(GREY, np.zeros((2, 3)), 4), ValueError, "matrix.*no way back"),
        (lambda: extract.warp(GREY, np.eye(2, 3), 0), ValueError, "size: wanted 1 or more pixels, got 0"),
        (lambda: extract.warp(GREY, np.eye(2, 3), (4, -2)), ValueError, r"size: wanted.*got \(4, -2\)"),
        (lambda: extract.warp(GREY, np.eye(2, 3), 4.5), TypeError, "size: wanted a whole number"),
        (lambda: extract.align(np.zeros((9, 9, 3), np.uint8), np.zeros((2, 68, 2))), ValueError, "landmarks"),
    ],
)
def test_wrong_input_is_worded(call, error, words):
    with pytest.raises(error, match=words):
        call()
