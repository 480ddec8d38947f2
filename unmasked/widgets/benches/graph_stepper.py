"""Backpropagation on a graph of six numbers: step forward to the loss, and back to every gradient."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import cv2
import numpy as np

from unmasked.models.graph import BACKWARD, EDGES, FORWARD, LEAK, backward, downhill, forward
from unmasked.widgets.kit import (
    ACCENT,
    FAINT,
    INK,
    LINE,
    SHARP,
    Bench,
    Button,
    Frame,
    Panel,
    Slider,
    blank,
    curve,
    minus,
    stroke,
    write,
)

RATE = 0.1
BACK = (166, 82, 6)

WIDTH, HEIGHT = 640, 262
WIDE, HIGH = 108, 62
PLACES = {"w": (4, 8), "x": (4, 96), "b": (4, 184), "s": (206, 96), "a": (368, 96), "L": (528, 96)}
RULES = {"s": "s = w · x + b", "a": "a = LeakyReLU(s)", "L": "L = (a − 1)²"}
LAST = len(FORWARD) + len(BACKWARD) + 1


def graph_stepper(w: float = 0.6, x: float = 1.5, b: float = -0.4) -> GraphStepper:
    """A bench that walks through a neuron's graph: three steps forward, six back, and one downhill.

    w, x, b: where their sliders stand at first, each in −2…2. Raises ValueError for a start outside.
    """
    return GraphStepper(w, x, b)


class GraphStepper(Bench):
    """See `graph_stepper`."""

    def __init__(self, w: float, x: float, b: float):
        knobs = [
            Slider("step", "Step", 0, LAST, 0, 1),
            Slider("w", "Weight w", -2, 2, w, 0.1),
            Slider("x", "Input x", -2, 2, x, 0.1),
            Slider("b", "Bias b", -2, 2, b, 0.1),
        ]
        buttons = [Button("back", "◀ One back"), Button("on", "One on ▶", main=True)]
        super().__init__(draw, knobs, title="Six numbers, forward and back", buttons=buttons)

    def on_press(self, name: str) -> None:
        """One step forward or back; at an end it stays."""
        self.set(step=self.settings["step"] + (1 if name == "on" else -1))


def draw(settings: Mapping[str, float]) -> Frame:
    """`settings`: step (0 to LAST), w, x, b. Returns the graph with as many values and gradients as were reached."""
    step = round(settings["step"])
    values = forward(settings["w"], settings["x"], settings["b"])
    gradients = backward(values)
    known = ["w", "x", "b", *FORWARD[:step]]
    reached = BACKWARD[: max(0, step - len(FORWARD))]
    now = _now(step)
    paper = _ground().copy()
    for start, end in EDGES:
        colour = LINE
        if end == now and step <= len(FORWARD):
            colour = ACCENT
        elif start == now and step > len(FORWARD):
            colour = BACK
        _wire(paper, start, end, colour, back=colour == BACK)
    for name in PLACES:
        value = digits(values[name]) if name in known else "?"
        gradient = digits(gradients[name]) if name in reached else ""
        _node(paper, name, value, gradient, name == now, step > len(FORWARD))
    said = _say(step, values, gradients)
    shown = ", ".join(f"{name} {digits(values[name])}" for name in known)
    back = ", ".join(f"dL/d{name} {digits(gradients[name])}" for name in reached) or "none yet"
    alt = f"Graph of six numbers: w, x and b lead to s, s to a, a to the loss L. Values: {shown}. Gradients: {back}."
    words = f"Step {step} of {LAST}. {said}"
    return Frame(Panel(paper, "", alt, 1 / SHARP, smooth=True, drawing=True), alt, words)


def _now(step: int) -> str:
    """The number that this step works out; "" at the start and at the end."""
    order = ("", *FORWARD, *BACKWARD, "")
    return order[step]


def _say(step: int, values: Mapping[str, float], gradients: Mapping[str, float]) -> str:
    v, g = ({name: digits(number) for name, number in some.items()} for some in (values, gradients))
    slope, side = ("1", "above") if values["s"] > 0 else (f"{LEAK}", "not above")
    sentences = (
        "The start: a weight, an input and a bias. Nothing is worked out yet.",
        f"Forward: the weighted sum, s = w · x + b = {v['w']} · {v['x']} + {v['b']} = {v['s']}.",
        f"Forward: the activation. s is {side} 0, so a = {slope} · s = {v['a']}.",
        f"Forward: the loss. The neuron should have said 1, so L = (a − 1)² = {v['L']}.",
        "Back, from the loss: if L grows by a little, L grows by as much. So dL/dL = 1.",
        f"Back: L = (a − 1)², so dL/da = 2 · (a − 1) = {g['a']}.",
        f"Back: a = {slope} · s, so dL/ds = {slope} · dL/da = {g['s']}.",
        f"Back: a little more w is x times as much s. So dL/dw = x · dL/ds = {g['w']}.",
        f"Back: a little more x is w times as much s. So dL/dx = w · dL/ds = {g['x']}.",
        f"Back: a little more b is as much more s. So dL/db = dL/ds = {g['b']}.",
        _downhill(values),
    )
    return sentences[step]


def _downhill(values: Mapping[str, float]) -> str:
    after = downhill(values, RATE)
    return (
        f"Downhill: w and b each take a step of −{RATE} · their gradient, to {digits(after['w'])} and "
        f"{digits(after['b'])}. The loss goes from {digits(values['L'])} to {digits(after['L'])}."
    )


def digits(value: float) -> str:
    """A number with up to three digits after the point, and a minus sign that is one."""
    return minus(f"{value:z.3f}".rstrip("0").rstrip("."))


def _node(paper: np.ndarray, name: str, value: str, gradient: str, active: bool, back: bool) -> None:
    s = SHARP
    left, top = PLACES[name]
    edge = (BACK if back else ACCENT) if active else (150, 158, 167)
    # A view of the paper: writing costs as much as the picture that is written into.
    node = paper[top * s : (top + HIGH) * s, left * s : (left + WIDE) * s]
    node[:] = edge
    rim = (3 if active else 1) * s
    node[rim:-rim, rim:-rim] = (247, 249, 251)
    write(node, name, 10 * s, 16 * s, 15 * s, INK, anchor="lm", bold=True)
    write(node, value, (WIDE - 10) * s, 16 * s, 15 * s, ACCENT, anchor="rm", bold=active and not back)
    colour = BACK if gradient else (150, 158, 167)
    write(node, f"dL/d{name}", 10 * s, 44 * s, 12 * s, colour, anchor="lm")
    write(node, gradient or "?", (WIDE - 10) * s, 44 * s, 14 * s, colour, anchor="rm", bold=active and back)


@cache
def _ground() -> np.ndarray:
    """The paper with the rules under the boxes, which never change."""
    paper = blank(WIDTH, HEIGHT)
    for name, rule in RULES.items():
        left, top = PLACES[name]
        middle = min(left + WIDE / 2, WIDTH - 50)
        write(paper, rule, middle * SHARP, (top + HIGH + 14) * SHARP, 11.5 * SHARP, FAINT, anchor="mm")
    return paper


def _wire(paper: np.ndarray, start: str, end: str, colour, back: bool) -> None:
    (x0, y0), (x1, y1) = PLACES[start], PLACES[end]
    points = curve((x0 + WIDE, y0 + HIGH / 2), (x1, y1 + HIGH / 2))
    strong = colour != LINE
    stroke(paper, points, colour, 3 if strong else 2)
    if strong:  # an arrow head where the news arrives
        tip, towards = (points[0], points[3]) if back else (points[-1], points[-4])
        away = (towards - tip) / np.hypot(*(towards - tip)) * 9 * SHARP
        side = np.array([-away[1], away[0]]) * 0.55
        corners = np.rint([tip, tip + away + side, tip + away - side]).astype(np.int32)
        cv2.fillConvexPoly(paper, corners, colour, cv2.LINE_AA)
