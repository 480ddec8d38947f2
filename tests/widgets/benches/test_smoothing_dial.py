"""The smoothing dial: shares from one end to the other, the bargain between jitter and lag, and the lost blink."""

import numpy as np
import pytest

from unmasked import toons
from unmasked.widgets.benches.smoothing_dial import SHARES, TRACES, Dial, smoothing_dial


@pytest.fixture(scope="module")
def clip():
    """A clip with a blink, and landmarks that tremble: frames, found, true."""
    track = toons.smooth_track(np.random.default_rng(9), 45, 18, {"yaw": (-20, 20), "pitch": (-10, 10)})
    layout = toons.scenes.Layout((96, 120), 60, 50, 80, 3, 1, 2)
    filmed = toons.scenes.film(toons.CAST["ada"], track, layout)
    trembling = filmed.landmarks + np.random.default_rng(1).normal(0, 0.4, filmed.landmarks.shape)
    return filmed.pictures, trembling, filmed.landmarks.astype(np.float64)


@pytest.fixture(scope="module")
def bench(clip):
    return smoothing_dial(*clip, fps=18)


@pytest.mark.parametrize("share", [SHARES[0], 0.5, SHARES[-1]])
@pytest.mark.parametrize("trace", list(TRACES))
def test_every_share_and_trace_is_drawn(bench, share, trace):
    frame = bench.draw({"share": share, "frame": 3, "trace": trace})
    assert len(frame.panels) == 3 and len(frame.meters) == 3
    assert f"Share {share:.2f}" in frame.words and TRACES[trace] in frame.alt


def test_a_smaller_share_is_calmer_and_later_and_loses_the_blink(clip):
    dial = Dial(*clip, fps=18)
    assert dial.jitter[1.0] > dial.jitter[0.6] > dial.jitter[0.3]
    assert dial.lag[0.2] > dial.lag[0.5] > dial.lag[1.0] - 0.1
    assert dial.kept[1.0] > dial.kept[0.5] > dial.kept[0.1]


def test_it_opens_at_the_blink_with_nothing_smoothed(bench, clip):
    assert bench.settings["share"] == 1.0
    before = bench.shown.panels[0].picture
    bench.set(share=0.1)
    assert (bench.shown.panels[0].picture != before).any()
    bench.set(share=1.0)


def test_a_clip_that_is_too_short_or_does_not_fit_is_named(clip):
    frames, found, truth = clip
    with pytest.raises(ValueError, match="frames"):
        smoothing_dial(frames[:5], found[:5], truth[:5])
    with pytest.raises(ValueError, match="found"):
        smoothing_dial(frames, found[:-1], truth)
