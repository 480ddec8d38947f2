"""Lesson 12's table: the column of all clues together, and what is kept."""

import numpy as np

from unmasked.experiments import clues
from unmasked.experiments.tables import load_table
from unmasked.forensics import combine, contest
from unmasked.forensics.compression import LEVELS
from unmasked.makers import built_in


def test_all_clues_together_are_one_number_more_in_each_row():
    numbers = np.random.default_rng(0)
    rows = [
        {"maker": maker, "character": character, "a": numbers.normal(), "b": float(number) + numbers.normal(0, 0.1)}
        for character in range(10)
        for number, maker in enumerate((contest.REAL, "a maker"))
    ]
    found = clues.with_held_out(contest.Contest(rows, ["a", "b"]), ["a", "b"])
    assert found.names == ["a", "b", combine.NAME]
    assert [{key: row[key] for key in rows[0]} for row in found.rows] == rows
    real, fake = ([row[combine.NAME] for row in found.rows[number::2]] for number in (0, 1))
    assert max(real) < min(fake)


def test_the_command_writes_the_table_it_made(tmp_path, monkeypatch, capsys):
    kept = load_table("clues")
    made = {key: value for key, value in kept.items() if key not in ("command", "settings")}
    monkeypatch.setattr(clues, "make_table", lambda characters, seed, progress: made)
    clues.main(["--characters", "7", "--folder", str(tmp_path)])
    written = load_table("clues", folder=tmp_path)
    assert written["command"] == "python -m unmasked.experiments.clues --characters 7"
    assert written["settings"] == {"characters": 7, "seed": 0}
    assert list(written) == list(kept) and {key: written[key] for key in made} == made
    assert '"written": "clues.json"' in capsys.readouterr().out.splitlines()[-1]


def test_the_kept_table_is_whole():
    table = load_table("clues")
    assert table["makers"] == list(built_in()) and table["levels"] == list(LEVELS)
    wanted = {(c, m, level) for c in (*clues.CLUES, combine.NAME) for m in built_in() for level in LEVELS}
    found = [(row["clue"], row["maker"], row["level"]) for row in table["rows"]]
    assert set(found) == wanted and len(found) == len(wanted)
    assert all(row["low"] <= row["auc"] <= row["high"] for row in table["rows"])
    assert combine.shipped().names == tuple(clues.CLUES)


def test_what_the_lesson_says_of_the_kept_table_holds():
    table = load_table("clues")
    area = {(row["clue"], row["maker"], row["level"]): row["auc"] for row in table["rows"]}
    mild, jpeg, *_, hard = table["levels"]

    def mean(clue, level):
        return np.mean([area[clue, maker, level] for maker in table["makers"]])

    falls = {clue: mean(clue, mild) - mean(clue, hard) for clue in clues.CLUES}
    assert max(falls, key=falls.get) == "spectrum" and abs(falls["occlusion"]) < 0.02
    for maker in ("feathered swap", "another network"):
        assert area["spectrum", maker, jpeg] > area["spectrum", maker, mild] + 0.05
    for maker in table["makers"]:
        for level in table["levels"]:
            best = max(area[clue, maker, level] for clue in clues.CLUES)
            assert abs(area[combine.NAME, maker, level] - best) < 0.1, "the sum is about as good as the best clue"
