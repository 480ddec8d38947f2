"""The certificate page: what the record shows and no more, whoever wrote in the record."""

import json
import re
from html.parser import HTMLParser

import pytest

from unmasked.course import certificate, lesson, record

TOPIC = "two-decoders"


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("UNMASKED_HOME", str(tmp_path / "home"))
    return tmp_path


def lines(*entries):
    path = record.file(TOPIC)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"".join(entry if isinstance(entry, bytes) else json.dumps(entry).encode() for entry in entries))


def entry(minute, kind, **fields):
    said = {"time": f"2026-11-29T10:{minute:02}:00+00:00", "kind": kind, **fields}
    return json.dumps(said).encode() + b"\n"


def test_nothing_is_nothing(home):
    assert certificate.progress(TOPIC) is None
    assert "Nothing yet" in certificate.page()


def test_what_counts_is_counted_once():
    exercise, other = list(lesson.load(TOPIC).exercises)[:2]
    guess = next(iter(lesson.load(TOPIC).predictions))
    lines(
        entry(0, "check", exercise=exercise, outcome="open"),
        entry(4, "check", exercise=exercise, outcome="holds"),
        entry(5, "check", exercise=exercise, outcome="raised"),  # what was once right stays so
        entry(6, "check", exercise=other, outcome="refused"),
        entry(7, "check", exercise="two-decoders.none", outcome="holds"),
        entry(8, "prediction", id=guess, answer="a"),
        entry(9, "prediction", id=guess, answer="b"),
        entry(10, "quiz", question=0, right=False),
        entry(11, "quiz", question=0, right=True),
        entry(12, "quiz", question=1, right=True),
        entry(13, "quiz", question=99, right=True),
        entry(55, "hint", exercise=exercise, level=1),  # after a pause
    )
    found = certificate.progress(TOPIC)
    assert (found.held, found.guesses, found.right) == (1, 1, 1)
    assert (found.exercises, found.quiz) == (len(lesson.load(TOPIC).exercises), 5)
    assert found.minutes == 13 and (found.first, found.last) == ("2026-11-29", "2026-11-29")


def test_odd_lines_cost_themselves_only():
    lines(
        b'{"time": "torn\n',
        b"\xff\xfe\n",
        entry(1, "quiz", question=[0], right="yes"),
        entry(2, "prediction", id={"a": 1}),
        b'{"time": 3, "kind": "check", "exercise": "x"}\n',
        entry(3, "check", exercise=["x"], outcome="holds"),
    )
    found = certificate.progress(TOPIC)
    assert (found.held, found.guesses, found.right) == (0, 0, 0) and found.minutes == 2
    assert lesson.load(TOPIC).title.split(",")[0] in certificate.page()


class Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.text = [], []

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_data(self, data):
        self.text.append(data)


def test_the_page_needs_nothing_and_says_what_it_does_not_prove(home):
    lines(entry(0, "check", exercise="two-decoders.swap", outcome="holds"))
    path = certificate.write(home / "mine.html", 'Zoë <script>alert("x")</script>')
    text = path.read_text("utf-8")
    read = Tags()
    read.feed(text)
    kinds = {tag for tag, _ in read.tags}
    assert not kinds & {"script", "img", "link", "iframe", "form"}, "a certificate loads and runs nothing"
    assert not re.search(r"""(src|href)\s*=""", text)
    assert 'Zoë <script>alert("x")</script>' in "".join(read.text), "the name is text, and complete"
    for words in ("What this page doesn't prove", "a record knows no names", certificate.fingerprint(), "@media print"):
        assert words in text
    assert [attributes["scope"] for tag, attributes in read.tags if tag == "th"] == ["col"] * 7


def test_another_line_gives_another_fingerprint():
    lines(entry(0, "quiz", question=0, right=True))
    before = certificate.fingerprint()
    assert certificate.fingerprint() == before
    record.append(TOPIC, "quiz", question=1, right=True)
    assert certificate.fingerprint() != before


@pytest.mark.parametrize(("name", "error"), [("a\nb", ValueError), ("x" * 81, ValueError), (None, TypeError)])
def test_a_name_that_is_none_is_refused(name, error):
    with pytest.raises(error, match="name: wanted"):
        certificate.page(name)


def test_the_command_says_where_it_is(home, capsys, monkeypatch):
    monkeypatch.chdir(home)
    assert certificate.main(["--name", "Ada"]) == 0
    assert "certificate.html" in capsys.readouterr().out
    assert (home / "certificate.html").is_file()
