"""What a lesson's .toml says, and the hints that are read from it."""

import shutil
from pathlib import Path

import pytest

from unmasked import paths
from unmasked.course import hint, lesson, record

DEMO = Path(__file__).parents[1] / "demo" / "lessons"


@pytest.fixture
def lessons(tmp_path, monkeypatch):
    """A lessons folder with the demo lesson in it."""
    folder = tmp_path / "lessons"
    shutil.copytree(DEMO, folder)
    monkeypatch.setattr(paths, "LESSONS", folder)
    return folder


def _change(lessons, old, new):
    path = lessons / "01_demo.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text, f"the demo lesson has no {old!r} any more"
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_a_lesson_is_found_by_its_topic(lessons):
    loaded = lesson.load("demo")
    assert (loaded.number, loaded.slug, loaded.title, loaded.minutes) == ("01", "demo", "A tiny lesson", 2)
    assert loaded.exercises["demo.counter"].difficulty == 2 and len(loaded.exercises["demo.counter"].hints) == 3
    assert loaded.predictions["demo.sum"].choices == ("6", "12")
    assert lesson.questions("demo")[0].answer == 0
    assert lesson.topics() == ["demo"]


def test_underscores_in_a_file_are_hyphens_in_a_topic(lessons):
    text = (lessons / "01_demo.toml").read_text(encoding="utf-8").replace("demo", "big-demo")
    (lessons / "02_big_demo.toml").write_text(text, encoding="utf-8")
    assert lesson.load("big-demo").slug == "big_demo"
    assert lesson.topics() == ["demo", "big-demo"]


def test_an_unknown_topic_lists_what_there_is(lessons):
    with pytest.raises(ValueError, match=r"'nothing'.*demo"):
        lesson.load("nothing")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('title = "A tiny lesson"', "", "title must be str; got None"),
        ('topic = "demo"', 'topic = "other"', "topic is 'other'"),
        ("minutes = 2", 'minutes = "two"', "minutes must be int or float"),
        ("difficulty = 3", "difficulty = 4", r"demo\.rows.*1, 2 or 3; got 4"),
        ('"Multiply every value.", ', "", r"demo\.double.*hints must have 3 entries; got 2"),
        ("answer = 0", "answer = 2", "question 1: answer must be an index into choices, 0 to 1; got 2"),
        ("answer = 0", "answer = true", "answer must be int; got True"),
        ('"It is a tiny one.", ', "", "question 1: why must have 2 entries; got 1"),
        ('choices = ["6", "12"]', 'choices = ["6"]', r"demo\.sum.*at least two"),
        ("demo.sum", "other.sum", "'other.sum' does not begin with the topic"),
        ("minutes = 2", "minutes = ", "not readable as TOML"),
    ],
)
def test_what_is_wrong_is_named(lessons, old, new, words):
    _change(lessons, old, new)
    with pytest.raises(ValueError, match=words) as raised:
        lesson.load("demo")
    assert "01_demo.toml" in str(raised.value), "the file must be named"


def test_hints_come_one_after_the_other_and_stay_at_the_third(lessons, learner_home, capsys):
    said = []
    for _ in range(4):
        hint("demo.double")
        said.append(capsys.readouterr().out)
    hints = lesson.load("demo").exercises["demo.double"].hints
    assert [hints.index(next(h for h in hints if h in text)) + 1 for text in said] == [1, 2, 3, 3]
    assert "Hint 1 of 3" in said[0] and 'hint("demo.double")' in said[0]
    assert [entry["level"] for entry in record.read("demo")] == [1, 2, 3, 3]


def test_a_certain_hint_can_be_asked_for(lessons, learner_home, capsys):
    hint("demo.double", 2)
    assert "Multiply every value." in capsys.readouterr().out
    hint("demo.double")
    assert "Hint 3 of 3" in capsys.readouterr().out, "the next after the second is the third"


@pytest.mark.parametrize("level", [0, 4, -1, 1.5, "2", True])
def test_a_level_that_is_none_is_refused(lessons, learner_home, level):
    with pytest.raises(ValueError, match="level: 1, 2 or 3"):
        hint("demo.double", level)


def test_hints_of_an_unknown_exercise_name_those_there_are(lessons, learner_home):
    with pytest.raises(ValueError, match=r"demo\.nothing.*demo\.double"):
        hint("demo.nothing")
    with pytest.raises(ValueError, match="a topic, a dot and a name"):
        hint("demo")


def test_a_record_that_cannot_be_written_stops_no_hint(lessons, learner_home, capsys):
    learner_home.mkdir()
    (learner_home / "record").write_text("a file where the folder should be", encoding="utf-8")
    hint("demo.double")
    said = capsys.readouterr().out
    assert "What is twice one?" in said and "could not be written" in said
