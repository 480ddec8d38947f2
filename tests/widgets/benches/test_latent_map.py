"""The map of codes: places and codes, numerals, what is drawn."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from unmasked.widgets import latent_map
from unmasked.widgets.benches.latent_map import SIDE, LatentMap
from unmasked.widgets.kit.paper import SHARP

numbers = np.random.default_rng(0)

CODES = numbers.normal(size=(120, 2)) * (3, 0.5) + (1, -2)

PICTURES = numbers.integers(0, 256, (120, 9, 7), dtype=np.uint8)  # not square

LABELS = np.arange(120) % 10


def decode(codes):
    """Left half as bright as the first number says, right half as the second."""
    drawn = torch.zeros(len(codes), 9, 7)
    drawn[:, :, :3] = codes[:, 0].sigmoid()[:, None, None]
    drawn[:, :, 4:] = codes[:, 1].sigmoid()[:, None, None]
    return drawn.flatten(1)


@pytest.fixture(scope="module")
def scene():
    return LatentMap(decode, CODES, PICTURES, LABELS)


@settings(deadline=None, max_examples=50)
@given(st.floats(0, 1), st.floats(0, 1))
def test_places_and_codes_are_each_others_way_back(x, y):
    scene = LatentMap(decode, CODES, PICTURES, LABELS)
    place = np.array([[x, y]])
    assert scene.place_of(scene.code_of(place)) == pytest.approx(place, abs=1e-9)


def test_right_is_more_of_the_first_number_and_up_more_of_the_second(scene):
    left, right, up = (scene.code_of(np.array([place]))[0] for place in ((0.2, 0.5), (0.8, 0.5), (0.2, 0.1)))
    assert right[0] > left[0] and right[1] == left[1]
    assert up[1] > left[1] and up[0] == left[0]


@pytest.mark.parametrize("shown", ["codes", "drawn"])
@pytest.mark.parametrize("place", [(0, 0), (0.5, 0.5), (1, 1), (0, 1)])
def test_the_map_draws_the_code_at_the_point_and_the_nearest_digit(scene, shown, place):
    frame = scene.draw({"place": np.array([place], float), "map": shown})
    chart, drawn, nearest = frame.panels
    code = scene.code_of(np.array([place], float))[0]
    assert chart.picture.shape[:2] == (SIDE * SHARP, SIDE * SHARP)
    expected = torch.tensor(code).sigmoid()
    assert drawn.picture.shape == (9, 7)
    assert 255 - drawn.picture[4, 1] == pytest.approx(255 * float(expected[0]), abs=1)
    assert 255 - drawn.picture[4, 5] == pytest.approx(255 * float(expected[1]), abs=1)
    index = int(np.linalg.norm(CODES - code, axis=1).argmin())
    assert (255 - nearest.picture == PICTURES[index]).all()
    assert f"{LABELS[index]}, " in frame.words and str(LABELS[index]) in nearest.title


def test_numerals_stand_where_their_codes_are():
    # Two far corners hold 1s, a third place an 8: ink is there and nowhere else.
    codes = np.array([(0.0, 0.0), (10.0, 10.0), (0.0, 10.0)])
    chart = LatentMap(decode, codes, PICTURES[:3], np.array([1, 1, 8]))
    paper = chart.maps["codes"].picture.min(2) < 200
    paper[: 24 * SHARP, : 140 * SHARP] = paper[-24 * SHARP :, -130 * SHARP :] = False  # the axes' names
    for code in codes:
        x, y = (chart.place_of(code) * SIDE * SHARP).astype(int)
        spot = np.s_[max(0, y - 18) : y + 18, max(0, x - 18) : x + 18]
        assert paper[spot].any() or code[0] < code[1], f"nothing is written at {code}"
        paper[spot] = False
    assert not paper.any(), "something is written where no code is"


def test_the_bench_starts_at_a_code_and_follows_the_point():
    bench = latent_map(decode, CODES, PICTURES, LABELS, start=(1, -2))
    assert "Code (1.0, −2.0)" in bench.shown.words
    before = bench.shown
    frame = bench.set(place=[(0.9, 0.1)])
    assert frame.words != before.words and (frame.panels[1].picture != before.panels[1].picture).any()
    assert frame.panels[0] is before.panels[0], "the map is drawn anew at every move"
    assert bench.set(map="drawn").panels[0].title != before.panels[0].title


def test_the_map_works_on_a_copy():
    net = torch.nn.Linear(2, 63)
    bench = latent_map(net, CODES, PICTURES, LABELS)
    before = bench.set(place=[(0.3, 0.3)]).panels[1].picture.copy()
    with torch.no_grad():
        net.weight.zero_()
    bench.set(place=[(0.6, 0.3)])
    assert (bench.set(place=[(0.3, 0.3)]).panels[1].picture == before).all()


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ((CODES[:, :1], PICTURES, LABELS), r"codes: .* got shape \(120, 1\)"),
        ((CODES[:5], PICTURES, LABELS), r"pictures: .*one a code \(5\)"),
        ((CODES, PICTURES / 255, LABELS), "pictures: wanted uint8"),
        ((CODES, PICTURES, LABELS + 1), "labels: wanted one of 0…9"),
        ((np.where(CODES > 3, np.nan, CODES), PICTURES, LABELS), "codes: wanted finite"),
    ],
)
def test_the_map_refuses_what_does_not_fit(given, words):
    with pytest.raises(ValueError, match=words):
        latent_map(decode, *given)


def test_the_map_wants_something_to_call():
    with pytest.raises(TypeError, match="decode: wanted a network or a function, got int"):
        latent_map(3, CODES, PICTURES, LABELS)
