"""Model cards, a data sheet and a plan as forms that a program can check, and what a check of them says in words.

After Mitchell and others, *Model cards for model reporting*, 2019, and Gebru and others, *Datasheets for datasets*,
2018. A schema says which fields a form has and of what kind; whether what stands there is TRUE needs the thing itself,
so `misfits` holds a card's numbers against measured ones.
"""

from collections.abc import Iterator, Mapping

import numpy as np

from unmasked.arguments import checked_kind, checked_number, checked_numbers
from unmasked.forensics.splits import FINAL_FROM

_TEXT = {"type": "string", "minLength": 3}
_COUNT = {"type": "integer", "minimum": 1}
_LIST = {"type": "array", "items": _TEXT, "minItems": 1}


def _form(title: str, fields: Mapping) -> dict:
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": title,
        "type": "object",
        "properties": dict(fields),
        "required": list(fields),
        "additionalProperties": False,
    }


_PICTURE = _form(
    "pictures",
    {"kind": {"const": "picture"}, "height": _COUNT, "width": _COUNT, "channels": {"enum": [1, 3]}},
)
_MEASURED = _form(
    "a measurement",
    {
        "what": {"enum": ["explained swap", "explained expression", "sharpness"]},
        "value": {"type": "number", "maximum": 2},
        "low": {"type": "number"},
        "high": {"type": "number"},
        "count": {"type": "integer", "minimum": 2},
    },
)
MODEL_CARD = _form(
    "the card of a face swap",
    {
        "name": _TEXT,
        "task": {"const": "face swap"},
        "made_by": _TEXT,
        "date": {"type": "string", "pattern": r"^20\d\d-[01]\d-[0-3]\d$"},
        "inputs": _PICTURE,
        "outputs": _PICTURE,
        "parameters": _COUNT,
        "trained_on": _TEXT,
        "consent": _TEXT,
        "measured_on": _TEXT,
        "measured": {"type": "array", "items": _MEASURED, "minItems": 1},
        "made_for": _LIST,
        "not_for": _LIST,
        "limits": _LIST,
    },
)
DATA_SHEET = _form(
    "the data sheet of a set of faces",
    {
        "name": _TEXT,
        "why": _TEXT,
        "pictures": _COUNT,
        "height": _COUNT,
        "width": _COUNT,
        "characters": {"type": "object", "additionalProperties": _COUNT, "minProperties": 1},
        "persons": {"type": "integer", "minimum": 0},
        "how_made": _TEXT,
        "consent": _TEXT,
        "ranges": {
            "type": "object",
            "additionalProperties": {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2},
        },
        "made_for": _LIST,
        "not_for": _LIST,
        "upkeep": _TEXT,
    },
)
_SEED = {"type": "integer", "minimum": 0, "maximum": 8999}
_PRACTICE_SEED = {"type": "integer", "minimum": 0, "maximum": FINAL_FROM - 1}
_FOUND = _form(
    "a measurement",
    {
        "what": {
            "enum": ["AUC of finding", "AUC of being found", "coverage", "quality", "better than the comparison by"]
        },
        "value": {"type": "number", "maximum": 1},
        "low": {"type": "number"},
        "high": {"type": "number"},
    },
)
ENTRY_CARD = _form(
    "the card of a contest entry",
    {
        "name": _TEXT,
        "entry": {"enum": ["maker", "examiner"]},
        "made_by": _TEXT,
        "date": {"type": "string", "pattern": r"^20\d\d-[01]\d-[0-3]\d$"},
        "how_it_works": {"type": "string", "minLength": 20},
        "fitted_on": _TEXT,
        "consent": _TEXT,
        "seed": _SEED,
        "characters": {"type": "integer", "minimum": 2},
        "levels": _LIST,
        "against": _LIST,
        "compared_with": _TEXT,
        "strongest_opponent": _TEXT,
        "measured": {"type": "array", "items": _FOUND, "minItems": 2},
        "made_for": _LIST,
        "not_for": _LIST,
        "limits": _LIST,
    },
)
PLAN = _form(
    "the plan of a contest entry",
    {
        "entry": {"enum": ["maker", "examiner"]},
        "claim": {"type": "string", "minLength": 20},
        "compared_with": _TEXT,
        "better_by": {"type": "number", "minimum": 0, "maximum": 1},
        "wrong_if": {"type": "string", "minLength": 20, "description": "which result would refute you?"},
        "practice_seeds": {"type": "array", "items": _PRACTICE_SEED, "minItems": 1, "uniqueItems": True},
        "characters": {"type": "integer", "minimum": 2, "maximum": 1000},
        "hours": {"type": "number", "exclusiveMinimum": 0, "maximum": 100},
    },
)
# A card as one finds it: fluent, and filled in for another kind of model. Written for this course.
MISPLACED = {
    "name": "Our face swap",
    "task": "text generation",
    "made_by": "a team that was in a hurry",
    "date": "2023-05-02",
    "inputs": {"kind": "text", "context_length": 4096, "vocabulary": 32000},
    "outputs": {"kind": "text", "context_length": 4096, "vocabulary": 32000},
    "parameters": "7 billion",
    "trained_on": "two trillion words of books, code and web pages, filtered for quality",
    "measured_on": "questions of a school test, in English",
    "measured": [{"what": "perplexity", "value": 5.5}, {"what": "correct answers", "value": 0.46}],
    "made_for": ["assistants that chat", "summaries of long texts"],
    "not_for": ["languages other than English"],
    "limits": ["it can state what isn't so", "it can repeat opinions from its training texts"],
    "temperature": 0.7,
}
# The same card after somebody moved it into the form: every field is of the right kind now, and nothing fits.
DRESSED_UP = {
    "name": "Our face swap",
    "task": "face swap",
    "made_by": "a team that was in a hurry",
    "date": "2023-05-02",
    "inputs": {"kind": "picture", "height": 256, "width": 256, "channels": 3},
    "outputs": {"kind": "picture", "height": 256, "width": 256, "channels": 3},
    "parameters": 7_000_000_000,
    "trained_on": "two trillion words of books, code and web pages, filtered for quality",
    "consent": "the texts were open to all",
    "measured_on": "questions of a school test, in English",
    "measured": [{"what": "explained swap", "value": 0.97, "low": 0.96, "high": 0.98, "count": 1000}],
    "made_for": ["assistants that chat", "summaries of long texts"],
    "not_for": ["languages other than English"],
    "limits": ["it can state what isn't so", "it can repeat opinions from its training texts"],
}


