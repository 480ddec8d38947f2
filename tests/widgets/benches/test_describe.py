"""A performance in words."""

from unmasked import toons
from unmasked.widgets.benches.describe import LABELS, describe


def test_every_parameter_has_a_label_and_the_words_follow_it():
    assert set(LABELS) == set(toons.PARAMETERS)
    assert "turned 30° to the right" in describe(toons.Performance(yaw=30))
    assert "eyes shut" in describe(toons.Performance(lids=0))
    extremes = [describe(toons.Performance(**{name: end})) for name, ends in toons.RANGES.items() for end in ends]
    assert len(set(extremes)) >= 2 * len(toons.PARAMETERS) - 3
