"""The puppet: your hand on Ada's face, Bo follows, and the true Bo stands beside."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from unmasked import toons
from unmasked.faces import draw_faces
from unmasked.models import swapping
from unmasked.widgets.benches import rings, scores
from unmasked.widgets.benches.describe import LABELS, describe
from unmasked.widgets.benches.rings import JAW, SMILE, Grip, RingBench
from unmasked.widgets.kit import SCRIPTS, Bench, Frame, Meter, Panel, Slider, compose, meter_panel, source, two_digits

HERO, SHOWN = 320, 256  # CSS pixels of Ada's picture and of the two others
TRACK_SECONDS = 8
GRIPS = (
    SMILE,
    Grip("Smile, at the other corner", toons.LANDMARKS["lips"].start + 4, ("smile",)),
    JAW,
    Grip("Brows", 19, ("brows",)),
    Grip("Brows, the other one", 24, ("brows",)),
    Grip("Gaze, at the pupil", toons.LANDMARKS["pupils"].start, ("gaze_x", "gaze_y")),
    Grip("Gaze, at the other pupil", toons.LANDMARKS["pupils"].start + 1, ("gaze_x", "gaze_y")),
    Grip("Light, the sun", -1, ("light_azimuth", "light_strength")),
)


def puppet(
    model,
    a: str = "ada",
    b: str = "bo",
    *,
    start: Mapping[str, float] | None = None,
    mean_picture: np.ndarray | None = None,
    seed: int = 0,
) -> Bench:
    """A bench where character `a` acts and the swap answers, live, with the true `b` and the score beside it.

    model         encode(pictures, name) and decode(codes, name); the bench works on a copy.
    start         where the knobs stand at first, by parameter name; a calm smile if left out.
    mean_picture  of `b`, uint8 (S, S, 3): what scores 0. Left out, it is the average that the model keeps, or the
                  mean of 128 pictures drawn with `seed` where it keeps none.
    Raises ValueError for an unknown character or parameter, TypeError for something that is no swap model.
    """
    scene = Puppet(model, a, b, mean_picture, seed)
    values = toons.Performance(**{"smile": 0.7, "jaw": 0.35, **(start or {})})
    knobs = performance_sliders(values)
    path = toons.smooth_track(np.random.default_rng(seed), 25 * TRACK_SECONDS, 25)
    # There and back again, so that the player never jumps.
    path = np.concatenate([path, path[::-1]])
    track = [dict(zip(toons.PARAMETERS, map(float, step.round(4)), strict=True)) for step in path]
    return PuppetBench(scene, knobs, track)


def performance_sliders(values: toons.Performance, names: Iterable[str] = LABELS) -> list[Slider]:
    """A slider for each of some parameters of a performance, over its whole range, at first where `values` are."""
    return [
        Slider(name, label, *toons.RANGES[name], round(float(getattr(values, name)), 3), _step(name), unit)
        for name, (label, unit, _) in ((name, LABELS[name]) for name in names)
    ]


class PuppetBench(RingBench):
    """See `puppet`. Its state beside the knobs is where the grips lie on the acting face."""

    _esm = source(*SCRIPTS, "kit/grips.js", "benches/puppet.js")
    _css = source("kit/kit.css", "benches/ends.css", "benches/puppet.css")

    def __init__(self, scene: Puppet, knobs: list[Slider], track: list[dict]):
        super().__init__(
            scene,
            knobs,
            title=f"Puppet: move {scene.a.name}'s face. Does {scene.b.name} follow?",
            hands={
                "panel": 0,
                "across": "yaw",
                "down": "pitch",
                "words": "Drag to turn and nod the head; the arrow keys do the same.",
            },
            track=track,
            wide=True,
        )

    def still(self) -> np.ndarray:
        """The bench as a still picture, the three beside each other as on a wide page."""
        wide = HERO + 2 * (SHOWN + 12)
        return compose([*self.shown.panels, meter_panel(self.shown.meters, wide)], self.shown.words, width=wide)


def _step(name: str) -> float:
    low, high = toons.RANGES[name]
    return 1.0 if high - low > 10 else 0.05


class Puppet:
    """The bench's plain function and what it needs."""

    grips = GRIPS

    def __init__(self, model, a: str, b: str, mean_picture: np.ndarray | None = None, seed: int = 0):
        self.model = swapping.own_copy(model)
        self.names = (a, b)
        self.a, self.b = toons.character(a), toons.character(b)
        self.side = swapping.side_of(self.model)
        if mean_picture is None:
            mean_picture = scores.kept_average(self.model, b)
        if mean_picture is None:
            performances = toons.sample_performances(np.random.default_rng(seed), 128)
            mean_picture = scores.mean_picture(draw_faces(self.b, performances, self.side).pictures)
        self.mean_picture = mean_picture
        self.places: list[list[float]] = []  # of the grips in what was drawn last

    def turns(self) -> list[dict[str, list[float]]]:
        """How each grip turns its knobs, on a face seen from the front: see `rings.turns`."""
        return rings.turns(GRIPS, self.a, toons.Performance(smile=0.0, lids=1.0), self.side)

    def draw(self, settings: Mapping[str, float]) -> Frame:
        """`settings`: the eleven parameters of a performance. Returns Ada's picture, the swap and the true Bo."""
        performance = toons.Performance(**settings)
        both = draw_faces([self.a, self.b], np.stack([performance.to_array()] * 2), self.side)
        acting, truth = both.pictures
        self.places = rings.places(GRIPS, both.landmarks[0], performance, self.side)
        swap = swapping.swap_pictures(self.model, acting[None], *self.names)[0]
        explained = scores.explained(swap[None], truth[None], self.mean_picture, both.masks[1:])
        score, scale = two_digits(explained), SHOWN / self.side
        # Enlarged more than three times it must not pass for blur of the network's.
        size = f" ({self.side} × {self.side} pixels)" if scale > 3 else ""
        a, b, words = self.a.name, self.b.name, describe(performance)
        return Frame(
            [
                Panel(acting, f"{a} acts", f"{a}: {words}", HERO / self.side, smooth=True),
                Panel(swap, f"{b}, swapped{size}", f"{b} as the network draws the same", scale, smooth=True),
                Panel(truth, f"The true {b}", f"{b} drawn in the same performance: {words}", scale, smooth=True),
            ],
            alt=f"{a}: {words}. Beside it {b} as the network draws this, and the true {b}. Explained swap {score}.",
            words=f"{a}: {words}.",
            meters=(
                Meter(
                    "Explained swap",
                    score,
                    explained,
                    None,
                    1,
                    f"1: the true {b}; 0: {b}'s average picture",
                    main=True,
                    under=1,
                ),
            ),
        )
