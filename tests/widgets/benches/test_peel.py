"""The sheet that is pulled off: its fold, its frames on file, and what travels to the page."""

import re

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unmasked import paths, toons
from unmasked.course import lesson
from unmasked.widgets import peel
from unmasked.widgets.benches import peel as bench
from unmasked.widgets.benches.peel import folded

SIDE = 60
TOP, UNDER = np.full((SIDE, SIDE, 3), 200, np.uint8), np.full((SIDE, SIDE, 3), 40, np.uint8)
places = st.tuples(*[st.floats(-1.2, 1.0)] * 2)


def test_the_fold_from_lying_flat_over_its_rest_to_all_off():
    assert (folded(TOP, UNDER, (1, 1)) == TOP).all()
    rest = folded(TOP, UNDER, bench.REST)
    assert (rest[:20] == TOP[:20]).all() and (rest[-1, -1] < 100).all(), "only the corner is up"
    assert (abs(folded(TOP, UNDER, (-1.2, -1.2)).astype(int) - UNDER) <= 2).all(), "all of it shows what lies beneath"


@given(places)
@settings(max_examples=25, deadline=None)
def test_what_lies_beyond_the_fold_shows_the_picture_beneath_and_nothing_brighter(corner):
    picture = folded(TOP, UNDER, corner).astype(int)
    way = np.array([1.0, 1.0]) - corner
    if np.hypot(*way) < 0.1:
        return
    normal, middle = way / np.hypot(*way), (np.array([1.0, 1.0]) + corner) / 2
    down, across = (np.mgrid[:SIDE, :SIDE] + 0.5) / SIDE
    beyond = ((across - middle[0]) * normal[0] + (down - middle[1]) * normal[1]) > 2.5 / SIDE
    assert (picture[beyond] <= 41).all()
    assert picture.max() <= 255 and picture.min() >= 0


@given(places)
@settings(max_examples=25, deadline=None)
def test_the_fold_is_a_mirror_across_and_down(corner):
    """Pulled the same way in a picture that is turned over its diagonal, it looks the same, turned over."""
    numbers = np.random.default_rng(0).integers(0, 255, (2, 8, 8, 3), np.uint8)
    top, under = (cv2.resize(one, (SIDE, SIDE), interpolation=cv2.INTER_CUBIC) for one in numbers)
    plain = folded(top, under, corner)
    turned = folded(top.swapaxes(0, 1).copy(), under.swapaxes(0, 1).copy(), corner[::-1])
    off = abs(plain.astype(int) - turned.swapaxes(0, 1)) > 3
    assert off.mean() < 0.01, "the two disagree in more than the pixels at an edge"


@pytest.mark.parametrize("wrong", [UNDER[:, :-1].copy(), UNDER[:-2, :-2].copy()], ids=["oblong", "another size"])
def test_pictures_of_unequal_shape_are_refused_in_words(wrong):
    with pytest.raises(ValueError, match="two square pictures of one size"):
        folded(TOP, wrong, (0, 0))


def test_the_frames_on_file_are_what_the_command_draws():
    chosen = [0, bench.BREATHS - 1, bench.BREATHS + 1]
    drawn = toons.draw_pair(*map(toons.character, bench.WHO), bench.performances()[chosen], size=bench.SIDE)
    for name, portraits in zip(bench.WHO, drawn, strict=True):
        kept = bench.frames_of(name)
        assert kept.shape == (bench.BREATHS + len(bench.BLINK), bench.SIDE, bench.SIDE, 3)
        off = np.abs(kept[chosen].astype(int) - portraits.pictures).mean()
        assert off < 2.5, f"{name}: stale by {off:.1f} of 255: python -m unmasked.widgets.benches.peel"
    kept = cv2.imdecode(np.frombuffer(bench.STILL.read_bytes(), np.uint8), cv2.IMREAD_COLOR)[..., ::-1]
    assert np.abs(kept.astype(int) - bench.first_picture()).mean() < 2.5, "the still picture is stale"
    size = sum(path.stat().st_size for path in [*map(bench.sheet_of, bench.WHO), bench.STILL])
    assert size < 400_000, "the first minute must not wait for its pictures"


def test_both_do_the_same_with_open_and_with_shut_eyes():
    acts = bench.performances()
    lids = acts[:, toons.PARAMETERS.index("lids")]
    assert (lids[: bench.BREATHS] > 0.5).all() and lids[-1] == 0 and len(acts) == bench.BREATHS + len(bench.BLINK)
    assert (acts[:, toons.PARAMETERS.index("smile")] > 0.9).all(), "the grin must last"


def test_the_page_gets_pictures_words_and_a_still():
    widget = peel()
    assert len(widget.sheets) == 2 and all(data[:4] == b"RIFF" for data in widget.sheets)
    assert len(widget.words) == len(widget.alts) == 3 and all(len(words) > 40 for words in widget.alts)
    data, _ = widget._repr_mimebundle_()
    assert bench.ALTS[0] in data["text/html"] and "application/vnd.jupyter.widget-view+json" in data
    assert widget.still().shape[1] >= 2 * bench.SHOWN
    widget.close()


def test_the_lesson_opens_with_the_same_picture_and_the_same_words():
    assert bench.STILL == paths.LESSONS / "00_start.webp"
    assert lesson.load("start").figures["start.opening"] == bench.ALTS[0]


def test_the_page_and_python_agree_on_the_numbers_that_both_hold():
    script = (paths.ROOT / "unmasked" / "widgets" / "benches" / "peel.js").read_text(encoding="utf-8")
    blinks = re.search(r"BLINKS = \[(.*)\];", script).group(1)
    assert {int(frame) for frame in re.findall(r", (\d+)\]", blinks)} == set(range(len(bench.BLINK)))
