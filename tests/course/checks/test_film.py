"""Lesson 09's checks name the usual mistakes in words."""

import pytest
import wrong
from named_mistakes import assert_named

wrong.load_all()

NAMED = [
    ("film.flicker", "the mean error", "how the error CHANGES"),
    ("film.flicker", "the truth isn't taken out", "The truth is not taken out"),
    ("film.flicker", "the whole frame", "Outside the mask"),
    ("film.flicker", "the later mask alone", "the later frame"),
    ("film.flicker", "inside in one of the frames", "only ONE of the two"),
    ("film.flicker", "how the size of the error changes", "The sizes of the errors"),
    ("film.flicker", "mean colours, as in lesson 08", "averaged first"),
    ("film.flicker", "divides by the number of frames", "one pair less"),
    ("film.flicker", "one mean over all pixels of all pairs", "Average each pair first"),
    ("film.flicker", "in grey levels of red, green and blue", "red, green and blue"),
    ("film.ema", "the shares exchanged", "belongs to the NEW value"),
    ("film.ema", "the frame before as it was found", "what CAME OUT"),
    ("film.ema", "begins at nothing", "It begins at 0"),
    ("film.ema", "the old value whole", "don't add up"),
    ("film.ema", "from the end", "from the last frame"),
    ("film.ema", "the mean so far", "the mean of all frames so far"),
    ("film.ema", "works in the track that it was given", "`track` was another one after the call"),
    ("film.ema", "along the last axis", "Time is the FIRST axis"),
    ("film.between", "a cross-fade", "a cross-fade"),
    ("film.between", "fetches from where pixels go", "where they GO"),
    ("film.between", "both the whole way", "their whole way"),
    ("film.between", "the second frame by t as well", "1 − t to go"),
    ("film.between", "forward for both", "moved along `forward`"),
    ("film.between", "x and y exchanged", "x and y of the flow"),
    ("film.between", "half and half", "count by half"),
    ("film.between", "the first frame alone", "Only `before` was moved"),
    ("film.between", "t the wrong way round", "t runs the wrong way"),
]


@pytest.mark.parametrize(("id", "name", "words"), NAMED)
def test_a_usual_mistake_is_named(id, name, words):
    assert_named(id, name, words)
