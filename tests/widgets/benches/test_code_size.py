"""The code-size scrubber against the metrics, and what it refuses."""

import numpy as np
import pytest
import torch

from unmasked import metrics, tensors, toons
from unmasked.faces import draw_faces
from unmasked.models.autoencoder import Autoencoder
from unmasked.widgets import code_size
from unmasked.widgets.benches.code_size import FACE, CodeSize
from unmasked.widgets.kit import enlarge


@pytest.fixture(scope="module")
def faces():
    acted = toons.sample_performances(np.random.default_rng(5), 47)
    drawn = draw_faces(toons.CAST["ada"], acted)
    return drawn[:40], drawn[40:]


@pytest.fixture(scope="module")
def scrubber(faces):
    known, new = faces
    torch.manual_seed(0)
    models = {size: Autoencoder(size, 2).store_average(tensors.to_tensor(known.pictures)) for size in (3, 20)}
    return models, CodeSize(models, known.pictures, new.pictures, new.masks)


def test_every_size_shows_the_same_faces(scrubber, faces):
    _, scene = scrubber
    assert scene.sizes == (0, 3, 20)
    first = [scene.draw({"size": str(size)}).panels[0] for size in scene.sizes]
    assert all(panel is first[0] for panel in first)
    assert (first[0].picture[:, :FACE, :3] == enlarge(faces[1].pictures[0], FACE / 64, smooth=True)).all()


def test_nothing_jumps_from_size_to_size(scrubber):
    _, scene = scrubber
    shapes = {tuple(panel.picture.shape for panel in scene.draw({"size": str(size)}).panels) for size in scene.sizes}
    assert len(shapes) == 1 and FACE >= 96


def test_scores_are_those_of_the_metrics(scrubber, faces):
    models, scene = scrubber
    known, new = faces
    asked, inside = tensors.to_tensor(new.pictures), tensors.masks_to_tensor(new.masks)
    average = tensors.to_tensor(known.pictures).mean(0)
    with torch.no_grad():
        by_network = models[3](asked).clamp(0, 1)
    expected = metrics.explained(by_network, asked, average, inside)
    assert scene.scores[3][1] == pytest.approx(expected, abs=0.01)  # the bench rounds pictures to whole levels
    squared = metrics.masked_mse(by_network, asked, inside).sqrt() * 255
    assert scene.errors[3][1] == pytest.approx(squared[:6].numpy(), abs=0.5)
    assert scene.scores[0] == pytest.approx((0, 0), abs=1e-3)


def test_pca_with_as_many_numbers_as_known_pictures_rebuilds_those_pictures(faces):
    known, _ = faces
    torch.manual_seed(0)
    scene = CodeSize({39: Autoencoder(39, 2)}, known.pictures, known.pictures[:6], known.masks[:6])
    assert scene.scores[39][0] > 0.999
    assert (scene.errors[39][0] < 1).all()


def test_the_scrubber_says_its_numbers(scrubber):
    models, _ = scrubber
    known = np.random.default_rng(1).integers(0, 256, (30, 64, 64, 3), dtype=np.uint8)
    bench = code_size(models, known, known[:6], np.full((6, 64, 64), 255, np.uint8))
    assert "3 of 12,288 numbers" in bench.set(size="3").words or "20 of 12,288" in bench.shown.words
    assert "No code at all" in bench.set(size="0").words
    assert len(bench.shown.panels) == len(bench.set(size="20").panels) == 3
    assert "PCA: explained" in bench.shown.panels[1].title


def test_the_scrubber_refuses_what_does_not_fit(scrubber):
    models, _ = scrubber
    known = np.zeros((30, 64, 64, 3), np.uint8)
    with pytest.raises(ValueError, match="more than 20 pictures"):
        code_size(models, known[:20], known[:6], known[:6, ..., 0])
    with pytest.raises(ValueError, match="a mask each"):
        code_size(models, known, known[:6], known[:5, ..., 0])
    with pytest.raises(ValueError, match="whole numbers above 0"):
        code_size({}, known, known[:6], known[:6, ..., 0])
