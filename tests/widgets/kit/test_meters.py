"""Meters: what was measured, as bars, in the browser's words and on paper; and pictures that travel once."""

import numpy as np
import pytest

from unmasked.widgets.kit import Bench, Frame, Meter, Panel, Slider, meter_panel

GREY = np.full((8, 8, 3), 90, np.uint8)


def test_a_bar_keeps_to_its_track_and_a_number_that_is_none_is_refused():
    assert (Meter("Score", "1.20", 1.2, -0.1).share, Meter("Score", "1.20", 1.2, -0.1).mark) == (1.0, 0.0)
    with pytest.raises(ValueError, match="share: wanted a number"):
        Meter("Score", "?", float("nan"))


def test_meters_travel_with_the_frame_and_stand_on_the_still_picture():
    meters = (Meter("Score", "0.50", 0.5, 0.25, 1, "line: guessing", main=True), Meter("Error", "3", 0.1, None, 0))
    bench = Bench(lambda settings: Frame(GREY, "A grey square.", meters=meters))
    assert [meter["name"] for meter in bench.frame["meters"]] == ["Score", "Error"]
    plain = Bench(lambda settings: Frame(GREY, "A grey square."))
    assert bench.still().shape[0] > plain.still().shape[0]
    panel = meter_panel(meters)
    assert panel.alt == "Score 0.50; Error 3" and panel.picture.std() > 0


def test_a_bar_may_grow_to_either_side_and_a_key_shows_its_colours():
    def coloured(meter):
        paper = meter_panel([meter], 320).picture
        row = paper[2 * 35].astype(int)
        return np.flatnonzero((row == (28, 99, 183)).all(-1)), row

    left, _ = coloured(Meter("Change", "−1", 0.3, base=0.5, band=0.1))
    right, shaded = coloured(Meter("Change", "1", 0.8, base=0.5, band=0.1))
    wide = 2 * 260
    assert (left.min(), left.max()) == (0.3 * wide, wide / 2 - 1) and (right.min(), right.max()) == (
        wide / 2,
        0.8 * wide - 1,
    )
    assert len(set(map(tuple, shaded[:wide]))) == 3, "the track, its shaded part, and the filling"
    filled, key = coloured(Meter("Key", "", 0.5, ramp=[(0, 0, 0), (200, 100, 0)]))
    assert not len(filled) and (np.diff(key[:wide, 0]) >= 0).all() and key[wide - 1, 0] == 200


def test_a_lasting_panel_travels_once():
    truth = Panel(GREY, "The truth", lasting=True)
    draw = lambda settings: Frame([Panel(GREY + np.uint8(settings["grey"])), truth], "Two grey squares.")  # noqa: E731
    bench = Bench(draw, [Slider("grey", "Grey", 0, 9, 0, 1)])
    sent = []
    bench.observe(lambda change: sent.append(change["name"]), ["kept", "frame"])
    bench.set(grey=3)
    assert sent == ["frame"], "the pixels of the truth went once more"
    assert bench.frame["panels"][1]["data"] is None and bench.kept["1"] == GREY.tobytes()
    assert bench.frame["panels"][0]["data"] == (GREY + 3).tobytes()
