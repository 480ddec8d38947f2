"""Lesson 10's checks name the usual mistakes in words."""

import pytest
import wrong
from named_mistakes import assert_named

wrong.load_all()

NAMED = [
    ("roads.step", "the other way", "It went the other way"),
    ("roads.step", "the change alone", "That's the change alone"),
    ("roads.step", "not divided by the width", "weren't divided by `width`"),
    ("roads.step", "no damping", "The damping is missing"),
    ("roads.step", "damping on every entry", "belongs on the diagonal"),
    ("roads.step", "along the gradient only", "a step along the gradient"),
    ("roads.step", "each number by itself", "as if no other moved too"),
    ("roads.step", "leaves 0…1", "0…1"),
    ("roads.step", "moves beyond 1", "which no drawing has"),
    ("roads.keypoints", "x and y exchanged", "x goes across"),
    ("roads.keypoints", "times the temperature", "multiplied by the temperature"),
    ("roads.keypoints", "no temperature", "The temperature isn't used"),
    ("roads.keypoints", "softmax along the rows", "along the rows alone"),
    ("roads.keypoints", "softmax over the keypoints", "went over the keypoints"),
    ("roads.keypoints", "a plain argmax", "the hottest pixel's place"),
    ("roads.keypoints", "in pixels", "Those are pixels"),
    ("roads.keypoints", "cut loose from the gradient", "No gradient reaches the maps"),
    ("roads.affine", "the pictures exchanged", "The two pictures are exchanged"),
    ("roads.affine", "nothing inverted", "wasn't inverted"),
    ("roads.affine", "the other order", "in the other order"),
    ("roads.affine", "vector times matrix", "turns the other way"),
    ("roads.affine", "no matrices", "The matrices aren't used"),
    ("roads.affine", "turns about the middle of the picture", "what lies AROUND it"),
    ("roads.affine", "back to the driver's keypoint", "around the STILL's"),
    ("roads.affine", "keypoints cut loose", "No gradient reaches the keypoints"),
    ("roads.blend", "exchanged", "The two are exchanged"),
    ("roads.blend", "the drawing forgotten", "The drawing is missing"),
    ("roads.blend", "the drawing at full strength", "at full strength everywhere"),
    ("roads.blend", "all or nothing", "all or nothing"),
    ("roads.blend", "one number for the map", "One number for the whole map"),
    ("roads.blend", "no gradient for the map", "No gradient reaches the map"),
    ("roads.blend", "writes into the still", "after the call"),
]


@pytest.mark.parametrize(("id", "name", "words"), NAMED)
def test_the_mistake_is_named(id, name, words):
    assert_named(id, name, words)
