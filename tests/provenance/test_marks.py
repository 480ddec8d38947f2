"""The mark: its strength in grey levels, its key, its chance of a false alarm, and its way through a new size."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from scipy import fft

from unmasked.provenance import marks
from unmasked.provenance.tampering import cropped, resized


@pytest.mark.parametrize("shape", [(32, 32), (64, 64), (60, 90), (101, 47)])
def test_a_pattern_has_mean_0_and_size_1_and_lies_in_its_band(shape):
    pattern = marks.pattern(5, shape)
    assert abs(pattern.mean()) < 1e-12
    assert np.sqrt((pattern**2).mean()) == pytest.approx(1)
    spectrum = fft.dctn(pattern, norm="ortho")
    inside = np.zeros(shape, bool)
    inside[:32, :32] = marks.BAND
    assert np.abs(spectrum[~inside]).max() < 1e-9
    assert (np.sign(spectrum[:32, :32][marks.BAND]) == marks.signs(5)).all()


@settings(max_examples=20, deadline=None)
@given(key=some.integers(0, 10**9), strength=some.floats(0.5, 8))
def test_a_mark_moves_pixels_by_its_strength(key, strength):
    even = np.full((50, 70, 3), 128, np.uint8)
    moved = marks.embed(even, key, strength).astype(float) - 128
    assert np.sqrt((moved**2).mean()) == pytest.approx(strength, abs=0.2)
    assert (moved[..., 0] == moved[..., 2]).all()


def test_it_is_found_with_its_key_alone(portrait):
    marked = marks.embed(portrait, 11, 4.0)
    assert marks.detect(marked, 11) > 5
    others = [marks.detect(marked, key) for key in range(200, 400)]
    assert max(others) < 4.5 and abs(np.mean(others)) < 0.25
    assert np.std(others) == pytest.approx(1, abs=0.2)


def test_no_mark_of_strength_0(portrait):
    assert (marks.embed(portrait, 3, 0) == portrait).all()


def test_the_score_counts_coins_by_hand(wide):
    spectrum = fft.dct(fft.dct(wide.mean(-1), axis=0, norm="ortho"), axis=1, norm="ortho")
    agree = sum(
        bool(sign == np.sign(spectrum[row, column]))
        for sign, (row, column) in zip(marks.signs(8), np.argwhere(marks.BAND), strict=True)
    )
    assert marks.detect(wide, 8) == pytest.approx((2 * agree - marks.COINS) / np.sqrt(marks.COINS))


def test_a_flat_picture_scores_0():
    assert abs(marks.detect(np.full((40, 40, 3), 90, np.uint8), 1)) < 1.2  # rounding alone decides signs there


@pytest.mark.parametrize("factor", [0.5, 0.75, 2.0])
def test_it_stays_through_a_new_size_and_not_through_a_crop(portrait, factor):
    marked = marks.embed(portrait, 11, 4.0)
    assert marks.detect(resized(marked, factor), 11) > 4
    assert marks.detect(cropped(marked, 0.1), 11) < 3


@pytest.mark.parametrize("rate", [0.2, 1e-3, 1e-6])
def test_a_threshold_keeps_the_rate_that_it_promises(rate):
    score = marks.threshold(rate)
    assert marks.false_alarm_rate(score) <= rate
    assert marks.false_alarm_rate(score - 2 / np.sqrt(marks.COINS)) > rate


def test_bad_arguments_get_words(portrait):
    with pytest.raises(ValueError, match="32 pixels or more"):
        marks.detect(portrait[:31], 0)
    with pytest.raises(ValueError, match="strength"):
        marks.embed(portrait, 0, -1)
    with pytest.raises(ValueError, match="key"):
        marks.embed(portrait, -1)
    with pytest.raises(TypeError, match="key"):
        marks.detect(portrait, "secret")
    with pytest.raises(TypeError, match="picture"):
        marks.detect(portrait / 255, 0)
    with pytest.raises(ValueError, match="rate"):
        marks.threshold(0)
