"""A bent picture, and what its keypoints must do: a perfect detector loses nothing, every other one does."""

import pytest
import torch

from unmasked.models.equivariance import Bending, crowding, equivariance
from unmasked.models.motion import Keypoints, invert, places


def bending(count: int, seed: int = 0, **options) -> Bending:
    return Bending(count, torch.Generator().manual_seed(seed), **options)


def some_points(count: int, points: int) -> torch.Tensor:
    return 1.4 * torch.rand(count, points, 2, generator=torch.Generator().manual_seed(9)) - 0.7


def test_the_jacobian_is_the_maps_own_derivative():
    bend, points = bending(3, affine=0.2, bend=0.05), some_points(3, 4)
    step = 1e-3
    columns = []
    for axis in range(2):
        shift = step * torch.eye(2)[axis]
        columns.append((bend.places(points + shift) - bend.places(points - shift)) / (2 * step))
    assert torch.allclose(torch.stack(columns, -1), bend.jacobian(points), atol=2e-3)


def test_a_detector_that_sticks_to_the_picture_loses_nothing():
    bend, bent = bending(5), Keypoints(some_points(5, 6), torch.eye(2) + 0.2 * torch.randn(5, 6, 2, 2))
    perfect = Keypoints(bend.places(bent.value), bend.jacobian(bent.value) @ bent.jacobian)
    value, jacobian = equivariance(perfect, bent, bend)
    assert value.item() == pytest.approx(0, abs=1e-6) and jacobian.item() == pytest.approx(0, abs=1e-5)
    lazy = Keypoints(bent.value, bent.jacobian)  # says the same whatever the picture
    assert all(part > 0.01 for part in equivariance(lazy, bent, bend))
    turned = Keypoints(perfect.value, perfect.jacobian @ torch.tensor([[0.0, 1.0], [-1.0, 0.0]]))
    value, jacobian = equivariance(turned, bent, bend)
    assert value.item() == pytest.approx(0, abs=1e-6) and jacobian > 0.5


@pytest.mark.parametrize("size", [(48, 64), (40, 24)])
def test_a_bent_picture_shows_at_each_place_what_lies_where_the_map_says(size):
    bend = bending(2, affine=0.1, bend=0.01)
    ramp = places(size).permute(2, 0, 1).expand(2, 2, *size)  # a picture of its own places
    bent = bend(ramp)
    wanted = bend.places(places(size).flatten(0, 1)[None]).unflatten(1, size).permute(0, 3, 1, 2)
    inside = wanted.abs().amax(1, keepdim=True).expand_as(wanted) < 0.9
    assert inside.float().mean() > 0.4
    assert torch.allclose(bent[inside], wanted[inside], atol=1e-4)


def test_no_noise_is_no_bending_and_each_picture_has_its_own():
    still = bending(2, affine=0, bend=0)
    points = some_points(2, 3)
    assert torch.allclose(still.places(points), points)
    bend = bending(2)
    assert (bend.places(points[:1].expand(2, -1, -1)).diff(dim=0).abs() > 1e-3).any()
    again = bending(2)
    assert torch.equal(bend.places(points), again.places(points)), "the generator alone decides"


def test_crowding_counts_what_is_missing_of_the_distance():
    apart = torch.tensor([[[0.0, 0.0], [0.5, 0.0], [0.0, 0.5]]])
    assert crowding(apart) == 0
    together = torch.zeros(2, 4, 2)
    assert crowding(together).item() == pytest.approx(3 * 0.1)
    near = torch.tensor([[[0.0, 0.0], [0.2, 0.0]]])
    assert crowding(near).item() == pytest.approx(0.1 - 0.04)
    pushed = near.clone().requires_grad_()
    crowding(pushed).backward()
    assert pushed.grad[0, 0, 0] > 0 > pushed.grad[0, 1, 0], "a step against the gradient parts them"


def test_wrong_arguments_are_told():
    with pytest.raises(TypeError, match="generator"):
        Bending(2, 3)
    with pytest.raises(ValueError, match="bend"):
        bending(2, bend=-1)
    with pytest.raises(ValueError, match=r"value: wanted shape \(N, K, 2\)"):
        crowding(torch.zeros(3, 2))


def test_inverse_of_a_bendings_jacobian_brings_it_back():
    matrices = bending(3).jacobian(some_points(3, 2))
    assert torch.allclose(invert(matrices) @ matrices, torch.eye(2).expand(3, 2, 2, 2), atol=1e-5)
