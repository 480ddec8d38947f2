"""The heat map and the smear that tests it."""

import re

import numpy as np
import pytest
import torch

from unmasked.forensics.detector import hide
from unmasked.models.meso import Meso4
from unmasked.widgets import where_it_looks
from unmasked.widgets.benches.where_it_looks import LARGER, ringed, warmed
from unmasked.widgets.kit.paper import enlarge


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
        smeared = enlarge(hide(crops["one"], x, y, size), LARGER, smooth=True)
        np.testing.assert_array_equal(shown.panels[0].picture, ringed(smeared, x, y, size))
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


def test_the_ring_is_seen_on_any_ground_and_where_nothing_is_hidden_there_is_none():
    for level in (0, 35, 128, 255):
        ground = np.full((64 * LARGER, 64 * LARGER, 3), level, np.uint8)
        ring = ringed(ground, 20.0, 30.0, 16.0)
        np.testing.assert_array_equal(ringed(ground, 20.0, 30.0, 0.0), ground)
        row = ring[30 * LARGER, :, 0].astype(int)
        assert np.ptp(row) > 90, "a line that differs in brightness from what is under it"
        changed = np.flatnonzero(row != level) + 0.5
        middle = (changed.min() + changed.max()) / 2
        assert abs(middle - 20 * LARGER) < 1 and abs(np.ptp(changed) - 16 * LARGER) < 8
        assert (ground == level).all(), "the picture handed in stays as it was"


def test_all_maps_of_a_net_share_one_scale():
    crop = np.full((64, 64, 3), 128, np.uint8)
    heat = np.zeros((64, 64), np.float32)
    heat[20, 20] = 0.4
    assert warmed(crop, heat, 0.4).max() > warmed(crop, heat, 4.0).max()


def test_the_words_give_the_peak_of_a_map_in_the_scale_of_its_net(heat):
    bench, crops = heat
    for detector in ("first", "second"):
        asked = {"detector": detector, "place": np.array([[0.5, 0.5]]), "size": 10.0}
        words = [bench.draw(asked | {"picture": picture}).words for picture in crops]
        shares = [int(re.search(r"brightest place reaches (\d+) %", said)[1]) for said in words]
        assert max(shares) == 100 and all("share one scale" in said for said in words)


def test_picture_and_map_are_told_apart_by_name(heat):
    bench, _ = heat
    titles = [panel.title for panel in bench.shown.panels]
    assert titles == ["Picture: one", "Heat map of the net trained on first"]


def test_a_map_without_heat_is_calm():
    crop = np.full((64, 64, 3), 128, np.uint8)
    assert np.ptp(warmed(crop, np.zeros((64, 64), np.float32), 0.0), axis=(0, 1)).max() == 0


def test_nothing_to_show_is_refused():
    with pytest.raises(ValueError, match="at least one of each"):
        where_it_looks({}, {})
    with pytest.raises(ValueError, match="crops"):
        where_it_looks({"a": Meso4().eval()}, {"b": np.zeros((64, 60, 3), np.uint8)})
