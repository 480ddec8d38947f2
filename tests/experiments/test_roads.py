"""The roads' exam: what its measures say of known answers, that it is the swap benchmark's, and its rows."""

import json

import numpy as np
import pytest
import torch

from unmasked.experiments import roads, sharper
from unmasked.experiments.tables import load_table
from unmasked.models import weights


@pytest.fixture(scope="module")
def exams():
    return roads.exam(10), roads.exam(6, steady=True)


def test_truth_and_average_score_what_they_must(exams):
    truth, average = (roads.roads_row(road, exams=exams) for road in ("truth", "average"))
    assert truth["explained"] == truth["expression"] == truth["sharpness"] == truth["one_light"] == 1
    assert average["explained"] == pytest.approx(0, abs=1e-6) and average["one_light"] == pytest.approx(0, abs=1e-6)
    assert truth["identity"] > 0.7
    assert truth["seconds"] == 0


def test_the_shared_encoder_is_measured_as_the_swap_benchmark_measures_it(exams):
    row = roads.roads_row("shared", exams=exams)
    same = sharper.measured(weights.load("swap-ada-bo"), exams[0].truth)
    for key in ("explained", "expression", "sharpness"):
        assert row[key] == pytest.approx(same[f"{key}_ab"], abs=1e-5)


def test_in_the_steady_exam_only_the_light_stands_still(exams):
    acted = exams[1].truth["ada"].performances
    assert np.ptp(acted[:, -2:], axis=0).max() == 0 and (np.ptp(acted[:, :-2], axis=0) > 0).all()


def test_a_trained_row_is_repeatable(exams):
    before = torch.get_rng_state()
    rows = [roads.roads_row("original", 0, exams=exams, steps=2, pictures=24) for _ in range(2)]
    for row in rows:
        assert row.pop("seconds") > 0
    assert rows[0] == rows[1] and set(rows[0]) == {"road", "seed", *roads.MEASURES, "one_light"}
    assert torch.equal(torch.get_rng_state(), before), "the learner's own random numbers were moved"


def test_one_still_is_driven(exams):
    row = roads.roads_row("still", exams=exams)
    assert row["sharpness"] > 0 and row["one_light"] > row["explained"] - 1


def test_a_poorer_model_draws_poorer(exams):
    few = roads.Exam({name: _first(some, 3) for name, some in exams[0].truth.items()}, exams[0].known)
    right, almost = (roads.roads_row(road, exams=(few, few)) for road in ("face2face", "almost"))
    assert right["explained"] > almost["explained"] > -1


def _first(truth, count):
    return type(truth)(*(value[:count] for value in vars(truth).values()))


def test_an_unknown_road_is_told():
    with pytest.raises(ValueError, match="face2face"):
        roads.ready("diffusion")


def test_the_command_keeps_what_it_made(tmp_path, monkeypatch):
    cheap = {name: roads.ROADS[name] for name in ("truth", "average", "shared")}
    monkeypatch.setattr(roads, "ROADS", cheap)
    threads = torch.get_num_threads()
    try:
        roads.main(["--held-out", "8", "--steady", "4", "--folder", str(tmp_path)])
        roads.main(["--held-out", "8", "--steady", "4", "--folder", str(tmp_path)])
    finally:
        torch.set_num_threads(threads)
    table = json.loads((tmp_path / "roads.json").read_text())
    assert [row["road"] for row in table["rows"]] == list(cheap)
    assert table["command"] == "python -m unmasked.experiments.roads --held-out 8 --steady 4"
    strips = roads.load_examples(tmp_path)
    assert list(strips) == ["acted", *cheap] and strips["truth"].shape == (roads.SHOWN, 64, 64, 3)
    assert strips["shared"].any() and not np.array_equal(strips["shared"], strips["truth"])


def test_the_kept_table_has_every_road():
    table = load_table(roads.TABLE)
    seeds = table["settings"]["seeds"]
    wanted = [(name, seed) for name, road in roads.ROADS.items() for seed in range(seeds if road.steps else 1)]
    assert [(row["road"], row["seed"]) for row in table["rows"]] == wanted
