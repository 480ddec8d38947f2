"""Thresholds, base rates and calibration."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import confusion_matrix, log_loss

from unmasked.forensics import calibration
from unmasked.forensics.roc import auc


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1))
@settings(max_examples=200, deadline=None)
def test_ppv_is_a_share_and_counts_agree(hit, alarm, rare):
    found = calibration.ppv(hit, alarm, rare)
    flagged = hit * rare + alarm * (1 - rare)
    assert math.isnan(found) if flagged == 0 else abs(found - hit * rare / flagged) < 1e-9 and 0 <= found <= 1


def test_ppv_of_the_rare_case():
    assert calibration.ppv(0.90, 0.05, 0.01) == pytest.approx(0.1538, abs=1e-4)
    for wrong in ((1.1, 0, 0), (0, -0.1, 0), (0, 0, float("nan"))):
        with pytest.raises(ValueError, match=r"wanted 0…1, got"):
            calibration.ppv(*wrong)


def test_counts_agree_with_scikit_learn():
    numbers = np.random.default_rng(0)
    real, fake = numbers.normal(0, 1, 31), numbers.normal(1, 1, 17)
    counts = calibration.confusion(real, fake, 0.4)
    answers = np.repeat([0, 1], [31, 17])
    (passes, alarms), (misses, hits) = confusion_matrix(answers, np.concatenate([real, fake]) >= 0.4)
    assert (counts.hits, counts.misses, counts.alarms, counts.passes) == (hits, misses, alarms, passes)
    assert counts.hit_rate == hits / 17 and counts.alarm_rate == alarms / 31
    assert counts.accuracy == (hits + passes) / 48


@given(st.lists(st.integers(-5, 5), min_size=1, max_size=60), st.floats(0, 1))
@settings(max_examples=200, deadline=None)
def test_a_threshold_accuses_no_more_than_allowed_and_as_many_as_it_may(scores, rate):
    real = np.array(scores, float)
    line = calibration.threshold_at(real, rate)
    accused = (real >= line).mean()
    assert accused <= rate + 1e-9
    if np.isfinite(line):
        lower = real[real < line].max()
        assert (real >= lower).mean() > rate, "a lower line would have been allowed"


def test_the_temperature_is_found_again():
    numbers = np.random.default_rng(0)
    true = numbers.normal(0, 2, 6000)
    fake = numbers.random(6000) < calibration.sigmoid(true)
    for factor in (0.25, 1.0, 3.0):
        assert calibration.fit_temperature(factor * true, fake) == pytest.approx(factor, rel=0.1)
    sure = calibration.sigmoid(3 * true)
    mended = calibration.sigmoid(3 * true / calibration.fit_temperature(3 * true, fake))
    assert calibration.calibration_error(mended, fake) < 0.03 < calibration.calibration_error(sure, fake)


def test_a_temperature_never_changes_the_order():
    numbers = np.random.default_rng(1)
    logits, fake = numbers.normal(0, 3, 80), numbers.random(80) < 0.5
    t = calibration.fit_temperature(logits, fake)
    assert auc(logits[~fake], logits[fake]) == auc(logits[~fake] / t, logits[fake] / t)


def test_losses_agree_with_scikit_learn():
    numbers = np.random.default_rng(2)
    logits, fake = numbers.normal(0, 2, 50), numbers.random(50) < 0.4
    assert calibration.log_loss(logits, fake) == pytest.approx(log_loss(fake, calibration.sigmoid(logits)))
    assert calibration.log_loss(np.array([-800.0, 800.0]), np.array([False, True])) == pytest.approx(0)


def test_the_curve_says_what_was_said_and_what_was_so():
    said = np.array([0.05, 0.15, 0.92, 0.98, 1.0])
    curve = calibration.reliability(said, np.array([False, True, True, True, False]), bins=2)
    assert [one["count"] for one in curve] == [2, 3]
    assert curve[0] == {"said": pytest.approx(0.1), "share": 0.5, "count": 2}
    assert curve[1]["share"] == pytest.approx(2 / 3)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: calibration.confusion([], [1.0], 0), "real: wanted 1 or more, got 0"),
        (lambda: calibration.confusion([0.0], [np.nan], 0), "fake: wanted finite"),
        (lambda: calibration.confusion([0.0], [1.0], np.nan), "threshold: wanted a number, got nan"),
        (lambda: calibration.threshold_at([0.0], 1.5), "alarm_rate"),
        (lambda: calibration.threshold_at([0.0], np.nan), "alarm_rate"),
        (lambda: calibration.reliability([0.5], np.array([True]), bins=0), "bins: wanted a whole number, 1 or more"),
        (lambda: calibration.fit_temperature([1.0, 2.0], np.array([True, True])), "both recordings and fakes"),
        (lambda: calibration.fit_temperature([1.0, 2.0], np.array([1, 0])), "fake: wanted bool"),
        (lambda: calibration.reliability([1.5], np.array([True])), "probabilities"),
    ],
)
def test_bad_numbers_are_refused_in_words(call, words):
    with pytest.raises(ValueError, match=words):
        call()
