"""Short clips of toons, as a camera films them."""

import numpy as np
import pytest

from unmasked import toons
from unmasked.toons import scenes

SHAPE = (120, 168)


@pytest.fixture(scope="session")
def kit() -> scenes.Film:
    """Ten frames of Kit, neither square nor still."""
    track = toons.smooth_track(np.random.default_rng(3), 10, ranges={"yaw": (-10, 10)})
    return scenes.film(toons.CAST["kit"], track, scenes.Layout(SHAPE, 80, 62, 100, 4, 5, 6))


@pytest.fixture(scope="session")
def ada(kit: scenes.Film) -> scenes.Film:
    """Ada, who acts the same elsewhere, in frames of another shape."""
    return scenes.film(toons.CAST["ada"], kit.performances, scenes.Layout((128, 128), 64, 66, 110, -3, 8, 7))


@pytest.fixture(scope="session")
def wall(kit: scenes.Film) -> np.ndarray:
    """What the camera sees when Kit has left: uint8 (H, W, 3)."""
    return scenes.background(kit.layout.background_seed, SHAPE)
