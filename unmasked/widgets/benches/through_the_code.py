"""Through the code: change one thing in a face, and see in each net's code and picture how much of it arrives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

import cv2
import numpy as np

from unmasked import toons
from unmasked.faces import draw_faces
from unmasked.models import swapping
from unmasked.widgets.benches.describe import LABELS, describe
from unmasked.widgets.kit import Bench, Choice, Frame, Panel, Slider, enlarge, minus, write

SIDE = 164  # CSS pixels of a face, so that four fit beside each other
HEAD = 100  # CSS pixels above what comes out: the share, and the code
BARS = (44, 92)  # the code's upper and lower edge in there
SLIDES = {"smile": -0.6, "gaze_x": 0.0, "light_azimuth": -60.0}  # what can be slid, and where it stands at first
CALM = {"jaw": 0.15, "light_strength": 0.8}  # without a lamp the light has no side
REFERENCE = 24  # performances whose codes say how long a bar can get
# Seen on light and on dark ground alike: these panels are transparent.
NOW, BEFORE, TRACK = (58, 134, 214), (128, 128, 128), (150, 150, 150)


def through_the_code(models: Mapping[str, object], name: str = "ada") -> Bench:
    """A bench where smile, gaze, light or skin of a drawn face is slid: picture in → code → picture out, for every net.

    models  a label → an autoencoder with `encode(pictures)` and `decode(codes)` on float (N, 3, 64, 64) in 0…1, such as
            {"Ada alone": net, "six characters": other}. The bench works on copies. Three fit beside each other.
    name    who is drawn, a character of the cast.
    Above each net's picture stands how much of the change from the start comes out: Σ in · out / Σ in · in over the
    pixels of the face, 1 for all of it and 0 for nothing, as `share_through` of lesson 02 has it.
    Raises ValueError for an unknown character or no models, TypeError for something that is no autoencoder.
    """
    scene = ThroughTheCode(models, name)
    knobs = []
    for key, start in SLIDES.items():
        label, unit, _ = LABELS[key]
        low, high = toons.RANGES[key]
        knobs.append(Slider(key, label, low, high, start, 5.0 if high > 10 else 0.05, unit))
    knobs.append(Slider("skin", "Skin", 0, 100, 0, 5, " %"))
    others = [(key, someone.name) for key, someone in scene.others.items()]
    knobs.append(Choice("whose", "Skin towards that of", others, others[0][0]))
    return Bench(scene.draw, knobs, title=f"Through the code: {scene.who.name}", track=_track())


def _track() -> list[dict]:
    """One thing after another, there and back."""
    swing = np.sin(np.linspace(0, np.pi, 40)) ** 2
    ends = {"smile": 1.0, "gaze_x": 1.0, "light_azimuth": 60.0, "skin": 100.0}
    rest = {**SLIDES, "skin": 0.0}
    return [
        {**rest, key: round(float(rest[key] + share * (end - rest[key])), 3)}
        for key, end in ends.items()
        for share in swing
    ]


@dataclass(frozen=True)
class Net:
    """A net, what it makes of the start, and how long its bars can get."""

    model: object
    code: np.ndarray  # (C,)
    picture: np.ndarray  # (64, 64, 3), near 0…255
    reach: float


class ThroughTheCode:
    """The bench's plain function and what it needs."""

    def __init__(self, models: Mapping[str, object], name: str = "ada"):
        if not models:
            raise ValueError("models: wanted at least one autoencoder, got none")
        self.name, self.who = name, toons.character(name)
        self.others = {key: toons.CAST[key] for key in list(toons.CAST)[:6] if key != name}
        self.start = self._drawn({**SLIDES, "skin": 0.0, "whose": next(iter(self.others))})
        acted = toons.sample_performances(np.random.default_rng(0), REFERENCE)
        usual = draw_faces(self.who, acted).pictures
        self.nets = {}
        for label, model in models.items():
            model = swapping.own_copy(model)
            codes, _ = _through(model, usual)
            code, picture = _through(model, self.start.pictures)
            self.nets[label] = Net(model, code[0], picture[0], max(float(np.abs(codes).max()), 1e-6))

    def _drawn(self, settings: Mapping):
        someone = self.who
        if settings["skin"]:
            share = settings["skin"] / 100
            own, other = (np.asarray(each.skin, np.float64) for each in (someone, self.others[settings["whose"]]))
            skin = tuple(int(level) for level in np.rint(own + share * (other - own)))
            someone = replace(someone, skin=skin)
        performance = toons.Performance(**CALM, **{key: settings[key] for key in SLIDES})
        return draw_faces(someone, performance.to_array()[None])

    def shares(self, settings: Mapping) -> dict[str, float | None]:
        """How much of the change from the start comes out of each net, by its label; None while nothing has changed."""
        faces = self._drawn(settings)
        change, inside = self._change(faces)
        return {
            label: _share(change, inside, _through(net.model, faces.pictures)[1][0] - net.picture)
            for label, net in self.nets.items()
        }

    def _change(self, faces) -> tuple[np.ndarray, np.ndarray]:
        """What has changed since the start, float (64, 64, 3) in levels, and where a face is or was, (64, 64, 1)."""
        before, after = (each.pictures[0].astype(np.float32) for each in (self.start, faces))
        return after - before, np.maximum(self.start.masks[0], faces.masks[0])[..., None] / np.float32(255)

    def draw(self, settings: Mapping) -> Frame:
        """`settings`: smile, gaze_x, light_azimuth, skin (0…100 %), whose. Returns the picture in and the answers."""
        faces = self._drawn(settings)
        change, inside = self._change(faces)
        acted = describe(faces.performances[0]) + self._skin_words(settings)
        given = enlarge(faces.pictures[0], SIDE / 64, smooth=True)
        panels = [Panel(given, "Picture in", f"{self.who.name}: {acted}", smooth=True)]
        told, colours = [], []
        for label, net in self.nets.items():
            code, picture = (values[0] for values in _through(net.model, faces.pictures))
            answer = picture - net.picture
            share = _share(change, inside, answer)
            percent = "nothing to compare yet" if share is None else _percent(share)
            moved = float(np.abs(code - net.code).mean()) / net.reach
            alt = f"{label}: {len(code)} numbers of code, and the picture drawn from them. Comes out: {percent}. "
            alt += f"The code's numbers moved by {_percent(moved)} of their reach on average."
            panels.append(Panel(_answer(share, code, picture, net), label, alt, smooth=True))
            told.append(f"{label} {percent}")
            if settings["skin"]:
                colour = _share(_colour(change), inside, _colour(answer))
                colours.append(f"{label} {_percent(colour)}")
        if change.any():
            words = f"Of the change in the face, this much comes out: {'; '.join(told)}."
        else:
            words = "This is the start. Slide one thing, and see how much of the change comes out of each net."
        if colours:
            words += f"\nOf the colour alone, brightness left aside: {'; '.join(colours)}."
        return Frame(panels, f"{self.who.name}, {acted}; the code and the picture out of each net. {words}", words)

    def _skin_words(self, settings: Mapping) -> str:
        share = round(settings["skin"])
        return f", skin {share} % of the way to {self.others[settings['whose']].name}'s" if share else ""


