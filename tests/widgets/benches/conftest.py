"""What several benches' tests share: Ada and Bo in the same four performances, and two shots to put a face back in."""

import numpy as np
import pytest
from stand_in import StandIn

from unmasked import blend, toons
from unmasked.faces import draw_faces
from unmasked.toons import scenes


@pytest.fixture(scope="module")
def faces():
    performances = toons.sample_performances(np.random.default_rng(3), 4)
    return {name: draw_faces(toons.character(name), performances) for name in ("ada", "bo")}


@pytest.fixture(scope="module")
def shots():
    layout = scenes.Layout((120, 150), 75, 62, 105, 3.0, 5, 7)
    return [blend.shoot(StandIn(), toons.Performance(yaw=yaw), layout, np.zeros((68, 2))) for yaw in (0, 15)]
