"""The whole chain: what is found becomes crops, the surest first, and a clip goes on where nothing is found."""

import numpy as np
import pytest
import torch
from torch import nn

from unmasked import extract, toons
from unmasked.extract import chain

FACE = toons.draw(toons.character("cleo"), toons.Performance(roll=8), size=120)
FRAME = FACE.picture[:, 10:]  # its left edge cuts nothing of the face; not square


class Points(nn.Module):
    """A landmarker that knows Cleo, wherever she is shown."""

    def forward(self, pictures):
        known = toons.draw(toons.character("cleo"), toons.Performance(), size=64).landmarks
        return torch.from_numpy(known).expand(len(pictures), 68, 2)


class Everything(nn.Module):
    """A segmenter to whom all is face."""

    def forward(self, pictures):
        return torch.full((len(pictures), 1, 64, 64), 9.0)


@pytest.fixture
def nets():
    return extract.Nets(nn.Identity(), Points(), Everything())


@pytest.fixture(autouse=True)
def find(monkeypatch):
    """A finder that finds what the test puts in the list, and nothing in a black frame."""
    boxes = []
    monkeypatch.setattr(chain, "find", lambda picture, *_: boxes if picture.any() else [])
    return boxes


def found(*box, score=0.9):
    return extract.Found(np.array(box, float), score)


def test_a_face_is_cut_out_as_its_landmarks_say(find, nets):
    find.append(found(20, 30, 90, 105, score=0.7))
    (face,) = extract.extract_faces(FRAME, 48, nets=nets)
    assert face.score == 0.7 and face.box.tolist() == [20, 30, 90, 105]
    np.testing.assert_array_equal(face.landmarks, extract.find_landmarks(FRAME, face.box, nets.landmarker))
    np.testing.assert_array_equal(face.matrix, extract.align_matrix(face.landmarks, 48))
    np.testing.assert_array_equal(face.crop, extract.align(FRAME, face.landmarks, 48))
    assert face.crop.shape == (48, 48, 3) and face.mask.shape == (48, 48) and face.mask.dtype == np.uint8


def test_nothing_beyond_the_frame_is_face(find, nets):
    find.append(found(-40, 20, 40, 100))
    (face,) = extract.extract_faces(FRAME, nets=nets)
    columns, rows = np.meshgrid(np.arange(64.0), np.arange(64.0))
    there = extract.move(np.stack([columns.ravel(), rows.ravel()], 1), extract.invert(face.matrix)).reshape(64, 64, 2)
    outside = (there < -1).any(-1) | (there > np.array(FRAME.shape[1::-1])).any(-1)
    assert 0.2 < outside.mean() < 0.8
    assert not face.mask[outside].any()
    assert (face.mask[((there > 1) & (there < np.array(FRAME.shape[1::-1]) - 2)).all(-1)] == 255).all()


def test_the_surest_come_first_and_no_more_than_asked_for(find, nets):
    find += [found(20, 30, 90, 105, score=0.9), found(0, 0, 40, 40, score=0.6), found(50, 50, 80, 80, score=0.5)]
    assert [face.score for face in extract.extract_faces(FRAME, nets=nets)] == [0.9, 0.6, 0.5]
    assert [face.score for face in extract.extract_faces(FRAME, nets=nets, most=2)] == [0.9, 0.6]


def test_a_clip_goes_on_where_a_face_is_missing(find, nets):
    find.append(found(20, 30, 90, 105))
    frames = np.stack([FRAME, np.zeros_like(FRAME), FRAME])
    assert [len(faces) for faces in extract.extract_clip(frames, nets=nets)] == [1, 0, 1]
    assert extract.extract_clip([], nets=nets) == []


@pytest.mark.parametrize(
    ("picture", "error", "words"),
    [
        (FRAME[..., 0], ValueError, r"picture: wanted shape \(H, W, 3\), got \(120, 110\)"),
        (np.dstack([FRAME, FRAME[..., :1]]), ValueError, r"picture.*\(120, 110, 4\)"),
        (np.full(FRAME.shape, np.nan), TypeError, "picture: wanted a NumPy array of uint8, got ndarray of float64"),
        (FRAME[:0], ValueError, "picture"),
    ],
)
def test_wrong_pictures_are_told(picture, error, words, nets):
    with pytest.raises(error, match=words):
        extract.extract_faces(picture, nets=nets)
    with pytest.raises(error, match=words):
        extract.extract_clip([FRAME * 0, picture], nets=nets)


def test_wrong_settings_are_told(nets):
    with pytest.raises(ValueError, match="size: wanted a whole number of pixels, 8 or more, got 4"):
        extract.extract_faces(FRAME, 4, nets=nets)
    with pytest.raises(ValueError, match="most: wanted a whole number, 1 or more, got 0"):
        extract.extract_faces(FRAME, nets=nets, most=0)
