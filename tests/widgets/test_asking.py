"""The quiz and the predictions: answers, words and the record."""

import pytest

from unmasked.course import lesson, record
from unmasked.course.lesson import Question
from unmasked.widgets import guessed, predict, predictions, quiz
from unmasked.widgets.asking import Quiz

pytestmark = pytest.mark.usefixtures("learner_home")


QUESTIONS = [
    Question("Why share the encoder?", ("Memory", "One language"), 1, ("It fits twice.", "Yes, both read it.")),
    Question("What is <b>?", ("x & y", "z"), 0, ("Right so.", "No.")),
]


def test_quiz_answers_in_words_and_keeps_the_record():
    bench = Quiz("try-it", QUESTIONS)
    bench._on_message(None, {"answer": {"question": 0, "value": 0}}, [])
    assert bench.answered[0]["words"] == "✗ Not this one. It fits twice."
    assert bench.answered[0]["marks"] == {0: "wrong"}
    bench.answer(0, 1)
    assert bench.answered[0]["words"] == "✓ Right. Yes, both read it."
    bench.answer(1, 0)
    assert "All answered: 1 of 2 right at the first try" in bench.words
    lines = [(e["question"], e["choice"], e["right"], e["attempt"]) for e in record.read("try-it")]
    assert lines == [(0, 0, False, 1), (0, 1, True, 2), (1, 0, True, 1)]


@pytest.mark.parametrize(
    "answer", [{"question": 9, "value": 0}, {"question": 0, "value": 5}, {"question": 0, "value": "x"}]
)
def test_quiz_says_when_an_answer_could_not_be_kept(answer):
    bench = Quiz("try-it", QUESTIONS)
    bench._on_message(None, {"answer": answer}, [])
    assert "could not be kept" in bench.error and bench.trace
    assert record.read("try-it") == []
    bench._on_message(None, {"answer": {"question": 0, "value": 0}}, [])
    assert bench.error == ""


def test_an_unwritable_record_is_said_and_not_swallowed(learner_home):
    learner_home.mkdir()
    (learner_home / "record").write_text("a file where a folder should be")
    bench = Quiz("try-it", QUESTIONS)
    bench._on_message(None, {"answer": {"question": 0, "value": 0}}, [])
    assert "could not be kept" in bench.error


def test_the_still_quiz_has_its_answers_folded_away_and_is_safe_html():
    data, _ = Quiz("try-it", QUESTIONS)._repr_mimebundle_()
    assert data["text/html"].count("<details>") == 2
    assert "What is &lt;b&gt;?" in data["text/html"] and "x &amp; y" in data["text/html"]
    assert "Why share the encoder?" in data["text/plain"]


def test_the_quiz_of_an_unknown_lesson_is_a_clear_error():
    with pytest.raises(ValueError, match="has no lesson"):
        quiz("no-such-lesson")


def test_predictions_come_back_beside_what_came_out():
    one = predict("try-it.smile", "What will Bo do?", ["smile", "frown"])
    two = predict("try-it.score", "Which score?", unit=" dB")
    one._on_message(None, {"answer": {"question": 0, "value": 1}}, [])
    one.answer(0, 0)
    two._on_message(None, {"answer": {"question": 0, "value": 21.5}}, [])
    assert "Noted: 21.5 dB" in two.answered[0]["words"]
    table = predictions("try-it", {"try-it.score": 24.123, "try-it.open": "a face"})
    assert table.rows == [
        ["What will Bo do?", "smile", ""],
        ["Which score?", "21.5 dB", "24.1"],
        ["try-it.open", "(no prediction)", "a face"],
    ]
    assert "24.1" in table._repr_html_() and "smile" in repr(table)


def test_a_guess_returns_where_the_result_is_seen_and_only_if_there_is_one(capsys):
    asked = predict("start.third")
    guessed("start.third")
    assert capsys.readouterr().out == ""
    asked.answer(0, 1)
    asked.answer(0, 0)
    guessed("start.third")
    assert "You predicted: Cleo, in Bo's colours" in capsys.readouterr().out
    with pytest.raises(ValueError, match="plans no prediction"):
        guessed("start.no-such")


def test_without_predictions_the_lesson_goes_on():
    assert "no prediction" in repr(predictions("try-it"))


@pytest.mark.parametrize("id", ["smile", "", ".x", None])
def test_prediction_ids_carry_a_topic(id):
    with pytest.raises(ValueError, match="id"):
        predict(id, "What?", ["a", "b"])


def test_predictions_refuse_what_makes_no_sense():
    with pytest.raises(ValueError, match="two or more"):
        predict("try-it.x", "What?", ["only one"])
    with pytest.raises(ValueError, match="not a prediction of the lesson"):
        predictions("try-it", {"other.x": 1})
    with pytest.raises(ValueError):
        predict("no-such-lesson.x")


def test_the_lessons_own_words_are_used(tmp_path, monkeypatch):
    from unmasked import paths

    (tmp_path / "04_try_it.toml").write_text(
        'title = "T"\ntopic = "try-it"\nminutes = 1\n[predictions."try-it.cross"]\nquestion = "What comes out?"\n'
        'choices = ["a", "b"]\n[[quiz]]\nquestion = "Q?"\nchoices = ["a", "b"]\nanswer = 0\nwhy = ["yes", "no"]\n'
    )
    monkeypatch.setattr(paths, "LESSONS", tmp_path)
    assert predict("try-it.cross").questions[0]["question"] == "What comes out?"
    assert quiz("try-it").questions == [{"question": "Q?", "choices": ["a", "b"]}]
    with pytest.raises(ValueError, match="plans no prediction"):
        predict("try-it.other")
    assert predictions("try-it", {"try-it.cross": 1}).rows[0][0] == "What comes out?"
    assert lesson.questions("try-it")[0].answer == 0
