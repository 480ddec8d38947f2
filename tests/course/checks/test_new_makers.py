"""Lesson 15's checks name the usual mistakes in words."""

import pytest
import wrong
from named_mistakes import assert_named

wrong.load_all()

NAMED = [
    ("new-makers.margin", "margin added", "makes it EASIER"),
    ("new-makers.margin", "margin taken from all", "changes nothing"),
    ("new-makers.margin", "no margin", "changes nothing"),
    ("new-makers.margin", "margin taken from the others", "makes it EASIER"),
    ("new-makers.margin", "directions of any length", "lengths of their own"),
    ("new-makers.margin", "margin after the scale", "taken off after scaling"),
    ("new-makers.margin", "no scale", "The scale isn't used"),
    ("new-makers.margin", "softmax twice", "The softmax was taken twice"),
    ("new-makers.margin", "a loss for each picture", "One number for the batch"),
    ("new-makers.margin", "cut loose from the embeddings", "No gradient reaches the embeddings"),
    ("new-makers.margin", "directions of any length, and the margin from all", "two things are left"),
    ("new-makers.margin", "margin as a factor", "With a margin of 0 your loss is right"),
    ("new-makers.adain", "over the batch", "over the whole batch"),
    ("new-makers.adain", "over all maps of a picture", "over all maps of a picture"),
    ("new-makers.adain", "scale and shift exchanged", "Scale and shift are exchanged"),
    ("new-makers.adain", "not normalised", "scaled and shifted as they came"),
    ("new-makers.adain", "spread left as it was", "spreads of their own"),
    ("new-makers.adain", "divided by the variance", "divided by the variance"),
    ("new-makers.adain", "shift scaled, too", "The shift was scaled as well"),
    ("new-makers.adain", "scale counted from 1", "a scale of 0 leaves the maps"),
    ("new-makers.adain", "a flat map becomes no number", "has a spread of 0"),
    ("new-makers.adain", "shapes that don't fit", "two more axes"),
    ("new-makers.adain", "over the batch, and the shift scaled, too", "its own `shift` as its mean"),
    ("new-makers.adain", "divided by the greatest value", "its spread should come out as its own `scale`"),
    ("new-makers.noised", "face and noise exchanged", "Face and noise are exchanged"),
    ("new-makers.noised", "velocity towards the face", "points from noise to face"),
    ("new-makers.noised", "the noise as target", "That's the noise"),
    ("new-makers.noised", "noise on top, as in lesson 03", "as in lesson 03"),
    ("new-makers.noised", "squares that add up to 1", "Squares are what adds up to 1"),
    ("new-makers.noised", "one time for all", "one and the same time"),
    ("new-makers.noised", "cut off", "cut off"),
    ("new-makers.noised", "the velocity shrinks with time", "doesn't depend on the time"),
    ("new-makers.noised", "the other order", "the other way round"),
    ("new-makers.noised", "along the last axis", "The shapes don't fit"),
    ("new-makers.noised", "noise at half strength", "At a time of 1 the mixture should be the noise"),
    ("new-makers.step", "the time that passes, squared", "twice as long should lead twice as far"),
    ("new-makers.step", "a step of its own size", "nothing should move"),
    ("new-makers.step", "the other way", "It goes the other way"),
    ("new-makers.step", "at full length", "added at full length"),
    ("new-makers.step", "asks about the time after", "as noisy as at `now`"),
    ("new-makers.step", "all the way", "all the way to time 0"),
    ("new-makers.step", "always towards the face", "always leads towards the face"),
    ("new-makers.step", "the change alone", "That's the change alone"),
    ("new-makers.step", "one time for all", "The net wants its times"),
    ("new-makers.step", "in place", "after the call"),
]


@pytest.mark.parametrize(("id", "name", "words"), NAMED)
def test_the_mistake_is_named(id, name, words):
    assert_named(id, name, words)
