"""The blending bench: every stage of putting a face back, a knob."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields

import cv2
import numpy as np

from unmasked.blend import PutBack, Recipe, Shot, delta_e, within_seam
from unmasked.widgets.kit import Bench, Choice, Frame, Meter, Panel, Slider, two_digits

SIDE, BESIDE = 332, 162  # CSS pixels of the forged picture, and of the two beside it
QUESTION = "Where does the seam show, and which knob hides it?"
LOUDEST = 50  # ΔE that is drawn white in the picture of differences
WHERE, COLOUR, LOOK = "Where the new face goes", "Its colours", "How it looks and how it is laid on"

KNOBS = (
    Choice(
        "mask",
        "Mask",
        [("box", "box"), ("hull", "hull"), ("new hull", "new hull"), ("given", "face mask")],
        "box",
        WHERE,
    ),
    Slider("box", "Box size", 0.3, 1, 1, 0.05, "", WHERE),
    Slider("forehead", "Forehead", 0, 0.6, 0.3, 0.05, "", WHERE),
    Slider("grow", "Grow", -16, 16, 0, 1, " px", WHERE, "below 0 the mask shrinks"),
    Slider("feather", "Feather", 0, 24, 0, 1, " px", WHERE),
    Choice(
        "colour",
        "Transfer",
        [("none", "none"), ("reinhard", "Reinhard"), ("histogram", "histogram")],
        "none",
        COLOUR,
    ),
    Slider("brightness", "Brightness", -60, 60, 0, 2, "", COLOUR),
    Slider("contrast", "Contrast", 0.5, 1.5, 1, 0.05, "", COLOUR),
    Choice("blend", "Blend", [("feathered", "composite"), ("poisson", "Poisson")], "feathered", LOOK),
    Slider("opacity", "Opacity", 0.05, 1, 1, 0.05, "", LOOK),
    Slider("sharpen", "Sharpen", -1, 3, 0, 0.1, "", LOOK),
    Slider("scale", "Size", 0.8, 1.25, 1, 0.01, "", LOOK),
    Slider("warp", "Warp", 0, 1, 0, 0.05, "", LOOK, "towards the landmarks of the face in the frame"),
)


def blending(shots: Sequence[Shot], start: Recipe | None = None) -> Bench:
    """A bench where a face is put back into one of several frames; picture, difference, truth and measures follow.

    shots  from `unmasked.blend.shoot`.
    start  where the knobs stand at first; the whole box, hard, if left out.
    Raises TypeError or ValueError for anything else.
    """
    scene = Blending(shots)
    return Bench(scene.draw, scene.knobs(start), title=QUESTION, beside=True, hero=True)


def recipe_of(settings: Mapping) -> Recipe:
    """The recipe that the knobs say."""
    names = {field.name for field in fields(Recipe)} - {"poisson"}
    values = {name: value for name, value in settings.items() if name in names}
    return Recipe(**values, poisson=settings["blend"] == "poisson")


def idle_knobs(settings: Mapping) -> tuple[str, ...]:
    """Knobs that change nothing at these settings."""
    idle = []
    if settings["mask"] != "box":
        idle.append("box")
    if settings["mask"] not in ("hull", "new hull"):
        idle.append("forehead")
    if settings["blend"] == "poisson":
        idle.append("feather")
    return tuple(idle)


class Blending:
    """The bench's plain function and what it needs."""

    def __init__(self, shots: Sequence[Shot]):
        self.shots = list(shots)
        if not self.shots or not all(isinstance(shot, Shot) for shot in self.shots):
            raise TypeError("shots: wanted one or more of what unmasked.blend.shoot returns")
        self.truths = [
            Panel(
                shot.truth,
                "The true composite",
                "The same frame drawn with the new face",
                BESIDE / shot.truth.shape[1],
                smooth=True,
                lasting=True,
            )
            for shot in self.shots
        ]

    def knobs(self, start: Recipe | None = None) -> list:
        """The knobs, at `start`, and one for the frame where there are several."""
        start = start or Recipe()
        values = {field.name: getattr(start, field.name) for field in fields(start)}
        values["blend"] = "poisson" if values.pop("poisson") else "feathered"
        knobs = [type(knob)(**{**vars(knob), "start": values[knob.name]}) for knob in KNOBS]
        if len(self.shots) > 1:
            frames = [(str(number), str(number + 1)) for number in range(len(self.shots))]
            knobs.insert(0, Choice("frame", "Frame", frames, "0", WHERE))
        return knobs

    def made(self, settings: Mapping) -> tuple[Shot, PutBack]:
        """The shot that is worked on, and the face put back into it."""
        shot = self.shots[int(settings.get("frame", "0"))]
        return shot, shot.put_back(recipe_of(settings))

    def draw(self, settings: Mapping) -> Frame:
        """`settings`: a value for every knob. Returns forged frame, difference to the truth, truth and measures."""
        shot, made = self.made(settings)
        found = shot.measure(made)
        wide, error = shot.frame.shape[1], difference(made, shot, BESIDE)
        panels = [
            Panel(made.picture, "Forged", "The frame with the new face put back into it", SIDE / wide, smooth=True),
            Panel(
                error,
                "Difference and seam",
                "Where the forged frame differs from the true composite, bright where much; the seam as a line",
                BESIDE / error.shape[1],
                smooth=True,
            ),
            self.truths[int(settings.get("frame", "0"))],
        ]
        return Frame(
            panels,
            alt=f"A forged frame, its difference to the true composite, and the true composite. {in_words(found)}",
            words=verdict(found),
            idle=idle_knobs(settings),
            meters=meters(found),
        )


