"""The checks of lessons 00 to 04 and 08 name the usual mistakes in words, instead of two numbers."""

import pytest
import wrong
from named_mistakes import assert_named

wrong.load_all()

NAMED = [
    ("start.accuracy", "never below one half", "The greater of the right share and the wrong one"),
    ("start.accuracy", "sorts both lists in place", "changed in place"),
    ("start.accuracy", "per cent", "in per cent"),
    ("start.guessing", "a copy of the generator", "not from a copy"),
    ("start.guessing", "the second half of the players guesses the opposite", "tosses of their own"),
    ("machines-that-learn.sum", "no biases", "The biases are missing"),
    ("machines-that-learn.sum", "forgets to turn the weights", "ROW k of `weights`"),
    ("machines-that-learn.fit", "clears only after the step", "not only after the step"),
    ("machines-that-learn.fit", "never steps", "asked for 0 steps"),
    ("machines-that-learn.fit", "returns after the first batch", "inside the loop"),
    ("machines-that-learn.conv", "the last row stays 0", "stop one too early"),
    ("machines-that-learn.conv", "stride down, but not across", "by one from column to column"),
    ("autoencoders.encoder", "strides forgotten, and a dense layer that expects them", "is a stride missing"),
    ("autoencoders.encoder", "strides at the first and the third convolution", "the strides stand elsewhere"),
    ("autoencoders.encoder", "an activation after the last layer", "An activation follows the last layer"),
    ("autoencoders.encoder", "dropout", "In training and in evaluation mode"),
    ("autoencoders.encoder", "noise on the code", "Two runs on the same input"),
    ("autoencoders.encoder", "the first layer frozen", "can't learn"),
    ("autoencoders.decoder", "unflattened with channels last", "channels last"),
    ("autoencoders.probe", "asked about the codes that it learned from", "it flatters itself"),
    ("autoencoders.probe", "the variance over N − 1", "over N − 1"),
    ("noise-that-teaches.noise", "takes sigma for the variance", "VARIANCE"),
    ("noise-that-teaches.warp", "black beyond the edge", "The border is not repeated"),
    ("noise-that-teaches.field", "y first", "x and y are exchanged"),
    ("noise-that-teaches.colour", "one draw for gain and offset", "they come from one draw"),
    ("noise-that-teaches.colour", "gain about each picture's own mean", "whatever the picture"),
    ("two-decoders.step", "names exchanged", "The names are exchanged"),
    ("two-decoders.step", "the mask forgotten", "The mask is forgotten"),
    ("two-decoders.net", "an encoder for every name", "ONE encoder serves all names"),
    ("two-decoders.net", "a layout for every name", "ONE layout serves all names"),
    ("two-decoders.net", "SPREAD forgotten on the way in", "forgotten on the way in"),
    ("two-decoders.net", "another character's average on the way out", "another character's average"),
    ("two-decoders.net", "averages that learn", "training would change them"),
    ("two-decoders.swap", "decoder of the wrong character", "the decoder of the one who acts"),
    ("two-decoders.score", "nothing below 0", "Scores below 0 were cut off"),
    ("two-decoders.standardise", "statistics of the live batch", "Each batch was measured by its own"),
    ("blending.composite", "a hard choice, the soft mask forgotten", "all or nothing"),
    ("blending.composite", "cut off instead of rounded", "round to the nearest"),
    ("blending.composite", "differences in uint8, which wrap around", "wrapped around"),
    ("blending.step", "pairs that reach around the picture's edge", "reach around the picture's edge"),
    ("blending.step", "BGR taken for RGB", "Red and blue are exchanged"),
    ("blending.feather", "without a width the mask as it came", "The mask came back as it was"),
    ("blending.feather", "without a width truth values", "floats are wanted"),
    ("blending.reinhard", "a soft mask weighs mean and spread", "The mask's shares"),
    ("blending.reinhard", "recolours the inside alone", "Only the pixels inside were recoloured"),
]


@pytest.mark.parametrize(("id", "name", "words"), NAMED)
def test_a_usual_mistake_is_named(id, name, words):
    assert_named(id, name, words)
