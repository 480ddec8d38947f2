"""The threshold dial and the heat-map bench: plain functions at least, default and greatest settings; words and alt."""

import numpy as np
import pytest
import torch

from unmasked.forensics.calibration import ppv
from unmasked.forensics.detector import hide
from unmasked.models.meso import Meso4
from unmasked.widgets import threshold_dial, where_it_looks
from unmasked.widgets.bench_heat import warmed
from unmasked.widgets.bench_threshold import CELL, COLUMNS, SHARP, crowd


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
    assert "30 of 30 fakes caught, 40 of 40 recordings accused" in lowest.words
    assert "10 caught, 990 accused wrongly; 1.0 % of what is flagged is fake" in lowest.words
    highest = dial.draw({"maker": "good", "threshold": 99.0, "prevalence": 1})
    assert "0 of 30 fakes caught, 0 of 40 recordings accused" in highest.words
    assert "with 1 fake: 0 caught, 0 accused wrongly; nothing is flagged" in highest.words


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


@pytest.fixture(scope="module")
def heat():
    torch.manual_seed(0)
    numbers = np.random.default_rng(0)
    crops = {name: numbers.integers(0, 256, (64, 64, 3)).astype(np.uint8) for name in ("one", "other")}
    return where_it_looks({"first": Meso4().eval(), "second": Meso4().eval()}, crops), crops


def test_the_smear_lies_where_it_was_dragged(heat):
    bench, crops = heat
    for place, size in (([[0.0, 0.0]], 0.0), ([[0.25, 0.75]], 16.0), ([[1.0, 1.0]], 40.0)):
        shown = bench.draw({"picture": "one", "detector": "first", "place": np.array(place), "size": size})
        x, y = 64 * np.array(place[0])
        np.testing.assert_array_equal(shown.panels[0].picture, hide(crops["one"], x, y, size))
        assert "with the smear" in shown.words and "A random place" in shown.words
    untouched = bench.draw({"picture": "one", "detector": "first", "place": np.array([[0.5, 0.5]]), "size": 0.0})
    before, after = (part.split(" (")[0] for part in untouched.words.removeprefix("Score ").split("; with the smear "))
    assert after == before, "hiding nothing changes nothing"


def test_pictures_and_detectors_have_maps_of_their_own(heat):
    bench, _ = heat
    asked = {"place": np.array([[0.5, 0.5]]), "size": 10.0}
    maps = [
        bench.draw(asked | {"picture": picture, "detector": name}).panels[1].picture.tobytes()
        for picture in ("one", "other")
        for name in ("first", "second")
    ]
    assert len(set(maps)) == 4


def test_a_map_without_heat_is_calm():
    crop = np.full((64, 64, 3), 128, np.uint8)
    assert np.ptp(warmed(crop, np.zeros((64, 64), np.float32)), axis=(0, 1)).max() == 0


def test_nothing_to_show_is_refused():
    with pytest.raises(ValueError, match="at least one of each"):
        where_it_looks({}, {})
    with pytest.raises(ValueError, match="crops"):
        where_it_looks({"a": Meso4().eval()}, {"b": np.zeros((64, 60, 3), np.uint8)})
