"""The ranking: every contest is drawn, few characters shuffle the ranks, and all of them give the final order."""

import numpy as np
import pytest

from unmasked.experiments import capstone
from unmasked.widgets.benches.ranking import CONTESTS, ranking

WHO = 40


@pytest.fixture(scope="module")
def rows():
    generator = np.random.default_rng(0)
    found = []
    for maker, shift in (("real", 0.0), ("plain", 1.0), ("other", 0.6)):
        for level in ("JPEG 95", "H.264 40"):
            seen = generator.normal(shift, 1, WHO)
            scores = {f"net {k}": (seen + generator.normal(0, 1 + k / 8, WHO)).tolist() for k in range(5)}
            found.append({"maker": maker, "level": level, "scores": scores, "quality": None})
    return found


@pytest.fixture(scope="module")
def bench(rows):
    return ranking(rows)


@pytest.mark.parametrize("characters", [4, 24, WHO])
@pytest.mark.parametrize("contest", [1, CONTESTS])
def test_every_contest_is_drawn(bench, characters, contest):
    shown = bench.draw({"characters": characters, "contest": contest})
    assert f"Contest {contest} with {characters} characters" in shown.words
    assert all(f"net {k}" in shown.alt for k in range(5)) and len(shown.meters) == 2


def test_all_characters_give_the_final_order_whatever_the_contest(bench):
    for contest in (1, 5):
        assert "10 of 10 pairs" in bench.draw({"characters": WHO, "contest": contest}).words


def test_few_characters_shuffle_the_ranks_and_widen_the_intervals(bench):
    scene = bench.draw.__self__
    few, many = (scene.held(count, 3) for count in (4, WHO))
    orders = {tuple(scene.held(4, contest)) for contest in range(1, CONTESTS + 1)}
    assert len(orders) > 3
    wide = [np.mean([row["high"] - row["low"] for row in held.values()]) for held in (few, many)]
    assert wide[0] > 2 * wide[1]


def test_the_axis_stays_where_it_is(bench):
    """Else the same AUC would stand elsewhere after a move of the slider."""
    few, many = (bench.draw(dict(zip(("characters", "contest"), one, strict=True))) for one in ((4, 1), (WHO, 2)))
    ticks = [shown.panels[0].picture[-40:] for shown in (few, many)]
    assert ticks[0].min() < 255, "the axis has numbers below it"
    np.testing.assert_array_equal(*ticks)


def test_the_picture_keeps_its_size(bench):
    sizes = {bench.draw({"characters": c, "contest": k}).panels[0].picture.shape for c in (4, WHO) for k in (1, 2)}
    assert len(sizes) == 1


@pytest.mark.parametrize("wrong", [[], [{"maker": "real"}], "rows"])
def test_other_rows_are_refused_in_words(wrong):
    with pytest.raises(ValueError, match="rows: wanted those of the kept table"):
        ranking(wrong)


def test_too_few_characters_are_refused(rows):
    short = [row | {"scores": {name: values[:4] for name, values in row["scores"].items()}} for row in rows]
    with pytest.raises(ValueError, match="more than 4 characters"):
        ranking(short)


def test_a_contest_of_all_is_the_mean_of_its_areas(rows):
    from sklearn.metrics import roc_auc_score

    held = capstone.small_contest(capstone.mean_wins(rows), np.arange(WHO))
    areas = []
    for level in ("JPEG 95", "H.264 40"):
        real = capstone.scores_of(rows, "net 2", "real", level)
        for maker in ("plain", "other"):
            fake = capstone.scores_of(rows, "net 2", maker, level)
            areas.append(roc_auc_score([0] * WHO + [1] * WHO, [*real, *fake]))
    assert held["net 2"]["auc"] == pytest.approx(np.mean(areas))
    assert held["net 2"]["low"] <= held["net 2"]["auc"] <= held["net 2"]["high"]
