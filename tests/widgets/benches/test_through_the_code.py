"""Through the code: the shares against lesson 02's own measure, every end of the knobs, and what it refuses."""

import numpy as np
import pytest
import torch

from unmasked import tensors, toons
from unmasked.experiments import autoencoders
from unmasked.models.autoencoder import Autoencoder
from unmasked.widgets import through_the_code
from unmasked.widgets.benches.through_the_code import ThroughTheCode

START = {"smile": -0.6, "gaze_x": 0.0, "light_azimuth": -60.0, "skin": 0.0, "whose": "bo"}


class Through(torch.nn.Module):
    """Lets a share of every picture through, and a stranger's grey for the rest."""

    def __init__(self, share):
        super().__init__()
        self.share = share

    def encode(self, pictures):
        return pictures.flatten(1)

    def decode(self, codes):
        return self.share * codes.reshape(-1, 3, 64, 64) + (1 - self.share) * 0.4


@pytest.mark.parametrize("change", [{"smile": 1.0}, {"light_azimuth": 45.0}, {"skin": 70.0}])
def test_the_share_is_what_the_net_lets_through(change):
    scene = ThroughTheCode({"all": Through(1.0), "a third": Through(1 / 3), "nothing": Through(0.0)})
    shares = scene.shares({**START, **change})
    assert shares == pytest.approx({"all": 1.0, "a third": 1 / 3, "nothing": 0.0}, abs=1e-5)


def test_the_share_is_that_of_lesson_02():
    torch.manual_seed(0)
    net = Autoencoder(8, 2).eval()
    scene = ThroughTheCode({"net": net})
    faces = [scene._drawn({**START, "smile": smile}) for smile in (-0.6, 0.8)]
    before, after = (tensors.to_tensor(some.pictures) for some in faces)
    inside = torch.maximum(*(tensors.masks_to_tensor(some.masks) for some in faces))
    expected = autoencoders.share_through(net, before, after, inside)
    assert scene.shares({**START, "smile": 0.8})["net"] == pytest.approx(expected, abs=1e-4)


def test_every_end_of_the_knobs_draws_another_face_and_the_start_says_so():
    bench = through_the_code({"half": Through(0.5), "small": Autoencoder(5, 2)}, "cleo")
    assert "This is the start" in bench.shown.words and len(bench.shown.panels) == 3
    pictures = {bench.shown.panels[0].picture.tobytes()}
    for name, (low, high) in {
        **{key: toons.RANGES[key] for key in START if key in toons.RANGES},
        "skin": (0, 100),
    }.items():
        for value in (low, high):
            frame = bench.set(**{**START, "whose": "ada", name: value})
            if value != START[name]:
                assert "half 50 %" in frame.words and frame.panels[0].picture.tobytes() not in pictures
            pictures.add(frame.panels[0].picture.tobytes())
    assert "brightness left aside: half 50 %" in frame.words and "skin 100 % of the way to Ada's" in frame.alt
    assert all(min(panel.picture.shape[:2]) >= 160 for panel in frame.panels)
    for step in bench.track[:: len(bench.track) // 8]:
        bench.set(**step)


def test_the_start_has_nothing_to_share():
    scene = ThroughTheCode({"half": Through(0.5)})
    assert scene.shares(START) == {"half": None}
    assert "This is the start" in scene.draw(START).words


def test_the_bench_keeps_its_own_copy():
    net = Autoencoder(4, 2)
    bench = through_the_code({"net": net})
    before = bench.set(smile=1.0).panels[1].picture
    with torch.no_grad():
        net.average.fill_(0)
    bench.set(smile=0.5)
    assert np.array_equal(bench.set(smile=1.0).panels[1].picture, before)


def test_it_refuses_what_it_cannot_show():
    with pytest.raises(ValueError, match="models"):
        through_the_code({})
    with pytest.raises(ValueError, match="nobody"):
        through_the_code({"net": Autoencoder(4, 2)}, "nobody")
    with pytest.raises(TypeError, match="encode"):
        through_the_code({"net": lambda pictures: pictures})
