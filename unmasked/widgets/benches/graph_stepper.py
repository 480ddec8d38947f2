"""Backpropagation on a graph of six numbers: step forward to the loss, back to every gradient, downhill, and again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache

import cv2
import numpy as np
import traitlets

from unmasked.models.graph import BACKWARD, EDGES, FORWARD, LEAK, backward, downhill, forward
from unmasked.widgets.kit import (
    ACCENT,
    FAINT,
    INK,
    LINE,
    PAPER,
    SCRIPTS,
    SHARP,
    Bench,
    Button,
    Frame,
    Meter,
    Panel,
    Slider,
    blank,
    compose,
    curve,
    meter_panel,
    minus,
    source,
    stroke,
    text_width,
    write,
)

RATE = 0.1
BACK = (166, 82, 6)
TEAL = (15, 133, 119)
GROUND, PALE = (247, 249, 251), (150, 158, 167)
QUESTION = "Whose fault is the loss? Six numbers, forward and back"

WIDTH, HEIGHT = 612, 296  # CSS pixels
WIDE, HIGH, TALL = 118, 62, 88
INPUTS = ("w", "x", "b")
PLACES = {"w": (3, 8), "x": (3, 104), "b": (3, 200), "s": (172, 117), "a": (334, 117), "L": (491, 117)}
TRACK = (14, 46)  # where the line begins that a number is dragged along: from the left and from the top of its box
RULES = {"s": "s = w · x + b", "a": "a = LeakyReLU(s)", "L": "L = (a − 1)²"}
ROUNDS = (340, 8, 200, 68)  # left, top, width and height of the losses, round by round
SHOWN = 8  # of the rounds, the last ones
LARGEST = 4.0  # the loss that fills the bar
LIMITS = (-2.0, 2.0)
LAST = len(FORWARD) + len(BACKWARD) + 1


def graph_stepper(w: float = 0.6, x: float = 1.5, b: float = -0.4) -> GraphStepper:
    """A bench that walks through a neuron's graph: three steps forward, six back, one downhill, and again.

    w, x, b: what their boxes say at first, each in −2…2; they are dragged there. Raises ValueError for a start outside.
    """
    return GraphStepper(w, x, b)


class GraphStepper(Bench):
    """See `graph_stepper`. Its state beside the knobs: the losses of the rounds before, and where a drag began."""

    _esm = source(*SCRIPTS, "benches/graph_stepper.js")
    _css = source("kit/kit.css", "benches/ends.css", "benches/graph_stepper.css")

    boxes = traitlets.Dict().tag(sync=True)

    def __init__(self, w: float, x: float, b: float):
        self.rounds: list[float] = []
        self.before: dict | None = None  # the settings that a drag is compared with
        self.last: dict | None = None
        knobs = [
            Slider("step", "Step", 0, LAST, 0, 1),
            Slider("w", "Weight w", *LIMITS, w, 0.1),
            Slider("x", "Input x", *LIMITS, x, 0.1),
            Slider("b", "Bias b", *LIMITS, b, 0.1),
        ]
        self.begin = {knob.name: float(knob.start) for knob in knobs}
        super().__init__(self.drawn, knobs, title=QUESTION, buttons=_buttons(0), beside=True)
        self.boxes = {name: _shares(name) for name in INPUTS}

    def drawn(self, settings: Mapping) -> Frame:
        """The graph, and what a drag since the last step did to the loss."""
        now = dict(settings)
        if now == self.begin:
            self.rounds = []
        if self.before is None or self.before["step"] != now["step"]:
            self.before = now
        elif sum(now[name] != self.before[name] for name in INPUTS) > 1:
            self.before = self.last  # a second number is taken: only it is compared
        self.last = now
        return draw(settings, self.before, self.rounds)

    def present(self, frame: Frame, number: int | None = None) -> None:
        """Shows a frame, and names the button that goes on after what it does."""
        super().present(frame, number)
        if self.last is not None:
            self.buttons = [button.describe() for button in _buttons(round(self.last["step"]))]

    def on_press(self, name: str) -> None:
        """One step forward or back; after the last, weight and bias keep their step and the next round begins."""
        step = round(self.settings["step"])
        if name == "on" and step == LAST:
            values = forward(*(self.settings[name] for name in INPUTS))
            after = downhill(values, RATE)
            self.rounds.append(values["L"])
            self.set(step=0, w=round(after["w"], 6), b=round(after["b"], 6))
        else:
            self.set(step=step + (1 if name == "on" else -1))

    def still(self) -> np.ndarray:
        """The bench as a still picture, with the rings that a hand can drag."""
        panel = self.shown.panels[0]
        paper = panel.picture.copy()
        for name in INPUTS:
            left, top, right = _track(name)
            share = (self.settings[name] - LIMITS[0]) / (LIMITS[1] - LIMITS[0])
            centre = round((left + share * (right - left)) * SHARP), top * SHARP
            for colour, radius in ((TEAL, 8), (PAPER, 4)):
                cv2.circle(paper, centre, radius * SHARP, colour, -1, cv2.LINE_AA)
        ringed = Panel(paper, panel.title, panel.alt, panel.scale, smooth=True, drawing=True)
        return compose([ringed, meter_panel(self.shown.meters)], self.shown.words)


def _buttons(step: int) -> list[Button]:
    on = "Again ↻" if step == LAST else "One on ▶"
    return [Button("back", "◀ One back", disabled=step == 0), Button("on", on, main=True)]


def draw(
    settings: Mapping[str, float], before: Mapping[str, float] | None = None, rounds: Sequence[float] = ()
) -> Frame:
    """`settings`: step (0 to LAST), w, x, b; `before`: those from which a number was dragged, if one was; `rounds`: the
    losses of the rounds before. Returns the graph with as many values and gradients as were reached."""
    step = round(settings["step"])
    values = forward(*(settings[name] for name in INPUTS))
    gradients = backward(values)
    known = [*INPUTS, *FORWARD[:step]]
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
    after = downhill(values, RATE) if step == LAST else {}
    for name in PLACES:
        value = digits(values[name]) if name in known else "?"
        if name in after and name in ("w", "b"):
            value = f"→ {digits(after[name])}"
        gradient = digits(gradients[name]) if name in reached else ""
        _node(paper, name, value, gradient, name == now or (name in ("w", "b") and bool(after)), step > len(FORWARD))
    for name in FORWARD[:step]:
        _put(paper, _with_numbers(name, values), *_below(name, 36), 14, INK, "m", name == now and step <= len(FORWARD))
    losses = [*rounds, values["L"]] if "L" in known else list(rounds)
    if rounds:
        _draw_rounds(paper, losses)
    said = f"Step {step} of {LAST}. {_say(step, values, gradients)}"
    moved = _moved(values, known, reached, before)
    shown = ", ".join(f"{name} {digits(values[name])}" for name in known)
    back = ", ".join(f"dL/d{name} {digits(gradients[name])}" for name in reached) or "none yet"
    alt = f"Graph of six numbers: w, x and b lead to s, s to a, a to the loss L. Values: {shown}. Gradients: {back}."
    if rounds:
        alt += f" Losses, round by round: {', '.join(map(digits, losses[-SHOWN:]))}."
    return Frame(
        Panel(paper, "", f"{alt} {moved}".strip(), 1 / SHARP, smooth=True, drawing=True),
        f"{alt} {moved}".strip(),
        f"{said}\n{moved}".strip(),
        meters=(_loss(values["L"] if "L" in known else None, rounds),),
    )


def _loss(loss: float | None, rounds: Sequence[float]) -> Meter:
    """The loss as a bar: on the scale of its root, for it grows with the square."""

    def share(value: float) -> float:
        return float(np.sqrt(value / LARGEST))

    mark = share(rounds[-1]) if rounds else None
    note = (
        f"line: the round before, {digits(rounds[-1])}" if rounds else "press on until it's worked out" * (loss is None)
    )
    return Meter("Loss L", "?" if loss is None else digits(loss), share(loss or 0), mark, 0, note, main=True, under=0)


def _moved(values: Mapping, known: Sequence[str], reached: Sequence[str], before: Mapping | None) -> str:
    """What dragging one number did to the loss, beside what its gradient promised."""
    changed = [name for name in INPUTS if before is not None and values[name] != before[name]]
    if len(changed) != 1 or "L" not in known:
        return ""
    (name,) = changed
    old = forward(*(before[name] for name in INPUTS))
    far = values[name] - old[name]
    went = f"{name} went from {digits(old[name])} to {digits(values[name])}, and L "
    went += f"from {digits(old['L'])} to {digits(values['L'])}"
    if name not in reached:
        return f"{went}."
    promised = digits(backward(old)[name] * far)
    return f"{went}: a change of {digits(values['L'] - old['L'])}. Its gradient promised {promised}."


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
        f"{digits(after['b'])}. The loss goes from {digits(values['L'])} to {digits(after['L'])}. Again?"
    )


def _with_numbers(name: str, values: Mapping[str, float]) -> str:
    """The rule of a box with its numbers in it."""
    if name == "s":
        sign = "−" if digits(values["b"]).startswith("−") else "+"
        return f"{digits(values['w'])} · {digits(values['x'])} {sign} {digits(abs(values['b']))}"
    if name == "a":
        return f"{1 if values['s'] > 0 else LEAK} · {digits(values['s'])}"
    return f"({digits(values['a'])} − 1)²"


def digits(value: float) -> str:
    """A number with up to three digits after the point, five where it is small, and a minus sign that is one."""
    return minus(f"{value:z.{3 if abs(value) >= 0.0005 else 5}f}".rstrip("0").rstrip("."))


# ---- places


def _high(name: str) -> int:
    return TALL if name in INPUTS else HIGH


def _below(name: str, far: float) -> tuple[float, float]:
    """The middle below a box, `far` CSS pixels under it."""
    left, top = PLACES[name]
    return left + WIDE / 2, top + HIGH + far


def _track(name: str) -> tuple[int, int, int]:
    """Left end, height and right end of the line that a number is dragged along."""
    left, top = PLACES[name]
    return left + TRACK[0], top + TRACK[1], left + WIDE - TRACK[0]


def _shares(name: str) -> dict:
    """A box and its line as shares of the paper's width and height, for the browser."""
    left, top = PLACES[name]
    start, across, end = _track(name)
    return {
        "box": [left / WIDTH, top / HEIGHT, WIDE / WIDTH, TALL / HEIGHT],
        "track": [(start - left) / WIDE, (across - top) / TALL, (end - left) / WIDE],
    }


