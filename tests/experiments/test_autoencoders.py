"""Lesson 02's table: what comes through a code, what can be read off it, rows that repeat, and the kept table."""

import ast
import json

import numpy as np
import pytest
import torch

from unmasked import metrics, paths, tensors, toons
from unmasked.experiments import autoencoders
from unmasked.experiments.autoencoder_ada import SIZES
from unmasked.experiments.tables import load_table
from unmasked.faces import draw_faces


@pytest.fixture(scope="module")
def faces():
    return draw_faces(toons.CAST["ada"], toons.sample_performances(np.random.default_rng(1), 60))


@pytest.fixture(scope="module")
def truth():
    return autoencoders.draw(("ada",), 0, 10, 12, autoencoders.SEVERAL)[1]


class Same(torch.nn.Module):
    """Copies whatever it gets."""

    def forward(self, pictures):
        return pictures


class Still(torch.nn.Module):
    """Always draws one picture."""

    def forward(self, pictures):
        return torch.full_like(pictures, 0.5)


def test_pca_is_the_best_straight_line(faces):
    pictures = tensors.to_tensor(faces.pictures)
    flat = pictures.flatten(1).double()
    centred = flat - flat.mean(0)
    left = torch.linalg.svdvals(centred)[5:].square().sum()  # what five directions cannot reach
    rebuilt = autoencoders.pca_rebuilt(pictures, pictures, 5)
    assert rebuilt.shape == pictures.shape
    assert (rebuilt - pictures).double().square().sum() == pytest.approx(float(left), rel=1e-2)


def test_all_of_a_change_comes_through_a_copy_and_nothing_through_a_still_picture(truth):
    before, after = (tensors.to_tensor(truth[name].pictures) for name in ("ada", "bo"))
    inside = tensors.masks_to_tensor(truth["ada"].masks)
    assert autoencoders.share_through(Same(), before, after, inside) == pytest.approx(1)
    assert autoencoders.share_through(Still(), before, after, inside) == pytest.approx(0)
    assert autoencoders.skin_through(Same(), truth) == pytest.approx(1)
    assert autoencoders.skin_through(Still(), truth) == pytest.approx(0, abs=1e-6)


def test_brightness_is_no_skin_colour(truth):
    class Greyed(torch.nn.Module):
        def forward(self, pictures):
            return pictures.mean(1, keepdim=True).expand_as(pictures)

    assert autoencoders.skin_through(Greyed(), truth) == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize("name", autoencoders.CHANGES)
def test_changed_changes_one_thing(name):
    performances = toons.sample_performances(np.random.default_rng(3), 5)
    kept = performances.copy()
    before, after, inside = autoencoders.changed(name, performances)
    assert np.array_equal(performances, kept), "the given performances were changed"
    assert before.shape == after.shape == (5, 3, 64, 64) and inside.shape == (5, 1, 64, 64)
    assert ((before - after).abs().amax((1, 2, 3)) > 0.05).all(), "some pair shows no change at all"


class Told(torch.nn.Module):
    """Its code holds the smile and whose face it is, because somebody told it the answers."""

    def __init__(self, sets):
        super().__init__()
        self.answers = {}
        for faces in sets:
            for label, some in enumerate(faces.values()):
                for picture, acted in zip(some.pictures, some.performances, strict=True):
                    self.answers[picture.tobytes()] = (acted[toons.PARAMETERS.index("smile")], *np.eye(6)[label])

    def encode(self, pictures):
        return torch.tensor([self.answers[p.tobytes()] for p in tensors.to_pictures(pictures)], dtype=torch.float32)


def test_probes_find_what_is_in_a_code_and_nothing_else():
    known, asked = autoencoders.draw(autoencoders.SEVERAL, 4, 120, 20, autoencoders.SEVERAL)
    model = Told([known, asked])
    found = autoencoders.performance_recovery(model, known, asked)
    assert found["smile"] > 0.999
    assert all(value < 0.2 for name, value in found.items() if name != "smile"), found
    assert autoencoders.who_accuracy(model, known, asked) == 1


def test_rows_have_their_columns_and_repeat():
    row = autoencoders.size_row(3, 1, 2, pictures=20, held_out=6)
    assert row["code_size"] == 3 and row["steps"] == 2 and row["pca"] < 1
    assert autoencoders.size_row(3, 1, 2, pictures=20, held_out=6) == row
    before = torch.random.get_rng_state()
    contents = autoencoders.contents_row(autoencoders.SEVERAL, 1, 2, code_size=4, pictures=60, held_out=8)
    assert torch.equal(before, torch.random.get_rng_state()), "the caller's random state has moved"
    assert contents["trained_on"] == 6 and set(autoencoders.PROBED) < set(contents)
    assert {"who", "skin through", *(f"{name} through" for name in autoencoders.CHANGES)} < set(contents)
    assert autoencoders.contents_row(autoencoders.ALONE, 1, 0, code_size=4, pictures=60, held_out=8)["trained_on"] == 0


def test_the_kept_table_is_whole_and_its_baseline_can_be_made_again():
    kept = load_table("autoencoders")
    seeds = {row["seed"] for row in kept["rows"]}
    assert len(seeds) >= 3
    for size in SIZES:
        assert {r["seed"] for r in kept["rows"] if r["experiment"] == "sizes" and r["code_size"] == size} == seeds
    for trained_on in (0, 1, 6):
        chosen = [r for r in kept["rows"] if r["experiment"] == "contents" and r["trained_on"] == trained_on]
        assert {r["seed"] for r in chosen} == seeds
    # PCA needs no training, so it can be checked here to the last digit that was kept.
    faces, truth = autoencoders.draw(autoencoders.ALONE, 0, 3000, 300)
    known, asked = (tensors.to_tensor(some["ada"].pictures) for some in (faces, truth))
    again = autoencoders.pca_rebuilt(known, asked, 2).clamp(0, 1)
    inside = tensors.masks_to_tensor(truth["ada"].masks)
    row = next(r for r in kept["rows"] if r["experiment"] == "sizes" and (r["seed"], r["code_size"]) == (0, 2))
    assert metrics.explained(again, asked, known.mean(0), inside) == pytest.approx(row["pca"], abs=2e-3)
    json.dumps(kept)


def test_the_share_that_comes_through_is_counted_as_in_the_lesson():
    lesson = ast.parse((paths.ROOT / "lessons" / "02_autoencoders.py").read_text("utf-8"))
    function = next(f for f in ast.walk(lesson) if isinstance(f, ast.FunctionDef) and f.name == "share")
    scope: dict = {}
    exec(compile(ast.Module([function], []), "lesson 02", "exec"), scope)
    generator = torch.Generator().manual_seed(3)
    before, after = (torch.rand(3, 3, 6, 5, generator=generator) for _ in range(2))
    inside = (torch.rand(3, 1, 6, 5, generator=generator) > 0.4).float()
    net = lambda pictures: 0.3 * pictures.square() + 0.1  # noqa: E731
    counted = scope["share"](after - before, net(after) - net(before), inside)
    assert counted == pytest.approx(autoencoders.share_through(net, before, after, inside))
