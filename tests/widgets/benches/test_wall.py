"""The wall of corruptions."""

import numpy as np
import pytest

from unmasked.widgets import wall


def pictures_of(frame):
    return [panel.picture.astype(int) for panel in frame.panels]


@pytest.fixture(scope="module")
def board():
    return wall()


def test_each_slider_changes_its_own_panel_only(board):
    before = pictures_of(board.draw(board.settings))
    assert len(before) == 6
    for number, name in enumerate(("noise", "occlusion", "warp", "move", "flip", "colour")):
        knob = next(knob for knob in board.knobs if knob["name"] == name)
        after = pictures_of(board.draw({**board.settings, name: knob["high"]}))
        changed = [bool((a != b).any()) for a, b in zip(before, after, strict=True)]
        assert changed == [k == number for k in range(6)], f"{name} changed the panels {changed}"


def test_at_zero_nothing_is_spoiled_but_for_the_flip_and_the_strongest_is_drawn(board):
    least = {knob["name"]: knob["low"] for knob in board.knobs}
    frame = board.draw(least)
    for panel in frame.panels:
        shown = panel.picture[:, :64, :3].astype(int)
        assert np.abs(shown - board.pictures[0]).max() <= 1, f"{panel.title}: strength 0 changed the picture"
    assert "noise 0 %" in frame.words and "colour 0 %" in frame.words
    board.draw({knob["name"]: knob["high"] for knob in board.knobs})


def test_drawing_again_spoils_anew():
    bench = wall(seed=4)
    before = pictures_of(bench.shown)
    bench.on_press("again")
    after = pictures_of(bench.shown)
    assert all((a != b).any() for a, b in zip(before[:4], after[:4], strict=True))


@pytest.mark.parametrize(
    "pictures", [np.zeros((2, 64, 64, 3), np.uint8), np.zeros((3, 64, 64), np.uint8), np.zeros((3, 64, 64, 3))]
)
def test_other_pictures_are_refused_with_words(pictures):
    with pytest.raises(ValueError, match=r"pictures: wanted uint8 \(3, H, W, 3\) or more, got"):
        wall(pictures)


def test_pictures_need_not_be_square():
    frame = wall(np.full((3, 48, 80, 3), 90, np.uint8)).shown
    assert {panel.picture.shape[0] for panel in frame.panels} == {48}
