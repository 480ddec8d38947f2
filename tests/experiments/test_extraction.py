"""What finding costs the swap: the four ways of cutting out, the measure, and the table that lesson 05 shows."""

import cv2
import numpy as np
import pytest
import torch

from unmasked import toons
from unmasked.experiments import extraction
from unmasked.experiments.tables import load_table
from unmasked.extract import align_matrix, face_box, move, warp
from unmasked.extract.chain import Extracted

FRAMES, SHOTS, SIZE = 24, 4, extraction.SIZE


def as_found(picture, landmarks, mask, shift=0.0):
    """A face as a chain without any mistake would find it; `shift` moves its landmarks to the right."""
    landmarks = (landmarks + np.float32([shift, 0])).astype(np.float32)
    matrix = align_matrix(landmarks, SIZE)
    crop, mask = warp(picture, matrix, SIZE), cv2.warpAffine(mask, matrix, (SIZE, SIZE))
    return Extracted(face_box(landmarks), 0.9, landmarks, matrix, crop, mask)


@pytest.fixture(scope="module")
def footage():
    frames, found = {}, {}
    for number, name in enumerate(extraction.NAMES):
        frames[name] = [extraction._frame(name, np.random.default_rng([0, number, i])) for i in range(FRAMES)]
        found[name] = [[as_found(crowd.picture, f.landmarks, f.mask) for f in crowd.faces] for crowd in frames[name]]
    shots = [extraction._shot(np.random.default_rng([0, 99, i])) for i in range(SHOTS)]
    seen = {
        name: [as_found(shot.pictures[name], shot.landmarks[name], shot.masks[name]) for shot in shots]
        for name in extraction.NAMES
    }
    return extraction.Footage(frames, found, shots, seen)


class Knowing(torch.nn.Module):
    """Draws the true face of whatever shot it is shown, cut out by `way`: the perfect swap."""

    def __init__(self, shots, actor, face, cut):
        super().__init__()
        self.pairs = [(cut(shot, actor), cut(shot, face)) for shot in shots]

    def encode(self, pictures, name):
        seen = (pictures[0].permute(1, 2, 0) * 255).round().numpy()
        off = [np.abs(seen - one).mean() for one, _ in self.pairs]
        return torch.tensor([[float(np.argmin(off))]])

    def decode(self, codes, name):
        picture = self.pairs[int(codes)][1]
        return torch.from_numpy(picture).permute(2, 0, 1)[None].float() / 255


def aligned(shot, name):
    return warp(shot.pictures[name], align_matrix(shot.landmarks[name], SIZE), SIZE)


def boxed(shot, name):
    return warp(shot.pictures[name], extraction.rough_matrix(face_box(shot.landmarks[name]), SIZE), SIZE)


@pytest.mark.parametrize(
    ("variant", "cut", "least"), [("true", aligned, 0.999), ("found", aligned, 0.999), ("unaligned", boxed, 0.85)]
)
def test_a_perfect_swap_explains_everything_however_it_was_cut_out(footage, variant, cut, least):
    net = Knowing(footage.shots, "ada", "bo", cut)
    assert extraction.explained(net, variant, footage, "ada", "bo") > least


def test_a_face_that_was_not_found_counts_as_the_average(footage):
    net = Knowing(footage.shots, "ada", "bo", aligned)
    none = footage._replace(seen=dict.fromkeys(extraction.NAMES, [None] * SHOTS))
    assert extraction.explained(net, "found", none, "ada", "bo") == pytest.approx(0, abs=0.01)
    some = footage._replace(seen={"ada": [*footage.seen["ada"][:2], None, None]})
    assert 0.05 < extraction.explained(net, "found", some, "ada", "bo") < 0.95


def test_cut_out_by_hand_are_the_right_faces_alone(footage):
    right, found = (extraction.faces_of(variant, "ada", footage) for variant in ("true", "found"))
    seen = sum(f.identity is toons.CAST["ada"] and f.shown >= 0.5 for c in footage.frames["ada"] for f in c.faces)
    assert len(right) == seen < len(found)
    crowd = footage.frames["ada"][0]
    face = next(f for f in crowd.faces if f.identity is toons.CAST["ada"])
    np.testing.assert_array_equal(right.pictures[0], warp(crowd.picture, align_matrix(face.landmarks, SIZE), SIZE))
    np.testing.assert_allclose(right.landmarks[0], move(face.landmarks, align_matrix(face.landmarks, SIZE)), atol=1e-3)


def test_the_filter_leaves_out_strangers_and_small_faces(footage):
    found = [one for some in footage.found["ada"] for one in some]
    whose = [f.identity is toons.CAST["ada"] for c in footage.frames["ada"] for f in c.faces]
    kept = extraction.filtered(found, extraction.faces_of("true", "ada", footage)[: extraction.SHOWN])
    assert 0.4 * sum(whose) < len(kept) < len(found)
    assert np.mean([whose[i] for i in kept]) > np.mean(whose)
    assert min((found[i].box[2:] - found[i].box[:2]).max() for i in kept) >= extraction.LEAST["size"]


