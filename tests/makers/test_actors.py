"""Somebody who acts."""

import numpy as np

from unmasked import toons
from unmasked.makers import actors


def test_an_actor_keeps_the_clips_pose_and_light(clip):
    wanted = actors.directed(clip, np.random.default_rng(0))
    for name in toons.PARAMETERS:
        column = toons.PARAMETERS.index(name)
        same = np.array_equal(wanted[:, column], clip.performances[:, column])
        assert same == (name not in toons.EXPRESSION), name
