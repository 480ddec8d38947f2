"""Which faces get away: the counts by group, with a finder that knows the truth, misses on purpose, and errs once."""

from itertools import count

import numpy as np
import pytest

from unmasked.experiments import extraction_recall
from unmasked.experiments.extraction_recall import GROUPS, SHAPES, SIZES, recall_rows
from unmasked.experiments.tables import load_table
from unmasked.extract import align_matrix, face_box
from unmasked.extract.chain import Extracted
from unmasked.toons.crowds import sample_crowd

FRAMES, SEED = 6, 4


def crowds():
    return [sample_crowd(np.random.default_rng([SEED, n, 0xF1D]), SHAPES[n % 2]) for n in range(FRAMES)]


def as_found(landmarks, box=None):
    box = face_box(landmarks) if box is None else box
    empty = np.zeros((64, 64), np.uint8)
    crop = np.zeros((64, 64, 3), np.uint8)
    return Extracted(box, 0.9, landmarks, align_matrix(landmarks, 64), crop, empty)


def finding(monkeypatch, found_of):
    """Lets `found_of` (crowd → list of Extracted) stand for the chain."""
    known, asked = crowds(), count()

    def extract_faces(picture, nets):
        crowd = known[next(asked)]
        assert np.array_equal(picture, crowd.picture), "the rows look at other frames than their seed says"
        return found_of(crowd)

    monkeypatch.setattr(extraction_recall, "extract_faces", extract_faces)
    return {row["group"]: row for row in recall_rows(SEED, FRAMES, nets=object())}


def test_a_perfect_finder_finds_all_and_nothing_in_vain(monkeypatch):
    rows = finding(monkeypatch, lambda crowd: [as_found(face.landmarks) for face in crowd.faces])
    assert list(rows) == list(GROUPS)
    everybody = rows["all"]
    assert everybody["faces"] == sum(len(crowd.faces) for crowd in crowds())
    assert (everybody["recall"], everybody["precision"], everybody["false"]) == (1, 1, 0)
    assert everybody["landmarks"] == 0
    assert sum(rows[name]["faces"] for name in SIZES) == everybody["faces"]
    tilts = [row["faces"] for name, row in rows.items() if name.startswith("tilted")]
    assert sum(tilts) == everybody["faces"]


def test_missed_small_faces_and_a_false_find_count_where_they_belong(monkeypatch):
    corner = np.float64([0, 0, 21, 21])  # in vain, and small

    def found_of(crowd):
        large = [as_found(face.landmarks) for face in crowd.faces if face.side >= 32]
        return [*large, as_found(crowd.faces[0].landmarks, corner)] if crowd.faces else large

    rows = finding(monkeypatch, found_of)
    small = rows["20–32 pixels"]
    assert not small["faces"] or small["recall"] == 0
    assert small["precision"] == 0, "the only finds of this size are false ones"
    assert rows["64 pixels and more"]["precision"] == 1
    assert rows["all"]["false"] == pytest.approx(sum(bool(crowd.faces) for crowd in crowds()) / FRAMES)


def test_the_kept_table_has_every_group_of_every_seed():
    table = load_table("extraction-recall")
    keys = [(row["seed"], row["group"]) for row in table["rows"]]
    assert keys == [(seed, group) for seed in range(1, table["settings"]["seeds"] + 1) for group in GROUPS]
    assert sum(row["frames"] for row in table["rows"] if row["group"] == "all") >= 500


def test_frames_are_counted():
    with pytest.raises(ValueError, match="frames"):
        recall_rows(0, 0, nets=object())
