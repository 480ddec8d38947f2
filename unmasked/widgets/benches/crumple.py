"""The grid warp by hand: 25 points over a picture, what the network gets to see of it, and what it must draw."""

from __future__ import annotations

import itertools
from collections.abc import Mapping

import cv2
import numpy as np

from unmasked import extract, toons
from unmasked.models import swapping
from unmasked.widgets.kit import Bench, Button, Choice, Frame, Panel, Points

NODES = 5
SIDE = 64  # pixels: what a network sees, and the unit of all distances here
MARGIN = 16  # pixels of SHARP_SIDE around the grid, so that a point can be pushed outwards, too
SHARP_SIDE = 128
WHOLE = SHARP_SIDE + 2 * MARGIN
COVERAGE = SHARP_SIDE / WHOLE
SPREAD = 5 / 160  # of the grid's side: faceswap's 5 pixels on a grid of 160
ROWS, COLUMNS = ("top", "upper", "middle", "lower", "bottom"), ("left", "inner left", "centre", "inner right", "right")


def crumple(character: str = "ada", *, seed: int = 0) -> Bench:
    """A bench with a 5 × 5 grid to drag over a toon: beside it the bent picture and its clean target.

    `character`: a name of the cast; `seed` decides the performance and what the button *Crumple at random* draws.
    Raises ValueError for an unknown character.
    """
    return Crumple(character, seed)


def even_grid() -> np.ndarray:
    """Where the 25 points stand at rest, float64 (25, 2), row by row, fractions of the bench's picture."""
    steps = MARGIN / WHOLE + COVERAGE * np.linspace(0, 1, NODES)
    return np.array([(x, y) for y in steps for x in steps])


def squares(side: int = WHOLE, cell: int = 10) -> np.ndarray:
    """A chequered picture, uint8 (side, side, 3): it shows what a warp does everywhere, not only at edges."""
    places = np.arange(side) // cell
    light = (places[:, None] + places) % 2 == 0
    return np.where(light[..., None], np.array([236, 224, 196], np.uint8), np.array([52, 86, 120], np.uint8))


