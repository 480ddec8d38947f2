"""Numbers to sort by: each must turn bad where the picture does."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.ndimage import laplace

from unmasked import extract, toons
from unmasked.extract.sorting import fingerprints, novelty, palettes, thin_out
from unmasked.faces import draw_faces

GENERATOR = np.random.default_rng(4)


def faces(identity, count, seed=1):
    return draw_faces(identity, toons.sample_performances(np.random.default_rng(seed), count))


@pytest.fixture(scope="module")
def strangers():
    """Twelve strangers, one face each."""
    return draw_faces([toons.sample_identity(900 + n) for n in range(12)], toons.sample_performances(GENERATOR, 12))


def test_sharpness_is_the_variance_of_the_laplacian():
    crops = GENERATOR.integers(0, 256, (3, 20, 33, 3), dtype=np.uint8)
    wanted = [laplace(crop.mean(-1))[1:-1, 1:-1].var() for crop in crops]
    np.testing.assert_allclose(extract.sharpness(crops), wanted)
    assert extract.sharpness(crops[1]) == pytest.approx(wanted[1])
    assert extract.sharpness(np.full((9, 9, 3), 7, np.uint8)) == 0


def test_whoever_is_blurred_is_less_sharp_than_everybody_in_focus(strangers):
    sharp = np.stack([toons.camera.record(picture, GENERATOR) for picture in strangers.pictures])
    scores = [
        extract.sharpness(np.stack([cv2.GaussianBlur(one, (0, 0), 1.5) for one in sharp])),
        extract.sharpness(sharp),
    ]
    assert scores[0].max() < scores[1].min()
    less = extract.sharpness(np.stack([cv2.GaussianBlur(one, (0, 0), 2.5) for one in sharp]))
    assert (less < scores[0]).all()


def test_size_is_the_longer_side():
    np.testing.assert_allclose(extract.face_size(np.array([[0, 0, 9, 4], [-3.5, 2, 0, 20]])), [9, 18])
    assert extract.face_size(np.array([1, 1, 3, 8])) == 7


def test_company_counts_the_faces_of_the_frame_of_each():
    assert extract.company([2, 0, 1, 3]).tolist() == [2, 2, 1, 3, 3, 3]
    assert extract.company([]).tolist() == []


def test_a_palette_is_a_share_and_forgives_the_light():
    one = toons.character("ada")
    lit = [toons.Performance(light_azimuth=a, light_strength=s) for a, s in ((-80, 1.0), (80, 1.0), (0, 0.0))]
    drawn = draw_faces(one, np.stack([performance.to_array() for performance in lit]))
    found = palettes(drawn.pictures, drawn.masks)
    np.testing.assert_allclose(found.sum(1), 1, atol=1e-5)
    assert extract.likeness(found, found[:1]).min() > 0.85
    assert extract.likeness(found[0], found[:1]) == pytest.approx(1, abs=1e-6)


def test_a_wrong_character_is_less_like_the_reference():
    cast = ["ada", "bo", "cleo", "dot"]
    drawn = {name: faces(toons.character(name), 8, seed) for seed, name in enumerate(cast)}
    found = {name: palettes(some.pictures, some.masks) for name, some in drawn.items()}
    for name in cast:
        own = extract.likeness(found[name][4:], found[name][:4])
        others = np.concatenate([extract.likeness(found[other], found[name][:4]) for other in cast if other != name])
        assert own.min() > others.max(), f"{name}: {own.min():.2f} against {others.max():.2f}"


def test_fingerprints_of_near_duplicates_differ_in_few_bits(strangers):
    bits = fingerprints(strangers.pictures)
    assert bits.shape == (12, 64) and bits.dtype == bool
    again = fingerprints(np.stack([toons.camera.record(picture, GENERATOR) for picture in strangers.pictures]))
    same = (bits ^ again).sum(1)
    others = (bits[:, None] ^ bits[None]).sum(-1)[np.triu_indices(12, 1)]
    assert same.max() < others.min()


def test_novelty_is_the_distance_from_the_nearest_earlier_face(strangers):
    points = strangers.landmarks[[0, 1, 0, 2]]
    found = novelty(points, size=64)
    assert np.isinf(found[0]) and found[2] == 0
    assert found[1] == pytest.approx(np.linalg.norm(points[1] - points[0], axis=-1).mean() / 64, rel=1e-5)
    assert novelty(points[:0]).shape == (0,)


@given(st.integers(0, 30), st.floats(0, 3), st.integers(0, 99))
@settings(max_examples=40, deadline=None)
def test_what_is_thinned_out_is_apart_and_near_to_all(count, least, seed):
    points = np.random.default_rng(seed).normal(size=(count, 5, 2))
    kept = thin_out(points, least)
    apart = np.linalg.norm(points[:, None] - points[None], axis=-1).mean(-1)
    assert (apart[np.ix_(kept, kept)][~np.eye(len(kept), dtype=bool)] >= least).all()
    assert all(apart[i, kept].min() < least for i in set(range(count)) - set(kept.tolist()))


@given(st.lists(st.floats(allow_nan=False), max_size=20), st.floats(-5, 5), st.floats(0, 5))
@settings(max_examples=40, deadline=None)
def test_keep_takes_what_lies_within_the_bounds(values, low, width):
    values = np.array(values, float)
    assert extract.keep(values).tolist() == list(range(len(values)))
    kept = extract.keep(values, low, low + width)
    assert kept.tolist() == [i for i, value in enumerate(values) if low <= value <= low + width]


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: extract.sharpness(np.zeros((9, 9), np.uint8)), ValueError, "crops: wanted shape"),
        (lambda: extract.sharpness(np.zeros((2, 9, 3), np.uint8)), ValueError, "crops: wanted at least 3 × 3 pixels"),
        (lambda: extract.face_size(np.zeros(5)), ValueError, r"boxes.*\(5,\)"),
        (lambda: extract.company([1, -1]), ValueError, "counts: wanted a whole number"),
        (lambda: palettes(np.zeros((1, 9, 9, 3), np.uint8), np.zeros((1, 9, 9), np.uint8)), ValueError, "is empty"),
        (lambda: palettes(np.zeros((1, 9, 9, 3), np.uint8), np.zeros((1, 9, 8), np.uint8)), ValueError, "masks"),
        (lambda: extract.likeness(np.zeros(4), np.zeros((0, 4))), ValueError, "references: wanted 1 or more, got 0"),
        (lambda: extract.likeness(np.zeros(5), np.zeros((2, 4))), ValueError, "palette"),
        (lambda: thin_out(np.zeros((2, 5, 2)), -1), ValueError, "least"),
        (lambda: novelty(np.zeros((2, 5))), ValueError, "landmarks"),
        (lambda: extract.keep([1, np.nan], 0), ValueError, "values.*NaN"),
        (lambda: extract.keep([1.0], 2, 1), ValueError, "least, most: wanted least ≤ most"),
    ],
)
def test_wrong_arguments_are_told(call, error, words):
    with pytest.raises(error, match=words):
        call()
