"""Lesson 16's table: every number in its place, and what a smaller contest makes of it."""

import json
from types import SimpleNamespace

import numpy as np
import pytest

from unmasked.experiments import capstone
from unmasked.experiments.tables import load_table
from unmasked.forensics import arena, examiners
from unmasked.makers import Fake


class Tint:
    name = "tint"

    def make(self, clip, rng):
        masks = (clip.masks > 127).astype(np.float32)
        return Fake(np.clip(clip.frames + 40 * masks[..., None], 0, 255).astype(np.uint8), masks)


@pytest.fixture
def small(monkeypatch):
    """One cheap maker and one cheap examiner stand in for the course's."""
    monkeypatch.setattr(arena.course, "built_in", lambda: {"tint": Tint()})
    monkeypatch.setattr(examiners, "shipped", lambda: [lambda frames, landmarks: {"bright": float(frames.mean())}])


def test_the_rows_hold_every_number(small, tmp_path):
    capstone.main(["--characters", "3", "--seed", "5", "--folder", str(tmp_path)])
    table = json.loads((tmp_path / "capstone.json").read_text())
    assert table["command"] == "python -m unmasked.experiments.capstone --characters 3 --seed 5"
    assert [(row["maker"], row["level"]) for row in table["rows"]] == [
        (maker, level) for maker in ("real", "tint") for level in capstone.LEVELS
    ]
    real, fake = (capstone.scores_of(table["rows"], "bright", who, "JPEG 95") for who in ("real", "tint"))
    assert real.shape == fake.shape == (3,) and (fake > real).all()
    assert capstone.makers_in(table["rows"]) == ["tint"]


def test_a_maker_that_fails_leaves_no_table(small, monkeypatch):
    broken = SimpleNamespace(name="tint", make=lambda clip, rng: 1 / 0)
    monkeypatch.setattr(arena.course, "built_in", lambda: {"tint": broken, "other": Tint()})
    with pytest.raises(RuntimeError, match="ZeroDivisionError"):
        capstone.sealed_rows(2, 5, ["built-in"])


def test_what_is_not_there_is_said():
    rows = [{"maker": "real", "level": "JPEG 95", "scores": {"a": [1.0, 2.0]}, "quality": None}]
    with pytest.raises(ValueError, match="nothing of 'b' on 'real'"):
        capstone.scores_of(rows, "b", "real", "JPEG 95")
    with pytest.raises(ValueError, match="characters"):
        capstone.small_contest({"a": np.eye(3)}, np.array([0]))


def test_a_plan_names_an_opponent_of_its_own_side():
    rows = load_table("capstone")["rows"]
    plan = {"entry": "examiner", "claim": "It finds more than grain does.", "compared_with": "spectrum"}
    plan |= {"better_by": 0.1, "wrong_if": "Its interval lies below a tenth.", "practice_seeds": [1], "characters": 9}
    plan |= {"hours": 1}
    assert capstone.plan_gaps(plan, rows) == []
    (words,) = capstone.plan_gaps(plan | {"entry": "maker"}, rows)
    assert "compared_with: wanted one of" in words and "feathered swap" in words and "'spectrum'" in words
    (words,) = capstone.plan_gaps(plan | {"compared_with": "spectrumm"}, rows)
    assert "all clues" in words and "feathered" not in words


def test_who_finds_a_maker_best_is_the_best_of_all():
    rows = load_table("capstone")["rows"]
    by, found = capstone.found_best(rows, "feathered swap", "JPEG 95")
    assert by in rows[0]["scores"] and 0.5 < found <= 1


def test_the_kept_table_is_of_the_course_as_it_is():
    table = load_table("capstone")
    names = set(table["rows"][0]["scores"])
    assert {"all clues", "net, one maker", "net, self-blended"} <= names and len(names) == 10
    assert len(capstone.makers_in(table["rows"])) >= 5
    for row in table["rows"]:
        assert {len(scores) for scores in row["scores"].values()} == {table["settings"]["characters"]}
