"""The atlas of lesson 06: data as an experiment asks for them, rows that can be made again, also on a cluster."""

import os
from dataclasses import replace
from pathlib import Path

import joblib
import numpy as np
import pytest
import torch
from joblib.externals.loky import get_reusable_executor

from unmasked import toons
from unmasked.experiments import data_decides
from unmasked.experiments.data_decides import EXPERIMENTS, Data, Experiment
from unmasked.experiments.tables import load_table

SMALL = Experiment(Data(9), Data(6, detail=0.5))
LIDS = toons.PARAMETERS.index("lids")


def test_a_side_has_as_many_pictures_as_asked_and_as_fine():
    sharp = data_decides.training_faces(replace(SMALL, second=Data(6)), 3)
    soft = data_decides.training_faces(SMALL, 3)
    assert [len(soft[name]) for name in ("ada", "bo")] == [9, 6]
    assert np.array_equal(soft["ada"].pictures, sharp["ada"].pictures), "the sharp side was changed too"
    assert np.array_equal(soft["bo"].landmarks, sharp["bo"].landmarks)
    assert data_decides.fine_detail(soft["bo"].pictures, soft["bo"].masks) < 0.7 * data_decides.fine_detail(
        sharp["bo"].pictures, sharp["bo"].masks
    )


def test_more_pictures_begin_with_the_fewer_ones():
    few, many = (data_decides.training_faces(Experiment(Data(n), Data(n)), 0)["ada"].pictures for n in (4, 7))
    assert np.array_equal(few, many[:4])


@pytest.mark.parametrize("detail", [0.1, 0.3, 1.0])
def test_shrinking_keeps_shape_and_mean(detail):
    pictures = np.random.default_rng(0).integers(0, 256, (3, 48, 32, 3), dtype=np.uint8)
    kept = pictures.copy()
    small = data_decides.shrink(pictures, detail)
    assert small.shape == pictures.shape and small.dtype == np.uint8
    assert abs(small.mean() - pictures.mean()) < 2
    assert np.array_equal(pictures, kept) and small is not pictures
    assert (small.std() < pictures.std()) == (detail < 1)


def test_the_actor_does_what_is_asked_and_leaves_out_what_its_data_do():
    experiment = EXPERIMENTS["Bo never does"]
    for actor in experiment.names:
        _, truth = data_decides.swapped_faces(experiment, 0, 20, actor)
        assert truth.performances[:, LIDS].max() <= 0.1 + 1e-6
    _, truth = data_decides.swapped_faces(EXPERIMENTS["other light"], 0, 20, "bo")
    assert truth.performances[:, toons.PARAMETERS.index("light_azimuth")].min() >= 30 - 1e-4
    assert data_decides.training_faces(experiment, 0)["bo"].performances[:, LIDS].min() >= 0.5 - 1e-6


def test_what_is_swapped_is_as_fine_as_the_actors_own_data_and_the_truth_is_sharp():
    experiment = EXPERIMENTS["as found"]
    soft, truth = data_decides.swapped_faces(experiment, 0, 6, "bo")
    again = data_decides.draw_faces(toons.character("bo"), truth.performances)
    assert np.array_equal(soft, data_decides.shrink(again.pictures, experiment.second.detail))
    degraded, _ = data_decides.swapped_faces(EXPERIMENTS["degraded at conversion"], 0, 6, "ada")
    sharp, truth = data_decides.swapped_faces(experiment, 0, 6, "ada")
    assert np.array_equal(degraded, data_decides.shrink(sharp, 0.35))
    assert np.array_equal(truth.pictures, data_decides.draw_faces(toons.character("bo"), truth.performances).pictures)


def test_the_eyes_mask_lies_over_the_eyes_and_nowhere_else():
    faces = data_decides.training_faces(SMALL, 0)["ada"]
    mask = data_decides.eyes_mask(faces.landmarks)
    assert mask.shape == (9, 1, 64, 64)
    for inside, points in zip(mask[:, 0], faces.landmarks, strict=True):
        for eye in ("right_eye", "left_eye"):
            x, y = np.rint(points[toons.LANDMARKS[eye]].mean(0)).astype(int)
            assert inside[y, x] == 1
        mouth = np.rint(points[toons.LANDMARKS["lips"]].mean(0)).astype(int)
        assert inside[mouth[1], mouth[0]] == 0
    assert 0.01 < float(mask.mean()) < 0.25


def test_unlike_faces_are_further_apart_than_like_ones():
    assert data_decides.unlikeness("ada", "ada", 4) == 0
    assert data_decides.unlikeness("gus", "bo", 8) < data_decides.unlikeness("dot", "bo", 8)


def test_a_row_does_not_depend_on_how_many_threads_the_caller_has():
    before, rows = torch.get_num_threads(), []
    try:
        for threads in (1, 2):
            torch.set_num_threads(threads)
            rows.append(data_decides.atlas_row(SMALL, 3, 2, held_out=8))
            assert torch.get_num_threads() == threads
    finally:
        torch.set_num_threads(before)
    assert rows[0] == rows[1], "a right answer on another machine would be refused"


