"""Every exercise's check against answers on file: wrong ones it must refuse, unusual right ones it must accept."""

import importlib
import sys
from pathlib import Path

import pytest
import wrong

from unmasked.course import checking, source, stubs
from unmasked.course.checks import Trial, find

DEMO = Path(__file__).parents[2] / "demo"
SEEDS = (0, 1, 20_261)
TRAINED = {"data-decides.experiment"}  # each of its answers trains networks: too slow for the fast part

sys.path.insert(0, str(DEMO))
importlib.import_module("demo_checks")
wrong.load(DEMO / "wrong_demo.py")
wrong.load_all()


def _exercises() -> dict[str, str]:
    """Exercise id → the source of its answer cell, for every lesson and the demo."""
    found = {}
    for path in [*source.lessons(), *source.lessons(DEMO / "lessons")]:
        try:
            checks = source.read(path).checks()
        except ValueError:
            # test_lessons names the mistake; here it must not hide the other lessons' checks.
            continue
        found |= {id: answer.text if answer else "" for id, (answer, _) in checks.items()}
    return found


EXERCISES = _exercises()


def _marks(id: str) -> list[pytest.MarkDecorator]:
    return [pytest.mark.slow] if id in TRAINED else []


def _on_file(kind: str) -> list:
    return [
        pytest.param(id, answer, id=f"{id}: {answer.name}", marks=_marks(id))
        for id, answers in wrong.ON_FILE.items()
        for answer in getattr(answers, kind)
    ]


def _judge(id: str, make, seed: int) -> checking.Outcome:
    context = wrong.ON_FILE[id].context() if id in wrong.ON_FILE else {}
    return checking.judge(find(id), make(context), context, seed)


@pytest.mark.parametrize("id", EXERCISES)
def test_enough_answers_are_on_file(id):
    answers = wrong.ON_FILE.get(id, wrong.Answers())
    assert len(answers.wrong) >= 3, f"{id} needs three wrong answers under tests/wrong; there are {len(answers.wrong)}"
    assert len(answers.right) >= 1, f"{id} needs an unusual right answer under tests/wrong"


@pytest.mark.parametrize("id", wrong.ON_FILE)
def test_answers_on_file_belong_to_an_exercise(id):
    assert id in EXERCISES, f"answers are on file for {id}, and no lesson checks it"


@pytest.mark.parametrize(("id", "answer"), _on_file("wrong"))
def test_a_wrong_answer_is_refused(id, answer):
    for seed in SEEDS:
        outcome = _judge(id, answer.attempt, seed)
        assert outcome.state in ("refused", "raised"), (
            f"{id}, wrong answer {answer.name!r}, seed {seed}: the check says {outcome.state!r}. {outcome.words}"
        )
        assert len(outcome.words) > 20, f"{id}: the check must say in words what is wrong with {answer.name!r}"


@pytest.mark.parametrize(("id", "answer"), _on_file("right"))
def test_an_unusual_right_answer_is_accepted(id, answer):
    for seed in SEEDS:
        outcome = _judge(id, answer.attempt, seed)
        assert outcome.state == "holds", (
            f"{id}, right answer {answer.name!r}, seed {seed}: {outcome.words or outcome.state}"
        )


@pytest.mark.parametrize("id", [pytest.param(id, marks=_marks(id)) for id in EXERCISES])
def test_the_reference_holds_and_is_the_same_each_time(id):
    context = wrong.ON_FILE[id].context() if id in wrong.ON_FILE else {}
    for seed in SEEDS:
        reference = Trial(id, None, find(id).answer, context, seed).reference
        outcome = checking.judge(find(id), reference, context, seed)
        assert outcome.state == "holds", f"{id}: the check does not accept its own reference: {outcome.words}"


@pytest.mark.parametrize(("id", "answer"), _on_file("wrong"))
def test_the_words_never_show_the_answer(id, answer):
    cell = EXERCISES.get(id, "")
    lines = cell.split("\n")
    secrets = [
        line.strip() for begin, end in stubs.blocks(cell) for line in lines[begin + 1 : end] if len(line.strip()) > 15
    ]
    words = _judge(id, answer.attempt, SEEDS[0]).words
    # A raised error quotes the attempt's own line, which may well be one of the answer's.
    quoted = words.partition(" of your cell: ")[0]
    shown = [line for line in secrets if line in quoted]
    assert not shown, f"{id}: refusing {answer.name!r}, the check shows the answer: {shown[0]!r}"
