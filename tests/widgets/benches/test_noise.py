"""Lesson 03's benches: the grid to crumple a face by hand, and the wall of corruptions."""

import numpy as np
import pytest
import torch

from unmasked import augment, tensors, toons
from unmasked.widgets import crumple, wall
from unmasked.widgets.benches.crumple import COVERAGE, NODES, SIDE, even_grid


@pytest.fixture(scope="module")
def grid():
    return crumple("bo")


def settings_of(bench, **changed):
    """A bench's settings as its drawing gets them, with some changed."""
    kept = {name: np.array(value) if name == "grid" else value for name, value in bench.settings.items()}
    return {**kept, **changed}


def pictures_of(frame):
    return [panel.picture.astype(int) for panel in frame.panels]


# ---- the grid


def test_at_rest_the_network_sees_what_it_must_draw(grid):
    frame = grid.draw(settings_of(grid, grid=even_grid()))
    _, seen, wanted = pictures_of(frame)
    assert seen.shape == wanted.shape == (SIDE, SIDE, 3)
    assert np.abs(seen - wanted).max() <= 1
    assert "0 of 25 points moved" in frame.words and "from rest mean 0.0, most 0.0" in frame.words


def test_one_point_bends_the_input_and_hardly_moves_the_target(grid):
    rest = pictures_of(grid.draw(settings_of(grid, grid=even_grid())))
    points = even_grid()
    points[12] += (0.08, 0.03)  # the middle one
    frame = grid.draw(settings_of(grid, grid=points))
    _, seen, wanted = pictures_of(frame)
    assert "1 of 25 points moved" in frame.words
    assert np.abs(seen - rest[1]).mean() > 1.5 * np.abs(wanted - rest[2]).mean() > 0
    corner = np.s_[:10, :10]
    assert np.abs(seen - rest[1])[corner].max() <= 1, "a point in the middle must leave the corners alone"


def test_all_points_moved_or_turned_leave_nothing_to_undo(grid):
    for name, moved in (("shift", 25), ("turn", 24)):  # the middle point is the one that it is turned about
        grid.on_press(name)
        frame = grid.shown
        _, seen, wanted = pictures_of(frame)
        assert f"{moved} of 25 points moved" in frame.words, name
        assert "from the target mean 0.0, most 0.0" in frame.words, f"{name}: {frame.words}"
        assert np.abs(seen - wanted).max() <= 1, name
    grid.set(grid=even_grid())


def test_the_random_crumple_is_faceswaps_and_the_numbers_are_those_of_the_library():
    bench = crumple("ada", seed=1)
    pushes = []
    for _ in range(40):
        bench.on_press("random")
        pushes.append((np.array(bench.settings["grid"]) - even_grid()) / COVERAGE)
    assert np.std(pushes) == pytest.approx(5 / 160, rel=0.06)
    # The bench's last picture is what the library makes of the same pushes.
    whole = tensors.to_tensor(bench.pictures["toon"][None])
    push = torch.from_numpy(pushes[-1]).float().view(1, NODES, NODES, 2)
    for panel, wanted in zip(bench.shown.panels[1:], augment.bend(whole, push, COVERAGE, SIDE), strict=True):
        assert np.abs(panel.picture.astype(int) - tensors.to_pictures(wanted)[0]).max() <= 1


def test_the_grid_draws_at_its_ends_mirrored_in_one_place_and_on_squares(grid):
    spread = even_grid()
    ends = np.where(spread > 0.5, 1.0, 0.0)  # every point at the corner of the picture that is nearest
    for points in (ends, 1 - spread, spread, np.full((25, 2), 0.5)):
        for picture in ("toon", "squares"):
            frame = grid.draw(settings_of(grid, grid=points, picture=picture))
            assert [panel.picture.dtype for panel in frame.panels] == [np.uint8] * 3
            assert len(frame.alt) > 60


def test_the_same_corruption_needs_a_known_character():
    with pytest.raises(ValueError, match="nobody"):
        crumple("nobody")
    assert toons.CAST["cleo"].name in crumple("cleo").shown.alt


# ---- the wall


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
