"""The training of the landmarker, and the command that makes it."""

import json

import numpy as np
import pytest
import torch

from unmasked import toons
from unmasked.experiments import landmarker
from unmasked.experiments.patches import Patches, draw_patches
from unmasked.models import weights
from unmasked.models.landmarker import Landmarker


def dotted(point: int, count: int = 6) -> Patches:
    """Black patches, not square, in which one landmark is a white disc."""
    generator = np.random.default_rng(1)
    landmarks = toons.draw_many(
        toons.character("ada"), toons.sample_performances(generator, count), size=(90, 110)
    ).landmarks
    landmarks += 40  # room, so that no crop repeats a disc at the border
    y, x = np.mgrid[:170, :190]
    pictures = [
        np.repeat(255 * ((x - a) ** 2 + (y - b) ** 2 < 12)[..., None], 3, 2).astype(np.uint8)
        for a, b in landmarks[:, point]
    ]
    return Patches(pictures, [p[..., 0] for p in pictures], landmarks, np.zeros(count, bool))


@pytest.mark.parametrize("point", [8, 36, 45, 50])
@pytest.mark.parametrize("second", [0.0, 1.0])
def test_landmarks_go_where_the_crop_takes_them(point, second):
    patches = dotted(point)
    chosen = np.arange(6).repeat(4)
    crops, landmarks = landmarker.draw_batch(patches, chosen, np.random.default_rng(2), second)
    y, x = np.mgrid[:64, :64]
    mirrored = 0
    for crop, points in zip(crops[..., 0].astype(float), landmarks, strict=True):
        middle = np.array([(crop * x).sum(), (crop * y).sum()]) / crop.sum()
        apart = np.linalg.norm(points[[point, landmarker.MIRRORED[point]]] - middle, axis=-1)
        assert apart.min() < 0.5
        mirrored += apart.argmin()
    if point != 8:  # the chin is its own mirror image
        assert 4 <= mirrored <= 20


def test_the_error_is_in_eye_distances():
    known = toons.draw(toons.character("bo"), toons.Performance(), size=100).landmarks
    eyes = np.linalg.norm(known[36] - known[45])
    assert landmarker.error_of(known, known) == 0
    assert landmarker.error_of(known + np.float32([3, 4]), known) == pytest.approx(5 / eyes, rel=1e-5)
    assert landmarker.error_of(np.stack([2 * known + 1, 2 * known]), 2 * known).shape == (2,)


def test_the_command_trains_saves_and_scores(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("UNMASKED_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("UNMASKED_THREADS", "1")
    monkeypatch.setenv("UNMASKED_PRECISION", "float32")
    monkeypatch.delenv("UNMASKED_MAX_STEPS", raising=False)
    before = torch.get_num_threads()
    size = ["--strangers", "3", "--each", "4", "--held-out", "3", "--steps", "4", "--batch", "6", "--width", "8"]
    try:
        landmarker.main([*size, "--folder", str(tmp_path)])
    finally:
        torch.set_num_threads(before)
    entry = weights.shipped(folder=tmp_path)["landmarker"]
    assert entry["command"] == "python -m unmasked.experiments.landmarker " + " ".join(size)
    scores = json.loads(capsys.readouterr().out.splitlines()[-1])["landmarker"]
    assert set(scores) == {"median_1", "p95_1", "median_2", "p95_2", "median_3", "p95_3", "faces"}
    assert all(np.isfinite(value) for value in scores.values()) and scores["median_2"] <= scores["p95_2"]


def test_half_trained_weights_are_not_written(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("UNMASKED_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("UNMASKED_THREADS", str(torch.get_num_threads()))
    monkeypatch.setenv("UNMASKED_MAX_STEPS", "2")
    with pytest.raises(SystemExit):
        size = ["--strangers", "2", "--each", "3", "--steps", "9", "--batch", "4", "--width", "8"]
        landmarker.main([*size, "--folder", str(tmp_path / "out")])
    assert "half-trained weights are not written" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_training_learns_where_the_face_is(monkeypatch):
    """Nothing near the shipped one. At first all points lie in the middle of the crop."""
    monkeypatch.delenv("UNMASKED_MAX_STEPS", raising=False)
    patches = draw_patches(10, 6, 1, progress=False)
    model, history = landmarker.train_landmarker(patches, steps=70, batch=16, width=16)
    assert isinstance(model, Landmarker) and not model.training
    losses = history.losses["loss"]
    assert np.mean(losses[-10:]) < 0.6 * losses[0]
