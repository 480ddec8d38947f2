"""The similarity against references, there and back."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from skimage.transform import estimate_transform

from unmasked import extract


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


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: extract.similarity(np.zeros((1, 2)), np.zeros((1, 2))), ValueError, "two points"),
        (lambda: extract.similarity(np.eye(2), np.ones((3, 2))), ValueError, "target.*as many points"),
        (lambda: extract.move(np.zeros((3, 2)), np.full((2, 3), np.nan)), ValueError, "matrix.*NaN"),
        (lambda: extract.move(np.full((3, 2), np.inf), np.eye(2, 3)), ValueError, "points.*infinity"),
        (lambda: extract.invert(np.full((2, 3), np.nan)), ValueError, "matrix.*NaN"),
        (lambda: extract.invert(np.zeros((2, 3))), ValueError, "no way back"),
        (lambda: extract.invert(np.eye(3)), ValueError, "matrix.*wanted shape"),
    ],
)
def test_wrong_input_is_worded(call, error, words):
    with pytest.raises(error, match=words):
        call()
