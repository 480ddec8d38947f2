"""The shipped nets, on frames of strangers whom no training saw: nothing exact, for benchmarks/extract.py measures."""

import cv2
import numpy as np
import pytest

from unmasked import extract
from unmasked.experiments.landmarker import error_of
from unmasked.experiments.segmenter import overlap_of
from unmasked.extract.landmarks import shipped_landmarker
from unmasked.models import weights
from unmasked.toons.crowds import sample_crowd


@pytest.fixture(scope="module")
def crowds():
    generator = np.random.default_rng(20261129)
    return [sample_crowd(generator, shape, count=3) for shape in ((200, 280), (256, 256)) for _ in range(6)]


def test_the_nets_weigh_little():
    index = weights.shipped()
    names = ("face-finder", "landmarker", "landmarker-close", "face-segmenter")
    assert sum(index[name]["bytes"] for name in names) < 3e6


def test_nets_are_loaded_once():
    assert extract.shipped_nets() == extract.shipped_nets()
    assert shipped_landmarker() is not shipped_landmarker(close=True)


def test_landmarks_are_found_and_the_second_look_is_better(crowds):
    errors = {1: [], 2: []}
    for crowd in crowds:
        for face in crowd.faces:
            if face.whole:
                for looks, kept in errors.items():
                    found = extract.find_landmarks(crowd.picture, face.box, looks=looks)
                    kept.append(float(error_of(found, face.landmarks)))
    assert len(errors[1]) > 8
    assert np.median(errors[2]) < 0.035 and np.median(errors[2]) < np.median(errors[1])


def test_masks_leave_out_what_is_in_front(crowds):
    overlaps = {True: [], False: []}
    for crowd in crowds:
        for face in crowd.faces:
            if face.whole or face.hand:
                matrix = extract.align_matrix(face.landmarks)
                mask = extract.learned_mask(extract.warp(crowd.picture, matrix, 64))
                inside = cv2.warpAffine(np.full(crowd.picture.shape[:2], 255, np.uint8), matrix, (64, 64))
                true = cv2.warpAffine(face.mask, matrix, (64, 64))
                overlaps[face.hand].append(overlap_of(np.minimum(mask, inside), true))
    assert np.mean(overlaps[False]) > 0.93 and np.mean(overlaps[True]) > 0.85


def test_the_chain_finds_who_is_there(crowds):
    there = found = 0
    for crowd in crowds:
        faces = extract.extract_faces(crowd.picture, 48)
        for face in crowd.faces:
            if face.whole and face.side >= 40:
                there += 1
                found += any(error_of(one.landmarks, face.landmarks) < 0.1 for one in faces)
        assert all(one.crop.shape == (48, 48, 3) and one.mask.shape == (48, 48) for one in faces)
    assert found >= 0.9 * there > 5


def test_no_face_and_no_room_for_one_give_an_empty_list():
    assert extract.extract_faces(np.full((64, 90, 3), 130, np.uint8)) == []
    assert extract.extract_faces(np.full((9, 7, 3), 130, np.uint8)) == []