def _through(model, pictures: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Codes float (N, C) and pictures float (N, 64, 64, 3), near 0…255, of pictures uint8 (N, 64, 64, 3)."""
    import torch

    from unmasked.tensors import to_tensor

    with torch.inference_mode(), swapping.one_thread():
        codes = model.encode(to_tensor(pictures))
        back = model.decode(codes)
    return codes.flatten(1).float().numpy(), 255 * back.permute(0, 2, 3, 1).float().numpy()


def _share(change: np.ndarray, inside: np.ndarray, answer: np.ndarray) -> float | None:
    """Σ in · out / Σ in · in over the pixels of the face; None where nothing has changed."""
    weighed = inside * change
    whole = float((weighed * change).sum())
    return float((weighed * answer).sum()) / whole if whole > 0 else None


def _colour(change: np.ndarray) -> np.ndarray:
    """A change without what all three channels have in common: a dark skin and little light look alike."""
    return change - change.mean(2, keepdims=True)


def _answer(share: float | None, code: np.ndarray, picture: np.ndarray, net: Net) -> np.ndarray:
    """A net's column on transparent ground: the share with its bar, the code with its start, the picture."""
    paper = np.zeros((HEAD + SIDE, SIDE, 4), np.uint8)
    paper[:28] = _head("–" if share is None else _percent(share))
    _fill(paper, 0, 32, SIDE, 38, (*TRACK, 90))
    _fill(paper, 0, 32, round(SIDE * min(1.0, max(0.0, share or 0.0))), 38, (*NOW, 255))
    top, bottom = BARS
    middle, half = (top + bottom) / 2, (bottom - top) / 2
    edges = np.linspace(0, SIDE, len(code) + 1)
    gap = 1 if SIDE / len(code) >= 3 else 0
    for number, (value, before) in enumerate(zip(code / net.reach, net.code / net.reach, strict=True)):
        left, right = round(edges[number]), max(round(edges[number]) + 1, round(edges[number + 1]) - gap)
        place, rest = (round(middle - half * min(1.0, max(-1.0, v))) for v in (value, before))
        _fill(paper, left, min(place, round(middle)), right, max(place, round(middle) + 1), (*NOW, 255))
        _fill(paper, left, rest, right, rest + 2, (*BEFORE, 255))
    face = enlarge(np.rint(picture.clip(0, 255)).astype(np.uint8), SIDE / 64, smooth=True)
    paper[HEAD:, :, :3], paper[HEAD:, :, 3] = cv2.resize(face, (SIDE, SIDE)), 255
    return paper


@lru_cache(64)
def _head(words: str) -> np.ndarray:
    """The share in large letters; kept, because letters take longer than all the rest of a column."""
    strip = np.zeros((28, SIDE, 4), np.uint8)
    write(strip, words, 0, 25, 26, BEFORE, anchor="ls", bold=True)
    write(strip, "comes out", SIDE, 25, 13, BEFORE, anchor="rs")
    return strip


def _percent(share: float) -> str:
    return minus(f"{100 * share:z.0f} %")


def _fill(paper: np.ndarray, left: int, top: int, right: int, bottom: int, colour: tuple[int, ...]) -> None:
    paper[top:bottom, left:right] = colour
