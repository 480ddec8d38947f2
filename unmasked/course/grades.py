"""Grades for Moodle or Canvas: `python -m unmasked.course.grades GRADEBOOK_OR_FOLDER --format moodle`.

Beside nbgrader's own export (`nbgrader export`), which both of them would have to be taught to read.
"""

import argparse
import csv
import importlib
import io
import sys
from dataclasses import dataclass, field
from pathlib import Path

from unmasked import paths
from unmasked.course import lesson, records
from unmasked.course.commands import Stop, exit_code, say

FORMATS = ("moodle", "canvas")
GRADEBOOK = "gradebook.db"


@dataclass
class Student:
    """A student's points: assignment → points, None where nothing was handed in."""

    id: str
    first: str = ""
    last: str = ""
    email: str = ""
    points: dict[str, float | None] = field(default_factory=dict)


def from_gradebook(path: Path) -> tuple[dict[str, float], list[Student]]:
    """Assignment → most points, and the students, from an nbgrader gradebook (gradebook.db), late penalties taken off.

    Raises Stop when nbgrader isn't installed or the file is no gradebook.
    """
    if not path.is_file():
        raise Stop(f"{path} is not there: nbgrader makes it when it generates an assignment.")
    try:
        # Not a package of the students' set: this command belongs to the instructor.
        api = importlib.import_module("nbgrader.api")
    except ImportError as error:
        raise Stop('nbgrader reads its gradebook, and it isn\'t installed here: pip install -e ".[class]"') from error
    try:
        with api.Gradebook(f"sqlite:///{path.resolve().as_posix()}") as book:
            most = {assignment.name: float(assignment.max_score) for assignment in book.assignments}
            students = {
                one.id: Student(one.id, one.first_name or "", one.last_name or "", one.email or "")
                for one in book.students
            }
            for name in most:
                for one in students.values():
                    one.points[name] = None
                for handed in book.assignment_submissions(name):
                    left = max(0.0, float(handed.score) - float(handed.late_submission_penalty or 0))
                    students[handed.student.id].points[name] = left
    except Exception as error:
        reason = " ".join(str(error).split())[:160]
        raise Stop(f"{path} can't be read as a gradebook of nbgrader's ({reason})") from error
    return most, sorted(students.values(), key=lambda one: one.id)


def from_records(folder: Path) -> tuple[dict[str, float], list[Student]]:
    """The same from a folder of learners' records: an exercise that held once gives its difficulty as points.

    Records are the learners' own files and can be edited: points for having worked, not for an examination.
    """
    learners = records.collect(folder, say)
    begun = {topic for learner in learners for topic in learner.entries}
    most, students = {}, [Student(learner.name) for learner in learners]
    for topic in (topic for topic in lesson.topics() if topic in begun):
        words = lesson.load(topic)
        slug = f"{words.number}_{words.slug}"
        most[slug] = float(sum(exercise.difficulty for exercise in words.exercises.values()))
        for learner, student in zip(learners, students, strict=True):
            tried = records.exercises(learner.entries.get(topic, []))
            got = [words.exercises[id].difficulty for id in tried if id in words.exercises and records.held(tried[id])]
            student.points[slug] = float(sum(got)) if topic in learner.entries else None
    return most, students


def moodle(most: dict[str, float], students: list[Student], zero: bool = False) -> str:
    """A file for Moodle's Grades → Import → CSV: percentages, because Moodle gives a new column a maximum of 100.

    What was not handed in is "-", which Moodle takes for no grade, or 0 with `zero`. Above 100 it would refuse the
    whole file, so a bonus ends there. Read against grade/import/csv/classes/load_data.php of Moodle's source.
    """
    rows = [["username", "firstname", "lastname", "email", *most]]
    for one in students:
        scores = [
            _number(_percent(points, most[name])) if points is not None else "0" if zero else "-"
            for name, points in ((name, one.points.get(name)) for name in most)
        ]
        rows.append([one.id, _plain(one.first), _plain(one.last), _plain(one.email), *scores])
    return _csv(rows)


def canvas(most: dict[str, float], students: list[Student], zero: bool = False) -> str:
    """A file for Canvas's Gradebook → Import: points, with the row of the most points that are possible.

    What was not handed in stays empty, or becomes 0 with `zero`; where a grade stood, Canvas shows an empty cell as a
    change and asks. People are known by their login. Read against lib/gradebook_importer.rb of Canvas's source.
    """
    rows = [["Student", "ID", "SIS User ID", "SIS Login ID", "Section", *most]]
    rows.append(["    Points Possible", "", "", "", "", *map(_number, most.values())])
    for one in students:
        who = _plain(", ".join(part for part in (one.last, one.first) if part) or one.id)
        scores = [one.points.get(name) for name in most]
        shown = [_number(points) if points is not None else "0" if zero else "" for points in scores]
        rows.append([who, "", "", one.id, "", *shown])
    return _csv(rows)


def _percent(points: float, most: float) -> float:
    return min(100.0, 100 * points / most) if most else 100.0


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _plain(text: str) -> str:
    text = " ".join(text.split())  # Canvas guesses the separator line by line, and a name may hold a line break
    # A spreadsheet takes such a cell for a formula, and runs it.
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def _csv(rows: list[list[str]]) -> str:
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\r\n").writerows(rows)
    return stream.getvalue()


def _source(path: Path) -> tuple[dict[str, float], list[Student]]:
    if path.is_dir() and (path / GRADEBOOK).is_file():
        return from_gradebook(path / GRADEBOOK)
    if path.is_dir():
        return from_records(path)
    return from_gradebook(path)


def main(argv: list[str] | None = None) -> int:
    """The exit code: 0 well, 1 when something hinders."""
    parser = argparse.ArgumentParser(
        prog="python -m unmasked.course.grades",
        description="Grades for Moodle or Canvas, from nbgrader's gradebook or from a folder of learners' records.",
    )
    parser.add_argument("source", help="gradebook.db, the nbgrader course folder that holds it, or a folder of records")
    parser.add_argument("--format", required=True, choices=FORMATS, help="whom the file is for")
    parser.add_argument("-o", "--output", help="the file to write; without it grades-FORMAT.csv")
    parser.add_argument("--zero", action="store_true", help="what was not handed in counts 0")
    options = parser.parse_args(argv)

    def work() -> int:
        most, students = _source(Path(options.source))
        if not students:
            raise Stop(f"{options.source} holds no students: no gradebook of nbgrader's, and no records either.")
        if options.format == "moodle":
            for one in students:
                for name, points in one.points.items():
                    if points is not None and points > most[name] > 0:
                        say(
                            f"{one.id}, {name}: {_number(points)} of {_number(most[name])} points are written as 100 %."
                        )
        written = (moodle if options.format == "moodle" else canvas)(most, students, options.zero)
        path = Path(options.output or f"grades-{options.format}.csv")
        paths.write_aside(path, written.encode("utf-8", errors="replace"))
        say(f"Written: {path} ({len(students)} students, {len(most)} lessons)")
        return 0

    return exit_code(work)


if __name__ == "__main__":
    sys.exit(main())
