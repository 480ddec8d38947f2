"""Hands in front of faces: drawn once, laid over any face; nets with and without a mask, and what they are held to."""

import numpy as np
import pytest
import torch

from unmasked import tensors
from unmasked.experiments import sharper_hands, swap
from unmasked.experiments.pairs import NAMES, true_faces
from unmasked.experiments.tables import load_table
from unmasked.models import weights
from unmasked.models.alpha import AlphaSwapNet
from unmasked.models.swap import SwapNet
from unmasked.toons.hand import put_a_hand


@pytest.fixture(scope="module")
def few(faces):
    return faces, true_faces(NAMES, 12, seed=3)


def test_a_hand_laid_over_a_face_is_the_one_that_is_drawn_there(faces):
    some = faces["bo"][:4]
    hands = sharper_hands.draw_hands(some.landmarks, 5)
    assert hands.share.shape == (4, 1, 64, 64) and hands.colour.shape == (4, 3, 64, 64)
    laid = hands.before(tensors.to_tensor(some.pictures))
    generator = np.random.default_rng([5, 0x4A2D])
    for mine, picture, points in zip(laid, some.pictures, some.landmarks, strict=True):
        wanted, _ = put_a_hand(picture, points, generator)
        assert np.abs(255 * mine.permute(1, 2, 0).numpy() - wanted).max() <= 1.01
    again, other = (sharper_hands.draw_hands(some.landmarks, seed).share for seed in (5, 6))
    assert torch.equal(again, hands.share) and not torch.equal(other, hands.share)


def test_known_pictures_carry_their_truth(faces):
    batches = sharper_hands.HandedBatches(faces["ada"], torch.Generator().manual_seed(1))
    known, pixel_weights, targets = batches.draw(40)
    seen, clean, share = known[:, :3], known[:, 3:6], known[:, 6:]
    assert known.shape == (40, 7, 64, 64) and len(pixel_weights) == len(targets) == 40
    covered = share.flatten(1).amax(1) > 0
    assert 0.35 < covered.float().mean() < 0.85
    assert torch.equal(seen[~covered], clean[~covered])
    free = (share == 0).expand_as(seen)
    assert torch.equal(seen[free], clean[free])
    assert (seen - clean).abs()[(share == 1).expand_as(seen)].mean() > 0.1
    plain = swap.Batches(faces["ada"], torch.Generator().manual_seed(1)).draw(40)
    assert torch.equal(plain[0], clean) and torch.equal(plain[1], pixel_weights)


def test_the_losses_are_zero_where_everything_is_right(faces):
    known, pixel_weights, _ = sharper_hands.HandedBatches(faces["bo"], torch.Generator().manual_seed(1)).draw(6)
    seen, clean, free = known[:, :3], known[:, 3:6], (1 - known[:, 6:]).round()
    known = torch.cat([seen, clean, 1 - free], 1)  # half-covered pixels leave a cross-entropy of their own
    assert sharper_hands.redrawn(seen, known, weights=pixel_weights) == 0
    assert sharper_hands.unveiled((clean, free), known, weights=pixel_weights).item() == pytest.approx(0, abs=1e-5)
    assert sharper_hands.unveiled((seen, free), known, weights=pixel_weights) > 0.001
    assert sharper_hands.unveiled((clean, 1 - free), known, weights=pixel_weights) > 0.1


@pytest.mark.parametrize("variant", sharper_hands.VARIANTS)
def test_every_row_is_the_same_again(variant, few):
    before = torch.get_rng_state()
    rows = [sharper_hands.hands_row(variant, 0, 2, drawn=few, width=6, batch=4) for _ in range(2)]
    assert rows[0] == rows[1] and torch.equal(torch.get_rng_state(), before)
    assert set(rows[0]) == {"variant", "seed"} | {f"{k}_{w}" for k in ("hand", "face", "behind") for w in ("ab", "ba")}
    assert all(np.isfinite(value) for key, value in rows[0].items() if key != "variant")
    model = sharper_hands.train(variant, 0, 1, drawn=few, width=6, batch=4)
    assert isinstance(model, AlphaSwapNet) == (variant == "mask") and not model.training


def test_bfloat16_trains_a_mask_too(few):
    machine = tensors.Machine("cpu", 1, "bfloat16")
    row = sharper_hands.hands_row("mask", 0, 2, drawn=few, width=6, batch=4, machine=machine)
    assert np.isfinite(row["hand_ab"])


def test_who_knows_the_truth_scores_full_marks(few):
    truth = few[1]

    class Perfect(AlphaSwapNet):
        """Finds out by the picture which face it is, and where its hand lies."""

        def encode(self, pictures, name):
            seen = {other: sharper_hands.covered(truth, name, other, 4) for other in truth if other != name}
            self.given = next(iter(seen.values()))
            return torch.stack([(self.given.seen - one).abs().sum((1, 2, 3)).argmin() for one in pictures])

        def decode(self, codes, name):
            return truth[name].pictures[codes], 1 - self.given.hands.share[codes]

    found = sharper_hands.measured(Perfect(NAMES, 4, 2), truth, seed=4)
    for way in ("ab", "ba"):
        # A half-covered pixel holds some of the actor's face: what is left of it there costs a little.
        assert 0 <= found[f"hand_{way}"] < 2
        assert 0.97 < found[f"face_{way}"] <= 1
        assert found[f"behind_{way}"] == pytest.approx(1)


def test_a_net_without_a_mask_draws_one_picture(few):
    whole, face = sharper_hands.swapped(SwapNet(NAMES, 4, 2).eval(), few[1]["ada"].pictures[:3], "ada", "bo")
    assert whole.shape == (3, 3, 64, 64) and torch.equal(whole, face)


def test_an_unknown_variant_is_worded(few):
    with pytest.raises(ValueError, match="variant: wanted one of 'clean', 'hands', 'mask', got 'glove'"):
        sharper_hands.hands_row("glove", 0, drawn=few)


def test_the_command_writes_the_table_or_the_weights(tmp_path, monkeypatch):
    monkeypatch.setattr(sharper_hands, "WIDTH", 4)
    asked = ["--seeds", "1", "--steps", "2", "--batch", "4", "--pictures", "9", "--held-out", "7"]
    asked += ["--precision", "float32"]
    sharper_hands.main([*asked, "--folder", str(tmp_path)])
    table = load_table(sharper_hands.TABLE, folder=tmp_path)
    assert [row["variant"] for row in table["rows"]] == list(sharper_hands.VARIANTS)
    assert table["command"] == "python -m unmasked.experiments.sharper_hands " + " ".join(asked)
    sharper_hands.main([*asked, "--ship", "--folder", str(tmp_path)])
    assert isinstance(weights.load(sharper_hands.WEIGHTS, folder=tmp_path), AlphaSwapNet)


def test_the_kept_table_has_every_variant_from_three_seeds():
    rows = load_table(sharper_hands.TABLE)["rows"]
    seeds = {name: {row["seed"] for row in rows if row["variant"] == name} for name in sharper_hands.VARIANTS}
    assert all(len(found) >= 3 for found in seeds.values()), seeds
