"""The ROC, the area under it, and how sure that is."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from unmasked.forensics import roc


@settings(deadline=None, max_examples=40)
@given(st.lists(st.integers(0, 6), min_size=1, max_size=12), st.lists(st.integers(0, 6), min_size=1, max_size=9))
def test_auc_agrees_with_scikit_learn_and_with_the_curve(real, fake):
    real, fake = np.array(real, float), np.array(fake, float)
    expected = roc_auc_score([0] * len(real) + [1] * len(fake), [*real, *fake])
    assert roc.auc(real, fake) == pytest.approx(expected)
    alarms, hits = roc.roc(real, fake)
    assert (alarms[0], hits[0], alarms[-1], hits[-1]) == (0, 0, 1, 1)
    assert (np.diff(alarms) >= 0).all() and (np.diff(hits) >= 0).all()
    area = np.sum(np.diff(alarms) * (hits[1:] + hits[:-1]) / 2)
    assert area == pytest.approx(expected)


def test_the_interval_holds_the_area_and_narrows_with_more_characters():
    generator = np.random.default_rng(0)
    widths = []
    for count in (10, 160):
        real, fake = generator.normal(0, 1, count), generator.normal(1, 1, count)
        groups = np.arange(count)
        low, high = roc.auc_interval(real, fake, groups, groups)
        assert low <= roc.auc(real, fake) <= high
        widths.append(high - low)
    assert widths[1] < 0.5 * widths[0]


def test_clips_of_one_character_do_not_count_as_many():
    generator = np.random.default_rng(1)
    real, fake = np.repeat(generator.normal(0, 1, 8), 10), np.repeat(generator.normal(0.5, 1, 8), 10)
    whose = np.repeat(np.arange(8), 10)
    alone = roc.auc_interval(real, fake, np.arange(80), np.arange(80))
    together = roc.auc_interval(real, fake, whose, whose)
    assert together[1] - together[0] > 1.5 * (alone[1] - alone[0])


def test_roc_refuses_in_words():
    with pytest.raises(ValueError, match=r"real: wanted 1 or more, got 0"):
        roc.auc([], [1.0])
    with pytest.raises(ValueError, match=r"fake.*NaN"):
        roc.roc([1.0], [np.nan])
    with pytest.raises(ValueError, match="two characters"):
        roc.auc_interval([1.0], [2.0], [7], [7])


def test_criterion_says_which_way_a_player_leans_and_not_how_good_they_are():
    assert roc.criterion(9, 10, 1, 10) == pytest.approx(0)
    assert roc.criterion(5, 10, 5, 10) == 0
    suspicious, trusting = roc.criterion(9, 10, 7, 10), roc.criterion(3, 10, 1, 10)
    assert suspicious < 0 < trusting and suspicious == pytest.approx(-trusting)
    assert roc.criterion(16, 21, 16, 21) == pytest.approx(-0.6745, abs=1e-3)
    with pytest.raises(ValueError, match="alarms"):
        roc.criterion(1, 10, 11, 10)


def test_d_prime_is_zero_for_guessing_and_mirrors():
    assert roc.d_prime(5, 10, 5, 10) == 0
    assert roc.d_prime(9, 10, 2, 10) == pytest.approx(-roc.d_prime(2, 10, 9, 10))
    assert np.isfinite(roc.d_prime(10, 10, 0, 10)) and roc.d_prime(10, 10, 0, 10) > 3
    # Rates 16.5/22 and 5.5/22, three quarters and one: z is ±0.6745 by any table of the normal distribution.
    assert roc.d_prime(16, 21, 5, 21) == pytest.approx(2 * 0.6745, abs=1e-3)
    with pytest.raises(ValueError, match="hits"):
        roc.d_prime(11, 10, 0, 10)


def test_the_same_seed_draws_alike_and_an_empty_draw_is_no_number():
    generator = np.random.default_rng(3)
    real, fake, whose = generator.normal(0, 1, 6), generator.normal(1, 1, 6), np.arange(6)
    one, other = (roc.auc_draws(real, side, whose, whose, draws=50) for side in (fake, fake + 9))
    assert one.shape == (50,) and (other == 1).all() and (one <= 1).all()
    np.testing.assert_array_equal(one, roc.auc_draws(real, fake, whose, whose, draws=50))
    few = roc.auc_draws(real, fake[:1], whose, whose[:1], draws=50)
    assert 0 < np.isnan(few).sum() < 50, "some draws leave the only fake out"


@settings(deadline=None, max_examples=40)
@given(
    st.lists(st.one_of(st.integers(-9, 9), st.just(np.nan)), min_size=1, max_size=9),
    st.lists(st.one_of(st.integers(-9, 9), st.just(np.nan)), min_size=1, max_size=7),
)
def test_a_missing_answer_loses_every_comparison(real, fake):
    """By counting pairs: whoever is missing has lost, and a pair of finite scores is compared as ever."""
    real, fake = np.array(real, float), np.array(fake, float)
    wins = [0.0 if np.isnan(a) or np.isnan(b) else 1.0 if b > a else 0.5 if b == a else 0.0 for a in real for b in fake]
    assert roc.auc(*roc.missing_is_wrong(real, fake)) == pytest.approx(np.mean(wins))


def test_an_infinite_score_stays_beyond_all_others():
    real, fake = roc.missing_is_wrong([0.0, 1e12, np.nan], [np.inf, -np.inf, np.nan])
    assert roc.auc(real[:2], fake[:1]) == 1 and roc.auc(real[:2], fake[1:]) == 0
    assert roc.auc(real[2:], fake[:1]) == 0 and np.isfinite([*real, *fake]).all()
    with pytest.raises(ValueError, match="one score or more"):
        roc.missing_is_wrong([], [1.0])
