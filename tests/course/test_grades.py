"""Grades out: Moodle's and Canvas's files from nbgrader's gradebook or from records."""

import csv
import io
import json
import os
import sys
from pathlib import Path

import pytest

from unmasked.course import grades, lesson
from unmasked.course.commands import Stop
from unmasked.course.grades import Student

MOST = {"01_a": 4.0, "02_b": 9.0}
CLASS = [
    Student("ada", "Ada", "Lovelace", "ada@example.org", {"01_a": 3.0, "02_b": None}),
    Student("bo", '=cmd|"x"!A1', "Bo, jr.", "", {"01_a": 0.0, "02_b": 9.0}),
]


def rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


def test_moodle_gets_percentages_and_a_dash_for_what_is_missing():
    head, ada, bo = rows(grades.moodle(MOST, CLASS))
    assert head == ["username", "firstname", "lastname", "email", "01_a", "02_b"]
    assert ada == ["ada", "Ada", "Lovelace", "ada@example.org", "75", "-"]
    assert bo[4:] == ["0", "100"]
    assert rows(grades.moodle(MOST, CLASS, zero=True))[1][5] == "0"


def test_canvas_gets_points_and_what_is_possible():
    head, possible, ada, bo = rows(grades.canvas(MOST, CLASS))
    assert head == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "01_a", "02_b"]
    assert possible == ["    Points Possible", "", "", "", "", "4", "9"]
    assert ada == ["Lovelace, Ada", "", "", "ada", "", "3", ""]
    assert bo[0] == 'Bo, jr., =cmd|"x"!A1' and bo[5:] == ["0", "9"]
    assert rows(grades.canvas(MOST, CLASS, zero=True))[2][6] == "0"


ODD = [
    Student("ada@example.org", "Ada\nKing", "Lovelace; Countess", "", {"01_a": 4.5, "02_b": 1 / 3}),  # with a bonus
    Student("12345", "", "", "", {"01_a": None, "02_b": None}),
]


def separator(text: str) -> str:
    """The one that gives the first three lines the same number of fields: Canvas takes the greater number."""
    fields = {}
    for one in ",;":
        found = {len(next(csv.reader([line], delimiter=one))) for line in text.split("\r\n")[:3]}
        fields[one] = found.pop() if len(found) == 1 else 0
    return max(fields, key=fields.get)


@pytest.mark.parametrize("zero", [False, True])
@pytest.mark.parametrize("students", [CLASS, ODD])
def test_canvas_would_read_the_file_as_it_is_meant(students, zero):
    """By the rules of Canvas's own importer, instructure/canvas-lms, lib/gradebook_importer.rb."""
    text = grades.canvas(MOST, students, zero)
    assert separator(text) == ","
    head, possible, *people = rows(text)
    assert "Student" in head[0] and "ID" in head[1], "the header that it asks for"
    assert head[2:4] == ["SIS User ID", "SIS Login ID"] and "Section" in head[4], "it counts five columns of people"
    assert head[5:] == list(MOST), "every column after them is an assignment, found by its title"
    assert "Points Possible" in possible[0] and list(map(float, possible[5:])) == list(MOST.values())
    for row, one in zip(people, students, strict=True):
        assert "Points Possible" not in row[0] and any(row), "else the row isn't taken for a student's"
        assert (row[1], row[2], row[3]) == ("", "", one.id), "no number of Canvas's own: it looks the login up"
        for cell, points in zip(row[5:], one.points.values(), strict=True):
            assert cell == ("0" if zero else "") if points is None else abs(float(cell) - points) <= 0.005


@pytest.mark.parametrize("zero", [False, True])
@pytest.mark.parametrize("students", [CLASS, ODD])
def test_moodle_would_read_the_file_as_it_is_meant(students, zero):
    """By the rules of Moodle's own importer, moodle/moodle, grade/import/csv/classes/load_data.php."""
    head, *people = rows(grades.moodle(MOST, students, zero))
    assert head[0] == "username", "one of the fields that a user is known by"
    for row, one in zip(people, students, strict=True):
        assert row[0].strip() == one.id, "an empty one would be graded as the user before"
        assert len(row) == len(head) > 1
        for cell, points in zip(row[4:], one.points.values(), strict=True):
            assert cell == ("0" if zero else "-") if points is None else 0 <= float(cell) <= 100, (
                "above, all is refused"
            )