def test_a_row_is_the_same_again_and_leaves_the_callers_random_numbers():
    before = torch.get_rng_state()
    rows = [data_decides.atlas_row(SMALL, 1, 2, held_out=5) for _ in range(2)]
    assert rows[0] == rows[1]
    assert rows[0] | {"experiment": "my own", "seed": 1, "steps": 2} == rows[0]
    assert all(np.isfinite(value) for key, value in rows[0].items() if key != "experiment")
    assert torch.equal(torch.get_rng_state(), before)


def test_rows_side_by_side_in_threads_are_those_of_one_after_the_other():
    asked = [SMALL, replace(SMALL, first=Data(4))]
    alone = data_decides.atlas_rows(asked, [0, 1], 2, held_out=4)
    threads, state = torch.get_num_threads(), torch.get_rng_state()
    try:
        torch.set_num_threads(2)
        with joblib.parallel_config(backend="threading", n_jobs=4):
            beside = data_decides.atlas_rows(asked, [0, 1], 2, held_out=4)
        assert torch.get_num_threads() == 2, "the caller's threads were not given back"
    finally:
        torch.set_num_threads(threads)
    assert beside == alone, "two rows drew their first weights from each other's seed, or took more than one thread"
    assert torch.equal(torch.get_rng_state(), state)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: data_decides.atlas_row("as fond", 0), "experiment: wanted one of as found"),
        (lambda: Data(pictures=1), "pictures"),
        (lambda: Data(detail=0), "detail"),
        (lambda: data_decides.shrink(np.zeros((1, 8, 8, 3), np.uint8), 2), "detail"),
        (lambda: data_decides.swapped_faces(SMALL, 0, 4, "cleo"), "actor: wanted one of ada, bo, got 'cleo'"),
        (lambda: data_decides.training_faces(Experiment(Data(ranges={"smirk": (0, 1)})), 0), "smirk"),
    ],
)
def test_bad_input_is_named(make, words):
    with pytest.raises(ValueError, match=words):
        make()


def test_an_interrupted_atlas_goes_on_and_writes_the_command_that_made_it(tmp_path, monkeypatch):
    monkeypatch.setattr(data_decides, "EXPERIMENTS", {"as found": SMALL, "same light": SMALL})
    calls = []
    real = data_decides.train

    def counted(experiment, seed, steps):
        calls.append(seed)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return real(experiment, seed, steps)

    monkeypatch.setattr(data_decides, "train", counted)
    asked = ["--seeds", "2", "--steps", "2", "--folder", str(tmp_path)]
    with pytest.raises(KeyboardInterrupt):
        data_decides.main(asked)
    first = load_table(data_decides.TABLE, folder=tmp_path)["rows"]
    assert [(row["experiment"], row["seed"]) for row in first] == [("as found", 0)]
    shown = data_decides.load_examples(tmp_path)["as found"]
    data_decides.main(asked)
    assert calls == [0, 0, 0, 1, 1], "a kept row was made again"
    table = load_table(data_decides.TABLE, folder=tmp_path)
    assert table["rows"][0] == first[0] and len(table["rows"]) == 4
    assert table["command"] == "python -m unmasked.experiments.data_decides --seeds 2 --steps 2"
    kept = data_decides.load_examples(tmp_path)
    assert np.array_equal(kept["as found"], shown) and kept["same light"].any()
    model = real(SMALL, 0, 2)
    assert np.array_equal(kept["same light"], data_decides.examples(model, SMALL, 0))
    (tmp_path / "data-decides.png").write_bytes(b"nothing")
    with pytest.raises(ValueError, match="damaged; make it with: python"):
        data_decides.load_examples(tmp_path)


def test_the_kept_atlas_has_every_experiment_from_three_seeds():
    table = load_table(data_decides.TABLE)
    seeds = {name: {row["seed"] for row in table["rows"] if row["experiment"] == name} for name in EXPERIMENTS}
    assert all(len(found) >= 3 for found in seeds.values()), seeds
    assert {row["experiment"] for row in table["rows"]} == set(EXPERIMENTS), (
        "it holds rows of experiments that are gone"
    )


def dies_once(marker: Path, number: int) -> int:
    """The square of a number; the first call of all takes its whole process down instead."""
    try:
        marker.touch(exist_ok=False)
    except FileExistsError:
        return number**2
    os._exit(1)


@pytest.mark.slow
def test_the_same_call_runs_in_processes_of_their_own():
    here = data_decides.atlas_rows([SMALL], [0, 1], 2, held_out=4)
    try:
        with joblib.parallel_config(n_jobs=2):
            there = data_decides.atlas_rows([SMALL], [0, 1], 2, held_out=4)
    finally:
        get_reusable_executor().shutdown()
    assert there == here


@pytest.mark.slow
def test_the_same_call_runs_on_a_cluster_and_a_worker_that_dies_loses_nothing(tmp_path):
    distributed = pytest.importorskip("distributed", reason="the extra [cluster] is not installed")
    here = data_decides.atlas_rows([SMALL, replace(SMALL, first=Data(4))], [0, 1], 2, held_out=4)
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=None, local_directory=str(tmp_path)
        ) as cluster,
        distributed.Client(cluster),
        joblib.parallel_config(backend="dask"),
    ):
        there = data_decides.atlas_rows([SMALL, replace(SMALL, first=Data(4))], [0, 1], 2, held_out=4)
        squares = joblib.Parallel()(joblib.delayed(dies_once)(tmp_path / "died", number) for number in range(12))
    assert there == here
    assert (tmp_path / "died").exists() and squares == [number**2 for number in range(12)]