def test_unaligned_faces_stand_as_they_were_filmed(footage):
    some = extraction.faces_of("unaligned", "ada", footage)
    eyes = some.landmarks[:, 45] - some.landmarks[:, 36]
    tilts = np.degrees(np.arctan2(eyes[:, 1], eyes[:, 0]))
    upright = extraction.faces_of("found", "ada", footage)
    level = upright.landmarks[:, 45] - upright.landmarks[:, 36]
    assert np.abs(tilts).max() > 20 > np.abs(np.degrees(np.arctan2(level[:, 1], level[:, 0]))).max()
    assert some.masks.max() == 255 and some.pictures.shape[1:] == (SIZE, SIZE, 3)


def test_skin_is_what_the_mask_leaves_without_eyes_and_lips(footage):
    some = extraction.faces_of("true", "bo", footage)
    skin = some.parts == toons.PARTS.index("skin")
    assert not (skin & (some.masks <= 127)).any()
    nose = some.landmarks[:, 30].round().astype(int)
    assert np.mean([skin[i, y, x] for i, (x, y) in enumerate(nose.clip(0, SIZE - 1))]) > 0.6


@pytest.mark.parametrize("variant", list(extraction.VARIANTS))
def test_a_row_can_be_made_again(footage, variant):
    before = torch.random.get_rng_state()
    rows = [extraction.extraction_row(variant, 0, 2, batch=4, footage=footage) for _ in range(2)]
    assert torch.equal(before, torch.random.get_rng_state())
    for row in rows:
        assert row.pop("seconds") > 0
    assert rows[0] == rows[1] and rows[0]["variant"] == variant and rows[0]["steps"] == 2


def test_every_face_is_held_against_what_was_found_of_it(footage):
    crowd = next(one for one in footage.frames["bo"] if len(one.faces) == 2)
    first, second = (as_found(crowd.picture, face.landmarks, face.mask) for face in crowd.faces)
    nowhere = as_found(crowd.picture, crowd.faces[0].landmarks - 400, crowd.faces[0].mask)
    rows, false = extraction.judge(crowd, [first, second, nowhere])
    assert [row.found for row in rows] == [True, True] and false == 1
    assert all(row.landmarks == 0 and row.mask == 1 for row in rows)
    assert [row.side for row in rows] == [face.side for face in crowd.faces]
    rows, false = extraction.judge(crowd, [second])
    assert [row.found for row in rows] == [False, True] and false == 0 and np.isnan(rows[0].mask)


def test_landmarks_are_measured_by_the_distance_of_the_eyes(footage):
    crowd = footage.frames["ada"][0]
    face = crowd.faces[0]
    eyes = np.linalg.norm(face.landmarks[36] - face.landmarks[45])
    off = as_found(crowd.picture, face.landmarks, face.mask, shift=0.1 * eyes)
    assert extraction.eye_error(off, face) == pytest.approx(0.1, rel=1e-3)
    assert extraction.mask_overlap(off, face) > 0.98, "the mask was cut by the same matrix as the truth"


def test_an_unknown_variant_is_worded(footage):
    with pytest.raises(ValueError, match="variant: wanted one of 'true', 'found', 'filtered', 'unaligned', got 'best'"):
        extraction.extraction_row("best", 0, 2, footage=footage)


def test_a_table_goes_on_where_it_was_left(footage, tmp_path, monkeypatch):
    monkeypatch.setattr(extraction, "film", lambda *given: footage)
    arguments = ["--seeds", "1", "--steps", "1", "--batch", "4", "--frames", "24", "--held-out", "4"]
    extraction.main([*arguments, "--folder", str(tmp_path)])
    table = load_table("extraction", folder=tmp_path)
    assert [row["variant"] for row in table["rows"]] == list(table["variants"]) == list(extraction.VARIANTS)
    assert table["command"] == "python -m unmasked.experiments.extraction " + " ".join(arguments)
    monkeypatch.setattr(extraction, "extraction_row", lambda *given, **named: pytest.fail("a kept row was made again"))
    extraction.main([*arguments, "--folder", str(tmp_path)])


def test_the_kept_table_says_what_lesson_05_says():
    table = load_table("extraction")
    swaps, crops = {}, {}
    for row in table["rows"]:
        swaps[row["variant"], row["seed"]] = (row["explained_ab"] + row["explained_ba"]) / 2
        crops[row["variant"], row["seed"]] = row["crops_a"] + row["crops_b"]
    seeds = sorted({seed for _, seed in swaps})
    assert len(seeds) >= 3 and {variant for variant, _ in swaps} == set(table["variants"])
    for seed in seeds:
        true, found, kept, crooked = (swaps[name, seed] for name in ("true", "found", "filtered", "unaligned"))
        assert crooked < found < kept < true + 0.02
        assert kept - found > (true - found) / 2, "the filter wins most of the loss back"
        assert 0.2 < 1 - crops["true", seed] / crops["found", seed] < 0.3, "about a quarter is somebody else"
        assert crops["filtered", seed] < crops["found", seed]
