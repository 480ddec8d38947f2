"""The sorted wall: the order, the cut, the counts, and what tells kept from dropped."""

import numpy as np
import pytest

from unmasked.widgets import sorted_wall
from unmasked.widgets.benches.sorted_wall import CELL, COLUMNS, GAP, Wall

pytestmark = pytest.mark.usefixtures("learner_home")
COUNT = 9
SHADES = 20 + 22 * np.arange(COUNT)
SHARP = np.array([5.0, 3, 9, 1, 7, 2, 8, 4, 6])
FAULTS = ["", "blurred", "", "blurred", "", "", "", "", "wrong one"]


@pytest.fixture(scope="module")
def crops():
    """Each crop of one shade, by which it's known on the wall."""
    return np.broadcast_to(SHADES[:, None, None, None], (COUNT, 16, 16, 3)).astype(np.uint8)


@pytest.fixture
def bench(crops):
    return sorted_wall(crops, {"sharpness": SHARP, "twins": SHADES}, FAULTS, least_first=("twins",))


def shades(picture, count=COUNT):
    middles = [(CELL * (at // COLUMNS) + CELL // 3, CELL * (at % COLUMNS) + CELL // 3) for at in range(count)]
    return [int(picture[row, column, 0]) for row, column in middles]


def test_the_best_come_first_whichever_way_is_good(bench):
    assert shades(bench.shown.panels[0].picture) == SHADES[np.argsort(-SHARP)].tolist()
    assert shades(bench.set(by="twins").panels[0].picture) == sorted(SHADES.tolist())


def test_the_cut_is_counted_and_told(bench):
    frame = bench.set(keep=7.0)
    assert [meter.value for meter in frame.meters] == ["2 of 3", "5 of 6"]
    assert "7 kept, 2 of them bad; 2 dropped, 1 of them good. The cut lies between 3 and 2." in frame.words
    assert "Everything is cut" in bench.set(keep=0.0).words and "Nothing is cut" in bench.set(keep=9.0).words


def test_what_is_dropped_is_struck_through_and_no_brighter(bench):
    whole = bench.shown.panels[0].picture.copy()
    cut = bench.set(keep=8.0).panels[0].picture
    top, left = CELL * (8 // COLUMNS), CELL * (8 % COLUMNS)
    before, after = (picture[top : top + CELL - GAP, left : left + CELL - GAP] for picture in (whole, cut))
    assert np.ptp(before.astype(int)) == 0 and np.ptp(after.astype(int)) > 20, "nothing but its shade tells it apart"
    np.testing.assert_array_equal(whole[:CELL, :CELL], cut[:CELL, :CELL])


def test_faults_are_hidden_until_asked_for(bench):
    hidden = bench.shown.panels[0].picture
    assert (bench.set(truth=True).panels[0].picture != hidden).any()
    np.testing.assert_array_equal(bench.set(truth=False).panels[0].picture, hidden)


def test_a_click_says_the_last_that_stays(bench):
    (laid,) = bench.grids
    assert laid["name"] == "keep" and laid["values"] == list(range(1, COUNT + 1)) and laid["at"] == COUNT - 1
    bench.set(keep=3.0)
    assert bench.grids[0]["at"] == 2


def test_without_a_truth_nothing_is_claimed(crops):
    bench = sorted_wall(crops, {"sharpness": SHARP})
    assert "truth" not in bench.settings and bench.shown.meters == ()
    assert "bad" not in bench.set(keep=4.0).words


def test_a_wall_travels_as_it_is(crops):
    many = np.repeat(crops, 4, 0)[:28]
    bench = sorted_wall(many, {"sharpness": np.arange(28.0)})
    assert bench.frame["panels"][0]["kind"] == "raw", "to encode it would take longer than to send it"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"crops": np.zeros((29, 8, 8, 3), np.uint8), "measures": {"a": np.zeros(29)}, "faults": ()}, "28 at most"),
        ({"measures": {}}, "measures"),
        ({"measures": {"a": np.zeros(4)}}, "9 finite numbers for 'a'"),
        ({"measures": {"a": np.full(COUNT, np.nan)}}, "finite"),
        ({"faults": ["blurred"]}, "faults"),
        ({"least_first": ("size",)}, "size"),
    ],
)
def test_what_does_not_fit_is_refused_in_words(crops, change, words):
    given = {"crops": crops, "measures": {"sharpness": SHARP}, "faults": FAULTS, "least_first": ()} | change
    with pytest.raises(ValueError, match=words):
        Wall(**given)
