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
    bench.on_press("on")
    assert bench.settings["step"] == LAST, "beyond the last step it stays"
    assert len(set(said)) == LAST + 1
    assert "dL/dw −1.5, dL/dx −0.6, dL/db −1" in bench.shown.alt
    assert "from 0.25 to 0.031" in bench.shown.words
    for step in reversed(range(LAST)):
        bench.on_press("back")
        assert bench.shown.words == said[step]
    bench.on_press("back")
    assert bench.settings["step"] == 0


def test_the_graph_is_drawn_at_every_end_of_its_knobs():
    bench = graph_stepper()
    for step in range(LAST + 1):
        for value in (-2, 0, 2):
            assert "nan" not in bench.set(step=step, w=value, x=value, b=-value).words


@pytest.mark.parametrize(
    ("value", "said"), [(0.0, "0"), (-0.0, "0"), (-0.0001, "0"), (-0.5, "−0.5"), (12.3456, "12.346"), (10, "10")]
)
def test_numbers_are_written_short(value, said):
    assert digits(value) == said