class Crumple(Bench):
    """See `crumple`."""

    def __init__(self, character: str, seed: int = 0):
        identity = toons.character(character)
        self.name = identity.name
        portrait = toons.draw(identity, toons.Performance(yaw=8, smile=0.6, jaw=0.3, light_azimuth=-30), 2 * SHARP_SIDE)
        matrix = extract.align_matrix(portrait.landmarks, SHARP_SIDE)
        matrix[:, 2] += MARGIN
        self.pictures = {"toon": extract.warp(portrait.picture, matrix, WHOLE), "squares": squares()}
        self._numbers = np.random.default_rng(seed)
        lines = [range(NODES * k, NODES * k + NODES) for k in range(NODES)]
        lines += [range(k, NODES * NODES, NODES) for k in range(NODES)]
        grid = Points(
            "grid",
            "Points of the grid",
            even_grid(),
            names=[f"{row} {column}" for row, column in itertools.product(ROWS, COLUMNS)],
            lines=[tuple(line) for line in lines],
            step=0.01,
        )
        shown = Choice("picture", "Picture", [("toon", self.name), ("squares", "Squares")], "toon")
        super().__init__(
            self.picture,
            [grid, shown],
            title="Crumple a face",
            buttons=[
                Button("random", "Crumple at random", main=True),
                Button("shift", "Move all points"),
                Button("turn", "Turn all points"),
            ],
        )

    def on_press(self, name: str) -> None:
        """Sets all points at once: at random, or as a whole."""
        middle = np.array([0.5, 0.5])
        if name == "random":
            self.set(grid=even_grid() + COVERAGE * SPREAD * self._numbers.normal(size=(NODES * NODES, 2)))
        elif name == "shift":
            self.set(grid=even_grid() + np.array([0.06, -0.04]))
        elif name == "turn":
            angle = np.radians(8)
            turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
            self.set(grid=(even_grid() - middle) @ turn + middle)

    def picture(self, settings: Mapping) -> Frame:
        """`settings`: grid (25, 2), picture. Returns the picture under the grid, what is seen of it, and the target."""
        from unmasked import augment, tensors

        whole = self.pictures[settings["picture"]]
        drag = (settings["grid"] - even_grid()).reshape(NODES, NODES, 2)
        # A pushed node says where the picture is looked up: what is seen there moves the other way, with the hand.
        push = -drag[None] / COVERAGE
        with swapping.one_thread():
            # The places ride along as two channels more: then both results say where each of their pixels came from.
            import torch

            stack = torch.cat([tensors.to_tensor(whole[None]), _places()], 1)
            warped, target = augment.bend(stack, torch.from_numpy(push).float(), COVERAGE, SIDE)
        carried = (warped[0, 3:] - _rest()).norm(dim=0)
        left = (warped[0, 3:] - target[0, 3:]).norm(dim=0)
        seen, wanted = (tensors.to_pictures(batch[:, :3])[0] for batch in (warped, target))
        moved = int((np.abs(push).reshape(-1, 2).max(1) > 1e-6).sum())
        who = self.name if settings["picture"] == "toon" else "A chequered picture"
        return Frame(
            [
                Panel(
                    _follow(whole, drag),
                    "Drag its points",
                    f"{who} under a grid, {moved} of 25 points moved",
                    1.75,
                    True,
                ),
                Panel(seen, "Seen by the network", f"{who}, bent along with the grid", 3, smooth=True),
                Panel(wanted, "To be drawn", f"{who}, unbent: the picture moved and turned as a whole", 3, smooth=True),
            ],
            alt=f"{who} under a grid, {moved} of 25 points moved; beside it the bent picture and its unbent target. "
            f"A pixel of the bent picture comes from {carried.mean():.1f} pixels away on average, and lies "
            f"{left.mean():.1f} from its place in the target.",
            words=f"{moved} of 25 points moved. In a picture of {SIDE} pixels a pixel has moved {carried.mean():.1f} "
            f"on average, {carried.max():.1f} at most. It lies {left.mean():.1f} from its place in the target "
            f"on average, {left.max():.1f} at most, and that's what the network has to undo.",
        )


def _follow(whole: np.ndarray, drag: np.ndarray) -> np.ndarray:
    """The picture, bent so that what lies under a point at rest lies under it when it has been dragged.

    drag  float (5, 5, 2), fractions of the picture. Between the points the drag changes evenly, outside it stays.
    """
    if not drag.any():
        return whole
    at = ((np.arange(WHOLE) + 0.5) / WHOLE - MARGIN / WHOLE) / COVERAGE * (NODES - 1)
    hats = np.clip(1 - np.abs(at.clip(0, NODES - 1)[:, None] - np.arange(NODES)), 0, 1)  # (WHOLE, 5)
    field = np.einsum("hr,rcd,wc->hwd", hats, drag * WHOLE, hats).astype(np.float32)
    steps = np.arange(WHOLE, dtype=np.float32)
    rest = np.stack(np.meshgrid(steps, steps), -1)
    # Where does what is seen at p come from? From the q for which q + drag(q) = p: a few rounds find it.
    found = rest - field
    for _ in range(4):
        found = rest - cv2.remap(field, found, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return cv2.remap(whole, found, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


def _places():
    """Each pixel's own place, in pixels of SIDE: float (1, 2, WHOLE, WHOLE), x and y."""
    import torch

    steps = (torch.arange(WHOLE) + 0.5) * (SIDE / SHARP_SIDE)
    y, x = torch.meshgrid(steps, steps, indexing="ij")
    return torch.stack([x, y])[None]


def _rest():
    """Where the pixels of an unbent picture come from, on the same scale: float (2, SIDE, SIDE)."""
    import torch

    steps = torch.arange(SIDE) + 0.5 + MARGIN * SIDE / SHARP_SIDE
    y, x = torch.meshgrid(steps, steps, indexing="ij")
    return torch.stack([x, y])
