"""The net that moves a still: shapes, what it does before training, that it learns, and that it stays small."""

import pytest
import torch

from unmasked.models import weights
from unmasked.models.first_order_motion import FirstOrderMotion
from unmasked.models.motion import places


@pytest.fixture
def model():
    torch.manual_seed(1)
    return FirstOrderMotion(keypoints=5, width=4).eval()


@pytest.fixture
def pictures():
    return torch.rand(3, 3, 64, 64, generator=torch.Generator().manual_seed(2))


def test_keypoints_are_read_from_each_picture_alone(model, pictures):
    with torch.no_grad():
        found, heat = model.detector.detect(pictures)
        alone = model.keypoints(pictures[1:2])
    assert found.value.shape == (3, 5, 2) and found.jacobian.shape == (3, 5, 2, 2) and heat.shape == (3, 5, 32, 32)
    assert found.value.abs().max() <= 1 and torch.allclose(heat.sum((2, 3)), torch.ones(3, 5), atol=1e-5)
    assert torch.allclose(alone.value, found.value[1:2], atol=1e-4)
    assert torch.allclose(found.jacobian, torch.eye(2).expand(3, 5, 2, 2), atol=1e-5), "not turned before training"


def test_a_still_driven_by_its_own_keypoints_is_itself(model, pictures):
    with torch.no_grad():
        points = model.keypoints(pictures)
        made = model.animate(pictures, points, points)
        drawing = (1 - made["occlusion"]).amax()
    assert torch.allclose(made["flow"], places(32).expand(3, 32, 32, 2), atol=1e-5)
    assert torch.allclose(made["masks"].sum(1), torch.ones(3, 32, 32), atol=1e-5)
    assert made["masks"].shape == (3, 6, 32, 32) and made["occlusion"].shape == (3, 1, 32, 32)
    # What differs from the still can only come through the gate of the drawing.
    assert (made["prediction"] - pictures).abs().max() <= drawing


def test_one_still_is_driven_by_many_frames_or_each_by_its_own(model, pictures):
    with torch.no_grad():
        relative = model.drive(pictures[:1], pictures)
        points = model.keypoints(pictures)
        absolute = model.animate(pictures[:1], points.take(slice(0, 1)), points)["prediction"]
        each = torch.cat(
            [model.animate(pictures[:1], points.take([0]), points.take([n]))["prediction"] for n in range(3)]
        )
        driven = model.drive(pictures[:1], pictures, relative=False)["prediction"]
    assert relative["prediction"].shape == (3, 3, 64, 64)
    assert torch.allclose(absolute, each, atol=1e-4) and torch.allclose(absolute, driven, atol=1e-5)
    # The driver's first frame is the still itself, so both ways of driving start alike.
    assert torch.allclose(relative["prediction"], driven, atol=1e-4)
    with torch.no_grad():
        other = model.drive(pictures[:1], pictures[1:], first=pictures[1:2])
    assert torch.allclose(other["kp_driving"].value[0], other["kp_source"].value[0], atol=1e-5)


@pytest.mark.parametrize(
    ("still", "error", "words"),
    [
        (
            torch.full((1, 3, 64, 64), 0.6),
            ValueError,
            "still: picture 0 has one colour everywhere, so there is no face",
        ),
        (torch.rand(3, 64, 64), ValueError, "still: wanted shape"),
        (torch.rand(1, 3, 128, 128), ValueError, "still: wanted shape"),
        (torch.zeros(1, 3, 64, 64, dtype=torch.uint8), TypeError, "still: wanted a floating torch.Tensor"),
        (None, TypeError, "still: wanted a floating torch.Tensor, got None"),
    ],
)
def test_a_still_without_a_face_or_of_another_kind_is_refused(model, pictures, still, error, words):
    with pytest.raises(error, match=words):
        model.drive(still, pictures)


def test_a_driver_that_shows_nothing_is_refused(model, pictures):
    nothing = torch.zeros(1, 3, 64, 64)
    with pytest.raises(ValueError, match="frames: picture 3 has one colour"):
        model.drive(pictures[:1], torch.cat([pictures, nothing]))
    with pytest.raises(ValueError, match="first: picture 0 has one colour"):
        model.drive(pictures[:1], pictures, first=nothing)


def test_every_weight_learns(model, pictures):
    model.train()
    points = model.keypoints(pictures)
    made = model.animate(pictures, points, points.take([2, 0, 1]))
    (made["prediction"] - pictures.flip(3)).square().sum().backward()
    idle = [name for name, weight in model.named_parameters() if weight.grad is None or not weight.grad.abs().sum()]
    assert not idle


def test_stays_small_and_is_saved_and_loaded(tmp_path, model, pictures):
    with torch.device("meta"):
        count = sum(p.numel() for p in FirstOrderMotion().parameters())
    assert 2 * count < 4e6, "4 MB in 16 bits"
    weights.save(model, "moves", "a test", "none", folder=tmp_path)
    with torch.no_grad():
        kept = weights.load("moves", folder=tmp_path).keypoints(pictures).value
        assert torch.allclose(kept, model.keypoints(pictures).value, atol=0.05)


def test_wrong_arguments_are_told(model, pictures):
    with pytest.raises(ValueError, match=r"pictures: wanted shape \(N, 3, 64, 64\), got \(2, 3, 32, 64\)"):
        model.keypoints(torch.rand(2, 3, 32, 64))
    points = model.keypoints(pictures)
    with pytest.raises(ValueError, match="source"):
        model.animate(pictures[:, :, :32], points, points)
    with pytest.raises(ValueError, match=r"source: wanted 1 still or 3, .* got 2"):
        model.animate(pictures[:2], points.take(slice(0, 2)), points)
    with pytest.raises(ValueError, match="keypoints: wanted a whole number, 1 or more, got 0"):
        FirstOrderMotion(keypoints=0)
