"""The contest: makers that fail drop out, everything goes through the same compression."""

import numpy as np
import pytest

from unmasked import makers, toons
from unmasked.forensics import clues, contest
from unmasked.makers import Fake


class Tint:
    name = "tint"

    def make(self, clip, rng):
        masks = (clip.masks > 127).astype(np.float32)
        frames = np.clip(clip.frames + 40 * masks[..., None], 0, 255).astype(np.uint8)
        return Fake(frames, masks)


class Late:
    """Right for the first clip, wrong for the second."""

    name = "late"

    def make(self, clip, rng):
        if clip.identity.marks % 2:
            raise RuntimeError("no more ideas")
        return Tint().make(clip, rng)


@pytest.fixture(scope="module")
def tried():
    clips = [makers.record(toons.sample_identity(70 + i), 0, frames=3) for i in range(3)]
    return contest.run({"tint": Tint(), "late": Late()}, clips, [clues.clue_values], 0, ["JPEG 95", "H.264 40"])


def test_a_maker_that_fails_drops_out_and_the_rest_are_scored(tried):
    assert list(tried.errors) == ["late"] and "no more ideas" in tried.errors["late"]
    assert {row["maker"] for row in tried.rows} == {"real", "tint"}
    assert len(tried.rows) == 2 * 3 * 2
    assert tried.names == list(clues.CLUES)
    found = tried.area("boundary step", "tint", "JPEG 95", draws=20)
    assert 0 <= found["low"] <= found["auc"] <= found["high"] <= 1


def test_recordings_go_through_the_same_compression(tried):
    real = [tried.column("spectrum", "real", level) for level in ("JPEG 95", "H.264 40")]
    assert not np.allclose(*real)


def test_other_seeds_film_other_strangers():
    assert contest.film(1, 1)[0].identity != contest.film(1, 2)[0].identity
    for arguments in ((0, 1), (2000, 1), (3, -1), (3, 10_000)):
        with pytest.raises(ValueError):
            contest.film(*arguments)