# ---- drawing


@lru_cache(maxsize=2048)
def _written(words: str, size: float, colour: tuple, bold: bool, ground: tuple) -> np.ndarray:
    """A line of words on its ground: numbers come again, and writing them costs more than all else."""
    label = np.empty((round(size * 1.3) * SHARP, text_width(words, size * SHARP, bold) + 2, 3), np.uint8)
    label[:] = ground
    write(label, words, 0, label.shape[0] / 2, size * SHARP, colour, anchor="lm", bold=bold)
    return label


def _put(paper, words: str, x: float, y: float, size: float, colour, anchor="l", bold=False, ground=PAPER) -> None:
    """Writes a line: x, y of its left end, middle or right end ("l", "m", "r"), in CSS pixels of the paper."""
    label = _written(words, size, colour, bold, ground)
    high, wide = label.shape[:2]
    left = round(x * SHARP - {"l": 0, "m": wide / 2, "r": wide}[anchor])
    left = max(0, min(left, paper.shape[1] - wide))
    top = round(y * SHARP - high / 2)
    paper[top : top + high, left : left + wide] = label


def _node(paper: np.ndarray, name: str, value: str, gradient: str, active: bool, back: bool) -> None:
    s, high = SHARP, _high(name)
    left, top = PLACES[name]
    edge = (BACK if back else ACCENT) if active else PALE
    node = paper[top * s : (top + high) * s, left * s : (left + WIDE) * s]
    rim = (3 if active else 1) * s
    cv2.rectangle(node, (0, 0), (WIDE * s, high * s), edge, -1)
    cv2.rectangle(node, (rim, rim), (WIDE * s - rim - 1, high * s - rim - 1), GROUND, -1)
    moving = value.startswith("→")
    _put(node, name, 9, 17, 17, INK, "l", True, GROUND)
    _put(
        node,
        value,
        WIDE - 9,
        17,
        15 if moving else 17,
        BACK if moving else ACCENT,
        "r",
        moving or (active and not back),
        GROUND,
    )
    if name in INPUTS:
        start, across, end = TRACK[0] * s, TRACK[1] * s, (WIDE - TRACK[0]) * s
        cv2.line(node, (start, across), (end, across), PALE, 2 * s, cv2.LINE_AA)
        middle = (start + end) // 2
        cv2.line(node, (middle, across - 4 * s), (middle, across + 4 * s), PALE, s)
    colour = BACK if gradient else PALE
    _put(node, f"dL/d{name}", 9, high - 17, 13, colour, "l", False, GROUND)
    _put(node, gradient or "?", WIDE - 9, high - 17, 15, colour, "r", active and back, GROUND)