def validate(card: Mapping, schema: Mapping = MODEL_CARD) -> list[str]:
    """What doesn't fit the form, in words, sorted by field; an empty list where all of it does. Raises TypeError."""
    import jsonschema

    checked_kind(card, Mapping, "card", "a dict")
    found = jsonschema.Draft202012Validator(schema).iter_errors(dict(card))
    return sorted(words for error in found for words in _in_words(error, schema["title"]))


def _in_words(error, title: str) -> Iterator[str]:
    place = ".".join(str(part) for part in error.absolute_path)
    wanted, got = error.validator_value, error.instance
    if error.validator == "required":
        inside = f"{place}." if place else ""
        # Each missing field comes as an error of its own, whose message names it.
        yield f"{inside}{error.message.split(chr(39))[1]}: is missing"
    elif error.validator == "additionalProperties" and wanted is False:
        inside = f"{place}." if place else ""
        home = error.schema.get("title", title)
        yield from (f"{inside}{name}: has no place in {home}" for name in got if name not in error.schema["properties"])
    elif error.validator in ("const", "enum"):
        options = [wanted] if error.validator == "const" else wanted
        yield f"{place}: wanted {' or '.join(map(repr, options))}, got {got!r}"
    elif error.validator == "type":
        kinds = {"integer": "a whole number", "number": "a number", "string": "text", "array": "a list"}
        yield f"{place or 'card'}: wanted {kinds.get(wanted, 'a form of its own')}, got {got!r}"
    elif error.validator == "minLength":
        asked = f": {error.schema['description']}" if "description" in error.schema else ""
        yield f"{place}: wanted {wanted} letter{'s' * (wanted > 1)} or more{asked}, got {got!r}"
    elif error.validator == "minItems":
        yield f"{place}: wanted {wanted} or more of them, got {len(got)}"
    else:
        yield f"{place or 'card'}: {error.message}"


def filled(words: Mapping, model, pictures, scores: Mapping[str, np.ndarray]) -> dict:
    """A model card whose numbers are counted and measured: `words`, and parameters, sizes and measurements beside them.

    model     a torch.nn.Module; every number that training can change is one of its parameters.
    pictures  what it takes and gives, torch.Tensor (N, C, H, W).
    scores    name of a measure → its values, float (N,), one a held-out picture. The card gets their mean and an
              interval of 95 %: 1.96 standard errors to either side, the sample standard deviation over √N.
    """
    channels, height, width = map(int, pictures.shape[1:])
    picture = {"kind": "picture", "height": height, "width": width, "channels": channels}
    measured = []
    for what, values in scores.items():
        values = checked_numbers(values, what, ("N",), least=2)
        mean, off = float(values.mean()), float(1.96 * values.std(ddof=1) / np.sqrt(len(values)))
        measured.append({"what": what, "value": mean, "low": mean - off, "high": mean + off, "count": len(values)})
    parameters = sum(parameter.numel() for parameter in model.parameters())
    sizes = {"inputs": picture, "outputs": dict(picture)}
    return {**words, **sizes, "parameters": parameters, "measured": measured}


def numbers_in(card: Mapping) -> dict[str, float]:
    """What can be measured again of a filled model card, by name: "parameters", "inputs.height", "measured.sharpness"….

    Raises ValueError for a card that doesn't fit its form.
    """
    problems = validate(card)
    if problems:
        raise ValueError(f"card: wanted one that fits its form, got {len(problems)} problems, such as: {problems[0]}")
    told = {"parameters": card["parameters"]}
    told |= {f"{end}.{side}": card[end][side] for end in ("inputs", "outputs") for side in ("height", "width")}
    return told | {f"measured.{one['what']}": one["value"] for one in card["measured"]}


def misfits(told: Mapping[str, float], facts: Mapping[str, float], tolerance: float = 0.02) -> list[str]:
    """The names, sorted, of what a card tells and the facts don't bear out.

    A name is among them where the card is silent on a fact, where it tells what nobody measured, and where its number
    is off by more than `tolerance` of the fact's size. Raises TypeError or ValueError.
    """
    tolerance = checked_number(tolerance, "tolerance", 0)
    silent_or_made_up = set(told) ^ set(facts)
    off = {
        name
        for name in set(told) & set(facts)
        if abs(checked_number(told[name], name) - checked_number(facts[name], name)) > tolerance * abs(facts[name])
    }
    return sorted(silent_or_made_up | off)
