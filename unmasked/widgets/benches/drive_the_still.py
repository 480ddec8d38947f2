"""Drive the still: one picture of somebody, moved by a face that you turn, and every map on the way there."""

from __future__ import annotations

import copy
from collections.abc import Mapping

import numpy as np

from unmasked import toons
from unmasked.arguments import checked_choice, checked_kind
from unmasked.faces import draw_faces
from unmasked.models import swapping
from unmasked.widgets.benches import rings
from unmasked.widgets.benches.keypoints import SIDE, TILE, arrows, enlarged, grey_map, marked
from unmasked.widgets.benches.puppet import performance_sliders
from unmasked.widgets.benches.rings import JAW, SMILE, RingBench
from unmasked.widgets.kit import SCRIPTS, SHARP, Bench, Choice, Frame, Meter, Panel, source, two_digits

TURNED = ("smile", "jaw", "yaw", "pitch", "brows", "lids")
RELATIVE, ABSOLUTE = "relative", "absolute"
MODES = ((RELATIVE, "the change (relative)"), (ABSOLUTE, "the places (absolute)"))
MORE = (
    "The dots are where the network puts its keypoints. The circles around them in the still have become ellipses in "
    "the driver's picture: that's what the jacobians say of the motion since the driver's first frame, which is posed "
    "like the still. In the flow an arrow goes from the place in the still that a pixel is fetched from to where it's "
    "put, with its head in orange. White in the occlusion map: the moved still is used as it is. The darker, the more "
    "the network repaints. The number says how much of the unmoved still's error, inside both faces, the result avoids."
)


def drive_the_still(
    model,
    driver: str | toons.Identity = "ada",
    still: str | toons.Identity = "bo",
    *,
    pose: Mapping[str, float] | None = None,
    start: Mapping[str, float] | None = None,
    mode: str = RELATIVE,
    title: str = "",
) -> Bench:
    """A bench where you turn one character's face and a single picture of another one follows.

    model   FirstOrderMotion; the bench works on a copy.
    driver, still   whose face you turn and whose picture it is: names of the cast, or Identities of anybody.
    pose    of the still, and of the driver's first frame, by parameter name; a calm face if left out.
    start   where the sliders stand at first, by parameter name. `mode`: "relative" or "absolute", at first.
    Raises ValueError or TypeError for an unknown character, parameter or mode.
    """
    scene = Stage(model, driver, still, pose)
    values = toons.Performance(**{"smile": 0.8, "jaw": 0.4, "yaw": 12.0, **(start or {})})
    knobs = [
        Choice("mode", "Carry over", MODES, checked_choice(mode, (RELATIVE, ABSOLUTE), "mode")),
        *performance_sliders(values, TURNED),
    ]
    path = toons.smooth_track(np.random.default_rng(4), 150, 25)
    path = np.concatenate([path, path[::-1]])  # there and back again, so that the player never jumps
    columns = [toons.PARAMETERS.index(name) for name in TURNED]
    track = [dict(zip(TURNED, map(float, step[columns].round(3)), strict=True)) for step in path]
    return DriveBench(
        scene,
        knobs,
        title=title or f"One still of {scene.b}: can {scene.a}'s face move it?",
        hands={
            "panel": 0,
            "across": "yaw",
            "down": "pitch",
            "words": "Drag the head to turn it, a ring to smile or open the mouth; the arrow keys do the same.",
        },
        track=track,
        beside=True,
    )


class DriveBench(RingBench):
    """See `drive_the_still`."""

    _esm = source(*SCRIPTS, "kit/grips.js", "benches/drive_the_still.js")
    _css = source("kit/kit.css", "benches/ends.css", "benches/drive_the_still.css")


