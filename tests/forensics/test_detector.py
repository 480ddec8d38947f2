"""A net as an examiner, and where it looks."""

import numpy as np
import pytest
import torch

from unmasked.forensics import calibration, detector
from unmasked.forensics.examiners import examine
from unmasked.models.meso import Meso4


@pytest.fixture(scope="module")
def net():
    torch.manual_seed(0)
    return Meso4().eval()


def noise(*shape, seed=0):
    return np.random.default_rng(seed).integers(0, 256, shape).astype(np.uint8)


def test_logits_come_in_batches_and_alike(net):
    crops = noise(7, 64, 64, 3)
    np.testing.assert_allclose(detector.logits_of(net, crops), detector.logits_of(net, crops, batch=3), atol=1e-4)


@pytest.mark.parametrize(
    ("crops", "error", "words"),
    [
        (noise(2, 64, 48, 3), ValueError, r"crops: wanted shape \(N, 64, 64, 3\), got"),
        (noise(64, 64, 3), ValueError, "crops"),
        (noise(0, 64, 64, 3), ValueError, "crops"),
        (np.zeros((1, 64, 64, 3)), TypeError, "crops: wanted a NumPy array of uint8, got ndarray of float64"),
        ("a picture", TypeError, "crops.*str"),
    ],
)
def test_other_crops_are_refused_in_words(net, crops, error, words):
    with pytest.raises(error, match=words):
        detector.logits_of(net, crops)


def test_a_net_that_learns_or_broke_down_is_refused(net):
    with pytest.raises(ValueError, match="training mode"):
        detector.logits_of(Meso4().train(), noise(1, 64, 64, 3))
    broken = Meso4().eval()
    with torch.no_grad():
        broken.head[-1].bias.fill_(float("nan"))
    with pytest.raises(ValueError, match="NaN"):
        detector.logits_of(broken, noise(1, 64, 64, 3))


def test_a_verdict_on_a_clip(net, clip):
    judge = detector.Detector(net, "mine", temperature=2.0, threshold=0.5)
    verdict = judge.verdict(clip.frames, clip.landmarks)
    assert verdict.frames.shape == (4,) and 0 <= verdict.probability <= 1
    assert verdict.flagged == (verdict.probability >= 0.5)
    assert calibration.sigmoid(judge(clip.frames, clip.landmarks)["mine"]) == pytest.approx(verdict.probability)
    hotter = detector.Detector(net, temperature=200.0).verdict(clip.frames, clip.landmarks)
    assert abs(hotter.probability - 0.5) < abs(verdict.probability - 0.5)
    assert "flagged" in str(verdict)
    assert set(examine(clip.frames, clip.landmarks, [judge])) == {"mine"}


def test_the_shipped_detectors_are_examiners(clip):
    found = examine(clip.frames, clip.landmarks, detector.shipped_detectors())
    assert set(found) == {"net, one maker", "net, self-blended"} and np.isfinite(list(found.values())).all()


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"threshold": np.nan}, "threshold: wanted 0…1, got nan"),
        ({"threshold": 3.0}, "threshold: wanted 0…1, got 3"),
        ({"temperature": 0.0}, "temperature: wanted"),
        ({"temperature": np.nan}, "temperature: wanted.*nan"),
    ],
)
def test_a_detector_that_could_not_judge_is_refused(net, settings, words):
    with pytest.raises(ValueError, match=words):
        detector.Detector(net, **settings)


@pytest.mark.parametrize("frames", [0, 2])
def test_a_clip_that_is_empty_or_too_short_gets_no_verdict(net, clip, frames):
    with pytest.raises(ValueError, match="frames: wanted 3 or more"):
        detector.Detector(net).verdict(clip.frames[:frames], clip.landmarks[:frames])


def test_landmarks_with_nan_get_no_verdict(net, clip):
    with pytest.raises(ValueError, match=r"landmarks.*NaN"):
        detector.Detector(net).verdict(clip.frames, np.full_like(clip.landmarks, np.nan))


class Corner(Meso4):
    """Its last maps are the brightness of 8 × 8 blocks, and only the upper left corner counts."""

    def __init__(self):
        super().__init__()
        self.features = torch.nn.AvgPool2d(8)
        weight = torch.zeros(1, 3, 8, 8)
        weight[:, :, :2, :2] = 1.0
        self.head = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(192, 1))
        with torch.no_grad():
            self.head[1].weight.copy_(weight.flatten(1))
            self.head[1].bias.zero_()


def test_the_heat_map_points_at_what_counts():
    crop = np.full((64, 64, 3), 60, np.uint8)
    crop[4:12, 4:12] = 255
    heat = detector.heat_map(Corner().eval(), crop)
    assert heat.shape == (64, 64) and heat.min() >= 0
    x, y = detector.hottest(heat)
    assert x < 16 and y < 16
    assert heat[32:, 32:].max() == 0


def test_hiding_what_counts_lowers_the_verdict_and_hiding_elsewhere_does_not():
    crop = np.full((64, 64, 3), 60, np.uint8)
    crop[4:12, 4:12] = 255
    model = Corner().eval()
    before, there, elsewhere = detector.logits_of(
        model, np.stack([crop, detector.hide(crop, 8, 8, 24), detector.hide(crop, 48, 48, 16)])
    )
    assert there < before - 0.1 and abs(elsewhere - before) < 1e-4
    real = np.full((1, 64, 64, 3), 60, np.uint8)
    found = detector.hiding_test(model, crop[None], real, 20, np.random.default_rng(0))
    assert found["hottest"] > 2 * abs(found["random"])
    whole = detector.hide(crop, 8, 8, 200, real[0])
    np.testing.assert_array_equal(whole, real[0])
    with pytest.raises(ValueError, match="instead"):
        detector.hide(crop, 8, 8, 5, real[0, :9])


def test_hiding_stays_within_its_disc():
    crop = noise(64, 48, 3)
    hidden = detector.hide(crop, 10, 40, 12)
    down, across = np.mgrid[:64, :48] + 0.5
    far = np.hypot(across - 10, down - 40) > 9
    np.testing.assert_array_equal(hidden[far], crop[far])
    assert not np.array_equal(hidden, crop) and np.array_equal(detector.hide(crop, 5, 5, 0), crop)
    for wrong in ((-1, 5, 3), (5, 99, 3), (5, 5, -1)):
        with pytest.raises(ValueError, match=r"(x|y|size): wanted"):
            detector.hide(crop, *wrong)
