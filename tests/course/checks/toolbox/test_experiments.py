"""Checking experiments: the table's schema, and a row run again."""

import numpy as np
import pytest
import torch
from toolbox_trials import trial_of

from unmasked.course.checks import Open, Refused, has_columns, rerun_agrees


def test_a_table_has_its_columns():
    rows = [{"seed": 0, "score": 0.5, "name": "x"}, {"seed": np.int64(1), "score": torch.tensor(0.25), "name": "y"}]
    columns = {"seed": int, "score": float, "name": str}
    has_columns(rows, columns, at_least=2)
    for bad, words in [
        (rows[:1], "At least 2 rows were expected; got 1"),
        ({"seed": [0, 1]}, "list of dicts"),
        ([rows[0], {"seed": 1, "name": "y"}], "Row 2 .* missing: `score`"),
        ([rows[0], rows[1] | {"score": "high"}], "`score` in row 2 should be a number; got 'high'"),
        ([rows[0], rows[1] | {"score": float("nan")}], "got nan"),
        ([rows[0], rows[1] | {"seed": 0.5}], "a whole number"),
    ]:
        with pytest.raises(Refused, match=words):
            has_columns(bad, columns, at_least=2)
    with pytest.raises(Open):
        has_columns([rows[0], rows[1] | {"score": ...}], columns)


def test_a_row_run_again_must_agree():
    row = {"seed": 2, "score": 4.0}
    rerun_agrees(trial_of(), row, lambda row: row["seed"] ** 2, "score")
    with pytest.raises(Refused, match=r"`score` for seed 2, run again, should be 4; got 5"):
        rerun_agrees(trial_of(), row | {"score": 5.0}, lambda row: row["seed"] ** 2, "score")
