"""The shipped finder on frames that it never saw: how many faces it finds, and what it takes for one."""

import numpy as np
import pytest

from unmasked.experiments import face_finder
from unmasked.extract.finding import find, heat_map, shipped_finder
from unmasked.toons import scenes


@pytest.fixture(scope="module")
def crowds():
    return [
        crowd
        for shape in ((256, 256), (360, 480))
        for crowd in face_finder.draw_crowds(12, seed=77, shape=shape, count=3)
    ]


def test_nearly_all_faces_are_found_and_hardly_anything_else(crowds):
    large, small, false, _ = face_finder.score(crowds, face_finder.find_all(None, crowds))
    assert large > 0.9 and small > 0.7 and false < 0.2


def test_the_box_is_near_the_true_one(crowds):
    off = []
    for crowd in crowds:
        found = find(crowd.picture)
        given = face_finder.matched(found, crowd.boxes)
        off += [
            np.abs(found[i].box - face.box).max() / face.side
            for i, face in zip(given, crowd.faces, strict=True)
            if i >= 0 and face.whole
        ]
    assert np.median(off) < 0.12


def test_nothing_is_found_where_nobody_is():
    false = sum(len(find(crowd.picture)) for crowd in face_finder.draw_crowds(12, seed=78, count=0))
    assert false <= 1
    assert find(np.full((90, 120, 3), 128, np.uint8)) == []


@pytest.mark.parametrize("shape", [(1, 1), (9, 30), (20, 20), (70, 131)])
def test_a_frame_smaller_than_a_face_has_words_or_nothing_to_say(shape):
    picture = scenes.background(3, shape)
    assert isinstance(find(picture), list) and heat_map(picture).shape == tuple(-(-side // 4) for side in shape)


def test_it_is_loaded_once():
    assert shipped_finder() is shipped_finder() and not shipped_finder().training
