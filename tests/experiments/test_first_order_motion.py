"""The training of First Order Motion, its exam on strangers, and what the shipped one explains."""

import json

import numpy as np
import pytest
import torch

from unmasked import tensors, toons
from unmasked.experiments import first_order_motion
from unmasked.models import weights
from unmasked.models.equivariance import Bending
from unmasked.models.first_order_motion import FirstOrderMotion


@pytest.fixture(scope="module")
def clips():
    return first_order_motion.draw_clips(5, 4, seed=2)


@pytest.fixture(scope="module")
def pairs():
    return first_order_motion.reenactments(3, 5, seed=4)


@pytest.fixture
def uncapped(monkeypatch):
    monkeypatch.delenv("UNMASKED_MAX_STEPS", raising=False)


def test_a_clip_is_one_stranger_under_one_light():
    acted = first_order_motion.act(np.random.default_rng(0), 6)
    assert (acted[:, first_order_motion.LIGHT] == acted[0, first_order_motion.LIGHT]).all()
    assert all(len(np.unique(column)) == 6 for column in acted[:, : first_order_motion.LIGHT.start].T)
    assert toons.PARAMETERS[first_order_motion.LIGHT] == ("light_azimuth", "light_strength")


def test_clips_differ_by_stranger_and_seed(clips):
    assert clips.pictures.shape == (5, 4, 64, 64, 3) and clips.pictures.dtype == np.uint8
    again, other = (first_order_motion.draw_clips(2, 4, seed) for seed in (2, 3))
    assert np.array_equal(again.pictures, clips.pictures[:2]) and not np.array_equal(again.pictures, other.pictures)


def test_a_pair_is_two_frames_of_one_clip(clips, monkeypatch):
    monkeypatch.setattr(first_order_motion.augment, "affine", lambda pictures, *rest: pictures)
    source, driving = first_order_motion.batch_of(clips, 20, torch.Generator().manual_seed(1))
    flat = torch.stack([tensors.to_tensor(clip) for clip in clips.pictures]).flatten(2)  # (C, T, …)
    for one, other in zip(source.flatten(1), driving.flatten(1), strict=True):
        places = [(flat == picture).all(-1).nonzero()[0].tolist() for picture in (one, other)]
        assert places[0][0] == places[1][0] and places[0][1] != places[1][1]


def test_the_exam_is_never_trained_on(pairs):
    assert len(pairs) == 3 and len(pairs[0].truth) == 5
    for pair in pairs:
        assert np.array_equal(pair.acted.performances, pair.truth.performances)
        assert not np.array_equal(pair.acted.pictures, pair.truth.pictures)
    assert first_order_motion.NEVER_SEEN > first_order_motion.FIRST + 50_000


def test_a_net_that_moves_nothing_explains_nothing(pairs):
    class Still(FirstOrderMotion):
        def drive(self, still, frames, relative=True, first=None):
            return {"prediction": still.expand(len(frames), -1, -1, -1)}

    scores = first_order_motion.explained(Still(keypoints=1, width=1), pairs)
    assert scores == pytest.approx([0, 0, 0], abs=1e-6)


def test_every_part_of_the_loss_is_counted(clips):
    torch.manual_seed(0)
    model, generator = FirstOrderMotion(keypoints=4, width=3), torch.Generator().manual_seed(1)
    source, driving = first_order_motion.batch_of(clips, 3, generator)
    parts = first_order_motion.parts_of_loss(model, source, driving, Bending(3, generator))
    assert set(parts) == {"rebuilt", "value", "jacobian", "crowded", "drawn"}
    assert all(part.ndim == 0 and part > 0 for part in parts.values())
    sum(parts.values()).backward()
    assert all(p.grad is not None for p in model.parameters())


def test_a_live_training_learns_and_keeps_where_the_keypoints_were(clips, uncapped):
    shown = clips.pictures[:2, 0]
    model, snapshots, run = first_order_motion.train_live(clips, shown, steps=30, every=10, batch=4, width=4)
    assert [snapshot.steps for snapshot in snapshots] == [0, 10, 20, 30] and run.done and not model.training
    assert all(snapshot.keypoints.value.shape == (2, 10, 2) for snapshot in snapshots)
    assert not torch.equal(snapshots[0].keypoints.value, snapshots[-1].keypoints.value)
    total = np.sum(list(run.history.losses.values()), 0)
    assert total[-8:].mean() < total[:8].mean()


def test_a_short_live_training_still_has_a_first_and_a_last_look(clips, monkeypatch):
    monkeypatch.setenv("UNMASKED_MAX_STEPS", "2")
    _, snapshots, _ = first_order_motion.train_live(
        clips, clips.pictures[0, :1], steps=30, every=10, batch=2, width=2, say=lambda words: None
    )
    assert [snapshot.steps for snapshot in snapshots] == [0, 2]


def test_the_command_trains_saves_and_scores(tmp_path, monkeypatch, capsys, uncapped):
    monkeypatch.setenv("UNMASKED_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("UNMASKED_THREADS", "1")
    monkeypatch.setenv("UNMASKED_PRECISION", "float32")
    small = ["--strangers", "3", "--frames", "3", "--steps", "4", "--batch", "2", "--width", "2", "--held-out", "2"]
    before = torch.get_num_threads()
    try:
        first_order_motion.main([*small, "--folder", str(tmp_path)])
        monkeypatch.setenv("UNMASKED_MAX_STEPS", "2")
        with pytest.raises(SystemExit):
            first_order_motion.main([*small, "--seed", "1", "--folder", str(tmp_path / "out")])
    finally:
        torch.set_num_threads(before)
    said = capsys.readouterr()
    assert "half-trained weights are not written" in said.err and not (tmp_path / "out").exists()
    entry = weights.shipped(folder=tmp_path)[first_order_motion.WEIGHTS]
    assert entry["command"].endswith("--strangers 3 --frames 3 --steps 4 --batch 2 --width 2 --held-out 2")
    lines = [line for line in said.out.splitlines() if line.startswith("{")]
    assert set(json.loads(lines[0])[first_order_motion.WEIGHTS]) == {"relative", "absolute"}


def test_the_shipped_one_moves_stills_that_it_never_saw(pairs):
    model = weights.load(first_order_motion.WEIGHTS)
    assert np.mean(first_order_motion.explained(model, pairs)) > 0.35
    with torch.no_grad():
        found = model.keypoints(tensors.to_tensor(pairs[0].truth.pictures))
    assert found.value.std(1).mean() > 0.2, "the keypoints lie on one spot"
    assert found.value.std(0).mean() > 0.02, "they don't move when the face does"
