"""The heat map, the smear that tests it, its gauge and its trail."""

import re

import numpy as np
import pytest
import torch

from unmasked.forensics.detector import hide
from unmasked.models.meso import Meso4
from unmasked.widgets import where_it_looks
from unmasked.widgets.benches.where_it_looks import (
    CELLS,
    LARGER,
    MOST,
    NEEDED,
    Heat,
    Tried,
    gauge,
    key,
    ringed,
    traced,
    warmed,
)
from unmasked.widgets.kit.paper import enlarge

AT = {"picture": "one", "detector": "first"}


@pytest.fixture(scope="module")
def heat():
    torch.manual_seed(0)
    numbers = np.random.default_rng(0)
    crops = {name: numbers.integers(0, 256, (64, 64, 3)).astype(np.uint8) for name in ("one", "other")}
    return Heat({"first": Meso4().eval(), "second": Meso4().eval()}, crops)


@pytest.fixture
def bench(heat):
    return where_it_looks(heat.detectors, heat.crops)


def test_the_smear_lies_where_it_was_dragged(heat):
    for place, size in (([[0.0, 0.0]], 0.0), ([[0.25, 0.75]], 16.0), ([[1.0, 1.0]], 40.0)):
        shown = heat.draw(AT | {"place": np.array(place), "size": size})
        x, y = 64 * np.array(place[0])
        smeared = enlarge(hide(heat.crops["one"], x, y, size), LARGER, smooth=True)
        np.testing.assert_array_equal(shown.panels[0].picture, ringed(smeared, x, y, size))
        assert "with the smear" in shown.words and "A random place" in shown.alt
    untouched = heat.draw(AT | {"place": np.array([[0.5, 0.5]]), "size": 0.0})
    before, after = re.findall(r"(?:Score|smear) (−?\d+\.\d+)", untouched.words)
    assert after == before, "hiding nothing changes nothing"
    assert untouched.meters[0].value == "0.00" and untouched.meters[0].share == 0.5


def test_pictures_and_detectors_have_maps_of_their_own(heat):
    asked = {"place": np.array([[0.5, 0.5]]), "size": 10.0}
    maps = [
        heat.draw(asked | {"picture": picture, "detector": name}).panels[1].picture.tobytes()
        for picture in ("one", "other")
        for name in ("first", "second")
    ]
    assert len(set(maps)) == 4


def test_the_gauge_goes_to_the_side_of_the_change_and_farther_for_more():
    shares = [gauge(change, 0.5).share for change in (-2 * MOST, -4, -1, 0, 1, 4, 2 * MOST)]
    assert shares == sorted(set(shares)) and shares[0] == 0 and shares[3] == 0.5 and shares[-1] == 1
    assert gauge(0.5, 0.5).share - 0.5 == pytest.approx(gauge(0.5, 0.5).band), "a usual change just fills the shade"
    assert [gauge(change, 1).value for change in (-0.125, 0.001, 2)] == ["−0.12", "0.00", "+2.00"]


def test_the_key_runs_from_dark_to_bright_and_marks_the_maps_peak():
    shown = key(0.38)
    light = [sum(colour) for colour in shown.ramp]
    assert light == sorted(light) and shown.mark == 0.38 and shown.value == "38 %"


def test_what_was_tried_stays_as_a_trail_until_it_is_wiped(bench):
    start = bench.shown.panels[0].picture
    for place in ([[0.1, 0.1]], [[0.9, 0.1]], [[0.9, 0.9]]):
        bench.set(place=place)
    bench.set(place=bench.settings["place"])
    assert "tried" in bench.shown.words and len(bench.trails["one", "first", 16.0]) == 4, "and the same place once"
    bench.set(place=[[0.5, 0.55]])
    assert (bench.shown.panels[0].picture != start).any(), "the trail is on the picture"
    bench.set(picture="other")
    assert len(bench.trails["other", "first", 16.0]) == 1, "another picture begins with a trail of its own"
    bench.set(picture="one", size=0.0)
    assert not bench.trails["one", "first", 0.0], "nothing hidden, nothing tried"
    bench.set(size=16.0)
    bench.on_press("wipe")
    np.testing.assert_array_equal(bench.shown.panels[0].picture, start)


