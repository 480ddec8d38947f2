"""The training of the performance regressor, and the command that makes it."""

import json

import numpy as np
import pytest
import torch

from unmasked import toons
from unmasked.experiments import regressor
from unmasked.models import weights


def test_soften_keeps_range_and_differs_from_picture_to_picture():
    picture = torch.zeros(1, 3, 64, 64)
    picture[..., 32:] = 1.0
    soft = regressor.soften(picture.expand(6, -1, -1, -1), torch.Generator().manual_seed(1))
    assert soft.min() >= 0 and soft.max() <= 1
    edges = soft[:, :, :, 31].mean((1, 2))
    assert edges.std() > 0.02, "every picture its own amount of blur"
    assert edges.min() > 0 and edges.max() < 0.45


def test_draws_other_performances_for_each_character_and_seed():
    pictures, performances = regressor.draw(["ada", "bo"], 3, seed=1, workers=1)
    assert pictures.shape == (2, 3, 64, 64, 3) and pictures.dtype == np.uint8 and performances.shape == (2, 3, 11)
    again, same = regressor.draw(["ada", "bo"], 3, seed=1, workers=1)
    assert np.array_equal(pictures, again) and np.array_equal(performances, same)
    _, other = regressor.draw(["ada"], 3, seed=2, workers=1)
    assert len({row.tobytes() for row in [*performances.reshape(-1, 11), *other[0]]}) == 9


def test_the_command_trains_saves_and_scores(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("UNMASKED_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("UNMASKED_THREADS", "1")
    monkeypatch.setenv("UNMASKED_PRECISION", "float32")
    before = torch.get_num_threads()
    monkeypatch.delenv("UNMASKED_MAX_STEPS", raising=False)
    size = ["--pictures", "60", "--held-out", "40", "--steps", "12", "--batch", "8", "--width", "4"]
    try:
        regressor.main(["--characters", "bo", *size, "--folder", str(tmp_path)])
    finally:
        torch.set_num_threads(before)
    entry = weights.shipped(folder=tmp_path)["regressor"]
    assert entry["command"].endswith("--characters bo --pictures 60 --held-out 40 --steps 12 --batch 8 --width 4")
    last = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert set(last["regressor"]["bo"]) == set(toons.PARAMETERS)
    assert all(np.isfinite(score) and score <= 1 for score in last["regressor"]["bo"].values())


def test_half_trained_weights_are_not_written(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("UNMASKED_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("UNMASKED_THREADS", str(torch.get_num_threads()))
    monkeypatch.setenv("UNMASKED_MAX_STEPS", "2")
    with pytest.raises(SystemExit):
        regressor.main(["--pictures", "30", "--steps", "9", "--width", "2", "--folder", str(tmp_path / "out")])
    assert "half-trained weights are not written" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_training_learns_the_pose_of_one_character_from_few_pictures(monkeypatch):
    """Nothing near the shipped one: yaw is the plainest to see, and must be read after some seconds."""
    monkeypatch.delenv("UNMASKED_MAX_STEPS", raising=False)
    model, _ = regressor.train_regressor(["bo"], pictures=150, steps=60, batch=16, width=8)
    score = regressor.held_out(model, ["bo"], 60, seed=9)["bo"]
    assert score["yaw"] > 0.5, f"yaw is read with R² {score['yaw']:.2f} only"
