"""The tamper bench: every button, what each lamp says after it, and the way back."""

import numpy as np
import pytest

from unmasked.experiments.trust import adas
from unmasked.models import weights
from unmasked.widgets.benches.tamper import ENOUGH, SIGNED, tamper


@pytest.fixture(scope="module")
def bench():
    return tamper(adas(0, 2)[1], weights.load("autoencoder-ada-128"))


@pytest.fixture(autouse=True)
def from_the_start(bench):
    bench.press("again")


def symbols(bench) -> str:
    return "".join(lamp.symbol for lamp in bench.lamps())


def test_it_opens_with_all_three_lamps_lit(bench):
    assert symbols(bench) == "✓✓✓" and "nothing yet" in bench.shown.words
    assert "drawn for the course" in bench.shown.alt


@pytest.mark.parametrize(
    ("act", "lit"),
    [
        ("pixel", "✗✓✓"),
        ("strip", "○✓✓"),
        ("swap", "✗✓✓"),
        ("jpeg", "○✓✓"),
        ("coarse", "○✓○"),
        ("half", "○✓✓"),
        ("redraw", "○✓○"),
        ("sign", "?✓✓"),
    ],
)
def test_each_button_and_its_lamps(bench, act, lit):
    bench.press(act)
    assert symbols(bench) == lit
    assert bench.acts()[act][0].lower() in bench.shown.words.lower()
    for lamp in bench.lamps():
        assert lamp.words in bench.shown.alt


def test_a_crop_puts_out_the_mark(bench):
    bench.press("crop")
    assert symbols(bench)[::2] == "○○"


def test_what_was_done_stays_listed_and_ends_with_a_new_start(bench):
    bench.press("redraw")
    bench.press("sign")
    assert symbols(bench) == "?✓○"
    assert bench.shown.words.startswith("Done: draw it anew (autoencoder), then sign it as a stranger.")
    bench.press("again")
    assert symbols(bench) == "✓✓✓" and not bench.done


def test_patterns_are_counted_and_praised(bench):
    for act in ("pixel", "again", "strip", "again", "sign", "again", "redraw"):
        bench.press(act)
    assert len(bench._seen) >= ENOUGH and "no lamp tells you what the others say" in bench.shown.words


def test_it_stops_before_the_picture_is_too_small(bench):
    for _ in range(2):
        bench.press("half")
    assert {b["name"] for b in bench.buttons if b["disabled"]} == {"half", "crop"}
    bench.press("redraw")
    assert symbols(bench)[0] == "○"


def test_lamps_are_told_apart_without_colour():
    # Tampered and damaged may share a symbol: both say that something was done to the file.
    assert len({symbol for symbol, _, _ in SIGNED.values()}) == 4


def test_without_a_network_there_is_no_such_button_and_a_small_picture_is_named():
    picture = adas(0, 2)[0]
    assert "redraw" not in tamper(picture).acts()
    with pytest.raises(ValueError, match="picture: wanted 64"):
        tamper(picture[:60])
    with pytest.raises(TypeError, match="picture"):
        tamper(picture.astype(np.float32))
