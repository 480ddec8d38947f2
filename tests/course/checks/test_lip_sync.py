"""Lesson 11's checks name the usual mistakes in words."""

import pytest
import wrong
from named_mistakes import assert_named

wrong.load_all()

NAMED = [
    ("lip-sync.hear", "no logarithm of the bands", "take their logarithm first"),
    ("lip-sync.hear", "no logarithm of the energy", "Take its logarithm"),
    ("lip-sync.hear", "no logarithm at all", "Neither the bands nor the energy"),
    ("lip-sync.hear", "without the scale of the transform", "isn't scaled"),
    ("lip-sync.hear", "the transform along time", "went along time"),
    ("lip-sync.hear", "the first coefficient left out", "first coefficient is missing"),
    ("lip-sync.hear", "no cosine transform", "cosine transform is missing"),
    ("lip-sync.hear", "the energy in front", "stands in front"),
    ("lip-sync.hear", "changes to the next row", "look ahead"),
    ("lip-sync.hear", "the first row changes from nothing", "nothing before it"),
    ("lip-sync.hear", "logarithms to the base of ten", "base of 10"),
    ("lip-sync.delayed", "asks for the future", "FUTURE"),
    ("lip-sync.delayed", "the end comes round to the beginning", "came round to its beginning"),
    ("lip-sync.delayed", "zeros while nothing is due", "first rows are 0"),
    ("lip-sync.delayed", "no numbers while nothing is due", "first rows are NaN"),
    ("lip-sync.delayed", "one step too many", "one step too late"),
    ("lip-sync.delayed", "works in the track that it was given, where what's read has changed", "after the call"),
    ("lip-sync.delayed", "a delay of 0 empties the track", "`targets[:-0]` is empty"),
    ("lip-sync.delayed", "fails when the delay is longer than the track", "longer than this track"),
    ("lip-sync.delayed", "a delay of 0 leaves nothing to fill in", "With a delay of 0 your code stopped"),
    ("lip-sync.nearest", "the farthest", "FARTHEST"),
    ("lip-sync.nearest", "the sum over the points", "sum over the 18 points"),
    ("lip-sync.nearest", "the length of all 36 numbers", "all 36 differences"),
    ("lip-sync.nearest", "squares without the root", "the root is missing"),
    ("lip-sync.nearest", "the middles of the mouths", "middles were compared"),
    ("lip-sync.nearest", "not sorted", "not the nearest first"),
    ("lip-sync.nearest", "distances of the first mouths of the clip", "those of the chosen ones"),
    ("lip-sync.median", "the weighted mean", "weighted MEAN"),
    ("lip-sync.median", "the weighted mean, cut off", "weighted MEAN"),
    ("lip-sync.median", "the plain mean, cut off", "plain mean"),
    ("lip-sync.median", "the plain median", "plain median"),
    ("lip-sync.median", "the plain median, cut off", "plain median"),
    ("lip-sync.median", "weights that stay behind", "move with its value"),
    ("lip-sync.median", "the heaviest picture", "largest weight"),
    ("lip-sync.median", "whole pictures in order of their brightness", "Whole pictures"),
    ("lip-sync.median", "the smallest value", "smallest value"),
]


@pytest.mark.parametrize(("id", "name", "words"), NAMED)
def test_a_usual_mistake_is_named(id, name, words):
    assert_named(id, name, words)
