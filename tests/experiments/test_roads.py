"""The roads' exam: what its measures say of known answers, that it is the swap benchmark's, and its rows."""

import json

import numpy as np
import pytest
import torch

from unmasked import toons
from unmasked.experiments import judges, roads, sharper
from unmasked.experiments.tables import load_table
from unmasked.models import weights


@pytest.fixture(scope="module")
def exams():
    return roads.exam(10), roads.exam(6, steady=True)


def test_truth_and_average_score_what_they_must(exams):
    truth, average = (roads.roads_row(road, exams=exams) for road in ("truth", "average"))
    assert truth["explained"] == truth["expression"] == truth["sharpness"] == truth["one_light"] == 1
    assert average["explained"] == pytest.approx(0, abs=1e-6) and average["one_light"] == pytest.approx(0, abs=1e-6)
    assert truth["identity"] > 0.7 and truth["read"] > 0.6 > 0.2 > average["read"]
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


@pytest.fixture(scope="module")
def few(exams):
    """Two exams with three performances each, for the roads that take about a second a picture."""
    parts = []
    for one in exams:
        truth = {name: _first(some, 3) for name, some in one.truth.items()}
        parts.append(roads.Exam(truth, _first(one.own, 3), one.known))
    return tuple(parts)


def _first(truth, count):
    return type(truth)(*(value[:count] for value in vars(truth).values()))


def test_a_poorer_model_draws_poorer_and_the_expression_alone_is_the_easier_question(few):
    right, almost, alone = (roads.roads_row(road, exams=few) for road in ("face2face", "almost", "alone"))
    assert alone["explained"] > right["explained"] > almost["explained"] > -1
    assert alone["expression"] > 0.8


def test_the_film_of_its_own_has_other_poses_and_the_actor_s_expressions(exams):
    for one in exams:
        own, acted = (toons.PARAMETERS.index(name) for name in ("yaw", "smile"))
        mine, actor = one.own.performances, one.truth["ada"].performances
        assert np.array_equal(mine[:, acted], actor[:, acted]) and not np.isclose(mine[:, own], actor[:, own]).any()
        assert np.ptp(one.own.performances[:, -2:]) > 0 or one is exams[1]
        assert np.ptp(exams[1].own.performances[:, -2:], axis=0).max() == 0, "the lamp moves in the steady exam"


def test_what_the_expression_alone_is_held_against_is_drawn(few):
    """With the actor's true expressions in place of the fitted ones it would be met exactly."""
    asked = roads.Exam(few[0].truth, few[0].own, few[0].known)
    asked.read = lambda model: asked.truth["ada"].performances
    drawn = roads.ready("alone")[0](asked)
    assert torch.equal(drawn, asked.own.pictures)
    assert roads.measured(drawn, asked.own, asked.known)["expression"] == 1


def test_a_picture_is_fitted_once_a_model(few, monkeypatch):
    few[0].read(toons.character("ada"))
    monkeypatch.setattr(roads.face2face, "fit_all", lambda *some: pytest.fail("fitted twice"))
    assert few[0].read(toons.character("ada")).shape == (3, 11)


def test_the_one_shot_net_gets_one_picture_of_the_target_and_none_of_the_actor(exams):
    row = roads.roads_row("one-shot", exams=exams)
    net, calm = weights.load("one-shot"), roads.calm_pictures()[1]
    with torch.no_grad():
        drawn = net.swap(exams[0].acted, calm).clamp(0, 1)
    wanted = roads.measured(drawn, exams[0].truth["bo"], exams[0].known)
    assert {key: row[key] for key in wanted} == pytest.approx(wanted, abs=1e-4)


def test_the_judges_helped_no_road(exams):
    """Read is the mean over the expression's numbers, by the nets that the one-shot swap never saw."""
    true = exams[0].truth["bo"]
    found = roads.measured(true.pictures, true, exams[0].known)
    read = judges.read(weights.load("judge-regressor"), true.pictures).numpy()
    columns = [toons.PARAMETERS.index(name) for name in toons.EXPRESSION]
    missed = np.square(read - true.performances).sum(0) / np.square(true.performances - true.performances.mean(0)).sum(
        0
    )
    assert found["read"] == pytest.approx(np.mean(1 - missed[columns]), abs=1e-4)


def test_an_unknown_road_is_told():
    with pytest.raises(ValueError, match="face2face"):
        roads.ready("diffusion")


def test_the_command_keeps_what_it_made(tmp_path, monkeypatch):
    cheap = {name: roads.ROADS[name] for name in ("truth", "average", "shared")}
    monkeypatch.setattr(roads, "ROADS", cheap)
    threads = torch.get_num_threads()
    try:
        roads.main(["--seeds", "1", "--held-out", "8", "--steady", "4", "--folder", str(tmp_path)])
        roads.main(["--seeds", "1", "--held-out", "8", "--steady", "4", "--folder", str(tmp_path)])
    finally:
        torch.set_num_threads(threads)
    table = json.loads((tmp_path / "roads.json").read_text())
    assert [(row["road"], row["seed"]) for row in table["rows"]] == [(name, 0) for name in cheap]
    assert table["command"] == "python -m unmasked.experiments.roads --seeds 1 --held-out 8 --steady 4"
    strips = roads.load_examples(tmp_path)
    assert list(strips) == ["acted", *cheap] and strips["truth"].shape == (roads.SHOWN, 64, 64, 3)
    assert strips["shared"].any() and not np.array_equal(strips["shared"], strips["truth"])


def test_the_kept_table_has_every_road():
    table = load_table(roads.TABLE)
    wanted = [(name, seed) for name in roads.ROADS for seed in range(table["settings"]["seeds"])]
    assert [(row["road"], row["seed"]) for row in table["rows"]] == wanted
