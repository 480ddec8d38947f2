"""What most experiments are tried on: few faces of Ada and Bo."""

from collections.abc import Callable

import numpy as np
import pytest
import torch

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


@pytest.fixture
def made_again(drawn: pairs.Drawn) -> Callable[..., dict]:
    """`made_again(make_row, variant)`: a row of two steps, made twice, in which nothing but the seconds may differ."""

    def made(make_row: Callable[..., dict], variant: str) -> dict:
        before = torch.get_rng_state()
        rows = [make_row(variant, 0, 2, batch=4, drawn=drawn) for _ in range(2)]
        for row in rows:
            assert row.pop("seconds") > 0
            assert all(np.isfinite(value) for value in row.values() if isinstance(value, float))
        assert rows[0] == rows[1]
        assert rows[0] | {"variant": variant, "seed": 0, "steps": 2} == rows[0]
        assert torch.equal(torch.get_rng_state(), before), "the learner's own random numbers were moved"
        return rows[0]

    return made
