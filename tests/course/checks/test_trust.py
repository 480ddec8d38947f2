"""Lesson 14's checks name the usual mistakes in words."""

import re

import numpy as np
import pytest
import wrong
from named_mistakes import assert_named

from unmasked.course import checking, lesson
from unmasked.course.checks import find

wrong.load_all()

NAMED = [
    ("trust.distance", "how many agree", "in how many places they AGREE"),
    ("trust.distance", "the share that differs", "a share of all bits"),
    ("trust.distance", "one way only", "It goes both ways"),
    ("trust.distance", "the difference of their sums", "numbers of True bits differ"),
    ("trust.distance", "either instead of one of both", "True in either of them"),
    ("trust.distance", "the length of the difference", "the root of it"),
    ("trust.distance", "whether they differ", "WHETHER they differ"),
    ("trust.embed", "wraps round", "wrapped round"),
    ("trust.embed", "wraps round and cuts fractions off", "wrapped round"),
    ("trust.embed", "adds whole numbers to uint8", "wrapped round"),
    ("trust.embed", "cuts fractions off", "Fractions were cut off"),
    ("trust.embed", "no strength", "The strength isn't used"),
    ("trust.embed", "takes the mark off", "taken off instead of added"),
    ("trust.embed", "red alone", "Only one colour was marked"),
    ("trust.embed", "signs alone", "Only the signs of the pattern"),
    ("trust.embed", "multiplies", "multiplied with the picture"),
    ("trust.embed", "the mark alone", "The picture is missing"),
    ("trust.detect", "agreements alone", "That's how many agree"),
    ("trust.detect", "a share", "the share that agrees"),
    ("trust.detect", "not divided", "the division by the standard deviation is missing"),
    ("trust.detect", "by the root of n", "You divided by √n"),
    ("trust.detect", "by the variance", "divides by the variance"),
    ("trust.detect", "by half of n", "You divided by n / 2"),
    ("trust.detect", "chance isn't taken off", "Chance wasn't taken off"),
    ("trust.detect", "with the waves' sizes", "adds up the waves with their sizes"),
    ("trust.detect", "a correlation", "the correlation of the waves"),
    ("trust.detect", "without its sign", "The sign of the score is lost"),
    ("trust.detect", "disagreements", "Those are the disagreements"),
    ("trust.detect", "two pluses only", "Two minus signs agree as well"),
    ("trust.model-card", "counts tensors", "the number of parameter TENSORS"),
    ("trust.model-card", "counts statistics, too", "Stored statistics were counted"),
    ("trust.model-card", "leaves the biases out", "Biases are parameters, too"),
    ("trust.model-card", "the length of each parameter", "Only the first axis"),
    ("trust.model-card", "the spread of single pictures", "the spread of single pictures"),
    ("trust.model-card", "one standard error", "one standard error to either side"),
    ("trust.model-card", "the population's standard deviation", "`ddof=1`"),
    ("trust.model-card", "divided by the count", "not by its root"),
    ("trust.model-card", "low and high exchanged", "are exchanged"),
    ("trust.model-card", "the median", "The value is the median"),
    ("trust.model-card", "NumPy's numbers, which JSON can't write", "it's a float32, which JSON can't write"),
    ("trust.model-card", "no count", "lacks ['count']"),
    ("trust.model-card", "the first measure alone", "your list has 1"),
    ("trust.misfits", "silence is forgiven", "silent on a fact"),
    ("trust.misfits", "what nobody measured is forgiven", "nobody measured is a misfit"),
    ("trust.misfits", "only what stands in both", "Only names that stand in both"),
    ("trust.misfits", "an absolute tolerance", "a SHARE of the fact's size"),
    ("trust.misfits", "a share of what is told", "what the card TELLS"),
    ("trust.misfits", "facts below 0", "a fact below 0"),
    ("trust.misfits", "too large only", "too LARGE"),
    ("trust.misfits", "exactly equal", "Any difference counts"),
    ("trust.misfits", "divides by a fact that is 0", "A fact can be 0"),
    ("trust.misfits", "a relative error", "A fact can be 0"),
    ("trust.misfits", "not sorted", "but not sorted"),
    ("trust.misfits", "what fits", "the names that FIT"),
]


@pytest.mark.parametrize(("exercise", "name", "words"), NAMED)
def test_the_usual_mistakes_are_named(exercise, name, words):
    assert_named(exercise, name, words)


def test_a_card_filled_by_the_hints_own_words_holds():
    _, second, third = lesson.load("trust").exercises["trust.model-card"].hints
    counted, (form, *_) = re.findall("`(.+?)`", second)[0], re.findall(r"`(\{.+?\})`", third)

    def fill(words, model, pictures, scores):
        measured = []
        for what, values in scores.items():
            mean, off = values.mean(), 1.96 * (values.std(ddof=1) / np.sqrt(len(values)))
            measured.append(eval(form, {"what": what, "values": values, "mean": mean, "off": off}))
        _, channels, height, width = pictures.shape
        picture = {"kind": "picture", "channels": channels, "height": height, "width": width}
        parameters = eval(counted, {"model": model})
        return {**words, "inputs": picture, "outputs": picture, "parameters": parameters, "measured": measured}

    outcome = checking.judge(find("trust.model-card"), fill, {}, 0)
    assert outcome.state == "holds", outcome.words
