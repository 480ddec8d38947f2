"""Blind pairs: nothing tells who made which, choices are kept once, and a second look goes on where it was left."""

import numpy as np
import pytest

from unmasked.course import record
from unmasked.widgets import blind_pairs
from unmasked.widgets.benches.blind_pairs import wins

pytestmark = pytest.mark.usefixtures("learner_home")
NAMES = ("mse", "edges", "adversary")


@pytest.fixture
def makers():
    return {name: np.full((4, 16, 16, 3), 40 + 60 * i, np.uint8) for i, name in enumerate(NAMES)}


def test_every_two_makers_meet_over_as_many_faces(makers):
    bench = blind_pairs(makers, "sharper", faces=3, seed=0)
    assert bench.total == 9
    met = [frozenset(pair[:2]) for pair in bench.pairs]
    assert all(met.count(two) == 3 for two in met) and len(set(met)) == 3


def test_no_name_of_a_maker_is_shown(makers):
    bench = blind_pairs(makers, "sharper", seed=1)
    while bench.pairs:
        frame = bench.shown
        said = " ".join([frame.alt, frame.words, *(panel.title + panel.alt for panel in frame.panels)])
        assert not any(name in said for name in NAMES)
        bench.choose("left")


def test_sides_and_order_are_left_to_chance(makers):
    orders = {tuple(blind_pairs(makers, "sharper", seed=seed).pairs) for seed in range(8)}
    assert len(orders) == 8
    assert blind_pairs(makers, "sharper", seed=3).pairs == blind_pairs(makers, "sharper", seed=3).pairs


def test_choices_are_kept_and_counted(makers):
    bench = blind_pairs(makers, "sharper", faces=2, seed=0)
    while bench.pairs:
        left, right, _ = bench.pairs[0]
        bench.on_press("left" if left == "edges" or right == "mse" else "right")
    assert len([line for line in record.read("sharper") if line["kind"] == "pair"]) == 6
    found = wins("sharper", makers)
    assert found["edges"] == (4, 4) and found["mse"] == (0, 4)
    assert "All 6 pairs" in bench.shown.words and all(button["disabled"] for button in bench.buttons)


def test_a_second_look_goes_on_where_the_first_one_was_left(makers):
    first = blind_pairs(makers, "sharper", seed=0)
    done = first.pairs[0]
    first.choose("right")
    second = blind_pairs(makers, "sharper", seed=5)
    assert len(second.pairs) == second.total - 1
    assert not any({*pair[:2]} == {*done[:2]} and pair[2] == done[2] for pair in second.pairs)
    other = {name: pictures + 1 for name, pictures in makers.items()}
    assert len(blind_pairs(other, "sharper").pairs) == first.total, "other pictures are another question"


def test_who_acts_stands_beside(makers):
    source = np.zeros((4, 16, 16, 3), np.uint8)
    assert len(blind_pairs(makers, "sharper", source=source).shown.panels) == 3


def test_other_arguments_are_refused_in_words(makers):
    with pytest.raises(ValueError, match="two or more"):
        blind_pairs({"mse": makers["mse"]}, "sharper")
    with pytest.raises(ValueError, match="faces"):
        blind_pairs(makers, "sharper", faces=5)
    with pytest.raises(ValueError, match="source"):
        blind_pairs(makers, "sharper", source=np.zeros((3, 16, 16, 3), np.uint8))
    with pytest.raises(ValueError, match="left"):
        blind_pairs(makers, "sharper").choose("middle")
