"""Curves drawn as pixels."""

import numpy as np
import pytest

from unmasked.widgets.kit.plots import loss_curves


def test_lines_of_a_plot_can_be_told_apart_without_colour():
    from unmasked.widgets.kit.plots import STYLES

    # Brightness as the eye weighs it; and what a deuteranope sees (Viénot, Brettel, Mollon 1999, linear RGB).
    colours = np.array([colour for colour, _ in STYLES]) / 255
    linear = np.where(colours > 0.04045, ((colours + 0.055) / 1.055) ** 2.4, colours / 12.92)
    seen = linear @ np.array([[0.29275, 0.70725, 0], [0.29275, 0.70725, 0], [-0.02234, 0.02234, 1]]).T
    dashes = [dash for _, dash in STYLES]
    assert len(set(dashes)) == len(dashes), "two lines would look the same in greyscale"
    distances = [np.linalg.norm(seen[i] - seen[j]) for i in range(len(seen)) for j in range(i)]
    assert min(distances) > 0.1, f"distances between the lines' colours for a deuteranope: {np.round(distances, 2)}"


@pytest.mark.parametrize(
    "losses",
    [
        {},
        {"loss": [0.5]},
        {"loss": [float("nan"), 0.3, 0.2]},
        {"a": list(np.geomspace(1, 1e-3, 5000)), "b": [0.1] * 5000},
    ],
)
def test_loss_curves_are_drawn_whatever_there_is(losses):
    picture = loss_curves(losses, 5000, 300, 100)
    assert picture.shape == (200, 600, 3)
    assert (picture < 250).any(), "nothing was drawn"
