"""Lesson 05's checks name the usual mistakes in words."""

import pytest
import wrong
from named_mistakes import assert_named

wrong.load_all()

NAMED = [
    ("extraction.overlap", "sides not cut off at 0", "two negative sides multiply"),
    ("extraction.overlap", "the area cut off at 0 instead of the sides", "Cut off each SIDE"),
    ("extraction.overlap", "what is shared counted twice below", "Take it off once"),
    ("extraction.overlap", "Dice's coefficient", "Dice's coefficient"),
    ("extraction.overlap", "over the first box's area", "the first box's area"),
    ("extraction.overlap", "over the smaller area", "the smaller of the two areas"),
    ("extraction.overlap", "sides with one pixel more", "a side is x1 − x0"),
    ("extraction.overlap", "width and height taken for corners", "x, y, width and height"),
    ("extraction.overlap", "turns corners into sides in place", "`boxes` was another one after the call"),
    ("extraction.suppression", "dropped boxes push others out, too", "Only boxes that are KEPT"),
    ("extraction.suppression", "only the best box pushes others out", "Each kept box should do that"),
    ("extraction.suppression", "in the order in which they came", "in the order in which they came"),
    ("extraction.suppression", "the worst first", "The worst score came first"),
    ("extraction.suppression", "the limit the wrong way round", "too LITTLE"),
    ("extraction.suppression", "a limit of its own", "it's an argument"),
    ("extraction.suppression", "places in the sorted list", "count from the best score on"),
    ("extraction.suppression", "the boxes themselves", "Boxes came"),
    ("extraction.suppression", "a mask of those that stay", "True and False came"),
    ("extraction.suppression", "in the order of the boxes", "the order is that of `boxes`"),
    ("extraction.suppression", "strikes scores out in place", "`scores` was another one after the call"),
    ("extraction.similarity", "a mirror image is allowed", "Where a mirror image would fit better"),
    ("extraction.similarity", "the sign forgotten in the scale", "`sign` is missing in the scale"),
    ("extraction.similarity", "turns the other way", "turns the other way"),
    ("extraction.similarity", "from target to source", "from `target` to `source`"),
    ("extraction.similarity", "no scale", "The scale is missing"),
    ("extraction.similarity", "the scale from the two spreads", "compares how far the points spread"),
    ("extraction.similarity", "the difference of the middles as the shift", "the difference of the two middles"),
    ("extraction.similarity", "an affine map", "which also shears"),
    ("extraction.similarity", "three rows", "(3, 3)"),
    ("extraction.similarity", "moves the points to their middle in place", "`source` was another one after the call"),
    ("extraction.crop", "looks up by the matrix itself", "The matrix itself was used"),
    ("extraction.crop", "x and y exchanged", "x and y are exchanged"),
    ("extraction.crop", "cut off instead of rounded", "round to the nearest"),
    ("extraction.crop", "half a pixel too far", "moved by half a pixel"),
    ("extraction.crop", "around the picture's edge", "counts from the end"),
    ("extraction.crop", "black beyond the edge", "the crop is black"),
    ("extraction.crop", "neighbours mixed", "were mixed"),
    ("extraction.crop", "takes the shift off without turning it back", "turned back as well"),
    ("extraction.crop", "the matrix handed back as it was", "nothing was inverted"),
    ("extraction.crop", "the crop alone", "Two things are wanted"),
    ("extraction.crop", "turns the matrix around in place", "`matrix` was another one after the call"),
    ("extraction.blur", "the standard deviation", "its square"),
    ("extraction.blur", "the mean size", "the mean size of the edges"),
    ("extraction.blur", "one variance for all crops", "a variance of its own"),
    ("extraction.blur", "the variance of the grey levels", "the grey levels themselves"),
    ("extraction.blur", "edges that reach around", "reach around the crop"),
    ("extraction.blur", "grey levels that wrap around", "no number below 0"),
    ("extraction.blur", "left and right alone", "left and right"),
    ("extraction.blur", "the pixel counts once", "four times"),
    ("extraction.blur", "every channel by itself", "one grey picture first"),
    ("extraction.blur", "brightens the crops in place", "`crops` was another one after the call"),
    ("extraction.blur", "a list", "`np.array(…)` makes an array of a list"),
]


@pytest.mark.parametrize(("id", "name", "words"), NAMED)
def test_a_usual_mistake_is_named(id, name, words):
    assert_named(id, name, words)
