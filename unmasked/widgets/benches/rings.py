"""Two rings on a performer's face, at the corner of the mouth and at the chin, by which a hand moves it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import traitlets

from unmasked import toons
from unmasked.faces import draw_faces
from unmasked.widgets.benches.puppet import REACH
from unmasked.widgets.kit import Bench, Frame

# What a hand takes hold of: what it is called, its landmark, and the slider that it turns.
GRIPS = (
    ("Smile, at the corner of the mouth", toons.LANDMARKS["lips"].start, "smile"),
    ("Jaw, at the chin", 8, "jaw"),
)


def places(landmarks: np.ndarray, side: int) -> list[list[float]]:
    """Where each grip lies, by a face's landmarks (68, 2) in a picture of `side` pixels: 0…1 from edge to edge."""
    return [((landmarks[point] + 0.5) / side).tolist() for _, point, _ in GRIPS]  # the first pixel's middle is 0, 0


def turns(identity: toons.Identity, pose: toons.Performance, side: int) -> list[list[float]]:
    """By how much each grip turns its slider for a way across and down of one picture's side: two numbers each.

    A landmark's way over the slider's range says it, so that what is dragged stays under the hand.
    """
    found = []
    for at, (_, _, name) in enumerate(GRIPS):
        ends = np.stack([replace(pose, **{name: end}).to_array() for end in toons.RANGES[name]])
        low, high = (np.array(places(seen, side)[at]) for seen in draw_faces(identity, ends, side).landmarks)
        length = float(np.hypot(*(high - low)))
        reach = np.subtract(*toons.RANGES[name][::-1]) / max(length, REACH)
        found.append(((high - low) / length * reach).tolist())
    return found


class RingBench(Bench):
    """A bench with rings on its first picture. Its state beside the knobs is where they lie.

    scene   has `draw(settings)`, which keeps `places` of what was drawn last, and `turns()`.
    knobs   among them sliders for smile and jaw; `options` go to Bench.
    """

    grips = traitlets.List().tag(sync=True)  # each with its label, its knob, and how far the knob turns
    places = traitlets.List().tag(sync=True)  # of every grip, 0…1 from edge to edge

    def __init__(self, scene, knobs: Sequence, **options):
        self.scene = scene
        super().__init__(scene.draw, knobs, **options)
        self.grips = [
            {"label": label, "point": point, "names": [name], "turns": {name: turn}}
            for (label, point, name), turn in zip(GRIPS, scene.turns(), strict=True)
        ]
        self.places = scene.places

    def present(self, frame: Frame, number: int | None = None) -> None:
        """Shows a frame, and the rings where the face has them in it."""
        if not self.closed:
            self.places = self.scene.places
        super().present(frame, number)
