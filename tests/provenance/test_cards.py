"""Cards and data sheets: what fits the form, what doesn't and where, and numbers that nobody measured."""

import copy
import math

import jsonschema
import numpy as np
import pytest
import torch

from unmasked.provenance import cards

FACTS = {
    "parameters": 1000,
    "inputs.height": 64,
    "inputs.width": 48,
    "outputs.height": 64,
    "outputs.width": 48,
    "measured.explained swap": 0.8,
}


@pytest.fixture
def card():
    picture = {"kind": "picture", "height": 64, "width": 48, "channels": 3}
    measured = {"what": "explained swap", "value": 0.8, "low": 0.7, "high": 0.9, "count": 20}
    return {
        "name": "a swap",
        "task": "face swap",
        "made_by": "a class",
        "date": "2026-11-29",
        "inputs": picture,
        "outputs": dict(picture),
        "parameters": 1000,
        "trained_on": "drawn faces",
        "consent": "nobody is shown",
        "measured_on": "held-out faces",
        "measured": [measured],
        "made_for": ["learning"],
        "not_for": ["people"],
        "limits": ["toons only"],
    }


def test_all_schemas_are_schemas():
    for schema in (cards.MODEL_CARD, cards.DATA_SHEET, cards.ENTRY_CARD, cards.PLAN):
        jsonschema.Draft202012Validator.check_schema(schema)


def test_a_card_that_fits_has_no_problems_and_stays_as_it_is(card):
    before = copy.deepcopy(card)
    assert cards.validate(card) == [] and card == before
    assert cards.numbers_in(card) == FACTS
    assert cards.misfits(cards.numbers_in(card), FACTS) == []


@pytest.mark.parametrize("field", list(cards.MODEL_CARD["properties"]))
def test_each_field_is_missed(card, field):
    del card[field]
    assert f"{field}: is missing" in cards.validate(card)


def test_what_is_of_another_kind_is_named(card):
    card |= {"parameters": "many", "vocabulary": 3, "limits": [], "date": "soon"}
    card["inputs"]["channels"] = 2
    card["measured"][0]["what"] = "perplexity"
    found = cards.validate(card)
    for part in ("parameters: wanted a whole number", "vocabulary: has no place", "inputs.channels: wanted 1 or 3"):
        assert any(words.startswith(part) for words in found), found
    for part in ("measured.0.what", "limits", "date"):
        assert any(words.startswith(part) for words in found), found
    with pytest.raises(ValueError, match="problems, such as"):
        cards.numbers_in(card)


def test_the_misplaced_card_fails_by_its_form_and_the_one_in_disguise_by_its_numbers():
    found = cards.validate(cards.MISPLACED)
    assert any("context_length" in words for words in found) and any("perplexity" in words for words in found)
    assert cards.validate(cards.DRESSED_UP) == []
    assert cards.misfits(cards.numbers_in(cards.DRESSED_UP), FACTS) == sorted(FACTS)


def test_a_misfit_is_silent_made_up_or_off():
    told = {"a": 100.0, "b": 1.0, "made up": 3.0, "zero": 0.0}
    facts = {"a": 102.0, "b": -1.0, "silent": 3.0, "zero": 0.0}
    assert cards.misfits(told, facts) == ["b", "made up", "silent"]
    assert cards.misfits(told, facts, 0.01) == ["a", "b", "made up", "silent"]
    with pytest.raises(ValueError, match="a: wanted"):
        cards.misfits({"a": math.nan}, {"a": 1.0})
    with pytest.raises(TypeError, match="card"):
        cards.validate([])


def test_a_card_is_filled_by_counting_and_measuring(card):
    words = {name: told for name, told in card.items() if name not in ("inputs", "outputs", "parameters", "measured")}
    net = torch.nn.Linear(3, 4)
    values = np.array([0.5, 0.7, 0.9])
    made = cards.filled(words, net, torch.zeros(5, 3, 64, 48), {"explained swap": values})
    assert cards.validate(made) == [] and made["parameters"] == 16
    assert (made["inputs"]["height"], made["outputs"]["width"]) == (64, 48)
    one = made["measured"][0]
    assert (one["value"], one["count"]) == (pytest.approx(0.7), 3)
    assert one["high"] - one["value"] == pytest.approx(1.96 * 0.2 / 3**0.5)
    with pytest.raises(ValueError, match="sharpness: wanted 2 or more"):
        cards.filled(words, net, torch.zeros(5, 3, 64, 48), {"sharpness": [1.0]})


PLAN = {
    "entry": "examiner",
    "claim": "Grain alone finds half of the makers.",
    "compared_with": "all clues",
    "better_by": 0.05,
    "wrong_if": "The interval of the difference lies below 0.",
    "practice_seeds": [1, 2],
    "characters": 8,
    "hours": 1.5,
}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"entry": "judge"}, "entry: wanted 'maker' or 'examiner'"),
        ({"wrong_if": ""}, "wrong_if: wanted 20 letters or more: which result would refute you?, got ''"),
        ({"practice_seeds": []}, "practice_seeds"),
        ({"practice_seeds": [1, 1]}, "practice_seeds"),
        ({"practice_seeds": [1000]}, "practice_seeds.0"),
        ({"final_seed": 4207}, "final_seed: has no place in the plan"),
        ({"characters": 1}, "characters"),
        ({"hours": 0}, "hours"),
        ({"luck": "none"}, "luck: has no place in the plan"),
    ],
)
def test_a_plan_with_a_gap_is_told(change, words):
    assert cards.validate(PLAN, cards.PLAN) == []
    (told,) = cards.validate(PLAN | change, cards.PLAN)
    assert words in told


def test_an_entrys_card_wants_its_conditions():
    measured = [{"what": what, "value": 0.8, "low": 0.7, "high": 0.9} for what in ("AUC of finding", "coverage")]
    card = {"name": "calm skin", "entry": "examiner", "made_by": "a class", "date": "2026-11-29"}
    card |= {
        "how_it_works": "by the grain of skin",
        "compared_with": "all clues",
        "strongest_opponent": "splice",
        "fitted_on": "nothing",
        "consent": "nobody is shown",
        "seed": 16,
        "characters": 8,
    }
    card |= {"levels": ["JPEG 95"], "against": ["splice"], "measured": measured}
    card |= {"made_for": ["learning"], "not_for": ["people"], "limits": ["toons only"]}
    assert cards.validate(card, cards.ENTRY_CARD) == []
    silent = {key: value for key, value in card.items() if key not in ("seed", "levels")}
    assert cards.validate(silent, cards.ENTRY_CARD) == ["levels: is missing", "seed: is missing"]
