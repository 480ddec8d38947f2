"""Who is who: a cast that can be told apart, and everybody in a skin that no person has."""

import colorsys
from itertools import combinations

import numpy as np
import pytest

from unmasked import toons
from unmasked.toons import Performance
from unmasked.toons.colour import lightness

STRANGERS = [toons.sample_identity(seed) for seed in range(300)]


# Machado, Oliveira and Fernandes (2009), deuteranopia at full severity, on linear RGB.
DEUTERANOPIA = np.array(
    [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
)


def hue_of(colour):
    hue, _, saturation = colorsys.rgb_to_hls(*(channel / 255 for channel in colour))
    return 360 * hue, saturation


def deuteranope(pictures):
    linear = (pictures / 255.0) ** 2.2
    return 255 * np.clip(linear @ DEUTERANOPIA.T, 0, 1) ** (1 / 2.2)


@pytest.mark.parametrize("one", [*toons.CAST.values(), *STRANGERS[:100]], ids=lambda one: one.name)
def test_no_person_has_such_a_skin(one):
    hue, saturation = hue_of(one.skin)
    assert 70 <= hue <= 325, f"{one.name}'s skin has hue {hue:.0f}°, among reds, browns and yellows"
    assert saturation >= 0.25, f"{one.name}'s skin is nearly grey ({saturation:.2f})"


def test_the_cast_is_named_and_found():
    assert len(toons.CAST) >= 8
    assert {"ada", "bo", "cleo", "dot", "eli", "fay", "gus", "hana"} <= set(toons.CAST)
    for key, one in toons.CAST.items():
        assert key == one.name.lower() and toons.character(one.name) is one


def test_the_cast_stays_distinct_in_grey_and_for_a_deuteranope():
    drawn = np.stack([toons.draw(one, Performance(), 64).picture for one in toons.CAST.values()]).astype(float)
    grey = drawn @ [0.2126, 0.7152, 0.0722]
    dim = deuteranope(drawn)
    for (i, a), (j, b) in combinations(enumerate(toons.CAST), 2):
        in_grey = np.abs(grey[i] - grey[j]).mean()
        assert in_grey > 7, f"{a} and {b} look alike in greyscale (mean difference {in_grey:.1f})"
        in_colour = np.abs(dim[i] - dim[j]).mean()
        assert in_colour > 8, f"{a} and {b} look alike to a deuteranope (mean difference {in_colour:.1f})"


def test_ada_and_bo_are_clearly_unlike():
    ada, bo = toons.CAST["ada"], toons.CAST["bo"]
    assert abs(lightness(ada.skin) - lightness(bo.skin)) > 25
    assert abs(hue_of(ada.skin)[0] - hue_of(bo.skin)[0]) > 60
    assert ada.hair_style != bo.hair_style and ada.glasses != bo.glasses and ada.jaw < bo.jaw


def test_features_stand_out_from_the_skin():
    for one in [*toons.CAST.values(), *STRANGERS]:
        assert np.abs(np.subtract(one.skin, one.hair)).sum() > 90, f"{one.name}'s hair melts into the skin"


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: toons.character("zed"), ValueError, "the cast is ada, bo"),
        (lambda: toons.character(3), TypeError, "name: wanted a character's name"),
    ],
)
def test_mistakes_are_answered_in_words(call, error, words):
    with pytest.raises(error, match=words):
        call()
