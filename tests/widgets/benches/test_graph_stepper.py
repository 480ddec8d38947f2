"""The graph of six numbers: what each step shows."""

import pytest

from unmasked.widgets import graph_stepper
from unmasked.widgets.benches.graph_stepper import LAST, digits


def test_the_graph_shows_only_what_was_reached_and_steps_both_ways():
    bench = graph_stepper()
    assert "s " not in bench.shown.alt.split("Values:")[1]
    said = [bench.shown.words]
    for step in range(1, LAST + 1):
        bench.on_press("on")
        assert bench.settings["step"] == step
        said.append(bench.shown.words)
    assert len(set(said)) == LAST + 1
    assert "dL/dw −1.5, dL/dx −0.6, dL/db −1" in bench.shown.alt
    assert "from 0.25 to 0.031" in bench.shown.words
    for step in reversed(range(LAST)):
        bench.on_press("back")
        assert bench.shown.words == said[step], "back and forth it says the same"
    bench.on_press("back")
    assert bench.settings["step"] == 0


def test_the_graph_is_drawn_at_every_end_of_its_knobs():
    bench = graph_stepper()
    for step in range(LAST + 1):
        for value in (-2, 0, 2):
            assert "nan" not in bench.set(step=step, w=value, x=value, b=-value).words


@pytest.mark.parametrize(
    ("value", "said"),
    [(0.0, "0"), (-0.0, "0"), (-0.00012, "−0.00012"), (1e-7, "0"), (-0.5, "−0.5"), (12.3456, "12.346"), (10, "10")],
)
def test_numbers_are_written_short(value, said):
    assert digits(value) == said


def through(bench):
    for _ in range(LAST):
        bench.on_press("on")


def test_the_end_says_again_and_the_next_round_begins_a_step_downhill():
    bench = graph_stepper()
    assert [button["label"] for button in bench.buttons] == ["◀ One back", "One on ▶"] and bench.buttons[0]["disabled"]
    through(bench)
    assert bench.buttons[1]["label"].startswith("Again") and not bench.buttons[0]["disabled"]
    bench.on_press("on")
    assert (bench.settings["step"], bench.settings["w"], bench.settings["b"]) == (0, 0.75, -0.3)
    assert bench.settings["x"] == 1.5, "the input stays as given"
    assert bench.buttons[1]["label"].startswith("One on")
    through(bench)
    assert "from 0.031 to" in bench.shown.words and "round by round: 0.25, 0.031" in bench.shown.alt
    assert bench.shown.meters[0].value == "0.031" and bench.shown.meters[0].mark > bench.shown.meters[0].share
    bench.set(step=0, w=0.6, x=1.5, b=-0.4)
    assert "round by round" not in bench.shown.alt, "where it began, it begins anew"


def test_a_step_never_leaves_the_range_of_a_box():
    bench = graph_stepper(w=-2, x=2, b=-2)
    for _ in range(8):
        through(bench)
        bench.on_press("on")
        assert all(-2 <= bench.settings[name] <= 2 for name in ("w", "b"))


def test_a_dragged_number_is_compared_with_what_its_gradient_promised():
    bench = graph_stepper()
    through(bench)
    assert "promised" not in bench.shown.words
    bench.set(w=0.61)
    said = "w went from 0.6 to 0.61, and L from 0.25 to 0.235: a change of −0.015. Its gradient promised −0.015."
    assert bench.shown.words.endswith(said) and said in bench.shown.alt
    bench.set(x=1.6)
    assert "x went from 1.5 to 1.6" in bench.shown.words, "a second number is compared from where it was taken"
    bench.set(x=1.5)
    assert "went from" not in bench.shown.words
    bench.set(step=3)
    bench.set(b=0.0)
    assert "b went from −0.4 to 0" in bench.shown.words and "promised" not in bench.shown.words
    bench.set(step=1)
    bench.set(b=0.5)
    assert "went from" not in bench.shown.words, "no loss yet to compare"


def test_the_loss_is_the_large_number_once_it_is_known():
    bench = graph_stepper()
    assert bench.shown.meters[0].value == "?"
    assert bench.set(step=3).meters[0].value == "0.25"
