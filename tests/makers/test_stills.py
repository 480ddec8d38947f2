"""Pictures for spot-the-fake: fixed by their seed, half of them fake."""

import numpy as np
import pytest
from stand_in import StandIn

from unmasked import toons
from unmasked.makers import stills


@pytest.fixture(scope="module")
def game_items():
    return stills.items(1, 5, model=StandIn())


def test_items_are_fixed_by_their_seed_and_half_are_fake(game_items):
    again = stills.items(1, 5, model=StandIn())
    assert all((a.picture == b.picture).all() and a.fake == b.fake for a, b in zip(game_items, again, strict=True))
    assert sum(item.fake for item in game_items) == 2
    other = stills.items(2, 2, model=StandIn())
    assert not (other[0].picture == game_items[0].picture).all()
    assert all((item.actor != "") == item.fake and item.actor != item.character for item in game_items)


def test_difficulty_is_how_far_the_fakes_are_off(game_items):
    assert all((item.off > 0) == item.fake == (item.truth is not None) for item in game_items)
    fakes = [item.off for item in game_items if item.fake]
    assert min(fakes) <= stills.difficulty(game_items) <= max(fakes)
    with pytest.raises(ValueError, match="none of them is a fake"):
        stills.difficulty([item for item in game_items if not item.fake])


def test_a_fake_differs_from_its_recording_only_in_the_face():
    generator = np.random.default_rng(5)
    from unmasked.toons import scenes

    layout = scenes.sample_layout(generator, (100, 140))
    first, second = toons.sample_performances(generator, 2)
    wanted = toons.with_expression(first, second)
    recording = scenes.render(toons.character("bo"), first, layout)
    forged = stills.forge(StandIn(), "bo", "ada", first, wanted, layout, 3.0)
    changed = (forged != recording.picture).any(2)
    # Half a pixel is lost on either way between frame and crop.
    face = np.pad(recording.mask, 2)
    around = np.max([face[dy : dy + 100, dx : dx + 140] for dy in range(5) for dx in range(5)], 0) > 0
    assert changed.any(), "the fake is the recording itself"
    assert not (changed & ~around).any(), "the fake reaches beyond the face"


@pytest.mark.parametrize(
    "arguments", [{"count": 1}, {"count": 2.5}, {"names": ("ada", "ada")}, {"names": ("ada",)}, {"quality": 0}]
)
def test_items_refuse_what_makes_no_game(arguments):
    with pytest.raises((TypeError, ValueError), match=f"{next(iter(arguments))}: wanted"):
        stills.items(model=StandIn(), **arguments)
