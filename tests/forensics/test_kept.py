"""The final run: kept, shown again, and repeated only where that's asked for."""

import numpy as np
import pytest

from unmasked.forensics import contestant, kept
from unmasked.forensics.arena import Entrant, Outcome
from unmasked.forensics.quality import Quality

PLAN = {"entry": "examiner", "claim": "more than half"}


@pytest.fixture
def holding(tmp_path, monkeypatch):
    """A contest that counts how often it's held; its entry stands in examiner.py."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "examiner.py").write_text("EXAMINER = 1\n")
    held = []

    def hold():
        outcome = Outcome(when=f"2026-01-01T10:00:0{len(held)}+00:00")
        for maker, values in (("real", (0.0, np.nan, 1.0)), ("tint", (2.0, np.inf, 3.0))):
            for who, value in enumerate(values):
                row = {"character": who, "clip": 0, "hand": False, "maker": maker, "level": "JPEG 95"}
                outcome.rows.append(row | {"mine": value})
        outcome.names, outcome.sealed = ["mine"], {"makers": ["tint"], "examiners": []}
        outcome.outside = [Entrant("examiner.py", 0, "examiner", "mine", contestant.fingerprint("examiner.py"))]
        outcome.coverage, outcome.silent = {"tint": 1.0, "mine": 5 / 6}, {"tint"}
        outcome.quality = {"tint": {(2, 0): Quality(0.25, 0.5, 1.5)}}
        held.append(outcome)
        return outcome

    hold.held = held
    return hold


def test_a_final_run_is_made_once_and_comes_back_whole(holding):
    first = kept.final(holding, 4207, PLAN)
    again = kept.final(holding, 4207, PLAN)
    assert len(holding.held) == 1 and first.runs == again.runs == 1
    for run in (first, again):
        assert run.plan == PLAN and run.seed == 4207
        np.testing.assert_equal(vars(run.outcome), vars(holding.held[0]))
    assert again.words(PLAN) == [f"The final run on seed 4207, of {first.outcome.when}, kept in final-4207-1.json."]


def test_a_repetition_is_asked_for_kept_beside_and_said(holding):
    kept.final(holding, 4207, PLAN)
    second = kept.final(holding, 4207, PLAN, again=True)
    third = kept.final(holding, 4207, PLAN)
    assert len(holding.held) == 2 and second.path == third.path and third.path.name == "final-4207-2.json"
    assert "has been run 2 times here" in third.words(PLAN)[1]
    assert kept.final(holding, 4208, PLAN).runs == 1


def test_what_has_changed_since_is_said(holding, tmp_path):
    kept.final(holding, 4207, PLAN)
    (tmp_path / "examiner.py").write_text("EXAMINER = 2\n")
    run = kept.final(holding, 4207, PLAN | {"claim": "less"})
    told = " ".join(run.words(PLAN | {"claim": "less"}))
    assert run.plan == PLAN and "plan has changed" in told and "examiner.py has changed" in told


def test_a_practice_seed_and_a_file_that_is_none_are_worded(holding, tmp_path):
    with pytest.raises(ValueError, match="seed"):
        kept.final(holding, 101, PLAN)
    (tmp_path / "final-4207-1.json").write_text("{}")
    with pytest.raises(ValueError, match=r"final-4207-1.json: it is no kept final run"):
        kept.final(holding, 4207, PLAN)
