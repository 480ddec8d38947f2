"""The bench of 68 points: which of them hold the crop, what a dragged one does, and what is said of it."""

import numpy as np
import pytest

from unmasked import extract, toons
from unmasked.widgets import landmark_dragger
from unmasked.widgets.benches.landmark_dragger import ALL, STEADY, difference, names, outlines

pytestmark = pytest.mark.usefixtures("learner_home")
CHIN, EYE = 8, 36


@pytest.fixture(scope="module")
def portrait():
    layout = toons.scenes.Layout((90, 130), 70, 46, 80, 20.0, 5, 7)
    return toons.scenes.render(toons.CAST["ada"], toons.Performance(yaw=10), layout)


@pytest.fixture
def bench(portrait):
    return landmark_dragger(portrait.picture, portrait.landmarks)


def moved(bench, index, by):
    points = np.array(bench.settings["points"])
    points[index] += by
    return bench.set(points=points)


def test_the_crop_at_first_is_the_librarys(bench, portrait):
    np.testing.assert_allclose(bench.on_picture(bench.start), portrait.landmarks, atol=0.05)
    expected = extract.align(portrait.picture, portrait.landmarks, 64).astype(int)
    assert np.abs(bench.shown.panels[1].picture - expected).mean() < 0.5
    np.testing.assert_array_equal(bench.shown.panels[1].picture, bench.shown.panels[2].picture)


def test_the_steady_points_hold_the_crop_and_the_chin_does_not(bench):
    still = bench.shown.panels[1].picture
    np.testing.assert_array_equal(moved(bench, CHIN, 0.06).panels[1].picture, still)
    assert bench.shown.meters[0].value == "0.0 px" and "1 of 68 points moved" in bench.shown.alt
    assert (moved(bench, EYE, 0.06).panels[1].picture != still).any()
    assert "2 of 68 points moved" in bench.shown.words


def test_by_all_points_the_chin_moves_the_crop(bench):
    still = bench.set(by=ALL).panels[1].picture
    assert (moved(bench, CHIN, 0.06).panels[1].picture != still).any()
    assert float(bench.shown.meters[0].value.split()[0]) > 0


@pytest.mark.parametrize("by", [STEADY, ALL])
def test_points_moved_as_a_whole_move_the_crop_by_just_as_much(bench, portrait, by):
    bench.set(by=by)
    shift = 6 / bench.zoom[0, 0]
    points = bench.on_picture(bench.start) + np.array([shift, 0])
    matrix = bench.aligned((extract.move(points, bench.zoom) + 0.5) / (2 * 392), by)
    way = difference(bench.aligned(bench.start, by), matrix)
    scale = np.sqrt(np.linalg.det(matrix[:, :2]))
    assert way["off"] == pytest.approx(shift * scale, rel=1e-3)
    assert way["turn"] == pytest.approx(0, abs=1e-3) and way["scale"] == pytest.approx(1, abs=1e-5)


def test_every_button_moves_points_and_the_last_puts_them_back(bench):
    for name in ("jaw", "tremble", "eye"):
        bench.on_press(name)
        assert np.abs(np.array(bench.settings["points"]) - bench.start).max() > 0.01, name
    bench.on_press("back")
    np.testing.assert_allclose(bench.settings["points"], bench.start)


def test_an_open_mouth_leaves_the_steady_crop_and_moves_the_other(bench):
    bench.on_press("jaw")
    assert bench.shown.meters[0].value == "0.0 px"
    bench.set(by=ALL)
    assert float(bench.shown.meters[0].value.split()[0]) > 0.3


def test_points_dragged_to_the_corners_still_give_pictures(bench):
    for corner in (0.0, 1.0):
        points = np.array(bench.start)
        points[::2] = corner
        for by in (STEADY, ALL):
            assert bench.set(points=points, by=by).panels[1].picture.shape == (64, 64, 3)


def test_points_that_all_coincide_are_told_and_the_picture_stays(bench):
    kept = bench.shown
    bench.set(points=np.full((68, 2), 0.5))
    assert "coincide" in bench.frame["error"] and bench.shown is kept


def test_every_point_has_a_name_and_lines_join_the_rest():
    assert len(names()) == len(set(names())) == 68
    joined = {index for line in outlines() for index in line}
    assert joined == set(range(68)) - set(range(48, 50)), "only the pupils stand alone"


def test_other_things_are_refused_in_words(portrait):
    with pytest.raises(ValueError, match="landmarks"):
        landmark_dragger(portrait.picture, portrait.landmarks[:60])
    with pytest.raises((TypeError, ValueError), match="picture"):
        landmark_dragger(portrait.picture[..., 0], portrait.landmarks)
