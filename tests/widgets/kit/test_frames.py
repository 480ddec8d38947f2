"""Panels and frames: what they refuse, and how they travel."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from noise import noise

from unmasked.widgets import Frame, Panel, show_pictures
from unmasked.widgets.kit.frames import encode_png, pack, pack_frame, to_rgb


@pytest.mark.parametrize("alt", [None, 3, "", "  ", "a face"])
def test_alt_text_is_required(alt):
    with pytest.raises((TypeError, ValueError), match="alt"):
        Frame(noise(4, 4, 3), alt)
    with pytest.raises((TypeError, ValueError), match="alt"):
        show_pictures([noise(4, 4, 3)], alt=alt)


def test_words_and_what_is_behind_the_question_mark_are_strings_and_travel():
    packed = pack_frame(Frame(noise(4, 4, 3), "A picture of noise", "noise", more="It means nothing."))
    assert (packed["words"], packed["more"]) == ("noise", "It means nothing.")
    for wrong in ({"words": 3}, {"more": None}):
        with pytest.raises(TypeError, match=next(iter(wrong))):
            Frame(noise(4, 4, 3), "A picture of noise", **wrong)


@pytest.mark.parametrize("picture", [noise(4, 4, 2), noise(0, 4, 3), noise(4, 4, 3).astype(float), "face"])
def test_panels_refuse_what_is_no_picture(picture):
    with pytest.raises((TypeError, ValueError), match="picture"):
        Panel(picture)


@settings(deadline=None, max_examples=40)
@given(st.integers(1, 40), st.integers(1, 40), st.sampled_from([1, 3, 4]))
def test_packed_pictures_are_what_went_in(height, width, channels):
    picture = noise(height, width, channels) if channels > 1 else noise(height, width)
    packed = pack(Panel(picture))
    assert (packed["width"], packed["height"], packed["channels"]) == (width, height, channels)
    assert packed["data"] == picture.tobytes()


def test_large_pictures_travel_as_png_and_come_back_the_same():
    picture = noise(500, 500, 3)
    packed = pack(Panel(picture))
    assert packed["kind"] == "png"
    back = cv2.imdecode(np.frombuffer(packed["data"], np.uint8), cv2.IMREAD_COLOR)[..., ::-1]
    assert (back == picture).all()
    transparent = noise(10, 7, 4)
    back = cv2.imdecode(np.frombuffer(encode_png(transparent), np.uint8), cv2.IMREAD_UNCHANGED)
    assert (back[..., [2, 1, 0, 3]] == transparent).all()


def test_transparency_is_laid_over_the_paper():
    picture = np.zeros((2, 2, 4), np.uint8)
    picture[0, 0] = (10, 20, 30, 255)
    flat = to_rgb(picture, (255, 255, 255))
    assert tuple(flat[0, 0]) == (10, 20, 30) and tuple(flat[1, 1]) == (255, 255, 255)
