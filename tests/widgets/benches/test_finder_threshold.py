"""The finder's threshold: which boxes stand, what is counted, and what the pictures say."""

from types import SimpleNamespace

import numpy as np
import pytest

from unmasked.toons.crowds import sample_crowd
from unmasked.widgets import finder_threshold
from unmasked.widgets.benches.finder_threshold import RIGHT, WRONG, Finder

pytestmark = pytest.mark.usefixtures("learner_home")


def find(box, score):
    return SimpleNamespace(box=np.asarray(box, float), score=score)


@pytest.fixture(scope="module")
def crowds():
    numbers = np.random.default_rng(5)
    return [sample_crowd(numbers, (96, 128), count, hand=False, sides=(24, 40)) for count in (2, 1, 0)]


@pytest.fixture(scope="module")
def finds(crowds):
    """Each face's own box at 0.9, 0.6, …, and a false find at 0.4 in every frame."""
    false = find((2, 60, 22, 92), 0.4)
    return [
        [find(face.box, 0.9 - 0.3 * number) for number, face in enumerate(crowd.faces)] + [false] for crowd in crowds
    ]


@pytest.fixture(scope="module")
def heats(crowds):
    return [np.random.default_rng(1).random((24, 32)) for _ in crowds]


@pytest.fixture
def bench(crowds, finds, heats):
    return finder_threshold(crowds, finds, heats)


def test_what_is_above_the_threshold_is_counted(crowds, finds, heats):
    scene = Finder(crowds, finds, heats)
    faces = [sum(face.shown >= 0.5 for face in crowd.faces) for crowd in crowds]
    assert [scene.counted(frame, 0.3) for frame in range(3)] == [
        (faces[0], faces[0], 1),
        (faces[1], faces[1], 1),
        (0, 0, 1),
    ]
    assert scene.counted(0, 0.95) == (0, faces[0], 0)
    assert scene.counted(1, 0.9) == (faces[1], faces[1], 0), "a score AT the threshold counts"


def test_the_counts_of_all_frames_stand_in_the_meters(bench):
    frame = bench.set(threshold=0.3)
    assert frame.meters[1].value == "1.00"
    assert bench.set(threshold=0.5).meters[1].value == "0.00"
    assert bench.shown.meters[0].value.endswith(f"of {sum(sum(wanted) for wanted in scene_of(bench).wanted)}")


def scene_of(bench):
    return bench.draw.__self__


def test_a_second_box_on_a_face_is_in_vain(crowds, heats, finds):
    twice = [[*finds[0], find(crowds[0].faces[0].box + 1, 0.7)], *finds[1:]]
    scene = Finder(crowds, twice, heats)
    assert scene.counted(0, 0.5)[2] == 1


def test_without_suppression_the_heap_is_shown(crowds, finds, heats):
    heaps = [some + [find(one.box + 0.5, one.score - 0.05) for one in some] for some in finds]
    bench = finder_threshold(crowds, finds, heats, heaps=heaps)
    few = float(bench.set(threshold=0.3).meters[1].value)
    many = float(bench.set(suppress=False).meters[1].value)
    assert many > few


def test_every_frame_at_the_ends_of_the_threshold(bench):
    said = set()
    for frame in ("0", "1", "2"):
        for threshold in (0.0, 0.35, 1.0):
            shown = bench.set(frame=frame, threshold=threshold)
            assert len(shown.panels) == 3
            said.add(shown.alt)
    assert len(said) == 9


def test_right_and_false_finds_differ_by_more_than_their_colour(bench):
    picture = bench.set(frame="1", threshold=0.3).panels[0].picture.astype(int)
    for colour in (RIGHT, WRONG):
        assert (np.abs(picture - colour).max(-1) < 8).sum() > 40, "a box in this colour is missing"
    assert (picture > 245).all(-1).sum() > 20, "no white tick or cross"


def test_the_line_of_the_scores_is_where_the_hand_is(bench):
    def column(threshold):
        paper = bench.set(threshold=threshold).panels[2].picture
        return np.flatnonzero((paper[20:200] == (31, 35, 40)).all(-1).mean(0) > 0.9).mean() / paper.shape[1]

    assert column(0.25) == pytest.approx(0.25, abs=0.02) and column(0.75) == pytest.approx(0.75, abs=0.02)


def test_what_does_not_fit_is_refused_in_words(crowds, finds, heats):
    with pytest.raises(ValueError, match="heats: wanted one for each of 3 frames, got 2"):
        finder_threshold(crowds, finds, heats[:2])
    with pytest.raises(ValueError, match="crowds"):
        finder_threshold([], [], [])