class Stage:
    """The bench's plain function and what it needs."""

    grips = SMILE, JAW

    def __init__(self, model, driver, still, pose: Mapping[str, float] | None = None):
        import torch

        from unmasked.models.first_order_motion import FirstOrderMotion
        from unmasked.tensors import to_tensor

        checked_kind(model, FirstOrderMotion, "model", "a FirstOrderMotion")
        self.model = copy.deepcopy(model)
        self.model.eval()
        self.model.requires_grad_(False)
        self.driver, self.still = _character(driver, "driver"), _character(still, "still")
        self.a, self.b = _called(self.driver), _called(self.still)
        self.pose = toons.Performance(**(pose or {}))
        self.places: list[list[float]] = []  # of the grips in what was drawn last
        first = draw_faces([self.driver, self.still], np.stack([self.pose.to_array()] * 2), SIDE)
        self.picture, self.mask = first.pictures[1], first.masks[1]
        with torch.inference_mode(), swapping.one_thread():
            both = self.model.keypoints(to_tensor(first.pictures))
            self.source = to_tensor(self.picture)
            self.first, self.points = both.take(slice(0, 1)), both.take(slice(1, 2))
        circles = self.points.value[0].numpy(), np.eye(2)[None].repeat(self.points.value.shape[1], 0)
        self.shown = Panel(
            marked(enlarged(self.picture), *circles),
            "The only still",
            f"{self.b}, a still, with {len(circles[0])} keypoints",
            1 / SHARP,
            True,
            lasting=True,
        )

    def turns(self) -> list[dict[str, list[float]]]:
        """By how much each ring turns its slider: see `rings.turns`."""
        return rings.turns(self.grips, self.driver, self.pose, SIDE)

    def _rings(self, seen) -> tuple[np.ndarray, np.ndarray]:
        """The driver's keypoints, and what has become of a circle around each since the first frame."""
        from unmasked.models.motion import invert

        return seen.value[0].numpy(), (seen.jacobian @ invert(self.first.jacobian))[0].numpy()

    def performance(self, settings: Mapping) -> toons.Performance:
        """What the driver does: the sliders, and light and the rest as in the still."""
        kept = {name: float(getattr(self.pose, name)) for name in toons.PARAMETERS if name not in TURNED}
        return toons.Performance(**kept, **{name: float(settings[name]) for name in TURNED})

    def moved(self, acting: np.ndarray, mode: str):
        """The maps of `FirstOrderMotion.animate` for the driver's picture uint8 (64, 64, 3), and the keypoints that it
        has and that drive."""
        import torch

        from unmasked.models.motion import relative_motion
        from unmasked.tensors import to_tensor

        with torch.inference_mode(), swapping.one_thread():
            seen = self.model.keypoints(to_tensor(acting))
            driving = relative_motion(self.points, seen, self.first) if mode == RELATIVE else seen
            return self.model.animate(self.source, self.points, driving), seen

    def draw(self, settings: Mapping) -> Frame:
        """`settings`: mode, and those of the sliders. Returns driver, still, flow, occlusion map, result and truth."""
        from unmasked import metrics
        from unmasked.tensors import masks_to_tensor, to_pictures, to_tensor

        acts = self.performance(settings)
        both = draw_faces([self.driver, self.still], np.stack([acts.to_array()] * 2), SIDE)
        acting, truth = both.pictures
        self.places = rings.places(self.grips, both.landmarks[0], acts, SIDE)
        made, seen = self.moved(acting, settings["mode"])
        result = to_pictures(made["prediction"])[0]
        inside = np.maximum(self.mask, both.masks[1])[None]
        same = bool((truth == self.picture).all())
        score = 0.0
        if not same:
            score = metrics.explained(*map(to_tensor, (result, truth, self.picture)), masks_to_tensor(inside))
        flow, gate = made["flow"][0].numpy(), made["occlusion"][0, 0].numpy()
        kept = float(np.average(gate, weights=_half(inside[0])))
        a, b, scale = _begun(self.a), self.b, TILE / SIDE
        told = "the pose of the still" if same else f"explained {two_digits(score)} of the still's error"
        panels = [
            Panel(marked(enlarged(acting), *self._rings(seen)), f"{a} drives: drag", f"{a}, acting", 1 / SHARP, True),
            self.shown,
            Panel(arrows(self.picture, flow), "The flow", "Arrows over the still", 1 / SHARP, True),
            Panel(grey_map(gate), "Occlusion map", f"Its mean inside the face is {kept:.2f}", 2 * scale),
            Panel(result, "The result", f"{b} as the network moves the still", scale, True),
            Panel(truth, "The truth", f"{b} drawn in the driver's performance", scale, True),
        ]
        how = "the change" if settings["mode"] == RELATIVE else "the places"
        alt = (
            f"{a} acts, and one still of {b} is moved by {how} of {a}'s keypoints. Beside the result the truth: {told}."
        )
        words = f"Carried over: {how} of {a}'s keypoints. Mean occlusion inside the face: {kept:.2f}."
        note = "1: the truth; 0: the still, unmoved"
        meter = Meter("Explained", "–" if same else two_digits(score), score, None, 1, note, main=True)
        return Frame(panels, alt, words, meters=(meter,), more=MORE)


def _half(mask: np.ndarray) -> np.ndarray:
    """A mask uint8 (64, 64) at the maps' side: float (32, 32) in 0…1."""
    return mask.reshape(SIDE // 2, 2, SIDE // 2, 2).mean((1, 3)) / 255


def _character(who, name: str) -> toons.Identity:
    if isinstance(who, str):
        return toons.character(who)
    return checked_kind(who, toons.Identity, name, "a name of the cast or a toons.Identity")


def _called(identity: toons.Identity) -> str:
    """A name for the page: strangers have numbers only."""
    return "a stranger" if identity.name.startswith("stranger ") else identity.name


def _begun(words: str) -> str:
    return words[0].upper() + words[1:]
