"""The graph of six numbers against autograd, and one step downhill."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from unmasked.models import graph

number = st.floats(-2, 2)


@given(number, number, number)
@settings(max_examples=200, deadline=None)
def test_the_graph_agrees_with_autograd(w, x, b):
    leaves = [torch.tensor(value, dtype=torch.float64, requires_grad=True) for value in (w, x, b)]
    s = leaves[0] * leaves[1] + leaves[2]
    a = nn.functional.leaky_relu(s, graph.LEAK)
    loss = (a - graph.TARGET) ** 2
    for inner in (s, a, loss):
        inner.retain_grad()
    loss.backward()
    values = graph.forward(w, x, b)
    gradients = graph.backward(values)
    tensors = dict(zip(("w", "x", "b", "s", "a", "L"), (*leaves, s, a, loss), strict=True))
    for name, tensor in tensors.items():
        assert abs(values[name] - tensor.item()) < 1e-6, name
        assert abs(gradients[name] - tensor.grad.item()) < 1e-6, name


@given(number, number, number)
@settings(max_examples=100, deadline=None)
def test_a_short_step_downhill_moves_weight_and_bias_and_never_raises_the_loss(w, x, b):
    values = graph.forward(w, x, b)
    after = graph.downhill(values, 0.01)
    gradients = graph.backward(values)
    assert after["x"] == x
    assert after["w"] == pytest.approx(w - 0.01 * gradients["w"], abs=1e-12)
    assert after["b"] == pytest.approx(b - 0.01 * gradients["b"], abs=1e-12)
    assert after["L"] <= values["L"] + 1e-12


def test_every_number_is_worked_out_after_those_that_it_needs():
    known = {"w", "x", "b"}
    for name in graph.FORWARD:
        assert {start for start, end in graph.EDGES if end == name} <= known
        known.add(name)
    back = set()
    for name in graph.BACKWARD:
        assert {end for start, end in graph.EDGES if start == name} <= back
        back.add(name)
    assert known == back == set(graph.forward(0.0, 0.0, 0.0)) == set(graph.backward(graph.forward(0.0, 0.0, 0.0)))
