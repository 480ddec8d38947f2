"""The threshold dial at the ends of its knobs, its words and its counts."""

import re
from itertools import pairwise

import numpy as np
import pytest

from unmasked.forensics.calibration import Confusion, ppv
from unmasked.widgets import threshold_dial
from unmasked.widgets.benches.threshold_dial import (
    BOTTOM,
    CELL,
    COLUMNS,
    FLAGGED,
    HEIGHT,
    LEFT,
    PAPER,
    RIGHT,
    SCORES,
    SHARP,
    STOPS,
    TOP,
    crowd,
    round_step,
    said,
    with_legend,
)


@pytest.fixture(scope="module")
def dial():
    numbers = np.random.default_rng(0)
    return threshold_dial(
        numbers.normal(0, 1, 40), {"good": numbers.normal(3, 1, 30), "poor": numbers.normal(0.3, 1, 25)}
    )


def test_every_setting_draws_three_panels(dial):
    sliders = {knob["name"]: knob for knob in dial.knobs if knob["kind"] == "slider"}
    for threshold in (sliders["threshold"]["low"], sliders["threshold"]["start"], sliders["threshold"]["high"]):
        for many in (1, 10, 500):
            for maker in ("good", "poor"):
                shown = dial.draw({"maker": maker, "threshold": threshold, "prevalence": many})
                assert len(shown.panels) == 3
                assert maker in shown.alt and "1,000" in shown.words


def test_the_words_count_rightly(dial):
    lowest = dial.draw({"maker": "good", "threshold": -99.0, "prevalence": 10})
    assert "30 of 30 fakes caught, 40 of 40 recordings accused." in lowest.words
    assert "with 10 fakes: 10 caught, 990 accused wrongly.\n1.0 % of what is flagged is fake." in lowest.words
    highest = dial.draw({"maker": "good", "threshold": 99.0, "prevalence": 1})
    assert "0 of 30 fakes caught, 0 of 40 recordings accused." in highest.words
    assert "with 1 fake: 0 caught, 0 accused wrongly.\nNothing is flagged" in highest.words


def test_without_a_false_alarm_the_words_say_how_little_that_proves():
    """2 of 40 fakes and 0 of 40 recordings: 1 − 0.05^(1/40) is 7.2 %, and 3/40 is 7.5 %."""
    assert said(Confusion(2, 38, 0, 40), 10) == (
        "Measured: 2 of 40 fakes caught, 0 of 40 recordings accused (too few to rule out 7 in 100).\n"
        "In a crowd of 1,000 with 10 fakes: 0.5 caught, 0 accused wrongly.\n"
        "100 % of what is flagged is fake; with 7 in 100 accused it would be 0.7 %."
    )
    assert "too few to rule out 0.3 in 100" in said(Confusion(2, 38, 0, 1000), 10)


def test_whoever_divides_the_counts_gets_the_percentage():
    for hits in range(41):
        for alarms in range(41):
            for many in STOPS:
                words = said(Confusion(hits, 40 - hits, alarms, 40 - alarms), many)
                assert words.count("\n") == 2, "as many lines for every setting: nothing jumps"
                caught, accused = map(float, re.search(r"fakes?: ([\d.]+) caught, ([\d.]+) accused", words).groups())
                assert (caught > 0, accused > 0) == (hits > 0, alarms > 0)
                told = re.search(r"\n([\d.]+) % of what is flagged", words)
                if told:
                    assert abs(float(told[1]) - 100 * caught / (caught + accused)) < 0.0501, words
                else:
                    assert not hits and not alarms and "Nothing is flagged" in words


def test_the_threshold_beside_the_slider_is_the_threshold(dial):
    knob = next(knob for knob in dial.knobs if knob["name"] == "threshold")
    for value in (knob["low"], knob["start"], knob["high"]):
        assert abs(value / knob["step"] - round(value / knob["step"])) < 1e-6
        assert round(value, knob["decimals"]) == pytest.approx(value)
    assert [round_step(rough) for rough in (0.0013, 0.2, 0.21, 0.9, 5.1)] == [0.002, 0.2, 0.5, 1, 10]


def test_a_hand_can_set_few_fakes_as_well_as_many():
    bench = threshold_dial([0.0, 1.0], {"a": [1.0, 2.0]}, prevalence=7)
    knob = next(knob for knob in bench.knobs if knob["name"] == "prevalence")
    stops = knob["stops"]
    assert stops == sorted(stops) and (stops[0], stops[-1]) == (1, 500) and 7 in stops and 10 in stops
    assert len(stops) < 134 / 4, "a stop is some pixels of the slider wide"
    assert max(after / before for before, after in pairwise(stops)) <= 2


