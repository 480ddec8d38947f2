"""The training of the face finder, how it is scored, and the command that makes it."""

import json

import numpy as np
import pytest
import torch

from unmasked.experiments import face_finder
from unmasked.extract.finding import Found
from unmasked.models import weights
from unmasked.models.finder import Finder
from unmasked.toons.crowds import Crowd


@pytest.fixture(scope="module")
def frames():
    return face_finder.draw_frames(6, seed=3, shape=(96, 128))


def test_the_same_seed_draws_the_same_frames_and_another_others(frames):
    assert frames.pictures.shape == (6, 96, 128, 3) and frames.pictures.dtype == np.uint8
    assert len(frames.boxes) == 6 and all(boxes.shape[1:] == (4,) for boxes in frames.boxes)
    again, other = (face_finder.draw_frames(2, seed, shape=(96, 128)) for seed in (3, 4))
    np.testing.assert_array_equal(again.pictures, frames.pictures[:2])
    np.testing.assert_array_equal(again.boxes[1], frames.boxes[1])
    assert not np.array_equal(other.pictures, again.pictures)


def test_crowds_to_measure_on_are_none_of_the_training_frames(frames):
    (crowd,) = face_finder.draw_crowds(1, 3, (96, 128), count=2)
    assert len(crowd.faces) == 2
    assert not any(np.array_equal(crowd.picture, picture) for picture in frames.pictures)


def test_a_window_takes_its_boxes_along():
    picture = np.zeros((120, 160, 3), np.uint8)
    box = np.float32([[60, 40, 100, 90]])
    picture[40:90, 60:100] = 200
    for seed in range(20):
        cut, (moved, *rest) = face_finder.window(picture, box, 96, np.random.default_rng(seed))
        assert cut.shape == (96, 96, 3) and cut.dtype == np.uint8 and not rest
        rows, columns = np.nonzero(cut.max(-1) > 60)
        x0, y0, x1, y1 = np.clip(moved, 0, 96)
        assert abs(columns.min() - x0) < 2.5 and abs(columns.max() + 1 - x1) < 2.5
        assert abs(rows.min() - y0) < 2.5 and abs(rows.max() + 1 - y1) < 2.5


def test_a_window_of_an_empty_frame_is_empty():
    cut, boxes = face_finder.window(
        np.full((90, 120, 3), 80, np.uint8), np.zeros((0, 4), np.float32), 64, np.random.default_rng(0)
    )
    assert boxes.shape == (0, 4) and cut.std(axis=(0, 1)).max() == 0


def test_training_lowers_the_loss_and_is_repeatable(frames):
    losses, nets = [], []
    for _ in range(2):
        torch.manual_seed(0)
        net = Finder(8)
        run = face_finder.finder_run(net, frames, steps=12, batch=4, side=96, say=lambda _: None)
        run.advance(12)
        losses.append(run.history.losses)
        nets.append(net)
    assert losses[0] == losses[1]
    assert np.mean(losses[0]["heat"][-4:]) < losses[0]["heat"][0]
    assert all(torch.equal(a, b) for a, b in zip(nets[0].parameters(), nets[1].parameters(), strict=True))


def crowd_of(*sides: float) -> Crowd:
    """A bare frame with faces of these sides, one beside another; only their boxes are asked for."""

    class Face:
        def __init__(self, number: int, side: float):
            self.side, self.box = side, np.array([200.0 * number, 0, 200.0 * number + side, side])

    return Crowd(np.zeros((8, 8, 3), np.uint8), [Face(number, side) for number, side in enumerate(sides)])


def test_the_score_counts_large_small_and_false():
    crowds = [crowd_of(100, 20), crowd_of(40), crowd_of()]
    there = [Found(face.box, 0.9) for face in crowds[0].faces]
    wrong = Found(np.array([500.0, 500, 540, 540]), 0.4)
    found = [there, [Found(crowds[1].faces[0].box, 0.3)], [wrong]]
    assert face_finder.score(crowds, found, 0.5) == (0.5, 1.0, 0.0, 0.5)
    large, small, false, _ = face_finder.score(crowds, found, 0.2)
    assert (large, small) == (1.0, 1.0) and false == pytest.approx(1 / 3)
    assert face_finder.best_threshold(crowds, found) == pytest.approx(0.41, abs=0.011)
    assert np.isnan(face_finder.score([crowd_of(20)], [[]], 0.5).large)


def test_the_command_trains_saves_and_scores(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("UNMASKED_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("UNMASKED_THREADS", "1")
    monkeypatch.delenv("UNMASKED_MAX_STEPS", raising=False)
    before = torch.get_num_threads()
    small = ["--frames", "6", "--held-out", "2", "--steps", "3", "--batch", "2", "--side", "64", "--width", "4"]
    try:
        face_finder.main([*small, "--precision", "float32", "--folder", str(tmp_path)])
    finally:
        torch.set_num_threads(before)
    entry = weights.shipped(folder=tmp_path)["face-finder"]
    assert entry["class"] == "Finder" and entry["command"].startswith("python -m unmasked.experiments.face_finder")
    last = json.loads(capsys.readouterr().out.splitlines()[-1])["face_finder"]
    assert set(last) == {"large", "small", "false", "threshold"}


def test_half_trained_weights_are_not_written(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("UNMASKED_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("UNMASKED_THREADS", str(torch.get_num_threads()))
    monkeypatch.setenv("UNMASKED_MAX_STEPS", "2")
    small = ["--frames", "4", "--held-out", "2", "--steps", "9", "--batch", "2", "--side", "64", "--width", "4"]
    with pytest.raises(SystemExit):
        face_finder.main([*small, "--precision", "float32", "--folder", str(tmp_path / "out")])
    assert "half-trained weights are not written" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
