"""Flow matching: the straight line, steps along it, samples of known crowds, and words about what doesn't fit."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from unmasked.models import flow
from unmasked.models.flow import TimeEmbedding, VelocityMLP, euler_step, flow_loss, noised, sample


@given(st.integers(0, 999), st.sampled_from([(3,), (2, 5), (4, 3, 2, 6)]), st.floats(0, 1))
@settings(max_examples=30, deadline=None)
def test_along_the_line_everything_moves_with_the_velocity(seed, shape, t):
    generator = torch.Generator().manual_seed(seed)
    x, noise = torch.randn(2, *shape, generator=generator)
    mixed, velocity = noised(x, noise, t)
    torch.testing.assert_close(mixed, (1 - t) * x + t * noise)
    torch.testing.assert_close(mixed - t * velocity, x, atol=1e-5, rtol=1e-5)
    torch.testing.assert_close(mixed + (1 - t) * velocity, noise, atol=1e-5, rtol=1e-5)


def test_each_has_a_time_of_its_own():
    x, noise, t = torch.rand(3, 2, 4, 6), torch.rand(3, 2, 4, 6), torch.tensor([0.0, 1.0, 0.25])
    mixed, velocity = noised(x, noise, t)
    assert torch.equal(mixed[0], x[0]) and torch.equal(mixed[1], noise[1])
    for i in range(3):
        torch.testing.assert_close(mixed[i : i + 1], noised(x[i : i + 1], noise[i : i + 1], float(t[i]))[0])
    assert torch.equal(velocity, noise - x)


def test_the_loss_is_the_weighted_mean_squared_error_of_the_velocity():
    x, noise = torch.randn(4, 3, 8, 6), torch.randn(4, 3, 8, 6)
    t, asked = torch.rand(4), []

    def model(mixed, times, condition):
        asked.append((mixed, times, condition))
        return torch.zeros_like(mixed)

    weights = (torch.rand(4, 1, 8, 6) > 0.5).float()
    loss = flow_loss(model, x, noise, t, "known", weights)
    inside = weights.expand_as(x).bool()
    torch.testing.assert_close(loss, (noise - x)[inside].square().mean())
    torch.testing.assert_close(asked[0][0], noised(x, noise, t)[0])
    assert torch.equal(asked[0][1], t) and asked[0][2] == "known"
    assert flow_loss(lambda mixed, times: noise - x, x, noise, 0.3) == 0


def test_a_straight_flow_needs_one_step():
    there = torch.tensor([[1.0, -2.0]])
    straight = lambda x, t: (x - there) / t[:, None]  # noqa: E731  (everything was mixed with one and the same sample)
    noise = torch.randn(5, 2)
    for steps in (1, 3, 8):
        torch.testing.assert_close(sample(straight, noise, steps), there.expand(5, 2), atol=1e-5, rtol=1e-5)


def test_many_steps_follow_the_path_that_scipy_finds():
    """Of a Gaussian with spread s the mean velocity is known: a number along the way keeps its share of the spread."""
    spread = 0.4

    def model(x, t):
        t = t[:, None]
        return x * (t - (1 - t) * spread**2) / ((1 - t) ** 2 * spread**2 + t**2)

    noise = torch.linspace(-2, 2, 7, dtype=torch.float64)[:, None]
    found = sample(model, noise, 400)
    with torch.no_grad():
        exact = solve_ivp(
            lambda t, x: model(torch.tensor(x)[:, None], torch.full((7,), t))[:, 0].numpy(),
            (1, 0),
            noise[:, 0].numpy(),
            rtol=1e-8,
        ).y[:, -1]
    np.testing.assert_allclose(found[:, 0], exact, atol=0.01)
    np.testing.assert_allclose(exact, spread * noise[:, 0], atol=1e-4)


def test_a_sample_is_steps_one_after_the_other():
    torch.manual_seed(0)
    model, noise = VelocityMLP(3, 8).eval(), torch.randn(4, 3)
    way = sample(model, noise, 3, keep=True)
    assert way.shape == (4, 4, 3) and torch.equal(way[0], noise) and torch.equal(way[-1], sample(model, noise, 3))
    with torch.no_grad():
        for i in range(3):
            torch.testing.assert_close(way[i + 1], euler_step(model, way[i], 1 - i / 3, 1 - (i + 1) / 3))
        back = euler_step(model, way[0], 1.0, 1.0)
    assert torch.equal(back, way[0])


def test_near_times_look_different_and_far_ones_more_so():
    embed = TimeEmbedding(16)
    codes = embed(torch.tensor([0.5, 0.51, 0.9]))
    assert codes.shape == (3, 16) and codes.abs().max() <= 1
    near, far = ((codes[0] - codes[i]).norm() for i in (1, 2))
    assert 0.05 < near < far and not math.isclose(near, far)


def test_the_net_of_codes_learns_two_points():
    torch.manual_seed(1)
    model = VelocityMLP(2, 32)
    points, generator = torch.tensor([[2.0, 0.0], [-2.0, 0.0]]), torch.Generator().manual_seed(2)
    optimiser = torch.optim.Adam(model.parameters(), 1e-2)
    for _ in range(300):
        x = points[torch.randint(2, (64,), generator=generator)]
        noise = torch.randn(64, 2, generator=generator)
        loss = flow_loss(model, x, noise, torch.rand(64, generator=generator))
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    made = sample(model, torch.randn(200, 2, generator=generator), 30)
    near = torch.cdist(made, points).min(1)
    assert near.values.median() < 0.4 and 0.3 < near.indices.float().mean() < 0.7


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: noised(torch.rand(3, 2), torch.rand(2, 3), 0.5), "noise: wanted the shape of x"),
        (lambda: noised(torch.rand(3, 2), torch.rand(3, 2), 1.5), "t: wanted"),
        (lambda: noised(torch.rand(3, 2), torch.rand(3, 2), torch.tensor([0.1, 2.0, 0.3])), "t: wanted 0…1"),
        (lambda: noised(torch.rand(3, 2), torch.rand(3, 2), torch.rand(2)), r"t: wanted one number or shape \(3,\)"),
        (lambda: noised(np.zeros((3, 2)), torch.rand(3, 2), 0.5), "x: wanted a floating torch.Tensor"),
        (lambda: sample(VelocityMLP(2, 4), torch.rand(3, 2), 0), "steps"),
        (lambda: sample(VelocityMLP(2, 4), torch.rand(3, 4), 2), "x: wanted"),
        (lambda: euler_step(VelocityMLP(2, 4), torch.rand(3, 2), 1.2, 0.0), "now"),
        (lambda: flow.TimeEmbedding(7), "size"),
    ],
)
def test_what_does_not_fit_is_told(call, words):
    with pytest.raises((TypeError, ValueError), match=words):
        call()