@cache
def _ground() -> np.ndarray:
    """The paper with the rules under the boxes, which never change."""
    paper = blank(WIDTH, HEIGHT)
    for name, rule in RULES.items():
        _put(paper, rule, *_below(name, 15), 13, FAINT, "m")
    return paper


def _draw_rounds(paper: np.ndarray, losses: Sequence[float]) -> None:
    """The losses as bars, the newest with its number."""
    left, top, wide, high = ROUNDS
    _put(paper, "Loss, round by round", left, top + 7, 13, FAINT)
    shown = losses[-SHOWN:]
    most = max(max(shown), 1e-9)
    for number, loss in enumerate(shown):
        x = left + number * wide / SHOWN
        tall = max(1.0, (high - 18) * loss / most)
        newest = number == len(shown) - 1
        corners = [
            (round(x * SHARP), round((top + high - tall) * SHARP)),
            (round((x + 17) * SHARP), (top + high) * SHARP),
        ]
        cv2.rectangle(paper, *corners, ACCENT if newest else PALE, -1)
        if newest:
            _put(paper, digits(loss), x + 22, top + high - 8, 14, ACCENT, "l", True)


def _wire(paper: np.ndarray, start: str, end: str, colour, back: bool) -> None:
    (x0, y0), (x1, y1) = PLACES[start], PLACES[end]
    points = curve((x0 + WIDE, y0 + _high(start) / 2), (x1, y1 + _high(end) / 2))
    strong = colour != LINE
    stroke(paper, points, colour, 3 if strong else 2)
    if strong:  # an arrow head where the news arrives
        tip, towards = (points[0], points[3]) if back else (points[-1], points[-4])
        away = (towards - tip) / np.hypot(*(towards - tip)) * 9 * SHARP
        side = np.array([-away[1], away[0]]) * 0.55
        corners = np.rint([tip, tip + away + side, tip + away - side]).astype(np.int32)
        cv2.fillConvexPoly(paper, corners, colour, cv2.LINE_AA)
