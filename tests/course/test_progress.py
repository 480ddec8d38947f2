"""The instructor's page: who is where, what stops whom, minutes, and no record that can break it."""

import html.parser
import json
import re

from unmasked.course import lesson, progress, records
from unmasked.course.records import Learner


def at(minute: int, kind: str, **fields) -> dict:
    return {"time": f"2026-03-02T08:{minute:02}:00.000+00:00", "kind": kind, **fields}


def tried(minute: int, outcome: str, exercise: str = "start.difference", words: str = "") -> dict:
    return at(minute, "check", exercise=exercise, outcome=outcome, words=words)


ADA = Learner("ada", {"start": [tried(0, "refused", words="too large"), tried(4, "holds"), tried(5, "refused")]})
BO = Learner(
    "bo",
    {
        "start": [
            tried(0, "open"),
            tried(3, "refused", words="too large"),
            at(4, "hint", exercise="start.difference", level=2),
            at(5, "quiz", question=0, choice=0, right=False, attempt=1),
            tried(9, "holds", "start.laughing"),
        ],
        "trust": [tried(30, "open", "trust.distance")],
    },
)


class Reader(html.parser.HTMLParser):
    """The rows of a page's tables, and its tags."""

    def __init__(self, text: str):
        super().__init__()
        self.rows, self.links, self.inside = [], [], False
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.links += [value for name, value in attrs if name in ("href", "src")]
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th") and self.rows:
            self.rows[-1].append("")
            self.inside = True

    def handle_endtag(self, tag):
        self.inside = self.inside and tag not in ("td", "th")

    def handle_data(self, data):
        if self.inside:
            self.rows[-1][-1] += data


def row(text: str, first: str) -> list[str]:
    return next(cells for cells in Reader(text).rows if cells and cells[0] == first)


def test_who_is_where():
    text = progress.report([ADA, BO])
    count = len(lesson.load("start").exercises)
    assert row(text, "Who")[1:3] == ["00", "14"]
    assert row(text, "ada")[1:4] == [f"1/{count}", "", "00 Start here"]
    trust = lesson.load("trust")
    assert row(text, "bo")[1:4] == [f"1/{count}", f"0/{len(trust.exercises)}", "14 Trust"]
    assert row(text, "ada")[-1] == "5" and row(text, "bo")[-1] == "9"
    assert "02 Mar 2026, 08:30" in row(text, "bo")


def test_what_stops_whom():
    first, second = progress.hurdles([ADA, BO], [lesson.load("start"), lesson.load("trust")])
    assert (first.id, first.stuck, first.tried, first.held, first.attempts, first.hints) == (
        "start.difference",
        ["bo"],
        ["ada", "bo"],
        ["ada"],
        [2],
        2,
    )
    assert first.said == {"too large": 2}
    assert (second.id, second.stuck) == ("start.laughing", [])
    assert row(progress.report([ADA, BO]), "00 start.difference")[1:6] == ["1", "2", "2", "1.0", "bo"]


def test_all_held_is_marked_by_more_than_a_colour():
    done = Learner("cleo", {"start": [tried(0, "holds", id) for id in lesson.load("start").exercises]})
    assert row(progress.report([done]), "cleo")[1].endswith("✓")


def test_the_quiz_names_the_usual_wrong_answer():
    question = lesson.load("start").quiz[0]
    assert row(progress.report([ADA, BO]), "00")[1:] == [question.question, "0 of 1", question.choices[0]]


def test_names_and_words_are_escaped_and_nothing_is_loaded():
    evil = '<script>alert("x")</script>'
    learner = Learner(evil, {"start": [tried(0, "refused", words=f"{evil}\ud800")]}, [f"{evil}: torn"])
    text = progress.report([learner])
    assert "<script" not in text and "&lt;script&gt;" in text
    text.encode("utf-8")
    assert not Reader(text).links and "http:" not in text.replace("http-equiv", "") and "https:" not in text


ODD = [
    {"kind": "check"},
    {"kind": "check", "exercise": ["start.difference"], "outcome": {}},
    {"kind": "check", "exercise": "start.gone", "outcome": "holds"},
    {"kind": "check", "exercise": "start.difference", "outcome": "perhaps"},
    {"kind": "check", "exercise": "start.difference", "outcome": "refused", "words": 7},
    {"kind": "hint", "exercise": "start.difference", "level": 10**30},
    {"kind": "hint", "exercise": {}, "level": "x"},
    {"kind": "quiz", "question": 0, "choice": 99, "right": "yes", "attempt": 1},
    {"kind": "quiz", "question": [], "choice": True, "right": None, "attempt": 1},
    {"kind": "quiz", "question": 0, "choice": float("nan"), "attempt": 1},
    {"kind": "prediction"},
    {"kind": "\ud800", "time": "2026-03-02T08:00:00"},
    {"kind": "check", "time": "9999-12-31T23:59:59-12:00", "exercise": None, "outcome": None},
]


def test_odd_records_never_break_the_page(tmp_path, capsys):
    for number, one in enumerate(ODD):
        file = tmp_path / f"learner{number}" / "record" / "start.jsonl"
        file.parent.mkdir(parents=True)
        file.write_text(json.dumps(one) + "\n", encoding="utf-8")
    together = tmp_path / "all" / "record" / "start.jsonl"
    together.parent.mkdir(parents=True)
    together.write_text("".join(json.dumps(one) + "\n" for one in ODD) + "{", encoding="utf-8")
    page = tmp_path / "page.html"
    assert progress.main([str(tmp_path), "-o", str(page)]) == 0
    text = page.read_text(encoding="utf-8")
    assert "exercises that the lesson doesn&#x27;t have" in text and "start.gone" in text
    assert "can&#x27;t be read and is left out" in text and "have no time" in text
    assert f"({len(ODD) + 1} learners" in capsys.readouterr().out


def test_a_folder_without_records_is_said(tmp_path, capsys):
    assert progress.main([str(tmp_path)]) == 1 and "There are no records" in capsys.readouterr().out
    assert progress.main([str(tmp_path / "nowhere")]) == 1 and "is no folder" in capsys.readouterr().out


def test_the_page_prints_and_has_both_lights():
    text = progress.report([ADA])
    assert "@media print" in text and "prefers-color-scheme: dark" in text
    assert re.search(r'<th scope="col">Who</th>', text) and '<th scope="row">ada</th>' in text


def test_the_minutes_of_the_class_stand_beside_the_lessons_own():
    words = lesson.load("start")
    cells = row(progress.report([ADA, BO]), f"00 {words.title}")
    assert cells[1:] == ["2", "7", "9", f"{words.minutes:g}"]
    assert str(int(records.PAUSE)) in progress.report([ADA])
