"""The brush on Ada: strokes as a knob, what they do to pixels, and what the shipped network reads in them."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stand_in import StandIn

from unmasked import toons
from unmasked.faces import draw_faces
from unmasked.models import weights
from unmasked.models.swapping import swap_pictures
from unmasked.widgets import paint_on
from unmasked.widgets.benches.paint_on import (
    COLOURS,
    MOST_POINTS,
    MOST_STROKES,
    SIZES,
    Easel,
    Strokes,
    colour_of,
    painted,
    regions,
)

PALETTE = dict(zip(COLOURS, [(10, 200, 30), (90, 90, 90), (250, 20, 20), (255, 255, 255), (0, 0, 0)], strict=True))
share = st.floats(0, 1)
strokes = st.fixed_dictionaries(
    {
        "colour": st.sampled_from(COLOURS),
        "size": st.floats(0.001, 1),
        "points": st.lists(st.tuples(share, share).map(list), min_size=1, max_size=6),
    }
)


@pytest.fixture(scope="module")
def easel():
    return Easel(StandIn(), "ada", "bo")


@given(st.lists(strokes, max_size=4), st.integers(16, 50), st.integers(16, 50))
@settings(max_examples=25, deadline=None)
def test_strokes_cover_in_their_order_and_leave_the_rest(drawn, high, wide):
    picture = np.random.default_rng(1).integers(0, 256, (high, wide, 3), np.uint8)
    before = picture.copy()
    result = painted(picture, drawn, PALETTE)
    assert result.dtype == np.uint8 and result.shape == picture.shape and (picture == before).all()
    assert (painted(picture, drawn, PALETTE) == result).all()
    if not drawn:
        assert (result == picture).all()
    again = painted(painted(picture, drawn[:-1], PALETTE), drawn[-1:], PALETTE)
    assert (again == result).all(), "the last stroke lies on top of those before"


def test_a_dab_is_a_disc_and_a_stroke_is_as_wide_as_it_says():
    ground = np.zeros((80, 80, 3), np.uint8)
    dab = painted(ground, [{"colour": "white", "size": 0.25, "points": [[0.5, 0.5]]}], PALETTE)[..., 0] / 255
    assert dab.sum() == pytest.approx(np.pi * 10**2, rel=0.06)
    line = (
        painted(ground, [{"colour": "white", "size": 0.1, "points": [[0.0, 0.5], [1.0, 0.5]]}], PALETTE)[..., 0] / 255
    )
    assert line[:, 40].sum() == pytest.approx(8, rel=0.1)
    rows = (np.arange(80) + 0.5) / 80
    assert (line[:, 40] * rows).sum() / line[:, 40].sum() == pytest.approx(0.5, abs=0.01), "half a pixel off"


def test_the_bench_at_none_at_one_and_at_the_most_strokes(easel):
    one = {"colour": "lip", "size": SIZES["fine"], "points": [[0.4, 0.7], [0.6, 0.7]]}
    knob = Strokes("strokes", "Strokes", COLOURS)
    told = set()
    for many in (0, 1, MOST_STROKES):
        frame = easel.draw({"strokes": knob.accept([one] * many)})
        assert [panel.picture.shape for panel in frame.panels] == [(64, 64, 3)] * 2
        assert len(frame.meters) == 3
        told.add(frame.alt)
    assert len(told) == 3
    nothing = easel.draw({"strokes": []})
    assert (nothing.panels[0].picture == easel.picture).all() and all(meter.share == 0 for meter in nothing.meters)


def test_bo_answers_to_the_painted_picture():
    model = StandIn()
    bench = paint_on(model)
    frame = bench.set(strokes=[{"colour": "dark", "size": 0.3, "points": [[0.5, 0.5]]}])
    ada, answer = (panel.picture for panel in frame.panels)
    assert (answer == swap_pictures(model, ada[None], "ada", "bo")[0]).all()
    bench.close()


@pytest.mark.parametrize(
    "value, words",
    [
        ("red", "a list of strokes, got str"),
        ([{"colour": "lid"}], "colour, size and points"),
        ([{"colour": "green", "size": 0.1, "points": [[0, 0]]}], "wanted a colour of skin"),
        ([{"colour": "lid", "size": 0, "points": [[0, 0]]}], "a size above 0"),
        ([{"colour": "lid", "size": True, "points": [[0, 0]]}], "a size above 0"),
        ([{"colour": "lid", "size": 0.1, "points": []}], "points"),
        ([{"colour": "lid", "size": 0.1, "points": [[0, 0]] * (MOST_POINTS + 1)}], "1 to 600 points"),
        ([{"colour": "lid", "size": 0.1, "points": [[0, float("nan")]]}], "NaN"),
        ([{"colour": "lid", "size": 0.1, "points": [[0, 0]]}] * (MOST_STROKES + 1), "at most 120"),
    ],
)
def test_what_is_no_stroke_is_refused_in_words(value, words):
    with pytest.raises((TypeError, ValueError), match=words):
        Strokes("strokes", "Strokes", COLOURS).accept(value)


def test_places_beyond_the_edge_stop_there_and_all_of_it_travels():
    knob = Strokes("strokes", "Strokes", COLOURS)
    (one,) = knob.accept([{"colour": "lid", "size": 1, "points": np.array([[-1, 0.5], [2, 0.123456]])}])
    assert one["points"] == [[0.0, 0.5], [1.0, 0.1235]] and json.loads(json.dumps(one)) == one


def test_ready_strokes_are_strokes_and_an_untouched_still_shows_some(easel):
    knob = Strokes("strokes", "Strokes", COLOURS)
    for label, ready in easel.ready().items():
        assert knob.accept(ready) == ready, label
        assert (painted(easel.picture, ready, easel.palette) != easel.picture).any()
    bench = paint_on(StandIn())
    before = bench.shown
    still = bench.still()
    assert bench.shown is before and still.ndim == 3
    bench.set(strokes=[{"colour": "dark", "size": 0.5, "points": [[0.5, 0.5]]}])
    assert (bench.still()[:200] != still[:200]).any()
    bench.close()


def test_the_palette_is_her_own(easel):
    picture, parts = np.zeros((20, 30, 3), np.uint8), np.zeros((20, 30), np.uint8)
    parts[5:15, 5:15], picture[5:15, 5:15] = toons.PARTS.index("skin"), (0, 9, 0)
    picture[6:14, 6:14] = (1, 2, 3)
    assert colour_of(picture, parts, "skin") == (1, 2, 3)
    assert list(easel.palette) == list(COLOURS)
    assert len(set(map(tuple, easel.palette.values()))) == len(COLOURS)
    lightness = {name: sum(colour) for name, colour in easel.palette.items()}
    assert lightness["white"] > lightness["skin"] > lightness["lid"] > lightness["dark"]


def test_eyes_and_mouth_and_the_rest_are_three_places_of_the_face():
    face = draw_faces(toons.character("bo"), toons.Performance().to_array()[None], 64)
    found = regions(face.landmarks[0], 64)
    assert sum(region.astype(int) for region in found.values()).max() == 1, "two of them overlap"
    for names, region in ((("eyes",), found["eyes"]), (("mouth", "teeth"), found["mouth"])):
        part = toons.part_mask(face.parts[0], *names) > 0
        assert region[part].mean() > 0.95


def test_what_the_lesson_says_the_shipped_network_reads():
    """Painted lids shut his eyes, a painted frown turns his mouth down, painted pupils turn his gaze, and a scribble
    leaves no line: held against the true Bo in the performance that was painted, and in Ada's own."""
    easel = Easel(weights.load("swap-ada-bo-128"), "ada", "bo")
    ready = easel.ready()
    own = {"smile": 0.8, "jaw": 0.1, "lids": 0.75, "brows": 0.1}
    meant = {
        "Shut Ada's eyes": ("eyes", {"lids": 0.0}),
        "Draw a frown": ("mouth", {"smile": -0.7, "jaw": 0.0}),
        "Let her look aside": ("eyes", {"gaze_x": 0.8}),
    }
    for label, (place, acts) in meant.items():
        answer = easel.draw({"strokes": ready[label]}).panels[1].picture.astype(float)
        performances = np.stack([toons.Performance(**{**own, **more}).to_array() for more in ({}, acts)])
        before, after = draw_faces(easel.b, performances, easel.side).pictures
        off = [np.abs(answer - truth)[easel.regions[place]].mean() for truth in (before, after)]
        assert off[1] < 0.8 * off[0], f"{label}: {off}"
    scribbled = easel.draw({"strokes": ready["Scribble"]}).panels[1].picture.astype(float)
    lines = (easel.draw({"strokes": ready["Scribble"]}).panels[0].picture != easel.picture).any(-1)
    skin = lines & easel.regions["rest"]
    assert np.abs(scribbled - easel.before)[skin].mean() < 15, "a line has come through"
