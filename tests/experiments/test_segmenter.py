"""The training of the face segmenter, and the command that makes it."""

import json

import numpy as np
import pytest
import torch

from unmasked.experiments import segmenter
from unmasked.experiments.patches import draw_patches
from unmasked.models import weights
from unmasked.tensors import to_tensor


def test_overlap_is_intersection_over_union():
    one, other = np.zeros((2, 10, 12), np.uint8)
    one[2:6, 2:6], other[4:8, 2:6] = 255, 200
    assert segmenter.overlap_of(one, other) == pytest.approx(8 / 24)
    assert segmenter.overlap_of(one, one) == segmenter.overlap_of(one * 0, one * 0) == 1
    assert segmenter.overlap_of(one, one // 2 + 1) == 1 and segmenter.overlap_of(one, one // 2) == 0


def test_the_loss_falls_as_the_mask_gets_better():
    masks = torch.zeros(2, 1, 8, 8)
    masks[:, :, 2:6, 2:6] = 1
    logits = [strength * (2 * masks - 1) for strength in (-3.0, 0.0, 1.0, 6.0)]
    losses = [float(segmenter.mask_loss(one, masks)) for one in logits]
    assert losses == sorted(losses, reverse=True) and losses[-1] < 0.02
    empty = segmenter.mask_loss(torch.full((1, 1, 8, 8), -9.0), torch.zeros(1, 1, 8, 8))
    assert 0 <= float(empty) < 0.02


def test_batches_are_aligned_faces_and_their_masks():
    patches = draw_patches(4, 4, 1, progress=False)
    crops, masks = segmenter.draw_batch(patches, np.arange(len(patches)).repeat(3), np.random.default_rng(1))
    assert crops.shape == (*masks.shape, 3) == (3 * len(patches), 64, 64, 3) and crops.dtype == masks.dtype == np.uint8
    middle = masks[:, 24:48, 20:44].mean((1, 2)) / 255
    assert np.median(middle) > 0.8, "the middle of an aligned crop is face"


def test_the_command_trains_saves_and_scores(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("UNMASKED_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("UNMASKED_THREADS", "1")
    monkeypatch.setenv("UNMASKED_PRECISION", "float32")
    monkeypatch.delenv("UNMASKED_MAX_STEPS", raising=False)
    before = torch.get_num_threads()
    size = ["--strangers", "3", "--each", "4", "--held-out", "12", "--steps", "4", "--batch", "6", "--width", "4"]
    try:
        segmenter.main([*size, "--folder", str(tmp_path)])
    finally:
        torch.set_num_threads(before)
    assert weights.shipped(folder=tmp_path)["face-segmenter"]["command"].endswith(" ".join(size))
    scores = json.loads(capsys.readouterr().out.splitlines()[-1])["segmenter"]
    assert set(scores) == {"free", "hand", "hull_free", "hull_hand", "faces"}
    assert scores["hull_free"] > 0.6, "the hull is a fair mask before anything is learned"


def test_half_trained_weights_are_not_written(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("UNMASKED_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("UNMASKED_THREADS", str(torch.get_num_threads()))
    monkeypatch.setenv("UNMASKED_MAX_STEPS", "2")
    with pytest.raises(SystemExit):
        size = ["--strangers", "2", "--each", "3", "--steps", "9", "--batch", "4", "--width", "4"]
        segmenter.main([*size, "--folder", str(tmp_path / "out")])
    assert "half-trained weights are not written" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_training_learns_what_is_face(monkeypatch):
    """Nothing near the shipped one: after some seconds it must beat a mask that is the same for everybody."""
    monkeypatch.delenv("UNMASKED_MAX_STEPS", raising=False)
    patches = draw_patches(12, 6, 1, progress=False)
    model, _ = segmenter.train_segmenter(patches, steps=90, batch=16, width=8)
    crops, masks = segmenter.draw_batch(patches, np.arange(len(patches)), np.random.default_rng(5))
    with torch.no_grad():
        found = (255 * model(to_tensor(crops)).sigmoid()[:, 0]).numpy().astype(np.uint8)
    same = masks.mean(0)
    ours, theirs = (
        np.mean([segmenter.overlap_of(one, true) for one, true in zip(some, masks, strict=True)])
        for some in (found, np.broadcast_to(same, masks.shape))
    )
    assert ours > theirs + 0.02
