"""What survives: the rows of lesson 14's table, made small, and the table that is kept."""

import numpy as np
import pytest

from unmasked import toons
from unmasked.experiments import trust
from unmasked.experiments.tables import load_table


def test_rows_come_in_order_and_are_told_apart():
    keys = trust.wanted(2)
    assert len(set(keys)) == len(keys)
    assert {key[0] for key in keys} == {"mark", "false alarms", "hash"}


def test_a_mark_is_found_after_nothing_and_lost_after_a_crop():
    found = {name: trust.mark_row(0, 6.0, name, 6) for name in ("nothing", "JPEG 40", "cropped by 10%")}
    assert found["nothing"]["found"] == 1
    assert found["nothing"]["score"] > found["JPEG 40"]["score"] > found["cropped by 10%"]["score"] + 2
    assert found["nothing"]["psnr"] > found["JPEG 40"]["psnr"] and found["cropped by 10%"]["psnr"] is None


def test_a_stronger_mark_scores_more_and_costs_more():
    weak, strong = (trust.mark_row(1, strength, "nothing", 6) for strength in (2.0, 6.0))
    assert strong["score"] > weak["score"] and strong["psnr"] < weak["psnr"]


def test_wrong_keys_score_like_coins():
    row = trust.alarm_row(0, 4, 30)
    assert row["tries"] == 120 and abs(row["mean"]) < 0.4
    assert row["spread"] == pytest.approx(1, abs=0.25)


def test_distances_of_copies_and_of_pairs():
    assert not trust.distances("nothing", 2).any()
    copies, same, others = (trust.distances(what, 2) for what in ("JPEG 20", *trust.PAIRS))
    assert len(copies) == 2 * len(toons.CAST) and len(same) == len(toons.CAST) * 66  # pairs of 12 each
    assert copies.mean() < same.mean() < others.mean()


def test_the_kept_table_has_every_row_and_one_is_made_again():
    kept = load_table(trust.TABLE)
    keys = [tuple(row[column] for column in trust.COLUMNS) for row in kept["rows"]]
    assert keys == trust.wanted(3)
    again = keys.index(("mark", 2, 3.0, "JPEG 60"))
    row, made = kept["rows"][again], trust.mark_row(2, 3.0, "JPEG 60")
    assert abs(made["found"] - row["found"]) < 0.06 and made["score"] == pytest.approx(row["score"], abs=0.1)
    assert sum(kept["rows"][-1]["distances"]) == 55 * 120**2


def test_the_pictures_are_the_same_for_the_same_seed():
    assert (trust.adas(3, 2) == trust.adas(3, 2)).all() and np.ptp(trust.adas(3, 2)) > 50
