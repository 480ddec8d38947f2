"""Lesson 13's checks name the usual mistakes in words, and every refusal reads as a sentence."""

import re

import numpy as np
import pytest
import wrong

from unmasked.course import checking
from unmasked.course.checks import find

wrong.load_all()

NAMED = [
    ("detector.split", "deals out frames", "deal out characters, not frames"),
    ("detector.split", "the wrong side is True", "Are the two sides swapped?"),
    ("detector.split", "one character too few", "7 of 10 characters should be learned from (share 0.7); here it is 6."),
    ("detector.auc", "recordings on top", "sum to 1. Are recordings and fakes swapped?"),
    ("detector.auc", "ties count nothing", "Ties count nothing in your answer"),
    ("detector.auc", "ties count as won", "Ties count as won in your answer"),
    ("detector.auc", "the number of pairs won", "the number of pairs won, not their share"),
    ("detector.auc", "divided by the number of fakes", "divided by the number of fakes"),
    ("detector.auc", "divided by the number of recordings", "divided by the number of recordings"),
    ("detector.ppv", "the hit rate", "That is the hit rate"),
    ("detector.ppv", "forgets how rare fakes are", "no difference how rare fakes are"),
    ("detector.ppv", "false alarms among fakes", "no difference how rare fakes are"),
    ("detector.ppv", "the accuracy", "That is the accuracy"),
    ("detector.ppv", "one minus the false-alarm rate", "That is 1 minus the false-alarm rate"),
    ("detector.ppv", "the recordings among the flagged", "1 minus the right share"),
    ("detector.ppv", "fake and flagged, of all clips", "fake and flagged. Divide it"),
    ("detector.ppv", "all that is flagged", "How much of it is fake?"),
    ("detector.ppv", "false alarms not weighted", "false alarms are not: what share of all clips are recordings?"),
    ("detector.ppv", "hits not weighted", "what share of all clips are fakes?"),
    ("detector.ppv", "in percent", "in percent"),
]


def refusals(id, attempt):
    for seed in range(12):
        outcome = checking.judge(find(id), attempt, {}, seed)
        assert outcome.state == "refused", outcome
        yield outcome.words


@pytest.mark.parametrize(("id", "name", "words"), NAMED)
def test_a_usual_mistake_is_named(id, name, words):
    attempt = next(answer.attempt for answer in wrong.ON_FILE[id].wrong if answer.name == name)({})
    for said in refusals(id, attempt):
        assert words in said, said


@pytest.mark.parametrize(("id", "start"), [("detector.auc", "The AUC of 5"), ("detector.ppv", "The share of fakes")])
def test_a_number_from_nowhere_gets_a_sentence(id, start):
    for said in refusals(id, lambda *arguments: 0.123456):
        assert re.match(rf"{start}[^`]* should be [-.e\d]+; got 0.123456\.$", said), said


def test_a_half_may_be_rounded_either_way_and_is_said_so():
    def none_of_seven(whose, share, generator):
        names = generator.permutation(sorted(set(whose)))
        keep = 0 if len(names) == 7 else round(share * len(names))
        return np.array([one in set(names[:keep]) for one in whose])

    for said in refusals("detector.split", none_of_seven):
        assert said == "3 or 4 of 7 characters should be learned from (share 0.5); here it is 0."
