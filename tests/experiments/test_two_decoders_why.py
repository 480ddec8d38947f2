"""Lesson 04's second table: one thing at a time is taken away from the shared net, and nothing else."""

import pytest
import torch

from unmasked.experiments import two_decoders, two_decoders_why
from unmasked.experiments.tables import load_table
from unmasked.models.swap import SPREAD


def net(variant, faces):
    torch.manual_seed(0)
    return two_decoders_why.untrained(variant, faces)


@pytest.mark.parametrize("variant", list(two_decoders_why.VARIANTS))
def test_a_row_can_be_made_again(made_again, variant):
    made_again(two_decoders_why.two_decoders_why_row, variant)


@pytest.mark.parametrize("variant", ["shared", "separate"])
def test_the_two_that_frame_it_are_the_first_tables(drawn, variant):
    rows = [
        make(variant, 0, 2, batch=4, drawn=drawn)
        for make in (two_decoders.two_decoders_row, two_decoders_why.two_decoders_why_row)
    ]
    for row in rows:
        del row["seconds"]
    assert rows[0] == rows[1]


@pytest.mark.parametrize(
    ("variant", "encoders", "layouts"),
    [("shared", 1, 1), ("own encoders", 2, 1), ("own layouts", 1, 2), ("separate", 2, 2), ("bent code", 1, 1)],
)
def test_what_is_shared_is_one_network(faces, variant, encoders, layouts):
    built = net(variant, faces)
    kinds = [type(part).__name__ for part in built.modules()]  # each module once, under however many names
    assert (kinds.count("Encoder"), kinds.count("Layout"), kinds.count("Decoder")) == (encoders, layouts, 2)


def test_the_averages_are_one_or_grey_also_after_training_stored_its_own(faces):
    pictures = {name: torch.from_numpy(some.pictures).permute(0, 3, 1, 2) / 255 for name, some in faces.items()}
    one, grey = net("one average", faces), net("no average", faces)
    for some in (one, grey):
        some.store_averages({name: torch.zeros(2, 3, 64, 64) for name in pictures})
    of_both = torch.cat(list(pictures.values())).mean(0)
    for name in pictures:
        assert torch.allclose(one.average(name), of_both, atol=1e-5)
        assert (grey.average(name) == 0.5).all() and (grey.characters[name].spread == SPREAD).all()
    assert not torch.equal(*(net("shared", faces).store_averages(pictures).average(name) for name in pictures))


def test_a_bent_code_bends(faces):
    pictures = torch.rand(4, 3, 64, 64, generator=torch.Generator().manual_seed(1))
    straight, bent = (net(variant, faces).encode(pictures, "ada") for variant in ("shared", "bent code"))
    assert torch.allclose(bent, torch.where(straight > 0, straight, 0.1 * straight), atol=1e-6)


def test_an_unknown_variant_is_worded(drawn):
    with pytest.raises(ValueError, match=r"variant: wanted one of 'shared', 'own encoders', .* got 'both'"):
        two_decoders_why.two_decoders_why_row("both", 0, 2, drawn=drawn)


def test_the_table_is_written_with_what_was_taken_away(tmp_path):
    arguments = ["--seeds", "1", "--steps", "1", "--batch", "4", "--pictures", "12", "--held-out", "4"]
    two_decoders_why.main([*arguments, "--folder", str(tmp_path)])
    table = load_table("two-decoders-why", folder=tmp_path)
    assert [row["variant"] for row in table["rows"]] == list(table["variants"]) == list(two_decoders_why.VARIANTS)
    assert table["command"] == "python -m unmasked.experiments.two_decoders_why " + " ".join(arguments)


def test_the_kept_table_says_what_lesson_04_says():
    table = load_table("two-decoders-why")
    of = {name: {r["seed"]: r for r in table["rows"] if r["variant"] == name} for name in table["variants"]}
    swaps = {
        name: {s: (r["explained_ab"] + r["explained_ba"]) / 2 for s, r in rows.items()} for name, rows in of.items()
    }
    mean = {name: sum(scores.values()) / len(scores) for name, scores in swaps.items()}
    rebuilt = [(r["reconstruction_a"] + r["reconstruction_b"]) / 2 for r in table["rows"]]
    assert max(rebuilt) - min(rebuilt) < 0.03, "rebuilt about equally well"
    assert min(mean, key=mean.get) == "own encoders" and all(score < 0 for score in swaps["own encoders"].values())
    for name in ("own layouts", "one average"):
        assert all(swaps[name][seed] < score for seed, score in swaps["shared"].items())
    assert 0 < mean["own layouts"] < mean["shared"] / 2, "more than half is gone"
    for name in ("no average", "bent code"):
        assert mean[name] > mean["shared"] - 0.04, f"{name}: next to nothing is lost"
