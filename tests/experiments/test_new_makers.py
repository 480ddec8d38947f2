"""Lesson 15's table: what its exams say of known answers, its kept rows, and how it is kept."""

import json

import numpy as np
import pytest
import torch

from unmasked.experiments import new_makers, one_shot, repaint
from unmasked.experiments.tables import load_table


@pytest.fixture(scope="module")
def asked():
    return one_shot.exam(3, 4, others=3, first=one_shot.NEVER_SEEN + 6_000)


def test_truth_still_and_lesson_04_score_what_they_must(asked):
    truth, still, old = (new_makers.swap_row(way, asked) for way in ("truth", "still", "lesson 04"))
    assert truth["explained"] == 1 and truth["rank1"] > 0.9
    assert still["rank1"] > 0.9 and still["smile"] < 0.3 and still["explained"] < 0.5
    assert old["rank1"] < 0.5 and old["explained"] < 0, "it can only draw Bo"


def test_a_net_of_its_own_is_repeatable_and_belongs_to_its_pair(asked):
    before = torch.get_rng_state()
    models = [new_makers.own_net(1, steps=1, pictures=8) for _ in range(2)]
    drawn = [new_makers.drawn_by_own(model, asked, 1) for model in models]
    assert torch.equal(*drawn) and drawn[0].shape == (4, 3, 64, 64)
    other = new_makers.own_net(2, steps=1, pictures=8)
    assert (other.characters["target"].average - models[0].characters["target"].average).abs().mean() > 0.01
    assert torch.equal(torch.get_rng_state(), before), "the learner's own random numbers were moved"


def test_the_strips_show_what_was_drawn(asked, monkeypatch):
    monkeypatch.setattr(new_makers, "SHOWN", 3)
    strips = new_makers.swap_strips(asked, [torch.zeros(4, 3, 64, 64)])
    assert {name: strip.shape for name, strip in strips.items()} == dict.fromkeys(strips, (3, 64, 64, 3))
    np.testing.assert_array_equal(strips["truth"][1], asked.truth[1].pictures[0])
    np.testing.assert_array_equal(strips["acted"][2], asked.acted[2].pictures[0])
    assert (strips[new_makers.OWN][0] == 0).all() and (strips[new_makers.OWN][1] == 153).all()


def test_the_makers_are_the_newer_two_and_two_old_ones():
    assert list(new_makers.makers()) == ["one-shot swap", "diffusion repaint", *new_makers.OLD]


def test_two_makers_are_compared_on_the_same_characters():
    tried, rng = new_makers.contest.Contest(names=["grain"]), np.random.default_rng(0)
    lucky = rng.normal(size=30)
    # One fake is always a little easier than the other; the characters differ far more than the makers do.
    for maker, more in (("real", 0.0), (new_makers.OLD[0], 1.0), ("one-shot swap", 1.3)):
        for character, own in enumerate(lucky):
            row = {"character": character, "maker": maker, "level": "JPEG 95", "grain": own + more}
            tried.rows.append(row)
    found = new_makers.than_old(tried, "grain", "one-shot swap", "JPEG 95")
    areas = [tried.area("grain", maker, "JPEG 95")["auc"] for maker in ("one-shot swap", new_makers.OLD[0])]
    assert found["than_old"] == pytest.approx(areas[0] - areas[1])
    assert 0 < found["than_old_low"] <= found["than_old"] <= found["than_old_high"] < 0.3
    assert set(new_makers.than_old(tried, "grain", new_makers.OLD[0], "JPEG 95").values()) == {0.0}


def test_the_command_keeps_what_it_made(tmp_path, monkeypatch):
    """With cheap stand-ins for what takes minutes."""
    row = {"rank1": 1.0, "helper": 1.0, "smile": 0.5, "jaw": 0.5, "explained": 0.5}
    made = []
    monkeypatch.setattr(new_makers, "swap_row", lambda way, asked: row)
    monkeypatch.setattr(new_makers, "own_rows", lambda *some: (row | {"seconds": 1.0}, []))
    monkeypatch.setattr(new_makers, "swap_strips", lambda asked, own: {"still": np.ones((6, 64, 64, 3), np.uint8)})
    monkeypatch.setattr(new_makers, "painted_strips", lambda: {"hole": np.full((6, 64, 64, 3), 7, np.uint8)})
    monkeypatch.setattr(new_makers, "hidden", lambda characters: None)
    monkeypatch.setattr(repaint, "quality", lambda model, crowd, steps: [{"steps": steps[0], "one": 0.5}])
    monkeypatch.setattr(new_makers, "names_of_examiners", lambda: ["grain"])

    def examined(characters, seed):
        made.append(seed)
        keys = [("grain", maker, level) for maker in new_makers.makers() for level in new_makers.LEVELS]
        return {key: {"auc": 0.5, "low": 0.4, "high": 0.6} for key in keys}

    monkeypatch.setattr(new_makers, "examined", examined)
    threads = torch.get_num_threads()
    try:
        for _ in range(2):
            new_makers.main(["--pairs", "2", "--frames", "3", "--folder", str(tmp_path)])
    finally:
        torch.set_num_threads(threads)
    table = json.loads((tmp_path / "new-makers.json").read_text())
    assert made == [0], "rows that were kept were made again"
    assert [tuple(kept[column] for column in new_makers.COLUMNS) for kept in table["rows"]][-1][1] == "grain"
    assert len(table["rows"]) == 4 + 2 + len(repaint.STEPS) + 4 * len(new_makers.LEVELS)
    strips = new_makers.load_examples(tmp_path)
    assert (strips["still"] == 1).all() and (strips["hole"] == 7).all() and not strips["truth"].any()


def test_the_kept_table_says_what_the_floors_ask():
    table = load_table(new_makers.TABLE)
    rows = {tuple(row[column] for column in new_makers.COLUMNS): row for row in table["rows"]}
    found = rows["one shot", "one shot", "all", ""]
    assert found["rank1"] >= 0.8 and found["smile"] >= 0.7 and found["jaw"] >= 0.7
    assert rows["one shot", "lesson 04", "all", ""]["rank1"] < 0.1
    assert {key[1] for key in rows if key[0] == "diffusion"} == {str(steps) for steps in repaint.STEPS}
    for key, row in rows.items():
        if key[0] == "examiners":
            assert 0 <= row["low"] <= row["auc"] <= row["high"] <= 1, key
            assert row["than_old_low"] <= row["than_old"] <= row["than_old_high"], key
    assert new_makers.load_examples()["one shot"].any()
