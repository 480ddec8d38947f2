"""The losses of lesson 07: trained alike, measured against the truth, kept with their pictures."""

import numpy as np
import pytest
import torch

from unmasked import losses, tensors
from unmasked.experiments import sharper
from unmasked.experiments.pairs import NAMES, true_faces
from unmasked.experiments.tables import load_table


@pytest.fixture(scope="module")
def few(faces) -> sharper.Drawn:
    return faces, true_faces(NAMES, 12, seed=3)


@pytest.fixture(scope="module", autouse=True)
def one_reader():
    """The reader is loaded once for all."""
    features = sharper.learned_features()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sharper, "learned_features", lambda: features)
        yield


def small(loss: str, few: sharper.Drawn, seed: int = 0, steps: int = 2) -> dict:
    return sharper.sharper_row(loss, seed, steps, drawn=few, width=6, batch=4)


@pytest.mark.parametrize("loss", sharper.LOSSES)
def test_every_row_is_the_same_again_and_leaves_the_callers_random_numbers(loss, few):
    before = torch.get_rng_state()
    rows = [small(loss, few) for _ in range(2)]
    assert torch.equal(torch.get_rng_state(), before)
    for row in rows:
        assert row.pop("seconds") > 0
        assert all(np.isfinite(value) for value in row.values() if isinstance(value, float))
    assert rows[0] == rows[1]
    assert rows[0]["loss"] == loss and rows[0]["seed"] == 0


def test_losses_differ_and_begin_at_the_same_weights(few):
    scores = {loss: small(loss, few)["explained_ab"] for loss in sharper.LOSSES if loss != "same_seconds"}
    assert len(set(scores.values())) == len(scores), scores
    untrained = {loss: sharper.train(loss, 0, 1, drawn=few, width=6, batch=4)[0] for loss in ("mae", "adversary")}
    first, second = (model.characters["ada"].average for model in untrained.values())
    assert torch.equal(first, second)


@pytest.mark.parametrize("name", [name for name, asked in sharper.LOSSES.items() if name != "l1_l2"])
def test_every_picture_loss_begins_at_the_size_of_the_courses_own(name, few):
    faces = few[0]["ada"]
    pictures = tensors.to_tensor(faces.pictures[:200])
    still = pictures.mean(0).expand_as(pictures)
    found = sharper.LOSSES[name].picture_loss(faces)(still, pictures)
    assert found.item() == pytest.approx(losses.l1_l2(still, pictures).item(), rel=1e-4)


def test_the_truth_scores_full_marks_and_blur_is_soft(few):
    class Perfect(torch.nn.Module):
        def encode(self, pictures, name):
            known = few[1][name].pictures
            return torch.stack([(known - one).abs().sum((1, 2, 3)).argmin() for one in pictures])

        def decode(self, codes, name):
            return few[1][name].pictures[codes]

    class Soft(Perfect):
        def decode(self, codes, name):
            return torch.nn.functional.avg_pool2d(super().decode(codes, name), 5, 1, 2, count_include_pad=False)

    right, soft = (sharper.measured(model(), few[1]) for model in (Perfect, Soft))
    for way in ("ab", "ba"):
        assert [right[f"{key}_{way}"] for key in ("explained", "expression", "sharpness")] == pytest.approx([1, 1, 1])
        assert right[f"dssim_{way}"] == pytest.approx(0, abs=1e-6)
        assert 0 < soft[f"explained_{way}"] < 1 and soft[f"dssim_{way}"] > 0.02
        assert 0.02 < soft[f"sharpness_{way}"] < 0.5


def test_an_unknown_loss_is_worded(few):
    with pytest.raises(ValueError, match=r"loss: wanted one of 'mae', 'mse'.*got 'ssim'"):
        sharper.sharper_row("ssim", 0, drawn=few)


def test_an_interrupted_table_goes_on_and_keeps_pictures(tmp_path, monkeypatch):
    chosen = {name: sharper.LOSSES[name] for name in ("mse", "adversary")}
    monkeypatch.setattr(sharper, "LOSSES", chosen)
    real, calls = sharper.train, []

    def counted(loss, seed, steps, **settings):
        calls.append((loss, seed))
        if len(calls) == 2:
            raise KeyboardInterrupt
        return real(loss, seed, steps, width=4, **settings)

    monkeypatch.setattr(sharper, "train", counted)
    asked = ["--seeds", "2", "--steps", "2", "--batch", "4", "--pictures", "9", "--held-out", "7"]
    asked += ["--precision", "float32"]
    with pytest.raises(KeyboardInterrupt):
        sharper.main([*asked, "--folder", str(tmp_path)])
    assert len(load_table(sharper.TABLE, folder=tmp_path)["rows"]) == 1
    sharper.main([*asked, "--folder", str(tmp_path)])
    assert calls == [("mse", 0), ("adversary", 0), ("adversary", 0), ("mse", 1), ("adversary", 1)]
    table = load_table(sharper.TABLE, folder=tmp_path)
    assert [(row["loss"], row["seed"]) for row in table["rows"]] == [(name, n) for n in (0, 1) for name in chosen]
    assert table["command"] == "python -m unmasked.experiments.sharper " + " ".join(asked)
    assert table["losses"] == {name: asked.words for name, asked in chosen.items()}
    kept = sharper.load_examples(tmp_path)
    truth = true_faces(NAMES, 7)
    assert list(kept) == ["seen", "truth", "mse", "adversary"]
    assert np.array_equal(kept["seen"], tensors.to_pictures(truth["ada"].pictures[: sharper.SHOWN]))
    assert np.array_equal(kept["truth"], tensors.to_pictures(truth["bo"].pictures[: sharper.SHOWN]))
    assert kept["mse"].any() and kept["adversary"].any()


def test_the_kept_table_has_every_loss_from_three_seeds():
    table = load_table(sharper.TABLE)
    seeds = {name: {row["seed"] for row in table["rows"] if row["loss"] == name} for name in sharper.LOSSES}
    assert all(len(found) >= 3 for found in seeds.values()), seeds
    assert len(sharper.load_examples()) == len(sharper.LOSSES) + 2
