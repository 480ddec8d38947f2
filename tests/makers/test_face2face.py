"""Reading a face by drawing it: steps against closed forms, fits against the numbers that drew the picture."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import lsq_linear

from unmasked import toons
from unmasked.faces import draw_faces
from unmasked.makers import face2face

ADA, BO = toons.CAST["ada"], toons.CAST["bo"]


@given(st.integers(0, 1000), st.integers(1, 6), st.floats(0.01, 0.3))
@settings(max_examples=30, deadline=None)
def test_a_step_on_straight_lines_lands_on_the_least_squares_solution(seed, count, width):
    numbers = np.random.default_rng(seed)
    matrix, there = numbers.normal(size=(9, count)), numbers.uniform(0.2, 0.8, count)
    start = numbers.uniform(0.2, 0.8, count)
    stepped = face2face.fitting_step(lambda x: x @ matrix.T, matrix @ there, start, width, damping=1e-9)
    np.testing.assert_allclose(stepped, there, atol=1e-5)


def test_damping_is_ridge_regression():
    numbers = np.random.default_rng(1)
    jacobian, missing = numbers.normal(size=(12, 4)), numbers.normal(size=12)
    stacked = lsq_linear(np.vstack([jacobian, np.sqrt(3.0) * np.eye(4)]), np.append(missing, np.zeros(4))).x
    np.testing.assert_allclose(face2face.damped_change(missing, jacobian, 3.0), stacked, atol=1e-6)


def test_a_number_at_its_end_is_moved_the_other_way():
    asked = []

    def draw(rows):
        asked.append(rows)
        return rows * 2

    drawn, jacobian = face2face.sensitivities(draw, np.array([1.0, 0.0, 0.5]), 0.1)
    assert np.min(asked) >= 0 and np.max(asked) <= 1
    np.testing.assert_allclose(jacobian, 2 * np.eye(3))
    np.testing.assert_allclose(drawn, [2, 0, 1])


def test_numbers_and_performances_are_one_another_way_round():
    acted = toons.sample_performances(np.random.default_rng(0), 5)
    shares = face2face.to_numbers(acted)
    assert shares.min() >= 0 and shares.max() <= 1
    np.testing.assert_allclose(face2face.to_performances(shares), acted, atol=1e-4)
    assert (face2face.to_performances(shares + 7) <= np.float32(face2face.HIGH)).all()


def test_a_fit_reads_what_was_drawn():
    acted = toons.sample_performances(np.random.default_rng(5), 3, {"roll": (0, 0)})
    for picture, true in zip(draw_faces(ADA, acted).pictures, acted, strict=True):
        found = face2face.fit(picture, ADA)
        assert found.path.shape == (17, 11) and len(found.errors) == 17
        assert found.errors.min() < 0.3 * found.errors[0]
        off = np.abs(face2face.to_numbers(found.performance) - face2face.to_numbers(true))
        assert off[0] < 0.05 and np.median(off) < 0.05  # yaw, and most of the others


def test_a_fit_that_starts_at_the_truth_stays():
    acted = toons.sample_performances(np.random.default_rng(6), 1)
    found = face2face.fit(draw_faces(BO, acted).pictures[0], BO, acted[0])
    assert found.errors[0] == 0
    np.testing.assert_allclose(found.performance, acted[0], atol=1e-3)


def test_a_clip_is_read_picture_by_picture():
    acted = toons.sample_performances(np.random.default_rng(8), 2)
    pictures = draw_faces(ADA, acted).pictures
    stages = (face2face.Stage(32, 2.5, 0.08, 2),)
    both = face2face.fit_all(pictures, ADA, stages=stages)
    np.testing.assert_array_equal(both[1], face2face.fit(pictures[1], ADA, stages=stages).performance)


@pytest.mark.parametrize(
    ("picture", "identity", "words"),
    [
        (np.zeros((64, 64, 3)), ADA, "picture"),
        (np.zeros((64, 48, 3), np.uint8), ADA, "square"),
        (np.full((64, 64, 3), 90, np.uint8), ADA, "no face"),
        (np.arange(64 * 64 * 3, dtype=np.uint8).reshape(64, 64, 3), "ada", "toons.character"),
    ],
)
def test_what_cannot_be_fitted_is_told(picture, identity, words):
    with pytest.raises((TypeError, ValueError), match=words):
        face2face.fit(picture, identity)


def test_other_numbers_are_told():
    with pytest.raises(ValueError, match="wanted"):
        face2face.fitting_step(lambda x: x, np.zeros(3), np.zeros(2))
    with pytest.raises(ValueError, match="width"):
        face2face.fitting_step(lambda x: x, np.zeros(2), np.zeros(2), width=0)
    with pytest.raises(ValueError, match="damping"):
        face2face.fitting_step(lambda x: x, np.zeros(2), np.zeros(2), damping=-1)
