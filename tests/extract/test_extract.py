"""Alignment: the similarity against references, there and back, and crops that follow the head, not the mouth."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from skimage.transform import estimate_transform

from unmasked import extract, toons
from unmasked.faces import draw_faces

ADA = toons.character("ada")


def portrait(size=96, **performance):
    return toons.draw(ADA, toons.Performance(**performance), size=size)


@settings(deadline=None, max_examples=60)
@given(seed=st.integers(0, 10_000), count=st.integers(2, 30), mirrored=st.booleans())
def test_similarity_is_scikit_images(seed, count, mirrored):
    rng = np.random.default_rng(seed)
    source, target = rng.normal(0, 10, (count, 2)), rng.normal(3, 5, (count, 2))
    if mirrored:
        target = source * [-1, 1]  # the best fit that is no mirror image is wanted
    np.testing.assert_allclose(
        extract.similarity(source, target), estimate_transform("similarity", source, target).params[:2], atol=1e-6
    )


@settings(deadline=None, max_examples=40)
@given(
    angle=st.floats(-180, 180),
    scale=st.floats(0.05, 20),
    shift=st.tuples(*[st.floats(-99, 99)] * 2),
    seed=st.integers(0),
)
def test_a_true_similarity_is_found_again(angle, scale, shift, seed):
    source = np.random.default_rng(seed).normal(size=(5, 2))
    turn = np.radians(angle)
    matrix = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]]) * scale
    found = extract.similarity(source, source @ matrix.T + shift)
    np.testing.assert_allclose(found, np.column_stack([matrix, shift]), atol=1e-6 * max(1, scale))


def test_stacks_are_done_one_by_one():
    rng = np.random.default_rng(0)
    source, target = rng.normal(size=(4, 7, 2)), rng.normal(size=(7, 2))
    stacked = extract.similarity(source, target)
    for one, points in zip(stacked, source, strict=True):
        np.testing.assert_allclose(one, extract.similarity(points, target), atol=1e-12)


@settings(deadline=None, max_examples=40)
@given(seed=st.integers(0, 10_000))
def test_invert_leads_back(seed):
    rng = np.random.default_rng(seed)
    matrices = extract.similarity(rng.normal(size=(3, 6, 2)), rng.normal(size=(6, 2)))
    points = rng.normal(0, 20, (3, 9, 2))
    there = points @ np.swapaxes(matrices[..., :2], 1, 2) + matrices[:, None, :, 2]
    np.testing.assert_allclose(extract.move(there, extract.invert(matrices)), points, atol=1e-2, rtol=1e-3)
    np.testing.assert_allclose(extract.invert(extract.invert(matrices[0])), matrices[0], atol=1e-8)


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


# --- aligned ---


@pytest.fixture(scope="module")
def performances():
    return toons.sample_performances(np.random.default_rng(5), 12)


@pytest.fixture(scope="module")
def faces(performances):
    return draw_faces(ADA, performances)


def test_aligned_gives_all_that_is_known(faces, performances):
    assert faces.pictures.shape == (12, 64, 64, 3)
    assert faces.masks.shape == faces.parts.shape == (12, 64, 64)
    assert faces.pictures.dtype == faces.masks.dtype == faces.parts.dtype == np.uint8
    assert faces.landmarks.shape == (12, 68, 2)
    assert faces.matrices.shape == (12, 2, 3)
    np.testing.assert_array_equal(faces.performances, performances)
    assert faces.parts.max() < len(toons.PARTS)
    assert faces.masks.max() == 255


def test_aligned_is_draw_then_align(faces, performances):
    drawn = toons.draw_many(ADA, performances, size=faces.drawn)
    for i in range(3):
        np.testing.assert_allclose(faces.matrices[i], extract.align_matrix(drawn.landmarks[i]))
        np.testing.assert_array_equal(faces.pictures[i], extract.align(drawn.pictures[i], drawn.landmarks[i]))
        np.testing.assert_allclose(faces.landmarks[i], extract.move(drawn.landmarks[i], faces.matrices[i]))


def test_parts_lie_where_landmarks_say(faces):
    labels = {name: i for i, name in enumerate(toons.PARTS)}
    for parts, landmarks in zip(faces.parts, faces.landmarks, strict=True):
        x, y = landmarks[toons.LANDMARKS["lips"]].mean(0).round().astype(int)
        near = parts[y - 2 : y + 3, x - 2 : x + 3]
        assert np.isin(near, [labels["mouth"], labels["teeth"]]).any(), "no mouth where the lips' landmarks are"


@pytest.mark.parametrize("name", toons.CAST)
def test_every_face_of_the_cast_fills_its_crop(name):
    acting = [
        {"jaw": 1, "brows": 1},
        {"jaw": 1, "pitch": 20},
        {"jaw": 1, "pitch": -20},
        {"yaw": 35, "jaw": 1},
        {"yaw": -35, "brows": 1},
        {},
    ]
    rows = np.stack([toons.Performance(**one).to_array() for one in acting])
    crops = draw_faces(toons.CAST[name], rows)
    brows = crops.landmarks[:, 17:27]
    chin = crops.landmarks[:, toons.LANDMARKS["jaw"]][:, 8]
    assert brows.min() > 0, f"{name}: a brow is cut off"
    assert brows[..., 0].max() < 63, f"{name}: a brow is cut off"
    assert chin[:, 1].max() < 64.5, f"{name}: the chin is cut off"
    front = crops.masks[-1] >= 128
    assert 0.25 < front.mean() < 0.75, f"{name}: the face takes {front.mean():.0%} of its crop"


def test_faces_can_be_picked(faces):
    some = faces[2:5]
    assert len(faces) == 12
    assert len(some) == 3
    np.testing.assert_array_equal(some.pictures[0], faces.pictures[2])
    np.testing.assert_array_equal(faces[[7, 1]].performances, faces.performances[[7, 1]])
    np.testing.assert_array_equal(faces[faces.performances[:, 0] > 0].masks, faces.masks[faces.performances[:, 0] > 0])
    assert faces[-1].pictures.shape == (1, 64, 64, 3)


def test_none_and_one_face(performances):
    assert draw_faces(ADA, performances[:1], size=32).pictures.shape == (1, 32, 32, 3)


# --- warp and words ---


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
        (lambda: extract.similarity(np.zeros((1, 2)), np.zeros((1, 2))), ValueError, "two points"),
        (lambda: extract.similarity(np.eye(2), np.ones((3, 2))), ValueError, "target.*as many points"),
        (lambda: extract.warp(np.zeros((4, 4)), np.eye(2, 3), 4), TypeError, "picture.*float64"),
        (lambda: extract.warp(np.zeros((4, 4), np.uint8), np.eye(3), 4), ValueError, r"matrix.*\(2, 3\)"),
        (lambda: extract.warp(GREY, np.full((2, 3), np.nan), 4), ValueError, "matrix: wanted finite.*NaN"),
        (lambda: extract.warp(GREY, np.zeros((2, 3)), 4), ValueError, "matrix.*no way back"),
        (lambda: extract.warp(GREY, np.eye(2, 3), 0), ValueError, "size: wanted 1 or more pixels, got 0"),
        (lambda: extract.warp(GREY, np.eye(2, 3), (4, -2)), ValueError, r"size: wanted.*got \(4, -2\)"),
        (lambda: extract.warp(GREY, np.eye(2, 3), 4.5), TypeError, "size: wanted a whole number"),
        (lambda: extract.move(np.zeros((3, 2)), np.full((2, 3), np.nan)), ValueError, "matrix.*NaN"),
        (lambda: extract.move(np.full((3, 2), np.inf), np.eye(2, 3)), ValueError, "points.*infinity"),
        (lambda: extract.invert(np.full((2, 3), np.nan)), ValueError, "matrix.*NaN"),
        (lambda: extract.invert(np.zeros((2, 3))), ValueError, "no way back"),
        (lambda: extract.invert(np.eye(3)), ValueError, "matrix.*wanted shape"),
        (lambda: extract.align(np.zeros((9, 9, 3), np.uint8), np.zeros((2, 68, 2))), ValueError, "landmarks"),
    ],
)
def test_wrong_input_is_worded(call, error, words):
    with pytest.raises(error, match=words):
        call()
