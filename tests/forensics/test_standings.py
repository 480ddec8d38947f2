"""Who stands where: ranks, intervals, what is missing, and two examiners compared draw by draw."""

import numpy as np
import pytest

from unmasked.forensics import standings
from unmasked.forensics.arena import Entrant, Outcome
from unmasked.forensics.quality import Quality

LEVELS = ("JPEG 95", "H.264 40")
WHO = 24


@pytest.fixture
def outcome():
    """A course's maker that is easily found, one from outside that hides, and examiners: sharp, blunt, its twin."""
    generator = np.random.default_rng(0)
    held = Outcome()
    for maker, shift in (("real", 0.0), ("plain", 3.0), ("hidden", 0.3)):
        for who in range(WHO):
            for level in LEVELS:
                seen = generator.normal(shift, 1)
                row = {"character": who, "clip": 0, "hand": False, "maker": maker, "level": level}
                row |= {"sharp": seen, "blunt": seen + generator.normal(0, 3), "twin": seen}
                held.rows.append(row)
    held.names = ["sharp", "blunt", "twin", "mine"]
    for row in held.rows:
        row["mine"] = row["blunt"]
    held.sealed = {"makers": ["plain"], "examiners": ["sharp", "blunt", "twin"]}
    held.outside = [Entrant("a.py", 0, "maker", "hidden"), Entrant("b.py", 0, "examiner", "mine")]
    held.coverage = {"plain": 1.0, "hidden": 1.0, "mine": 1.0}
    held.quality = {"hidden": {(who, 0): Quality(0.5 + 0.01 * who, 1.0, 1.0) for who in range(WHO)}}
    return held


def test_makers_are_ranked_by_the_examiner_that_finds_them_best(outcome):
    ranks = standings.makers(outcome, LEVELS)
    assert list(ranks) == ["hidden", "plain"]
    assert ranks["plain"]["by"] == "sharp" and ranks["plain"]["found"] > 0.95
    expected = np.mean([outcome.area("sharp", "plain", level)["auc"] for level in LEVELS])
    assert ranks["plain"]["found"] == pytest.approx(expected)
    for row in ranks.values():
        assert row["low"] <= row["found"] <= row["high"]
    assert ranks["plain"]["quality"] is None and ranks["plain"]["unranked"] == "shows nothing new"
    quality = ranks["hidden"]["quality"]
    assert quality["mean"] == pytest.approx(0.615) and 0.5 <= quality["low"] < 0.615 < quality["high"] <= 0.73


def test_examiners_are_ranked_on_the_courses_makers(outcome):
    ranks = standings.examiners(outcome, LEVELS)
    assert list(ranks)[:2] in (["sharp", "twin"], ["twin", "sharp"])
    assert ranks["mine"]["auc"] == ranks["blunt"]["auc"] < ranks["sharp"]["auc"]
    assert {row["weakest"]["maker"] for row in ranks.values()} == {"plain"}


def test_the_same_numbers_differ_by_nothing_in_every_draw(outcome):
    (pair,) = standings.compared(outcome, LEVELS)
    assert (pair["one"], pair["other"]) in (("mine", "sharp"), ("mine", "twin"))
    assert pair["difference"] < 0 and pair["high"] < 0
    outcome.outside.append(Entrant("b.py", 1, "examiner", "twin"))
    for row in outcome.rows:
        row["mine"] = row["twin"]
    same = standings.compared(outcome, LEVELS)[-1]
    assert (same["difference"], same["low"], same["high"]) == (0, 0, 0)


def test_what_was_never_forged_is_found_and_earns_no_examiner_anything(outcome):
    before = standings.makers(outcome, LEVELS)["hidden"]["found"], standings.examiners(outcome, LEVELS)
    for row in outcome.rows:
        if row["maker"] == "hidden" and row["character"] % 2:
            row |= dict.fromkeys(outcome.names, np.inf)
    assert standings.makers(outcome, LEVELS)["hidden"]["found"] > before[0] + 0.1
    assert standings.examiners(outcome, LEVELS) == before[1]
    outcome.sealed["makers"] = ["hidden"]
    seen = standings.examiners(outcome, LEVELS)["sharp"]["auc"]
    assert seen < 0.75, "a fake that an examiner never saw is no success of its own"


