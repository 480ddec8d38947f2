"""The table of lesson 03: what each augmentation does to a pair, rows that can be made again, a run that goes on."""

import json

import numpy as np
import pytest
import torch
from scipy import stats

from unmasked.experiments import noise_that_teaches, pairs
from unmasked.experiments.tables import load_table
from unmasked.models.swap import SwapNet

KEYS = ("train_a", "train_b", "held_out_a", "held_out_b", "swap_ab", "swap_ba")


@pytest.fixture(scope="module")
def drawn() -> pairs.Drawn:
    return pairs.draw(0, 24, 8)


def batch(count: int = 24) -> tuple[torch.Tensor, torch.Tensor]:
    """Pictures that are nowhere alike, and weights that say left from right."""
    pictures = torch.rand(count, 3, 32, 32, generator=torch.Generator().manual_seed(1))
    weights = torch.linspace(0.1, 1, 32).expand(count, 1, 32, 32).clone()
    return pictures, weights


@pytest.mark.parametrize("name", list(noise_that_teaches.AUGMENTATIONS))
def test_every_augmentation_gives_input_target_and_weights(name):
    pictures, weights = batch()
    kept = pictures.clone(), weights.clone()
    made = [
        noise_that_teaches.AUGMENTATIONS[name](pictures, weights, torch.Generator().manual_seed(s)) for s in (5, 5, 6)
    ]
    given, wanted, inside = made[0]
    assert given.shape == wanted.shape == pictures.shape and inside.shape == weights.shape
    assert all(torch.equal(a, b) for a, b in zip(made[0], made[1], strict=True)), "the generator alone must decide"
    assert name == "none" or not torch.equal(given, made[2][0]), "another seed gave the same input"
    assert torch.equal(pictures, kept[0]) and torch.equal(weights, kept[1]), "the batch itself was changed"


@pytest.mark.parametrize("name", ["noise", "occlusion", "colour"])
def test_what_is_to_be_undone_leaves_target_and_weights_alone(name):
    pictures, weights = batch()
    given, wanted, inside = noise_that_teaches.AUGMENTATIONS[name](pictures, weights, torch.Generator().manual_seed(2))
    assert torch.equal(wanted, pictures) and torch.equal(inside, weights)
    assert not torch.equal(given, pictures)


@pytest.mark.parametrize("name", ["affine", "flip"])
def test_what_moves_the_picture_moves_target_and_weights_along(name):
    pictures, weights = batch()
    given, wanted, inside = noise_that_teaches.AUGMENTATIONS[name](pictures, weights, torch.Generator().manual_seed(2))
    assert torch.equal(given, wanted), "the network must draw what it sees"
    assert not torch.equal(inside, weights), "the weights stayed behind"


def test_all_together_keeps_weights_with_their_picture():
    # A picture that is its own weights: wherever it goes, they must agree.
    _, weights = batch()
    pictures = weights.expand(-1, 3, -1, -1).contiguous()
    given, wanted, inside = noise_that_teaches.AUGMENTATIONS["together"](
        pictures, weights, torch.Generator().manual_seed(3)
    )
    assert torch.allclose(wanted, inside.expand_as(wanted), atol=1e-5)
    assert not torch.allclose(given, wanted, atol=0.02)


def test_without_augmentation_pairs_are_the_pictures_themselves():
    pictures, weights = batch()
    given, wanted, inside = noise_that_teaches.AUGMENTATIONS["none"](pictures, weights, torch.Generator())
    assert torch.equal(given, pictures) and torch.equal(wanted, pictures) and torch.equal(inside, weights)


def test_every_augmentation_sees_the_same_batches(drawn):
    faces, _ = drawn
    seen, kept = {}, dict(noise_that_teaches.AUGMENTATIONS)
    for name in ("none", "noise", "flip"):
        pictures = []

        def note(given, weights, generator, name=name, pictures=pictures):
            pictures.append(given.clone())
            return kept[name](given, weights, generator)

        with pytest.MonkeyPatch.context() as patch:
            patch.setitem(noise_that_teaches.AUGMENTATIONS, name, note)
            noise_that_teaches.training(SwapNet(width=4), faces, name, steps=2, batch=3, seed=1).advance(2)
        seen[name] = torch.cat(pictures)
    assert torch.equal(seen["none"], seen["noise"]) and torch.equal(seen["none"], seen["flip"])


def test_thirty_steps_rebuild_better_than_none(drawn):
    faces, truth = drawn
    torch.manual_seed(0)
    model = SwapNet(width=8, aligned=False)
    run = noise_that_teaches.training(model, faces, "none", steps=30, batch=8)
    before = pairs.explained_table(model, truth)
    run.advance(30)
    after = pairs.explained_table(model, truth)
    assert all(after[name, name] > before[name, name] + 0.02 for name in ("ada", "bo")), (before, after)


