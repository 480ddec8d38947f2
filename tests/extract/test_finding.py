"""Finding faces: peaks of the heat map become boxes, the best of each heap is kept, and bad input gets words."""

import numpy as np
import pytest
import torch
from torch import nn

from unmasked.extract import finding
from unmasked.extract.finding import Found, find, heat_map, matched
from unmasked.models.finder import CELL, Finder


class Stand(nn.Module):
    """A finder that sees what it is told to: (row, column, score, box) in cells and pixels."""

    def __init__(self, *seen):
        super().__init__()
        self.seen, self.weight = seen, nn.Parameter(torch.zeros(1))

    def forward(self, pictures):
        height, width = (-(-side // CELL) for side in pictures.shape[2:])
        heat, boxes = torch.full((1, 1, height, width), -9.0), torch.zeros(1, 4, height, width)
        for row, column, score, box in self.seen:
            heat[0, 0, row, column] = torch.logit(torch.tensor(score))
            boxes[0, :, row, column] = torch.tensor(box)
        # Of a second picture, the mirror image, it says the same, mirrored.
        last = pictures.shape[3] - 1
        x0, y0, x1, y1 = boxes.flip(3).unbind(1)
        back = torch.stack([last - x1, y0, last - x0, y1], 1)
        return torch.cat([heat, heat.flip(3)])[: len(pictures)], torch.cat([boxes, back])[: len(pictures)]


PICTURE = np.zeros((50, 90, 3), np.uint8)
LEFT, RIGHT = (4.0, 4.0, 24.0, 24.0), (50.0, 8.0, 80.0, 40.0)


def test_peaks_become_boxes_best_first_and_the_threshold_cuts():
    stand = Stand((3, 3, 0.6, LEFT), (5, 16, 0.9, RIGHT), (10, 5, 0.2, (0.0, 30.0, 20.0, 49.0)))
    found = find(PICTURE, stand, 0.5)
    assert [round(one.score, 3) for one in found] == [0.9, 0.6]
    np.testing.assert_allclose([one.box for one in found], [RIGHT, LEFT])
    assert len(find(PICTURE, stand, 0.1)) == 3 and find(PICTURE, stand, 0.95) == []


def test_neighbours_of_a_peak_are_no_peaks_and_heaps_are_thinned():
    beside = Stand((3, 3, 0.6, LEFT), (3, 4, 0.55, RIGHT))
    assert len(find(PICTURE, beside, 0.3)) == 1
    heap = Stand((3, 3, 0.6, LEFT), (3, 6, 0.7, (5.0, 4.0, 25.0, 24.0)))
    assert [round(one.score, 3) for one in find(PICTURE, heap, 0.3)] == [0.7]
    assert len(find(PICTURE, heap, 0.3, overlap=1.0)) == 2


def test_the_heat_map_has_a_cell_for_every_four_pixels():
    heat = heat_map(PICTURE, Stand((3, 3, 0.6, LEFT)))
    assert heat.shape == (13, 23) and heat.dtype == np.float32 and heat[3, 3] == pytest.approx(0.6)
    assert heat.min() >= 0 and heat.max() <= 1


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: find(PICTURE[..., 0], Stand()), ValueError, "picture: wanted shape"),
        (lambda: find(np.zeros((50, 90, 4), np.uint8), Stand()), ValueError, "picture: wanted shape"),
        (lambda: find(np.full((50, 90, 3), np.nan), Stand()), TypeError, "picture: wanted a NumPy array of uint8"),
        (lambda: find(None, Stand()), TypeError, "picture"),
        (lambda: find(PICTURE, "finder"), TypeError, "finder: wanted a Finder"),
        (lambda: find(PICTURE, Stand(), 1.5), ValueError, "threshold"),
        (lambda: find(PICTURE, Stand(), np.nan), ValueError, "threshold"),
        (lambda: find(PICTURE, Stand(), overlap=-1), ValueError, "overlap"),
        (lambda: heat_map(PICTURE.astype(float), Stand()), TypeError, "picture"),
    ],
)
def test_mistakes_are_answered_in_words(call, error, words):
    with pytest.raises(error, match=words):
        call()


def test_a_picture_and_its_mirror_image_are_found_alike():
    torch.manual_seed(0)
    net = Finder(8).eval()
    generator = np.random.default_rng(0)
    picture = generator.integers(0, 256, (64, 96, 3), np.uint8)
    heat, flipped = heat_map(picture, net), heat_map(np.ascontiguousarray(picture[:, ::-1]), net)
    np.testing.assert_allclose(heat, flipped[:, ::-1], atol=1e-5)
    assert heat_map(picture[:, :90], net).shape == heat_map(picture[:, :90], net, mirrored=False).shape == (16, 23)
    assert np.abs(heat_map(picture, net, mirrored=False) - heat).max() > 1e-6


def test_each_find_takes_one_face_and_each_face_one_find():
    boxes = np.array([LEFT, RIGHT])
    near = np.array(LEFT) + 1
    found = [Found(near, 0.5), Found(np.array(LEFT), 0.9), Found(np.array([0.0, 40.0, 9.0, 49.0]), 0.8)]
    np.testing.assert_array_equal(matched(found, boxes), [1, -1])
    np.testing.assert_array_equal(matched([], boxes), [-1, -1])
    assert matched(found, np.zeros((0, 4))).shape == (0,)
    np.testing.assert_array_equal(matched([Found(np.array(LEFT) + 12, 0.9)], boxes), [-1, -1])


def test_the_default_threshold_and_overlap_are_shares():
    assert 0 < finding.THRESHOLD < 1 and 0 < finding.OVERLAP < 1
