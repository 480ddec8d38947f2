"""The guide: the light's plane, targets that mean the same for everybody, and the two losses."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from unmasked import toons
from unmasked.experiments import guide
from unmasked.faces import Faces


@settings(deadline=None, max_examples=15)
@given(st.floats(-1.2, -0.6), st.floats(-0.3, 0.3), st.floats(-0.3, 0.3), st.integers(8, 33))
def test_light_plane_finds_a_known_plane(middle, right, down, side):
    across = np.linspace(-1, 1, side)
    plane = middle + right * across[None, :] + down * across[:, None]
    picture = np.repeat(((np.exp(plane) - 0.05) * 255).round().astype(np.uint8)[None, ..., None], 3, -1)
    assert guide.light_plane(skin_only(picture))[0] == pytest.approx([middle, right, down], abs=0.02)


@settings(deadline=None, max_examples=15)
@given(st.floats(0.4, 0.9))
def test_a_darker_skin_in_the_same_light_has_the_same_slopes(share):
    bright = np.linspace(120, 240, 20)[None, :, None].repeat(20, 0).repeat(3, 2)
    slopes = [guide.light_plane(skin_only((tone * bright)[None].astype(np.uint8)))[0, 1:] for tone in (1, share)]
    assert slopes[1] == pytest.approx(slopes[0], abs=0.06)


def test_light_plane_of_a_face_without_skin_is_a_number():
    faces = skin_only(np.full((1, 12, 12, 3), 100, np.uint8))
    faces.parts[:] = 0
    assert np.isfinite(guide.light_plane(faces)).all()


def skin_only(picture: np.ndarray) -> Faces:
    """Faces of one square picture that is skin but for its border, where anything may be."""
    side = picture.shape[1]
    mask = np.zeros((1, side, side), np.uint8)
    mask[:, 1:-2, 2:-1] = 255
    picture[:, 0], picture[:, :, 0] = 255, 0
    parts = (mask > 0).astype(np.uint8) * toons.PARTS.index("skin")
    nothing = np.zeros((1, 68, 2), np.float32)
    return Faces(picture, mask, parts, nothing, np.zeros((1, 11), np.float32), np.zeros((1, 2, 3)), 80)


def test_guide_targets_are_in_units_of_the_characters_own_spread(faces):
    for some in faces.values():
        targets = guide.guide_targets(some)
        assert targets.shape == (120, guide.GUIDED)
        assert targets.dtype == torch.float32
        torch.testing.assert_close(targets.mean(0), torch.zeros(guide.GUIDED), atol=1e-3, rtol=0)
        torch.testing.assert_close(targets.std(0, correction=0), torch.ones(guide.GUIDED), atol=1e-2, rtol=0)


def test_guide_loss_weighs_landmarks_and_light():
    targets = torch.zeros(4, guide.GUIDED)
    off = torch.cat([torch.full((4, guide.GUIDED - 3), 2.0), torch.full((4, 3), 3.0)], 1)
    assert guide.guide_loss(targets, targets) == 0
    assert guide.guide_loss(off, targets).item() == pytest.approx(4 + guide.LIGHT * 9)


@settings(deadline=None, max_examples=15)
@given(st.integers(3, 9), st.integers(1, 6), st.floats(0.1, 9), st.integers(0, 999))
def test_the_anchor_asks_for_correlation_and_not_for_size(count, length, size, seed):
    codes = torch.randn(count, length, generator=torch.Generator().manual_seed(seed))
    codes = (codes - codes.mean(0)) / codes.std(0)  # so that no number of the code hardly varies
    assert guide.anchor_loss(codes, size * codes + 2).item() == pytest.approx(0, abs=0.05)
    assert guide.anchor_loss(codes, -codes).item() == pytest.approx(2, abs=0.05)
    constant = torch.zeros(count, length)
    assert guide.anchor_loss(codes, constant).item() == pytest.approx(1)