def test_a_row_can_be_made_again_and_leaves_the_learners_chance_alone(drawn):
    before = torch.get_rng_state()
    options = {"batch": 4, "width": 4, "held_out": 8, "drawn": drawn}
    rows = [noise_that_teaches.augmentation_row("warp", 24, 0, 2, **options) for _ in range(2)]
    assert torch.equal(torch.get_rng_state(), before)
    assert rows[0] == rows[1]
    assert rows[0] | {"augmentation": "warp", "pictures": 24, "seed": 0} == rows[0]
    assert all(np.isfinite(rows[0][key]) and rows[0][key] <= 1 for key in KEYS)
    other = noise_that_teaches.augmentation_row("warp", 24, 1, 2, **(options | {"drawn": None}))
    assert other["train_a"] != rows[0]["train_a"]


def test_an_unknown_augmentation_is_worded(drawn):
    with pytest.raises(ValueError, match=r"augmentation: wanted one of none, noise, .*, got 'blur'"):
        noise_that_teaches.augmentation_row("blur", 24, 0, 2, drawn=drawn)


def test_an_interrupted_table_is_taken_up_where_it_stopped(tmp_path, monkeypatch, capsys):
    few = {name: noise_that_teaches.AUGMENTATIONS[name] for name in ("none", "flip")}
    monkeypatch.setattr(noise_that_teaches, "AUGMENTATIONS", few)
    arguments = ["--seeds", "2", "--steps", "1", "--batch", "2", "--counts", "3", "5", "--held-out", "3"]
    arguments += ["--folder", str(tmp_path)]
    made = []
    whole = noise_that_teaches.augmentation_row

    def interrupted(*row, **options):
        if len(made) == 3:
            raise KeyboardInterrupt
        made.append(row[:3])
        return whole(*row, **options)

    monkeypatch.setattr(noise_that_teaches, "augmentation_row", interrupted)
    with pytest.raises(KeyboardInterrupt):
        noise_that_teaches.main(arguments)
    assert len(load_table("noise-that-teaches", folder=tmp_path)["rows"]) == 3, "the rows that were made are lost"

    made.clear()
    monkeypatch.setattr(
        noise_that_teaches, "augmentation_row", lambda *row, **o: made.append(row[:3]) or whole(*row, **o)
    )
    noise_that_teaches.main(arguments)
    assert "3 rows with these settings are kept" in capsys.readouterr().out
    assert len(made) == 5, "rows that were kept were made again"
    table = load_table("noise-that-teaches", folder=tmp_path)
    order = [(row["seed"], row["pictures"], row["augmentation"]) for row in table["rows"]]
    assert order == [(seed, count, name) for seed in (0, 1) for count in (3, 5) for name in few]
    assert table["command"] == "python -m unmasked.experiments.noise_that_teaches " + " ".join(arguments[:-2])

    # With other settings nothing is taken over.
    made.clear()
    noise_that_teaches.main([*arguments, "--steps", "2"])
    assert len(made) == 8 and load_table("noise-that-teaches", folder=tmp_path)["settings"]["steps"] == 2


def test_the_kept_table_is_whole():
    table = load_table("noise-that-teaches")
    wanted = {
        (seed, count, name)
        for seed in range(table["settings"]["seeds"])
        for count in table["settings"]["counts"]
        for name in noise_that_teaches.AUGMENTATIONS
    }
    assert {(row["seed"], row["pictures"], row["augmentation"]) for row in table["rows"]} == wanted
    assert table["settings"]["seeds"] >= 3 and table["settings"]["counts"] == [100, 3000]
    for row in table["rows"]:
        assert all(-1 < row[key] < 1 for key in KEYS), json.dumps(row)


def _decided() -> dict[tuple[str, int, str], int]:
    """(augmentation, pictures, measure) → 1 where the 95 % interval of the mean gain lies above 0, −1 below, else 0."""
    table = load_table("noise-that-teaches")
    measures = {"never seen": ("held_out_a", "held_out_b"), "swap": ("swap_ab", "swap_ba")}

    def by_seed(name, count, measure):
        rows = [row for row in table["rows"] if (row["augmentation"], row["pictures"]) == (name, count)]
        return np.array([np.mean([row[key] for key in measures[measure]]) for row in rows])

    def sign(gains):
        half = stats.t.ppf(0.975, len(gains) - 1) * stats.sem(gains)
        return int(gains.mean() > half) - int(gains.mean() < -half)

    pairs = [(n, c, m) for n in table["augmentations"][1:] for c in (100, 3000) for m in measures]
    found = {(n, c, m): sign(by_seed(n, c, m) - by_seed("none", c, m)) for n, c, m in pairs}
    more = {("more pictures", 3000, m): sign(by_seed("none", 3000, m) - by_seed("none", 100, m)) for m in measures}
    return found | more


def test_what_the_lesson_says_of_the_table_holds():
    decided = _decided()
    helps, harms = ({key for key, sign in decided.items() if sign == wanted} for wanted in (1, -1))
    assert helps == {("flip", 100, "never seen"), ("more pictures", 3000, "swap")}
    assert {key for key in harms if key[1] == 100} == {
        ("noise", 100, "never seen"),
        ("together", 100, "never seen"),
        ("together", 100, "swap"),
    }
    assert {key for key in harms if key[1] == 3000} == {("affine", 3000, "swap"), ("together", 3000, "swap")}
