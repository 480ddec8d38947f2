"""Whose code is it? A probe that finds what is there and nothing else."""

import numpy as np
import pytest

from unmasked.experiments.probes import identity_accuracy


def codes(telling: float, count: int, seed: int, names=("ada", "bo", "cleo")) -> dict[str, np.ndarray]:
    numbers = np.random.default_rng(seed)
    made = {name: numbers.normal(size=(count, 4)).astype(np.float32) for name in names}
    for position, one in enumerate(made.values()):
        one[:, 0] += telling * position
        one[:, 3] = 0  # a number that never changes must not become NaN
    return made


def test_codes_are_told_apart_only_where_they_differ():
    assert identity_accuracy(codes(20.0, 60, 0), codes(20.0, 30, 1)) == 1
    assert 0.2 < identity_accuracy(codes(0.0, 60, 0), codes(0.0, 30, 1)) < 0.5


@pytest.mark.parametrize("scale", [1e-3, 1e3])
def test_the_scale_of_the_codes_decides_nothing(scale):
    known, asked = codes(1.0, 60, 0), codes(1.0, 30, 1)
    wanted = identity_accuracy(known, asked)
    scaled = [{name: scale * some for name, some in each.items()} for each in (known, asked)]
    assert identity_accuracy(*scaled) == pytest.approx(wanted, abs=0.02)
    assert 1 / 3 < wanted < 1


def test_unequal_numbers_of_codes_keep_their_labels():
    known, asked = codes(20.0, 60, 0), codes(20.0, 30, 1)
    known["ada"], asked["cleo"] = known["ada"][:7], asked["cleo"][:3]
    assert identity_accuracy(known, asked) == 1


@pytest.mark.parametrize("names", [("ada", "cleo", "bo"), ("ada", "bo"), ("ada",)])
def test_other_characters_are_refused(names):
    known = codes(1.0, 5, 0, ("ada",)) if len(names) == 1 else codes(1.0, 5, 0)
    with pytest.raises(ValueError, match="known, asked: wanted the same two characters or more"):
        identity_accuracy(known, codes(1.0, 5, 1, names))
