"""The grid to crumple a face by hand."""

import numpy as np
import pytest
import torch

from unmasked import augment, tensors, toons
from unmasked.widgets import crumple
from unmasked.widgets.benches.crumple import COVERAGE, NODES, SIDE, WHOLE, even_grid


@pytest.fixture(scope="module")
def grid():
    return crumple("bo")


def settings_of(bench, **changed):
    """A bench's settings as its drawing gets them, with some changed."""
    kept = {name: np.array(value) if name == "grid" else value for name, value in bench.settings.items()}
    return {**kept, **changed}


def pictures_of(frame):
    return [panel.picture.astype(int) for panel in frame.panels]


def test_at_rest_the_network_sees_what_it_must_draw(grid):
    frame = grid.draw(settings_of(grid, grid=even_grid()))
    _, seen, wanted = pictures_of(frame)
    assert seen.shape == wanted.shape == (SIDE, SIDE, 3)
    assert np.abs(seen - wanted).max() <= 1
    assert "0 of 25 points moved" in frame.words and "has moved 0.0 on average, 0.0 at most" in frame.words


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


def test_the_picture_follows_the_finger(grid):
    # A dark spot where the middle point rests must lie where the point has been dragged to, in both bent pictures.
    spot = np.full((WHOLE, WHOLE, 3), 255, np.uint8)
    spot[WHOLE // 2 - 3 : WHOLE // 2 + 3, WHOLE // 2 - 3 : WHOLE // 2 + 3] = 0
    before, grid.pictures["squares"] = grid.pictures["squares"], spot
    points = even_grid()
    points[12] += (0.06, -0.04)
    frame = grid.draw(settings_of(grid, grid=points, picture="squares"))
    grid.pictures["squares"] = before
    for picture, moved in zip(
        pictures_of(frame), ((0.56, 0.46), (0.5 + 0.06 / COVERAGE, 0.5 - 0.04 / COVERAGE)), strict=False
    ):
        dark = 255 - picture.mean(2)
        rows, columns = np.indices(dark.shape)
        middle = [float((axis * dark).sum() / dark.sum() + 0.5) / dark.shape[0] for axis in (columns, rows)]
        assert middle == pytest.approx(moved, abs=0.03)


def test_all_points_moved_or_turned_leave_nothing_to_undo(grid):
    for name, moved in (("shift", 25), ("turn", 24)):  # the middle point is the one that it is turned about
        grid.on_press(name)
        frame = grid.shown
        _, seen, wanted = pictures_of(frame)
        assert f"{moved} of 25 points moved" in frame.words, name
        assert "lies 0.0 from its place in the target on average, 0.0 at most" in frame.words, f"{name}: {frame.words}"
        assert np.abs(seen - wanted).max() <= 1, name
    grid.set(grid=even_grid())


def test_the_random_crumple_is_faceswaps_and_the_numbers_are_those_of_the_library():
    bench = crumple("ada", seed=1)
    pushes = []
    for _ in range(40):
        bench.on_press("random")
        pushes.append((even_grid() - np.array(bench.settings["grid"])) / COVERAGE)  # a look-up goes the other way
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
