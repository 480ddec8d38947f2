"""The clue microscope: its plain function at every choice, its words and its maps."""

import itertools
import re

import numpy as np
import pytest

from unmasked import makers, toons
from unmasked.forensics import clues
from unmasked.makers import Fake
from unmasked.widgets import microscope
from unmasked.widgets.bench_clues import MAPS, WHERE, coloured, outlined


class Tint:
    name = "tint"

    def make(self, clip, rng):
        masks = (clip.masks > 127).astype(np.float32)
        return Fake(np.clip(clip.frames + 40 * masks[..., None], 0, 255).astype(np.uint8), masks)


@pytest.fixture(scope="module")
def bench():
    clip = makers.record(toons.sample_identity(28), 3, frames=4, hand=True)
    return microscope(clip, {"tint": Tint()}, levels=["JPEG 95", "JPEG 60"])


def test_every_clue_has_a_map_and_a_name_for_it():
    assert list(MAPS) == list(WHERE) == list(clues.CLUES)


def test_it_draws_at_every_choice(bench):
    told = set()
    for clue, level, frame in itertools.product(clues.CLUES, ("JPEG 95", "JPEG 60"), (1, 3, 4)):
        shown = bench.set(clue=clue, level=level, frame=frame)
        assert len(shown.panels) == 4
        assert shown.panels[0].picture.shape == (96, 96, 3)
        assert clue in shown.alt and level in shown.words
        told.add(shown.words)
    assert len(told) == 2 * len(clues.CLUES), "the numbers belong to the clip, not to the frame"


def test_fake_and_recording_are_told_apart_by_their_own_numbers(bench):
    for clue in clues.CLUES:
        shown = bench.set(clue=clue, level="JPEG 95", frame=2)
        fake, real = (panel.picture for panel in (shown.panels[1], shown.panels[3]))
        assert not np.array_equal(fake, real), f"{clue}: one map for both"
        numbers = [
            float(word.replace("−", "-")) for word in re.findall(r"(?:fake|recording) (−?[\d.]+\d)", shown.words)
        ]
        assert len(numbers) == 2
        if abs(numbers[0] - numbers[1]) > 0.02:
            assert ("looks more forged" in shown.words) == (numbers[0] > numbers[1]), shown.words


def test_the_spectrum_has_one_map_a_clip(bench):
    assert bench.set(clue="spectrum").idle == ("frame",)
    assert bench.set(clue="flicker").idle == ()


def test_a_map_once_seen_is_kept(bench):
    kept = bench.draw.__self__.looked_at.cache_info
    bench.set(clue="occlusion", frame=1)
    before = kept().misses
    for frame in (2, 3, 4):
        bench.set(clue="occlusion", frame=frame)
    assert kept().misses == before, "a map is worked out again for every frame"


def test_colours_and_outlines():
    values = np.linspace(0, 1, 12).reshape(3, 4)
    picture = coloured(values, 1.0)
    grey = picture.mean(-1)
    assert picture.shape == (3, 4, 3) and grey.flat[0] < grey.flat[-1]
    assert (coloured(np.zeros((3, 4)), 0.0) == coloured(np.zeros((3, 4)), 1.0)).all()
    mask = np.zeros((9, 11), bool)
    mask[2:7, 3:8] = True
    black = np.zeros((9, 11, 3), np.uint8)
    assert outlined(black, mask)[2, 3].all() and not outlined(black, mask)[4, 5].any() and not black.any()
