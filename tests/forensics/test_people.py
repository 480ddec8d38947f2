"""What is said of people's scores in the lessons agrees with the published numbers."""

import pytest

from unmasked.forensics import people, roc


def test_every_share_lies_in_its_interval():
    assert all(0 < low < right < high < 1 for right, low, high in people.RIGHT.values())


def test_as_a_group_people_cannot_be_told_from_guessers_unless_they_are_trained_or_aided():
    includes_half = {kind: low <= 0.5 <= high for kind, (_, low, high) in people.RIGHT.items()}
    assert includes_half.pop("with training or aids") is False
    assert all(includes_half.values())


def test_training_brings_typical_people_up_to_guessing():
    before, after = (roc.d_prime(*counts) for counts in people.TRAINED.values())
    assert before < -0.3 and after == pytest.approx(0, abs=0.1)
