"""Lip coefficients, the network that answers late, and the mouth's decoder."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from unmasked.models.lips import LipNet, LipShapes, MouthNet, delayed, follow


def lips(count=40, seed=0):
    """Mouths that move in three ways, and tremble a little."""
    generator = np.random.default_rng(seed)
    ways = generator.standard_normal((3, 36)) * np.array([9, 4, 2])[:, None]
    return (generator.standard_normal((count, 3)) @ ways + 50 + 0.01 * generator.standard_normal((count, 36))).reshape(
        -1, 18, 2
    )


def test_few_coefficients_keep_what_moves():
    seen = lips()
    shapes = LipShapes.fit(seen, 3)
    assert shapes.encode(seen).shape == (40, 3) and shapes.explained > 0.999
    assert np.abs(shapes.decode(shapes.encode(seen)) - seen).max() < 0.1
    np.testing.assert_allclose(shapes.basis @ shapes.basis.T, np.eye(3), atol=1e-9)
    np.testing.assert_allclose(shapes.decode(np.zeros((2, 3))), seen.mean(0)[None].repeat(2, 0))
    assert LipShapes.fit(seen, 1).explained < LipShapes.fit(seen, 2).explained < shapes.explained


def test_the_coefficients_are_scikit_learns():
    from sklearn.decomposition import PCA

    seen = lips()
    known = PCA(3).fit(seen.reshape(-1, 36))
    mine = LipShapes.fit(seen, 3)
    np.testing.assert_allclose(np.abs(mine.encode(seen)), np.abs(known.transform(seen.reshape(-1, 36))), atol=1e-6)
    assert mine.explained == pytest.approx(known.explained_variance_ratio_.sum())


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 30), st.integers(0, 40), st.integers(1, 4))
def test_late_targets_are_the_targets_of_before(count, delay, columns):
    targets = np.random.default_rng(count).standard_normal((count, columns))
    late = delayed(targets, delay)
    assert late.shape == targets.shape
    for step in range(count):
        np.testing.assert_array_equal(late[step], targets[max(0, step - delay)])


def test_it_hears_nothing_of_what_comes():
    torch.manual_seed(0)
    model = LipNet().eval()
    heard = torch.randn(3, 20, 28)
    changed = heard.clone()
    changed[:, 12:] += 1
    with torch.no_grad():
        said, other = model(heard), model(changed)
    assert said.shape == (3, 20, 4) and torch.equal(said[:, :12], other[:, :12])
    assert not torch.allclose(said[:, 12:], other[:, 12:])


def test_sixty_units_and_standardised_on_both_sides():
    model = LipNet()
    assert model.memory.hidden_size == 60 and sum(p.numel() for p in model.memory.parameters()) == 4 * 60 * (
        28 + 60 + 2
    )
    heard, codes = 5 + 3 * torch.randn(500, 28), -70 + 20 * torch.randn(500, 4)
    model.fit_scale(heard, codes)
    with torch.no_grad():
        model.read.weight.zero_(), model.read.bias.zero_()
        np.testing.assert_allclose(model(heard[None])[0, 7], codes.mean(0), rtol=1e-5)


@pytest.mark.parametrize("delay", [0, 1, 7])
def test_a_frames_answer_is_read_as_late_as_it_was_asked(delay):
    """A net that says what it hears, at once, is right about the moment `delay` steps on."""

    class Echo(LipNet):
        def forward(self, heard):
            return heard[..., :4]

    heard = np.arange(24)[:, None] + np.zeros((24, 28))
    np.testing.assert_array_equal(follow(Echo(), heard, delay)[:, 0], np.minimum(4 * np.arange(6) + delay, 23))


def test_the_decoder_draws_every_coefficient():
    torch.manual_seed(0)
    model = MouthNet(3)
    codes = torch.randn(5, 3, requires_grad=True)
    drawn = model(codes)
    assert drawn.shape == (5, 3, 56, 72) and drawn.min() >= 0 and drawn.max() <= 1
    drawn.sum().backward()
    assert (codes.grad.abs().sum(0) > 0).all() and all(p.grad.abs().sum() > 0 for p in model.parameters())
    model.fit_scale(10 + 4 * torch.randn(300, 3))
    assert torch.allclose(model.mean, torch.tensor(10.0), atol=1)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: LipNet()(torch.zeros(2, 9, 27)), ValueError, r"heard: wanted shape \(N, T, 28\)"),
        (lambda: LipNet()(np.zeros((2, 9, 28))), TypeError, "heard: wanted a floating torch.Tensor"),
        (lambda: LipNet(units=0), ValueError, "units"),
        (lambda: MouthNet()(torch.zeros(2, 3)), ValueError, r"codes: wanted shape \(N, 4\)"),
        (lambda: LipShapes.fit(np.zeros((9, 17, 2))), ValueError, r"lips: wanted shape \(N, 18, 2\)"),
        (lambda: LipShapes.fit(lips(), 37), ValueError, "count"),
        (lambda: LipShapes.fit(lips(), 3).decode(np.zeros((2, 4))), ValueError, r"codes: wanted shape \(N, 3\)"),
        (lambda: delayed(np.zeros((4, 2)), -1), ValueError, "delay"),
        (lambda: delayed(np.zeros(4), 1), ValueError, "targets"),
        (lambda: follow(LipNet(), np.zeros((8, 27)), 2), ValueError, "heard"),
    ],
)
def test_wrong_input_is_worded(call, error, words):
    with pytest.raises(error, match=words):
        call()
