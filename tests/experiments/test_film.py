"""What makes a film flicker: the takes, the variants, the measures, and the table that lesson 09 shows."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from unmasked import extract, toons
from unmasked.experiments import film
from unmasked.experiments.film import Variant
from unmasked.experiments.tables import load_table
from unmasked.film import ema, eye_opening, steadied

FRAMES = 30


@pytest.fixture(scope="module")
def taken():
    return film.take(0, FRAMES)


def test_a_take_is_one_performance_filmed_twice(taken):
    assert taken.body.shape == taken.driver.shape == taken.clean.shape == (FRAMES, 256, 256, 3)
    assert not np.array_equal(taken.body, taken.driver)
    for name in ("body", "driver"):
        eyes = np.linalg.norm(taken.filmed[name][:, 45] - taken.filmed[name][:, 36], axis=-1).mean()
        off = np.linalg.norm(taken.found[name] - taken.filmed[name], axis=-1).mean()
        assert 0 < off < 0.05 * eyes, "found, and found well"
    np.testing.assert_allclose(taken.filmed["body"], taken.truth.landmarks, atol=6)
    assert np.abs(taken.clean.astype(float) - taken.truth.pictures).mean() < 4, "the same camera, but for its noise"


def test_every_clip_has_a_blink_and_its_own_performance():
    lids = toons.PARAMETERS.index("lids")
    tracks = [film.performances(clip) for clip in range(8)]
    assert all(track[6:-6, lids].min() < 0.05 for track in tracks)
    assert not np.array_equal(tracks[0], tracks[1])
    np.testing.assert_array_equal(tracks[3], film.performances(3))


def test_the_body_has_the_new_faces_skin():
    assert film.double().skin == toons.CAST["bo"].skin and film.double().hair == toons.CAST["kit"].hair


def test_variants_have_names_of_their_own():
    names = [str(variant) for variant in film.VARIANTS]
    assert len(set(names)) == len(names) and names[0] == "raw" and set(film.SOURCES) <= set(names)
    assert str(Variant("ema", 0.25)) == "ema 0.25" and str(Variant("ema", 0.25, "codes")) == "ema 0.25 of codes"
    for wrong in ({"method": "best"}, {"what": "eyes"}):
        with pytest.raises(ValueError, match="wanted one of"):
            Variant(**wrong)
    track = np.random.default_rng(0).normal(size=(5, 3))
    assert Variant().smooth(track) is track and not np.array_equal(Variant("kalman", 0.1).smooth(track), track)


def test_an_honest_film_hardly_flickers_and_a_forged_one_does(taken):
    rows = {name: film.film_row(Variant(name), 0, taken=taken) for name in ("raw", "honest", "network")}
    assert rows["honest"]["flicker"] < rows["network"]["flicker"] < rows["raw"]["flicker"]
    assert rows["honest"]["error"] < 0.6 * rows["raw"]["error"]
    assert rows["honest"]["lag"] == pytest.approx(0, abs=0.05) and rows["honest"]["blink"] == pytest.approx(1)
    assert rows["honest"]["blink_seen"] == pytest.approx(1, abs=0.1) and rows["raw"]["blink_seen"] > 0.3


def test_smoothing_comes_late_and_loses_blinks_where_it_is_done(taken):
    strong = film.film_row(Variant("ema", 0.15), 0, taken=taken)
    raw = film.film_row(Variant(), 0, taken=taken)
    assert strong["lag"] > raw["lag"] + 1 and strong["blink"] < 0.7 * raw["blink"]
    codes = film.film_row(Variant("ema", 0.15, "codes"), 0, taken=taken)
    assert codes["lag"] == raw["lag"] and codes["blink"] == raw["blink"] and codes["blink_seen"] < raw["blink_seen"]


def test_a_blink_is_seen_where_it_is_to_be_seen(taken):
    marks = taken.truth.landmarks
    crops = steadied(taken.clean, marks)
    there = extract.move(marks, extract.align_matrix(marks))
    opening = eye_opening(marks)
    assert film.blink_seen(crops, crops, there, opening) == pytest.approx(1)
    assert film.blink_seen(np.repeat(crops[:1], FRAMES, 0), crops, there, opening) == 0
    brighter = np.clip(crops.astype(int) + 20, 0, 255).astype(np.uint8)
    seen = film.blink_seen(brighter, crops, there, opening)
    assert seen == pytest.approx(1, abs=0.15), "what is always off is no blink"
    late = np.concatenate([crops[:2], crops[:-2]])
    assert film.blink_seen(late, crops, there, opening) > 0.7, "a late blink is one"
    smeared = ema(crops, 0.15).round().astype(np.uint8)
    assert film.blink_seen(smeared, crops, there, opening) < 0.6
    assert np.isnan(film.blink_seen(crops, crops, there, np.ones(FRAMES)))


def test_a_row_can_be_made_again(taken):
    before = torch.random.get_rng_state()
    rows = [film.film_row(Variant("kalman", 0.1), 0, taken=taken) for _ in range(2)]
    assert rows[0] == rows[1] and torch.equal(before, torch.random.get_rng_state())
    assert (
        rows[0] | {"variant": "kalman 0.1", "method": "kalman", "amount": 0.1, "what": "tracks", "clip": 0} == rows[0]
    )


def test_intervals_and_the_front():
    rows = [{"variant": "raw"} | dict.fromkeys(film.MEASURES, value) for value in (1.0, 2.0, 3.0)]
    mean, low, high = film.summary(rows)["raw"]["error"]
    assert mean == 2 and high - mean == pytest.approx(mean - low) == pytest.approx(4.3027 / np.sqrt(3), rel=1e-3)
    assert film.summary(rows[:1])["raw"]["lag"] == (1.0, 1.0, 1.0)
    pairs = [{"variant": name, "clip": clip} | dict.fromkeys(film.MEASURES, 10.0 * clip + by)
             for clip in (0, 1, 2) for name, by in (("raw", 0.0), ("ema 0.4", -0.5))]  # fmt: skip
    assert film.differences(pairs)["ema 0.4"]["flicker"] == pytest.approx((-0.5, -0.5, -0.5))
    with pytest.raises(ValueError, match="base: 'raw' has no row on clip 0"):
        film.differences(pairs[1:])
    points = {"a": (1, 5), "b": (2, 2), "c": (3, 3), "d": (5, 1), "e": (2, 2)}
    assert film.front(points) == ["a", "b", "d", "e"]


def test_a_table_goes_on_where_it_was_left(taken, tmp_path, monkeypatch):
    monkeypatch.setattr(film, "take", lambda clip, frames: taken)
    made = []
    monkeypatch.setattr(
        film,
        "film_row",
        lambda variant, clip, taken: made.append(str(variant)) or {"variant": str(variant), "clip": clip},
    )
    arguments = ["--clips", "2", "--frames", "30", "--folder", str(tmp_path)]
    film.main(arguments)
    table = load_table("film", folder=tmp_path)
    assert len(made) == len(table["rows"]) == 2 * len(film.VARIANTS)
    assert table["command"] == "python -m unmasked.experiments.film --clips 2 --frames 30"
    film.main(arguments)
    assert len(made) == 2 * len(film.VARIANTS), "a kept row was made again"
    monkeypatch.setattr(film.weights, "shipped", lambda: {film.WEIGHTS: {"sha256": "another"}})
    film.main(arguments)
    assert len(made) == 4 * len(film.VARIANTS), "another net makes other films"


def test_too_few_are_worded(capsys):
    for arguments in (["--clips", "0"], ["--frames", "10"]):
        with pytest.raises(SystemExit):
            film.main(arguments)
        assert "--clips must be 1 or more and --frames 30 or more" in capsys.readouterr().err


def test_the_kept_table_says_what_lesson_09_says():
    table = load_table("film")
    clips = {row["clip"] for row in table["rows"]}
    assert len(clips) >= 6 and len(table["rows"]) == len(clips) * len(film.VARIANTS)
    assert table["weights"] == {film.WEIGHTS: film.weights.shipped()[film.WEIGHTS]["sha256"]}
    means = {
        name: {one: values[one][0] for one in film.MEASURES} for name, values in film.summary(table["rows"]).items()
    }
    raw = means["raw"]
    assert means["honest"]["flicker"] < means["network"]["flicker"] < means["detection"]["flicker"]
    assert means["offline 0.1"]["flicker"] < raw["flicker"], "the limit"
    assert means["ema 0.15"]["lag"] > means["ema 0.4"]["lag"] > 1 > means["kalman 0.1"]["lag"]
    assert means["ema 0.15"]["error"] > raw["error"], "it slips"
    assert means["ema 0.15"]["blink"] < means["ema 0.4"]["blink"] < means["ema 0.8"]["blink"]
    kalman = [means[str(replace(Variant(), method="kalman", amount=amount))] for amount in film.NOISES]
    assert all(np.diff([one["lag"] for one in kalman]) > 0)
