"""The augmentation wall: six ways of spoiling pictures side by side, each with its strength."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from unmasked import toons
from unmasked.faces import draw_faces
from unmasked.models import swapping
from unmasked.widgets.kit import SCRIPTS, Bench, Button, Frame, Panel, Slider, side_by_side, source

SHOWN = 3  # pictures in a panel
GAP = 2
FACE = 116  # CSS pixels of a picture: two panels of three fit beside each other


def wall(pictures: np.ndarray | None = None, *, seed: int = 0) -> Bench:
    """A bench that shows six corruptions live: noise, occlusion, warp, move, flip and colour, a strength slider each.

    `pictures`: uint8 (3, 64, 64, 3) or more, of which the first three are shown; three toons where left out. `seed`
    decides the corruptions; the button *Draw again* goes on from there. Raises ValueError for other shapes.
    """
    if pictures is None:
        identities = [toons.character(name) for name in ("ada", "bo", "cleo")]
        pictures = draw_faces(identities, toons.sample_performances(np.random.default_rng(3), SHOWN)).pictures
    return Wall(pictures, seed)


class Wall(Bench):
    """See `wall`."""

    _esm = source(*SCRIPTS, "benches/wall.js")
    _css = source("kit/kit.css", "benches/wall.css")

    def __init__(self, pictures: np.ndarray, seed: int = 0):
        pictures = np.asarray(pictures)
        if pictures.ndim != 4 or pictures.shape[3] != 3 or len(pictures) < SHOWN or pictures.dtype != np.uint8:
            raise ValueError(
                f"pictures: wanted uint8 ({SHOWN}, H, W, 3) or more, got {pictures.dtype} {pictures.shape}"
            )
        self.pictures = pictures[:SHOWN]
        self.seed = seed
        super().__init__(
            self.picture,
            [
                Slider("noise", "Noise", 0, 0.4, 0.1, 0.01),
                Slider("occlusion", "Occlusion", 0, 60, 40, 5, " %"),
                Slider("warp", "Warp", 0, 12, 3, 0.5, " %"),
                Slider("move", "Move", 0, 4, 1, 0.25, "×"),
                Slider("flip", "Flip", 0, 100, 50, 10, " %"),
                Slider("colour", "Colour", 0, 60, 20, 5, " %"),
            ],
            title="The augmentation wall",
            buttons=[Button("again", "Draw again", main=True)],
        )

    def on_press(self, name: str) -> None:
        """Draws all corruptions anew."""
        self.seed += 1
        self.set()

    def picture(self, settings: Mapping[str, float]) -> Frame:
        """`settings`: the six strengths. Returns a panel of three pictures for each corruption."""
        import torch

        from unmasked import augment, tensors

        with swapping.one_thread():
            clean = tensors.to_tensor(self.pictures)
            scale = FACE / self.pictures.shape[2]
            changes = _changes(augment, settings)
            panels, changed = [], []
            for number, (title, change) in enumerate(changes.items()):
                # A generator each: one slider must not stir the other panels.
                result = change(clean, torch.Generator().manual_seed(1000 * number + self.seed))
                panels.append(
                    Panel(side_by_side(tensors.to_pictures(result), GAP), title, f"Three toons: {title}", scale, True)
                )
                changed.append(100 * float((result - clean).abs().mean()))
        told = ", ".join(changes)
        amounts = ", ".join(f"{name} {amount:.0f} %" for name, amount in zip(settings, changed, strict=True))
        return Frame(
            panels,
            alt=f"Six panels with the same three toons, spoiled in six ways: {told}.",
            words=f"How far a colour value is changed on average, of its range: {amounts}.",
        )


def _changes(augment, settings: Mapping[str, float]) -> dict[str, Callable]:
    """What stands above each panel, and its function of pictures and generator."""
    noise, covered, bent, times, flipped, tint = (
        settings[name] for name in ("noise", "occlusion", "warp", "move", "flip", "colour")
    )
    largest = covered / 100
    return {
        f"Noise, σ {noise:.2f}": lambda x, g: augment.add_noise(x, g, noise),
        f"Occlusion, up to {covered:.0f} %": lambda x, g: augment.occlude(x, g, 1.0, largest / 2, largest),
        f"Warp, σ {bent:.1f} % of the side": lambda x, g: augment.grid_warp(x, g, bent / 100)[0],
        f"Move, ±{10 * times:.0f}°, ±{5 * times:.0f} %": lambda x, g: augment.affine(
            x, g, 10 * times, 0.05 * times, 0.05 * times
        ),
        f"Flip, chance {flipped:.0f} %": lambda x, g: augment.flip(x, g, flipped / 100),
        f"Colour, ±{tint:.0f} %": lambda x, g: augment.colour_jitter(x, g, tint / 100),
    }
