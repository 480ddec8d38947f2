"""Lesson 02's benches: the map of codes and the code-size scrubber, without a browser."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from unmasked import metrics, tensors, toons
from unmasked.faces import draw_faces
from unmasked.models.autoencoder import Autoencoder
from unmasked.widgets import code_size, latent_map
from unmasked.widgets.benches.code_size import CodeSize
from unmasked.widgets.benches.latent_map import SIDE, LatentMap
from unmasked.widgets.kit.paper import SHARP

# ---- the map of codes

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
    paper[: 20 * SHARP, : 110 * SHARP] = paper[-20 * SHARP :, -100 * SHARP :] = False  # the axes' names
    for code in codes:
        x, y = (chart.place_of(code) * SIDE * SHARP).astype(int)
        spot = np.s_[max(0, y - 14) : y + 14, max(0, x - 14) : x + 14]
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


# ---- the code-size scrubber


@pytest.fixture(scope="module")
def faces():
    acted = toons.sample_performances(np.random.default_rng(5), 47)
    drawn = draw_faces(toons.CAST["ada"], acted)
    return drawn[:40], drawn[40:]


@pytest.fixture(scope="module")
def scrubber(faces):
    known, new = faces
    torch.manual_seed(0)
    models = {size: Autoencoder(size, 2).store_average(tensors.to_tensor(known.pictures)) for size in (3, 20)}
    return models, CodeSize(models, known.pictures, new.pictures, new.masks)


def test_every_size_shows_the_same_faces(scrubber, faces):
    _, scene = scrubber
    assert scene.sizes == (0, 3, 20)
    first = [scene.draw({"size": str(size)}).panels[0] for size in scene.sizes]
    assert all(panel is first[0] for panel in first)
    assert (first[0].picture[:, :64, :3] == faces[1].pictures[0]).all()


def test_scores_are_those_of_the_metrics(scrubber, faces):
    models, scene = scrubber
    known, new = faces
    asked, inside = tensors.to_tensor(new.pictures), tensors.masks_to_tensor(new.masks)
    average = tensors.to_tensor(known.pictures).mean(0)
    with torch.no_grad():
        by_network = models[3](asked).clamp(0, 1)
    expected = metrics.explained(by_network, asked, average, inside)
    assert scene.scores[3][1] == pytest.approx(expected, abs=0.01)  # the bench rounds pictures to whole levels
    squared = metrics.masked_mse(by_network, asked, inside).sqrt() * 255
    assert scene.errors[3][1] == pytest.approx(squared[:6].numpy(), abs=0.5)
    assert scene.scores[0] == pytest.approx((0, 0), abs=1e-3)


def test_pca_with_as_many_numbers_as_known_pictures_rebuilds_those_pictures(faces):
    known, _ = faces
    torch.manual_seed(0)
    scene = CodeSize({39: Autoencoder(39, 2)}, known.pictures, known.pictures[:6], known.masks[:6])
    assert scene.scores[39][0] > 0.999
    assert (scene.errors[39][0] < 1).all()


def test_the_scrubber_says_its_numbers(scrubber):
    models, _ = scrubber
    known = np.random.default_rng(1).integers(0, 256, (30, 64, 64, 3), dtype=np.uint8)
    bench = code_size(models, known, known[:6], np.full((6, 64, 64), 255, np.uint8))
    assert "3 of 12,288 numbers" in bench.set(size="3").words or "20 of 12,288" in bench.shown.words
    assert "No code at all" in bench.set(size="0").words
    assert len(bench.shown.panels) == 3 and len(bench.set(size="20").panels) == 5
    assert "PCA: explained" in bench.shown.panels[1].title


def test_the_scrubber_refuses_what_does_not_fit(scrubber):
    models, _ = scrubber
    known = np.zeros((30, 64, 64, 3), np.uint8)
    with pytest.raises(ValueError, match="more than 20 pictures"):
        code_size(models, known[:20], known[:6], known[:6, ..., 0])
    with pytest.raises(ValueError, match="a mask each"):
        code_size(models, known, known[:6], known[:5, ..., 0])
    with pytest.raises(ValueError, match="whole numbers above 0"):
        code_size({}, known, known[:6], known[:6, ..., 0])
