"""The two judges: what the shipped ones say of strangers, and that a training can be repeated."""

import json

import numpy as np
import torch

from unmasked import toons
from unmasked.experiments import identity, judges
from unmasked.models import weights
from unmasked.models.regressor import PerformanceRegressor


def test_the_shipped_judge_reads_strangers_where_the_other_reader_fails():
    pictures, performances = judges.draw(10, 6, 7, judges.FIRST + judges.HELD_OUT + 500)
    r2 = judges.held_out(weights.load(judges.WHAT), pictures, performances)
    assert set(r2) == set(toons.PARAMETERS) and min(r2["smile"], r2["jaw"], r2["yaw"]) > 0.85
    assert judges.held_out(weights.load("regressor"), pictures, performances)["smile"] < r2["smile"] - 0.1


def test_the_shipped_judge_knows_strangers_and_is_another_net_than_the_helper():
    people = identity.draw(identity.strangers(12, judges.FIRST + judges.HELD_OUT + 500), 6, 1)
    judge = weights.load(judges.WHO)
    assert identity.verification(judge, people)["auc"] > 0.97
    helper = weights.load("identity").state_dict()
    assert not any(torch.equal(value, helper[name]) for name, value in judge.state_dict().items())


def test_a_few_steps_move_every_weight_and_can_be_repeated():
    pictures, performances = judges.draw(4, 5, 0, judges.FIRST + judges.HELD_OUT + 900)
    assert pictures.shape == (4, 5, 64, 64, 3) and performances.shape == (4, 5, 11)
    trained = []
    for _ in range(2):
        torch.manual_seed(0)
        model = PerformanceRegressor(width=4)
        before = [weight.clone() for weight in model.parameters()]
        run = judges.run_of(model, pictures, performances, 4, 6, say=lambda words: None)
        run.advance(4)
        trained.append(list(model.parameters()))
        assert not any(torch.equal(*pair) for pair in zip(before, trained[-1], strict=True))
    assert all(torch.equal(*pair) for pair in zip(*trained, strict=True))
    np.testing.assert_allclose(model.mean, performances.reshape(-1, 11).mean(0), atol=1e-5)


def test_the_command_ships_both(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(judges.paths, "user_folder", lambda: tmp_path)
    threads = torch.get_num_threads()
    asked = ["--characters", "3", "--each", "3", "--steps", "2", "--people", "6", "--people-steps", "2"]
    asked += ["--held-out", "4"]
    try:
        judges.main([*asked, "--folder", str(tmp_path)])
    finally:
        torch.set_num_threads(threads)
    found = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert set(found) == {judges.WHO, judges.WHAT}
    assert set(weights.shipped(folder=tmp_path)) == {judges.WHO, judges.WHAT}
