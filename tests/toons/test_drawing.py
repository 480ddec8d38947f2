"""What the drawing functions promise and refuse."""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unmasked import toons
from unmasked.toons import RANGES, Performance

ADA, BO = toons.CAST["ada"], toons.CAST["bo"]


def some(count=4, seed=0, ranges=None):
    return toons.sample_performances(np.random.default_rng(seed), count, ranges)


@pytest.mark.parametrize("size", [64, 33, (40, 72), (90, 50)])
def test_portraits_have_the_shapes_they_promise(size):
    height, width = (size, size) if isinstance(size, int) else size
    many = toons.draw_many(ADA, some(3), size)
    assert many.pictures.shape == (3, height, width, 3) and many.pictures.dtype == np.uint8
    assert many.masks.shape == many.parts.shape == (3, height, width)
    assert many.masks.dtype == many.parts.dtype == np.uint8
    assert many.landmarks.shape == (3, 68, 2) and many.landmarks.dtype == np.float32
    assert many.performances.shape == (3, 11) and len(many) == 3
    assert many.parts.max() < len(toons.PARTS) and many.masks.max() == 255 and many.masks.min() == 0
    assert many[1].picture.shape == (height, width, 3)


def test_one_portrait_equals_the_same_portrait_among_many():
    acted = some(5, seed=1)
    many = toons.draw_many([ADA, BO, ADA, BO, BO], acted, 48)
    for index, one in enumerate([ADA, BO, ADA, BO, BO]):
        alone = toons.draw(one, acted[index], 48)
        assert np.array_equal(alone.picture, many.pictures[index]), f"portrait {index} depends on its neighbours"
        assert np.array_equal(alone.parts, many.parts[index]) and np.array_equal(alone.mask, many.masks[index])
        assert np.allclose(alone.landmarks, many.landmarks[index], atol=1e-4)
    assert np.array_equal(toons.draw(ADA, Performance.from_array(acted[0]), 48).picture, many.pictures[0])


def test_the_number_of_workers_changes_nothing():
    acted = some(140, seed=2)
    alone, together = (toons.draw_many(BO, acted, 32, workers=workers) for workers in (1, 2))
    for name in ("pictures", "masks", "parts", "landmarks"):
        assert np.array_equal(getattr(alone, name), getattr(together, name)), f"{name} differ with two workers"


def test_a_pair_shares_its_performances():
    acted = some(3)
    first, second = toons.draw_pair(ADA, BO, acted, 40)
    assert np.array_equal(first.performances, second.performances) and np.array_equal(first.performances, acted)
    assert np.array_equal(second.pictures, toons.draw_many(BO, acted, 40).pictures)


def test_no_portraits_is_a_valid_wish():
    none = toons.draw_many(ADA, np.zeros((0, 11), np.float32), (20, 30))
    assert none.pictures.shape == (0, 20, 30, 3) and none.landmarks.shape == (0, 68, 2)


def test_colours_do_not_depend_on_the_size():
    small, large = (toons.draw(ADA, Performance(), size).picture.astype(float) for size in (64, 192))
    shrunk = large.reshape(64, 3, 64, 3, 3).mean((1, 3))
    assert np.abs(small - shrunk).mean() < 3.0


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: toons.draw("ada", Performance()), TypeError, "identity: wanted a toons.Identity"),
        (lambda: toons.draw_many("ada", some(3)), TypeError, "identities: wanted a toons.Identity"),
        (lambda: toons.draw_many([ADA], some(3)), ValueError, "identities: wanted as many as performances, 3, got 1"),
        (lambda: toons.draw_many(ADA, some(3)[:, :10]), ValueError, r"performances: wanted shape \(N, 11\)"),
        (lambda: toons.draw_many(ADA, some(3) * 1000), ValueError, "performances: wanted yaw"),
        (lambda: toons.draw_many(ADA, np.full((1, 11), np.nan)), ValueError, "performances: wanted yaw"),
        (lambda: toons.draw_many(ADA, np.array([["a"] * 11])), TypeError, "performances: wanted numbers"),
        (lambda: toons.draw(ADA, Performance(), 8), ValueError, "size: wanted 16…2048"),
        (lambda: toons.draw(ADA, Performance(), 64.0), TypeError, "size: wanted a whole number"),
        (lambda: toons.draw(ADA, Performance(), (64, 64, 3)), TypeError, "pair"),
        (
            lambda: toons.draw_many(ADA, some(3), workers=0),
            ValueError,
            "workers: wanted a whole number, 1 or more, got 0",
        ),
        (lambda: toons.part_mask(np.zeros((2, 2), np.uint8), "nostrils"), ValueError, "nostrils"),
    ],
)
def test_mistakes_are_answered_in_words(call, error, words):
    with pytest.raises(error, match=words):
        call()


@settings(deadline=None, max_examples=25)
@given(
    st.tuples(*(st.floats(low, high, width=32) for low, high in RANGES.values())), st.sampled_from(sorted(toons.CAST))
)
def test_every_performance_of_every_character_draws(values, name):
    drawn = toons.draw(toons.CAST[name], np.array(values, np.float32), 32)
    assert np.isfinite(drawn.landmarks).all()
    skin = toons.part_mask(drawn.parts, "skin") > 0
    assert skin.sum() > 60, "hardly any face is left"
    assert (drawn.mask > 127).sum() > 60, "the face mask is nearly empty"


def test_toons_come_without_torch():
    code = "import sys, unmasked.toons; print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False", "unmasked.toons must not import torch"
