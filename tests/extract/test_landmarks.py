"""Landmarks from a box: looked up in a crop, given in the frame."""

import numpy as np
import pytest
import torch
from torch import nn

from unmasked import extract, toons
from unmasked.extract.landmarks import MIRRORED, SECOND_LOOK, mirrored, second_look
from unmasked.models.landmarker import SIDE

FRAME = np.random.default_rng(1).integers(0, 256, (90, 130, 3), dtype=np.uint8)
KNOWN = toons.draw(toons.character("ada"), toons.Performance(), size=64).landmarks


class Sure(nn.Module):
    """A net that says the same of every crop, and counts the crops."""

    def __init__(self):
        super().__init__()
        self.seen = 0

    def forward(self, pictures):
        self.seen += len(pictures)
        return torch.from_numpy(KNOWN).expand(len(pictures), 68, 2)


def test_one_look_is_brought_back_to_the_frame():
    box = np.array([30.0, 12, 82, 70])
    found = extract.find_landmarks(FRAME, box, Sure(), looks=1)
    assert found.shape == (68, 2) and found.dtype == np.float32
    np.testing.assert_allclose(extract.move(found, extract.rough_matrix(box, SIDE)), KNOWN, atol=1e-3)


def test_the_second_look_is_at_the_crop_that_the_first_aligned():
    box, net = np.array([30.0, 12, 82, 70]), Sure()
    first, second = (extract.find_landmarks(FRAME, box, net, looks) for looks in (1, 2))
    assert net.seen == 3
    np.testing.assert_allclose(extract.move(second, second_look(first)), KNOWN, atol=1e-3)


class Brightest(nn.Module):
    """A net that lays Ada's face about the brightest place of a crop, never mirrored."""

    def forward(self, pictures):
        weight = pictures.mean(1).pow(3)
        x, y = (weight.sum(axis) @ torch.arange(64.0) / weight.sum((1, 2)) for axis in (1, 2))
        points = torch.stack([x, y], -1)[:, None].repeat(1, 68, 1)
        return points + torch.from_numpy(KNOWN - KNOWN.mean(0))


def test_the_third_look_is_in_a_mirror_and_counts_as_much_as_the_second():
    y, x = np.mgrid[:90, :130]
    frame = np.repeat((255 * np.exp(-((x - 60) ** 2 + (y - 40) ** 2) / 20))[..., None], 3, 2).astype(np.uint8)
    box = np.array([32.0, 12, 84, 66])
    first, second, third = (extract.find_landmarks(frame, box, Brightest(), looks) for looks in (1, 2, 3))
    for found in (first, second, third):
        np.testing.assert_allclose(found.mean(0), [60, 40], atol=0.7)
    # What the mirror shows is read by the names of the other side, so the mean is as upright as each look.
    alone = 2 * third - second
    reflected = extract.move(third, mirrored(second_look(second[None]), SIDE)[0])
    assert np.abs(alone - second).max() > 0.01 and reflected[36, 0] > reflected[45, 0]


def test_mirrored_names_are_those_of_a_mirrored_face():
    known = toons.draw(toons.character("ada"), toons.Performance(smile=0.0), size=128).landmarks
    turned = known * np.float32([-1, 1])
    turned[:, 0] += known[:, 0].mean() - turned[:, 0].mean()
    np.testing.assert_allclose(turned[MIRRORED], known, atol=1e-3)
    assert sorted(MIRRORED) == list(range(68))


def test_a_mirrored_matrix_mirrors_the_crop():
    matrices = second_look(np.stack([KNOWN, 0.7 * KNOWN + 20]))
    turned = mirrored(matrices, SIDE)
    for straight, other in zip(matrices, turned, strict=True):
        crop, flipped = (extract.warp(FRAME, matrix, SIDE).astype(int) for matrix in (straight, other))
        assert np.abs(flipped[:, ::-1] - crop).max() <= 8
    np.testing.assert_allclose(mirrored(turned, SIDE), matrices)


def test_many_boxes_are_looked_at_together_and_each_as_if_alone():
    boxes = np.array([[30.0, 12, 82, 70], [-20, 0, 30, 44], [100, 60, 150, 120]])
    found = extract.find_landmarks(FRAME, boxes, Sure())
    assert found.shape == (3, 68, 2)
    np.testing.assert_allclose(found[1], extract.find_landmarks(FRAME, boxes[1], Sure()), atol=1e-3)
    assert extract.find_landmarks(FRAME, np.empty((0, 4)), Sure()).shape == (0, 68, 2)


@pytest.mark.parametrize("pose", [{}, {"jaw": 1.0, "pitch": 20}, {"yaw": 35, "brows": 1.0}, {"yaw": -35, "pitch": -20}])
def test_all_of_a_face_is_inside_the_second_look(pose):
    portraits = toons.draw_many(
        [toons.sample_identity(n) for n in range(12)], [toons.Performance(**pose).to_array()] * 12, size=96
    )
    inside = extract.move(portraits.landmarks, second_look(portraits.landmarks))
    assert (inside > 0).all() and (inside < SIDE - 1).all()
    middle = inside[:, extract.stable()].mean(1)
    np.testing.assert_allclose(middle, np.tile(SECOND_LOOK.mean(0), (12, 1)), atol=1e-2)


@pytest.mark.parametrize(
    ("picture", "box", "error", "words"),
    [
        (FRAME[..., 0], [0, 0, 9, 9], ValueError, r"picture: wanted shape \(H, W, 3\), got \(90, 130\)"),
        (np.dstack([FRAME, FRAME[..., :1]]), [0, 0, 9, 9], ValueError, r"picture.*\(90, 130, 4\)"),
        (FRAME / 255, [0, 0, 9, 9], TypeError, "picture: wanted a NumPy array of uint8"),
        (FRAME, [0, 0, 9], ValueError, r"box.*\(3,\)"),
        (FRAME, [0, np.nan, 9, 9], ValueError, "box: wanted finite numbers"),
        (FRAME, [9, 0, 0, 9], ValueError, "box.*x0"),
    ],
)
def test_wrong_arguments_are_told(picture, box, error, words):
    with pytest.raises(error, match=words):
        extract.find_landmarks(picture, np.array(box, float), Sure())
    with pytest.raises(ValueError, match="looks: wanted a whole number, 1 or more, got 0"):
        extract.find_landmarks(FRAME, np.array([0.0, 0, 9, 9]), Sure(), looks=0)
