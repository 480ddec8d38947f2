"""A neuron with one input as a graph of six numbers: its values forward, the gradients of its loss back.

    w, x, b  →  s = w · x + b  →  a = LeakyReLU(s)  →  L = (a − 1)²

Plain Python, so that every step of backpropagation can be read.
"""

from __future__ import annotations

from collections.abc import Mapping

LEAK = 0.1  # LeakyReLU passes this share of what is below 0
TARGET = 1.0
EDGES = (("w", "s"), ("x", "s"), ("b", "s"), ("s", "a"), ("a", "L"))
# In which order numbers are worked out: each needs only those before it.
FORWARD = ("s", "a", "L")
BACKWARD = ("L", "a", "s", "w", "x", "b")


def forward(w: float, x: float, b: float) -> dict[str, float]:
    """The six numbers of a neuron with one input: weight, input, bias, weighted sum, activation, loss."""
    s = w * x + b
    a = s if s > 0 else LEAK * s
    return {"w": w, "x": x, "b": b, "s": s, "a": a, "L": (a - TARGET) ** 2}


def backward(values: Mapping[str, float]) -> dict[str, float]:
    """The derivative of the loss by each of the six numbers, by the chain rule, from the loss back."""
    of_a = 2 * (values["a"] - TARGET)
    of_s = of_a * (1.0 if values["s"] > 0 else LEAK)
    return {"L": 1.0, "a": of_a, "s": of_s, "w": of_s * values["x"], "x": of_s * values["w"], "b": of_s}


def downhill(values: Mapping[str, float], rate: float) -> dict[str, float]:
    """The six numbers after weight and bias each took a step of −`rate` · their gradient; the input stays as given."""
    gradients = backward(values)
    w, b = (values[name] - rate * gradients[name] for name in ("w", "b"))
    return forward(w, values["x"], b)