def test_a_trail_stays_short_however_long_one_drags(bench):
    for x, y in np.random.default_rng(1).uniform(0, 1, (40, 2)):
        bench.set(place=[[x / CELLS, y / CELLS]])
    assert len(bench.trails["one", "first", 16.0]) == 2, "the start, and the newest place of one cell"


def test_the_trail_tells_fallen_from_risen_and_chance_by_shape():
    ground = np.full((64 * LARGER, 64 * LARGER, 3), 128, np.uint8)
    drawn = [traced(ground, [Tried(32, 32, change)], 0.5) for change in (-3, 3, 0.4)]
    fallen, risen, chance = ((picture != ground).any(-1) for picture in drawn)
    rows = [np.flatnonzero(shape.any(1)) for shape in (fallen, risen)]
    widest = [int(found[np.argmax(shape.sum(1)[found])]) for found, shape in zip(rows, (fallen, risen), strict=True)]
    assert widest[0] < 32 * LARGER < widest[1], "one points down, the other up"
    assert chance.sum() < fallen.sum() / 2
    assert traced(ground, [], 0.5) is not ground and (ground == 128).all(), "the picture handed in stays as it was"


def test_the_trail_becomes_a_verdict_on_the_map(heat):
    world = np.zeros((64, 64), np.float32)
    world[:, :32] = 1.0
    bright = [Tried(5, 10 * k + 5, -2.0) for k in range(NEEDED)]
    dark = [Tried(50, 10 * k + 5, 0.5) for k in range(NEEDED)]
    assert f"Places tried: {NEEDED} bright, 2 dark" in heat.verdict(world, bright + dark[:2], 0.5)
    assert "✓" in heat.verdict(world, bright + dark, 0.5) and "−2.00" in heat.verdict(world, bright + dark, 0.5)
    as_much = [Tried(one.x, one.y, -1.5) for one in dark]
    risen = [Tried(one.x, one.y, 2.0) for one in bright]
    assert "✗" in heat.verdict(world, bright + as_much, 0.5) and "✗" in heat.verdict(world, risen + dark, 0.5)
    assert "✗" in heat.verdict(world, bright + dark, 2.5), "as much as chance is too little"
    silent = heat.verdict(np.zeros_like(world), bright + dark, 0.5)
    assert "0 bright" in silent, "a map without heat has no bright places"
    assert "tried" in heat.verdict(world, [Tried(64.0, 64.0, 1.0)], 0.5), "the corner is a place, too"


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
    for detector in ("first", "second"):
        asked = {"detector": detector, "place": np.array([[0.5, 0.5]]), "size": 10.0}
        alts = [heat.draw(asked | {"picture": picture}).alt for picture in heat.crops]
        shares = [int(re.search(r"brightest place reaches (\d+) %", said)[1]) for said in alts]
        assert max(shares) == 100


def test_picture_and_map_are_told_apart_by_name(bench):
    titles = [panel.title for panel in bench.shown.panels]
    assert titles == ["Picture: one, 64 × 64", "Heat map, trained on first"]


def test_a_map_without_heat_is_calm():
    crop = np.full((64, 64, 3), 128, np.uint8)
    assert np.ptp(warmed(crop, np.zeros((64, 64), np.float32), 0.0), axis=(0, 1)).max() == 0


def test_nothing_to_show_is_refused():
    with pytest.raises(ValueError, match="at least one of each"):
        where_it_looks({}, {})
    with pytest.raises(ValueError, match="crops"):
        where_it_looks({"a": Meso4().eval()}, {"b": np.zeros((64, 60, 3), np.uint8)})
