"""What an eye finds in a composite: the truth has none of it, and each fault costs something."""

import numpy as np
import pytest

from unmasked.blend import PutBack, Recipe, composite
from unmasked.widgets.benches.flaws import Examined


@pytest.fixture(scope="module")
def examined(shots):
    return Examined(shots[0])


def test_the_truth_has_no_flaw_and_the_hard_box_and_the_frame_left_alone_score_nothing(examined):
    shot = examined.shot
    whole = shot.true_mask / 255
    perfect = examined.flaws(PutBack(shot.truth, whole, shot.truth))
    assert (perfect.seam, perfect.tint) == (0, 0) and perfect.ghosts < 0.1 and perfect.score > 0.9
    assert examined.flaws(shot.put_back(Recipe())).score == pytest.approx(0, abs=1e-6)
    alone = examined.flaws(PutBack(shot.frame, 0.0 * whole + 0.01 * (whole > 0.5), shot.frame))
    assert alone.ghosts > 0.9 and alone.score < 0.1 and alone.worst == "ghosts of the old face"


def test_a_half_transparent_face_is_full_of_ghosts(examined):
    shot, whole = examined.shot, examined.shot.true_mask / 255
    mixed = composite(shot.frame, shot.truth, whole.astype(np.float32), 0.5)
    half = examined.flaws(PutBack(mixed, whole / 2, shot.truth))
    assert half.seam < 1 and half.ghosts > 0.45 and half.worst == "ghosts of the old face"


def test_a_search_does_better_than_where_it_begins_and_is_done_once(examined):
    score, recipe = examined.search()
    assert score == pytest.approx(examined.flaws(examined.shot.put_back(recipe)).score)
    assert score >= examined.flaws(examined.shot.put_back(Recipe("given", feather=8, colour="reinhard"))).score
    assert examined.best == score
    examined.search = None
    assert examined.best == score
