"""The loss microscope: a picture and a spoiled copy of it, and what each loss says of the pair."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import cv2
import numpy as np

from unmasked.arguments import checked_pictures
from unmasked.widgets.kit import Bench, Choice, Frame, Meter, Panel, Slider, compose, meter_panel, minus

LARGE = 216  # CSS pixels of each picture
GREY = 128
FAR = 3  # pixels that the copy can be shifted
QUESTION = "What does each loss mind, and what does it overlook?"
MORE = (
    "A bar is what the loss says of this pair, as a share of what it says of the average face in place of the true "
    "one, so bars of different losses can be compared. The third picture is the negative gradient of the chosen loss: "
    "where it's grey the loss would leave the copy alone, where it's light it would make it brighter, where it's dark, "
    "darker. It's stretched until its strongest places are white or black, so it shows where a loss pulls and "
    "not how hard."
)


def loss_microscope(pictures: np.ndarray, losses: Mapping[str, Callable], *, title: str = "") -> Bench:
    """A bench with a true picture and a copy to blur, shift, tint and grain: every loss as a bar, one as a gradient.

    pictures   uint8 (N, S, S, 3), N at least 2: their average is the copy that costs 1. One of them is shown.
    losses     {what it is called: function of two batches float (N, 3, S, S), copy and truth, to a 0-d tensor}.
    Raises TypeError or ValueError for anything else.
    """
    scene = Pair(pictures, losses)
    names = list(scene.losses)
    knobs = [
        Choice("loss", "Show the pull of", [(name, name) for name in names], names[0]),
        Slider("blur", "Blur", 0, 3, 1, 0.1, " px"),
        Slider("right", "Shift right", -FAR, FAR, 0, 0.25, " px"),
        Slider("down", "Shift down", -FAR, FAR, 0, 0.25, " px"),
        Slider("tint", "Warmth", -40, 40, 0, 1),
        Slider("grain", "Grain", 0, 30, 0, 1),
        Slider("shown", "Picture", 1, len(scene.pictures), 1, 1),
    ]
    hands = {"panel": 1, "across": "right", "down": "down", "words": "The copy, to be dragged"}
    track = [{"blur": value} for value in np.linspace(0, 2, 11).round(1).tolist()]
    return LossBench(scene.draw, knobs, title=title or QUESTION, hands=hands, track=track, wide=True)


class LossBench(Bench):
    """See `loss_microscope`."""

    def still(self) -> np.ndarray:
        """The bench as a still picture, uint8 (H, W, 3): a narrow page takes three bars a row."""
        meters = self.shown.meters
        rows = [meter_panel(meters[i : i + 3]) for i in range(0, len(meters), 3)]
        return compose([*self.shown.panels, *rows], self.shown.words)


class Pair:
    """The bench's plain function and what it needs."""

    def __init__(self, pictures: np.ndarray, losses: Mapping[str, Callable]):
        import torch

        from unmasked import tensors

        self.pictures = checked_pictures(np.asarray(pictures), "pictures", ("N", "H", "W", 3))
        if len(self.pictures) < 2 or self.pictures.shape[1] != self.pictures.shape[2]:
            raise ValueError(f"pictures: wanted two square ones or more, got shape {self.pictures.shape}")
        if not losses or not all(callable(loss) for loss in losses.values()):
            raise TypeError("losses: wanted {name: function of two batches}, got none or something else")
        self.losses = dict(losses)
        self.true = tensors.to_tensor(self.pictures)
        average = self.true.mean(0, keepdim=True).expand_as(self.true)
        with torch.no_grad():
            self.whole = {name: max(1e-12, float(loss(average, self.true))) for name, loss in self.losses.items()}
        self.noise = np.random.default_rng(0).normal(size=self.pictures.shape[1:])

    def copy(self, settings: Mapping) -> np.ndarray:
        """The spoiled copy of the picture that is shown, uint8 (S, S, 3)."""
        picture = self.pictures[round(settings["shown"]) - 1].astype(np.float32)
        if settings["blur"] > 0:
            picture = cv2.GaussianBlur(picture, (0, 0), max(0.05, settings["blur"]), borderType=cv2.BORDER_REPLICATE)
        if settings["right"] or settings["down"]:
            matrix = np.float32([[1, 0, settings["right"]], [0, 1, settings["down"]]])
            picture = cv2.warpAffine(picture, matrix, picture.shape[1::-1], borderMode=cv2.BORDER_REPLICATE)
        picture = picture + settings["tint"] * np.float32([1, 0, -1]) + settings["grain"] * self.noise
        return np.rint(np.clip(picture, 0, 255)).astype(np.uint8)

    def costs(self, copy: np.ndarray, number: int, pull: str) -> tuple[dict[str, float], np.ndarray]:
        """What each loss says, over what it says of the average face; and where `pull` pulls, float (S, S, 3)."""
        import torch

        from unmasked import tensors

        batch, true = tensors.to_tensor(copy[None]), self.true[number : number + 1]
        found, gradient = {}, None
        for name, loss in self.losses.items():
            mine = batch.clone().requires_grad_(name == pull)
            with torch.enable_grad():
                value = loss(mine, true)
            found[name] = float(value.detach()) / self.whole[name]
            if name == pull:
                (gradient,) = torch.autograd.grad(value, mine)
        return found, -gradient[0].permute(1, 2, 0).numpy()

    def draw(self, settings: Mapping) -> Frame:
        """`settings`: those of the knobs. Returns truth, copy and pull, with a bar for each loss."""
        number, pull = round(settings["shown"]) - 1, settings["loss"]
        copy = self.copy(settings)
        costs, gradient = self.costs(copy, number, pull)
        same = bool((copy == self.pictures[number]).all())
        scale = LARGE / copy.shape[1]
        spoiled = _spoiled(settings)
        told = ", ".join(f"{name} {_share(value)}" for name, value in costs.items())
        panels = [
            Panel(self.pictures[number], "The true picture", f"Picture {number + 1}", scale, smooth=True),
            Panel(copy, "The copy: drag it", f"The same picture, {spoiled}", scale, smooth=True),
            Panel(
                pull_picture(np.zeros_like(gradient) if same else gradient),
                f"Where {pull} pulls the copy",
                "Even grey: nothing to pull at" if same else f"Grey, with light and dark where {pull} pulls",
                scale,
                smooth=True,
            ),
        ]
        meters = tuple(Meter(name, _share(value), value, None, 0, main=name == pull) for name, value in costs.items())
        most, least = max(costs, key=costs.get), min(costs, key=costs.get)
        words = f"{spoiled[0].upper()}{spoiled[1:]}. "
        words += "Every loss is content." if same else f"Minded most by {most}, least by {least}."
        alt = f"A face and its copy, {spoiled}. As shares of what the average face costs: {told}."
        return Frame(panels, alt, words, meters=meters, more=MORE)


def pull_picture(gradient: np.ndarray) -> np.ndarray:
    """A direction for every pixel as a picture: grey where there is none, lighter and darker; uint8 like (H, W, 3)."""
    strongest = np.quantile(np.abs(gradient), 0.99)  # a single strong pixel must not leave all others grey
    if strongest <= 0:
        return np.full(gradient.shape, GREY, np.uint8)
    return np.rint(np.clip(GREY + 127 * gradient / strongest, 0, 255)).astype(np.uint8)


def _share(value: float) -> str:
    return f"{value:.2f}"


def _spoiled(settings: Mapping) -> str:
    """What was done to the copy, in words."""
    parts = []
    if settings["blur"]:
        parts.append(f"blurred by {settings['blur']:.1f} pixels")
    if settings["right"] or settings["down"]:
        parts.append(minus(f"shifted by {settings['right']:.2f} and {settings['down']:.2f} pixels"))
    if settings["tint"]:
        parts.append(f"{abs(settings['tint']):.0f} levels {'warmer' if settings['tint'] > 0 else 'colder'}")
    if settings["grain"]:
        parts.append(f"with grain of {settings['grain']:.0f} levels")
    return ", ".join(parts) or "unchanged"
