"""The strength dial: a fake, one gradient step against a detector, and what several examiners say of the result."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from unmasked.arguments import checked_pictures
from unmasked.widgets.kit import Bench, Choice, Frame, Meter, Panel, Slider

LARGE = 224  # CSS pixels of each picture
STRONGEST = 12  # grey levels
TIMES = 20  # how much the difference is enlarged
GREY = 128
QUESTION = "How little does it take until a detector says “real”?"
MORE = (
    "Every value of the picture is moved by as many grey levels as the dial says, up or down, whichever way makes the "
    "attacked detector less sure of a fake; then the picture is saved again in whole grey levels. The third picture "
    f"is the difference, {TIMES} times enlarged: grey where nothing changed. The direction is worked out for ONE "
    "detector; the others are shown the very same picture. The mark on a bar is that detector's own line: from there "
    "on it flags."
)


def attack_dial(detectors: Mapping[str, tuple], crops: Mapping[str, np.ndarray], *, title: str = "") -> Bench:
    """A bench: a fake attacked by one gradient step, its difference, and the verdicts of several detectors.

    detectors  {name: (net in eval mode, its line: the logit from which on it flags)}, two or more.
    crops      {name: uint8 (64, 64, 3)}, fakes to be attacked.
    Raises TypeError or ValueError for anything else.
    """
    scene = Attack(detectors, crops)
    knobs = [
        Slider("levels", "Strength", 0, STRONGEST, 0, 1, " grey levels"),
        Choice("against", "The step is against", [(name, name) for name in scene.detectors], next(iter(detectors))),
        Choice("fake", "The fake", [(name, name) for name in scene.crops], next(iter(crops))),
    ]
    track = [{"levels": float(level)} for level in (0, 1, 2, 3, 4, 6, 8) for _ in range(2)]
    return Bench(scene.draw, knobs, title=title or QUESTION, track=track, wide=True)


class Attack:
    """The bench's plain function and what it needs."""

    def __init__(self, detectors: Mapping[str, tuple], crops: Mapping[str, np.ndarray]):
        if len(detectors) < 2 or not crops:
            raise ValueError(
                f"detectors, crops: wanted two detectors or more and a fake, got {len(detectors)} and {len(crops)}"
            )
        self.detectors = dict(detectors)
        self.crops = {
            name: checked_pictures(np.asarray(crop)[None], name, (1, 64, 64, 3)) for name, crop in crops.items()
        }
        self.directions: dict[tuple[str, str], np.ndarray] = {}

    def direction(self, against: str, fake: str) -> np.ndarray:
        """Which way each value of the fake goes, −1, 0 or 1, int64 (64, 64, 3)."""
        if (against, fake) not in self.directions:
            import torch

            from unmasked.forensics.attack import one_step
            from unmasked.tensors import to_tensor

            crop = to_tensor(self.crops[fake])
            # Away from the ends of the scale, or black and white places could not show where they would go.
            moved = one_step(self.detectors[against][0], 0.02 + 0.96 * crop, torch.ones(1), 0.01)
            way = (moved - (0.02 + 0.96 * crop)).sign()[0].permute(1, 2, 0)
            self.directions[against, fake] = way.numpy().astype(int)
        return self.directions[against, fake]

    def attacked(self, against: str, fake: str, levels: int) -> np.ndarray:
        """The fake after a step of so many grey levels, uint8 (64, 64, 3)."""
        moved = self.crops[fake][0].astype(int) + levels * self.direction(against, fake)
        return np.clip(moved, 0, 255).astype(np.uint8)

    def draw(self, settings: Mapping) -> Frame:
        """`settings`: levels, against, fake. Returns fake, attacked fake and difference, a bar for each detector."""
        from unmasked.forensics.calibration import sigmoid
        from unmasked.forensics.detector import logits_of

        levels, against, fake = round(settings["levels"]), settings["against"], settings["fake"]
        before, after = self.crops[fake][0], self.attacked(against, fake, levels)
        difference = np.clip(GREY + TIMES * (after.astype(int) - before), 0, 255).astype(np.uint8)
        meters, told = [], []
        for name, (net, line) in self.detectors.items():
            logit = float(logits_of(net, after[None])[0])
            flags, says = logit >= line, float(sigmoid(np.array([logit]))[0])
            verdict = "✓ flagged" if flags else "✗ passes for real"
            mark = float(sigmoid(np.array([line]))[0])
            meters.append(Meter(name, f"{says:.2f}", says, mark, 1, verdict, main=name == against))
            told.append(f"{name} says {says:.2f} and {'flags it' if flags else 'lets it pass'}")
        scale = LARGE / 64
        strength = f"{levels} grey level{'' if levels == 1 else 's'}"
        panels = [
            Panel(before, "The fake", f"A fake by {fake}", scale, smooth=True),
            Panel(after, "After the step", f"The same fake, each value moved by {strength}", scale, smooth=True),
            Panel(
                difference,
                f"Difference × {TIMES}",
                "Even grey: nothing changed" if levels == 0 else "Speckled all over, without a pattern of a face",
                scale,
            ),
        ]
        words = f"A step of {strength} against {against}: " + "; ".join(told) + "."
        alt = f"A fake by {fake}, the same after one gradient step, and their difference {TIMES} times. {words}"
        return Frame(panels, alt, words, meters=tuple(meters), more=MORE)
