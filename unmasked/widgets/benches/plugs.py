"""Swap the plugs: whose picture goes in, through which encoder, out of which decoder."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import numpy as np

from unmasked import toons
from unmasked.models import swapping
from unmasked.widgets.benches import scores
from unmasked.widgets.kit import SHARP, Bench, Choice, Frame, Panel, Slider, blank, box, two_digits, wire

SCALE = 2.5
WIDTH, HEIGHT = 640, 148


def plugs(
    networks: Mapping[str, object], faces: Mapping[str, np.ndarray], masks: Mapping[str, np.ndarray] | None = None
) -> Bench:
    """A bench where two characters' pictures, encoders and decoders can be plugged together in every way.

    networks  a label → a swap model, such as {"One shared encoder": net, "Two separate autoencoders": other}. A model
              whose `encoders` hold one for each name has separate ones; any other shares its one encoder.
    faces     two names → aligned pictures uint8 (N, 64, 64, 3) of the SAME performances, so that the truth is known.
    masks     the same names → face masks uint8 (N, 64, 64): where the score looks. Everywhere if left out.
    Raises ValueError or TypeError for anything else.
    """
    scene = Plugs(networks, faces, masks)
    a, b = scene.names
    labels = {name: _name(name) for name in scene.names}
    own = [(name, f"{labels[name]}'s") for name in scene.names]
    knobs = [
        Choice("picture", "Picture of", [(name, labels[name]) for name in scene.names], a),
        Choice("encoder", "Encoder", own, a),
        Choice("decoder", "Decoder", own, b),
        Slider("moment", "Performance", 1, scene.count, 1, 1),
    ]
    if len(networks) > 1:
        knobs.insert(0, Choice("network", "Network", [(key, key) for key in networks], next(iter(networks))))
    return Bench(scene.draw, knobs, title="Swap the plugs")


def _name(name: str) -> str:
    return toons.character(name).name if name in toons.CAST else name.capitalize()


class Plugs:
    """The bench's plain function and what it needs."""

    def __init__(self, networks, faces, masks=None):
        if len(faces) != 2:
            raise ValueError(f"faces: wanted the pictures of two characters, got {list(faces)}")
        if not networks:
            raise ValueError("networks: wanted at least one, got none")
        self.names = tuple(faces)
        self.faces = {name: np.asarray(pictures) for name, pictures in faces.items()}
        shapes = {pictures.shape for pictures in self.faces.values()}
        shape = next(iter(shapes))
        if len(shapes) > 1 or len(shape) != 4 or shape[3] != 3 or shape[0] < 2:
            raise ValueError(
                f"faces: wanted two sets of two or more pictures (N, 64, 64, 3), got shapes {sorted(shapes)}"
            )
        self.count = shape[0]
        self.masks = masks
        self.networks = {key: swapping.own_copy(model) for key, model in networks.items()}
        self.means = {name: scores.mean_picture(pictures) for name, pictures in self.faces.items()}

    def separate(self, key: str) -> bool:
        """Whether this network has an encoder for each character."""
        return hasattr(self.networks[key], "encoders")

    def draw(self, settings: Mapping) -> Frame:
        """`settings`: network, picture, encoder, decoder (names), moment (from 1). Returns the diagram and pictures."""
        key = settings.get("network", next(iter(self.networks)))
        picture, encoder, decoder = settings["picture"], settings["encoder"], settings["decoder"]
        moment = round(settings["moment"]) - 1
        separate = self.separate(key)
        # A shared encoder has one plug: it is told whose picture it reads, for a network that keeps notes on each.
        through = encoder if separate else picture
        given, wanted = self.faces[picture][moment], self.faces[decoder][moment]
        result = swapping.swap_pictures(self.networks[key], given[None], through, decoder)[0]
        mask = None if self.masks is None else self.masks[decoder][moment][None]
        score = two_digits(scores.explained(result[None], wanted[None], self.means[decoder], mask))
        names = {name: _name(name) for name in self.names}
        encoder_words = f"{names[encoder]}'s encoder" if separate else "the shared encoder"
        path = f"{names[picture]}'s picture, {encoder_words}, {names[decoder]}'s decoder"
        boxes = (self.names.index(name) for name in (picture, through, decoder))
        diagram = _diagram(tuple(names.values()), *boxes, separate, f"Diagram: {path}")
        return Frame(
            [
                diagram,
                Panel(
                    given, f"In: {names[picture]}", f"{names[picture]}, performance {moment + 1}", SCALE, smooth=True
                ),
                Panel(result, "Out", f"What comes out of {names[decoder]}'s decoder", SCALE, smooth=True),
                Panel(
                    wanted,
                    f"The true {names[decoder]}",
                    f"{names[decoder]} in the same performance",
                    SCALE,
                    smooth=True,
                ),
            ],
            alt=f"{path}. What comes out stands beside the true {names[decoder]}: explained swap {score}.",
            words=f"{path}. Explained {'picture' if picture == decoder else 'swap'} here: {score} "
            f"(1 is the true {names[decoder]}, 0 is {names[decoder]}'s mean picture).",
            idle=() if separate else ("encoder",),
        )


@cache
def _diagram(names: tuple[str, str], picture: int, encoder: int, decoder: int, separate: bool, alt: str) -> Panel:
    """The wiring; indices say which box of two is in use. Kept, for nothing else in the bench takes as long."""
    paper = blank(WIDTH, HEIGHT)
    wide, high = 128, 50
    lefts = (4, 256, 508)
    tops = (12, 86)
    middle = (HEIGHT - high) / 2
    encoders = [(top, (f"{name}'s", "encoder")) for top, name in zip(tops, names, strict=True)]
    if not separate:
        encoders, encoder = [(middle, ("Shared", "encoder"))], 0
    centre = high / 2

    def wires(active):
        for p in (0, 1):
            for e, (top, _) in enumerate(encoders):
                if (p == picture and e == encoder) == active:
                    wire(paper, (lefts[0] + wide, tops[p] + centre), (lefts[1], top + centre), active)
        for e, (top, _) in enumerate(encoders):
            for d in (0, 1):
                if (e == encoder and d == decoder) == active:
                    wire(paper, (lefts[1] + wide, top + centre), (lefts[2], tops[d] + centre), active)

    wires(False)
    wires(True)
    for p, name in enumerate(names):
        box(paper, lefts[0], tops[p], wide, high, (f"{name}'s", "picture"), p == picture)
        box(paper, lefts[2], tops[p], wide, high, (f"{name}'s", "decoder"), p == decoder)
    for e, (top, words) in enumerate(encoders):
        box(paper, lefts[1], top, wide, high, words, e == encoder)
    return Panel(paper, "", alt, 1 / SHARP, smooth=True, drawing=True)
