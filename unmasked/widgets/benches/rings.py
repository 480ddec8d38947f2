"""Rings on an acting face, by which a hand moves it: the corner of the mouth, the chin, and what else a bench names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

import numpy as np
import traitlets

from unmasked import toons
from unmasked.faces import draw_faces
from unmasked.widgets.kit import Bench, Frame

# Nothing runs through its whole range on a shorter way than this, a share of the picture's side: brows move by less.
REACH = 0.16
SUN = 0.42, 0.06, 0.16  # how far from the middle it goes to a side, where it stands highest, and how far down it goes


@dataclass(frozen=True)
class Grip:
    """What a hand takes hold of on an acting face.

    `label`: what it is called. `point`: its landmark, or −1 for the sun. `names`: the parameters that it turns.
    """

    label: str
    point: int
    names: tuple[str, ...]


SMILE = Grip("Smile, at the corner of the mouth", toons.LANDMARKS["lips"].start, ("smile",))
JAW = Grip("Jaw, at the chin", 8, ("jaw",))


def shares(landmarks: np.ndarray, side: int) -> np.ndarray:
    """Landmarks (68, 2) in pixels of a picture of `side` pixels as 0…1 from edge to edge."""
    return (landmarks + 0.5) / side  # the middle of the first pixel is 0, 0


def sun(pose: toons.Performance) -> list[float]:
    """Where the sun stands over the picture: on the side that the light comes from, and the higher the stronger."""
    wide, high, deep = SUN
    return [0.5 + wide * pose.light_azimuth / 90, high + deep * (1 - pose.light_strength)]


def places(grips: Sequence[Grip], landmarks: np.ndarray, pose: toons.Performance, side: int) -> list[list[float]]:
    """Where each grip lies on a face that acts `pose`, seen with these landmarks: 0…1 from edge to edge."""
    points = shares(landmarks, side)
    return [sun(pose) if grip.point < 0 else points[grip.point].tolist() for grip in grips]


def turns(
    grips: Sequence[Grip], identity: toons.Identity, pose: toons.Performance, side: int
) -> list[dict[str, list[float]]]:
    """How each grip turns its parameters: name → by how much for a way across and down of one picture's side.

    A landmark's way over a parameter's range, on a face that acts `pose` otherwise, says it, so that what is dragged
    stays under the hand.
    """
    names = sorted({name for grip in grips if grip.point >= 0 for name in grip.names})
    acts = [replace(pose, **{name: end}).to_array() for name in names for end in toons.RANGES[name]]
    seen = shares(draw_faces(identity, np.stack(acts), side).landmarks, side)  # (2 × names, 68, 2)
    way = {name: seen[2 * at + 1] - seen[2 * at] for at, name in enumerate(names)}
    found = []
    for grip in grips:
        if grip.point < 0:
            (wide, _, deep), (low, high) = SUN, toons.RANGES["light_azimuth"]
            found.append({"light_azimuth": [(high - low) / (2 * wide), 0.0], "light_strength": [0.0, -1 / deep]})
            continue
        turned = {}
        for name in grip.names:
            low, high = toons.RANGES[name]
            length = float(np.hypot(*way[name][grip.point]))
            turned[name] = (way[name][grip.point] / length * (high - low) / max(length, REACH)).tolist()
        found.append(turned)
    return found


class RingBench(Bench):
    """A bench with rings on its first picture. Its state beside the knobs is where they lie.

    scene   has `draw(settings)`, which keeps `places` of what was drawn last, `grips` and their `turns()`.
    knobs   among them a slider for every parameter that a grip turns; `options` go to Bench.
    """

    grips = traitlets.List().tag(sync=True)  # each with its label, the knobs that it turns, and how far
    places = traitlets.List().tag(sync=True)  # of every grip, 0…1 from edge to edge

    def __init__(self, scene, knobs: Sequence, **options):
        self.scene = scene
        super().__init__(scene.draw, knobs, **options)
        self.grips = [asdict(grip) | {"turns": turn} for grip, turn in zip(scene.grips, scene.turns(), strict=True)]
        self.places = scene.places

    def present(self, frame: Frame, number: int | None = None) -> None:
        """Shows a frame, and the rings where the face has them in it."""
        if not self.closed:
            self.places = self.scene.places
        super().present(frame, number)
