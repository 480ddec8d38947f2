"""What most experiments are tried on: few faces of Ada and Bo."""

import pytest

from unmasked.experiments import pairs
from unmasked.faces import Faces


@pytest.fixture(scope="session")
def drawn() -> pairs.Drawn:
    """120 faces of each to train on, and 30 pairs to measure on."""
    return pairs.draw(3, 120, 30)


@pytest.fixture(scope="session")
def faces(drawn: pairs.Drawn) -> dict[str, Faces]:
    return drawn[0]


@pytest.fixture(scope="session")
def truth(drawn: pairs.Drawn) -> dict[str, Faces]:
    return drawn[1]
