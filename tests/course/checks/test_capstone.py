"""Lesson 16's checks name the usual mistakes in words."""

import pytest
import wrong
from named_mistakes import assert_named

wrong.load_all()

NAMED = [
    ("capstone.missing", "leaves them out", "Nobody may be left out"),
    ("capstone.missing", "zero for all", "should lose"),
    ("capstone.missing", "a missing answer wins", "other way round"),
    ("capstone.missing", "all of them below", "A recording without an answer"),
    ("capstone.missing", "all of them above", "A fake without an answer"),
    ("capstone.missing", "compares with NaN", "NaN isn't equal to itself"),
    ("capstone.missing", "infinite", "Finite ones are wanted"),
    ("capstone.missing", "the fakes alone", "still NaN"),
    ("capstone.missing", "turns all round", "in another order"),
    ("capstone.compare", "other characters for the other", "SAME drawn characters"),
    ("capstone.compare", "without replacement", "WITH replacement"),
    ("capstone.compare", "half of the characters", "As many characters are drawn as there are"),
    ("capstone.compare", "fakes of other characters than the recordings", "AND its fake"),
    ("capstone.compare", "the other way round", "The sign is turned round"),
    ("capstone.compare", "without its sign", "Leave the sign"),
    ("capstone.compare", "the mean alone", "One number came back"),
    ("capstone.compare", "the interval", "An interval came back"),
    ("capstone.compare", "means instead of AUCs", "should be 1 in every draw"),
    ("capstone.compare", "a generator of its own", "Is the generator used"),
    ("capstone.needed", "not rounded", "round up"),
    ("capstone.needed", "cut off", "It was cut off"),
    ("capstone.needed", "rounded to the nearest", "to the nearest whole number"),
    ("capstone.needed", "without the square", "the ROOT of their number"),
    ("capstone.needed", "with the root", "the SQUARE of what is gained"),
    ("capstone.needed", "upside down", "upside down"),
    ("capstone.needed", "how many times as many", "how many times as many"),
    ("capstone.needed", "how many more", "have to be ADDED"),
    ("capstone.verdict", "by the middle alone", "both signs are possible"),
    ("capstone.verdict", "whatever was answered", "there's no verdict"),
    ("capstone.verdict", "ends count as outside", "ends at 0 still holds 0"),
    ("capstone.verdict", "ninety is too few", "and more is enough"),
    ("capstone.verdict", "exchanged", "lies above 0"),
    ("capstone.verdict", "yes or no", "One of the four words"),
]


@pytest.mark.parametrize(("id", "name", "words"), NAMED)
def test_a_usual_mistake_is_named(id, name, words):
    assert_named(id, name, words)