def test_what_is_flagged_has_a_ground_of_its_own_and_names_stay_clear_of_the_line(dial):
    body = slice(TOP * SHARP, (HEIGHT - BOTTOM) * SHARP)
    left, right = LEFT * SHARP, (SCORES - RIGHT) * SHARP
    plain = dial.draw({"maker": "good", "threshold": 99.0, "prevalence": 10}).panels[0].picture
    all_flagged = dial.draw({"maker": "good", "threshold": -99.0, "prevalence": 10}).panels[0].picture
    half = dial.draw({"maker": "good", "threshold": 1.0, "prevalence": 10}).panels[0].picture
    for picture, tinted, white in ((plain, False, True), (all_flagged, True, False), (half, True, True)):
        ground = picture[body, left + 3 * SHARP : right - 3 * SHARP].reshape(-1, 3)
        assert (ground == FLAGGED).all(-1).any() == tinted
        assert (ground == PAPER).all(-1).any() == white
    beside = np.s_[:, : left - 3 * SHARP]
    assert np.array_equal(plain[beside], all_flagged[beside]), "the least threshold touches no word"
    below = np.s_[(HEIGHT - BOTTOM + 5) * SHARP :]
    assert np.array_equal(plain[below], half[below]) and (plain[below] < 200).any(), "numbers on the axis"


def test_the_rows_of_panels_fit_a_small_laptop_and_are_as_wide(dial):
    scores, curve, people = (panel.picture.shape[1] * panel.scale for panel in dial.shown.panels)
    assert scores + 12 + curve == people <= 660


def test_the_base_rate_changes_the_worth_and_not_the_curve(dial):
    rare, common = (dial.draw({"maker": "good", "threshold": 1.0, "prevalence": many}) for many in (1, 500))
    np.testing.assert_array_equal(rare.panels[1].picture, common.panels[1].picture)
    assert not np.array_equal(rare.panels[2].picture, common.panels[2].picture)
    assert rare.words != common.words


def test_a_square_for_every_clip():
    side = CELL * SHARP
    picture = crowd(fakes=10, caught=7, accused=25)
    assert picture.shape == (1000 // COLUMNS * side, COLUMNS * side, 3)
    tiles = picture.reshape(-1, side, COLUMNS, side, 3).transpose(0, 2, 1, 3, 4).reshape(1000, -1)
    kinds, counts = np.unique(tiles, axis=0, return_counts=True)
    assert sorted(counts) == sorted([7, 3, 25, 965])
    grey = [tile.reshape(side, side, 3).mean(-1) for tile in kinds]
    assert len({(round(float(one.mean())), round(float(one.std()))) for one in grey}) == 4, "distinct in greyscale"


def test_the_legend_has_the_very_squares_of_the_crowd():
    side, people = CELL * SHARP, with_legend(4.5, 49.5, 10)
    picture, legend = np.split(people, [COLUMNS * side], axis=1)
    np.testing.assert_array_equal(picture, crowd(10, 5, 50))
    squares = [picture[:side, column : column + side] for column in (0, 5 * side, 10 * side, -side)]
    squares[-1] = picture[-side:, -side:]
    windows = np.lib.stride_tricks.sliding_window_view(legend[:, 16 * SHARP : 16 * SHARP + side], (side, side, 3))
    for square in squares:
        assert (windows == square).all((-3, -2, -1)).sum() == 1
    assert not np.array_equal(legend, with_legend(4, 49, 10)[:, COLUMNS * side :])


def test_the_classic_numbers_come_out():
    """90 % of fakes caught, 5 % of recordings accused, one in a hundred is a fake."""
    real, fake = np.arange(100.0), np.r_[np.full(10, -1.0), np.full(90, 200.0)]
    shown = threshold_dial(real, {"some": fake}).draw({"maker": "some", "threshold": 95.0, "prevalence": 10})
    assert f"{100 * ppv(0.9, 0.05, 0.01):.1f} % of what is flagged is fake" in shown.words
    assert "15.4 %" in shown.words


@pytest.mark.parametrize(("real", "fakes"), [([], {"a": [1.0]}), ([0.0], {}), ([0.0], {"a": [np.nan]})])
def test_scores_that_are_none_are_refused(real, fakes):
    with pytest.raises(ValueError, match=r"real|fake"):
        threshold_dial(real, fakes)
