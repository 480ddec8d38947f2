"""The mark dial: how strong a mark must be to be found, how strong to be seen, and how a camera's grain hides it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import numpy as np

from unmasked.arguments import checked_picture
from unmasked.provenance import marks
from unmasked.toons import camera
from unmasked.widgets.kit import Bench, Frame, Meter, Panel, Slider

QUESTION = "How strong must a mark be to be found, and how strong to be seen?"
LARGE, SMALL, GROWN = 288, 160, 10  # CSS pixels of the picture and of its mark; how much the mark is enlarged in value
MOST = 12.0  # where the bar of the score ends
RATE = 1e-3
UNIT = "The mark and the camera's grain, in grey levels"
DOTS = "\nA coloured dot in what was added: there a colour was at 0 or 255 already and couldn't move any further."
MORE = (
    "The score says by how many standard deviations the signs of the picture's waves agree with the key more often "
    "than coins would. One wrong key in a thousand reaches the line. The grain is a camera sensor's."
)


def mark_dial(picture: np.ndarray, *, key: int = 2026, title: str = "") -> Bench:
    """A bench with two dials, the strength of a mark and the grain that a camera left in the picture before it.

    picture   uint8 (H, W, 3), 32 pixels or more on each side. Raises TypeError or ValueError that names the argument.
    """
    marks.embed(checked_picture(picture), key)  # refuses a picture that is too small, and a bad key

    @lru_cache
    def recorded(grain: float) -> np.ndarray:
        settings = camera.CameraSettings(noise=grain, jpeg_quality=None, white_balance=0, exposure=0, blur=0)
        return camera.record(picture, np.random.default_rng(0), settings)

    def draw(settings: Mapping) -> Frame:
        strength, grain = round(settings["strength"], 1), round(settings["grain"], 1)
        plain = recorded(grain)
        marked = marks.embed(plain, key, strength)
        added = marked.astype(float) - plain
        score = marks.detect(marked, key)
        enough = marks.threshold(RATE)
        error = float(np.mean(added**2))
        decibels = 10 * np.log10(255**2 / error) if error else np.inf
        psnr = f"{decibels:.1f} dB" if error else "no error"
        told = f"strength {strength:g}, grain {grain:g}: score {score:.1f}".replace("-", "−")
        found = "found" if score >= enough else "not found"
        short = np.ptp(added, axis=2).any()  # all colours move alike, but for those at an end
        grown = np.clip(128 + GROWN * added, 0, 255).astype(np.uint8)
        width = picture.shape[1]
        panels = [
            Panel(marked, "The marked picture", f"The picture with its mark, {told}", LARGE / width, True),
            Panel(plain, "The same without", "The picture as the camera left it", SMALL / width, True),
            Panel(grown, f"What was added, × {GROWN}", "The mark alone, a mottled texture", SMALL / width, True),
        ]
        meters = [
            Meter(
                "Score",
                f"{score:.1f}".replace("-", "−"),
                score / MOST,
                enough / MOST,
                note=f"{found}; line: one wrong key in 1,000",
                main=True,
            ),
            Meter("PSNR to the picture without", psnr, min(1.0, (decibels - 20) / 40), note="more is better"),
        ]
        alt = f"A portrait, marked, at {told}; the mark is {found}. PSNR: {psnr}."
        words = f"{told[0].upper()}{told[1:]}, {found}.{DOTS if short else ''}"
        return Frame(panels, alt, words, meters=meters, more=MORE)

    knobs = [
        Slider("strength", "Strength", 0, 8, 4, 0.5, group=UNIT),
        Slider("grain", "Grain", 0, 8, 0, 0.5, group=UNIT),
    ]
    return Bench(draw, knobs, title=title or QUESTION, hero=True)
