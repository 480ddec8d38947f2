"""The threshold dial at the ends of its knobs, its words, its whole people and its line."""

import re
from itertools import pairwise

import numpy as np
import pytest

from unmasked.forensics.calibration import Confusion, ppv
from unmasked.widgets import threshold_dial
from unmasked.widgets.benches.threshold_dial import (
    COLUMNS,
    HIGH,
    KINDS,
    MARKS,
    PORTRAIT,
    SCORES,
    SHARP,
    TILE,
    WIDE,
    crowd,
    meters,
    not_ruled_out,
    round_step,
    said,
    spread,
    whole_percent,
)


@pytest.fixture(scope="module")
def dial():
    numbers = np.random.default_rng(0)
    return threshold_dial(
        numbers.normal(0, 1, 40), {"good": numbers.normal(3, 1, 30), "poor": numbers.normal(0.3, 1, 25)}
    )


def at(dial, maker="good", threshold=1.0, prevalence=10):
    return dial.draw({"maker": maker, "threshold": threshold, "prevalence": prevalence})


def test_every_setting_draws_crowd_scores_and_the_accused(dial):
    sliders = {knob["name"]: knob for knob in dial.knobs if knob["kind"] == "slider"}
    alts = set()
    for threshold in (sliders["threshold"]["low"], sliders["threshold"]["start"], sliders["threshold"]["high"]):
        for many in (1, 10, 500):
            for maker in ("good", "poor"):
                shown = at(dial, maker, threshold, many)
                people, scores, accused = shown.panels
                assert people.picture.shape == (1000 // COLUMNS * TILE, COLUMNS * TILE, 3)
                assert scores.picture.shape == (HIGH * SHARP, WIDE * SHARP, 3) and scores.drawing
                assert accused.picture.shape == (PORTRAIT, PORTRAIT, 3)
                assert maker in shown.alt and "1,000" in people.title and f"{many}" in shown.meters[1].value
                alts.add(shown.alt)
    assert len(alts) == 18, "the alt text changes with the picture"


def test_people_are_whole_and_their_counts_are_the_rates_rounded(dial):
    for maker in ("good", "poor"):
        for threshold in np.linspace(-2, 4, 13):
            for many in (1, 7, 10, 250, 500):
                kinds = dial.dial.kinds(maker, threshold, many)
                caught, missed, accused, passed = np.bincount(kinds, minlength=4)
                assert (caught + missed, accused + passed) == (many, 1000 - many)
                hits = (dial.dial.fakes[maker] >= threshold).mean()
                alarms = (dial.dial.real >= threshold).mean()
                assert abs(caught - hits * many) <= 0.5 + 1e-9 and abs(accused - alarms * (1000 - many)) <= 0.5 + 1e-9
                shown = at(dial, maker, threshold, many)
                text = " ".join([shown.words, *(f"{one.name} {one.value}" for one in shown.meters)])
                assert not re.search(r"\d\.\d+ (caught|of|fakes|innocents)", text)
                assert (shown.meters[1].value, shown.meters[2].value) == (
                    f"{caught} of {many}",
                    f"{accused} of {1000 - many}",
                )


def test_a_higher_line_lets_people_go_and_accuses_nobody_new(dial):
    for before, after in pairwise(dial.dial.kinds("poor", threshold, 10) for threshold in np.linspace(-2, 3, 21)):
        assert set(np.flatnonzero(after == 2)) <= set(np.flatnonzero(before == 2))
        assert set(np.flatnonzero(after == 0)) <= set(np.flatnonzero(before == 0))
    few, many = (dial.dial.kinds("poor", 0.5, count) for count in (10, 50))
    assert set(np.flatnonzero(few < 2)) <= set(np.flatnonzero(many < 2)), "who is a fake stays one among more"


def test_whoever_was_accused_last_is_named_and_nobody_where_nobody_is(dial):
    nobody = at(dial, threshold=99.0).panels[2]
    assert nobody.title == "✓ Nobody is accused." and (nobody.picture == nobody.picture[0, 0]).all()
    names = set()
    for threshold in np.linspace(-1, 1, 9):
        accused = at(dial, threshold=threshold).panels[2]
        assert re.fullmatch(r"✗ You have accused [A-Z][a-z]+\.", accused.title) and np.ptp(accused.picture) > 100
        names.add(accused.title)
    assert len(names) > 3


def test_the_words_count_rightly(dial):
    lowest = at(dial, threshold=-99.0)
    assert lowest.words == "Measured: 30 of 30 fakes caught, 40 of 40 recordings accused."
    assert [one.value for one in lowest.meters] == ["1.0 %", "10 of 10", "990 of 990"]
    highest = at(dial, threshold=99.0, prevalence=1)
    assert highest.words.startswith("Measured: 0 of 30 fakes caught, 0 of 40 recordings accused (too few")
    assert [one.value for one in highest.meters] == ["–", "0 of 1", "0 of 999"]
    assert highest.meters[0].note == "nothing is flagged" and "1 of them a fake" in highest.panels[0].title


def test_without_a_false_alarm_it_says_how_little_that_proves():
    """2 of 40 fakes and 0 of 40 recordings: 1 − 0.05^(1/40) is 7.2 %, and 3/40 is 7.5 %."""
    counts = Confusion(2, 38, 0, 40)
    assert said(counts) == (
        "Measured: 2 of 40 fakes caught, 0 of 40 recordings accused (too few to rule out 7 in 100)."
    )
    assert meters(1, 0, 10, counts)[0].note == "1 of 1 flagged; if 7 in 100 were accused, 0.7 %"
    assert not_ruled_out(1000) == 0.3


def test_the_large_number_is_the_share_of_this_crowd_and_its_note_the_long_run():
    """90 % of fakes caught, 5 % of recordings accused, one in a hundred is a fake."""
    real, fake = np.arange(100.0), np.r_[np.full(10, -1.0), np.full(90, 200.0)]
    shown = threshold_dial(real, {"some": fake}).draw({"maker": "some", "threshold": 95.0, "prevalence": 10})
    answer, caught, accused = shown.meters
    assert (caught.value, accused.value, answer.value) == ("9 of 10", "50 of 990", "15 %") and answer.main
    assert answer.share == pytest.approx(9 / 59)
    assert answer.note == f"9 of 59 flagged; in the long run {100 * ppv(0.9, 0.05, 0.01):.1f} %"
    assert "15.4 %" in shown.alt
    assert [whole_percent(share) for share in (0, 0.008, 0.154, 0.999, 1)] == [
        "0 %",
        "0.8 %",
        "15 %",
        "99.9 %",
        "100 %",
    ]


def test_scores_are_spread_as_they_were_measured():
    scores = np.array([3.0, 1.0, 2.0, 1.0])
    assert sorted(spread(scores, 4)) == [1, 1, 2, 3]
    assert sorted(spread(scores, 8)) == [1, 1, 1, 1, 2, 2, 3, 3]
    assert len(spread(scores, 1)) == 1 and np.array_equal(spread(scores, 40), spread(scores, 40))


def test_the_threshold_on_the_line_is_the_threshold(dial):
    knob = next(knob for knob in dial.knobs if knob["name"] == "threshold")
    for value in (knob["low"], knob["start"], knob["high"]):
        assert abs(value / knob["step"] - round(value / knob["step"])) < 1e-6
        assert round(value, knob["decimals"]) == pytest.approx(value)
    assert [round_step(rough) for rough in (0.0013, 0.2, 0.21, 0.9, 5.1)] == [0.002, 0.2, 0.5, 1, 10]
    assert dial.places["x"] == [knob["low"], knob["high"]]
    assert dial.places["edges"] == pytest.approx(
        [SCORES.left / WIDE, SCORES.top / HIGH, SCORES.right / WIDE, SCORES.bottom / HIGH]
    )


def test_a_hand_can_set_few_fakes_as_well_as_many():
    bench = threshold_dial([0.0, 1.0], {"a": [1.0, 2.0]}, prevalence=7)
    knob = next(knob for knob in bench.knobs if knob["name"] == "prevalence")
    stops = knob["stops"]
    assert stops == sorted(stops) and (stops[0], stops[-1]) == (1, 500) and 7 in stops and 10 in stops
    assert len(stops) < 134 / 4, "a stop is some pixels of the slider wide"
    assert max(after / before for before, after in pairwise(stops)) <= 2


def test_the_scores_travel_once_and_the_still_picture_has_the_line_on_them(dial):
    first, second = (at(dial, threshold=threshold).panels[1] for threshold in (0.0, 1.0))
    assert first is second and first.lasting
    stills = []
    for threshold in (0.0, 1.0):
        dial.set(maker="good", threshold=threshold)
        stills.append(dial.still())
    assert not np.array_equal(*stills)


def test_the_base_rate_changes_the_crowd_and_not_the_scores(dial):
    rare, common = (at(dial, prevalence=many) for many in (1, 500))
    assert rare.panels[1] is common.panels[1]
    assert not np.array_equal(rare.panels[0].picture, common.panels[0].picture)
    assert rare.words == common.words and rare.meters != common.meters


def test_a_face_for_every_clip_told_apart_without_colour():
    kinds = np.arange(1000) % 4
    picture = crowd(kinds)
    rows = 1000 // COLUMNS
    tiles = picture.reshape(rows, TILE, COLUMNS, TILE, 3).transpose(0, 2, 1, 3, 4).reshape(1000, TILE, TILE, 3)
    grey = tiles.astype(float) @ [0.299, 0.587, 0.114]
    frame = np.ones((TILE, TILE), bool)
    frame[1:-1, 1:-1] = False
    edge, corner = grey[:, frame].mean(1), grey[:, -3:, :2].mean((1, 2))
    caught, missed, accused, passed = (kinds == kind for kind in range(4))
    assert edge[caught].min() > edge[accused].max() + 30 and edge[accused].min() > edge[passed].mean() + 30
    assert corner[missed].min() > 150 > corner[passed].max()
    colour = np.ptp(tiles.astype(int), axis=-1).mean((1, 2))
    assert colour[accused].mean() > 4 * colour[passed].mean(), "the accused light up, all others are grey"
    assert len(KINDS) == len(MARKS) == 4


@pytest.mark.parametrize(("real", "fakes"), [([], {"a": [1.0]}), ([0.0], {}), ([0.0], {"a": [np.nan]})])
def test_scores_that_are_none_are_refused(real, fakes):
    with pytest.raises(ValueError, match=r"real|fake"):
        threshold_dial(real, fakes)
