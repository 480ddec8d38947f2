"""The repainting forger: what its hole is, what it leaves alone, that it's steady, and words where there's no face."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from unmasked.makers import MakerError, forge, laying, repaint
from unmasked.makers.repaint import RepaintForger, inner_face
from unmasked.models import weights
from unmasked.models.repaint import RepaintNet
from unmasked.toons import LANDMARKS


@pytest.fixture(scope="module")
def net():
    torch.manual_seed(0)
    return RepaintNet(8).eval()


def test_the_inner_face_holds_its_landmarks_and_not_the_jaw(clip):
    shape = clip.masks.shape[1:]
    hole = inner_face(clip.landmarks[0], shape)
    assert hole.shape == shape and set(np.unique(hole)) == {0, 255}
    for name, part in LANDMARKS.items():
        x, y = np.rint(clip.landmarks[0, part]).astype(int).T
        inside = hole[y.clip(0, shape[0] - 1), x.clip(0, shape[1] - 1)] > 0
        assert inside.all() if name != "jaw" else inside.mean() < 0.5, name
    assert (inner_face(clip.landmarks[0], shape, 1) <= hole).all()


def test_only_the_hole_is_painted_and_the_mask_says_so(clip, net):
    fake = forge(RepaintForger(2, net), clip, 0)
    untouched = fake.masks == 0
    assert (fake.frames[untouched] == clip.frames[untouched]).all()
    holes = np.stack([inner_face(one, clip.masks.shape[1:]) for one in clip.landmarks])
    assert (fake.masks[holes == 0] == 0).all() and 0.02 < fake.masks.mean() < 0.6
    assert (fake.masks[clip.masks < 128] == 0).all(), "a hand in front stays in front"


def test_the_same_seed_forges_the_same_and_all_frames_share_their_noise(clip, net, monkeypatch):
    forger, asked = RepaintForger(2, net), []
    real = repaint.repaint
    monkeypatch.setattr(repaint, "repaint", lambda *given: asked.append(given[3]) or real(*given))
    one, same, other = (forge(forger, clip, seed) for seed in (1, 1, 2))
    assert (one.frames == same.frames).all() and (one.frames != other.frames).any()
    assert all((noise == noise[:1]).all() for noise in asked) and not torch.equal(asked[0], asked[2])


def test_a_face_outside_the_picture_gets_words(clip, net):
    away = replace(clip, landmarks=clip.landmarks + 500)
    with pytest.raises(MakerError, match="nothing of the face lies in a picture of"):
        forge(RepaintForger(1, net), away, 0)
    with pytest.raises(ValueError, match="landmarks"):
        inner_face(np.full((68, 2), np.nan))
    with pytest.raises(ValueError, match="steps"):
        RepaintForger(0)


def test_the_shipped_net_changes_the_face_and_keeps_its_colours(clip):
    fake = forge(RepaintForger(8), clip, 0)
    inside = fake.masks > 0.9
    change = np.abs(fake.frames.astype(float) - clip.frames).mean(-1)[inside].mean()
    assert change > 1.5 * laying.noise_of(clip)
    drift = fake.frames[inside].mean(0) - clip.frames[inside].mean(0)
    assert np.abs(drift).max() < 20
    assert weights.shipped()["repaint"]["class"] == "RepaintNet"
