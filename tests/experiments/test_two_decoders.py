"""Lesson 04's table: rows that can be made again, the probe, and a table that is written whole."""

import pytest
import torch

from unmasked.experiments import two_decoders
from unmasked.experiments.tables import load_table


@pytest.mark.parametrize("variant", list(two_decoders.VARIANTS))
def test_a_row_can_be_made_again(made_again, variant):
    row = made_again(two_decoders.two_decoders_row, variant)
    assert 0 <= row["probe_accuracy"] <= 1


def test_an_unknown_variant_is_worded(drawn):
    with pytest.raises(
        ValueError, match=r"wanted one of 'separate', 'shared', 'standardised', 'matched', 'guided', got 'both'"
    ):
        two_decoders.two_decoders_row("both", 0, 2, drawn=drawn)


def test_the_probe_tells_codes_apart_only_where_they_differ(faces, truth):
    class Codes(torch.nn.Module):
        def __init__(self, telling: float):
            super().__init__()
            self.telling, self.generator = telling, torch.Generator().manual_seed(1)

        def encode(self, pictures, name):
            codes = torch.randn(len(pictures), 4, generator=self.generator)
            codes[:, 0] += self.telling * (name == "bo")
            codes[:, 3] = 0  # a number that never changes must not become NaN
            return codes

    assert two_decoders.probe_accuracy(Codes(20.0), faces, truth) == 1
    assert 0.25 < two_decoders.probe_accuracy(Codes(0.0), faces, truth) < 0.75


def test_the_table_is_written_whole_and_read_back(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(two_decoders, "VARIANTS", {key: two_decoders.VARIANTS[key] for key in ("separate", "guided")})
    arguments = ["--seeds", "2", "--steps", "1", "--batch", "4", "--pictures", "12", "--held-out", "4"]
    two_decoders.main([*arguments, "--folder", str(tmp_path)])
    table = load_table("two-decoders", folder=tmp_path)
    assert [(row["seed"], row["variant"]) for row in table["rows"]] == [
        (seed, variant) for seed in (0, 1) for variant in ("separate", "guided")
    ]
    assert table["command"] == "python -m unmasked.experiments.two_decoders " + " ".join(arguments)
    assert table["settings"] == {"seeds": 2, "steps": 1, "batch": 4, "pictures": 12, "held_out": 4}
    assert [file.name for file in tmp_path.iterdir()] == ["two-decoders.json"], "something half-written is left"

    written = (tmp_path / "two-decoders.json").read_bytes()
    two_decoders.main([*arguments, "--folder", str(tmp_path), "--one-seed", "1"])
    assert (tmp_path / "two-decoders.json").read_bytes() == written, "--one-seed only prints"
    last = capsys.readouterr().out.splitlines()[-1]
    for key in ("variant", "seed", "explained_ab", "probe_accuracy"):
        assert f"{key} {table['rows'][-1][key]}" in last, "made again, the row says something else"


def test_the_kept_table_says_what_lesson_04_says():
    rows = load_table("two-decoders")["rows"]
    rebuilt = [(row["reconstruction_a"] + row["reconstruction_b"]) / 2 for row in rows]
    assert max(rebuilt) - min(rebuilt) < 0.05, "the reconstructions hardly differ from row to row"
    swaps = {variant: {} for variant in two_decoders.VARIANTS}
    for row in rows:
        swaps[row["variant"]][row["seed"]] = (row["explained_ab"] + row["explained_ba"]) / 2
    for seed in (0, 1, 2):
        order = sorted(swaps, key=lambda variant: swaps[variant][seed])
        assert order == ["separate", "standardised", "shared", "matched", "guided"], f"seed {seed}: {order}"
    assert all(row["probe_accuracy"] > 0.55 for row in rows if row["variant"] == "guided"), "more often than guessing"
