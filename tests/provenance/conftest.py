"""Small pictures, signed and marked, for the tests of provenance."""

import numpy as np
import pytest

from unmasked import toons
from unmasked.provenance import credentials
from unmasked.provenance.containers import to_png


@pytest.fixture(scope="session")
def portrait() -> np.ndarray:
    """Ada, uint8 (72, 72, 3)."""
    return toons.draw(toons.CAST["ada"], toons.Performance(smile=0.5), 72).picture


@pytest.fixture(scope="session")
def other() -> np.ndarray:
    """Gus, uint8 (72, 72, 3)."""
    return toons.draw(toons.CAST["gus"], toons.Performance(yaw=20), 72).picture


@pytest.fixture(scope="session")
def signed(portrait) -> bytes:
    """Ada as a PNG that the course signed."""
    return credentials.sign(to_png(portrait), "a program drew it", "Ada, drawn")


@pytest.fixture
def wide() -> np.ndarray:
    """A picture that isn't square, with something in it at every frequency: uint8 (60, 90, 3)."""
    return np.random.default_rng(4).integers(20, 236, (60, 90, 3), dtype=np.uint8)