def verdict(found: Mapping[str, float]) -> str:
    """What the numbers mean, in a line."""
    side = "nearer to" if found["score"] > 0 else "no nearer to"
    added = found["step"] - found["true_step"]
    seam = f"adds {added:.1f} ΔE to" if added >= 0.05 else f"takes {-added:.1f} ΔE from" if added <= -0.05 else "keeps"
    return (
        f"Score {two_digits(found['score'])}: {side} the truth than the frame left alone. "
        f"The seam {seam} the step that the truth has along it."
    )


def in_words(found: Mapping[str, float]) -> str:
    """What was measured, in a line."""
    return (
        f"Score {two_digits(found['score'])} (1 is the truth, 0 the frame left alone). Error in the face "
        f"{found['error']:.1f} ΔE. Boundary step {found['step']:.1f} ΔE, in the truth {found['true_step']:.1f}. "
        f"Mask error {found['mask_error']:.2f}."
    )


def difference(made: PutBack, shot: Shot, wide: int) -> np.ndarray:
    """ΔE to the truth from dark to bright, with the seam drawn over it: uint8 (h, w, 3), no more than `wide` pixels
    wide, for whatever is shown smaller would be worked out and sent for nothing."""
    picture, truth, mask = made.picture, shot.truth, made.mask
    if mask.shape[1] > wide:
        size = wide, round(wide * mask.shape[0] / mask.shape[1])
        picture, truth, mask = (cv2.resize(one, size, interpolation=cv2.INTER_AREA) for one in (picture, truth, mask))
    level = np.clip(delta_e(picture, truth) * (255 / LOUDEST), 0, 255).astype(np.uint8)
    shown = cv2.applyColorMap(level, cv2.COLORMAP_INFERNO)[..., ::-1].copy()
    seam = within_seam(mask).astype(np.uint8)
    outline, _ = cv2.findContours(seam, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    cv2.drawContours(shown, outline, -1, (150, 215, 255), 1, cv2.LINE_AA)
    return shown


def meters(found: Mapping[str, float]) -> tuple[Meter, ...]:
    """The four measures as bars; the score first, and large."""
    score, step, true_step = (found[name] for name in ("score", "step", "true_step"))
    return (
        Meter("Score", two_digits(score), (score + 1) / 2, 0.5, 1, "line: untouched", main=True),
        Meter("Face error", f"{found['error']:.1f} ΔE", found["error"] / 40, None, 0),
        Meter("Boundary step", f"{step:.1f} ΔE", step / 50, true_step / 50, None, f"line: truth {true_step:.1f}"),
        Meter("Mask error", two_digits(found["mask_error"]), found["mask_error"], None, 0),
    )