def test_an_examiner_that_says_nothing_half_of_the_time_is_worse_than_chance(outcome):
    for number, row in enumerate(outcome.rows):
        row["mine"] = row["sharp"] if number % 2 else np.nan
    outcome.coverage["mine"] = 0.5
    row = standings.examiners(outcome, LEVELS)["mine"]
    assert row["auc"] < 0.5 and row["coverage"] == 0.5


def test_the_paired_interval_is_delongs_where_clips_are_independent():
    """DeLong, DeLong and Clarke-Pearson, 1988: the variance of the difference of two AUCs of the same clips."""
    from unmasked.forensics import roc

    generator = np.random.default_rng(5)
    count = 150
    shared, own = generator.normal(0, 1, (2, count)), generator.normal(0, 1, (2, 2, count))
    real, fake = (own[:, side] + shared[side] + side * np.array([[1.0], [0.7]]) for side in (0, 1))
    places = []
    for i in range(2):
        wins = (fake[i] > real[i][:, None]) + 0.5 * (fake[i] == real[i][:, None])
        places.append((wins.mean(1), wins.mean(0)))  # of each recording, of each fake
    gaps = [places[0][side] - places[1][side] for side in (0, 1)]
    spread = np.sqrt(sum(gap.var(ddof=1) / count for gap in gaps))
    # Groups of their own for all: recordings and fakes are drawn independently, as DeLong has it.
    groups = np.arange(2 * count)
    draws = [roc.auc_draws(real[i], fake[i], groups[:count], groups[count:], draws=2000) for i in range(2)]
    found = standings.paired_interval(*draws)
    assert found["difference"] == pytest.approx(gaps[0].mean(), abs=0.005)
    assert found["high"] - found["low"] == pytest.approx(2 * 1.96 * spread, rel=0.12)


def test_draws_that_are_no_pairs_are_refused():
    with pytest.raises(ValueError, match="equally many draws"):
        standings.paired_interval(np.zeros(3), np.zeros(4))


def test_a_maker_that_never_says_what_it_shows_is_told_apart(outcome):
    outcome.silent = {"plain"}
    assert standings.makers(outcome, LEVELS)["plain"]["unranked"].startswith("doesn't say what it shows")


def test_who_hides_by_doing_nothing_stands_behind_those_who_forge(outcome):
    outcome.quality["plain"] = {(who, 0): Quality(0.1, 0.9, 1.2) for who in range(WHO)}
    outcome.quality["hidden"] = {(who, 0): Quality(0.0, 0.9, 0.01) for who in range(WHO)}
    ranks = standings.makers(outcome, LEVELS)
    assert list(ranks) == ["plain", "hidden"] and ranks["plain"]["unranked"] == ""
    assert ranks["hidden"]["unranked"] == "hardly forges anything"


def test_two_makers_are_compared_by_one_examiner_on_the_same_characters(outcome):
    found = standings.beside(outcome, LEVELS, "hidden", "plain")
    assert found["by"] in ("sharp", "twin") and 0 < found["low"] <= found["difference"] <= found["high"]
    back = standings.beside(outcome, LEVELS, "plain", "hidden")
    assert back["difference"] < 0 and back["high"] < 0
    same = standings.beside(outcome, LEVELS, "sharp", "twin")
    assert (same["difference"], same["low"], same["high"], same["by"]) == (0, 0, 0, "")


@pytest.mark.parametrize(("one", "other", "words"), [("me", "sharp", "got 'me'"), ("plain", "sharp", "two makers or")])
def test_what_can_not_be_compared_is_said(outcome, one, other, words):
    with pytest.raises(ValueError, match=words):
        standings.beside(outcome, LEVELS, one, other)