def test_a_bonus_that_moodle_would_refuse_is_said(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(grades, "_source", lambda path: (MOST, ODD))
    assert grades.main(["any", "--format", "moodle", "-o", str(tmp_path / "m.csv")]) == 0
    assert "ada@example.org, 01_a: 4.5 of 4 points are written as 100 %" in capsys.readouterr().out


def test_no_name_becomes_a_formula():
    odd = [Student("x", one, "", one) for one in ("=1+1", "+1", "-1", "@x", "\tx")]
    for text in (grades.moodle({}, odd), grades.canvas({}, odd)):
        for cells in rows(text)[1:]:
            assert not any(cell[:1] in ("=", "+", "@", "\t") for cell in cells)


def lay(folder, name: str, topic: str, *checks) -> None:
    file = folder / name / "record" / f"{topic}.jsonl"
    file.parent.mkdir(parents=True, exist_ok=True)
    made = [
        {"time": "2026-03-02T08:00:00+00:00", "kind": "check", "exercise": id, "outcome": outcome}
        for id, outcome in checks
    ]
    file.write_text("".join(json.dumps(one) + "\n" for one in made), encoding="utf-8")


def test_records_give_an_exercise_its_difficulty(tmp_path):
    exercises = lesson.load("start").exercises
    first, second = list(exercises)[:2]
    lay(tmp_path, "ada", "start", (first, "refused"), (first, "holds"), (second, "refused"), ("start.gone", "holds"))
    lay(tmp_path, "bo", "trust", ("trust.embed", "holds"))
    most, students = grades.from_records(tmp_path)
    assert list(most) == ["00_start", "14_trust"]
    assert most["00_start"] == sum(one.difficulty for one in exercises.values())
    assert students[0].points == {"00_start": exercises[first].difficulty, "14_trust": None}
    assert students[1].points == {
        "00_start": None,
        "14_trust": lesson.load("trust").exercises["trust.embed"].difficulty,
    }


def test_the_command_writes_a_file_and_says_what_hinders(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    lay(tmp_path / "class", "ada", "start", ("start.difference", "holds"))
    assert grades.main(["class", "--format", "moodle"]) == 0
    assert (tmp_path / "grades-moodle.csv").read_text(encoding="utf-8").startswith("username,")
    assert grades.main(["class", "--format", "canvas", "-o", "out/c.csv"]) == 0
    assert (tmp_path / "out" / "c.csv").exists()
    (tmp_path / "empty").mkdir()
    assert grades.main(["empty", "--format", "moodle"]) == 1 and "no students" in capsys.readouterr().out
    assert grades.main(["nowhere.db", "--format", "moodle"]) == 1 and "not there" in capsys.readouterr().out


@pytest.mark.slow
def test_a_file_that_is_no_gradebook_gets_words(tmp_path):
    pytest.importorskip("nbgrader.api", reason="nbgrader comes with the [class] extra")
    wrong = tmp_path / "gradebook.db"
    wrong.write_bytes(b"no database at all, but long enough to be read as one" * 20)
    with pytest.raises(Stop, match="can't be read as a gradebook"):
        grades.from_gradebook(wrong)


def test_without_nbgrader_it_says_how_to_get_it(tmp_path, monkeypatch):
    (tmp_path / "gradebook.db").write_bytes(b"")

    def missing(name):
        raise ImportError(name)

    monkeypatch.setattr(grades.importlib, "import_module", missing)
    with pytest.raises(Stop, match="pip install"):
        grades.from_gradebook(tmp_path / "gradebook.db")


@pytest.mark.slow
def test_a_real_gradebook_gives_what_nbgraders_own_export_gives(tmp_path, monkeypatch):
    api = pytest.importorskip("nbgrader.api", reason="nbgrader comes with the [class] extra")
    # nbgrader calls alembic by its bare name.
    monkeypatch.setenv("PATH", os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]))
    path = tmp_path / "gradebook.db"
    with api.Gradebook(f"sqlite:///{path.as_posix()}") as book:
        book.add_assignment("01_a", duedate="2026-03-01 00:00:00 UTC")
        book.add_notebook("01_a", "01_a")
        for cell, points in (("one", 1), ("two", 3)):
            book.add_grade_cell(cell, "01_a", "01_a", max_score=points, cell_type="code")
        book.add_student("ada", first_name="Ada", last_name="Lovelace", email="ada@example.org")
        book.add_student("bo")
        handed = book.add_submission("01_a", "ada")
        grade = book.find_grade("two", "01_a", "01_a", "ada")
        grade.auto_score, grade.manual_score = 3, 2.5
        book.db.commit()
        expected = max(0.0, handed.score - handed.late_submission_penalty)
    most, students = grades.from_gradebook(path)
    assert most == {"01_a": 4.0} and expected == 2.5
    assert [(one.id, one.last, one.points["01_a"]) for one in students] == [
        ("ada", "Lovelace", expected),
        ("bo", "", None),
    ]
    assert grades.main([str(tmp_path), "--format", "canvas", "-o", str(tmp_path / "c.csv")]) == 0
