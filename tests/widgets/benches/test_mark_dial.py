"""The mark dial: both ends of both dials, and what the score does between them."""

import pytest

from unmasked.experiments.trust import adas
from unmasked.widgets.benches.mark_dial import mark_dial


@pytest.fixture(scope="module")
def bench():
    return mark_dial(adas(0, 2)[1])


@pytest.mark.parametrize("strength", [0, 4, 8])
@pytest.mark.parametrize("grain", [0, 8])
def test_every_setting_is_drawn(bench, strength, grain):
    frame = bench.draw({"strength": strength, "grain": grain})
    assert len(frame.panels) == 3 and len(frame.meters) == 2
    assert f"strength {strength:g}, grain {grain:g}" in frame.alt
    assert ("not found" in frame.words) == (strength == 0)


def test_a_stronger_mark_scores_more_and_none_changes_nothing(bench):
    shares = [bench.draw({"strength": strength, "grain": 0.0}).meters[0].share for strength in (0, 2, 4, 8)]
    assert shares == sorted(shares)
    frame = bench.draw({"strength": 0.0, "grain": 3.0})
    assert (frame.panels[0].picture == frame.panels[1].picture).all() and frame.meters[1].value == "no error"


def test_a_colour_that_was_cut_off_is_explained():
    for level, cut in ((128, False), (254, True)):
        picture = adas(0, 2)[0].copy()
        picture[:] = level, 128, 128
        assert ("coloured dot" in mark_dial(picture).shown.words) == cut


def test_a_picture_that_is_too_small_is_named():
    with pytest.raises(ValueError, match="32 pixels or more"):
        mark_dial(adas(0, 2)[0][:20])
